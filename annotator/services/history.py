"""The history of a mask: reading it, taking edits back, and going back to how it was.

Whatever is taken back is taken back by a new edit, and nobody's later work goes with it.
"""

import uuid as uuids
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from django.contrib.auth import get_user_model
from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from annotator.models import Edit, EditTile, Image, LabelClass, Project
from annotator.raster import tile
from annotator.raster.box import Box, tile_box
from annotator.services import masks, past
from studio.errors import Conflict, Refused
from studio.texts import say

PAGE = 60
MOST_A_PAGE = 200
STEPS = 200  # that one person can undo
LOOKED_THROUGH = 2000  # edits of one person, to find those

UNDO, REDO, RESTORE = "undo", "redo", "restore"
# These brought a mask, or cleaned up after it: nobody's hand did them, so nobody's Ctrl+Z takes them back.
NOT_BY_HAND = frozenset({"import", "sample", "dtl", "predict", "trash"})

Writes = Callable[[], tuple[list[masks.TileWrite], Box]]


# ---------------------------------------------------------------- reading


def listed(
    image: Image, *, before: int | None = None, user_id: int | None = None, limit: int = PAGE
) -> tuple[list[Edit], int | None]:
    """A page of edits, newest first, and the `before` of the next page or None at the end.

    Each edit has its user, `tile_count`, `taken_back_by` (the seq of the undo it lies under, or None) and `source` (see
    `sources`).
    """
    limit = min(max(limit, 1), MOST_A_PAGE)
    found = image.edits.all()
    if before is not None:
        found = found.filter(seq__lt=before)
    if user_id is not None:
        found = found.filter(user_id=user_id)
    touched = EditTile.objects.filter(edit=OuterRef("pk")).order_by().values("edit").annotate(n=Count("pk"))
    counted = found.annotate(tile_count=Coalesce(Subquery(touched.values("n"), output_field=IntegerField()), 0))
    rows = list(counted.select_related("user").order_by("-seq")[: limit + 1])
    edits = rows[:limit]
    _note_taken_back(image, edits)
    sources(edits)
    return edits, edits[-1].seq if len(rows) > limit else None


def _note_taken_back(image: Image, edits: list[Edit]) -> None:
    reverting = image.edits.filter(tool__in=(UNDO, REDO)).order_by("seq")
    following: dict[str, tuple[str, int]] = {}
    names = [str(edit.uuid) for edit in edits]
    while names:  # an undo may have been undone, which is a redo, which may have been undone ...
        found = list(reverting.filter(details__undoes__in=names).values_list("details__undoes", "uuid", "seq"))
        following |= {name: (str(uuid), seq) for name, uuid, seq in found}
        names = [str(uuid) for _, uuid, _ in found if str(uuid) not in following]
    for edit in edits:
        edit.taken_back_by, name, is_back = None, str(edit.uuid), False
        while name in following:
            name, seq = following[name]
            is_back = not is_back
            edit.taken_back_by = seq if is_back else None


def sources(edits: Iterable[Edit]) -> None:
    """Give each edit its `source`: {"model", "run", "project"} where a network painted it, else None."""
    edits = list(edits)
    wanted = {edit: edit.details.get("project") for edit in edits if edit.tool == "adopt"}
    wanted |= {edit: edit.image.project_id for edit in edits if edit.tool == "predict"}
    ids = {number for number in wanted.values() if isinstance(number, int)}
    lineages = dict(Project.objects.filter(pk__in=ids).values_list("pk", "lineage")) if ids else {}
    for edit in edits:
        project = wanted.get(edit)
        lineage = lineages.get(project) or {}
        title = (lineage.get("model") or {}).get("title")
        edit.source = {"model": title, "run": lineage.get("run"), "project": project} if title else None


def people(image: Image) -> list[dict]:
    """Who changed this mask, most edits first: {"id", "name", "edits"}; nobody's own edits under None."""
    rows = image.edits.order_by().values("user_id").annotate(name=F("user__username"), edits=Count("pk"))
    ordered = sorted(rows, key=lambda row: -row["edits"])
    return [{"id": row["user_id"], "name": row["name"], "edits": row["edits"]} for row in ordered]


def edit_of(image: Image, seq: int) -> Edit:
    """Raises Refused when there is no such edit."""
    edit = image.edits.select_related("user").filter(seq=seq).first()
    if edit is None:
        raise Refused(say("edit {seq}: this photo has {count} edits", seq=seq, count=image.seq), at="seq")
    return edit


def checked_seq(image: Image, seq: int) -> int:
    """A moment of this photo's history; 0 is before the first edit. Raises Refused."""
    if not 0 <= seq <= image.seq:
        raise Refused(say("edit {seq}: this photo has {count} edits", seq=seq, count=image.seq), at="seq")
    return seq


