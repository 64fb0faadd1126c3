"""Taking an edit back: only its own pixels, by a new edit."""

import uuid

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.formats.records import ClassRecord
from annotator.models import Membership, Plane
from annotator.raster import tile
from annotator.raster.box import Box
from annotator.services import history, images, masks, past, photos, projects
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


# ---------------------------------------------------------------- nobody else's pixels


def test_an_undo_spares_what_somebody_else_erased_and_painted_again(image, owner, annotator):
    mine = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 0)])
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 1)])

    history.undo(image, mine.seq, user=owner, uuid=uuid.uuid4())

    now = class_plane(image)
    assert (now[:10, :50] == 1).all()
    assert now.sum() == 500


def test_an_undo_from_a_page_that_did_not_know_better_spares_others_too(image, owner, annotator):
    mine = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 0)])
    theirs = stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 1)])
    version = image.tiles.get().version
    write = masks.TileWrite(Plane.CLASS, 0, 0, version, b"\0")

    undone = {"undoes": str(mine.uuid)}
    edit = masks.write_edit(image, uuid=uuid.uuid4(), user=owner, tool="undo", tiles=[write], details=undone)

    assert (class_plane(image)[:10, :50] == 1).all()
    assert class_plane(image).sum() == 500
    row = edit.tiles.get()
    assert (theirs.seq + 1, row.new_version) == (edit.seq, version + 2), "a version the page does not expect"


def sent_undo(image, user, undoes, classes):
    """An undo as a page sends it that believes the first tile to become this; returns the tile as it is then."""
    write = masks.TileWrite(Plane.CLASS, 0, 0, image.tiles.get(plane=Plane.CLASS).version, tile.encode(classes))
    details = {"undoes": str(undoes)}
    masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="undo", tiles=[write], details=details)
    return class_plane(image)[:256, :256]


def test_an_undo_spares_what_somebody_else_had_painted_alike_before(image, owner, annotator):
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 1)])
    mine = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])

    now = sent_undo(image, owner, mine.uuid, np.zeros((256, 256), np.uint8))

    assert (now[:10, :50] == 1).all()
    assert now.sum() == 500


def test_an_undo_brings_back_what_its_page_did_not_know_to_be_under_it(image, owner, annotator):
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 2)])
    mine = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])

    now = sent_undo(image, owner, mine.uuid, np.zeros((256, 256), np.uint8))

    assert (now[:10, :50] == 2).all()
    assert now.sum() == 2 * 500


def test_an_undo_of_an_edit_that_never_came_takes_nothing(image, owner, annotator):
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 1)])

    now = sent_undo(image, owner, uuid.uuid4(), np.zeros((256, 256), np.uint8))

    assert now.sum() == 500


def test_an_undo_changes_no_pixel_that_the_undone_edit_had_not_changed(image, owner):
    stroke(image, owner, [((slice(0, 10), slice(0, 50)), 1)])
    mine = stroke(image, owner, [((slice(10, 20), slice(0, 50)), 1)])

    now = sent_undo(image, owner, mine.uuid, np.full((256, 256), 2, np.uint8))

    assert (now[:10, :50] == 1).all()
    assert now.sum() == 500


def test_undoing_takes_class_and_object_together(painted, owner):
    ids = tile.decode(bytes(painted.tiles.get(plane="object", x=0, y=0).data), np.uint16)
    ids[100:140, 100:140] = 7
    version = painted.tiles.get(plane="object", x=0, y=0).version
    write = masks.TileWrite(Plane.OBJECT, 0, 0, version, tile.encode(ids))
    renamed = masks.write_edit(painted, uuid=uuid.uuid4(), user=owner, tool="objects", tiles=[write])

    history.undo(painted, renamed.seq, user=owner, uuid=uuid.uuid4())

    _, objects = masks.planes_of(painted)
    assert set(np.unique(objects.read(Box(100, 100, 180, 140)))) == {1, 2}


# ---------------------------------------------------------------- going back


def test_going_back_is_one_new_edit_that_can_be_undone(image, owner):
    first = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    then = class_plane(image)
    stroke(image, owner, [((slice(20, 90), slice(20, 90)), 2)])
    later = class_plane(image)

    edit = history.restore(image, first.seq, user=owner, uuid=uuid.uuid4())

    assert (edit.tool, edit.details, edit.box) == ("restore", {"restores": 1}, [20, 20, 90, 90])
    np.testing.assert_array_equal(class_plane(image), then)
    history.undo(image, edit.seq, user=owner, uuid=uuid.uuid4())
    np.testing.assert_array_equal(class_plane(image), later)


def test_going_back_to_before_the_first_edit_leaves_nothing(painted, owner):
    history.restore(painted, 0, user=owner, uuid=uuid.uuid4())

    classes, objects = masks.planes_of(painted)
    assert not classes.read(Box(0, 0, 600, 400)).any()
    assert not objects.read(Box(0, 0, 600, 400)).any()


