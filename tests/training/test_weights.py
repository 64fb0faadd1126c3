"""ImageNet weights through the API: looked for, uploaded, refused."""

import pytest
import torch

from annotator.services import uploads
from studio import jobs
from training.unet.weights import encoder_shapes


def uploaded(user, path, name: str):
    data = path.read_bytes()
    return uploads.append(uploads.begin(user, name, len(data)), 0, data)


@pytest.fixture
def vgg(tmp_path):
    tensors = {name: torch.zeros(shape) for name, shape in encoder_shapes().items() if "num_batches" not in name}
    torch.save(tensors, tmp_path / "vgg.pth")
    return tmp_path / "vgg.pth"


def test_at_first_there_are_none(owner, data_folder, client_of):
    assert client_of(owner).get("/api/weights/").json()["imagenet"]["present"] is False


def test_a_damaged_file_is_as_good_as_none(owner, data_folder, client_of):
    (data_folder / "weights").mkdir()
    (data_folder / "weights" / "imagenet_vgg16_bn.safetensors").write_bytes(b"half of a file")

    assert client_of(owner).get("/api/weights/").json()["imagenet"]["present"] is False


def test_an_uploaded_file_becomes_the_weights(owner, data_folder, client_of, vgg):
    client = client_of(owner)
    upload = uploaded(owner, vgg, "vgg16_bn.pth")

    answer = client.post("/api/weights/", {"upload": upload.pk}, format="json")
    job = jobs.perform(answer.json()["id"])

    assert answer.status_code == 201
    assert job.status == "finished", job.details
    found = client.get("/api/weights/").json()["imagenet"]
    assert found["present"]
    assert found["source"] == "uploaded as vgg16_bn.pth"
    assert len(found["sha256"]) == 64
    german = client.get("/api/weights/", headers={"accept-language": "de"}).json()["imagenet"]
    assert german["source"] == "hochgeladen als vgg16_bn.pth"
    assert sorted(path.name for path in (data_folder / "weights").iterdir()) == ["imagenet_vgg16_bn.safetensors"]


def test_only_an_administrator_replaces_what_everybody_starts_from(owner, annotator, data_folder, client_of, vgg):
    first = client_of(annotator).post("/api/weights/", {"upload": uploaded(annotator, vgg, "a.pth").pk}, format="json")
    jobs.perform(first.json()["id"])

    again = {"upload": uploaded(annotator, vgg, "b.pth").pk}
    refused = client_of(annotator).post("/api/weights/", again, format="json")
    allowed = client_of(owner).post("/api/weights/", {"upload": uploaded(owner, vgg, "c.pth").pk}, format="json")

    assert (first.status_code, refused.status_code, allowed.status_code) == (201, 403, 201)


def test_a_wrong_file_is_refused_by_its_own_name(owner, data_folder, client_of, tmp_path):
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "resnet.pth")
    upload = uploaded(owner, tmp_path / "resnet.pth", "resnet.pth")

    answer = client_of(owner).post("/api/weights/", {"upload": upload.pk}, format="json")
    job = jobs.perform(answer.json()["id"])

    assert job.status == "failed"
    assert job.problem.startswith("resnet.pth is not a VGG16 with batch normalisation")
    german = client_of(owner).get(f"/api/jobs/{job.pk}/", headers={"accept-language": "de"}).json()
    assert german["problem"].startswith("resnet.pth ist kein VGG16 mit Batch-Normalisierung")


def test_only_known_kinds_of_file_are_taken(owner, data_folder, client_of, vgg):
    upload = uploaded(owner, vgg, "weights.zip")

    answer = client_of(owner).post("/api/weights/", {"upload": upload.pk}, format="json")

    assert answer.status_code == 400
    assert answer.json()["at"] == "upload"


def test_somebody_elses_upload_is_not_found(owner, stranger, data_folder, client_of, vgg):
    upload = uploaded(owner, vgg, "vgg16_bn.pth")

    assert client_of(stranger).post("/api/weights/", {"upload": upload.pk}, format="json").status_code == 404


def test_fetching_is_a_job(owner, data_folder, client_of):
    answer = client_of(owner).post("/api/weights/fetch/")

    assert (answer.status_code, answer.json()["kind"]) == (201, "fetch_weights")
