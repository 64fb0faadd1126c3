import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.sayings import Saying
from tests.training.dtl.drawn import complaints_of, data, layer, random_part, save
from training.dtl.query import QueryRefused, line_and_column, parse, places

WIDE = {"min_percent": 10, "max_percent": 200}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the query is empty"),
        ("[\n  {\n]", 3, 1, "expecting property name enclosed in double quotes"),
        ('[{"a": 1,\n  "a": 2}]', 2, 3, "the key 'a' is given twice in one object"),
        ("[1, 2", 1, 6, "expecting ',' delimiter"),
        ("[NaN]", 1, 1, "NaN is not a number that JSON knows"),
        ("[" * 100_000, 1, 1, "the brackets are nested too deeply"),
    ],
)
def test_text_that_is_no_json_is_refused_where_it_fails(text, line, column, message):
    with pytest.raises(QueryRefused) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column, refused.value.message) == (line, column, message)
    assert isinstance(refused.value.message, Saying)


def test_a_range_the_wrong_way_round_is_told_in_house_style():
    part = {"width": {"min_percent": 7, "max_percent": 5}, "height": {"min_percent": 1, "max_percent": 5}}
    query = data(), layer("multiply", "$in", "$m", multiply=2), layer("crop", "$m", "$c", random_part=part), save("$c")
    assert complaints_of(*query) == [
        "layer 3: crop: settings.random_part.width.min_percent: must not exceed max_percent (5)"
    ]


