"""Edits: one transaction, versions, and numbers that are right."""

import uuid

import numpy as np
import pytest

from annotator.models import Edit, EditTile, Image, Tile
from annotator.raster import tile
from annotator.raster.box import Box
from annotator.services import classes, masks
from annotator.services.masks import TileUnder, TileWrite
from studio.errors import Conflict, Refused
from tests.annotator.conftest import HEIGHT, WIDTH, one_tile


def write(image, user, *tiles, **more):
    return masks.write_edit(image, **{"uuid": uuid.uuid4(), "user": user, "tool": "brush", "tiles": tiles} | more)


def test_an_edit_changes_tiles_versions_and_numbers_together(image, owner):
    edit = write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)), box=Box(0, 0, 10, 10))

    image.refresh_from_db()
    assert (image.seq, image.class_px, image.painted_px, image.is_annotated) == (1, {"1": 100}, 100, True)
    assert (image.object_count, image.edited_at is not None) == (1, True)
    assert (edit.seq, edit.box, edit.tool) == (1, [0, 0, 10, 10], "brush")
    assert list(image.tiles.values_list("version", flat=True)) == [1]
    assert list(edit.tiles.values_list("old_version", "new_version")) == [(0, 1)]


def test_pixels_by_class_follow_what_was_painted_over(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))
    write(image, owner, TileWrite("class", 0, 0, 1, one_tile(2, slice(0, 4), slice(0, 5))))

    assert image.class_px == {"2": 20}


def test_erasing_everything_leaves_an_image_that_is_not_annotated(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))
    write(image, owner, TileWrite("class", 0, 0, 1, b"\0"))

    image.refresh_from_db()
    assert (image.class_px, image.is_annotated, image.object_count, image.seq) == ({}, False, 0, 2)


def test_a_second_stroke_on_an_old_version_is_a_conflict_with_the_moved_tiles_only(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))

    with pytest.raises(Conflict) as conflict:
        write(image, owner, TileWrite("class", 0, 0, 0, one_tile(2)), TileWrite("class", 1, 0, 0, one_tile(2)))

    assert conflict.value.more == {"seq": 1, "tiles": [("class", 0, 0, 1, one_tile(1))]}
    assert (Edit.objects.count(), Tile.objects.count()) == (1, 1)


def test_a_conflict_on_a_tile_nobody_painted_shows_it_empty(image, owner):
    with pytest.raises(Conflict) as conflict:
        write(image, owner, TileWrite("object", 0, 0, 3, one_tile(2, dtype=np.uint16)))

    assert conflict.value.more["tiles"] == [("object", 0, 0, 0, b"\0\0")]


def test_an_edit_is_not_taken_where_a_tile_moved_that_it_leaves_alone(image, owner):
    ids = one_tile(7, dtype=np.uint16)
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)), TileWrite("object", 0, 0, 0, ids))

    with pytest.raises(Conflict) as conflict:
        write(image, owner, TileWrite("class", 0, 0, 1, one_tile(2)), under=[TileUnder("object", 0, 0, 0)])

    assert conflict.value.more["tiles"] == [("object", 0, 0, 1, ids)]
    edit = write(image, owner, TileWrite("class", 0, 0, 1, one_tile(2)), under=[TileUnder("object", 0, 0, 1)])
    assert [row.plane for row in edit.tiles.all()] == ["class"]


def test_a_version_that_another_edit_made_is_not_the_one_that_was_meant(image, owner, annotator):
    mine = uuid.uuid4()
    write(image, annotator, TileWrite("class", 0, 0, 0, one_tile(1)))

    with pytest.raises(Conflict) as conflict:
        write(image, owner, TileWrite("class", 0, 0, 1, one_tile(2), by=str(mine)))
    with pytest.raises(Conflict):
        write(image, owner, TileWrite("class", 1, 0, 0, one_tile(2)), under=[TileUnder("class", 0, 0, 1, str(mine))])

    assert conflict.value.more["tiles"] == [("class", 0, 0, 1, one_tile(1))]
    write(image, owner, TileWrite("class", 0, 0, 1, one_tile(2)), uuid=mine)
    write(image, owner, TileWrite("class", 0, 0, 2, one_tile(1), by=str(mine)))


