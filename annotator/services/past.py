"""The mask as it was: every tile as each edit left it."""

import uuid as uuids
from collections.abc import Collection, Iterable, Iterator

import numpy as np
from django.db.models import Max

from annotator.models import Edit, EditTile, Image, Plane, Tile
from annotator.raster import tile
from annotator.raster.box import Box, tile_box

DTYPES: dict[str, np.dtype] = {Plane.CLASS: np.dtype(np.uint8), Plane.OBJECT: np.dtype(np.uint16)}
AT_ONCE = 400  # tiles asked for by one query

Key = tuple[int, int]  # (x, y) in tiles
Pair = tuple[np.ndarray, np.ndarray]  # classes uint8 and objects uint16 of one tile


def tiles_at(
    image: Image, plane: str, seq: int, *, keys: Iterable[Key] | None = None
) -> list[tuple[int, int, int, bytes]]:
    """(x, y, version, bytes) of the tiles of a plane as they were after an edit, in reading order."""
    found = EditTile.objects.filter(image=image, plane=plane, seq__lte=seq)
    wanted = None if keys is None else set(keys)
    if wanted is not None:
        found = found.filter(x__in={x for x, _ in wanted}, y__in={y for _, y in wanted})
    last = found.order_by().values_list("x", "y").annotate(last=Max("seq"))
    states = {(x, y, at) for x, y, at in last if wanted is None or (x, y) in wanted}
    seqs = sorted({at for *_, at in states})
    rows = []
    for start in range(0, len(seqs), AT_ONCE):
        some = found.filter(seq__in=seqs[start : start + AT_ONCE])
        for x, y, at, version, data in some.values_list("x", "y", "seq", "new_version", "data"):
            if (x, y, at) in states:
                rows.append((x, y, version, bytes(data)))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def pair_of(planes: dict[str, dict[Key, bytes]], key: Key) -> Pair:
    """Classes and objects of a tile, zeros where a plane has none there; free to be written into."""
    return _decoded(planes[Plane.CLASS].get(key), Plane.CLASS), _decoded(planes[Plane.OBJECT].get(key), Plane.OBJECT)


def pairs_at(image: Image, seq: int, keys: Collection[Key]) -> Iterator[tuple[Key, Pair]]:
    """Classes and objects of these tiles as they were after an edit."""
    for some in _portions(keys):
        planes = {plane: {(x, y): data for x, y, _, data in tiles_at(image, plane, seq, keys=some)} for plane in DTYPES}
        for key in some:
            yield key, pair_of(planes, key)


def pairs_now(image: Image, keys: Collection[Key]) -> Iterator[tuple[Key, dict[str, int], Pair]]:
    """These tiles as they are: where, the version of each plane that has a tile there, classes and objects."""
    for some in _portions(keys):
        wanted = set(some)
        planes: dict[str, dict[Key, bytes]] = {plane: {} for plane in DTYPES}
        versions: dict[Key, dict[str, int]] = {key: {} for key in some}
        near = Tile.objects.filter(image=image, x__in={x for x, _ in some}, y__in={y for _, y in some})
        for plane, x, y, version, data in near.values_list("plane", "x", "y", "version", "data"):
            if (x, y) in wanted:
                planes[plane][x, y] = bytes(data)
                versions[x, y][plane] = version
        for key in some:
            yield key, versions[key], pair_of(planes, key)


def in_order(keys: Collection[Key]) -> list[Key]:
    """Row by row, as every reading here goes."""
    return sorted(keys, key=lambda key: (key[1], key[0]))


