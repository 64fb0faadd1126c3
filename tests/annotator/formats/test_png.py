import json
import shutil
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from annotator.formats import png
from annotator.formats.records import ClassRecord, FormatError, ProjectRecord
from annotator.raster import photo
from tests.scenes import project_record

DATA = Path(__file__).parents[4] / "shared" / "data"


def put_photo(path: Path, size=(30, 20), orientation: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    PIL.Image.new("RGB", size, (90, 120, 150)).save(path, exif=exif)


def put_mask(path: Path, values=(1,), size=(30, 20), mode: str = "L") -> np.ndarray:
    """Stripes three pixels high, one for each value, with a background row between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = np.zeros(size[::-1], np.uint8)
    for row, value in enumerate(values):
        labels[4 * row : 4 * row + 3, 5:25] = value
    image = PIL.Image.fromarray(labels)
    if mode == "P":
        image = PIL.Image.fromarray(labels, "P")
        image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0])
    elif mode != "L":
        image = image.convert(mode)
    image.save(path)
    return labels


def labels_of(project: ProjectRecord, number: int = 0) -> np.ndarray:
    """1, 2, ... in the order of the project's classes."""
    values = {record.name: value for value, record in enumerate(project.classes, start=1)}
    return png.label_map(project.images[number], values)


def errors(folder: Path) -> list[str]:
    _, findings = png.read(folder)
    assert all(finding.text.endswith(".") for finding in findings)
    return [finding.text for finding in findings if finding.level == "error"]


@pytest.mark.parametrize(
    ("photo_name", "mask_name", "dataset"),
    [
        ("img/a.jpg", "masks/a.png", "ds"),
        ("images/a.jpg", "labels/a.png", "ds"),
        ("JPEGImages/a.jpg", "SegmentationClass/a.png", "ds"),
        ("a.jpg", "a.png", "ds"),
        ("a.jpg", "a_mask.png", "ds"),
        ("a.png", "a_mask.png", "ds"),
        ("a.png", "masks/a.png", "ds"),
        ("a.jpg", "masks/a.jpg.png", "ds"),
        ("north/img/a.jpg", "north/masks/a.png", "north"),
        ("north/a.jpg", "north/a.png", "north"),
        ("images/train/a.jpg", "masks/train/a.png", "train"),
        ("lines/north/a.jpg", "lines/north/mask/a_mask.png", "lines__north"),
    ],
)
def test_a_mask_is_found_wherever_people_put_it(tmp_path, photo_name, mask_name, dataset):
    put_photo(tmp_path / photo_name)
    labels = put_mask(tmp_path / mask_name)

    project, findings = png.read(tmp_path)

    assert findings == []
    assert [(image.dataset, image.name) for image in project.images] == [(dataset, Path(photo_name).name)]
    assert np.array_equal(labels_of(project), labels)
    assert png.is_project(tmp_path)


def test_photos_without_any_mask_are_no_project_of_masks(tmp_path):
    put_photo(tmp_path / "a.jpg")

    assert not png.is_project(tmp_path)


def test_255_beside_other_values_is_neutral(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", (1, 255))

    project, _ = png.read(tmp_path)

    assert [record.name for record in project.classes] == ["class_1", "neutral"]


@pytest.mark.parametrize("mode", ["L", "1"])
def test_masks_of_yes_and_no_have_one_class(tmp_path, mode):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", (255,), mode=mode)

    project, _ = png.read(tmp_path)

    assert len(project.classes) == 1
    assert project.classes[0].name in ("untitled", "class_1")
    assert labels_of(project).sum() == 60


def test_a_palette_names_no_classes_but_gives_colours(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", (2,), mode="P")

    project, _ = png.read(tmp_path)

    assert project.classes == [ClassRecord("class_2", "#008000")]


def test_grey_in_three_channels_is_a_label_map(tmp_path):
    put_photo(tmp_path / "a.jpg")
    labels = put_mask(tmp_path / "a.png", (1, 2), mode="RGB")

    assert np.array_equal(labels_of(png.read(tmp_path)[0]), labels)


def test_classes_json_names_the_values(tmp_path):
    put_photo(tmp_path / "img" / "a.jpg")
    put_mask(tmp_path / "masks" / "a.png", (7,))
    (tmp_path / "classes.json").write_text(json.dumps([{"name": "Isolator", "value": 7, "color": "#f5a623"}]))

    project, findings = png.read(tmp_path)

    assert findings == []
    assert project.classes == [ClassRecord("Isolator", "#F5A623")]


def test_objects_are_the_components_of_each_class(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", (1, 1, 2))

    project, _ = png.read(tmp_path)

    objects = list(project.images[0].objects())
    assert [(record.class_name, record.origin) for record in objects] == [
        ("class_1", (5, 0)),
        ("class_1", (5, 4)),
        ("class_2", (5, 8)),
    ]
    assert all(record.mask.all() for record in objects)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_drawn_on_the_stored_photo_turns_with_it(tmp_path, orientation):
    put_photo(tmp_path / "a.jpg", orientation=orientation)
    labels = put_mask(tmp_path / "a.png", (1, 2))

    project, findings = png.read(tmp_path)

    assert findings == []
    assert np.array_equal(labels_of(project), photo.upright(labels, orientation))


# --- refused --------------------------------------------------------------------------------------------------------


def test_a_mask_of_another_size_is_refused_with_both(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", size=(31, 20))

    assert "31x20 pixels, but the photo has 30x20" in errors(tmp_path)[0]
    assert png.read(tmp_path)[0].images == []


def test_a_value_without_a_class_is_refused(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png", (1, 9))
    (tmp_path / "classes.json").write_text(json.dumps(["Isolator", "neutral"]))

    assert "value 9, which classes.json does not name; known: 1 Isolator, 255 neutral" in errors(tmp_path)[0]


def test_a_mask_without_its_photo_is_an_error(tmp_path):
    put_photo(tmp_path / "img" / "a.jpg")
    put_mask(tmp_path / "masks" / "a.png")
    put_mask(tmp_path / "masks" / "b.png")

    assert errors(tmp_path) == ["masks/b.png is a mask whose photo is missing."]


def test_a_photo_without_its_mask_is_only_a_warning(tmp_path):
    put_photo(tmp_path / "img" / "a.jpg")
    put_photo(tmp_path / "img" / "b.jpg")
    put_mask(tmp_path / "masks" / "a.png")

    project, findings = png.read(tmp_path)

    assert len(project.images) == 2
    assert [(finding.level, finding.at) for finding in findings] == [("warning", "img/b.jpg")]


def test_a_jpeg_is_no_mask(tmp_path):
    put_photo(tmp_path / "img" / "a.jpg")
    put_photo(tmp_path / "masks" / "a.jpg")

    assert "masks are PNG files" in errors(tmp_path)[0]


def test_a_damaged_mask_is_refused(tmp_path):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])

    assert "not a readable PNG" in errors(tmp_path)[0]


def test_colours_are_no_labels(tmp_path):
    put_photo(tmp_path / "img" / "a.jpg")
    put_photo(tmp_path / "masks" / "a.png")

    assert "its pixels are colours" in errors(tmp_path)[0]


def test_deep_values_are_refused(tmp_path):
    put_photo(tmp_path / "a.jpg")
    PIL.Image.fromarray(np.full((20, 30), 300, np.uint16)).save(tmp_path / "a.png")

    assert "a value of 300" in errors(tmp_path)[0]


@pytest.mark.parametrize(
    "text", ["{", "[]", '[{"name": "a", "value": 0}]', '[{"name": "a", "value": 1}, {"name": "b", "value": 1}]']
)
def test_a_broken_classes_json_is_an_error(tmp_path, text):
    put_photo(tmp_path / "a.jpg")
    put_mask(tmp_path / "a.png")
    (tmp_path / "classes.json").write_text(text)

    assert "classes.json" in errors(tmp_path)[0]


def test_a_folder_without_photos_says_so(tmp_path):
    assert "no photos" in errors(tmp_path)[0]


# --- there and back -------------------------------------------------------------------------------------------------


def test_an_exported_project_gives_back_the_same_pixels(tmp_path):
    before = project_record(tmp_path / "photos", count=3)
    values = png.class_values(before.classes)

    png.write(before, tmp_path / "out")
    after, findings = png.read(tmp_path / "out")

    assert findings == []
    assert [record.name for record in after.classes] == ["Isolator", "neutral"]
    for one, other in zip(before.images, after.images, strict=True):
        assert (one.dataset, one.name) == (other.dataset, other.name)
        assert np.array_equal(png.label_map(one, values), png.label_map(other, values))


def test_written_masks_are_eight_bits_with_neutral_255(tmp_path):
    project = project_record(tmp_path / "photos", count=3)

    png.write(project, tmp_path / "out")

    seen = set()
    for path in (tmp_path / "out").rglob("masks/*.png"):
        mask = PIL.Image.open(path)
        assert mask.mode == "L"
        seen |= set(np.unique(np.asarray(mask)).tolist())
    assert seen <= {0, 1, 255}
    entries = json.loads((tmp_path / "out" / "classes.json").read_text())
    assert [(entry["name"], entry["value"]) for entry in entries] == [("Isolator", 1), ("neutral", 255)]


def test_photos_of_one_stem_get_masks_of_their_own(tmp_path):
    project = project_record(tmp_path / "photos", count=2)
    images = [
        type(image)("ds", name, image.path, 320, 256, objects=image.objects)
        for image, name in zip(project.images, ("a.jpg", "a.jpeg"), strict=True)
    ]

    png.write(ProjectRecord(project.classes, images), tmp_path / "out")
    back, findings = png.read(tmp_path / "out")

    assert findings == []
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.png")) == ["a.jpeg.png", "a.jpg.png"]
    values = png.class_values(project.classes)
    by_name = {image.name: image for image in back.images}
    for image in images:
        assert np.array_equal(png.label_map(image, values), png.label_map(by_name[image.name], values))


def test_more_classes_than_values_are_refused():
    classes = [ClassRecord(f"c{number}", "#112233") for number in range(255)]

    with pytest.raises(FormatError, match="254 classes"):
        png.class_values(classes)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real photos are not here")
def test_real_palette_masks_read(tmp_path):
    for name in ("000", "0748"):
        shutil.copy(DATA / "formats" / "mask_png" / "dins_original_palette" / f"{name}.png", tmp_path)
        shutil.copy(DATA / "powerlines_annotated" / "aerial" / "img" / f"{name}.jpg", tmp_path)

    project, findings = png.read(tmp_path)

    assert findings == []
    assert [record.name for record in project.classes] == ["class_2", "class_4"]
    assert [len(list(image.objects())) for image in project.images] == [1, 1]
