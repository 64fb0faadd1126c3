import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from annotator.raster.box import Box
from tests.training.dtl.drawn import (
    ISOLATOR,
    NEUTRAL,
    complaints_of,
    data,
    graph_of,
    layer,
    project,
    random_part,
    run,
    save,
    source,
)
from training.dtl import graph as graphs
from training.dtl.graph import check
from training.dtl.query import parse

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "training" / "dtl" / "templates"
TUTORIAL = (TEMPLATES / "tutorial.json").read_text()
SHARED = ROOT.parent / "shared" / "tutorial" / "dtl.json"
NUMBERS = {"Isolator": 1, "neutral": 2}


def photos(count: int = 22, **more) -> list:
    """Small photos with a few objects each, at other places in each."""
    found = []
    for i in range(count):
        rng = np.random.default_rng(i)
        boxes = []
        for index in (ISOLATOR, ISOLATOR, ISOLATOR, NEUTRAL):
            left, top = rng.integers(0, 280), rng.integers(0, 220)
            boxes.append((index, Box(int(left), int(top), int(left) + 24, int(top) + 12)))
        found.append(source(f"p{i:02}.jpg", (320, 256), boxes, project="powerlines_annotated", **more))
    return found


def tutorial(text: str = TUTORIAL) -> graphs.Graph:
    checked = check(parse(text), {"powerlines_annotated": project("powerlines_annotated")})
    assert checked.graph is not None, [str(one) for one in checked.complaints]
    return checked.graph


# --- the tutorial's query


@pytest.mark.skipif(not SHARED.exists(), reason="the tutorial's own file is not here")
def test_the_template_is_the_tutorials_query():
    assert json.loads(TUTORIAL) == json.loads(SHARED.read_text())


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.json")), ids=lambda path: path.stem)
def test_every_template_is_a_query_without_faults(path):
    checked = check(parse(path.read_text()), {"powerlines_annotated": project("powerlines_annotated")})
    assert [str(one) for one in checked.complaints] == []


def test_the_tutorials_query_runs_as_written():
    samples = list(tutorial().run(photos(), seed=1))

    flipped = [sample for sample in samples if sample.flips]
    assert len(samples) > 100
    assert len(flipped) * 2 == len(samples)
    assert all(len({"train", "val"} & set(sample.tag_names())) == 1 for sample in samples)
    assert all(sample.objects() for sample in samples)
    assert len({(sample.dataset, sample.name) for sample in samples}) == len(samples)


def test_the_flipped_copy_is_saved_before_the_unflipped():
    samples = list(tutorial().run(photos(3), seed=1))

    for flipped, plain in zip(samples[::2], samples[1::2], strict=True):
        assert (flipped.flips, plain.flips) == (["vertical"], [])
        assert flipped.box == plain.box
        assert flipped.name == plain.name.replace(".jpg", "_flipX.jpg")


def test_the_result_is_known_before_it_runs():
    checked = check(parse(TUTORIAL), {"powerlines_annotated": project("powerlines_annotated")})

    assert checked.saves_as == "isolator_train"
    assert [(one.name, one.colour, one.pattern) for one in checked.classes] == [
        ("Isolator", "#F5A623", ""),
        ("neutral", "#9B9B9B", "hatch"),
    ]
    assert checked.tags == ("train", "val")
    assert [(one.layer, one.output, one.name) for one in checked.discarded] == [(4, 1, "null")]


def test_a_run_opens_no_photo_until_pixels_are_read():
    opened = []
    samples = list(tutorial().run(photos(opened=opened.append), seed=1))
    assert opened == []

    for sample in samples:
        sample.pixels()
    assert len(opened) == len({sample.source.name for sample in samples})


# --- the same again


def everything(samples) -> list:
    found = []
    for sample in samples:
        classes, ids = sample.masks(NUMBERS)
        made = sample.pixels().tobytes(), classes.tobytes(), ids.tobytes()
        found.append((sample.dataset, sample.name, sample.tags, json.dumps(sample.lineage()), *made))
    return found


def test_the_same_seed_makes_the_same_result_bit_for_bit():
    assert everything(tutorial().run(photos(5), seed=3)) == everything(tutorial().run(photos(5), seed=3))


def test_another_seed_makes_another_result():
    assert everything(tutorial().run(photos(5), seed=3)) != everything(tutorial().run(photos(5), seed=4))


def test_several_threads_make_the_same_result():
    alone = everything(tutorial().run(photos(6), seed=3))

    with ThreadPoolExecutor(4) as pool:
        samples = list(tutorial().run(photos(6), seed=3))
        together = [one for (one,) in pool.map(lambda sample: everything([sample]), samples)]

    assert together == alone


def test_a_photo_gives_the_same_crops_whatever_comes_before_it():
    all_of_them = [s for s in tutorial().run(photos(6), seed=3) if s.source.name == "p04.jpg"]
    alone = list(tutorial().run(photos(6)[4:5], seed=3))

    assert everything(all_of_them) == everything(alone)


