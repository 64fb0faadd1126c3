"""Objects laid on one another: a pixel has one class, and the later object wins."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from annotator.formats.records import ObjectRecord
from annotator.raster.plane import SparsePlane
from studio.sayings import Saying

MOST_OBJECTS = np.iinfo(np.uint16).max


class Stacked(NamedTuple):
    """classes: uint8 class indices.   objects: uint16 ids 1, 2, ... in the order of the objects.
    covered_px: pixels that an earlier object lost to a later one.   covered_objects: objects that lost any.
    """

    classes: SparsePlane
    objects: SparsePlane
    covered_px: int
    covered_objects: int


def stack(objects: Iterable[ObjectRecord], index_of: Mapping[str, int], size: tuple[int, int]) -> Stacked:
    """index_of: class name -> 1..254.   size: (width, height) of the photo; what lies beyond it is cut off.

    An object id is given to every object, also to one that is covered wholly; its number is then on no pixel.

    Raises ValueError for a class without an index and for more objects than ids.
    """
    classes, ids = SparsePlane(np.uint8), SparsePlane(np.uint16)
    covered_px, covered = 0, set()
    for number, record in enumerate(objects, start=1):
        if number > MOST_OBJECTS:
            raise ValueError(
                Saying("The photo has more than the {most} objects that one photo can hold.", most=MOST_OBJECTS)
            )
        if record.class_name not in index_of:
            raise ValueError(
                Saying(
                    "Object {number} is of class '{name}', which the project does not have.",
                    number=number,
                    name=record.class_name,
                )
            )
        box = record.box.clipped(*size)
        if box.is_empty:
            continue
        mask = record.mask[box.shifted(-record.origin[0], -record.origin[1]).slices]
        below = ids.read(box)[mask]
        lost = below[below > 0]
        covered_px += len(lost)
        covered.update(np.unique(lost).tolist())
        classes.write(box, index_of[record.class_name], where=mask)
        ids.write(box, number, where=mask)
    return Stacked(classes, ids, covered_px, len(covered))