def _portions(keys: Collection[Key]) -> Iterator[list[Key]]:
    ordered = in_order(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _decoded(data: bytes | None, plane: str) -> np.ndarray:
    return tile.decode(bytes(DTYPES[plane].itemsize) if data is None else data, DTYPES[plane])


# ---------------------------------------------------------------- what an edit did


def keys_changed_since(image: Image, seq: int, *, box: Box | None = None, user_id: int | None = None) -> set[Key]:
    """Tiles that edits after this one touched; only those of a box, only those of a person."""
    found = EditTile.objects.filter(image=image, seq__gt=seq)
    if user_id is not None:
        found = found.filter(edit__user_id=user_id)
    return {
        key
        for key in found.order_by().values_list("x", "y").distinct()
        if box is None or not (box & tile_box(*key)).is_empty
    }


def states(edit: Edit) -> Iterator[tuple[str, int, int, bytes, bytes]]:
    """(plane, x, y, bytes before, bytes after) of every tile an edit changed."""
    for row in edit.tiles.order_by("plane", "y", "x"):
        yield row.plane, row.x, row.y, data_before(row), bytes(row.data)


def states_of_pairs(edit: Edit) -> Iterator[tuple[str, int, int, bytes, bytes]]:
    """As `states`, with the other plane of these tiles where the photo had one, which is the same before and after."""
    touched: set[tuple[str, int, int]] = set()
    for row in states(edit):
        touched.add(row[:3])
        yield row
    for plane in DTYPES:
        keys = {(x, y) for _, x, y in touched if (plane, x, y) not in touched}
        for x, y, _, data in tiles_at(edit.image, plane, edit.seq, keys=keys) if keys else []:
            yield plane, x, y, data, data


def data_before(row: EditTile) -> bytes:
    """The tile as it was before an edit touched it."""
    earlier = EditTile.objects.filter(image_id=row.image_id, plane=row.plane, x=row.x, y=row.y, seq__lt=row.seq)
    data = earlier.order_by("-seq").values_list("data", flat=True).first()
    return bytes(DTYPES[row.plane].itemsize) if data is None else bytes(data)


def steps_of(image: Image, key: Key, after: int) -> Iterator[tuple[Edit, Pair, np.ndarray]]:
    """What happened to a tile after an edit, in order: by which edit (id, seq and user_id only), classes and objects
    after it, and which pixels it changed (bool). An edit changes a pixel when it changes its class or its object.
    """
    x, y = key
    classes, objects = next(pairs_at(image, after, [key]))[1]
    rows = EditTile.objects.filter(image=image, x=x, y=y, seq__gt=after, plane__in=list(DTYPES)).order_by("seq")
    by_seq: dict[int, tuple[Edit, dict[str, bytes]]] = {}
    for edit_id, seq, user_id, plane, data in rows.values_list("edit_id", "seq", "edit__user_id", "plane", "data"):
        by_seq.setdefault(seq, (Edit(pk=edit_id, seq=seq, user_id=user_id), {}))[1][plane] = bytes(data)
    for edit, planes in by_seq.values():
        before = classes, objects
        if Plane.CLASS in planes:
            classes = _decoded(planes[Plane.CLASS], Plane.CLASS)
        if Plane.OBJECT in planes:
            objects = _decoded(planes[Plane.OBJECT], Plane.OBJECT)
        yield edit, (classes, objects), (before[0] != classes) | (before[1] != objects)


def changed_by_others(image: Image, edit: Edit, key: Key) -> np.ndarray | None:
    """Pixels of a tile that anybody but its author changed after an edit (bool), or None where nobody came near."""
    x, y = key
    later = EditTile.objects.filter(image=image, plane__in=list(DTYPES), x=x, y=y, seq__gt=edit.seq)
    if not any(user_id != edit.user_id for user_id in later.values_list("edit__user_id", flat=True)):
        return None
    others = np.zeros((tile.TILE, tile.TILE), bool)
    for later_edit, _, changed in steps_of(image, key, edit.seq):
        if later_edit.user_id != edit.user_id:
            others |= changed
    return others


def changes(edit: Edit, keys: Collection[Key]) -> dict[tuple[str, int, int], tuple[bytes, bytes]]:
    """Bytes before and after of what an edit changed at these places, by (plane, x, y)."""
    found = {}
    for some in _portions(keys):
        wanted = set(some)
        rows = edit.tiles.filter(x__in={x for x, _ in some}, y__in={y for _, y in some})
        after = {(row.plane, row.x, row.y): bytes(row.data) for row in rows if (row.x, row.y) in wanted}
        for plane, dtype in DTYPES.items():
            touched = [(x, y) for of, x, y in after if of == plane]
            rows_before = tiles_at(edit.image, plane, edit.seq - 1, keys=touched) if touched else []
            before = {(x, y): data for x, y, _, data in rows_before}
            for x, y in touched:
                found[plane, x, y] = before.get((x, y), bytes(dtype.itemsize)), after[plane, x, y]
    return found


def taken_back(
    image: Image, edit: Edit, key: Key, now: Pair, changed: dict[tuple[str, int, int], tuple[bytes, bytes]]
) -> tuple[np.ndarray, Pair]:
    """Which pixels of a tile (bool) undoing an edit takes back, and the tile as it was before the edit.

    Those it changed that are still as it left them and that nobody but its author changed since.
    changed: as `changes` gives it. A plane the edit left alone is as it is, before as after.
    """
    was, became = [now[0], now[1]], [now[0], now[1]]
    for place, (plane, dtype) in enumerate(DTYPES.items()):
        if (plane, *key) in changed:
            was[place], became[place] = (tile.decode(data, dtype) for data in changed[plane, *key])
    where = (was[0] != became[0]) | (was[1] != became[1])
    where &= (now[0] == became[0]) & (now[1] == became[1])
    if (others := changed_by_others(image, edit, key)) is not None:
        where &= ~others
    return where, (was[0], was[1])


def last_change(image: Image, plane: str, x: int, y: int, until: int) -> tuple[int, int]:
    """(value, seq of the edit that made it so) of a pixel after an edit; (0, 0) where no edit ever changed it."""
    column, row = x % tile.TILE, y % tile.TILE
    found = EditTile.objects.filter(image=image, plane=plane, x=x // tile.TILE, y=y // tile.TILE, seq__lte=until)
    # Edits that changed something elsewhere in the tile are not even read.
    near = found.filter(left__lte=column, right__gt=column, top__lte=row, bottom__gt=row).order_by("-seq")
    value, last = 0, 0
    for seq, data in near.values_list("seq", "data").iterator(chunk_size=50):
        here = tile.value_at(bytes(data), column, row, DTYPES[plane])
        if last and here != value:
            return value, last
        value, last = here, seq
    return (value, last) if value else (0, 0)


def named(image: Image, name: object) -> Edit | None:
    """The edit of this image that another edit's details name: by its uuid, or by its seq as the first ones did."""
    if isinstance(name, int):
        return image.edits.filter(seq=name).first()
    try:
        return image.edits.filter(uuid=uuids.UUID(str(name))).first()
    except ValueError:
        return None


def changed_box(before: np.ndarray, after: np.ndarray) -> Box:
    """Around the pixels in which two states of a tile differ, in pixels of the tile."""
    differs = before != after
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return Box(0, 0, 0, 0)
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
