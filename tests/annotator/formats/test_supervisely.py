import base64
import io
import json
import shutil
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest

from annotator.formats import supervisely
from annotator.formats.records import FormatError, ObjectRecord
from annotator.raster import photo
from tests.scenes import project_record, supervisely_folder

DATA = Path(__file__).parents[4] / "shared" / "data"
VECTOR = (
    "eJzrDPBz5+WS4mJgYOD19HAJAtLMIMwIInOeqf8BUmwBPiGuQPr///9Lb86/C2QxlgT5BTM4PLuRBuTwebo4hlTMSa44cOHAB6DqY0yOR"
    "gq8YkAZBk9XP5d1TglNANAFGzA="
)
RING = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 1]], bool)


# --- a project made by hand -----------------------------------------------------------------------------------------


class Project:
    """One dataset "ds" of photos 60x40, written as somebody else's tool would."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "ds" / "img").mkdir(parents=True)
        (folder / "ds" / "ann").mkdir()
        self.meta({"classes": [{"title": "Isolator", "shape": "bitmap", "color": "#f5a623"}]})

    def meta(self, meta) -> None:
        (self.folder / "meta.json").write_text(json.dumps(meta))

    def shapes(self, *shapes: str) -> None:
        self.meta({"classes": [{"title": shape, "shape": shape, "color": "#112233"} for shape in shapes]})

    def photo(self, name: str = "a.png", size=(60, 40), orientation: int = 1) -> None:
        exif = PIL.Image.Exif()
        exif[0x0112] = orientation
        PIL.Image.new("RGB", size, (90, 120, 150)).save(self.folder / "ds" / "img" / name, exif=exif)

    def annotation(self, *objects, size=(60, 40), name: str = "a.png.json", **more) -> None:
        document = {"size": {"width": size[0], "height": size[1]}, "tags": [], "objects": list(objects)} | more
        (self.folder / "ds" / "ann" / name).write_text(json.dumps(document))

    def read(self):
        return supervisely.read(self.folder)

    def masks(self) -> list[np.ndarray]:
        """Each object of the first photo as bool H×W of the photo."""
        project, findings = self.read()
        assert not [finding for finding in findings if finding.level == "error"], findings
        image = project.images[0]
        masks = []
        for record in image.objects():
            whole = np.zeros((image.height, image.width), bool)
            whole[record.box.slices] = record.mask
            masks.append(whole)
        return masks

    def error(self) -> str:
        """The one error there is, with no photo left to import."""
        project, findings = self.read()
        errors = [finding for finding in findings if finding.level == "error"]
        assert len(errors) == 1, findings
        assert not project.images
        assert errors[0].text.endswith(".")
        return errors[0].text


@pytest.fixture
def made(tmp_path) -> Project:
    return Project(tmp_path / "project")


def bitmap(x: int, y: int, data: str = VECTOR, title: str = "Isolator") -> dict:
    return {"classTitle": title, "bitmap": {"origin": [x, y], "data": data}}


def points(title: str, *exterior, interior=()) -> dict:
    return {"classTitle": title, "points": {"exterior": [list(p) for p in exterior], "interior": list(interior)}}


def png_of(mask: np.ndarray, mode: str, **options) -> bytes:
    file = io.BytesIO()
    PIL.Image.fromarray(mask).convert(mode).save(file, "PNG", **options)
    return file.getvalue()


# --- bitmaps --------------------------------------------------------------------------------------------------------


def test_the_documented_vector_decodes_and_comes_back():
    decoded = supervisely.decode_bitmap(VECTOR, 9)

    assert np.array_equal(decoded, RING)
    assert np.array_equal(supervisely.decode_bitmap(supervisely.encode_bitmap(decoded), 9), RING)


def test_our_bitmaps_are_what_upstream_writes_and_opencv_reads():
    """One bit a pixel, a palette whose index 0 is transparent; the alpha channel is the mask."""
    mask = np.random.default_rng(0).random((37, 53)) < 0.5

    png = zlib.decompress(base64.b64decode(supervisely.encode_bitmap(mask)))

    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (width, height, depth, colour) == (53, 37, 1, 3)
    decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(decoded[..., 3] > 0, mask)


@pytest.mark.parametrize("mode", ["1", "L", "RGBA", "P", "LA"])
@pytest.mark.parametrize("is_zlibbed", [True, False])
def test_every_kind_of_mask_png_decodes(mode, is_zlibbed):
    if mode in ("RGBA", "LA"):
        layers = [np.full(RING.shape, 255, np.uint8)] * (3 if mode == "RGBA" else 1) + [RING.astype(np.uint8) * 128]
        file = io.BytesIO()
        PIL.Image.fromarray(np.dstack(layers), mode).save(file, "PNG")
        png = file.getvalue()
    else:
        png = png_of(RING, mode)
    data = base64.b64encode(zlib.compress(png) if is_zlibbed else png).decode()

    assert np.array_equal(supervisely.decode_bitmap(data, 9), RING)


def test_a_bitmap_lies_where_its_origin_says(made):
    made.photo()
    made.annotation(bitmap(10, 20))

    (mask,) = made.masks()

    assert np.array_equal(mask[20:23, 10:13], RING)
    assert mask.sum() == RING.sum()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("not base64!", "not base64"),
        (base64.b64encode(b"neither").decode(), "neither zlib nor PNG"),
        (base64.b64encode(zlib.compress(b"no png")).decode(), "no readable PNG"),
        (base64.b64encode(zlib.compress(png_of(RING, "L")[:45])).decode(), "no readable PNG"),
        (base64.b64encode(zlib.compress(bytes(50 << 20))).decode(), "no readable PNG"),
        (
            base64.b64encode(png_of(np.ones((100, 100), bool), "1")).decode(),
            "100x100 pixels, more than the whole photo",
        ),
    ],
)
def test_a_broken_bitmap_is_refused(made, data, sentence):
    made.photo()
    made.annotation(bitmap(1, 1), bitmap(0, 0, data))

    assert "Object 2 of ds/ann/a.png.json" in made.error()
    assert sentence in made.error()


@pytest.mark.parametrize("origin", [(58, 0), (0, 38), (-1, 0), (0, -1), (500, 500)])
def test_a_bitmap_outside_the_photo_is_refused(made, origin):
    made.photo()
    made.annotation(bitmap(*origin))

    assert "outside the photo of 60x40 pixels" in made.error()


def test_only_painted_pixels_must_be_on_the_photo(made):
    made.photo()
    padded = np.zeros((20, 20), bool)
    padded[8:11, 8:11] = RING
    made.annotation(bitmap(-8, -8, supervisely.encode_bitmap(padded)))

    (mask,) = made.masks()

    assert np.array_equal(mask[:3, :3], RING)


def test_an_empty_bitmap_is_left_out_with_a_warning(made):
    made.photo()
    made.annotation(bitmap(0, 0, supervisely.encode_bitmap(np.zeros((3, 3), bool))), bitmap(0, 0))

    project, findings = made.read()

    assert len(list(project.images[0].objects())) == 1
    assert [(f.level, "Object 1" in f.text) for f in findings] == [("warning", True)]


# --- vectors --------------------------------------------------------------------------------------------------------


def test_a_rectangle_includes_its_right_and_bottom_edge(made):
    made.shapes("rectangle")
    made.photo()
    made.annotation(points("rectangle", (10, 5), (20, 15)), points("rectangle", (20, 15), (10, 5)))

    for mask in made.masks():
        assert mask[5:16, 10:21].all()
        assert mask.sum() == 11 * 11


def test_a_hole_is_cut_out_but_its_outline_stays(made):
    made.shapes("polygon")
    made.photo()
    hole = [[10, 10], [20, 10], [20, 20], [10, 20]]
    made.annotation(points("polygon", (5, 5), (30, 5), (30, 30), (5, 30), interior=[hole]))

    (mask,) = made.masks()

    assert mask.sum() == 26 * 26 - 9 * 9
    assert not mask[11:20, 11:20].any()
    assert mask[10, 10:21].all()


def test_a_polygon_agrees_with_pillow(made):
    made.shapes("polygon")
    made.photo()
    corners = [(3.4, 2.6), (50.2, 8.0), (41.0, 33.7), (12.0, 30.0)]
    made.annotation(points("polygon", *corners))
    drawn = PIL.Image.new("1", (60, 40))
    PIL.ImageDraw.Draw(drawn).polygon([(round(x), round(y)) for x, y in corners], fill=1, outline=1)

    (mask,) = made.masks()

    # Along slanted edges rasterisers differ by a pixel, and by no more.
    theirs, ours, around = np.asarray(drawn).astype(np.uint8), mask.astype(np.uint8), np.ones((3, 3), np.uint8)
    assert (cv2.erode(ours, around) <= theirs).all()
    assert (theirs <= cv2.dilate(ours, around)).all()


def test_lines_and_points_are_one_pixel_wide(made):
    made.shapes("line", "point")
    made.photo()
    made.annotation(points("line", (5, 5), (25, 5), (25, 15)), points("point", (7, 9)))

    line, dot = made.masks()

    assert line.sum() == 21 + 10
    assert dot.sum() == 1
    assert dot[9, 7]


def test_vectors_are_cut_off_at_the_edge(made):
    made.shapes("rectangle", "polygon", "line")
    made.photo()
    made.annotation(
        points("rectangle", (50, 30), (60, 40)),
        points("polygon", (-10, -10), (10, -10), (10, 10), (-10, 10)),
        points("line", (-50, 3), (500, 3)),
    )

    rectangle, polygon, line = made.masks()

    assert rectangle.sum() == 10 * 10
    assert polygon.sum() == 11 * 11
    assert line.sum() == 60


def test_shapes_of_too_few_points_are_left_out(made):
    made.shapes("polygon", "line")
    made.photo()
    made.annotation(
        points("polygon", (1, 1), (5, 5)), points("line", (1, 1)), points("polygon", (90, 90), (95, 90), (95, 95))
    )

    project, findings = made.read()

    assert not list(project.images[0].objects())
    assert [finding.level for finding in findings] == ["warning"] * 3


def test_the_object_knows_its_shape_better_than_its_class(made):
    made.meta({"classes": [{"title": "thing", "shape": "any", "color": "#112233"}]})
    made.photo()
    made.annotation(
        bitmap(0, 0, title="thing") | {"geometryType": "bitmap"},
        points("thing", (1, 1), (5, 5)) | {"geometryType": "rectangle"},
    )

    ring, rectangle = made.masks()

    assert (ring.sum(), rectangle.sum()) == (7, 25)


@pytest.mark.parametrize(
    "exterior", ["no list", [[1, 2, 3]], [["a", 1]], [[1e12, 5], [0, 0], [3, 3]], [[float("nan"), 1], [0, 0], [1, 1]]]
)
def test_points_that_are_none_are_refused(made, exterior):
    made.shapes("polygon")
    made.photo()
    made.annotation({"classTitle": "polygon", "points": {"exterior": exterior, "interior": []}})

    assert "not a list of [x, y]" in made.error()


def test_a_shape_that_cannot_be_a_mask_is_refused(made):
    made.shapes("cuboid")
    made.photo()
    made.annotation({"classTitle": "cuboid", "geometryType": "cuboid"})

    assert "is a cuboid; what can become a mask is bitmap, polygon, rectangle, line or point" in made.error()


# --- EXIF -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_masks_drawn_on_the_stored_photo_turn_with_it(made, orientation, suffix):
    made.photo(f"a.{suffix}", (60, 40), orientation)
    made.annotation(bitmap(10, 5), size=(60, 40), name=f"a.{suffix}.json")
    stored = np.zeros((40, 60), bool)
    stored[5:8, 10:13] = RING

    (mask,) = made.masks()

    assert np.array_equal(mask, photo.upright(stored, orientation))


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_masks_drawn_on_the_upright_photo_stay(made, orientation):
    made.photo("a.png", (60, 40), orientation)
    made.annotation(bitmap(10, 50), size=(40, 60))

    (mask,) = made.masks()

    assert mask.shape == (60, 40)
    assert np.array_equal(mask[50:53, 10:13], RING)


@pytest.mark.parametrize("orientation", [2, 3, 4])
def test_where_the_size_cannot_tell_the_masks_stay_and_a_warning_says_so(made, orientation):
    made.photo("a.png", (60, 40), orientation)
    made.annotation(bitmap(10, 5))

    project, findings = made.read()

    assert next(iter(project.images[0].objects())).origin == (10, 5)
    assert [finding.level for finding in findings] == ["warning"]
    assert f"EXIF orientation {orientation}" in findings[0].text


def test_a_mask_of_another_size_than_its_photo_is_refused_with_both(made):
    made.photo("a.png", (60, 40), 6)
    made.annotation(size=(61, 40))

    assert "61x40 pixels, but the photo has 40x60 (60x40 as stored in the file)" in made.error()


# --- the folder -----------------------------------------------------------------------------------------------------


def test_both_layouts_name_their_annotations(made):
    made.photo("old.jpg")
    made.photo("new.jpg")
    made.annotation(bitmap(1, 1), name="old.json")
    made.annotation(bitmap(1, 1), name="new.jpg.json")

    project, findings = made.read()

    assert [len(list(image.objects())) for image in project.images] == [1, 1]
    assert findings == []


def test_a_photo_without_annotation_comes_in_without_objects(made):
    made.photo()

    project, findings = made.read()

    assert len(project.images) == 1
    assert [finding.level for finding in findings] == ["warning"]


def test_an_annotation_without_photo_is_an_error(made):
    made.photo()
    made.annotation()
    made.annotation(name="gone.png.json")

    _, findings = made.read()

    assert [(f.level, f.at) for f in findings] == [("error", "ds/ann/gone.png.json")]
    assert "missing" in findings[0].text


def test_two_photos_of_one_stem_cannot_share_an_annotation(made):
    made.photo("a.png")
    made.photo("a.jpg")
    made.annotation(name="a.json")

    project, findings = made.read()

    assert not project.images
    assert [finding.level for finding in findings] == ["error", "error"]


def test_a_file_that_is_no_photo_is_an_error(made):
    made.photo()
    made.annotation()
    (made.folder / "ds" / "img" / "notes.txt").write_text("hello")
    (made.folder / "ds" / "img" / "fake.jpg").write_text("hello")
    (made.folder / "ds" / "img" / ".DS_Store").write_text("litter")

    project, findings = made.read()

    assert len(project.images) == 1
    assert {finding.at for finding in findings if finding.level == "error"} == {"ds/img/notes.txt", "ds/img/fake.jpg"}


def test_an_unknown_class_is_refused_and_the_nearest_is_told(made):
    made.photo()
    made.annotation(bitmap(0, 0, title="isolator"))

    assert "class 'isolator', which meta.json does not name; the nearest it names is 'Isolator'" in made.error()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not valid JSON"),
        ("[]", "is not an annotation"),
        ('{"objects": []}', "'size' should say"),
        ('{"size": {"width": 0, "height": 40}}', "'size' should say"),
        ('{"size": {"width": 60, "height": 40}, "objects": 5}', "'objects' should be a list"),
        ('{"size": {"width": 60, "height": 40}, "objects": [7]}', "Object 1 of ds/ann/a.png.json is not a JSON object"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_broken_annotation_is_refused(made, text, sentence):
    made.photo()
    (made.folder / "ds" / "ann" / "a.png.json").write_text(text)

    assert sentence in made.error()


def test_a_broken_meta_is_an_error(made):
    made.photo()
    (made.folder / "meta.json").write_text("{'classes'")

    _, findings = made.read()

    assert any(f.at == "meta.json" and f.level == "error" and "line 1" in f.text for f in findings)


def test_a_class_named_twice_is_an_error(made):
    made.meta({"classes": [{"title": "a", "shape": "bitmap", "color": "#112233"}] * 2})

    _, findings = made.read()

    assert any("names the class 'a' twice" in finding.text for finding in findings)


def test_the_oldest_form_lists_bare_classes(made):
    (made.folder / "meta.json").unlink()
    (made.folder / "classes.json").write_text(json.dumps([{"title": "Isolator", "shape": "bitmap", "color": "bad"}]))
    made.photo()
    made.annotation(bitmap(0, 0))

    project, findings = made.read()

    assert findings == []
    assert project.classes[0].name == "Isolator"
    assert len(project.classes[0].colour) == 7


def test_tags_of_both_ages_are_read(made):
    made.meta({"classes": [], "tags_images": ["old"], "tags": [{"name": "weather", "value_type": "any_string"}]})
    made.photo()
    made.annotation(tags=["old", {"name": "new", "value": None}, {"name": "weather", "value": "fog"}])

    project, _ = made.read()

    assert project.images[0].tags == ("old", "new", {"name": "weather", "value": "fog"})
    assert [tag["name"] for tag in project.tags] == ["weather", "old", "new"]


def test_what_objects_say_beside_their_pixels_is_told_to_be_left_out(made):
    made.photo()
    made.annotation(bitmap(0, 0) | {"tags": ["broken"]}, bitmap(5, 5) | {"description": "chipped"})

    _, findings = made.read()

    assert [finding.level for finding in findings] == ["info"]


def test_a_zip_with_one_folder_around_the_project_reads(made):
    made.photo()
    made.annotation()

    assert supervisely.is_project(made.folder.parent)
    assert len(supervisely.read(made.folder.parent)[0].images) == 1


def test_several_projects_in_a_folder_are_not_guessed_at(made):
    made.photo()
    shutil.copytree(made.folder, made.folder.parent / "second")

    with pytest.raises(FormatError, match="several Supervisely projects \\(project, second\\)"):
        supervisely.read(made.folder.parent)


def test_a_folder_without_meta_is_no_project(tmp_path):
    assert not supervisely.is_project(tmp_path)
    with pytest.raises(FormatError, match="there is no meta"):
        supervisely.read(tmp_path)


def test_too_many_pixels_are_refused(made):
    made.photo()
    made.annotation()

    project, findings = supervisely.read(made.folder, max_pixels=1000)

    assert not project.images
    assert "60x40 = 2,400 pixels" in findings[0].text


# --- there and back -------------------------------------------------------------------------------------------------


def test_an_exported_project_gives_back_the_same_objects(tmp_path):
    before = project_record(tmp_path / "photos", count=3)

    supervisely.write(before, tmp_path / "out")
    after, findings = supervisely.read(tmp_path / "out")

    assert findings == []
    assert [record.name for record in after.classes] == ["Isolator", "neutral"]
    for one, other in zip(before.images, after.images, strict=True):
        assert (one.dataset, one.name, one.width, one.height) == (other.dataset, other.name, other.width, other.height)
        assert one.path.read_bytes() == other.path.read_bytes()
        for a, b in zip(one.objects(), other.objects(), strict=True):
            assert (a.class_name, a.origin) == (b.class_name, b.origin)
            assert np.array_equal(a.mask, b.mask)


def test_objects_that_touch_or_overlap_come_back_each_whole(tmp_path):
    project = project_record(tmp_path / "photos", count=1)
    objects = [
        ObjectRecord("Isolator", (10, 10), np.ones((20, 20), bool)),
        ObjectRecord("Isolator", (30, 10), np.ones((20, 20), bool)),
        ObjectRecord("neutral", (20, 15), np.ones((5, 25), bool)),
    ]
    image = project.images[0]
    project.images[0] = type(image)(image.dataset, image.name, image.path, 320, 256, objects=lambda: objects)

    supervisely.write(project, tmp_path / "out")

    back = list(supervisely.read(tmp_path / "out")[0].images[0].objects())
    assert [(r.class_name, r.origin, r.mask.sum()) for r in back] == [
        ("Isolator", (10, 10), 400),
        ("Isolator", (30, 10), 400),
        ("neutral", (20, 15), 125),
    ]


def test_names_that_a_path_would_stumble_over_are_changed_and_stay_apart(tmp_path):
    project = project_record(tmp_path / "photos", count=2)
    images = [
        type(image)(dataset, name, image.path, 320, 256)
        for image, dataset, name in zip(project.images, ("a/b", "a\\b"), ("../x.jpg", "..\\X.jpg"), strict=True)
    ]

    supervisely.write(type(project)(project.classes, images), tmp_path / "out")

    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.jpg"))
    assert written == ["a_b/img/_X_2.jpg", "a_b/img/_x.jpg"]


def test_tags_and_descriptions_of_photos_come_back(tmp_path):
    project = project_record(tmp_path / "photos", count=1)
    image = project.images[0]
    tags = ("train", {"name": "weather", "value": "fog"}, {"name": "count", "value": 3})
    images = [type(image)("ds", image.name, image.path, 320, 256, tags, "from the north")]

    supervisely.write(type(project)(project.classes, images), tmp_path / "out")
    back, findings = supervisely.read(tmp_path / "out")

    assert findings == []
    assert back.images[0].tags == tags
    assert back.images[0].description == "from the north"
    assert {tag["name"]: tag["value_type"] for tag in back.tags} == {
        "train": "none",
        "weather": "any_string",
        "count": "any_number",
    }


def test_progress_is_told(tmp_path):
    told = []

    supervisely.read(supervisely_folder(tmp_path / "p", count=2), each=lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]


# --- real projects --------------------------------------------------------------------------------------------------

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real photos are not here")


@needs_data
def test_the_tutorials_project_reads_with_every_object():
    project, findings = supervisely.read(DATA / "powerlines_annotated")

    names = [record.class_name for image in project.images for record in image.objects()]
    assert findings == []
    assert len(project.images) == 22
    assert (names.count("Isolator"), names.count("neutral"), len(names)) == (72, 11, 83)


@needs_data
def test_real_bitmaps_are_what_a_bare_reader_decodes(tmp_path):
    project, _ = supervisely.read(DATA / "powerlines_annotated")

    for image in project.images[::5]:
        folder = DATA / "powerlines_annotated" / image.dataset / "ann"
        document = json.loads((folder / f"{Path(image.name).stem}.json").read_text())
        for entry, record in zip(document["objects"], image.objects(), strict=True):
            raw = zlib.decompress(base64.b64decode(entry["bitmap"]["data"]))
            alpha = np.asarray(PIL.Image.open(io.BytesIO(raw)).convert("RGBA"))[..., 3] > 0
            whole = np.zeros((image.height, image.width), bool)
            x, y = entry["bitmap"]["origin"]
            whole[y : y + alpha.shape[0], x : x + alpha.shape[1]] = alpha
            assert np.array_equal(whole[record.box.slices], record.mask)
            assert whole.sum() == record.mask.sum()


@needs_data
def test_the_vendors_own_sample_reads():
    project, findings = supervisely.read(DATA / "formats" / "supervisely" / "tutorial_project_01")

    assert len(project.images) == 5
    assert {finding.level for finding in findings} == {"info"}
    assert sum(len(list(image.objects())) for image in project.images) == 15
