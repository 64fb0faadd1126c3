import numpy as np
import pytest

from annotator.formats.records import ObjectRecord
from annotator.formats.stack import stack
from annotator.raster import regions
from annotator.raster.plane import SparsePlane
from tests.scenes import INDEX, classes_of, small

INDICES = {"Isolator": 1, "neutral": 2}


def square(x: int, y: int, side: int, name: str = "Isolator") -> ObjectRecord:
    return ObjectRecord(name, (x, y), np.ones((side, side), bool))


def test_the_later_object_wins_and_what_it_covers_is_counted():
    classes, objects, covered_px, covered_objects = stack(
        [square(0, 0, 10), square(5, 5, 10, "neutral"), square(100, 100, 5)], INDICES, (300, 300)
    )

    assert classes.to_array(300, 300)[7, 7] == 2
    assert objects.to_array(300, 300)[7, 7] == 2
    assert (covered_px, covered_objects) == (25, 1)


def test_two_touching_objects_keep_their_identity():
    stacked = stack([square(0, 0, 10), square(10, 0, 10)], INDICES, (50, 50))

    _, found = regions.label_planes(stacked.classes, stacked.objects)

    assert [(r.id, r.area) for r in found] == [(1, 100), (2, 100)]
    assert stacked.covered_px == 0


def test_a_wholly_covered_object_keeps_its_number_but_no_pixel():
    stacked = stack([square(0, 0, 5), square(0, 0, 5), square(20, 20, 5)], INDICES, (50, 50))

    assert set(np.unique(stacked.objects.to_array(50, 50))) == {0, 2, 3}
    assert (stacked.covered_px, stacked.covered_objects) == (25, 1)


def test_what_lies_beyond_the_photo_is_cut_off():
    stacked = stack([square(-3, -3, 5), square(48, 48, 5), square(80, 80, 5)], INDICES, (50, 50))

    assert np.count_nonzero(stacked.classes.to_array(100, 100)) == 4 + 4


def test_a_drawn_scene_stacks_to_its_classes():
    drawn = small(9)

    stacked = stack(drawn.objects, INDEX, (320, 256))

    assert stacked.classes == SparsePlane.from_array(classes_of(drawn))
    assert stacked.covered_px == 0


def test_an_unknown_class_is_named():
    with pytest.raises(ValueError, match="Object 2 is of class 'bird'"):
        stack([square(0, 0, 5), square(0, 0, 5, "bird")], INDICES, (50, 50))
