import time
from functools import cache

import numpy as np
import pytest

from annotator import scenes
from annotator.raster import regions
from tests.scenes import classes_of, small


@cache
def photo(seed: int) -> scenes.Scene:
    """What several tests look at: drawing is what they would spend their time with."""
    return small(seed)


def test_a_number_always_gives_the_same_photo():
    one, other = small(3), small(3)

    assert np.array_equal(one.photo, other.photo)
    assert np.array_equal(classes_of(one), classes_of(other))
    assert not np.array_equal(one.photo, small(4).photo)


@pytest.mark.parametrize("size", [(320, 256), (256, 320), (100, 100), (1000, 300)])
def test_every_size_can_be_drawn(size):
    drawn = scenes.scene(5, *size)

    assert drawn.photo.shape == (size[1], size[0], 3)
    assert drawn.photo.dtype == np.uint8


def test_each_photo_shows_a_few_insulators_and_some_are_neutral():
    drawn = [photo(seed) for seed in range(16)]

    sure = [sum(record.class_name == scenes.ISOLATOR for record in scene.objects) for scene in drawn]
    unsure = [sum(record.class_name == scenes.NEUTRAL for record in scene.objects) for scene in drawn]
    assert min(sure) >= 2
    assert max(sure) <= 6
    assert sum(unsure) >= 3
    assert unsure.count(0) >= 3


def test_no_two_objects_share_a_pixel_and_none_leaves_the_photo():
    for seed in range(8):
        drawn = photo(seed)
        taken = np.zeros(drawn.photo.shape[:2], np.uint8)
        for record in drawn.objects:
            assert record.box == record.box.clipped(320, 256)
            taken[record.box.slices] += record.mask
        assert taken.max() == 1


def test_insulators_are_small_but_not_specks():
    shares = [(classes_of(photo(seed)) > 0).mean() for seed in range(12)]

    assert 0.005 < np.median(shares) < 0.08


def test_the_mask_lies_on_the_insulator():
    """What is drawn differs from its surroundings along the mask's edge, more than the photo does elsewhere."""
    contrasts = []
    for seed in range(12):
        drawn = photo(seed)
        grey = drawn.photo.mean(axis=2)
        mask = classes_of(drawn) == 1
        vertical = mask[:, 1:] != mask[:, :-1]
        step = np.abs(np.diff(grey, axis=1))
        contrasts.append(step[vertical].mean() / step.mean())

    assert np.median(contrasts) > 2


def test_an_object_in_two_pieces_has_something_before_it():
    """A wire or a beam may cut an insulator in two; its pieces are still one object."""
    pieces = [
        regions.components(record.mask)[1]
        for seed in range(16)
        for record in photo(seed).objects
        if record.mask.sum() > 50
    ]

    assert max(pieces) >= 2
    assert np.mean(np.array(pieces) == 1) > 0.5


def test_photos_differ_as_seasons_and_weather_do():
    means = np.array([photo(seed).photo.mean(axis=(0, 1)) for seed in range(12)])

    assert means.std(axis=0).min() > 8


def test_the_sample_size_takes_seconds_not_minutes():
    started = time.process_time()

    drawn = scenes.scene(12, 5000, 5000)

    assert drawn.photo.shape == (5000, 5000, 3)
    assert (classes_of(drawn) > 0).mean() < 0.05
    assert time.process_time() - started < 60  # about 1.5 on a quiet machine