def test_the_same_edit_sent_twice_is_one_edit(image, owner):
    stroke = {"uuid": uuid.uuid4(), "user": owner, "tool": "brush", "tiles": [TileWrite("class", 0, 0, 0, one_tile())]}

    first, second = masks.write_edit(image, **stroke), masks.write_edit(image, **stroke)

    assert first.pk == second.pk
    assert image.class_px == {"1": 100}


def test_somebody_elses_uuid_is_refused(image, owner, annotator):
    taken = uuid.uuid4()
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile()), uuid=taken)

    with pytest.raises(Refused, match="belongs to another edit"):
        write(image, annotator, TileWrite("class", 0, 0, 1, one_tile(2)), uuid=taken)


@pytest.mark.parametrize(
    ("tiles", "sentence"),
    [
        ([], "at least one tile"),
        ([TileWrite("class", 3, 0, 0, b"\1")], "outside the photo of 600x400"),
        ([TileWrite("class", -1, 0, 0, b"\1")], "outside the photo"),
        ([TileWrite("class", 2, 0, 0, b"\1")], "beyond the edge of the photo"),
        ([TileWrite("class", 0, 1, 0, one_tile(1, slice(144, 145)))], "beyond the edge of the photo"),
        ([TileWrite("class", 0, 0, 0, b"\3")], "class index 3, which this project does not have"),
        ([TileWrite("class", 0, 0, 0, b"not deflate")], "not a raw deflate stream"),
        ([TileWrite("class", 0, 0, 0, one_tile(1, dtype=np.uint16))], "more than the 65536 bytes"),
        ([TileWrite("shade", 0, 0, 0, b"\1")], "class or object"),
        ([TileWrite("class", 0, 0, 0, b"\1")] * 2, "named twice"),
        ([TileWrite("class", 0, 0, -1, b"\1")], "cannot be negative"),
    ],
)
def test_a_tile_that_is_not_right_is_refused_with_a_sentence(image, owner, tiles, sentence):
    with pytest.raises(Refused, match=sentence):
        write(image, owner, *tiles)

    assert not Edit.objects.exists()


def test_the_edge_of_the_photo_itself_may_be_painted(image, owner):
    write(image, owner, TileWrite("class", 2, 1, 0, one_tile(1, slice(0, HEIGHT - 256), slice(0, WIDTH - 512))))

    assert image.class_px == {"1": (HEIGHT - 256) * (WIDTH - 512)}


def test_a_deleted_class_may_still_be_in_what_comes_back(image, owner):
    classes.delete_class(image.project.classes.get(index=2))

    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(2)))

    assert image.class_px == {"2": 100}


def test_objects_with_ids_are_counted_though_they_touch(painted):
    assert painted.object_count == 3  # two isolators and the loose neutral spot


def test_objects_are_counted_when_asked_for_where_much_is_painted(image, owner, monkeypatch):
    monkeypatch.setattr(masks, "COUNT_AT_ONCE", 0)
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)), TileWrite("class", 1, 0, 0, one_tile(1)))
    assert image.counted_seq < image.seq

    masks.freshen_counts([image])

    assert (image.object_count, Image.objects.get().object_count) == (2, 2)


def test_tiles_changed_since_an_edit(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)), TileWrite("class", 1, 0, 0, one_tile(1)))
    write(image, owner, TileWrite("class", 1, 0, 1, one_tile(2)))

    changed = masks.tiles_of(image, "class", since=1)

    assert changed == [(1, 0, 2, one_tile(2))]
    assert masks.tiles_of(image, "class", keys=[(0, 0), (5, 5)]) == [(0, 0, 1, one_tile(1))]