# ---------------------------------------------------------------- one person's undo


@dataclass
class Stack:
    """What one person can undo and redo, the next one last."""

    done: list[Edit] = field(default_factory=list)
    undone: list[Edit] = field(default_factory=list)


def stack_of(image: Image, user) -> Stack:
    """Fold a person's edits of a photo, whatever page or tab they came from, into what can be undone and redone.

    Only their seq, uuid, tool, details and time are read.
    """
    own = image.edits.filter(user=user).exclude(tool__in=NOT_BY_HAND)
    latest = list(own.order_by("-seq").only("image", "seq", "uuid", "tool", "details", "created_at")[:LOOKED_THROUGH])
    by_seq = {edit.seq: str(edit.uuid) for edit in latest}
    done: dict[str, Edit] = {}
    undone: dict[str, Edit] = {}
    for edit in reversed(latest):
        name = edit.details.get("undoes")
        name = by_seq.get(name, "") if isinstance(name, int) else str(name)
        if edit.tool == UNDO:
            done.pop(name, None)
            undone[str(edit.uuid)] = edit
        elif edit.tool == REDO:
            undone.pop(name, None)
            done[str(edit.uuid)] = edit
        else:
            done[str(edit.uuid)] = edit
            undone.clear()
    return Stack(list(done.values())[-STEPS:], list(undone.values())[-STEPS:])


# ---------------------------------------------------------------- taking back


def undo(image: Image, seq: int, *, user, uuid: uuids.UUID | str) -> Edit:
    """Undo an edit by a new edit: pixels it changed become what they were before it.

    Pixels that somebody else changed after it stay as they are now.
    Raises Refused when there is no such edit, or nothing is left of it to undo.
    """
    edit = edit_of(image, seq)
    details = {"undoes": str(edit.uuid)}
    return _write(
        image,
        lambda: _inverse(image, edit),
        user=user,
        uuid=uuid,
        tool=UNDO,
        details=details,
        nothing=say("edit {seq}: nothing of it is left to undo", seq=seq),
    )


def _inverse(image: Image, edit: Edit) -> tuple[list[masks.TileWrite], Box]:
    keys = set(edit.tiles.values_list("x", "y"))
    changed = past.changes(edit, keys)
    writes: list[masks.TileWrite] = []
    for key, versions, now in past.pairs_now(image, keys):
        where, was = past.taken_back(image, edit, key, now, changed)
        writes += _writes(key, versions, now, was, where)
    return writes, Box.of_list(edit.box)


# ---------------------------------------------------------------- going back


def restore(
    image: Image, seq: int, *, user, uuid: uuids.UUID | str, box: Box | None = None, of: int | None = None
) -> Edit:
    """Make the mask what it was after an edit, by a new edit that can itself be undone.

    seq: 0 is before the first edit.
    box: only this part of the photo.
    of:  only what this person (an id) changed since; where others painted too, their work is all that stays.

    Raises Refused when that would change nothing.
    """
    checked_seq(image, seq)
    photo = Box.of_size(image.photo.width, image.photo.height)
    inside = photo if box is None else box & photo
    if inside.is_empty:
        raise Refused(say("box: {box} has nothing of the photo in it", box=box.as_list() if box else []), at="box")
    details: dict = {"restores": seq}
    if box is not None:
        details["box"] = inside.as_list()
    if of is not None:
        person = get_user_model().objects.filter(pk=of).first()
        if person is None or not image.edits.filter(user_id=of, seq__gt=seq).exists():
            raise Refused(say("user: this person has changed nothing here since edit {seq}", seq=seq), at="user")
        details["of"] = person.username
    if box is None:
        nothing = say("edit {seq}: everything here is as it was then already", seq=seq)
    else:
        nothing = say("edit {seq}: everything in this part is as it was then already", seq=seq)
    return _write(
        image,
        lambda: _restoring(image, seq, inside, of),
        user=user,
        uuid=uuid,
        tool=RESTORE,
        details=details,
        nothing=nothing,
    )


def _restoring(image: Image, seq: int, inside: Box, of: int | None) -> tuple[list[masks.TileWrite], Box]:
    keys = past.keys_changed_since(image, seq, box=inside, user_id=of)
    purged = LabelClass.objects.filter(project=image.project_id).exclude(purged_at=None)
    gone = list(purged.values_list("index", flat=True))
    if of is None:
        targets = past.pairs_at(image, seq, keys)
    else:
        targets = ((key, _without(image, key, seq, of)) for key in past.in_order(keys))
    writes: list[masks.TileWrite] = []
    changed = Box(0, 0, 0, 0)
    for (key, target), (_, versions, now) in zip(targets, past.pairs_now(image, keys), strict=True):
        classes, objects = target
        if gone:
            is_gone = np.isin(classes, gone)
            classes[is_gone], objects[is_gone] = 0, 0
        here = tile_box(*key)
        where = np.zeros((tile.TILE, tile.TILE), bool)
        where[(inside & here).shifted(-here.left, -here.top).slices] = True
        where &= (classes != now[0]) | (objects != now[1])
        writes += _writes(key, versions, now, target, where)
        changed |= past.changed_box(where, np.zeros_like(where)).shifted(here.left, here.top)
    return writes, changed


