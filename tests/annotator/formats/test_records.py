import numpy as np

from annotator.formats.records import PALETTE, ObjectRecord, fresh_colour, tight
from annotator.raster.box import Box


def test_a_tight_object_has_no_empty_margin():
    mask = np.zeros((10, 20), bool)
    mask[3:5, 7:9] = True

    trimmed = tight(ObjectRecord("Isolator", (100, 200), mask, ("tag",), "note"))

    assert trimmed.box == Box(107, 203, 109, 205)
    assert trimmed.mask.all()
    assert (trimmed.tags, trimmed.description) == (("tag",), "note")


def test_an_object_without_pixels_is_none():
    assert tight(ObjectRecord("Isolator", (0, 0), np.zeros((3, 3), bool))) is None


def test_a_fresh_colour_is_not_taken_while_there_are_others():
    taken = []
    for _ in PALETTE:
        taken.append(fresh_colour(taken))

    assert len(set(taken)) == len(PALETTE)
    assert fresh_colour(taken) in PALETTE
