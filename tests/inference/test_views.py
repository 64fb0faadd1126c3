"""The HTTP side: what it answers, and to whom."""

import cv2
import numpy as np
import pytest

from annotator.models import Membership
from annotator.services import projects
from inference.models import PredictionRun
from tests.inference.conftest import SLIDING

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(run):
    return run.result.images.get(name="a.png")


@pytest.fixture
def annotated(project):
    return project.images.get(name="a.png")


def test_the_schema_comes_with_a_template(client_of, viewer):
    answer = client_of(viewer).get("/api/inference/schema/").data

    assert "mode" in answer["config"]["properties"]
    assert answer["template"]["mode"]["source"] == "sliding_window"


def test_a_check_says_what_would_happen(client_of, owner, model, project):
    body = {"model": model.pk, "project": project.pk, "config": SLIDING}

    answer = client_of(owner).post("/api/inference/check/", body, format="json").json()

    assert answer["ok"] and answer["complaints"] == []
    summary = answer["summary"]
    assert (summary["images"], summary["windows"]) == (2, 18)
    assert summary["scale_inference"] == {"mean": 0.5, "p5": 0.5, "p95": 0.5}
    assert summary["scale_train"] == {"mean": 0.4, "p5": 0.3, "p95": 0.6}
    assert summary["result_classes"] == [
        {"index": 1, "name": "Isolator_unet", "colour": "#F5A623", "is_predicted": True}
    ]


def test_a_check_answers_complaints_with_their_paths(client_of, owner):
    answer = (
        client_of(owner).post("/api/inference/check/", {"config": {"mode": {"source": "roi"}}}, format="json").json()
    )

    assert not answer["ok"]
    assert answer["complaints"] == [
        {
            "path": "mode.source",
            "message": "'roi' is not offered; the two modes are full_image and sliding_window",
            "level": "error",
        }
    ]


def test_a_prediction_is_started_and_listed(client_of, owner, model, project, network):
    body = {"model": model.pk, "project": project.pk, "config": SLIDING, "result": "mine"}

    answer = client_of(owner).post("/api/inference/runs/", body, format="json")

    assert answer.status_code == 201
    assert answer.data["job"]["kind"] == "predict" and answer.data["result"] is None
    listed = client_of(owner).get("/api/inference/runs/").data
    assert [run["id"] for run in listed["results"]] == [answer.data["id"]]
    assert client_of(owner).get(f"/api/inference/runs/{answer.data['id']}/").data["config"] == SLIDING


def test_a_wrong_config_starts_nothing(client_of, owner, model, project):
    body = {"model": model.pk, "project": project.pk, "config": {"gpu_devices": []}}

    answer = client_of(owner).post("/api/inference/runs/", body, format="json")

    assert answer.status_code == 400 and answer.data["at"] == "gpu_devices"
    assert not PredictionRun.objects.exists()


def test_a_finished_run_tells_its_result_and_classes(client_of, viewer, run):
    answer = client_of(viewer).get(f"/api/inference/runs/{run.pk}/").data

    assert answer["result"] == {"id": run.result_id, "name": "found"}
    assert answer["classes"] == [{"index": 1, "name": "Isolator_unet", "colour": "#F5A623"}]


def test_who_sees_the_result_only_is_not_told_the_source(client_of, stranger, run):
    Membership.objects.create(project=run.result, user=stranger, role="viewer")

    answer = client_of(stranger).get(f"/api/inference/runs/{run.pk}/").data

    assert answer["result"]["name"] == "found" and answer["project"] is None


def test_a_result_in_the_trash_is_not_linked(client_of, viewer, run):
    projects.delete_project(run.result)

    assert client_of(viewer).get(f"/api/inference/runs/{run.pk}/").data["result"] is None


def test_windows_of_a_predicted_image(client_of, viewer, found):
    boxes = client_of(viewer).get(f"/api/images/{found.pk}/windows/").data["boxes"]

    assert len(boxes) == 9 and boxes[0] == [0, 0, 128, 128] and boxes[-1] == [192, 128, 320, 256]


def test_an_image_that_was_not_predicted_has_no_windows(client_of, viewer, annotated):
    assert client_of(viewer).get(f"/api/images/{annotated.pk}/windows/").status_code == 400
    assert client_of(viewer).get(f"/api/images/{annotated.pk}/probabilities/").data == []


def test_probability_tiles_are_grey_pngs_to_be_kept(client_of, viewer, found):
    client = client_of(viewer)
    (probability,) = client.get(f"/api/images/{found.pk}/probabilities/").json()

    answer = client.get(f"/api/probabilities/{probability['id']}/0/0_0.png")

    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    grey = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert grey.shape == (probability["height"], probability["width"]) == (128, 160)
    assert grey[20, 40] == 255 and grey[100, 20] == 0
    assert client.get(f"/api/probabilities/{probability['id']}/0/1_0.png").status_code == 404
    assert client.get(f"/api/probabilities/{probability['id']}/7/0_0.png").status_code == 404


