"""My models: renamed, downloaded, thrown away, made of checkpoints, and what sweeping spares."""

import io
import json
import zipfile

import pytest

from annotator.models import Membership
from studio import jobs
from tests.training.discs import CONFIG, project_of_discs
from tests.training.unet.drawn import one_thread
from training.jobs import train as train_job
from training.models import NetworkModel
from training.services import runs
from training.services.runs import Asked
from training.unet.checkpoint import load
from training.unet.probe import Choice, Probed

one_thread()


@pytest.fixture
def run(owner, viewer, data_folder, tmp_path, monkeypatch):
    """A finished run of two checkpoints, the last of which is the model "discs"."""
    monkeypatch.setattr(train_job, "choose", lambda *_: Probed(Choice(), {"fp32 channels_last": 0.01}))
    project = project_of_discs(owner, tmp_path, train=3, val=1)
    Membership.objects.create(project=project, user=viewer, role="viewer")
    run = runs.start(Asked(project, CONFIG, "unet_v2_quarter", "random", title="discs"), owner)
    assert jobs.perform(run.job.id).status == "finished"
    return run


@pytest.fixture
def model(run) -> NetworkModel:
    return run.models.get()


def test_members_of_the_project_see_its_models(model, owner, viewer, stranger, client_of):
    for person in (owner, viewer):
        answer = client_of(person).get("/api/models/").json()["results"]
        assert [(one["title"], one["network"], one["project"]["name"]) for one in answer] == [
            ("discs", "unet_v2_quarter", "discs")
        ]
    assert client_of(stranger).get("/api/models/").json()["count"] == 0
    assert client_of(stranger).get(f"/api/models/{model.pk}/").status_code == 404
    assert client_of(stranger).get(f"/api/models/{model.pk}/download/").status_code == 404


def test_a_model_shows_scores_and_where_it_came_from(model, run, owner, client_of):
    answer = client_of(owner).get(f"/api/models/{model.pk}/").json()

    assert answer["run"] == {"id": run.pk, "title": "discs"}
    assert answer["checkpoint"]["number"] == 2
    assert set(answer["card"]["scores"]) == {"loss", "accuracy", "dice", "iou"}
    assert answer["user"] == "olga"
    assert answer["size"] > 8_000_000


def test_a_model_is_renamed_by_who_made_it_only(model, owner, viewer, client_of):
    address = f"/api/models/{model.pk}/"

    assert client_of(owner).patch(address, {"title": "better"}, format="json").json()["title"] == "better"
    assert client_of(viewer).patch(address, {"title": "mine"}, format="json").status_code == 403
    assert client_of(owner).patch(address, {"title": " "}, format="json").status_code == 400


def test_a_deleted_model_is_in_the_trash_and_comes_back(model, owner, viewer, client_of, data_folder):
    client = client_of(owner)
    address = f"/api/models/{model.pk}/"

    assert client_of(viewer).delete(address).status_code == 403
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert [one["id"] for one in client.get("/api/models/?trash=1").json()["results"]] == [model.pk]
    assert client_of(viewer).post(f"{address}restore/").status_code == 403
    assert client.post(f"{address}restore/").json()["title"] == "discs"
    assert load(data_folder / model.folder)


def test_a_download_holds_the_weights_and_the_card(model, viewer, client_of):
    answer = client_of(viewer).get(f"/api/models/{model.pk}/download/")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as zipped:
        assert sorted(zipped.namelist()) == ["model.json", "weights.safetensors"]
        assert json.loads(zipped.read("model.json"))["network"] == "unet_v2_quarter"
    assert 'filename="discs.zip"' in answer["Content-Disposition"]


def test_any_checkpoint_becomes_a_model(run, owner, viewer, client_of, data_folder):
    first = run.checkpoints.get(number=1)
    address = f"/api/checkpoints/{first.pk}/model/"

    assert client_of(viewer).post(address, {"title": "x"}, format="json").status_code == 403
    answer = client_of(owner).post(address, {"title": "discs"}, format="json")

    assert answer.status_code == 201
    assert (answer.json()["title"], answer.json()["checkpoint"]["number"]) == ("discs_2", 1)
    shown = client_of(owner).get(f"/api/training/runs/{run.pk}/").json()
    assert [one["models"] for one in shown["checkpoints"]] == [[answer.json()["id"]], [run.models.first().pk - 1]]
    assert load(data_folder / f"models/{answer.json()['id']}")[1]["epoch"] == 1


def test_sweeping_frees_what_no_model_was_made_of(run, model, owner, client_of, data_folder):
    answer = client_of(owner).post(f"/api/training/runs/{run.pk}/sweep/", {"keep": []}, format="json").json()

    first, last = answer["run"]["checkpoints"]
    assert answer["freed"] == first["size"]
    assert first["swept_at"]
    assert not last["swept_at"]
    assert load(data_folder / model.folder)
    again = client_of(owner).post(f"/api/checkpoints/{first['id']}/model/", {"title": "late"}, format="json")
    assert again.status_code == 409
    assert "no files any more" in again.json()["problem"]


def test_sweeping_spares_what_is_to_be_kept(run, owner, client_of):
    keep = [one.pk for one in run.checkpoints.all()]

    answer = client_of(owner).post(f"/api/training/runs/{run.pk}/sweep/", {"keep": keep}, format="json").json()

    assert answer["freed"] == 0


def test_a_model_survives_its_runs_checkpoints(run, model, data_folder):
    runs.discard(run)

    assert load(data_folder / model.folder)
    model.refresh_from_db()
    assert model.checkpoint is None
