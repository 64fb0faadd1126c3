import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.raster.box import Box
from tests.training.dtl.drawn import ISOLATOR, NEUTRAL, colours, source
from training.dtl.sample import Sample, View, stem_of

NUMBERS = {"Isolator": 1, "neutral": 2}


def blob(width: int, height: int, left: int, top: int, mask: list[str]) -> np.ndarray:
    classes = np.zeros((height, width), np.uint8)
    rows = np.array([[letter == "1" for letter in row] for row in mask])
    classes[top : top + rows.shape[0], left : left + rows.shape[1]][rows] = ISOLATOR
    return classes


def test_a_vertical_flip_mirrors_left_and_right():
    one = source(size=(10, 6), classes=blob(10, 6, 3, 1, ["1111", "1000"]))

    flipped = View.whole(one).flipped(x=True)

    assert np.array_equal(flipped.classes(), blob(10, 6, 10 - 3 - 4, 1, ["1111", "0001"]))
    assert np.array_equal(flipped.pixels(), colours(10, 6)[:, ::-1])


def test_a_horizontal_flip_mirrors_top_and_bottom():
    one = source(size=(10, 6), classes=blob(10, 6, 3, 1, ["1111", "1000"]))

    flipped = View.whole(one).flipped(y=True)

    assert np.array_equal(flipped.classes(), blob(10, 6, 3, 6 - 1 - 2, ["1000", "1111"]))
    assert np.array_equal(flipped.pixels(), colours(10, 6)[::-1])


@st.composite
def steps(draw):
    """A photo's size and some crops, flips and resizes that fit one after another."""
    width, height = size = draw(st.tuples(st.integers(2, 40), st.integers(2, 40)))
    found = []
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["crop", "x", "y"]))
        if kind == "crop":
            left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
            right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
            found.append(Box(left, top, right, bottom))
            width, height = found[-1].size
        else:
            found.append(kind)
    return size, found


@settings(deadline=None, max_examples=40)
@given(steps())
def test_what_is_seen_is_what_doing_it_to_the_pixels_gives(case):
    (width, height), found = case
    classes = np.random.default_rng(1).integers(0, 3, (height, width), np.uint8)
    view, expected, mask = View.whole(source(size=(width, height), classes=classes)), colours(width, height), classes

    for step in found:
        if isinstance(step, Box):
            view, expected, mask = view.cropped(step), expected[step.slices], mask[step.slices]
        elif step == "x":
            view, expected, mask = view.flipped(x=True), expected[:, ::-1], mask[:, ::-1]
        else:
            view, expected, mask = view.flipped(y=True), expected[::-1], mask[::-1]

    assert np.array_equal(view.pixels(), expected)
    assert np.array_equal(view.classes(), mask)
    assert np.array_equal(view.ids() > 0, mask > 0)
    assert (view.width, view.height) == expected.shape[1::-1]


@settings(deadline=None, max_examples=40)
@given(steps())
def test_the_rectangle_in_the_lineage_gives_the_same_pixels_again(case):
    (width, height), found = case
    one = source(size=(width, height))
    view = View.whole(one)
    for step in found:
        view = view.cropped(step) if isinstance(step, Box) else view.flipped(x=step == "x", y=step == "y")

    pixels = colours(width, height)[view.in_photo().slices]
    x, y = view.mirrors()

    assert np.array_equal(view.pixels(), pixels[:: -1 if y else 1, :: -1 if x else 1])


def test_an_object_the_crop_cuts_in_two_is_still_one():
    horseshoe = blob(12, 8, 2, 1, ["11111111", "11000011", "11000011"])
    one = source(size=(12, 8), classes=horseshoe)

    sample = Sample.of(one).seen_as(View.whole(one).cropped(Box(0, 2, 12, 8)), "crop")

    assert [(thing.class_name, thing.area) for thing in sample.objects()] == [("Isolator", 8)]


def test_two_objects_that_touch_stay_two():
    classes = np.full((4, 8), ISOLATOR, np.uint8)
    objects = np.repeat([[7] * 4 + [9] * 4], 4, axis=0).astype(np.uint16)
    one = source(size=(8, 4), classes=classes, objects=objects)

    assert [thing.id for thing in Sample.of(one).objects()] == [7, 9]
    assert [thing.id for thing in Sample.of(one).seen_as(View.whole(one).cropped(Box(0, 0, 4, 4)), "").objects()] == [7]