def test_going_back_in_a_box_leaves_the_rest(image, owner):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])

    history.restore(image, 0, user=owner, uuid=uuid.uuid4(), box=Box(0, 0, 400, 20))

    now = class_plane(image)
    assert not now[:20].any()
    assert (now[20:50, :50] == 1).all()


def test_going_back_on_one_persons_work_keeps_everybody_elses(image, owner, annotator):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    stroke(image, annotator, [((slice(0, 20), slice(0, 50)), 2)])
    stroke(image, owner, [((slice(0, 10), slice(0, 50)), 1), ((slice(100, 110), slice(0, 50)), 1)])

    edit = history.restore(image, 0, user=annotator, uuid=uuid.uuid4(), of=owner.pk)

    now = class_plane(image)
    assert edit.details["of"] == "olga"
    assert (now[:20, :50] == 2).all()
    assert now.sum() == 2 * 20 * 50


def test_going_back_where_nothing_changed_since_is_refused(image, owner, annotator):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])

    with pytest.raises(Refused, match="everything here is as it was then"):
        history.restore(image, 1, user=owner, uuid=uuid.uuid4())
    with pytest.raises(Refused, match="has changed nothing here"):
        history.restore(image, 0, user=owner, uuid=uuid.uuid4(), of=annotator.pk)
    with pytest.raises(Refused, match="this photo has 1 edits"):
        history.restore(image, 9, user=owner, uuid=uuid.uuid4())
    with pytest.raises(Refused, match="nothing of the photo"):
        history.restore(image, 0, user=owner, uuid=uuid.uuid4(), box=Box(900, 900, 950, 950))


def test_going_back_reads_again_when_somebody_was_quicker(image, owner, annotator, monkeypatch):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    original, once = masks.write_edit, [True]

    def overtaken(*args, **more):
        if once and once.pop():
            monkeypatch.setattr(masks, "write_edit", original)
            stroke(image, annotator, [((slice(200, 210), slice(0, 10)), 2)])
            monkeypatch.setattr(masks, "write_edit", overtaken)
        return original(*args, **more)

    monkeypatch.setattr(masks, "write_edit", overtaken)

    history.restore(image, 0, user=owner, uuid=uuid.uuid4(), of=owner.pk)

    assert class_plane(image).sum() == 2 * 100


strokes = st.lists(
    st.tuples(
        st.booleans(), st.integers(0, 6), st.integers(0, 6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2)
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strokes=strokes, data=st.data())
def test_undo_of_any_edit_takes_its_own_pixels_and_no_others(image, owner, annotator, strokes, data):
    start = image.seq
    people = [owner, annotator]
    edits, before = [], [class_plane(image)]
    for is_owner, top, left, height, width, value in strokes:
        rows, columns = slice(top * 8, (top + height) * 8), slice(left * 8, (left + width) * 8)
        edits.append(stroke(image, people[is_owner], [((rows, columns), value)]))
        before.append(class_plane(image))
    place = data.draw(st.integers(0, len(edits) - 1))
    edit, now = edits[place], before[-1]

    try:
        history.undo(image, edit.seq, user=edit.user, uuid=uuid.uuid4())
    except Refused:
        pass

    mine = before[place] != before[place + 1]
    others = np.zeros_like(mine)
    for number in range(place + 1, len(edits)):
        if edits[number].user_id != edit.user_id:
            others |= before[number] != before[number + 1]
    taken = mine & (now == before[place + 1]) & ~others
    np.testing.assert_array_equal(class_plane(image), np.where(taken, before[place], now))
    # And going back undoes the undo as it undoes everything else.
    if image.seq > start + len(edits):
        history.restore(image, start + len(edits), user=owner, uuid=uuid.uuid4())
    np.testing.assert_array_equal(class_plane(image), now)


# ---------------------------------------------------------------- one person's undo


def taking_back(image, user, tool, edit):
    states = list(past.states(edit))
    writes = [
        masks.TileWrite(plane, x, y, image.tiles.get(plane=plane, x=x, y=y).version, before)
        for plane, x, y, before, _ in states
    ]
    details = {"undoes": str(edit.uuid)}
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool=tool, tiles=writes, details=details)


def test_an_undo_that_knew_the_class_only_brings_back_the_object_too(painted, owner):
    classes, objects = (painted.tiles.get(plane=plane, x=0, y=0) for plane in (Plane.CLASS, Plane.OBJECT))
    before = tile.decode(bytes(objects.data), np.uint16)
    over = [tile.decode(bytes(classes.data), np.uint8), before.copy()]
    for pixels, value in zip(over, (2, 0), strict=True):
        pixels[100:140, 100:140] = value
    writes = [
        masks.TileWrite(one.plane, 0, 0, one.version, tile.encode(pixels))
        for one, pixels in zip((classes, objects), over, strict=True)
    ]
    edit = masks.write_edit(painted, uuid=uuid.uuid4(), user=owner, tool="brush", tiles=writes)

    sent = masks.TileWrite(Plane.CLASS, 0, 0, classes.version + 1, bytes(classes.data))
    undone = {"undoes": str(edit.uuid)}
    masks.write_edit(painted, uuid=uuid.uuid4(), user=owner, tool="undo", tiles=[sent], details=undone)

    now = tile.decode(bytes(painted.tiles.get(plane=Plane.OBJECT, x=0, y=0).data), np.uint16)
    np.testing.assert_array_equal(now, before)