def test_every_state_of_a_tile_is_in_the_history(image, owner):
    for version, value in enumerate((1, 2, 1)):
        write(image, owner, TileWrite("class", 0, 0, version, one_tile(value)))

    story = EditTile.objects.order_by("new_version").values_list("old_version", "new_version", "data")
    assert [(old, new, bytes(data)) for old, new, data in story] == [
        (0, 1, one_tile(1)),
        (1, 2, one_tile(2)),
        (2, 3, one_tile(1)),
    ]


def test_painting_a_box_on_the_server_keeps_what_is_around(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))

    masks.paint(image, np.full((6, 6), 2, np.uint8), None, Box(4, 4, 10, 10), user=owner, tool="adopt")

    plane, objects = masks.planes_of(image)
    assert objects is None
    assert np.count_nonzero(plane.read(Box(0, 0, 20, 20)) == 1) == 64
    assert np.count_nonzero(plane.read(Box(0, 0, 20, 20)) == 2) == 36


def test_painting_without_ids_takes_the_ids_away(painted, owner):
    masks.paint(painted, np.full((40, 40), 2, np.uint8), None, Box(100, 100, 140, 140), user=owner, tool="adopt")

    _, objects = masks.planes_of(painted)
    assert set(np.unique(objects.read(Box(100, 100, 180, 140)))) == {0, 2}


def test_painting_what_is_there_already_is_no_edit(image, owner):
    write(image, owner, TileWrite("class", 0, 0, 0, one_tile(1)))

    edit = masks.paint(image, np.ones((10, 10), np.uint8), None, Box(0, 0, 10, 10), user=owner, tool="adopt")

    assert edit is None


def test_painting_reads_again_when_somebody_was_quicker(image, owner, monkeypatch):
    once = [True]
    original = masks.write_edit

    def overtaken(*args, **more):
        if once and once.pop():
            write_quietly(image, owner, original)
        return original(*args, **more)

    monkeypatch.setattr(masks, "write_edit", overtaken)

    masks.paint(image, np.ones((4, 4), np.uint8), None, Box(100, 100, 104, 104), user=owner, tool="adopt")

    image.refresh_from_db()
    assert image.class_px == {"1": 100 + 16}


def write_quietly(image, user, write_edit):
    tiles = [TileWrite("class", 0, 0, 0, one_tile(1))]
    write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=tiles)


def test_new_objects_get_ids_above_those_that_came(painted, owner):
    ids = np.zeros((256, 256), np.uint16)
    ids[0:5, 0:5] = 40
    head = painted.tiles.get(plane="object", x=0, y=0)
    write(painted, owner, TileWrite("object", 0, 0, head.version, tile.encode(ids)))

    assert painted.next_object == 41


# ---------------------------------------------------------------- background belongs to no object


def test_what_is_erased_loses_its_object_though_nobody_said_so(painted, owner):
    head = painted.tiles.get(plane="class", x=0, y=0)

    edit = write(painted, owner, TileWrite("class", 0, 0, head.version, b"\0"))

    _, objects = masks.planes_of(painted)
    assert not objects.read(Box(0, 0, 256, 256)).any()
    assert dict(edit.tiles.values_list("plane", "new_version")) == {"class": 2, "object": 3}


def test_an_object_given_to_background_skips_a_version(painted, owner):
    head = painted.tiles.get(plane="object", x=0, y=0)
    ids = tile.decode(bytes(head.data), np.uint16)
    ids[0:5, 0:5], ids[100:140, 100:140] = 40, 40

    edit = write(painted, owner, TileWrite("object", 0, 0, head.version, tile.encode(ids)))

    _, objects = masks.planes_of(painted)
    assert not objects.read(Box(0, 0, 5, 5)).any()
    assert (objects.read(Box(100, 100, 140, 140)) == 40).all()
    assert edit.tiles.get().new_version == head.version + 2
