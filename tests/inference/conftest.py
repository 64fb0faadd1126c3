"""A drawn project, a stand-in network that sees red, and a prediction made of the two."""

from copy import deepcopy
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

SLIDING = {
    "mode": {
        "source": "sliding_window",
        "window": {"width": 128, "height": 128},
        "min_overlap": {"x": 32, "y": 32},
    },
    "model_classes": {"save_classes": ["Isolator"], "add_suffix": "_unet"},
}
CARD = {
    "network": "unet_v2_quarter",
    "classes": [
        {"title": "bg", "color": "#222222", "shape": "bitmap"},
        {"title": "Isolator", "color": "#F5A623", "shape": "bitmap"},
    ],
    "class_title_to_idx": {"bg": 0, "Isolator": 1, "neutral": 255},
    "input_size": {"width": 64, "height": 64},
    "scale": {"mean": 0.4, "p5": 0.3, "p95": 0.6},
}
RED = [(40, 30, 120, 60), (200, 100, 230, 220)]  # left, top, right, bottom of what there is to find


class SeesRed:
    """What a Segmenter offers, without a network: how red a pixel is."""

    input_size, classes, batch, device = (64, 64), 2, 4, SimpleNamespace(type="cpu")
    manner = SimpleNamespace(precision="fp32", layout="channels_last")

    def __init__(self):
        self.seen = 0

    def probe(self) -> str:
        return "fp32 is used"

    def __call__(self, windows: np.ndarray) -> np.ndarray:
        self.seen += len(windows)
        red = windows[..., 0].astype(np.float32) / 255
        return np.stack([1 - red, red], axis=1)


def drawn(folder, name: str, width: int = 320, height: int = 256, boxes=RED):
    """A black photo with red rectangles; returns its path."""
    photo = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in boxes:
        photo[top:bottom, left:right, 2] = 255  # OpenCV writes BGR
    photo[0, 0, 0] = len(name) + sum(map(ord, name)) % 200  # no two photos are the same file
    cv2.imwrite(str(folder / name), photo)
    return folder / name


def mask_of(boxes, width: int = 320, height: int = 256) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    for left, top, right, bottom, value in boxes:
        mask[top:bottom, left:right] = value
    return mask


@pytest.fixture
def network(monkeypatch):
    from inference import jobs

    network = SeesRed()
    monkeypatch.setattr(jobs, "load", lambda folder, **_: network)
    return network


@pytest.fixture
def project(owner, annotator, viewer, data_folder, tmp_path):
    """Two photos, the first annotated: a part of what is red, and a neutral piece. Anton may paint, Vera may look."""
    from annotator.formats.records import ClassRecord
    from annotator.models import Membership
    from annotator.services import images, photos, projects

    classes = [ClassRecord("Isolator", "#00FF00", "bitmap"), ClassRecord("neutral", "#9B9B9B", "bitmap")]
    project = projects.create_project("lines", user=owner, classes=classes)
    Membership.objects.create(project=project, user=annotator, role="annotator")
    Membership.objects.create(project=project, user=viewer, role="viewer")
    painted = mask_of([(40, 30, 100, 60, 1), (200, 100, 230, 160, 2)])
    for name, mask in (("a.png", painted), ("b.png", None)):
        photo = photos.store_photo(drawn(tmp_path, name))
        images.add_image(project, photo, "ds", name, tags=["windy"], classes=mask, user=owner)
    return project


@pytest.fixture
def model(owner, data_folder):
    from training.models import NetworkModel

    return NetworkModel.objects.create(
        title="lines unet", user=owner, folder="models/1", network="unet_v2", card=deepcopy(CARD)
    )


@pytest.fixture
def predicted(owner, model, project, network):
    """`predicted(config=..., result=...)`: a run that has ended."""
    from inference.services import runs
    from studio import jobs

    def predict(config=SLIDING, result="found", source=None):
        run = runs.create(owner, model, source or project, config, result)
        run.job = jobs.perform(run.job.pk)
        run.refresh_from_db(fields=["result", "facts"])
        return run

    return predict


@pytest.fixture
def run(predicted):
    run = predicted()
    assert run.job.status == "finished", run.job.problem + run.job.details
    return run
