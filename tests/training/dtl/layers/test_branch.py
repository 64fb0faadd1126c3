import pytest

from annotator.raster.box import Box
from tests.training.dtl.drawn import ISOLATOR, NEUTRAL, data, layer, project, run, save, source
from training.dtl.layers.conditions import CONDITIONS, AnyCondition


def passes(condition: dict, *sources, **more) -> list[str]:
    """Names of the sources for which the condition holds, in order; the others must come out at the other end."""
    query = [data(), layer("if", "$in", ["$yes", "$no"], condition=condition)]
    yes = run(list(sources), *query, save("$yes"), **more)
    no = run(list(sources), *query, save("$no"), **more)
    assert sorted(s.source.name for s in [*yes, *no]) == sorted(s.name for s in sources)
    return [sample.source.name for sample in yes]


def with_boxes(name: str, *boxes: tuple[int, Box], **more):
    return source(name, (60, 40), boxes, **more)


ONE = with_boxes("one.jpg", (ISOLATOR, Box(0, 0, 10, 10)))
TWO = with_boxes("two.jpg", (ISOLATOR, Box(0, 0, 10, 10)), (NEUTRAL, Box(20, 20, 25, 25)), tags=("night",))
NONE = with_boxes("none.jpg")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"min_objects_count": 0}, ["one.jpg", "two.jpg", "none.jpg"]),
        ({"min_objects_count": 1}, ["one.jpg", "two.jpg"]),
        ({"min_objects_count": 2}, ["two.jpg"]),
        ({"include_classes": ["neutral"]}, ["two.jpg"]),
        ({"include_classes": ["neutral", "Isolator"]}, ["one.jpg", "two.jpg"]),
        ({"tags": ["night", "day"]}, ["two.jpg"]),
        ({"sum_object_area": 100, "classes": ["Isolator"]}, ["one.jpg", "two.jpg"]),
        ({"sum_object_area": 101, "classes": ["Isolator"]}, []),
        ({"sum_object_area": 125, "classes": ["Isolator", "neutral"]}, ["two.jpg"]),
        ({"regex_names": ["^t", "none$"]}, ["two.jpg", "none.jpg"]),
        ({"regex_names": ["jpg"]}, []),
        ({"name_in_range": ["o", "t"]}, ["one.jpg"]),
        ({"name_in_range": ["none", "one"]}, ["one.jpg", "none.jpg"]),
        ({"probability": 0}, []),
        ({"probability": 1}, ["one.jpg", "two.jpg", "none.jpg"]),
    ],
    ids=str,
)
def test_what_a_condition_lets_pass(condition, expected):
    assert passes(condition, ONE, TWO, NONE) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"min_width": 60}, ["wide"]),
        ({"min_height": 40}, ["wide", "high"]),
        ({"min_height": 41}, ["high"]),
        ({"min_area": 2400}, ["wide"]),
    ],
    ids=str,
)
def test_sizes_of_the_image(condition, expected):
    assert passes(condition, source("wide", (60, 40)), source("high", (40, 50)), source("small", (10, 10))) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("one/a", ["1"]),
        ("one/*", ["1", "2"]),
        ("*/a", ["1", "3"]),
        ("*/*", ["1", "2", "3"]),
        ("two", ["3"]),
    ],
)
def test_where_an_image_came_from(entry, expected):
    sources = [
        source("1", project="one", dataset="a"),
        source("2", project="one", dataset="b"),
        source("3", project="two", dataset="a"),
    ]
    query = (
        data("$1", "one"),
        data("$2", "two"),
        layer("if", ["$1", "$2"], ["$yes", "null"], condition={"project_datasets": [entry]}),
        save("$yes"),
    )
    projects = [project("one", datasets=["a", "b"]), project("two", datasets=["a"])]
    assert [sample.source.name for sample in run(sources, *query, projects=projects)] == expected


def test_every_third_name_of_a_range():
    sources = [source(f"{i:03}.png") for i in range(10)]
    assert passes({"name_in_range": ["001", "008"], "frame_step": 3}, *sources) == ["001.png", "004.png", "007.png"]


@pytest.mark.parametrize(("probability", "expected"), [(0, 0), (1, 1000)])
def test_never_and_always(probability, expected):
    query = (
        data(),
        layer("multiply", "$in", "$m", multiply=1000),
        layer("if", "$m", ["$yes", "null"], condition={"probability": probability}),
        save("$yes"),
    )
    assert len(run([source()], *query)) == expected


def test_chance_follows_its_share():
    query = (
        data(),
        layer("multiply", "$in", "$m", multiply=4000),
        layer("if", "$m", ["$yes", "null"], condition={"probability": 0.25}),
        save("$yes"),
    )
    assert 900 < len(run([source()], *query)) < 1100


def test_two_layers_draw_independently():
    query = (
        data(),
        layer("multiply", "$in", "$m", multiply=2000),
        layer("if", "$m", ["$a", "null"], condition={"probability": 0.5}),
        layer("if", "$a", ["$b", "null"], condition={"probability": 0.5}),
        save("$b"),
    )
    assert 400 < len(run([source()], *query)) < 600


def test_objects_are_counted_after_the_crop():
    one = with_boxes("a", (ISOLATOR, Box(0, 0, 10, 10)), (ISOLATOR, Box(50, 30, 60, 40)))
    query = (
        data(),
        layer("crop", "$in", "$c", sides={"right": "50%"}),
        layer("if", "$c", ["$two", "$less"], condition={"min_objects_count": 2}),
        save("$less"),
    )
    assert len(run([one], *query)) == 1


def test_renamed_classes_are_known_by_their_new_names():
    query = (
        data(mapping={"Isolator": "glass", "neutral": "__ignore__"}),
        layer("if", "$in", ["$yes", "null"], condition={"include_classes": ["glass"]}),
        save("$yes"),
    )
    assert [sample.source.name for sample in run([ONE, TWO, NONE], *query)] == ["one.jpg", "two.jpg"]


def test_every_condition_is_one_of_the_choices():
    choices = AnyCondition.__origin__.__args__
    assert [choice.__origin__ for choice in choices] == list(CONDITIONS.values())
    assert all(next(iter(kind.model_fields)) == name for name, kind in CONDITIONS.items())
    assert [choice.__metadata__[0].tag for choice in choices] == [f"<{name}>" for name in CONDITIONS]
