import base64
import json

import cv2
import numpy as np
import pytest

from annotator.models import Membership, Project
from studio import jobs
from tests.training.dtl.drawn import data, layer, save
from tests.training.dtl.stored import powerlines
from tests.training.dtl.test_graph import TUTORIAL
from training.models import SavedQuery
from training.services import dtl_preview


@pytest.fixture
def project(owner, annotator, viewer, data_folder, tmp_path) -> Project:
    made = powerlines(owner, tmp_path)
    Membership.objects.create(project=made, user=annotator, role="annotator")
    Membership.objects.create(project=made, user=viewer, role="viewer")
    return made


def post(client, what: str, text: str = TUTORIAL, **more):
    return client.post(f"/api/dtl/{what}/", {"text": text, **more}, format="json")


def decoded(url: str) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(base64.b64decode(url.split(",")[1]), np.uint8), cv2.IMREAD_UNCHANGED)


# --- schema


def test_the_schema_has_a_form_for_every_layer_and_the_tutorials_query(client_of, owner):
    answer = client_of(owner).get("/api/dtl/schema/").json()

    layers = {one["action"]: one for one in answer["layers"]}
    assert list(layers) == [
        "data", "multiply", "crop", "if", "flip", "resize", "tag", "dataset", "rename", "supervisely"
    ]  # fmt: skip
    assert layers["if"]["outputs"] == ["true", "false"]
    assert set(layers["tag"]["schema"]["properties"]) == {"tag", "action"}
    assert "left and right" in layers["flip"]["schema"]["properties"]["axis"]["description"]
    assert json.loads(answer["templates"][0]["text"]) == json.loads(TUTORIAL)


# --- check


def test_check_of_the_tutorials_query(client_of, owner, project):
    answer = post(client_of(owner), "check").json()

    assert answer["ok"]
    assert answer["complaints"] == []
    assert [node["summary"] for node in answer["graph"]["nodes"]] == [
        "Isolator, neutral",
        "× 50",
        "random 10–20 % × 10–20 %",
        "at least 1 object",
        "mirror left-right",
        "95 % at random",
        "add train",
        "add val",
        "",
    ]
    assert {"from_layer": 4, "output": 0, "to_layer": 5, "name": "$true_crop"} in answer["graph"]["edges"]
    assert answer["graph"]["discarded"] == [{"layer": 4, "output": 1, "name": "null"}]
    assert answer["result"] == {
        "project": "isolator_train",
        "classes": [{"name": "Isolator", "colour": "#F5A623"}, {"name": "neutral", "colour": "#9B9B9B"}],
        "tags": ["night", "train", "val"],
    }
    (note,) = answer["notes"]
    assert (note["kind"], note["layer"]) == ("split_after_crop", 6)
    assert post(client_of(owner), "check", note["fix"]["text"]).json()["notes"] == []


def test_layers_and_their_summaries_come_in_the_language_of_the_page(client_of, owner, project):
    text = TUTORIAL.replace('"min_percent": 10', '"min_percent": 7.5')
    answer = client_of(owner).post("/api/dtl/check/", {"text": text}, format="json", headers={"accept-language": "de"})

    assert [(node["title"], node["summary"]) for node in answer.json()["graph"]["nodes"]][2:6] == [
        ("Zuschneiden", "zufällig 7,5–20 % × 7,5–20 %"),
        ("Wenn", "mindestens 1 Objekt"),
        ("Spiegeln", "links und rechts tauschen"),
        ("Wenn", "95 % zufällig"),
    ]


def test_a_fault_is_told_with_its_line_and_column(client_of, owner, project):
    (complaint,) = post(client_of(owner), "check", TUTORIAL.replace('"vertical"', '"up"')).json()["complaints"]

    line = TUTORIAL.splitlines()[complaint["line"] - 1]
    assert line[complaint["column"] - 1 :] == '"vertical"'
    assert (complaint["layer"], complaint["path"], complaint["level"]) == (5, "settings.axis", "error")
    assert complaint["text"] == "layer 5: flip: settings.axis: expected 'vertical' or 'horizontal', found 'up'"


def test_what_is_missing_is_told_where_it_should_be(client_of, owner, project):
    (complaint,) = post(client_of(owner), "check", TUTORIAL.replace('"axis": "vertical"', "")).json()["complaints"]
    assert TUTORIAL.splitlines()[complaint["line"] - 1].strip() == '"settings": {'


