"""Probabilities as a pyramid of tiles: written row by row, read back at the photo's resolution."""

import cv2
import numpy as np
import pytest

from annotator.raster.box import Box
from inference.tiling.heat import Heat, HeatWriter, level_sizes, tile_size


def hill(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    away = ((x / width - 0.7) ** 2 + (y / height - 0.6) ** 2) * 8
    return (255 * np.clip(1 - away, 0, 1)).astype(np.uint8)


def written(folder, heat: np.ndarray, step: int = 100) -> HeatWriter:
    writer = HeatWriter(folder, heat.shape[::-1])
    for top in range(0, len(heat), step):
        writer.add(heat[top : top + step])
    writer.finish()
    return writer


def test_each_level_is_half_of_the_one_before_down_to_one_tile(tmp_path):
    heat = hill(701, 530)

    writer = written(tmp_path, heat)

    assert level_sizes(701, 530) == [(701, 530), (351, 265), (176, 133)]
    assert writer.levels == 3
    smallest = cv2.imread(str(tmp_path / "2" / "0_0.png"), cv2.IMREAD_UNCHANGED)
    expected = cv2.resize(heat, (176, 133), interpolation=cv2.INTER_AREA)
    assert smallest.shape == (133, 176)
    assert np.abs(smallest.astype(int) - expected).mean() < 1


def test_tiles_at_the_border_are_as_small_as_what_is_left(tmp_path):
    written(tmp_path, np.full((530, 701), 9, np.uint8))

    corner = cv2.imread(str(tmp_path / "0" / "2_2.png"), cv2.IMREAD_UNCHANGED)

    assert corner.shape[::-1] == tile_size((701, 530), 2, 2) == (189, 18)
    assert tile_size((701, 530), 3, 0) is None


@pytest.mark.parametrize("step", [1, 100, 256, 530])
def test_it_does_not_matter_how_rows_come_in(tmp_path, step):
    heat = hill(300, 530)

    written(tmp_path, heat, step)

    assert (Heat(tmp_path, (300, 530), (300, 530)).read(Box(0, 0, 300, 530)) == heat).all()


def test_empty_tiles_are_not_written_and_read_as_zero(tmp_path):
    heat = np.zeros((600, 600), np.uint8)
    heat[300:310, 300:310] = 255

    written(tmp_path, heat)

    assert sorted(path.name for path in (tmp_path / "0").iterdir()) == ["1_1.png"]
    assert (Heat(tmp_path, (600, 600), (600, 600)).read(Box(250, 250, 350, 350)) == heat[250:350, 250:350]).all()


def test_a_box_is_read_as_if_the_whole_heat_was_enlarged(tmp_path):
    heat = hill(400, 300)
    written(tmp_path, heat)

    found = Heat(tmp_path, (400, 300), (801, 600)).read(Box(480, 300, 801, 600))

    whole = cv2.resize(heat, (801, 600))[300:600, 480:801]
    assert np.abs(found.astype(int) - whole).max() <= 1


def test_missing_rows_are_noticed(tmp_path):
    writer = HeatWriter(tmp_path, (100, 600))
    writer.add(np.ones((300, 100), np.uint8))

    with pytest.raises(ValueError, match="2 of 3"):
        writer.finish()
