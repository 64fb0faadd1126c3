"""Taking an edit back: only its own pixels, by a new edit."""

import uuid

import numpy as np
import pytest

from annotator.formats.records import ClassRecord
from annotator.models import Membership, Plane
from annotator.raster import tile
from annotator.services import history, images, masks, photos, projects
from studio.errors import Refused


@pytest.fixture
def image(owner, data_folder, tmp_path):
    import cv2

    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.full((300, 400, 3), 127, np.uint8))
    classes = [ClassRecord("Isolator", "#F5A623", "bitmap"), ClassRecord("neutral", "#9B9B9B", "bitmap")]
    project = projects.create_project("Line 4", user=owner, classes=classes)
    photo = photos.store_photo(path)
    return images.add_image(project, photo, "ds", "a.png", classes=None, objects=None, user=owner, tool="import")


def stroke(image, user, pixels):
    """Save a tile where these (row, column) slices were painted with a class."""
    rows = masks.tiles_of(image, Plane.CLASS, keys=[(0, 0)])
    version, now = next(((v, tile.decode(bytes(d), np.uint8)) for _, _, v, d in rows), (0, np.zeros((256, 256), "u1")))
    now = now.copy()
    for (rows_, columns), value in pixels:
        now[rows_, columns] = value
    write = masks.TileWrite(Plane.CLASS, 0, 0, version, tile.encode(now))
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=[write])


def class_plane(image):
    return masks.planes_of(image)[0].to_array(400, 300)


def test_an_undone_edit_leaves_the_mask_as_it_was_before(image, owner):
    first = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    before = class_plane(image)
    second = stroke(image, owner, [((slice(25, 80), slice(25, 80)), 2)])

    edit = history.undo(image, second.seq, user=owner, uuid=uuid.uuid4())

    assert (edit.tool, edit.details, edit.seq) == ("undo", {"undoes": str(second.uuid)}, first.seq + 2)
    np.testing.assert_array_equal(class_plane(image), before)


def test_undoing_never_takes_away_what_was_painted_since(image, owner):
    mine = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    stroke(image, owner, [((slice(40, 60), slice(40, 60)), 2)])

    history.undo(image, mine.seq, user=owner, uuid=uuid.uuid4())

    now = class_plane(image)
    assert (now[40:60, 40:60] == 2).all()
    assert now.sum() == 2 * 400


def test_undoing_twice_is_refused_and_the_same_request_repeated_is_not(image, owner):
    edit = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    request = uuid.uuid4()

    first = history.undo(image, edit.seq, user=owner, uuid=request)
    again = history.undo(image, edit.seq, user=owner, uuid=request)

    assert first == again
    with pytest.raises(Refused, match="nothing of it is left"):
        history.undo(image, edit.seq, user=owner, uuid=uuid.uuid4())


def test_a_viewer_and_a_stranger_may_not_undo(image, owner, viewer, stranger, client_of):
    edit = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    Membership.objects.create(project=image.project, user=viewer, role="viewer")
    address, body = f"/api/images/{image.id}/edits/{edit.seq}/undo/", {"uuid": str(uuid.uuid4())}

    assert client_of(viewer).post(address, body, format="json").status_code == 403
    assert client_of(stranger).post(address, body, format="json").status_code == 404
    assert client_of(owner).post(address, body, format="json").data["seq"] == 2
