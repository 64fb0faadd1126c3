"""Layers too small for a file of their own."""

import numpy as np
import pytest

from annotator.raster.box import Box
from tests.training.dtl.drawn import ISOLATOR, colours, data, layer, run, save, source, through
from training.dtl.layers import LAYERS


@pytest.mark.parametrize(("axis", "expected"), [("vertical", np.s_[:, ::-1]), ("horizontal", np.s_[::-1])])
def test_a_flip_turns_the_mask_with_the_image(axis, expected):
    one = source(size=(10, 6), boxes=[(ISOLATOR, Box(3, 1, 7, 3))])

    (sample,) = through(one, layer("flip", "$in", "$out", axis=axis))

    assert np.array_equal(sample.pixels(), colours(10, 6)[expected])
    assert np.array_equal(sample.view.classes(), one.classes(Box(0, 0, 10, 6))[expected])


def test_two_flips_are_none():
    (sample,) = through(
        source(), layer("flip", "$in", "$1", axis="vertical"), layer("flip", "$1", "$out", axis="vertical")
    )
    assert sample.view.is_untouched


def test_multiply_gives_as_many_as_it_says():
    samples = through(source(), layer("multiply", "$in", "$out", multiply=50))
    assert [sample.copies for sample in samples] == [(i,) for i in range(1, 51)]
    assert len({sample.path for sample in samples}) == 50


def tags_after(tags, *layers):
    (sample,) = through(source(tags=tags), *layers)
    return sample.tags


def test_a_tag_is_added_once_and_deleted_by_name():
    add = layer("tag", "$in", "$1", tag="train", do="add")
    assert tags_after(("night",), add, layer("tag", "$1", "$out", tag="train", do="add")) == ("night", "train")
    assert tags_after(("night",), add, layer("tag", "$1", "$out", tag="night", do="delete")) == ("train",)


def test_a_tag_with_a_value_replaces_the_one_of_its_name():
    weather = {"name": "weather", "value": "rain"}
    assert tags_after(("weather", "a"), layer("tag", "$in", "$out", tag=weather, do="add")) == ("a", weather)
    assert tags_after((weather,), layer("tag", "$in", "$out", tag="weather", do="delete")) == ()


def resized(width: int, height: int, keep: bool, size=(100, 50)):
    settings = {"width": width, "height": height, "aspect_ratio": {"keep": keep}}
    (sample,) = through(source(size=size), layer("resize", "$in", "$out", **settings))
    return sample


def test_resize_stretches():
    assert (resized(20, 30, False).width, resized(20, 30, False).height) == (20, 30)


@pytest.mark.parametrize(("width", "height", "expected"), [(-1, 25, (50, 25)), (20, -1, (20, 10)), (-1, 1, (2, 1))])
def test_resize_derives_the_side_that_is_free(width, height, expected):
    sample = resized(width, height, True)
    assert (sample.width, sample.height) == expected


def test_kept_proportions_leave_black_beside_the_centred_image():
    sample = resized(40, 40, True)
    pixels = sample.pixels()

    assert pixels.shape == (40, 40, 3)
    assert not pixels[:10].any()
    assert not pixels[30:].any()
    assert pixels[10:30, 1:].any(axis=(1, 2)).all()
    assert sample.view.ground.content == Box(0, 10, 40, 30)


def test_resize_to_its_own_size_touches_nothing():
    assert resized(100, 50, False).view.is_untouched


def test_layers_behind_a_resize_see_the_new_size():
    (sample,) = run(
        [source(size=(100, 100), boxes=[(ISOLATOR, Box(0, 0, 50, 50))])],
        data(),
        layer("resize", "$in", "$r", width=20, height=20, aspect_ratio={"keep": False}),
        layer("crop", "$r", "$c", sides={"left": "10px"}),
        layer("flip", "$c", "$f", axis="vertical"),
        layer("resize", "$f", "$out", width=5, height=10, aspect_ratio={"keep": False}),
        save("$out"),
    )
    assert (sample.width, sample.height) == (5, 10)
    assert sample.box == Box(50, 0, 100, 100)
    assert sample.flips == ["vertical"]
    assert sample.lineage()["size"] == [5, 10]
    assert sample.objects() == []


@pytest.mark.parametrize("action", LAYERS)
def test_every_layer_explains_itself(action):
    layer_class = LAYERS[action]
    schema = layer_class.model_json_schema(by_alias=True)

    assert layer_class.__doc__
    assert layer_class.title
    for part in [schema, *schema.get("$defs", {}).values()]:
        assert part.get("description"), part
        assert all("title" in one or "$ref" in one for one in part.get("properties", {}).values())
