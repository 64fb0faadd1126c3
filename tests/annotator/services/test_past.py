"""The mask as it was."""

import uuid

import numpy as np

from annotator.models import EditTile
from annotator.raster import tile
from annotator.raster.box import Box
from annotator.services import masks, past
from annotator.services.masks import TileWrite
from tests.annotator.conftest import one_tile


def paint(image, user, *tiles):
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=tiles)


def test_tiles_come_as_they_were_after_any_edit(image, owner):
    paint(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))
    paint(image, owner, TileWrite("class", 1, 0, 0, one_tile(1)))
    paint(image, owner, TileWrite("class", 0, 0, 1, one_tile(2)))

    assert past.tiles_at(image, "class", 0) == []
    assert past.tiles_at(image, "class", 2) == [(0, 0, 1, one_tile(1)), (1, 0, 1, one_tile(1))]
    assert past.tiles_at(image, "class", 3) == [(0, 0, 2, one_tile(2)), (1, 0, 1, one_tile(1))]
    assert past.tiles_at(image, "class", 3, keys=[(0, 0), (9, 9)]) == [(0, 0, 2, one_tile(2))]
    assert past.tiles_at(image, "object", 3) == []


def test_another_photos_past_is_not_mixed_in(image, painted, owner):
    paint(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))

    assert past.tiles_at(image, "class", 1) == [(0, 0, 1, one_tile(1))]


def test_an_edits_tiles_have_a_state_before_and_after(image, owner):
    paint(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))
    edit = paint(image, owner, TileWrite("class", 0, 0, 1, one_tile(2)), TileWrite("class", 1, 0, 0, one_tile(1)))

    assert list(past.states(edit)) == [
        ("class", 0, 0, one_tile(1), one_tile(2)),
        ("class", 1, 0, b"\0", one_tile(1)),
    ]


def test_a_tile_remembers_which_part_of_it_an_edit_changed(image, owner):
    paint(image, owner, TileWrite("class", 0, 0, 0, one_tile(1, slice(20, 31), slice(7, 9))))

    row = EditTile.objects.get()
    assert (row.left, row.top, row.right, row.bottom) == (7, 20, 9, 31)


def test_the_changed_box_is_empty_where_nothing_changed():
    same = np.zeros((256, 256), np.uint8)

    assert past.changed_box(same, same) == Box(0, 0, 0, 0)


def test_one_pixel_of_a_tile_is_read_without_the_rest():
    rng = np.random.default_rng(3)
    for dtype in (np.uint8, np.uint16):
        pixels = rng.integers(0, 200, (256, 256)).astype(dtype)
        data = tile.encode(pixels)
        for row, column in ((0, 0), (17, 200), (255, 255)):
            assert tile.value_at(data, column, row, dtype) == pixels[row, column]
        assert tile.value_at(tile.encode(np.full((256, 256), 3, dtype)), 9, 9, dtype) == 3


def test_an_edits_tiles_come_with_the_plane_it_left_alone(painted, owner):
    head = painted.tiles.get(plane="object", x=0, y=0)
    ids = tile.decode(bytes(head.data), np.uint16)
    ids[ids == 1] = 9
    edit = paint(painted, owner, TileWrite("object", 0, 0, head.version, tile.encode(ids)))

    rows = list(past.states_of_pairs(edit))

    assert [row[:3] for row in rows] == [("object", 0, 0), ("class", 0, 0)]
    assert rows[1][3] == rows[1][4] == bytes(painted.tiles.get(plane="class", x=0, y=0).data)