def test_counterparts_are_other_images_of_the_photo(client_of, viewer, found, annotated, project):
    (other,) = client_of(viewer).get(f"/api/images/{found.pk}/counterparts/").json()

    assert (other["image"], other["project"]["name"], other["is_annotated"]) == (annotated.pk, "lines", True)
    assert [(label["name"], label["is_neutral"]) for label in other["classes"]] == [
        ("Isolator", False),
        ("neutral", True),
    ]


def test_counterparts_of_projects_one_may_not_see_are_not_told(client_of, viewer, found, project):
    Membership.objects.filter(project=project, user=viewer).delete()

    assert client_of(viewer).get(f"/api/images/{found.pk}/counterparts/").json() == []


def test_a_comparison_over_http(client_of, viewer, found, annotated):
    body = {"with": annotated.pk, "classes": {"Isolator_unet": "Isolator"}}

    answer = client_of(viewer).post(f"/api/images/{found.pk}/compare/", body, format="json").json()

    assert 0.3 < answer["iou"] < 0.6 and answer["ignored"] == 1800


def test_an_adoption_over_http(client_of, annotator, found, annotated):
    body = {"into": annotated.pk, "classes": {"Isolator_unet": "Isolator"}, "mode": "replace"}

    answer = client_of(annotator).post(f"/api/images/{found.pk}/adopt/", body, format="json")

    assert answer.status_code == 200
    assert (answer.data["tool"], answer.data["seq"]) == ("adopt", 2)


def test_a_box_that_is_none_is_refused(client_of, annotator, found, annotated):
    body = {"into": annotated.pk, "classes": {"Isolator_unet": "Isolator"}, "box": [1, 2]}

    answer = client_of(annotator).post(f"/api/images/{found.pk}/adopt/", body, format="json")

    assert answer.status_code == 400 and answer.data["at"] == "box"


# ---------------------------------------------------------------- who may not


def test_a_stranger_sees_nothing_of_a_prediction(client_of, stranger, run, found, annotated):
    client = client_of(stranger)
    probability = found.probabilities.get()
    against = {"with": annotated.pk, "into": annotated.pk, "classes": {"Isolator_unet": "Isolator"}}

    for address in (
        f"/api/inference/runs/{run.pk}/",
        f"/api/images/{found.pk}/windows/",
        f"/api/images/{found.pk}/probabilities/",
        f"/api/images/{found.pk}/counterparts/",
        f"/api/probabilities/{probability.pk}/0/0_0.png",
    ):
        assert client.get(address).status_code == 404, address
    for address in (f"/api/images/{found.pk}/compare/", f"/api/images/{found.pk}/adopt/"):
        assert client.post(address, against, format="json").status_code == 404, address
    assert client.get("/api/inference/runs/").data["results"] == []


def test_nobody_predicts_with_a_model_or_a_project_of_others(client_of, stranger, owner, model, project):
    body = {"model": model.pk, "project": project.pk, "config": SLIDING}
    assert client_of(stranger).post("/api/inference/runs/", body, format="json").status_code == 404
    assert client_of(stranger).post("/api/inference/check/", body, format="json").status_code == 404

    model.user = stranger
    model.save()

    assert client_of(stranger).post("/api/inference/runs/", body, format="json").status_code == 404
    assert client_of(owner).post("/api/inference/runs/", body, format="json").status_code == 404


def test_a_viewer_may_look_but_neither_predict_nor_adopt(client_of, viewer, model, project, found, annotated):
    model.user = viewer
    model.save()
    client = client_of(viewer)

    run = {"model": model.pk, "project": project.pk, "config": SLIDING}
    assert client.post("/api/inference/runs/", run, format="json").status_code == 403
    adoption = {"into": annotated.pk, "classes": {"Isolator_unet": "Isolator"}}
    assert client.post(f"/api/images/{found.pk}/adopt/", adoption, format="json").status_code == 403
    annotated.refresh_from_db()
    assert annotated.seq == 1


def test_comparing_with_an_image_of_others_is_not_possible(client_of, annotator, found, annotated, project):
    Membership.objects.filter(project=project, user=annotator).delete()
    body = {"with": annotated.pk, "into": annotated.pk, "classes": {"Isolator_unet": "Isolator"}}

    assert client_of(annotator).post(f"/api/images/{found.pk}/compare/", body, format="json").status_code == 404
    assert client_of(annotator).post(f"/api/images/{found.pk}/adopt/", body, format="json").status_code == 404


def test_nobody_signed_in_gets_nothing(client, found):
    assert client.get(f"/api/images/{found.pk}/windows/").status_code == 403
