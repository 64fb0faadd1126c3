"""Reading masks and changing them, edit by edit."""

import uuid as uuids
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction
from django.utils import timezone

from annotator.models import Edit, EditTile, Image, Plane, Tile
from annotator.raster import regions, tile
from annotator.raster.box import Box, tile_box
from annotator.raster.plane import SparsePlane
from annotator.services import classes as class_service
from annotator.services import past, workflow
from annotator.services.past import DTYPES
from studio import bell
from studio.errors import Conflict, Refused
from studio.sayings import Saying
from studio.texts import say

PAINT_ATTEMPTS = 20
# Counting objects takes 1 to 3 ms a painted tile, and every stroke would wait for it. Beyond this many tiles nobody
# counts until somebody asks for the number.
COUNT_AT_ONCE = 8

Key = tuple[str, int, int]  # plane, x, y


@dataclass(frozen=True)
class TileWrite:
    """A tile as an edit wants it. `if_version` is the version it was made from; 0 where no tile was.

    by: uuid of the edit that must have made that version, where the sender only expects it to; None where it was told.
    """

    plane: str
    x: int
    y: int
    if_version: int
    data: bytes
    by: str | None = None

    @property
    def key(self) -> Key:
        return self.plane, self.x, self.y


@dataclass(frozen=True)
class TileUnder:
    """A tile that an edit was made on and leaves as it is; `by` as of a TileWrite."""

    plane: str
    x: int
    y: int
    version: int
    by: str | None = None

    @property
    def key(self) -> Key:
        return self.plane, self.x, self.y


@dataclass(frozen=True)
class Checked:
    """A tile that was found right, and how many pixels of each value it holds (class plane only)."""

    write: TileWrite
    counts: Mapping[int, int] = field(default_factory=dict)
    highest: int = 0  # object id
    is_amended: bool = False  # its pixels are not quite those that were sent


# ---------------------------------------------------------------- reading


def planes_of(image: Image) -> tuple[SparsePlane, SparsePlane | None]:
    """The mask of an image: (classes uint8, object ids uint16 or None when no object needs an id of its own)."""
    tiles: dict[str, dict[tuple[int, int], bytes]] = {Plane.CLASS: {}, Plane.OBJECT: {}}
    for plane, x, y, data in image.tiles.values_list("plane", "x", "y", "data"):
        tiles[plane][x, y] = bytes(data)
    objects = SparsePlane(np.uint16, tiles[Plane.OBJECT]) if tiles[Plane.OBJECT] else None
    return SparsePlane(np.uint8, tiles[Plane.CLASS]), objects


def tiles_of(
    image: Image, plane: str, *, since: int | None = None, keys: Iterable[tuple[int, int]] | None = None
) -> list[tuple[int, int, int, bytes]]:
    """(x, y, version, bytes) of the tiles of a plane, all of them, those asked for, or those changed after an edit."""
    found = image.tiles.filter(plane=plane)
    wanted = None if keys is None else set(keys)
    if since is not None:
        edited = EditTile.objects.filter(image=image, seq__gt=since, plane=plane)
        moved = set(edited.values_list("x", "y"))
        wanted = moved if wanted is None else moved & wanted
    if wanted is not None:
        found = found.filter(x__in={x for x, _ in wanted}, y__in={y for _, y in wanted})
    rows = found.order_by("y", "x").values_list("x", "y", "version", "data")
    return [(x, y, version, bytes(data)) for x, y, version, data in rows if wanted is None or (x, y) in wanted]


def has_objects(image: Image) -> bool:
    """Whether objects of this image have ids of their own."""
    return image.tiles.filter(plane=Plane.OBJECT).exists()


def freshen_counts(images: Iterable[Image]) -> None:
    """Count the objects of images that were edited since they were counted."""
    for image in images:
        if image.counted_seq < image.seq:
            seq = image.seq
            image.object_count, image.counted_seq = count_objects(image), seq
            stale = Image.objects.filter(pk=image.pk, counted_seq__lt=seq)
            stale.update(object_count=image.object_count, counted_seq=seq)


def count_objects(image: Image) -> int:
    """Objects of the object plane, and the connected components of each class where there are none."""
    _, found = regions.label_planes(*planes_of(image))
    return len(found)


def topic_of(image_id: int) -> str:
    """What to listen to on the bell for edits of an image."""
    return f"image-{image_id}"


# ---------------------------------------------------------------- changing


