"""Named moments of a mask."""

import uuid

import pytest

from annotator.services import history, masks, past, snapshots
from annotator.services.masks import TileWrite
from studio.errors import Refused
from tests.annotator.conftest import one_tile


def paint(image, user, version, value):
    tiles = [TileWrite("class", 0, 0, version, one_tile(value))]
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=tiles)


def test_a_snapshot_keeps_the_mask_of_its_moment(image, owner):
    paint(image, owner, 0, 1)
    snapshot = snapshots.take(image, " before the review ", user=owner)
    paint(image, owner, 1, 2)

    then = past.tiles_at(image, "class", snapshot.seq)

    assert (snapshot.name, snapshot.seq) == ("before the review", 1)
    assert then == [(0, 0, 1, one_tile(1))]
    history.restore(image, snapshot.seq, user=owner, uuid=uuid.uuid4())
    assert image.class_px == {"1": 100}


def test_a_photo_has_one_snapshot_of_a_name(image, owner):
    snapshots.take(image, "done", user=owner)
    other = snapshots.take(image, "checked", user=owner)

    with pytest.raises(Refused, match="snapshot called 'done' already"):
        snapshots.take(image, "done", user=owner)
    with pytest.raises(Refused, match="snapshot called 'done' already"):
        snapshots.rename(other, "done")


def test_a_moment_that_has_not_come_cannot_be_named(image, owner):
    with pytest.raises(Refused, match="edit 3: this photo has 0 edits"):
        snapshots.take(image, "later", user=owner, seq=3)


def test_forgetting_a_snapshot_leaves_the_history(image, owner):
    paint(image, owner, 0, 1)
    snapshots.delete(snapshots.take(image, "done", user=owner))

    assert (image.snapshots.count(), image.edits.count()) == (0, 1)