def test_an_object_counts_with_its_last_pixel_and_not_without():
    one = source(size=(20, 20), boxes=[(ISOLATOR, Box(5, 5, 10, 10))])

    touching = Sample.of(one).seen_as(View.whole(one).cropped(Box(9, 9, 20, 20)), "")
    beside = Sample.of(one).seen_as(View.whole(one).cropped(Box(10, 9, 20, 20)), "")

    assert [thing.area for thing in touching.objects()] == [1]
    assert beside.objects() == []


def test_a_box_that_meets_only_the_objects_box_does_not_count():
    one = source(size=(12, 8), classes=blob(12, 8, 2, 1, ["1111", "1000", "1000"]))

    inner = Sample.of(one).seen_as(View.whole(one).cropped(Box(4, 2, 8, 6)), "")

    assert inner.objects() == []


def test_dropped_classes_leave_neither_pixels_nor_objects():
    one = source(size=(20, 10), boxes=[(ISOLATOR, Box(0, 0, 5, 5)), (NEUTRAL, Box(10, 0, 15, 5))])
    sample = Sample.of(one).renamed(lambda name: None if name == "neutral" else "Glass")

    classes, ids = sample.masks({"Glass": 4})

    assert set(np.unique(classes)) == {0, 4}
    assert np.array_equal(ids > 0, classes > 0)
    assert [thing.class_name for thing in sample.objects()] == ["Glass"]


@pytest.mark.parametrize("size", [(5, 3), (40, 7), (13, 60)])
def test_a_resized_mask_takes_the_nearest_pixel(size):
    classes = np.random.default_rng(2).integers(0, 3, (11, 17), np.uint8)
    one = source(size=(17, 11), classes=classes)

    resized = View.whole(one).resized(*size, Box.of_size(*size))

    rows = [int((i + 0.5) * 11 / size[1]) for i in range(size[1])]
    columns = [int((i + 0.5) * 17 / size[0]) for i in range(size[0])]
    assert np.array_equal(resized.classes(), classes[np.ix_(rows, columns)])
    assert resized.pixels().shape == (size[1], size[0], 3)


def test_an_object_that_vanishes_when_shrunk_is_gone():
    one = source(size=(100, 100), boxes=[(ISOLATOR, Box(0, 0, 60, 60)), (NEUTRAL, Box(70, 70, 71, 71))])

    small = Sample.of(one).seen_as(View.whole(one).resized(10, 10, Box.of_size(10, 10)), "")

    assert [thing.class_name for thing in small.objects()] == ["Isolator"]


def test_a_crop_of_a_resized_flip_knows_its_place_in_the_photo():
    one = source(size=(100, 50))
    view = View.whole(one).cropped(Box(20, 10, 60, 30)).flipped(x=True).resized(20, 10, Box.of_size(20, 10))

    right_half = view.cropped(Box(10, 0, 20, 10))

    assert right_half.in_photo() == Box(20, 10, 40, 30)
    assert right_half.mirrors() == (True, False)


def test_a_photo_is_decoded_once_and_only_when_somebody_looks():
    opened = []
    one = source(size=(30, 30), boxes=[(ISOLATOR, Box(0, 0, 9, 9))], opened=opened.append)
    views = [View.whole(one).cropped(Box(i, 0, i + 5, 5)) for i in range(10)]

    for view in views:
        view.regions()
    assert opened == []
    for view in views:
        view.pixels()
    assert opened == ["a.jpg"]
    one.drop()
    views[0].pixels()
    assert opened == ["a.jpg", "a.jpg"]


def test_lineage_says_where_a_sample_came_from():
    one = source(size=(40, 30), about={"image": 12}, photo="abc")
    sample = Sample.of(one).copied(3, 50)
    sample = sample.seen_as(sample.view.cropped(Box(5, 6, 25, 26)), "crop")
    sample = sample.seen_as(sample.view.flipped(x=True), "flipX")

    assert sample.lineage() == {
        "image": 12,
        "project": "powerlines",
        "dataset": "ds",
        "name": "a.jpg",
        "photo": "abc",
        "box": [5, 6, 25, 26],
        "flips": ["vertical"],
        "copy": 3,
    }


@pytest.mark.parametrize(("name", "stem"), [("a.b.jpg", "a.b"), ("a", "a"), (".jpg", ".jpg")])
def test_a_stem_is_the_name_without_its_extension(name, stem):
    assert stem_of(name) == stem
