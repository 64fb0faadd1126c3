import pytest

from studio.texts import told
from tests.training.dtl.drawn import complaints_of, data, graph_of, layer, project, save, source
from training.dtl.graph import check
from training.dtl.meta import ClassMeta, any_of, hint

ABC = [ClassMeta("a", "#AA0000"), ClassMeta("b", "#00BB00"), ClassMeta("c", "#0000CC")]


def result(mapping, classes=ABC) -> list[tuple[str, str]]:
    """Names and colours behind a data layer with this mapping."""
    query = [data(mapping=mapping), save("$in")]
    checked = check(query, {"powerlines": project(classes=classes)})
    assert checked.is_ok, [str(one) for one in checked.complaints]
    return [(one.name, one.colour) for one in checked.classes]


def wrong(mapping, classes=ABC) -> list[str]:
    return complaints_of(data(mapping=mapping), save("$in"), projects=[project(classes=classes)])


def test_default_keeps_everything():
    assert result("default") == [("a", "#AA0000"), ("b", "#00BB00"), ("c", "#0000CC")]


def test_a_class_is_renamed_kept_and_dropped_with_its_colour():
    mapping = {"a": "x", "b": "__default__", "c": "__ignore__"}
    assert result(mapping) == [("x", "#AA0000"), ("b", "#00BB00")]


def test_other_stands_for_all_that_are_not_listed():
    assert result({"b": "b", "__other__": "__ignore__"}) == [("b", "#00BB00")]
    assert result({"b": "b", "__other__": "__default__"}) == [("a", "#AA0000"), ("b", "#00BB00"), ("c", "#0000CC")]
    assert result({"b": "b", "__other__": "rest"}) == [("rest", "#AA0000"), ("b", "#00BB00")]


def test_two_classes_may_change_names():
    assert result({"a": "b", "b": "a", "c": "c"}) == [("b", "#AA0000"), ("a", "#00BB00"), ("c", "#0000CC")]


def test_classes_with_one_name_become_one_in_the_first_ones_colour():
    assert result({"a": "x", "b": "x", "c": "x"}) == [("x", "#AA0000")]


def test_every_class_must_be_listed_unless_there_is_other():
    (message,) = wrong({"a": "a", "b": "b"})
    assert message.startswith("layer 1: data: settings.classes_mapping: every class must be listed, but 'c' is not")


@pytest.mark.parametrize(("value", "verb"), [("x", "renamed"), ("__ignore__", "dropped")])
def test_a_class_nobody_has_cannot_be_renamed_or_dropped(value, verb):
    classes = [ClassMeta("Isolator")]
    (message,) = wrong({"isolator": value, "__other__": "__default__"}, classes)
    assert message == (
        "layer 1: data: settings.classes_mapping.isolator: no class is called 'isolator', "
        f"so it cannot be {verb}; did you mean 'Isolator'?"
    )


def test_a_class_nobody_has_may_be_kept():
    assert result({"nobody": "__default__", "__other__": "__default__"})[0] == ("a", "#AA0000")


def test_classes_of_different_shapes_cannot_become_one():
    classes = [ClassMeta("a", shape="bitmap"), ClassMeta("b", shape="rectangle")]
    (message,) = wrong({"a": "a", "b": "a"}, classes)
    assert "'b' (rectangle) cannot become one class with 'a' (bitmap)" in message


@pytest.mark.parametrize("value", ["", 7, None, "__clone__", "__other__"])
def test_a_new_name_must_be_a_name(value):
    assert len(wrong({"a": value, "__other__": "__ignore__"})) == 1


def test_classes_of_one_name_but_other_shapes_do_not_come_together():
    one = project("one", classes=[ClassMeta("a", shape="bitmap")])
    two = project("two", classes=[ClassMeta("a", shape="polygon")])
    (message,) = complaints_of(data("$1", "one/*"), data("$2", "two/*"), save(["$1", "$2"]), projects=[one, two])
    assert message.startswith("layer 3: supervisely: src: class 'a' comes in as bitmap and as polygon")


def test_rename_keeps_what_is_not_listed_and_merges():
    query = [data(), layer("rename", "$in", "$out", classes_mapping={"a": "b"}), save("$out")]
    checked = check(query, {"powerlines": project(classes=ABC)})
    assert [(one.name, one.colour) for one in checked.classes] == [("b", "#AA0000"), ("c", "#0000CC")]


def test_rename_of_a_class_that_was_dropped_before_is_refused():
    mapping = {"a": "__ignore__", "__other__": "__default__"}
    (message,) = complaints_of(
        data(mapping=mapping),
        layer("rename", "$in", "$out", classes_mapping={"a": "x"}),
        save("$out"),
        projects=[project(classes=ABC)],
    )
    assert message.startswith("layer 2: rename: settings.classes_mapping.a: no class is called 'a'")


def test_names_of_objects_follow_the_mapping():
    one = source(size=(8, 8), classes=None, boxes=[])
    graph = graph_of(data(mapping={"Isolator": "neutral", "neutral": "Isolator"}), save("$in"))
    (sample,) = graph.run([one], seed=0)
    assert sample.class_names == {1: "neutral", 2: "Isolator"}


def test_tags_of_the_result_are_known_before():
    query = [
        data(),
        layer("tag", "$in", "$1", tag="old", do="delete"),
        layer("tag", "$1", "$2", tag="train", do="add"),
        save("$2"),
    ]
    checked = check(query, {"powerlines": project(tags=("old", "night"))})
    assert checked.tags == ("night", "train")


def test_a_hint_is_the_nearest_name_or_what_there_is():
    assert hint("flp", ["flip", "crop"]) == "did you mean 'flip'?"
    assert hint("zzz", ["flip", "crop"]) == "known: crop, flip"
    assert hint("zzz", []) == "there are none"
    assert hint("zzz", [f"a{i:02}" for i in range(20)]).endswith("a11 and 8 more")


def test_names_are_listed_however_many_there_are():
    names = [f"a{i}" for i in range(1000)]

    assert any_of(["a"]) == "a"
    assert any_of(["a", "b", "c"]) == "a or b or c"
    assert any_of(names) == " or ".join(names)
    assert told(any_of(names)) == any_of(names)
