"""Taking edits back, pixel by pixel and never anybody else's."""

import uuid as uuids

import numpy as np

from annotator.models import Edit, EditTile, Image
from annotator.raster import tile
from annotator.raster.box import Box
from annotator.services import masks
from studio.errors import Conflict, Refused


def undo(image: Image, seq: int, *, user, uuid: uuids.UUID | str) -> Edit:
    """Undo an edit by a new edit: pixels it changed become what they were before it.

    Pixels that somebody changed after it stay as they are now: nobody's later work is taken away.
    Raises Refused when there is no such edit, or nothing is left of it to undo.
    """
    uuid = uuid if isinstance(uuid, uuids.UUID) else masks.checked_uuid(uuid)
    if (first := masks.repeated(image, uuid, user)) is not None:
        return first
    edit = image.edits.filter(seq=seq).first()
    if edit is None:
        raise Refused(f"edit {seq}: this photo has {image.seq} edits", at="seq")
    details = {"undoes": seq}
    for _ in range(masks.PAINT_ATTEMPTS):
        writes = _inverse(image, edit)
        if not writes:
            raise Refused(f"edit {seq}: nothing of it is left to undo", at="seq")
        try:
            box = Box.of_list(edit.box)
            return masks.write_edit(image, uuid=uuid, user=user, tool="undo", tiles=writes, box=box, details=details)
        except Conflict:
            continue  # somebody painted between our reading and writing: read again
    raise Conflict("Others keep painting here; try again in a moment.")


def _inverse(image: Image, edit: Edit) -> list[masks.TileWrite]:
    rows = list(edit.tiles.all())
    keys = {(row.x, row.y) for row in rows}
    heads = {
        (plane, x, y): (version, data)
        for plane in {row.plane for row in rows}
        for x, y, version, data in masks.tiles_of(image, plane, keys=list(keys))
    }
    writes = []
    for row in rows:
        version, data = heads[row.plane, row.x, row.y]
        dtype = masks.DTYPES[row.plane]
        before, after = _before(image, row), tile.decode(bytes(row.data), dtype)
        now = tile.decode(bytes(data), dtype)
        is_ours = (before != after) & (now == after)
        if is_ours.any():
            restored = tile.encode(np.where(is_ours, before, now))
            writes.append(masks.TileWrite(row.plane, row.x, row.y, version, restored))
    return writes


def _before(image: Image, row: EditTile) -> np.ndarray:
    """The tile as it was before an edit touched it."""
    dtype = masks.DTYPES[row.plane]
    if row.old_version == 0:
        return np.zeros((tile.TILE, tile.TILE), dtype)
    place = {"plane": row.plane, "x": row.x, "y": row.y, "new_version": row.old_version}
    return tile.decode(bytes(EditTile.objects.get(edit__image=image, **place).data), dtype)