# --- numbers the reference's own tutorials give


def test_two_flips_of_ten_crops_and_the_photos_themselves():
    """The roads tutorial: 10 photos become 10·2·10 + 20 = 220."""
    sources = [source(f"{i}.png", (50, 50)) for i in range(10)]
    samples = run(
        sources,
        data(),
        layer("flip", "$in", "$flip", axis="vertical"),
        layer("multiply", ["$in", "$flip"], "$many", multiply=10),
        layer("crop", "$many", "$crop", random_part=random_part(20, 60)),
        save(["$in", "$flip", "$crop"]),
    )
    assert len(samples) == 220
    assert len({sample.name for sample in samples}) == 220


def test_a_split_before_the_crops_gives_all_copies_of_a_photo_one_tag():
    """The KITTI tutorial: 200 photos become 200·2·6 = 2400, in datasets named as before."""
    sources = [source(f"{i:03}.png", (60, 50), dataset=f"d{i % 2}") for i in range(200)]
    samples = run(
        sources,
        data(),
        layer("dataset", "$in", "$ds", rule="save_original"),
        layer("if", "$ds", ["$1", "$2"], condition={"probability": 0.95}),
        layer("tag", "$1", "$train", tag="train", do="add"),
        layer("tag", "$2", "$val", tag="val", do="add"),
        layer("flip", ["$train", "$val"], "$flip", axis="vertical"),
        layer("multiply", ["$train", "$val", "$flip"], "$many", multiply=6),
        layer("crop", "$many", "$crop", random_part=random_part(50, 90)),
        save("$crop"),
        projects=[project(datasets=["d0", "d1"])],
    )
    tags: dict[str, set] = {}
    for sample in samples:
        tags.setdefault(sample.source.key, set()).add(sample.tags)
    assert len(samples) == 2400
    assert {sample.dataset for sample in samples} == {"d0", "d1"}
    assert all(len(found) == 1 for found in tags.values())
    assert len(set.union(*tags.values())) == 2


# --- five kinds of broken graph, five messages, and more


def test_a_second_save_layer():
    assert complaints_of(data(), save("$in"), save("$in", "other")) == [
        "layer 3: supervisely: is a second save layer beside layer 2; a query has one result: give both as its src"
    ]


def test_no_data_layer():
    found = complaints_of(layer("flip", "$x", "$out", axis="vertical"), save("$out"))
    assert found[0] == 'there is no data layer; begin with {"action": "data", ...}'


def test_no_save_layer():
    assert complaints_of(data()) == ['there is no save layer; end with {"action": "supervisely", ...}']


def test_a_loop():
    found = complaints_of(
        data(),
        layer("flip", ["$in", "$b"], "$a", axis="vertical"),
        layer("flip", "$a", "$b", axis="vertical"),
        save("$b"),
    )
    assert found == ["layer 2: flip: src: is part of a loop (2 → 3 → 2): nothing may come back to where it has been"]


def test_a_layer_that_reads_what_it_writes():
    found = complaints_of(data(), layer("flip", ["$in", "$a"], "$a", axis="vertical"), save("$a"))
    assert found == ["layer 2: flip: src: is part of a loop (2 → 2): nothing may come back to where it has been"]


def test_a_variable_nobody_writes():
    found = complaints_of(data(dst="$sample"), layer("flip", "$smple", "$out", axis="vertical"), save("$out"))
    assert found == ["layer 2: flip: src.0: no layer writes '$smple'; did you mean '$sample'?"]


def test_a_variable_two_layers_write():
    (found,) = complaints_of(data(dst="$in"), layer("flip", "$in", "$in2", axis="vertical"), data("$in2"), save("$in2"))
    assert found.startswith("layer 3: data: dst: '$in2' is written by layer 2")


def test_a_fork_that_writes_one_variable_twice():
    (found,) = complaints_of(data(), layer("if", "$in", ["$a", "$a"], condition={"min_width": 1}), save("$a"))
    assert found.startswith("layer 2: if: dst.1: '$a' is written by this layer already")


@pytest.mark.parametrize(
    ("src", "message"),
    [
        (
            "Powerlines/*",
            "layer 1: data: src.0: no project is called 'Powerlines'; choose another one in this data layer "
            "(did you mean 'powerlines'?)",
        ),
        ("powerlines/df", "layer 1: data: src.0: project 'powerlines' has no dataset 'df'; known: ds"),
        (
            "nothing",
            "layer 1: data: src.0: no project is called 'nothing'; choose another one in this data layer "
            "(known: powerlines)",
        ),
    ],
)
def test_a_project_or_dataset_nobody_has(src, message):
    assert complaints_of(data(src=src), save("$in")) == [message]


