"""A mask of any size as a dictionary of 256x256 tiles: absent where nothing is painted."""

from collections.abc import Iterator, KeysView, Mapping

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from annotator.raster import tile
from annotator.raster.box import Box, tile_box
from annotator.raster.tile import TILE

Key = tuple[int, int]  # (x, y) in tiles

# Decoded tiles a plane remembers beside their bytes: 64 MiB of uint8, so that a strip of the widest photo stays warm.
REMEMBERED = 1024


class SparsePlane:
    """Tiles as arrays or as encoded bytes, which are decoded when first read. Everything absent is 0.

    Tiles are replaced, never changed in place, so a copy shares them until one of the two is written to.
    """

    def __init__(self, dtype: DTypeLike = np.uint8, tiles: Mapping[Key, np.ndarray | bytes] | None = None):
        self.dtype = np.dtype(dtype)
        self._tiles: dict[Key, np.ndarray | bytes] = dict(tiles or {})
        self._decoded: dict[Key, np.ndarray] = {}

    @classmethod
    def from_array(cls, array: np.ndarray) -> "SparsePlane":
        """array: H×W of a whole photo, its corner at (0, 0)."""
        plane = cls(array.dtype)
        height, width = array.shape
        for x, y in Box.of_size(width, height).tiles():
            part = array[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE]
            if part.any():
                plane._tiles[x, y] = whole_tile(part)
        return plane

    def keys(self) -> KeysView[Key]:
        return self._tiles.keys()

    def __contains__(self, key: Key) -> bool:
        return key in self._tiles

    def __len__(self) -> int:
        return len(self._tiles)

    def __eq__(self, other: object) -> bool:
        """The same pixels everywhere; a tile of zeros equals an absent one."""
        if not isinstance(other, SparsePlane):
            return NotImplemented
        return self.dtype == other.dtype and all(
            np.array_equal(self.tile(key), other.tile(key)) for key in self.keys() | other.keys()
        )

    def copy(self) -> "SparsePlane":
        return SparsePlane(self.dtype, self._tiles)

    @property
    def box(self) -> Box:
        """Around all present tiles; empty when there are none. In whole tiles, so it may reach beyond the photo."""
        around = Box(0, 0, 0, 0)
        for x, y in self._tiles:
            around |= tile_box(x, y)
        return around

    def tile(self, key: Key) -> np.ndarray:
        """256x256, to look at only. Raises ValueError where the stored bytes are not a tile."""
        found = self._tiles.get(key)
        if found is None:
            return read_only(np.zeros((TILE, TILE), self.dtype))
        if isinstance(found, np.ndarray):
            return read_only(found.view())
        if key not in self._decoded:
            if len(self._decoded) >= REMEMBERED:
                self._decoded.pop(next(iter(self._decoded)))
            self._decoded[key] = read_only(tile.decode(found, self.dtype))
        return self._decoded[key]

    def tiles(self) -> Iterator[tuple[Key, np.ndarray]]:
        """Every present tile in reading order, row by row, to look at only."""
        for key in sorted(self._tiles, key=lambda k: (k[1], k[0])):
            yield key, self.tile(key)

    def encoded_tile(self, key: Key) -> bytes:
        """The tile as bytes; zeros where it is absent."""
        found = self._tiles.get(key)
        if isinstance(found, bytes):
            return found
        return tile.encode(self.tile(key))

    def encoded(self) -> dict[Key, bytes]:
        """Every tile with something in it, as bytes, in reading order."""
        zero = bytes(self.dtype.itemsize)
        ordered = sorted(self._tiles, key=lambda k: (k[1], k[0]))
        pairs = ((key, self.encoded_tile(key)) for key in ordered)
        return {key: data for key, data in pairs if data != zero}

    def read(self, box: Box) -> np.ndarray:
        """H×W of the box, a copy; 0 where nothing is painted, beyond the photo too."""
        out = np.zeros((box.height, box.width), self.dtype)
        for key in box.tiles():
            if key in self._tiles:
                here = tile_box(*key)
                shared = box & here
                out[within(shared, box)] = self.tile(key)[within(shared, here)]
        return out

    def write(self, box: Box, array: ArrayLike, where: np.ndarray | None = None) -> set[Key]:
        """Put values into a box, only where `where` (bool, H×W of the box) says so.

        array:   H×W of the box, or one value for all of it.
        returns: the tiles that are different now; a tile that has become empty is among them, but absent.

        Raises ValueError when the box begins above or left of the photo, or a shape does not fit it.
        """
        if box.left < 0 or box.top < 0:
            raise ValueError(f"A mask begins at 0, 0, but the box to write begins at {box.left}, {box.top}.")
        shape = (box.height, box.width)
        values = np.asarray(array, self.dtype)
        if values.ndim and values.shape != shape:
            raise ValueError(f"The box is {box.width}x{box.height}, but its values are {tile.size_text(values)}.")
        if where is not None and where.shape != shape:
            raise ValueError(f"The box is {box.width}x{box.height}, but `where` is {tile.size_text(where)}.")
        values = np.broadcast_to(values, shape)

        changed = set()
        for key in box.tiles():
            here = tile_box(*key)
            shared = box & here
            there, inside = within(shared, box), within(shared, here)
            if where is not None and not where[there].any():
                continue
            old = self.tile(key)
            new = old.copy()
            if where is None:
                new[inside] = values[there]
            else:
                np.copyto(new[inside], values[there], where=where[there])
            if not np.array_equal(old, new):
                changed.add(key)
                self._put(key, new)
        return changed

    def to_array(self, width: int, height: int) -> np.ndarray:
        """H×W of the whole photo: only for photos that may sit in memory."""
        return self.read(Box.of_size(width, height))

    def _put(self, key: Key, values: np.ndarray) -> None:
        self._decoded.pop(key, None)
        if values.any():
            self._tiles[key] = values
        else:
            self._tiles.pop(key, None)


def within(inner: Box, outer: Box) -> tuple[slice, slice]:
    """The slices of `inner` in an array that shows `outer`."""
    return inner.shifted(-outer.left, -outer.top).slices


def whole_tile(part: np.ndarray) -> np.ndarray:
    """A tile of its own, zeros where the photo ended before it."""
    out = np.zeros((TILE, TILE), part.dtype)
    out[: part.shape[0], : part.shape[1]] = part
    return out


def read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
