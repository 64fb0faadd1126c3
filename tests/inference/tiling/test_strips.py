"""Rows of a photo: the same pixels whether it is decoded whole or streamed."""

import cv2
import numpy as np
import pytest

from inference.tiling import strips
from inference.tiling.strips import ArrayRows, StreamedRows, Strip, open_rows


@pytest.fixture
def photo(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (300, 200, 3)).astype(np.uint8)
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), pixels[..., ::-1])
    return path, pixels


def test_a_small_photo_is_decoded_whole_and_a_huge_one_streamed(photo, monkeypatch):
    path, _ = photo

    assert isinstance(open_rows(path, (200, 300)), ArrayRows)
    monkeypatch.setattr(strips, "WHOLE_PX", 1000)
    assert isinstance(open_rows(path, (200, 300)), StreamedRows)


def test_streamed_rows_are_the_photo(photo):
    path, pixels = photo
    strip = Strip(StreamedRows(path))

    for top, bottom in [(0, 100), (60, 160), (160, 260), (200, 300)]:
        assert (strip.read(top, bottom) == pixels[top:bottom]).all()
