"""Projects in the database, with small drawn photos and masks."""

import cv2
import numpy as np

from annotator.models import Project
from annotator.services import images, photos, projects
from tests.training.dtl.drawn import CLASSES, colours


def powerlines(
    owner, folder, *, count: int = 4, name: str = "powerlines_annotated", extension: str = ".jpg"
) -> Project:
    """Photos of 400x320 with two isolators that touch and a neutral spot; the last photo has no mask."""
    project = projects.create_project(name, user=owner, classes=CLASSES)
    for i in range(count):
        path = folder / f"{name}-{i}{extension}"
        cv2.imwrite(str(path), cv2.GaussianBlur(colours(400, 320), (0, 0), 1 + i))
        classes, objects = np.zeros((320, 400), np.uint8), np.zeros((320, 400), np.uint16)
        if i < count - 1:
            left, top = 40 * i + 30, 30 * i + 20
            classes[top : top + 60, left : left + 80] = 1
            objects[top : top + 60, left : left + 40] = 3
            objects[top : top + 60, left + 40 : left + 80] = 8
            classes[250:290, 300:380] = 2
            objects[250:290, 300:380] = 9
        photo = photos.store_photo(path)
        tags = ["night"] if i == 0 else []
        images.add_image(
            project, photo, "ds", f"p{i}{extension}", tags=tags, classes=classes, objects=objects, user=owner
        )
    return project
