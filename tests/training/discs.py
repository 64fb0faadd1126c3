"""A project of small drawn crops: discs to find, a neutral strip, tags as the tutorial gives them."""

from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

from annotator.models import Image, Project
from annotator.services import images, photos, projects
from tests.training.unet.drawn import drawn

CONFIG = {
    "lr": 0.003,
    "epochs": 2,
    "val_every": 1,
    "batch_size": {"train": 3, "val": 2},
    "input_size": {"width": 32, "height": 32},
    "data_workers": {"train": 3, "val": 0},
}
CLASSES = [
    SimpleNamespace(name="neutral", colour="#FAFFCC", pattern="hatch"),
    SimpleNamespace(name="disc", colour="#C91818"),
]
NEUTRAL, DISC = 1, 2  # bytes of this project's masks, not the network's numbers


def project_of_discs(user, folder: Path, *, train: int = 6, val: int = 3, name: str = "discs") -> Project:
    project = projects.create_project(name, user=user, classes=CLASSES)
    for number in range(train + val):
        add_disc(project, user, folder, number, "train" if number < train else "val")
    return project


def add_disc(project: Project, user, folder: Path, number: int, tag: str, lineage: dict | None = None) -> Image:
    pixels, mask = drawn(number, 48)
    path = folder / f"{project.pk}-{number}.png"
    cv2.imwrite(str(path), pixels[..., ::-1])
    painted = np.array([0, DISC] + [0] * 253 + [NEUTRAL], np.uint8)[mask]
    photo = photos.store_photo(path, move=True)
    return images.add_image(
        project, photo, "ds", f"{number:03d}.png", tags=[tag], classes=painted, lineage=lineage or {}, user=user
    )
