import cv2
import numpy as np
import pytest

from annotator.raster import photo, pyramid
from tests.scenes import photo_file, scene


@pytest.fixture(scope="module")
def drawn():
    return scene(2, 1100, 700)


def level(folder, number) -> np.ndarray:
    """A level put together again, RGB."""
    tiles = sorted((folder / str(number)).glob("*.jpg"))
    columns = 1 + max(int(tile.stem.split("_")[0]) for tile in tiles)
    rows = 1 + max(int(tile.stem.split("_")[1]) for tile in tiles)
    grid = [[cv2.imread(str(folder / str(number) / f"{x}_{y}.jpg")) for x in range(columns)] for y in range(rows)]
    return np.vstack([np.hstack(row) for row in grid])[..., ::-1]


def test_the_last_level_is_the_photo(tmp_path, drawn):
    levels = pyramid.build(drawn.photo, tmp_path / "p", tile=256)

    assert levels == 12
    assert np.abs(level(tmp_path / "p", levels - 1).astype(int) - drawn.photo).mean() < 6


def test_each_level_is_half_of_the_next(tmp_path, drawn):
    levels = pyramid.build(drawn.photo, tmp_path / "p", tile=256)

    for number in range(levels):
        width, height = pyramid.level_size(1100, 700, number)
        assert level(tmp_path / "p", number).shape == (height, width, 3)
    assert pyramid.level_size(1100, 700, 0) == (1, 1)


def test_a_photo_beyond_memory_gets_the_same_tiles(tmp_path, drawn):
    path = photo_file(tmp_path / "photo.png", drawn)

    by_opencv = pyramid.build(path, tmp_path / "a")
    by_vips = pyramid.build(path, tmp_path / "b", most_px_in_memory=0)

    names = {str(tile.relative_to(tmp_path / "a")) for tile in (tmp_path / "a").rglob("*.jpg")}
    assert by_opencv == by_vips
    assert names == {str(tile.relative_to(tmp_path / "b")) for tile in (tmp_path / "b").rglob("*.jpg")}
    for number in range(by_opencv):
        one, other = level(tmp_path / "a", number), level(tmp_path / "b", number)
        assert one.shape == other.shape
        # A few noisy pixels differ by how they are averaged and compressed; large levels must agree.
        assert np.abs(one.astype(int) - other).mean() < (4 if number > 8 else 20)


def test_the_thumbnail_fits(tmp_path, drawn):
    pyramid.build(drawn.photo, tmp_path / "p")

    assert cv2.imread(str(tmp_path / "p" / "thumbnail.jpg")).shape == (244, 384, 3)


@pytest.mark.parametrize(("size", "levels"), [((1, 1), 1), ((2, 1), 2), ((1, 3000), 13), ((513, 512), 11)])
def test_odd_shapes_have_pyramids_too(tmp_path, size, levels):
    width, height = size

    assert pyramid.build(np.zeros((height, width, 3), np.uint8), tmp_path / "p") == levels
    assert level(tmp_path / "p", levels - 1).shape == (height, width, 3)


def test_a_pyramid_is_built_anew_in_its_place(tmp_path, drawn):
    pyramid.build(np.zeros((900, 900, 3), np.uint8), tmp_path / "p")
    pyramid.build(drawn.photo[:100, :100], tmp_path / "p")

    assert len(list((tmp_path / "p").iterdir())) == 9
    assert [entry.name for entry in tmp_path.iterdir()] == ["p"]


def test_a_damaged_photo_leaves_nothing_behind(tmp_path, drawn):
    path = photo_file(tmp_path / "photo.jpg", drawn)
    path.write_bytes(path.read_bytes()[:-5000])

    for most in (0, 10**9):
        with pytest.raises(photo.PhotoRefused):
            pyramid.build(path, tmp_path / "p", most_px_in_memory=most)
    assert [entry.name for entry in tmp_path.iterdir()] == ["photo.jpg"]
