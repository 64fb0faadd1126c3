import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.raster.box import Box
from tests.training.dtl.drawn import data, graph_of, layer, random_part, save, source, through
from training.dtl.layers.crop import in_pixels


def crops(one, *, copies: int = 1, seed: int = 0, **settings):
    return through(
        one, layer("multiply", "$in", "$m", multiply=copies), layer("crop", "$m", "$out", **settings), seed=seed
    )


def test_sides_are_taken_off():
    sides = {"top": "50px", "left": "100px", "bottom": "50px", "right": "100px"}
    (sample,) = crops(source(size=(800, 600)), sides=sides)
    assert sample.box == Box(100, 50, 700, 550)


def test_a_side_that_is_not_given_stays():
    (sample,) = crops(source(size=(80, 60)), sides={"left": "10%"})
    assert sample.box == Box(8, 0, 80, 60)


@pytest.mark.parametrize(
    ("length", "side", "pixels"), [("10%", 70, 7), ("10%", 79, 7), ("12.5%", 80, 10), ("3px", 9, 3)]
)
def test_a_share_is_rounded_down_exactly(length, side, pixels):
    assert in_pixels(length, side) == pixels


def test_random_parts_have_sides_in_the_range_and_lie_inside():
    boxes = [sample.box for sample in crops(source(size=(5000, 4000)), copies=400, random_part=random_part(10, 20))]

    assert all(500 <= box.width <= 1000 and 400 <= box.height <= 800 for box in boxes)
    assert all(Box.of_size(5000, 4000).contains(box) for box in boxes)
    assert len({box.width * 4 == box.height * 5 for box in boxes}) == 2 or len({box.size for box in boxes}) > 300
    assert min(box.left for box in boxes) < 100
    assert max(box.right for box in boxes) > 4900


def test_a_part_may_touch_either_end():
    boxes = [sample.box for sample in crops(source(size=(10, 10)), copies=200, random_part=random_part(90, 90))]
    assert {box.left for box in boxes} == {0, 1}
    assert {box.size for box in boxes} == {(9, 9)}


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 99), st.integers(0, 2**40))
def test_whatever_the_size_a_part_lies_inside(width, height, low, seed):
    for sample in crops(source(size=(width, height)), copies=3, seed=seed, random_part=random_part(low, 100)):
        assert not sample.box.is_empty
        assert Box.of_size(width, height).contains(sample.box)


def test_kept_proportions_mean_one_draw_for_both_sides():
    part = random_part(10, 60, keep_aspect_ratio=True)
    boxes = [sample.box for sample in crops(source(size=(400, 200)), copies=30, random_part=part)]
    assert all(box.width // 2 - 1 <= box.height <= box.width // 2 + 1 for box in boxes)
    assert len({box.width for box in boxes}) > 10


def test_kept_proportions_need_equal_ranges():
    from tests.training.dtl.drawn import complaints_of

    part = {**random_part(10, 20), "height": {"min_percent": 10, "max_percent": 30}, "keep_aspect_ratio": True}
    (message,) = complaints_of(data(), layer("crop", "$in", "$out", random_part=part), save("$out"))
    assert message == (
        "layer 2: crop: settings.random_part.keep_aspect_ratio: "
        "needs equal ranges, but width is 10–20 %, height 10–30 %"
    )


def test_a_part_without_pixels_ends_there_with_a_warning():
    graph = graph_of(data(), layer("crop", "$in", "$out", random_part=random_part(10, 10)), save("$out"))
    one = source(size=(9, 50))

    story = graph.begin([one], seed=0)
    assert [list(samples) for _, samples in graph.walk([one], seed=0, story=story)] == [[]]
    assert dict(story.dropped) == {"layer 2: crop: nothing was left of an image": 1}


def test_sides_that_leave_nothing_drop_the_image():
    assert crops(source(size=(9, 50)), sides={"left": "5px", "right": "5px"}) == []
