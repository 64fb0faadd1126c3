import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.raster.box import Box, tile_box

sides = st.integers(-600, 1200)
boxes = st.builds(lambda a, b, c, d: Box(min(a, c), min(b, d), max(a, c), max(b, d)), sides, sides, sides, sides)


def pixels(box: Box) -> int:
    return sum(1 for _ in range(box.left, box.right)) * sum(1 for _ in range(box.top, box.bottom))


@given(boxes)
def test_area_counts_the_pixels(box):
    assert box.area == pixels(box) == box.width * box.height
    assert box.is_empty == (box.area == 0)


@given(boxes, boxes)
def test_what_two_boxes_share_lies_in_both(one, other):
    shared = one & other

    assert one.contains(shared)
    assert other.contains(shared)


@given(boxes, boxes)
def test_the_box_around_two_contains_both(one, other):
    around = one | other

    assert around.contains(one)
    assert around.contains(other)


def test_an_empty_box_adds_nothing():
    empty = Box(900, 900, 900, 950)

    assert Box(1, 2, 3, 4) | empty == Box(1, 2, 3, 4)
    assert empty | Box(1, 2, 3, 4) == Box(1, 2, 3, 4)


@given(boxes)
def test_tiles_cover_the_box_and_every_one_is_touched(box):
    keys = list(box.tiles())

    assert len(keys) == len(set(keys))
    assert all(not (box & tile_box(*key)).is_empty for key in keys)
    assert sum((box & tile_box(*key)).area for key in keys) == box.area


def test_a_box_of_one_tile_touches_no_neighbour():
    assert list(Box(256, 0, 512, 256).tiles()) == [(1, 0)]


@given(boxes)
def test_a_box_survives_json(box):
    assert Box.of_list(box.as_list()) == box


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, "4"], [1, 2, 3, 4.0], [True, 0, 1, 1]])
def test_a_list_that_is_no_box_is_refused(values):
    with pytest.raises(ValueError, match="four whole numbers"):
        Box.of_list(values)


def test_a_box_clipped_beside_the_photo_is_empty():
    assert Box(300, 0, 400, 10).clipped(200, 100).is_empty


def test_a_shifted_box_keeps_its_size():
    assert Box(1, 2, 5, 9).shifted(-3, 10) == Box(-2, 12, 2, 19)
