import json

import pytest

from tests.training.dtl.drawn import data, layer, project, random_part, save, source
from tests.training.dtl.test_graph import TUTORIAL, photos, tutorial
from training.dtl.graph import check, false_photos
from training.dtl.query import parse
from training.dtl.split import by_source, how, leaky, notes

METAS = {"powerlines_annotated": project("powerlines_annotated")}
BY_SOURCE = by_source(TUTORIAL, [6])


def test_the_repaired_query_differs_in_one_line():
    old, new = TUTORIAL.splitlines(), BY_SOURCE.splitlines()
    assert [line for line in new if line not in old] == [
        '        "probability": 0.95,',
        '        "split_by": "source"',
    ]
    assert len(new) == len(old) + 1
    assert json.loads(BY_SOURCE)[5]["settings"]["condition"] == {"probability": 0.95, "split_by": "source"}


def test_a_query_on_one_line_is_repaired_too():
    text = json.dumps(json.loads(TUTORIAL))
    assert json.loads(by_source(text, [6])) == json.loads(BY_SOURCE)


def test_the_tutorials_split_is_noted_and_one_click_repairs_it():
    checked = check(parse(TUTORIAL), METAS)
    (note,) = notes(checked, TUTORIAL, METAS)

    assert (note["kind"], note["layer"]) == ("split_after_crop", 6)
    assert how(checked.graph, METAS) == "after_crop"
    repaired = check(parse(note["fix"]["text"]), METAS)
    assert notes(repaired, note["fix"]["text"], METAS) == []
    assert how(repaired.graph, METAS) == "by_source"


def split(*before, tags=("train", "val")) -> list[dict]:
    src = before[-1]["dst"] if before else "$in"
    return [
        data(),
        *before,
        layer("if", src, ["$1", "$2"], condition={"probability": 0.9}),
        layer("tag", "$1", "$3", tag=tags[0], do="add"),
        layer("tag", "$2", "$4", tag=tags[1], do="add"),
        layer("flip", ["$3", "$4"], "$5", axis="vertical"),
        save("$5"),
    ]


@pytest.mark.parametrize(
    ("query", "is_leaky"),
    [
        (split(), False),
        (split(layer("rename", "$in", "$a", classes_mapping={})), False),
        (split(layer("multiply", "$in", "$a", multiply=2)), True),
        (split(layer("crop", "$in", "$a", random_part=random_part())), True),
        (split(layer("flip", "$in", "$a", axis="vertical")), True),
        (split(layer("flip", "$in", "$a", axis="vertical"), tags=("same", "same")), False),
    ],
)
def test_only_a_tagging_split_behind_layers_that_make_relatives_is_noted(query, is_leaky):
    graph = check(query, {"powerlines": project()}).graph
    assert bool(leaky(graph, {"powerlines": project()})) == is_leaky


def test_a_split_of_a_project_of_crops_is_noted():
    metas = {"powerlines": project(has_relatives=True)}
    assert leaky(check(split(), metas).graph, metas)


def test_split_by_source_keeps_all_relatives_of_a_photo_together():
    samples = list(tutorial(BY_SOURCE).run(photos(), seed=5))

    tags: dict[str, set] = {}
    for sample in samples:
        tags.setdefault(sample.source.name, set()).update(sample.tag_names())
    assert all(len(found) == 1 for found in tags.values())
    # 5 % of 22 photos, rounded
    assert list(tags.values()).count({"val"}) == 1


def test_the_split_changes_nothing_but_the_tags():
    plain, by = list(tutorial().run(photos(), seed=5)), list(tutorial(BY_SOURCE).run(photos(), seed=5))
    assert [(s.name, s.box) for s in plain] == [(s.name, s.box) for s in by]


def test_photos_that_give_no_crop_have_no_say_in_the_split():
    few = [*photos(2), *(source(f"e{i}.jpg", (320, 256), project="powerlines_annotated") for i in range(30))]
    for seed in range(3):
        samples = list(tutorial(BY_SOURCE).run(few, seed=seed))
        assert {name for sample in samples for name in sample.tag_names()} == {"train", "val"}


def test_crops_of_one_photo_in_different_images_are_relatives():
    crops = photos(8, photo="one")
    samples = list(tutorial(BY_SOURCE).run([*crops, *photos(8)], seed=1))
    assert len({tuple(s.tags) for s in samples if s.source.photo == "one"}) == 1


@pytest.mark.parametrize(
    ("probability", "photos_in_all", "expected"),
    [(0.95, 22, 1), (0.9, 22, 2), (0.5, 2, 1), (0.99, 2, 1), (0.01, 2, 1), (0, 7, 7), (1, 7, 0), (0.9, 0, 0)],
)
def test_as_many_photos_go_to_the_second_output_as_their_share_but_one_at_least(probability, photos_in_all, expected):
    condition = {"probability": probability, "split_by": "source"}
    graph = check(
        [data(), layer("if", "$in", ["$1", "$2"], condition=condition), save(["$1", "$2"])], {"powerlines": project()}
    ).graph
    ((node, chance),) = graph.splits
    number = node.number
    names = [f"photo {i}" for i in range(photos_in_all)]

    chosen = false_photos(number, chance, names, seed=4)

    assert len(chosen) == expected
    assert chosen == false_photos(number, chance, names[::-1], seed=4)


def test_other_seeds_choose_other_photos():
    chosen = {
        s.source.name for seed in range(5) for s in tutorial(BY_SOURCE).run(photos(), seed=seed) if s.tags == ("val",)
    }
    assert len(chosen) > 1