def seqs(stack):
    return [edit.seq for edit in stack.done], [edit.seq for edit in stack.undone]


def test_what_one_can_undo_is_ones_own_and_outlives_the_page(image, owner, annotator):
    first = stroke(image, owner, [((slice(0, 10), slice(0, 10)), 1)])
    stroke(image, annotator, [((slice(50, 60), slice(0, 10)), 1)])
    second = stroke(image, owner, [((slice(20, 30), slice(0, 10)), 1)])
    assert seqs(history.stack_of(image, owner)) == ([1, 3], [])

    undone = taking_back(image, owner, "undo", second)
    assert seqs(history.stack_of(image, owner)) == ([first.seq], [undone.seq])

    redone = taking_back(image, owner, "redo", undone)
    assert seqs(history.stack_of(image, owner)) == ([first.seq, redone.seq], [])

    taking_back(image, owner, "undo", redone)
    taking_back(image, owner, "undo", first)
    assert seqs(history.stack_of(image, owner)) == ([], [6, 7])

    stroke(image, owner, [((slice(80, 90), slice(0, 10)), 2)])
    assert seqs(history.stack_of(image, owner)) == ([8], [])


def test_the_mask_a_photo_came_with_is_not_undone_by_ctrl_z(painted, owner):
    assert painted.seq == 1
    assert seqs(history.stack_of(painted, owner)) == ([], [])


def test_an_edit_that_was_undone_says_so_until_it_is_redone(image, owner):
    edit = stroke(image, owner, [((slice(0, 10), slice(0, 10)), 1)])
    undone = taking_back(image, owner, "undo", edit)
    assert [row.taken_back_by for row in history.listed(image)[0]] == [None, undone.seq]

    taking_back(image, owner, "redo", undone)

    assert [row.taken_back_by for row in history.listed(image)[0]] == [None, 3, None]


# ---------------------------------------------------------------- one pixel


def test_a_pixel_says_who_painted_it_and_who_erased_it(image, owner, annotator):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    stroke(image, annotator, [((slice(0, 10), slice(0, 50)), 0), ((slice(40, 60), slice(0, 10)), 2)])

    painted, erased = history.origin_of(image, 30, 30), history.origin_of(image, 30, 5)
    over, never = history.origin_of(image, 5, 45), history.origin_of(image, 300, 200)

    assert (painted.kind, painted.class_index, painted.edit.user) == ("painted", 1, owner)
    assert (erased.kind, erased.class_index, erased.edit.user) == ("erased", 0, annotator)
    assert (over.kind, over.class_index, over.edit.seq) == ("painted", 2, 2)
    assert (never.kind, never.edit) == ("never", None)


def test_a_pixel_that_came_back_is_still_its_painters(image, owner, annotator):
    stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    over = stroke(image, annotator, [((slice(0, 50), slice(0, 50)), 2)])
    undone = taking_back(image, annotator, "undo", over)
    stroke(image, owner, [((slice(0, 5), slice(0, 5)), 0)])
    restored = history.restore(image, undone.seq, user=annotator, uuid=uuid.uuid4())

    one, corner = history.origin_of(image, 30, 30), history.origin_of(image, 2, 2)

    assert (one.edit.seq, one.brought_back_by.seq) == (1, undone.seq)
    assert (corner.edit.seq, corner.brought_back_by.seq) == (1, restored.seq)


def test_a_pixel_painted_and_undone_was_never_painted(image, owner):
    edit = stroke(image, owner, [((slice(0, 50), slice(0, 50)), 1)])
    taking_back(image, owner, "undo", edit)

    origin = history.origin_of(image, 3, 3)

    assert (origin.kind, origin.edit, origin.brought_back_by.seq) == ("never", None, 2)


def test_an_adopted_pixel_names_the_network(image, owner):
    result = projects.create_project(
        "found", user=owner, lineage={"kind": "predict", "model": {"id": 1, "title": "UNetV2 isolator"}, "run": 4}
    )
    write = masks.TileWrite(Plane.CLASS, 0, 0, 0, b"\1")
    details = {"image": 9, "project": result.pk}
    masks.write_edit(image, uuid=uuid.uuid4(), user=owner, tool="adopt", tiles=[write], details=details)

    assert history.origin_of(image, 3, 3).edit.source == {"model": "UNetV2 isolator", "run": 4, "project": result.pk}


def test_a_place_off_the_photo_is_refused(image):
    with pytest.raises(Refused, match="400, 0 is not on the photo of 400x300"):
        history.origin_of(image, 400, 0)
