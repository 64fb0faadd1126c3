"""Asking for a training: what is said beforehand, and who may ask."""

import pytest

from annotator.models import Membership
from annotator.services import projects
from studio.models import Job
from tests.training.discs import CLASSES, CONFIG, add_disc, project_of_discs
from training.models import TrainingRun
from training.services import runs
from training.services.runs import Asked


@pytest.fixture
def discs(owner, annotator, viewer, data_folder, tmp_path):
    project = project_of_discs(owner, tmp_path)
    Membership.objects.create(project=project, user=annotator, role="annotator")
    Membership.objects.create(project=project, user=viewer, role="viewer")
    return project


def body(project, **more) -> dict:
    return {"project": project.pk, "config": CONFIG, "start_from": "random", "network": "unet_v2_quarter"} | more


def errors(checked) -> list[str]:
    return [complaint.message for complaint in checked.complaints if complaint.level == "error"]


def test_the_form_is_drawn_from_a_schema_and_begins_with_the_tutorials_config(owner, client_of):
    answer = client_of(owner).get("/api/training/schema/").json()

    assert answer["config"]["properties"]["lr"]["description"]
    assert answer["template"]["input_size"] == {"width": 256, "height": 256}
    assert {network["name"] for network in answer["networks"]} == {"unet_v2", "unet_v2_quarter"}
    assert [start["name"] for start in answer["starts"]] == ["imagenet", "random", "model"]


def test_the_network_for_cpus_comes_first_where_no_gpu_is_in_sight(monkeypatch):
    monkeypatch.setattr(runs.Path, "exists", lambda path: False)
    assert runs.offered()[0] == "unet_v2_quarter"

    monkeypatch.setattr(runs.Path, "exists", lambda path: True)
    assert runs.offered()[0] == "unet_v2"


def test_a_check_tells_parts_classes_and_steps(discs, viewer, client_of):
    answer = client_of(viewer).post("/api/training/check/", body(discs), format="json").json()

    assert answer["ok"]
    summary = answer["summary"]
    assert [(one["name"], one["index"]) for one in summary["classes"]] == [("bg", 0), ("disc", 1)]
    assert (summary["train"], summary["val"], summary["neutral"], summary["outputs"]) == (6, 3, "neutral", 2)
    assert (summary["steps_per_epoch"], summary["steps"], summary["checkpoints"], summary["leak"]) == (2, 4, 2, 0)
    assert summary["scale"]["mean"] == pytest.approx(32 / 48)


def test_a_wrong_config_is_told_with_paths_not_refused(discs, owner, client_of):
    config = CONFIG | {"input_size": {"width": 250, "height": 32}, "epoch": 1}

    answer = client_of(owner).post("/api/training/check/", body(discs, config=config), format="json").json()

    assert not answer["ok"]
    assert answer["summary"] is None
    assert [complaint["path"] for complaint in answer["complaints"]] == ["input_size.width", "epoch"]


def test_a_tag_nobody_carries_is_named_with_those_found(discs):
    config = CONFIG | {"dataset_tags": {"train": "trian", "val": "val"}}

    assert errors(runs.check(Asked(discs, config, start_from="random"))) == [
        "no image of the project carries the tag 'trian'; found beside it: val"
    ]


def test_all_images_can_be_taken_for_both_parts(discs):
    config = CONFIG | {"dataset_tags": {"train": "__all__", "val": "__all__"}}

    checked = runs.check(Asked(discs, config, start_from="random"))

    assert (checked.summary["train"], checked.summary["val"], checked.summary["leak"]) == (9, 9, 9)


def test_a_project_without_objects_is_refused_with_a_sentence(discs):
    discs.images.update(class_px={"1": 40})

    assert errors(runs.check(Asked(discs, CONFIG, start_from="random"))) == [
        "there is nothing to learn: no training image shows disc"
    ]


def test_a_project_with_only_neutral_is_refused(owner, data_folder):
    project = projects.create_project("empty", user=owner, classes=CLASSES[:1])

    assert "there is no class to learn" in errors(runs.check(Asked(project, CONFIG, start_from="random")))[0]


def test_a_class_in_the_trash_is_background(discs):
    discs.classes.filter(name="neutral").update(deleted_at="2026-01-01T00:00Z")

    checked = runs.check(Asked(discs, CONFIG, start_from="random"))

    assert checked.ok
    assert checked.summary["neutral"] is None


