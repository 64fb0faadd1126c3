from pathlib import Path

import pytest

from annotator.formats.folders import dataset_name, folders, free_place, orientation_of, safe_name, visible
from annotator.formats.records import FormatError, ImageRecord
from annotator.raster.photo import PhotoInfo


def test_litter_is_not_seen(tmp_path):
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX", "a.jpg"):
        (tmp_path / name).touch()

    assert [path.name for path in visible(tmp_path)] == ["a.jpg"]
    assert visible(tmp_path / "nowhere") == []


def test_a_link_that_leads_back_is_not_followed(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "loop").symlink_to(tmp_path)

    assert list(folders(tmp_path)) == [tmp_path, tmp_path / "inner"]


@pytest.mark.parametrize(
    ("path", "name"), [("", "ds"), ("img", "ds"), ("north", "north"), ("north/Images", "north"), ("a/b", "a__b")]
)
def test_folders_that_only_say_images_name_no_dataset(path, name):
    assert dataset_name(Path("/root"), Path("/root") / path) == name


@pytest.mark.parametrize(
    ("name", "safe"), [("a/b\\c", "a_b_c"), ("..", ""), ("con:tact?.jpg", "con_tact_.jpg"), ("  x. ", "x")]
)
def test_names_lose_what_a_path_would_take_for_something_else(name, safe):
    assert safe_name(name) == safe


def test_each_place_is_given_once():
    taken = set()
    image = ImageRecord("ds", "a.jpg", Path("a.jpg"), 1, 1)

    assert [free_place(image, taken)[1] for _ in range(3)] == ["a.jpg", "a_2.jpg", "a_3.jpg"]


def test_the_size_tells_how_masks_have_to_be_turned():
    turned = PhotoInfo(40, 60, "JPEG", 6, 1000)

    assert orientation_of((40, 60), turned) == (1, "")
    assert orientation_of((60, 40), turned) == (6, "")
    with pytest.raises(FormatError, match="both must be the same"):
        orientation_of((60, 41), turned)