def test_text_that_is_no_json_is_told_with_line_and_column(client_of, owner):
    answer = post(client_of(owner), "check", "[\n  {,\n]").json()
    (complaint,) = answer["complaints"]
    assert not answer["ok"]
    assert (complaint["layer"], complaint["line"], complaint["column"]) == (None, 2, 4)


@pytest.mark.parametrize("text", ["", "{}", "7", "[]", '["a", null, [], {}]', '[{"action": [], "src": {}, "dst": 3}]'])
def test_check_answers_whatever_is_typed(client_of, owner, project, text):
    answer = post(client_of(owner), "check", text)
    assert answer.status_code == 200
    assert not answer.json()["ok"]
    assert answer.json()["complaints"]


def test_projects_of_others_are_unknown_and_not_suggested(client_of, stranger, project):
    answer = post(client_of(stranger), "check").json()
    (complaint,) = answer["complaints"]
    assert complaint["message"] == (
        "no project is called 'powerlines_annotated'; there are none yet: import photos or make the sample project "
        "first, then choose it in this data layer"
    )


def test_what_is_wrong_comes_in_the_language_of_the_page(client_of, owner, project):
    def wrong(*query, text: str = "") -> list[str]:
        body = {"text": text or json.dumps(query)}
        answer = client_of(owner).post("/api/dtl/check/", body, format="json", headers={"accept-language": "de"})
        return [one["text"] for one in answer.json()["complaints"]]

    part = {"min_percent": 7.5, "max_percent": 2.5}
    broken = layer("crop", "$in", "$out", random_part={"width": part, "height": 3})

    assert wrong(text="[1, 2") == ["Zeile 1, Spalte 6: hier wird „,“ erwartet"]
    assert wrong(data(src="powerlines/*"), layer("flip", "$in", "$out", axis="up"), save("$out")) == [
        "Schicht 1: data: src.0: ein Projekt „powerlines“ gibt es nicht; bitte in dieser Datenschicht ein anderes "
        "wählen (bekannt: powerlines_annotated)",
        "Schicht 2: flip: settings.axis: erwartet wird 'vertical' oder 'horizontal', hier steht 'up'",
    ]
    assert wrong(data(src="powerlines_annotated/*"), broken, save("$out")) == [
        "Schicht 2: crop: settings.random_part.width.min_percent: darf max_percent (2,5) nicht übersteigen",
        "Schicht 2: crop: settings.random_part.height: erwartet wird ein Objekt, hier steht 3",
    ]


# --- preview


def test_a_preview_shows_what_a_run_will_make(client_of, owner, project):
    answer = post(client_of(owner), "preview", seed=3, count=6).json()
    job = post(client_of(owner), "run", seed=3).json()
    made = {image.name: image for image in Project.objects.get(pk=performed(job).result["project"]).images.all()}

    assert 0 < len(answer["samples"]) <= 6
    assert answer["photos"] == 4
    for sample in answer["samples"]:
        image = made[sample["name"]]
        photo, overlay = decoded(sample["photo"]), decoded(sample["overlay"])
        assert sample["source"]["box"] == image.lineage["box"]
        assert (sample["tags"], sample["objects"]) == (image.tags, image.object_count)
        assert photo.shape[:2] == overlay.shape[:2] == (sample["height"], sample["width"])
        assert overlay.shape[2] == 4
        assert np.count_nonzero(overlay[..., 3]) == sum(image.class_px.values())


def test_a_preview_tells_a_class_by_its_pattern_too(client_of, owner, project):
    project.classes.update(pattern="")
    plain = post(client_of(owner), "preview", seed=3, count=1).json()["samples"][0]
    project.classes.update(pattern="hatch")
    hatched = post(client_of(owner), "preview", seed=3, count=1).json()["samples"][0]

    before, after = (decoded(sample["overlay"])[..., 3] for sample in (plain, hatched))
    assert set(np.unique(before)) == {0, 120}
    assert set(np.unique(after)) == {0, 40, 120}
    np.testing.assert_array_equal(before > 0, after > 0)


def performed(answer: dict):
    job = jobs.perform(answer["id"])
    assert job.status == "finished", job.problem
    return job


def test_a_preview_of_whole_photos_reads_them_small_and_turns_them(client_of, owner, project, monkeypatch):
    monkeypatch.setattr(dtl_preview, "LONGEST_PX", 100)
    query = json.dumps([data(src="powerlines_annotated"), layer("flip", "$in", "$f", axis="horizontal"), save("$f")])
    (sample, *_) = post(client_of(owner), "preview", query).json()["samples"]
    photo = decoded(sample["photo"])
    assert (sample["width"], sample["height"]) == (400, 320)
    assert photo.shape == (80, 100, 3)
    # Green grows with the row of the photo: 196 is far below 76 there, and above it when mirrored.
    assert photo[30, 50, 1] > photo[60, 50, 1] + 80