@pytest.mark.parametrize(
    ("condition", "level"),
    [
        ({"include_classes": ["isolator"]}, "error"),
        ({"include_classes": ["Isolator", "isolator"]}, "info"),
        ({"sum_object_area": 5, "classes": ["isolator"]}, "error"),
        ({"tags": ["night"]}, "info"),
    ],
)
def test_a_condition_on_a_class_or_tag_nobody_has(condition, level):
    query = data(), layer("if", "$in", ["$a", "null"], condition=condition), save("$a")
    (found,) = complaints_of(*query, level=level)
    assert found.startswith("layer 2: if: settings.condition.")


def test_a_fault_is_not_told_again_by_the_layers_behind_it():
    found = complaints_of(
        data(), layer("flip", "$in", "$a", axis="no"), layer("multiply", "$a", "$b", multiply=2), save("$b")
    )
    assert len(found) == 1


def test_outputs_nobody_reads_are_no_fault():
    query = [
        data(),
        layer("if", "$in", ["$a", "$null"], condition={"min_width": 1}),
        layer("flip", "$a", "null", axis="vertical"),
        layer("flip", "$a", "$102-unused", axis="vertical"),
        save("$a"),
    ]
    checked = check(query, {"powerlines": project()})

    assert checked.is_ok
    assert [str(one) for one in checked.complaints] == [
        "layer 2: if: dst: nobody reads '$null', so what goes there is discarded",
        "layer 4: flip: dst: nobody reads '$102-unused', so what goes there is discarded",
    ]
    assert [(one.layer, one.name) for one in checked.discarded] == [(2, "$null"), (3, "null"), (4, "$102-unused")]


def test_a_query_with_faults_can_still_be_drawn():
    checked = check([data(), {"action": "flp", "src": ["$in"], "dst": "$a"}, save("$a"), 7], {"powerlines": project()})

    assert [(one.number, one.action) for one in checked.outlines] == [
        (1, "data"),
        (2, "flp"),
        (3, "supervisely"),
        (4, ""),
    ]
    assert [(edge.from_layer, edge.to_layer) for edge in checked.edges] == [(1, 2), (2, 3)]


# --- what goes where


def test_the_order_of_layers_in_the_text_does_not_matter_for_wiring():
    one = source()
    forward = run([one], data(), layer("flip", "$in", "$a", axis="vertical"), save("$a"))
    backward = run([one], save("$a"), layer("flip", "$in", "$a", axis="vertical"), data())
    assert [s.flips for s in forward] == [s.flips for s in backward] == [["vertical"]]


def test_every_data_layer_that_wants_a_photo_gets_it():
    one, two = source("a.jpg", dataset="d1"), source("b.jpg", dataset="d2")
    samples = run(
        [one, two],
        data("$1", "powerlines/*"),
        data("$2", ["powerlines/d2"]),
        save(["$1", "$2"]),
        projects=[project(datasets=["d1", "d2"])],
    )
    assert [sample.name for sample in samples] == ["a.jpg", "b.jpg", "b_2.jpg"]


def test_several_datasets_of_one_layer_are_all_taken():
    graph = graph_of(
        data(src=["powerlines/d1", "powerlines/d3"]), save("$in"), projects=[project(datasets=["d1", "d2", "d3"])]
    )
    assert graph.inputs == {("powerlines", "d1"), ("powerlines", "d3")}


@pytest.mark.parametrize("entry", ["powerlines", "powerlines/*", "/powerlines/", "powerlines/ds"])
def test_a_project_may_be_written_in_several_ways(entry):
    assert graph_of(data(src=entry), save("$in")).inputs == {("powerlines", "ds")}


def test_a_project_with_a_slash_in_its_name_is_found():
    graph = graph_of(data(src="a/b/c"), save("$in"), projects=[project("a/b", datasets=["c"]), project("a")])
    assert graph.inputs == {("a/b", "c")}


def test_datasets_of_one_name_get_their_projects_name_before_it():
    projects = [project("one", datasets=["ds", "x"]), project("two", datasets=["ds"])]
    sources = [source(project="one"), source(project="one", dataset="x"), source(project="two")]
    samples = run(sources, data("$1", "one/*"), data("$2", "two/*"), save(["$1", "$2"]), projects=projects)
    assert [sample.dataset for sample in samples] == ["one__ds", "x", "two__ds"]


def test_a_dataset_layer_overrides():
    projects = [project("one"), project("two")]
    sources = [source(project="one"), source(project="two")]
    query = (
        data("$1", "one/*"),
        data("$2", "two/*"),
        layer("dataset", "$1", "$3", rule="save_original"),
        layer("dataset", "$2", "$4", name="other one"),
        save(["$3", "$4"]),
    )
    assert [sample.dataset for sample in run(sources, *query, projects=projects)] == ["ds", "other one"]


def test_watch_may_end_a_run():
    class Enough(Exception):
        pass

    calls = iter(range(30))

    def watch() -> None:
        if next(calls, None) is None:
            raise Enough

    graph = graph_of(data(), layer("multiply", "$in", "$a", multiply=100_000), save("$a"))
    with pytest.raises(Enough):
        list(graph.run([source()], seed=0, watch=watch))
