"""Predictions over what was there: the later one wins, and one class is one object."""

import numpy as np

from annotator.raster import regions
from annotator.raster.plane import SparsePlane
from inference.tiling.compose import Canvas, overlaid


def plane(width: int, height: int, *boxes: tuple[int, int, int, int, int], dtype=np.uint8) -> SparsePlane:
    """Rectangles (left, top, right, bottom, value), the later one on top."""
    mask = np.zeros((height, width), dtype)
    for left, top, right, bottom, value in boxes:
        mask[top:bottom, left:right] = value
    return SparsePlane.from_array(mask)


def test_rows_become_tiles_of_the_kept_classes():
    canvas = Canvas(600, {2: 7})
    first, second = np.zeros((256, 600), np.uint8), np.ones((100, 600), np.uint8)
    first[10:20, 500:510] = 2
    canvas.add(0, first)
    canvas.add(256, second)

    mask = canvas.plane().to_array(600, 356)

    assert set(canvas.plane().keys()) == {(1, 0)}
    assert (mask == 7).sum() == 100 and (mask[10:20, 500:510] == 7).all()


def test_a_kept_background_fills_the_photo():
    canvas = Canvas(300, {0: 1})
    canvas.add(0, np.zeros((200, 300), np.uint8))

    assert (canvas.plane().to_array(300, 200) == 1).all()
    assert canvas.plane().to_array(512, 256).sum() == 300 * 200


def test_all_pieces_of_a_predicted_class_are_one_object():
    predicted = plane(700, 300, (0, 0, 10, 10, 1), (600, 200, 620, 210, 1), (300, 0, 310, 10, 2))

    classes, objects = overlaid(predicted)

    _, found = regions.label_planes(classes, objects)
    assert sorted((region.class_index, region.area) for region in found) == [(1, 300), (2, 100)]


def test_one_piece_needs_no_object_plane():
    classes, objects = overlaid(plane(300, 300, (250, 250, 270, 270, 1)))

    assert objects is None
    assert classes.to_array(300, 300).sum() == 400


def test_predictions_lie_over_the_objects_that_were_there():
    there = plane(300, 100, (0, 0, 50, 50, 1), (50, 0, 100, 50, 1), (200, 0, 250, 50, 2))
    ids = plane(300, 100, (0, 0, 50, 50, 1), (50, 0, 100, 50, 2), dtype=np.uint16)

    classes, objects = overlaid(plane(300, 100, (90, 0, 120, 50, 3)), there, ids, kept={1: 5})

    mask = classes.to_array(300, 100)
    assert ((mask == 5).sum(), (mask == 3).sum(), (mask == 2).sum()) == (4500, 1500, 0)
    _, found = regions.label_planes(classes, objects)
    assert sorted((region.class_index, region.area) for region in found) == [(3, 1500), (5, 2000), (5, 2500)]


def test_without_kept_classes_nothing_of_the_old_mask_is_left():
    there = plane(300, 100, (0, 0, 50, 50, 1))

    classes, objects = overlaid(plane(300, 100), there, None, kept={})

    assert not classes.to_array(300, 100).any()
    assert objects is None