def test_a_preview_without_results_says_why(client_of, owner, project):
    query = TUTORIAL.replace('"min_objects_count": 1', '"min_objects_count": 9')
    answer = post(client_of(owner), "preview", query).json()
    assert answer["samples"] == []
    assert "none went on from there" in answer["problem"]


def test_a_preview_of_a_huge_query_ends_in_time(client_of, owner, project):
    query = json.dumps(
        [
            data(src="powerlines_annotated"),
            layer("multiply", "$in", "$m", multiply=100_000),
            layer("multiply", "$m", "$n", multiply=100_000),
            layer("if", "$n", ["$o", "null"], condition={"probability": 0}),
            save("$o"),
        ]
    )
    answer = post(client_of(owner), "preview", query).json()
    assert answer["samples"] == []
    assert answer["problem"]


def test_a_preview_of_a_query_with_faults_is_refused(client_of, owner, project):
    answer = post(client_of(owner), "preview", TUTORIAL.replace("50", "0"))
    assert answer.status_code == 400
    assert answer.json()["at"] == "layer 2"


# --- run and permissions


def test_run_makes_a_job(client_of, annotator, project):
    answer = post(client_of(annotator), "run", seed=7, lossless=True)

    assert answer.status_code == 201
    job = answer.json()
    assert (job["kind"], job["status"], job["project_id"]) == ("dtl", "queued", project.pk)
    assert job["settings"] == {"text": TUTORIAL, "seed": 7, "lossless": True}
    assert job["title"] == "powerlines_annotated → isolator_train"


def test_a_viewer_may_preview_but_not_run(client_of, viewer, project):
    assert post(client_of(viewer), "preview", count=1).status_code == 200
    answer = post(client_of(viewer), "run")
    assert answer.status_code == 403
    assert "you are its viewer" in answer.json()["problem"]


@pytest.mark.parametrize("what", ["preview", "run"])
def test_a_stranger_may_neither(client_of, stranger, project, what):
    answer = post(client_of(stranger), what)
    assert answer.status_code == 400
    assert "no project is called" in answer.json()["problem"]


@pytest.mark.parametrize("seed", [-1, "x", 2**60])
def test_a_seed_is_a_number(client_of, owner, project, seed):
    assert post(client_of(owner), "run", seed=seed).status_code == 400


@pytest.mark.parametrize("what", ["schema", "check", "preview", "run"])
def test_nobody_gets_in_without_signing_in(db, what):
    from rest_framework.test import APIClient

    client = APIClient()
    answer = client.get("/api/dtl/schema/") if what == "schema" else post(client, what)
    assert answer.status_code == 403


# --- saved queries


def test_a_query_is_kept_changed_and_removed(client_of, owner):
    client = client_of(owner)
    kept = client.post("/api/queries/", {"name": "Mine", "text": " [\n]"}, format="json").json()
    assert (kept["name"], kept["text"]) == ("Mine", " [\n]")

    changed = client.patch(f"/api/queries/{kept['id']}/", {"text": "[1]"}, format="json").json()
    assert (changed["name"], changed["text"]) == ("Mine", "[1]")
    assert [one["id"] for one in client.get("/api/queries/").json()] == [kept["id"]]

    assert client.delete(f"/api/queries/{kept['id']}/").status_code == 204
    assert not SavedQuery.objects.exists()


def test_a_name_is_taken_once_for_each_person(client_of, owner, stranger):
    body = {"name": "Mine", "text": "[]"}
    assert client_of(owner).post("/api/queries/", body, format="json").status_code == 201
    assert client_of(stranger).post("/api/queries/", body, format="json").status_code == 201
    answer = client_of(owner).post("/api/queries/", body, format="json")
    assert answer.status_code == 400
    assert answer.json() == {"problem": "name: you have a query called 'Mine' already", "at": "name"}


def test_a_query_of_somebody_else_is_not_there(client_of, owner, stranger):
    kept = client_of(owner).post("/api/queries/", {"name": "Mine", "text": "[]"}, format="json").json()
    client = client_of(stranger)

    assert client.get("/api/queries/").json() == []
    assert client.patch(f"/api/queries/{kept['id']}/", {"name": "x"}, format="json").status_code == 404
    assert client.delete(f"/api/queries/{kept['id']}/").status_code == 404