def _without(image: Image, key: past.Key, seq: int, user_id: int) -> past.Pair:
    """A tile as it would be, had a person done nothing since an edit."""
    classes, objects = next(past.pairs_at(image, seq, [key]))[1]
    for edit, (after_classes, after_objects), changed in past.steps_of(image, key, seq):
        if edit.user_id != user_id:
            classes[changed], objects[changed] = after_classes[changed], after_objects[changed]
    return classes, objects


def _writes(
    key: past.Key, versions: dict[str, int], now: past.Pair, target: Iterable[np.ndarray], where: np.ndarray
) -> list[masks.TileWrite]:
    """The tiles that make these pixels (bool) what they are in `target`, where that changes anything."""
    writes = []
    for plane, is_now, wanted in zip(past.DTYPES, now, target, strict=True):
        pixels = np.where(where, wanted, is_now)
        if not np.array_equal(pixels, is_now):
            writes.append(masks.TileWrite(plane, *key, versions.get(plane, 0), tile.encode(pixels)))
    return writes


def _write(image: Image, read: Writes, *, user, uuid: uuids.UUID | str, tool: str, details: dict, nothing: str) -> Edit:
    """Save what `read` finds to change, reading again whenever somebody painted in between."""
    uuid = uuid if isinstance(uuid, uuids.UUID) else masks.checked_uuid(uuid)
    if (first := masks.repeated(image, uuid, user)) is not None:
        return first
    for _ in range(masks.PAINT_ATTEMPTS):
        writes, box = read()
        if not writes:
            raise Refused(nothing, at="seq")
        try:
            return masks.write_edit(image, uuid=uuid, user=user, tool=tool, tiles=writes, box=box, details=details)
        except Conflict:
            continue  # somebody painted between our reading and writing: read again
    raise Conflict(say("Others keep painting here; try again in a moment."))


# ---------------------------------------------------------------- one pixel


@dataclass
class Origin:
    """Where a pixel comes from. kind: painted, erased, or never (nobody ever painted it)."""

    class_index: int
    object_id: int
    kind: str
    edit: Edit | None = None
    brought_back_by: Edit | None = None  # the undo, redo or restore that made it so again


def origin_of(image: Image, x: int, y: int) -> Origin:
    """Who made a pixel what it is, and with what. Raises Refused outside of the photo."""
    if not (0 <= x < image.photo.width and 0 <= y < image.photo.height):
        size = f"{image.photo.width}x{image.photo.height}"
        raise Refused(say("pixel: {x}, {y} is not on the photo of {size}", x=x, y=y, size=size), at="x")
    index, object_id, seq = _last_change(image, x, y, image.seq)
    found, brought_back_by, edit = seq, None, None
    while found:
        edit = image.edits.select_related("user").get(seq=found)
        earlier = _reaches_back_to(image, edit)
        if earlier is None:
            break
        # It was taken back to an earlier state: who made the pixel is who made it then.
        *value, before = _last_change(image, x, y, earlier)
        if value != [index, object_id]:
            break
        brought_back_by = brought_back_by or edit
        found, edit = before, None
    kind = "painted" if index else "erased" if found else "never"
    edits = [one for one in (edit, brought_back_by) if one is not None]
    sources(edits)
    return Origin(index, object_id, kind, edit, brought_back_by)


def _reaches_back_to(image: Image, edit: Edit) -> int | None:
    """The seq of the state an undo, redo or restore went back to; None for every other edit."""
    if edit.tool == RESTORE and isinstance(edit.details.get("restores"), int):
        return min(edit.details["restores"], edit.seq - 1)
    if edit.tool in (UNDO, REDO) and (undone := past.named(image, edit.details.get("undoes"))) is not None:
        return min(undone.seq, edit.seq) - 1
    return None


def _last_change(image: Image, x: int, y: int, until: int) -> tuple[int, int, int]:
    """(class, object, seq of the edit that last changed either) of a pixel after an edit; seq 0 where none did."""
    values, changed_at = [], 0
    for plane in past.DTYPES:
        value, seq = past.last_change(image, plane, x, y, until)
        values.append(value)
        changed_at = max(changed_at, seq)
    return values[0], values[1], changed_at
