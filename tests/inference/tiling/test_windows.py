"""Where the windows stop: the reference's placement, counted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.raster.box import Box
from inference.tiling.settings import FullImage, Overlap, SlidingWindow, Window
from inference.tiling.windows import stops, windows


def sliding(window: int, overlap: int) -> SlidingWindow:
    return SlidingWindow(window=Window(width=window, height=window), min_overlap=Overlap(x=overlap, y=overlap))


def test_windows_over_5000_px_start_where_the_reference_starts_them():
    assert stops(5000, 512, 128) == [0, 384, 768, 1152, 1536, 1920, 2304, 2688, 3072, 3456, 3840, 4224, 4488]


@pytest.mark.parametrize(
    ("length", "window", "overlap", "count"),
    [(896, 512, 128, 2), (512, 512, 128, 1), (1242, 370, 300, 14), (375, 370, 300, 2)],
)
def test_windows_are_as_many_as_in_the_reference(length, window, overlap, count):
    assert len(stops(length, window, overlap)) == count


@pytest.mark.parametrize(("size", "count"), [((5000, 5000), 169), ((5472, 3648), 140), ((4000, 3000), 88)])
def test_a_photo_has_as_many_windows_as_in_the_reference(size, count):
    assert len(windows(size, sliding(512, 128))) == count


def test_windows_go_row_by_row():
    assert windows((30, 20), sliding(16, 4)) == [
        Box(0, 0, 16, 16), Box(12, 0, 28, 16), Box(14, 0, 30, 16),
        Box(0, 4, 16, 20), Box(12, 4, 28, 20), Box(14, 4, 30, 20),
    ]  # fmt: skip


def test_a_window_larger_than_the_photo_is_clamped_to_it():
    assert windows((300, 1000), sliding(512, 128)) == [
        Box(0, 0, 300, 512), Box(0, 384, 300, 896), Box(0, 488, 300, 1000)
    ]  # fmt: skip


def test_the_full_image_is_one_window():
    assert windows((300, 200), FullImage()) == [Box(0, 0, 300, 200)]


def test_an_overlap_without_a_step_is_an_error():
    with pytest.raises(ValueError, match="overlap is too high"):
        stops(5000, 512, 512)


@given(st.integers(1, 2000), st.integers(1, 300), st.data())
def test_windows_cover_every_pixel_and_overlap_enough(length, window, data):
    overlap = data.draw(st.integers(0, window - 1))

    found = stops(length, window, overlap)

    side = min(window, length)
    assert found[0] == 0 and found[-1] + side == length
    assert all(0 < b - a <= window - overlap for a, b in pairwise(found))
