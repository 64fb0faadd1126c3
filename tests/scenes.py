"""Drawn photos with known masks, small, and the files and folders tests want them as."""

from pathlib import Path

import cv2
import numpy as np

from annotator.formats import png, supervisely
from annotator.formats.records import ImageRecord, ProjectRecord
from annotator.scenes import CLASSES, ISOLATOR, NEUTRAL, Scene, scene

__all__ = [
    "CLASSES",
    "ISOLATOR",
    "NEUTRAL",
    "Scene",
    "classes_of",
    "photo_file",
    "png_folder",
    "project_record",
    "scene",
    "small",
    "supervisely_folder",
]

INDEX = {record.name: index for index, record in enumerate(CLASSES, start=1)}


def small(seed: int = 0, width: int = 320, height: int = 256) -> Scene:
    """A scene at the size of most tests."""
    return scene(seed, width, height)


def classes_of(drawn: Scene) -> np.ndarray:
    """uint8 H×W: 1 Isolator, 2 neutral."""
    classes = np.zeros(drawn.photo.shape[:2], np.uint8)
    for record in drawn.objects:
        classes[record.box.slices][record.mask] = INDEX[record.class_name]
    return classes


def photo_file(path: Path, drawn: Scene | None = None) -> Path:
    """Writes the photo in the format its extension says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = drawn or small()
    assert cv2.imwrite(str(path), cv2.cvtColor(drawn.photo, cv2.COLOR_RGB2BGR))
    return path


def project_record(photos: Path, count: int = 3, width: int = 320, height: int = 256, seed: int = 0) -> ProjectRecord:
    """Scenes seed, seed + 1, ... as a project whose photos lie in the folder `photos`."""
    images = []
    for number in range(seed, seed + count):
        drawn = scene(number, width, height)
        path = photo_file(photos / f"photo_{number:03}.jpg", drawn)
        objects = tuple(drawn.objects)
        images.append(ImageRecord("lines", path.name, path, width, height, objects=lambda objects=objects: objects))
    return ProjectRecord(list(CLASSES), images)


def supervisely_folder(folder: Path, count: int = 3, width: int = 320, height: int = 256, seed: int = 0) -> Path:
    """A Supervisely project of `count` scenes in one dataset, "lines"."""
    supervisely.write(project_record(folder.with_name(f"{folder.name}_photos"), count, width, height, seed), folder)
    return folder


def png_folder(folder: Path, count: int = 3, width: int = 320, height: int = 256, seed: int = 0) -> Path:
    """The same as photos with label maps."""
    png.write(project_record(folder.with_name(f"{folder.name}_photos"), count, width, height, seed), folder)
    return folder