def test_a_layer_nobody_knows_is_told_with_those_there_are():
    (message,) = complaints_of(data(), layer("flp", "$in", "$out", axis="vertical"), save("$out"))
    assert message == (
        "layer 2: no layer is called 'flp'; known: crop, data, dataset, flip, if, multiply, rename, resize, "
        "supervisely, tag; did you mean 'flip'?"
    )


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("text", "layer 2: a layer is an object, found 'text'"),
        ({"src": ["$in"], "dst": "$o", "settings": {}}, "layer 2: action: is missing; known: crop"),
        ({**layer("flip", "$in", "$o", axis="vertical"), "extra": 1}, "layer 2: flip: extra: a layer has only action"),
        ({**layer("flip", "$in", "$o", axis="vertical"), "src": "$in"}, "flip: src: expected a list, even for one"),
        ({**layer("flip", "$in", "$o", axis="vertical"), "src": []}, "layer 2: flip: src: is empty"),
        (layer("flip", "in", "$o", axis="vertical"), "layer 2: flip: src.0: a variable begins with '$', found 'in'"),
        (layer("flip", "$in", "o", axis="vertical"), "layer 2: flip: dst: a variable begins with '$'"),
        (layer("flip", "$in", ["$o"], axis="vertical"), "layer 2: flip: dst: expected one variable, found a list of 1"),
        (layer("if", "$in", "$o", condition={"min_width": 3}), "layer 2: if: dst: expected a list of two"),
        (layer("flip", "$in", "$o"), "layer 2: flip: settings.axis: is missing"),
        (
            layer("flip", "$in", "$o", axis="diagonal"),
            "settings.axis: expected 'vertical' or 'horizontal', found 'diag",
        ),
        (layer("flip", "$in", "$o", axis="vertical", angle=3), "settings.angle: is not a setting of flip; known: axis"),
        (layer("multiply", "$in", "$o", multiply=0), "settings.multiply: must be at least 1, found 0"),
        (layer("multiply", "$in", "$o", multiply="50"), "settings.multiply: expected a whole number, found '50'"),
        (layer("multiply", "$in", "$o", multiply=True), "settings.multiply: expected a whole number, found true"),
        (layer("multiply", "$in", "$o", multiply=2.5), "settings.multiply: expected a whole number, found 2.5"),
        (layer("crop", "$in", "$o"), "crop: settings: exactly one of random_part and sides is needed, but neither"),
        (layer("crop", "$in", "$o", sides={}, random_part=random_part()), "but both are there"),
        (layer("crop", "$in", "$o", sides={"left": "-5px"}), "settings.sides.left: expected whole pixels like '50px'"),
        (
            layer("crop", "$in", "$o", sides={"lef": "5px"}),
            "sides.lef: is not a setting of sides; did you mean 'left'?",
        ),
        (
            layer("crop", "$in", "$o", random_part={**random_part(), "width": WIDE}),
            "max_percent: must be at most 100, found 200",
        ),
        (layer("if", "$in", ["$o", "null"], condition={}), "settings.condition: expected an object with one of: prob"),
        (layer("if", "$in", ["$o", "null"], condition={"probabilty": 1}), "did you mean 'probability'?"),
        (layer("if", "$in", ["$o", "null"], condition={"min_width": 1, "min_height": 1}), "one condition at a time"),
        (layer("if", "$in", ["$o", "null"], condition={"probability": 2}), "probability: must be at most 1, found 2"),
        (
            layer("if", "$in", ["$o", "null"], condition={"probability": 1, "by": 1}),
            "condition.by: is not a setting of",
        ),
        (layer("if", "$in", ["$o", "null"], condition={"regex_names": ["("]}), "'(' is not a regular expression"),
        (layer("if", "$in", ["$o", "null"], condition={"name_in_range": ["b", "a"]}), "must not come after the last"),
        (layer("tag", "$in", "$o", tag="", do="add"), "settings.tag: expected a word"),
        (layer("tag", "$in", "$o", tag="a", do="put"), "settings.action: expected 'add' or 'delete', found 'put'"),
        (layer("dataset", "$in", "$o"), "dataset: settings: exactly one of name and rule is needed"),
        (layer("dataset", "$in", "$o", name="a/b"), "settings.name: expected letters, digits, spaces"),
        (layer("resize", "$in", "$o", width=0, height=1, aspect_ratio={"keep": True}), "settings.width: must not be 0"),
        (layer("resize", "$in", "$o", width=-1, height=-1, aspect_ratio={"keep": True}), "only one of width and"),
        (layer("resize", "$in", "$o", width=-1, height=9, aspect_ratio={"keep": False}), "width: may only be -1 when"),
    ],
)
def test_a_fault_is_told_with_layer_path_and_what_would_be_right(broken, message):
    (found,) = complaints_of(data(), broken, save(["$in"]))
    assert message in found
    assert found.startswith("layer 2: ")
    assert isinstance(innermost(found), Saying)


def innermost(found):
    """The message without its place, which `Complaint` tells around it."""
    while isinstance(found, Saying) and found.template.endswith(": {what}"):
        found = found.figures["what"]
    return found


def test_all_faults_of_a_query_are_told_at_once():
    found = complaints_of(
        layer("data", "powerlines/*", "$a", classes_mapping=3),
        {**layer("multiply", "a", "b", multiply=0), "more": 1},
        layer("flip", "$b", "$c"),
        save("$nowhere"),
    )
    assert len(found) == 7


@pytest.mark.parametrize("dst", ["", "  ", "a/b", "a\\b", "a|b", "$var", "x" * 200])
def test_the_name_of_the_result_must_be_a_name(dst):
    (message,) = complaints_of(data(), save("$in", dst))
    assert message.startswith("layer 2: supervisely: dst: ")


def test_a_query_is_a_list():
    from training.dtl.graph import check

    (complaint,) = check({"action": "data"}, {}).complaints
    assert str(complaint) == "a query is a list of layers, found an object"


@settings(deadline=None, max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    st.sampled_from([None, 2]),
)
def test_every_value_is_found_where_it_stands(value, indent):
    text = json.dumps(value, indent=indent)
    for path, (start, end) in places(text).items():
        here = value
        for step in path:
            here = here[step]
        assert json.loads(text[start:end]) == here


def test_lines_and_columns_count_from_one():
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)
