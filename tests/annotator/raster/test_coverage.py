import numpy as np

from annotator.raster.coverage import FAINTEST, FULL, thumbnail_overlay
from annotator.raster.photo import reduced_size
from annotator.raster.plane import SparsePlane

COLOURS = {1: "#F5A623", 2: "#9B9B9B"}


def overlay(classes: np.ndarray, colours=COLOURS) -> np.ndarray:
    return thumbnail_overlay(SparsePlane.from_array(classes), classes.shape[::-1], colours)


def test_a_painted_half_is_coloured_and_the_rest_is_clear():
    classes = np.zeros((1000, 2000), np.uint8)
    classes[:, :1000] = 1

    drawn = overlay(classes)

    assert drawn.shape == (192, 384, 4)
    assert (drawn[:, :191] == [0xF5, 0xA6, 0x23, FULL]).all()
    assert (drawn[:, 193:, 3] == 0).all()


def test_a_single_pixel_of_a_large_photo_is_seen():
    classes = np.zeros((5000, 5000), np.uint8)
    classes[4999, 4999] = 2

    drawn = overlay(classes)

    assert drawn[-1, -1, :3].tolist() == [0x9B, 0x9B, 0x9B]
    assert drawn[-1, -1, 3] >= FAINTEST
    assert np.count_nonzero(drawn[..., 3]) == 1


def test_the_commoner_class_gives_the_colour():
    classes = np.zeros((3840, 3840), np.uint8)
    classes[:10, :3], classes[:10, 3:10] = 1, 2

    assert overlay(classes)[0, 0, :3].tolist() == [0x9B, 0x9B, 0x9B]


def test_hidden_classes_are_not_shown():
    assert not overlay(np.full((300, 300), 3, np.uint8)).any()


def test_every_painted_pixel_counts_whatever_the_size():
    rng = np.random.default_rng(0)
    for _ in range(10):
        height, width = rng.integers(1, 900, 2)
        full = overlay(np.ones((height, width), np.uint8))
        assert (full.shape[1], full.shape[0]) == reduced_size(width, height, 384)
        assert (full[..., 3] == FULL).all()