def write_edit(
    image: Image,
    *,
    uuid: uuids.UUID | str,
    user,
    tool: str,
    tiles: Iterable[TileWrite],
    under: Iterable[TileUnder] = (),
    box: Box | None = None,
    details: dict | None = None,
) -> Edit:
    """Save one stroke: all its tiles or none, in one transaction, however often it is sent.

    uuid:  made by the client; the same one again gives the edit of the first time.
    under: tiles that must be as the edit was made on them, too: classes and objects of a place go together.
    box:   what was painted, in photo pixels; around the tiles when None.

    What is saved keeps two rules, whatever was sent: background belongs to no object, and an edit whose details say
    that it `undoes` another brings back what was there before that one, where that one changed it and nobody else did
    since, and nothing else. A tile that became another by that skips a version, or is an additional one: a client that
    meets a version it did not expect asks for the tile.

    Brings `image` up to date. Raises Refused for tiles that are not right, and Conflict when tiles have moved on since
    `if_version`: its `more` holds {"seq", "tiles": [(plane, x, y, version, bytes)]} of those only. Raises NotAllowed
    while the photo is submitted or accepted.
    """
    uuid = uuid if isinstance(uuid, uuids.UUID) else checked_uuid(uuid)
    if (first := repeated(image, uuid, user)) is not None:
        return first
    checked, under = check(image, tiles), list(under)
    box = box or around(image, [one.write for one in checked])
    with transaction.atomic():
        # The row lock makes writers of one image queue; SQLite has locked the database by now.
        locked = Image.objects.select_for_update().get(pk=image.pk)
        if (first := repeated(image, uuid, user)) is not None:
            return first
        workflow.refuse_locked(locked)
        _refuse_moved(locked, checked, under)
        edit = _write(locked, checked, uuid=uuid, user=user, tool=tool, box=box, details=details or {})
        transaction.on_commit(lambda: bell.ring(topic_of(image.pk)))
    _count_if_quick(locked)
    for name in EDITED:
        setattr(image, name, getattr(locked, name))
    return edit


EDITED = [
    "seq",
    "class_px",
    "painted_px",
    "is_annotated",
    "edited_at",
    "next_object",
    "object_count",
    "counted_seq",
]


def repeated(image: Image, uuid: uuids.UUID, user) -> Edit | None:
    """The edit this uuid has made already. Raises Refused when it was another image's or another person's."""
    edit = Edit.objects.filter(uuid=uuid).first()
    if edit is None:
        return None
    if edit.image_id != image.pk or edit.user_id != getattr(user, "pk", None):
        sentence = say("uuid: {uuid} belongs to another edit; each edit needs one of its own", uuid=uuid)
        raise Refused(sentence, at="uuid")
    image.refresh_from_db(fields=EDITED)
    edit.is_repeated = True
    return edit


def _refuse_moved(image: Image, checked: list[Checked], under: list[TileUnder]) -> None:
    believed = [(one.write.key, one.write.if_version, one.write.by) for one in checked]
    believed += [(one.key, one.version, one.by) for one in under]
    heads = _heads(image, [key for key, _, _ in believed])
    moved = [
        key
        for key, version, by in believed
        if _version(heads, key) != version or (by is not None and not _made(image, key, version, by))
    ]
    if moved:
        sentence = say(
            "Somebody else painted here meanwhile: {moved} of {all} tiles have moved on.",
            moved=len(moved),
            all=len(believed),
        )
        theirs = [(*key, _version(heads, key), _data(heads, key)) for key in moved]
        raise Conflict(sentence, at="tiles", seq=image.seq, tiles=theirs)


def _made(image: Image, key: Key, version: int, by: str) -> bool:
    plane, x, y = key
    rows = EditTile.objects.filter(image=image, plane=plane, x=x, y=y, new_version=version)
    return rows.filter(edit__uuid=checked_uuid(by)).exists()


def _write(image: Image, checked: list[Checked], *, uuid, user, tool: str, box: Box, details: dict) -> Edit:
    places = {(one.write.x, one.write.y) for one in checked}
    heads = _heads(image, [(plane, x, y) for plane in DTYPES for x, y in places])
    checked = _by_the_rules(image, checked, heads, details)

    image.seq += 1
    image.edited_at = timezone.now()
    edit = Edit.objects.create(
        uuid=uuid, image=image, seq=image.seq, user=user, tool=tool[:40], box=box.as_list(), details=details
    )
    pixels = Counter({int(index): px for index, px in image.class_px.items()})
    fresh, changed, story = [], [], []
    for one in checked:
        write, head = one.write, heads.get(one.write.key)
        dtype = DTYPES[write.plane]
        before, after = tile.decode(_data(heads, write.key), dtype), tile.decode(write.data, dtype)
        if write.plane == Plane.CLASS:
            pixels.update(one.counts)
            pixels.subtract(counts_of(before))
        image.next_object = max(image.next_object, one.highest + 1)
        version = write.if_version + (2 if one.is_amended else 1)
        changed_box = past.changed_box(before, after)
        story.append(
            EditTile(
                edit=edit,
                image=image,
                seq=edit.seq,
                plane=write.plane,
                x=write.x,
                y=write.y,
                old_version=write.if_version,
                new_version=version,
                data=write.data,
                left=changed_box.left,
                top=changed_box.top,
                right=changed_box.right,
                bottom=changed_box.bottom,
            )
        )
        if head is None:
            fresh.append(Tile(image=image, plane=write.plane, x=write.x, y=write.y, version=version, data=write.data))
        else:
            head.version, head.data = version, write.data
            changed.append(head)
    Tile.objects.bulk_create(fresh)
    Tile.objects.bulk_update(changed, ["version", "data"], batch_size=100)
    EditTile.objects.bulk_create(story)
    note_pixels(image, pixels)
    if image.holder_id is not None and image.holder_id == getattr(user, "pk", None):
        image.held_seen_at = image.edited_at
    image.save(
        update_fields=["seq", "edited_at", "class_px", "painted_px", "is_annotated", "next_object", "held_seen_at"]
    )
    return edit


