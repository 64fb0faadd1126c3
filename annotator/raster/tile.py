"""256x256 pixels of a mask as bytes: what the database, the browser and the planes exchange.

A tile of one value is that value, little-endian: one byte for uint8, two for uint16. Any other is the raw deflate
stream of its row-major little-endian bytes, which the browser reads and writes as "deflate-raw". The length tells
the two apart, because no deflate stream of a whole tile is that short.
"""

import zlib

import numpy as np
from numpy.typing import DTypeLike

TILE = 256

RAW_DEFLATE = -zlib.MAX_WBITS  # no zlib header, no checksum: the transport and the database have their own


def encode(array: np.ndarray) -> bytes:
    """array: 256x256 of any integer type."""
    if array.shape != (TILE, TILE):
        raise ValueError(f"A mask tile is {TILE}x{TILE} pixels, but this one is {size_text(array)}.")
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    first = little[0, 0]
    if (little == first).all():
        return first.tobytes()
    packer = zlib.compressobj(level=6, wbits=RAW_DEFLATE)
    return packer.compress(little.data) + packer.flush()


def decode(data: bytes | memoryview, dtype: DTypeLike = np.uint8) -> np.ndarray:
    """256x256, writable, in the machine's own byte order.

    Raises ValueError for data that is not exactly one tile; a bomb is never inflated beyond the tile.
    """
    data = bytes(data)
    dtype = np.dtype(dtype)
    little = dtype.newbyteorder("<")
    if is_uniform(data, dtype):
        return np.full((TILE, TILE), np.frombuffer(data, little)[0], dtype)
    size = TILE * TILE * dtype.itemsize
    unpacker = zlib.decompressobj(wbits=RAW_DEFLATE)
    try:
        # One byte more than a tile, so that a longer stream shows itself without being inflated.
        raw = unpacker.decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(f"The mask tile's {len(data)} bytes are not a raw deflate stream ({error}).") from error
    if len(raw) > size:
        raise ValueError(f"The mask tile inflates to more than the {size} bytes of a {dtype.name} tile.")
    if len(raw) < size or not unpacker.eof:
        raise ValueError(f"The mask tile ends after {len(raw)} of the {size} bytes of a {dtype.name} tile.")
    if unpacker.unused_data:
        raise ValueError(f"The mask tile is followed by {len(unpacker.unused_data)} bytes that do not belong to it.")
    return np.frombuffer(raw, little).astype(dtype).reshape(TILE, TILE)


def value_at(data: bytes, column: int, row: int, dtype: DTypeLike = np.uint8) -> int:
    """One pixel of an encoded tile, inflated only as far as it lies.

    Raises ValueError for data that ends before it.
    """
    dtype = np.dtype(dtype)
    place = 0 if is_uniform(data, dtype) else (row * TILE + column) * dtype.itemsize
    end = place + dtype.itemsize
    try:
        raw = data if is_uniform(data, dtype) else zlib.decompressobj(wbits=RAW_DEFLATE).decompress(data, end)
    except zlib.error as error:
        raise ValueError(f"The mask tile's {len(data)} bytes are not a raw deflate stream ({error}).") from error
    if len(raw) < end:
        raise ValueError(f"The mask tile ends after {len(raw)} bytes, before its pixel {column}, {row}.")
    return int.from_bytes(raw[place:end], "little")


def is_uniform(data: bytes | memoryview, dtype: DTypeLike = np.uint8) -> bool:
    """Whether the whole tile has one value, told without decoding it."""
    return len(data) == np.dtype(dtype).itemsize


def size_text(array: np.ndarray) -> str:
    """Width before height, as people say it: "300x200"."""
    return "x".join(map(str, reversed(array.shape)))
