import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annotator.raster import tile
from annotator.raster.tile import TILE

patches = arrays.arrays(np.uint16, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 65535))


def drawn(patch: np.ndarray, dtype) -> np.ndarray:
    whole = np.zeros((TILE, TILE), dtype)
    whole[10 : 10 + patch.shape[0], 200 : 200 + patch.shape[1]] = patch.astype(dtype)
    return whole


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
@given(patch=patches)
@settings(max_examples=30, deadline=None)
def test_a_tile_comes_back_as_it_was(patch, dtype):
    whole = drawn(patch, dtype)

    back = tile.decode(tile.encode(whole), dtype)

    assert np.array_equal(back, whole)
    assert back.dtype == dtype
    assert back.flags.writeable


def test_a_tile_of_one_value_is_that_value():
    assert tile.encode(np.full((TILE, TILE), 7, np.uint8)) == b"\x07"
    assert tile.encode(np.full((TILE, TILE), 0x1234, np.uint16)) == b"\x34\x12"
    assert (tile.decode(b"\x34\x12", np.uint16) == 0x1234).all()
    assert tile.is_uniform(b"\x07")
    assert not tile.is_uniform(b"\x34\x12")


def test_bytes_are_what_a_browser_inflates():
    whole = drawn(np.full((3, 3), 258), np.uint16)

    raw = zlib.decompress(tile.encode(whole), wbits=-15)

    assert raw == whole.astype("<u2").tobytes()


def test_a_strided_and_a_big_endian_array_encode_alike():
    whole = np.arange(TILE * TILE, dtype=np.uint16).reshape(TILE, TILE)

    assert tile.encode(whole.astype(">u2")) == tile.encode(whole) == tile.encode(np.asfortranarray(whole))


def packed(raw: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(raw) + packer.flush()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ends after 0"),
        (b"not deflated at all", "not a raw deflate stream"),
        (packed(bytes(100)), "ends after 100 of the 65536"),
        (packed(bytes(TILE * TILE + 1)), "inflates to more than the 65536"),
        (packed(bytes(range(256)) * TILE)[:-5], "ends after"),
        (packed(bytes(range(256)) * TILE) + b"more", "followed by 4 bytes"),
    ],
)
def test_bad_data_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        tile.decode(data)


def test_a_bomb_is_never_inflated(monkeypatch):
    bomb = packed(bytes(200 << 20))
    asked = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, wbits):
            self.inner = real(wbits=wbits)

        def decompress(self, data, most):
            asked.append(most)
            return self.inner.decompress(data, most)

    monkeypatch.setattr(tile.zlib, "decompressobj", Watched)

    with pytest.raises(ValueError, match="more than"):
        tile.decode(bomb)
    assert asked == [TILE * TILE + 1]


def test_an_array_of_another_size_is_no_tile():
    with pytest.raises(ValueError, match="256x256 pixels, but this one is 100x256"):
        tile.encode(np.zeros((256, 100), np.uint8))