def _by_the_rules(image: Image, checked: list[Checked], heads: dict[Key, Tile], details: dict) -> list[Checked]:
    """The same tiles, some amended and perhaps some more, so that what they leave behind keeps the rules of masks."""
    sent = {one.write.key: one for one in checked}
    places = dict.fromkeys((one.write.x, one.write.y) for one in checked)
    is_undo = "undoes" in details
    undone = past.named(image, details["undoes"]) if is_undo else None
    changed = past.changes(undone, places) if undone else {}
    kept: list[Checked] = []
    for x, y in places:
        class_key, object_key = (str(Plane.CLASS), x, y), (str(Plane.OBJECT), x, y)
        mine = [sent[key] for key in (class_key, object_key) if key in sent]
        if not is_undo and object_key not in sent and object_key not in heads:
            kept += mine
            continue
        now = _pixels(heads, class_key), _pixels(heads, object_key)
        classes, objects = (
            tile.decode(sent[key].write.data, DTYPES[key[0]]) if key in sent else is_now.copy()
            for key, is_now in zip((class_key, object_key), now, strict=True)
        )
        amended: set[Key] = set()
        if is_undo:
            where, was = (classes != now[0]) | (objects != now[1]), now
            if undone is not None:
                is_its, was = past.taken_back(image, undone, (x, y), now, changed)
                where &= is_its
            for place, (key, pixels) in enumerate(((class_key, classes), (object_key, objects))):
                given = np.where(where, was[place], now[place])
                if (pixels != given).any():
                    pixels[:] = given
                    amended.add(key)
        if (is_stray := (classes == 0) & (objects != 0)).any():
            objects[is_stray] = 0
            amended.add(object_key)
        kept += [one for one in mine if one.write.key not in amended]
        for key, pixels in ((class_key, classes), (object_key, objects)):
            if key in amended:
                version = sent[key].write.if_version if key in sent else _version(heads, key)
                write = TileWrite(*key, version, tile.encode(pixels))
                counts = counts_of(pixels) if key == class_key else {}
                # An id that was meant is an id that was given, wherever its pixels went.
                highest = max(sent[key].highest if key in sent else 0, int(pixels.max())) if key == object_key else 0
                kept.append(Checked(write, counts, highest, is_amended=True))
    return kept


def _heads(image: Image, keys: list[Key]) -> dict[Key, Tile]:
    near = image.tiles.filter(x__in={x for _, x, _ in keys}, y__in={y for _, _, y in keys})
    wanted = set(keys)
    return {key: head for head in near if (key := (head.plane, head.x, head.y)) in wanted}


def _version(heads: dict[Key, Tile], key: Key) -> int:
    return heads[key].version if key in heads else 0


def _data(heads: dict[Key, Tile], key: Key) -> bytes:
    return bytes(heads[key].data) if key in heads else bytes(DTYPES[key[0]].itemsize)


def _pixels(heads: dict[Key, Tile], key: Key) -> np.ndarray:
    return tile.decode(_data(heads, key), DTYPES[key[0]])


def note_pixels(image: Image, pixels: Mapping[int, int]) -> None:
    """Put pixels by class index into an image's fields: background and what is zero are left out."""
    image.class_px = {str(index): int(px) for index, px in sorted(pixels.items()) if index and px}
    image.painted_px = sum(image.class_px.values())
    image.is_annotated = image.painted_px > 0


def _count_if_quick(image: Image) -> None:
    """Outside the transaction: nobody waits for a number."""
    if image.tiles.filter(plane=Plane.CLASS).count() <= COUNT_AT_ONCE:
        freshen_counts([image])


# ---------------------------------------------------------------- checking what came in


