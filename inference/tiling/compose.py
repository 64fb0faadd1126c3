"""The mask of a result: what was predicted lies over what was there."""

from collections.abc import Mapping

import numpy as np

from annotator.raster import regions, tile
from annotator.raster.box import Box
from annotator.raster.plane import Key, SparsePlane
from annotator.raster.tile import TILE


class Canvas:
    """Collects the decided rows of a photo as encoded mask tiles, so that a uniform one costs a byte.

    indices: class of the model -> byte in the result's mask; classes that are not kept are left out.
    """

    def __init__(self, width: int, indices: Mapping[int, int]):
        self._width = width
        self._table = np.zeros(256, np.uint8)
        for model_class, index in indices.items():
            self._table[model_class] = index
        self._tiles: dict[Key, bytes] = {}

    def add(self, top: int, classes: np.ndarray) -> None:
        """classes: n×width uint8, n at most 256; top is a multiple of 256."""
        assert top % TILE == 0 and len(classes) <= TILE, "rows come as rows of tiles"
        mask = self._table[classes]
        painted_columns = mask.any(axis=0)
        for x, y in Box(0, top, self._width, top + len(classes)).tiles():
            if not painted_columns[x * TILE : (x + 1) * TILE].any():
                continue
            part = mask[:, x * TILE : (x + 1) * TILE]
            whole = np.zeros((TILE, TILE), np.uint8)
            whole[: part.shape[0], : part.shape[1]] = part
            self._tiles[x, y] = tile.encode(whole)

    def plane(self) -> SparsePlane:
        return SparsePlane(np.uint8, self._tiles)


def overlaid(
    predicted: SparsePlane,
    classes: SparsePlane | None = None,
    objects: SparsePlane | None = None,
    kept: Mapping[int, int] | None = None,
) -> tuple[SparsePlane, SparsePlane | None]:
    """Predictions over the kept part of a mask: (classes, object ids or None when none are needed).

    predicted: bytes of the result. classes, objects: the mask that was there. kept: its bytes -> bytes of the result.

    Objects that were there keep their ids where they are not covered. Each predicted class is one object, however
    many pieces it has: so the reference saves it, and whoever wants pieces splits it.
    """
    kept = kept or {}
    if classes is None or not kept:
        classes, objects = SparsePlane(np.uint8), None
    table = np.zeros(256, np.uint8)
    for byte, index in kept.items():
        table[byte] = index
    class_tiles: dict[Key, np.ndarray | bytes] = {}
    object_tiles: dict[Key, np.ndarray] = {}
    highest = max((int(ids.max()) for _, ids in objects.tiles()), default=0) if objects else 0
    for key in predicted.keys() | classes.keys():
        new, old = predicted.tile(key), table[classes.tile(key)]
        class_tiles[key] = np.where(new, new, old) if old.any() else predicted.encoded_tile(key)
        # Numbered by class, so that a class has one id all over the photo.
        ids = np.where(new, highest + new.astype(np.uint16), 0).astype(np.uint16)
        if objects is not None:
            np.copyto(ids, objects.tile(key), where=(new == 0) & (old > 0))
        if ids.any():
            object_tiles[key] = ids
    result = SparsePlane(np.uint8, class_tiles)
    owners = SparsePlane(np.uint16, object_tiles)
    return result, owners if regions.needs_plane(result, owners) else None
