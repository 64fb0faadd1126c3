"""Which painted pixels belong together: the objects of a mask.

An object is what the object plane says, where it says something; loose painted pixels are the 8-connected components
of their class. Everything is done tile by tile and sewn together along the seams, so that a sparse mask of a
gigapixel photo costs what is painted on it, in time and in memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from annotator.raster.box import Box, tile_box
from annotator.raster.plane import Key, SparsePlane
from annotator.raster.tile import TILE


@dataclass(frozen=True)
class Region:
    """One object of a mask. `box` is tight, `area` is in pixels."""

    id: int
    class_index: int
    box: Box
    area: int


def components(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """8-connected components of a bool mask.

    returns: (H×W int32: 0 outside, 1..n inside, in reading order of their topmost row; n)
    """
    ids, regions = label(np.asarray(mask, bool).astype(np.uint8))
    return ids, len(regions)


def label(classes: np.ndarray, objects: np.ndarray | None = None) -> tuple[np.ndarray, list[Region]]:
    """Objects of a mask that sits in memory, a crop for example.

    classes: H×W, 0 is background.   objects: H×W ids, 0 where a pixel belongs to no object of its own.
    returns: (H×W int32, every painted pixel > 0; the regions by id).

    An id of the object plane keeps its number, whether or not its pixels touch. Loose pixels are numbered above.
    Where an id lies over pixels of several classes, it is the object of the class it covers most, and the others'
    pixels are loose: somebody painted over it.
    """
    height, width = classes.shape
    ids, regions = label_planes(as_plane(classes), None if objects is None else as_plane(objects))
    return ids.to_array(width, height), regions


def label_planes(classes: SparsePlane, objects: SparsePlane | None = None) -> tuple[SparsePlane, list[Region]]:
    """The same for a mask of any size: the ids come back as a sparse int32 plane."""
    owners = object_classes(classes, objects) if objects is not None else {}
    highest = max(owners, default=0)
    parts: dict[int, Part] = {}
    loose: dict[Key, np.ndarray] = {}  # part numbers of the loose pixels of each tile
    fixed: dict[Key, np.ndarray] = {}  # ids of the others

    for key, tile in classes.tiles():
        if not tile.any():
            continue
        rest = tile
        if objects is not None and key in objects:
            ids = owned(tile, objects.tile(key), owners)
            if ids.any():
                fixed[key] = ids
                rest = np.where(ids, 0, tile)
        numbers = number_parts(key, rest, parts)
        if numbers is not None:
            loose[key] = numbers

    groups = sew(loose, parts)
    numbering, regions = numbered(groups, parts, first=highest + 1)
    return painted(loose, fixed, numbering), object_regions(fixed, owners) + regions


def needs_plane(classes: np.ndarray | SparsePlane, ids: np.ndarray | SparsePlane) -> bool:
    """Whether the objects differ from the 8-connected components of each class.

    ids: one per object, of any numbering; painted pixels with id 0 count as loose.
    False means that the object plane may be left out: it could be computed from the classes alone.
    """
    classes, ids = as_plane(classes), as_plane(ids)
    wanted, _ = label_planes(classes, ids)
    found, _ = label_planes(classes)
    to_found: dict[int, int] = {}
    to_wanted: dict[int, int] = {}
    for key, component in found.tiles():
        # Two numbers fit one int64, so that equal pairs are found in one pass.
        pairs = np.unique(wanted.tile(key).astype(np.int64) << 32 | component)
        for pair in pairs[pairs > 0].tolist():
            one, other = pair >> 32, pair & 0xFFFFFFFF
            if to_found.setdefault(one, other) != other or to_wanted.setdefault(other, one) != one:
                return True
    return False


def masks(ids: SparsePlane, regions: Iterable[Region]) -> Iterator[tuple[Region, np.ndarray]]:
    """Each region with its pixels, bool H×W of its box, one at a time."""
    for region in regions:
        yield region, ids.read(region.box) == region.id


# --- tile by tile ---------------------------------------------------------------------------------------------------


@dataclass
class Part:
    """The pixels of a component inside one tile."""

    class_index: int
    box: Box
    area: int


def as_plane(mask: np.ndarray | SparsePlane) -> SparsePlane:
    return mask if isinstance(mask, SparsePlane) else SparsePlane.from_array(mask)


def object_classes(classes: SparsePlane, objects: SparsePlane) -> dict[int, int]:
    """The class of each id of the object plane: the one it covers most (the lower index when equal)."""
    counts: dict[tuple[int, int], int] = {}
    for key, ids in objects.tiles():
        if key not in classes:
            continue
        pairs = ids.astype(np.int64) << 8 | classes.tile(key)
        pairs = pairs[(ids > 0) & (classes.tile(key) > 0)]
        for pair, count in zip(*map(np.ndarray.tolist, np.unique(pairs, return_counts=True)), strict=True):
            place = pair >> 8, pair & 0xFF
            counts[place] = counts.get(place, 0) + count
    owners: dict[int, int] = {}
    for object_id, class_index in sorted(counts, key=lambda place: (-counts[place], place)):
        owners.setdefault(object_id, class_index)
    return owners


def owned(tile: np.ndarray, ids: np.ndarray, owners: dict[int, int]) -> np.ndarray:
    """int32 256x256: the object ids where they lie on their own class."""
    present = np.unique(ids)
    class_of = np.array([owners.get(int(i), 0) for i in present], np.uint8)
    is_theirs = (class_of[np.searchsorted(present, ids)] == tile) & (tile > 0) & (ids > 0)
    return np.where(is_theirs, ids, 0).astype(np.int32)


def number_parts(key: Key, tile: np.ndarray, parts: dict[int, Part]) -> np.ndarray | None:
    """int32 256x256: a number of its own, 1.., for each component in this tile; entered into `parts`."""
    numbers = None
    for class_index in np.flatnonzero(np.bincount(tile.ravel(), minlength=256)).tolist():
        if class_index == 0:
            continue
        is_class = (tile == class_index).view(np.uint8)
        count, found, stats, _ = cv2.connectedComponentsWithStats(is_class, connectivity=8, ltype=cv2.CV_32S)
        offset = len(parts)
        numbers = np.zeros((TILE, TILE), np.int32) if numbers is None else numbers
        np.copyto(numbers, found + offset, where=found > 0)
        for i in range(1, count):
            left, top, width, height, area = stats[i].tolist()
            box = Box(left, top, left + width, top + height).shifted(key[0] * TILE, key[1] * TILE)
            parts[offset + i] = Part(class_index, box, area)
    return numbers


def sew(loose: dict[Key, np.ndarray], parts: dict[int, Part]) -> dict[int, int]:
    """Which parts are one component across the seams between tiles: part -> the lowest part it belongs to."""
    parent = {number: number for number in parts}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for (x, y), here in loose.items():
        seams = []
        if (right := loose.get((x + 1, y))) is not None:
            seams += diagonal_pairs(here[:, -1], right[:, 0])
        if (below := loose.get((x, y + 1))) is not None:
            seams += diagonal_pairs(here[-1], below[0])
        if (below_right := loose.get((x + 1, y + 1))) is not None:
            seams.append((here[-1, -1:], below_right[0, :1]))
        if (below_left := loose.get((x - 1, y + 1))) is not None:
            seams.append((here[-1, :1], below_left[0, -1:]))
        for one, other in touching(seams):
            if parts[one].class_index == parts[other].class_index:
                low, high = sorted((root(one), root(other)))
                parent[high] = low
    return {number: root(number) for number in parts}


def diagonal_pairs(edge: np.ndarray, opposite: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Both edges of a seam laid together straight and shifted by one each way: 8-connected means all three."""
    return [(edge, opposite), (edge[1:], opposite[:-1]), (edge[:-1], opposite[1:])]