def check(image: Image, tiles: Iterable[TileWrite]) -> list[Checked]:
    """Raises Refused with where and why for the first tile that is not right."""
    writes = list(tiles)
    if not writes:
        raise Refused("tiles: an edit changes at least one tile", at="tiles")
    if len({write.key for write in writes}) < len(writes):
        raise Refused("tiles: a tile is named twice", at="tiles")
    known = class_service.known_indexes(image.project_id)
    size = image.photo.width, image.photo.height
    return [check_tile(write, size, known, at=f"tiles.{number}") for number, write in enumerate(writes)]


def check_tile(write: TileWrite, size: tuple[int, int], known: set[int], at: str) -> Checked:
    """size: (width, height) of the photo.  known: values the class plane may hold."""

    def where() -> Saying:
        return Saying("{at}: {plane} tile {x}, {y}", at=at, plane=write.plane, x=write.x, y=write.y)

    if write.plane not in DTYPES:
        raise Refused(f"{at}: expected the plane class or object, found {write.plane!r}", at=at)
    inside = (Box.of_size(*size) & tile_box(write.x, write.y)) if write.x >= 0 and write.y >= 0 else Box(0, 0, 0, 0)
    if inside.is_empty:
        raise Refused(f"{where()} lies outside the photo of {size[0]}x{size[1]}", at=at)
    if write.if_version < 0:
        raise Refused(f"{where()}: if_version cannot be negative", at=at)
    try:
        pixels = tile.decode(write.data, DTYPES[write.plane])
    except ValueError as error:
        raise Refused(f"{where()}: {error}", at=at) from None
    if pixels[inside.height :].any() or pixels[:, inside.width :].any():
        raise Refused(f"{where()} is painted beyond the edge of the photo of {size[0]}x{size[1]}", at=at)
    if write.plane == Plane.OBJECT:
        return Checked(write, highest=int(pixels.max()))
    counts = counts_of(pixels)
    if unknown := counts.keys() - known:
        sentence = say(
            "{tile} holds the class index {index}, which this project does not have", tile=where(), index=min(unknown)
        )
        raise Refused(sentence, at=at)
    return Checked(write, counts)


def counts_of(pixels: np.ndarray) -> dict[int, int]:
    """Pixels by value, those that occur."""
    counts = np.bincount(pixels.ravel(), minlength=256)
    present = np.flatnonzero(counts)
    return dict(zip(present.tolist(), counts[present].tolist(), strict=True))


def checked_uuid(uuid: object) -> uuids.UUID:
    try:
        return uuids.UUID(str(uuid))
    except ValueError:
        raise Refused(f"uuid: expected a UUID, found {str(uuid)[:60]!r}", at="uuid") from None


def around(image: Image, writes: Iterable[TileWrite]) -> Box:
    box = Box(0, 0, 0, 0)
    for write in writes:
        box |= tile_box(write.x, write.y)
    return box.clipped(image.photo.width, image.photo.height)


# ---------------------------------------------------------------- painting on the server


def paint(
    image: Image,
    classes: np.ndarray,
    objects: np.ndarray | None,
    box: Box,
    *,
    user,
    tool: str,
    details: dict | None = None,
    where: np.ndarray | None = None,
) -> Edit | None:
    """Replace a box of the mask as one edit, whatever others paint meanwhile outside of it.

    classes: H×W uint8 of the box.   objects: H×W uint16 ids of the box, or None: its pixels lose their ids.
    where:   H×W bool, what to replace; all of the box when None.
    returns: the edit, or None when nothing would change.

    Raises Refused when the box is not inside the photo.
    """
    if box.is_empty or not Box.of_size(image.photo.width, image.photo.height).contains(box):
        raise Refused(f"box: {box.as_list()} is not inside the photo of {image.photo.width}x{image.photo.height}")
    uuid = uuids.uuid4()
    for _ in range(PAINT_ATTEMPTS):
        writes = _painted(image, classes, objects, box, where)
        if not writes:
            return None
        try:
            return write_edit(image, uuid=uuid, user=user, tool=tool, box=box, details=details, tiles=writes)
        except Conflict:
            continue  # somebody painted between our reading and writing: read again
    raise Conflict(say("Others keep painting here; try again in a moment."))


def _painted(
    image: Image, classes: np.ndarray, objects: np.ndarray | None, box: Box, where: np.ndarray | None
) -> list[TileWrite]:
    keys = list(box.tiles())
    writes: list[TileWrite] = []
    for plane, values in ((Plane.CLASS, classes), (Plane.OBJECT, objects)):
        rows = {(x, y): (version, data) for x, y, version, data in tiles_of(image, plane, keys=keys)}
        if values is None:
            if not rows:
                continue
            values = np.zeros((box.height, box.width), np.uint16)
        sparse = SparsePlane(DTYPES[plane], {key: data for key, (_, data) in rows.items()})
        for x, y in sorted(sparse.write(box, values, where=where)):
            version = rows[x, y][0] if (x, y) in rows else 0
            writes.append(TileWrite(plane, x, y, version, sparse.encoded_tile((x, y))))
    return writes
