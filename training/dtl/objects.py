"""Which numbers of objects a result has to store."""

import cv2
import numpy as np

MOST_IDS = np.iinfo(np.uint16).max


def object_plane(classes: np.ndarray, ids: np.ndarray) -> np.ndarray | None:
    """The ids to store beside the classes, H×W uint16, or None when anybody would see the same objects without.

    classes: H×W uint8.   ids: H×W int32, > 0 where classes are, each on one class only.
    Numbers stay as they are in the source, where they fit.
    """
    if not needs_ids(classes, ids):
        return None
    if ids.max() > MOST_IDS:
        # From 1 on again: a result has few objects, however many its source has.
        ids = np.unique(ids, return_inverse=True)[1].reshape(ids.shape) + (ids.min() > 0)
    return ids.astype(np.uint16)


def needs_ids(classes: np.ndarray, ids: np.ndarray) -> bool:
    """Whether the objects are not just the 8-connected components of each class.

    The same answer as `regions.needs_plane` for masks whose ids are each on one class, ten times as quickly for
    something as small as a crop.
    """
    rows, columns = np.flatnonzero(classes.any(axis=1)), np.flatnonzero(classes.any(axis=0))
    if not len(rows):
        return False
    inside = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    classes, ids = classes[inside], ids[inside]
    present = np.flatnonzero(np.bincount(ids.ravel()))
    small = np.zeros(present[-1] + 1, np.int32)  # ids without the gaps between them
    small[present] = np.arange(len(present))
    compact = small[ids]
    for index in np.flatnonzero(np.bincount(classes.ravel(), minlength=256)):
        if index == 0:
            continue
        is_class = (classes == index).view(np.uint8)
        count, found = cv2.connectedComponents(is_class, connectivity=8, ltype=cv2.CV_32S)
        is_painted = is_class.view(bool)
        pairs = found[is_painted] * len(present) + compact[is_painted]
        meet = np.bincount(pairs, minlength=count * len(present)).reshape(count, len(present))[1:] > 0
        if (meet.sum(axis=1) != 1).any() or (meet.sum(axis=0) > 1).any():
            return True
    return False