def touching(seams: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[tuple[int, int]]:
    """Each pair of parts once."""
    if not seams:
        return
    one = np.concatenate([a for a, _ in seams]).astype(np.int64)
    other = np.concatenate([b for _, b in seams])
    pairs = np.unique((one << 32 | other)[(one > 0) & (other > 0)])
    for pair in pairs.tolist():
        yield pair >> 32, pair & 0xFFFFFFFF


def numbered(groups: dict[int, int], parts: dict[int, Part], first: int) -> tuple[np.ndarray, list[Region]]:
    """Final ids of the parts (an array to look them up in) and the regions they make, by topmost, then leftmost."""
    whole: dict[int, Part] = {}
    for number, group in groups.items():
        part = parts[number]
        so_far = whole.get(group, Part(part.class_index, part.box, 0))
        whole[group] = Part(part.class_index, so_far.box | part.box, so_far.area + part.area)
    ordered = sorted(whole, key=lambda g: (whole[g].box.top, whole[g].box.left, whole[g].class_index, g))
    new_id = {group: first + i for i, group in enumerate(ordered)}

    numbering = np.zeros(len(parts) + 1, np.int32)
    for number, group in groups.items():
        numbering[number] = new_id[group]
    return numbering, [Region(new_id[g], whole[g].class_index, whole[g].box, whole[g].area) for g in ordered]


def painted(loose: dict[Key, np.ndarray], fixed: dict[Key, np.ndarray], numbering: np.ndarray) -> SparsePlane:
    """The plane of all ids."""
    tiles = {key: numbering[numbers] for key, numbers in loose.items()}
    for key, ids in fixed.items():
        tiles[key] = tiles[key] + ids if key in tiles else ids
    return SparsePlane(np.int32, tiles)


def object_regions(fixed: dict[Key, np.ndarray], owners: dict[int, int]) -> list[Region]:
    """Box and area of every id that still has pixels."""
    boxes: dict[int, Box] = {}
    areas: dict[int, int] = {}
    for key, ids in fixed.items():
        rows, columns = np.nonzero(ids)
        present, of_pixel, counts = np.unique(ids[rows, columns], return_inverse=True, return_counts=True)
        low = np.full((len(present), 2), TILE)
        high = np.full((len(present), 2), -1)
        for axis, places in enumerate((columns, rows)):
            np.minimum.at(low[:, axis], of_pixel, places)
            np.maximum.at(high[:, axis], of_pixel, places)
        corner = tile_box(*key)
        for i, object_id in enumerate(present.tolist()):
            (left, top), (right, bottom) = low[i].tolist(), high[i].tolist()
            box = Box(left, top, right + 1, bottom + 1).shifted(corner.left, corner.top)
            boxes[object_id] = boxes.get(object_id, box) | box
            areas[object_id] = areas.get(object_id, 0) + int(counts[i])
    return [Region(i, owners[i], boxes[i], areas[i]) for i in sorted(boxes)]
