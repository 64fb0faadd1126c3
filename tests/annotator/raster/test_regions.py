import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco

from annotator.raster import regions
from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane

seeds = st.integers(0, 1 << 30)


def blobs(seed: int, classes: int = 2) -> np.ndarray:
    """A mask of many pieces, several tiles wide, with pieces across the seams."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(40, 600, 2)
    cell = int(rng.integers(1, 40))
    coarse = rng.random((height // cell + 1, width // cell + 1)) < rng.uniform(0.05, 0.6)
    mask = np.kron(coarse, np.ones((cell, cell), bool))[:height, :width]
    kinds = np.kron(rng.integers(1, classes + 1, coarse.shape), np.ones((cell, cell), int))[:height, :width]
    return (mask * kinds).astype(np.uint8)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_loose_pixels_are_the_components_opencv_finds(seed):
    classes = blobs(seed)

    ids, found = regions.label(classes)

    assert np.array_equal(ids > 0, classes > 0)
    for class_index in (1, 2):
        count, numbers, stats, _ = cv2.connectedComponentsWithStats((classes == class_index).astype(np.uint8))
        wanted = sorted(map(tuple, stats[1:].tolist()))
        mine = [r for r in found if r.class_index == class_index]
        assert sorted((r.box.left, r.box.top, r.box.width, r.box.height, r.area) for r in mine) == wanted
        pairs = {(int(a), int(b)) for a, b in zip(numbers.ravel(), ids.ravel(), strict=True) if a}
        assert len(pairs) == count - 1


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_area_and_box_are_what_pycocotools_says(seed):
    ids, found = regions.label(blobs(seed))

    for region in found[:20]:
        encoded = coco.encode(np.asfortranarray(ids == region.id).astype(np.uint8))
        left, top, width, height = coco.toBbox(encoded).astype(int).tolist()
        assert region.area == coco.area(encoded)
        assert region.box == Box(left, top, left + width, top + height)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_numbers_run_from_one_in_reading_order(seed):
    _, found = regions.label(blobs(seed))

    assert [region.id for region in found] == list(range(1, len(found) + 1))
    assert [region.box.top for region in found] == sorted(region.box.top for region in found)


def test_corners_that_touch_across_four_tiles_are_one_object():
    classes = np.zeros((512, 512), np.uint8)
    classes[255, 255] = classes[256, 256] = 1
    classes[255, 300], classes[256, 299] = 1, 1
    classes[256, 255] = 2

    _, found = regions.label(classes)

    assert sorted((r.class_index, r.area) for r in found) == [(1, 2), (1, 2), (2, 1)]


def test_two_touching_objects_stay_two():
    classes = np.zeros((50, 50), np.uint8)
    classes[10:30, 10:40] = 1
    objects = np.zeros((50, 50), np.uint16)
    objects[10:30, 10:25], objects[10:30, 25:40] = 7, 9

    ids, found = regions.label(classes, objects)

    assert [(r.id, r.box, r.area) for r in found] == [(7, Box(10, 10, 25, 30), 300), (9, Box(25, 10, 40, 30), 300)]
    assert np.array_equal(ids, objects)
    assert regions.needs_plane(classes, objects)


def test_one_object_in_two_pieces_stays_one():
    classes = np.zeros((600, 600), np.uint8)
    classes[10:20, 10:20] = classes[500:510, 590:600] = 1
    objects = (classes * 3).astype(np.uint16)

    _, found = regions.label(classes, objects)

    assert found == [regions.Region(3, 1, Box(10, 10, 600, 510), 200)]
    assert regions.needs_plane(classes, objects)


def test_loose_pixels_are_numbered_above_the_objects():
    classes = np.zeros((50, 50), np.uint8)
    classes[0:5, 0:5], classes[20:25, 20:25] = 1, 1
    objects = np.zeros((50, 50), np.uint16)
    objects[20:25, 20:25] = 12

    _, found = regions.label(classes, objects)

    assert [(r.id, r.box.left) for r in found] == [(12, 20), (13, 0)]


def test_what_was_painted_over_with_another_class_is_no_longer_the_object():
    classes = np.zeros((50, 50), np.uint8)
    classes[0:10, 0:10] = 1
    objects = classes.astype(np.uint16)
    classes[0:10, 0:3] = 2

    _, found = regions.label(classes, objects)

    assert [(r.id, r.class_index, r.area) for r in found] == [(1, 1, 70), (2, 2, 30)]


def test_ids_on_unpainted_pixels_are_nothing():
    ids, found = regions.label(np.zeros((20, 20), np.uint8), np.full((20, 20), 5, np.uint16))

    assert found == []
    assert not ids.any()


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_components_need_no_plane_of_their_own(seed):
    classes = blobs(seed)
    ids, found = regions.label(classes)

    assert not regions.needs_plane(classes, ids)
    assert not regions.needs_plane(classes, ids * 2)
    same = [r for r in found if r.class_index == found[0].class_index]
    if len(same) > 1:
        assert regions.needs_plane(classes, np.where(ids == same[1].id, same[0].id, ids))


def test_components_of_a_mask():
    mask = np.eye(300, dtype=bool)
    mask[0, 250] = True

    ids, count = regions.components(mask)

    assert count == 2
    assert len(np.unique(ids[mask])) == 2


def test_masks_give_each_region_its_pixels():
    classes = blobs(4)
    ids, found = regions.label_planes(SparsePlane.from_array(classes))

    total = np.zeros_like(classes)
    for region, mask in regions.masks(ids, found):
        assert mask.sum() == region.area
        total[region.box.slices][mask] = region.class_index

    assert np.array_equal(total, classes)


def test_a_sparse_mask_of_a_gigapixel_costs_what_is_painted():
    plane = SparsePlane(np.uint8)
    plane.write(Box(200_000, 150_000, 200_300, 150_020), 1)
    plane.write(Box(0, 0, 3, 3), 2)

    ids, found = regions.label_planes(plane)

    assert [(r.class_index, r.area) for r in found] == [(2, 9), (1, 6000)]
    assert len(ids) == len(plane) == 5


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1)])
def test_thin_masks_are_labelled_too(shape):
    ids, found = regions.label(np.ones(shape, np.uint8))

    assert ids.shape == shape
    assert [r.area for r in found] == [shape[0] * shape[1]]
