import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.raster import tile
from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane

WIDTH, HEIGHT = 700, 530

lefts, tops = st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h).clipped(WIDTH, HEIGHT), lefts, tops, lefts, tops)
strokes = st.lists(st.tuples(boxes, st.integers(0, 5), st.booleans()), max_size=8)


def painted(strokes) -> tuple[SparsePlane, np.ndarray]:
    """The same strokes on a plane and on a plain array."""
    plane, array = SparsePlane(np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    for box, value, only_odd_rows in strokes:
        where = np.ones((box.height, box.width), bool)
        where[::2] = not only_odd_rows
        plane.write(box, value, where=where)
        array[box.slices][where] = value
    return plane, array


@given(strokes)
@settings(max_examples=40, deadline=None)
def test_a_plane_holds_what_an_array_would(strokes):
    plane, array = painted(strokes)

    assert np.array_equal(plane.to_array(WIDTH, HEIGHT), array)
    assert plane == SparsePlane.from_array(array)


@given(strokes, boxes)
@settings(max_examples=40, deadline=None)
def test_any_box_reads_like_a_slice(strokes, box):
    plane, array = painted(strokes)

    assert np.array_equal(plane.read(box), array[box.slices])


@given(strokes)
@settings(max_examples=25, deadline=None)
def test_encoded_tiles_make_the_same_plane_and_none_is_empty(strokes):
    plane, _ = painted(strokes)
    encoded = plane.encoded()

    assert SparsePlane(np.uint8, encoded) == plane
    assert all(tile.decode(data).any() for data in encoded.values())
    assert list(encoded) == sorted(encoded, key=lambda key: (key[1], key[0]))


def test_reading_outside_gives_zeros():
    plane = SparsePlane.from_array(np.ones((10, 10), np.uint8))

    read = plane.read(Box(-3, -3, 5, 5))

    assert read[:3].sum() == 0
    assert (read[3:, 3:] == 1).all()
    assert plane.read(Box(5000, 5000, 5010, 5010)).sum() == 0


def test_a_read_is_a_copy():
    plane = SparsePlane.from_array(np.ones((10, 10), np.uint8))

    plane.read(Box(0, 0, 5, 5))[:] = 9

    assert plane.to_array(10, 10).max() == 1


def test_only_tiles_that_changed_are_reported():
    plane = SparsePlane(np.uint8)

    assert plane.write(Box(0, 0, 300, 10), 1) == {(0, 0), (1, 0)}
    assert plane.write(Box(0, 0, 300, 10), 1) == set()
    assert plane.write(Box(250, 0, 300, 10), 0, where=np.zeros((10, 50), bool)) == set()
    assert plane.write(Box(255, 0, 256, 1), 2) == {(0, 0)}


def test_an_erased_tile_is_absent_but_reported():
    plane = SparsePlane(np.uint8)
    plane.write(Box(0, 0, 4, 4), 1)

    assert plane.write(Box(0, 0, 4, 4), 0) == {(0, 0)}
    assert (0, 0) not in plane
    assert plane.encoded() == {}
    assert plane.encoded_tile((0, 0)) == b"\0"


def test_a_copy_is_not_painted_with_its_original():
    plane = SparsePlane.from_array(np.ones((10, 10), np.uint8))
    copy = plane.copy()

    plane.write(Box(0, 0, 10, 10), 5)

    assert copy.to_array(10, 10).max() == 1


def test_tiles_to_look_at_cannot_be_painted_on():
    plane = SparsePlane(np.uint8, {(0, 0): b"\x03"})
    plane.write(Box(256, 0, 260, 1), 1)

    for _, values in plane.tiles():
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0] = 1


def test_stored_bytes_are_decoded_only_when_read():
    plane = SparsePlane(np.uint8, {(0, 0): b"\x03", (1, 0): b"no tile"})

    assert (plane.read(Box(0, 0, 256, 256)) == 3).all()
    with pytest.raises(ValueError, match="not a raw deflate stream"):
        plane.read(Box(256, 0, 257, 1))


def test_object_ids_keep_their_sixteen_bits():
    ids = np.zeros((300, 300), np.uint16)
    ids[100:200, 200:290] = 40000

    assert np.array_equal(SparsePlane(np.uint16, SparsePlane.from_array(ids).encoded()).to_array(300, 300), ids)


def test_a_mask_begins_at_its_corner():
    with pytest.raises(ValueError, match="begins at -1, 0"):
        SparsePlane(np.uint8).write(Box(-1, 0, 5, 5), 1)


def test_values_of_another_size_than_the_box_are_refused():
    with pytest.raises(ValueError, match="The box is 5x4, but its values are 4x5"):
        SparsePlane(np.uint8).write(Box(0, 0, 5, 4), np.zeros((5, 4), np.uint8))
