import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.raster import regions
from training.dtl.objects import needs_ids, object_plane


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.booleans())
def test_it_is_the_general_answer(seed, own):
    rng = np.random.default_rng(seed)
    classes = (rng.random((9, 11)) < 0.5).astype(np.uint8) * rng.integers(1, 3, (9, 11), np.uint8)
    objects = rng.integers(1, 4, (9, 11)).astype(np.uint16) * 2 + (classes == 2) if own else None
    ids, _ = regions.label(classes, objects)

    assert needs_ids(classes, ids) == regions.needs_plane(classes, ids)


def test_two_halves_of_one_object_need_a_number():
    classes = np.array([[1, 0, 1]], np.uint8)

    assert object_plane(classes, np.array([[5, 0, 5]], np.int32)).tolist() == [[5, 0, 5]]
    assert object_plane(classes, np.array([[5, 0, 6]], np.int32)) is None


def test_nothing_painted_needs_nothing():
    assert object_plane(np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.int32)) is None


@pytest.mark.parametrize("ids", [[[70000, 0, 70000, 80000]], [[70000, 80000, 70000, 80000]]])
def test_numbers_too_large_to_store_begin_again(ids):
    ids = np.array(ids, np.int32)
    plane = object_plane((ids > 0).astype(np.uint8), ids)

    assert plane.dtype == np.uint16
    assert plane[0, 0] == plane[0, 2] != plane[0, 3] > 0
    assert np.array_equal(plane > 0, ids > 0)