def test_crops_of_one_photo_on_both_sides_are_counted(discs, owner, tmp_path):
    box = {"box": [0, 0, 48, 48], "flips": []}
    photo = discs.images.first().photo.sha256
    add_disc(discs, owner, tmp_path, 20, "train", {"photo": "a", "name": "a.jpg", **box})
    add_disc(discs, owner, tmp_path, 21, "val", {"photo": "a", "name": "a.jpg", **box})
    add_disc(discs, owner, tmp_path, 22, "val", {"photo": photo, "name": "000.png", **box})
    add_disc(discs, owner, tmp_path, 23, "val", {"photo": "b", "name": "b.jpg", **box})

    checked = runs.check(Asked(discs, CONFIG, start_from="random"))

    assert checked.summary["leak"] == 2
    assert "2 of 6 validation images show photos that are trained on too" in checked.complaints[-1].message
    assert checked.ok


def test_the_scale_of_a_crop_is_that_of_its_rectangle_in_the_photo(discs, owner, tmp_path):
    discs.images.filter(tags=["train"]).delete()
    add_disc(discs, owner, tmp_path, 20, "train", {"photo": "a", "name": "a", "box": [0, 0, 64, 256]})

    checked = runs.check(Asked(discs, CONFIG, start_from="random"))

    assert checked.summary["scale"]["mean"] == pytest.approx(0.25)  # geometric mean of 1/2 and 1/8


def test_continuing_needs_a_model(discs):
    config = CONFIG | {"weights_init_type": "continue_training"}

    assert "goes on from one of My models" in errors(runs.check(Asked(discs, config)))[0]


def test_missing_imagenet_weights_are_announced_not_refused(discs):
    checked = runs.check(Asked(discs, CONFIG, start_from="imagenet"))

    assert checked.ok
    assert [(complaint.path, complaint.level) for complaint in checked.complaints] == [("start_from", "info")]


def test_an_annotator_starts_a_run_and_sees_it_in_the_list(discs, annotator, client_of):
    client = client_of(annotator)

    answer = client.post("/api/training/runs/", body(discs, title="first", seed=7), format="json")

    assert answer.status_code == 201
    run = answer.json()
    assert (run["title"], run["seed"], run["job"]["status"], run["job"]["queue"]) == ("first", 7, "queued", "gpu")
    assert run["config"] == CONFIG
    assert client.get(f"/api/training/runs/{run['id']}/").json() == run
    assert [one["id"] for one in client.get("/api/training/runs/").json()["results"]] == [run["id"]]


def test_what_stands_in_the_way_refuses_the_start(discs, owner, client_of):
    answer = client_of(owner).post("/api/training/runs/", body(discs, title="x", config={"lr": 0}), format="json")

    assert answer.status_code == 400
    assert answer.json() == {"problem": "lr: must be greater than 0, found 0", "at": "lr"}
    assert not TrainingRun.objects.exists()
    assert not Job.objects.exists()


def test_a_run_needs_a_title(discs, owner, client_of):
    assert client_of(owner).post("/api/training/runs/", body(discs), format="json").json()["at"] == "title"


def test_a_viewer_may_look_but_not_train(discs, viewer, owner, client_of):
    run = client_of(owner).post("/api/training/runs/", body(discs, title="x"), format="json").json()
    client = client_of(viewer)

    assert client.get(f"/api/training/runs/{run['id']}/").status_code == 200
    assert client.post("/api/training/runs/", body(discs, title="y"), format="json").status_code == 403
    assert client.post("/api/training/estimate/", body(discs), format="json").status_code == 403
    assert client.post(f"/api/training/runs/{run['id']}/sweep/", {"keep": []}, format="json").status_code == 403


def test_a_stranger_finds_nothing(discs, stranger, owner, client_of):
    run = client_of(owner).post("/api/training/runs/", body(discs, title="x"), format="json").json()
    client = client_of(stranger)

    assert client.get(f"/api/training/runs/{run['id']}/").status_code == 404
    assert client.get("/api/training/runs/").json()["count"] == 0
    for address in ("check", "estimate", "runs"):
        assert client.post(f"/api/training/{address}/", body(discs, title="y"), format="json").status_code == 404
    assert client.post(f"/api/training/runs/{run['id']}/sweep/", {"keep": []}, format="json").status_code == 404


def test_who_left_the_project_sees_nothing_of_the_runs_they_started_there(discs, annotator, client_of):
    run = client_of(annotator).post("/api/training/runs/", body(discs, title="Discs"), format="json").json()
    Membership.objects.filter(project=discs, user=annotator).delete()

    assert client_of(annotator).get(f"/api/training/runs/{run['id']}/").status_code == 404
