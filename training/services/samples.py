"""What a run trains on: classes, the two parts of the data, and what is to be said about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotator.models import Image, Project
from annotator.services.images import tag_name
from studio.sayings import Saying
from training.unet.classes import BACKGROUND, NEUTRAL, ClassesRefused, ClassMap, number_classes
from training.unet.settings import ALL_IMAGES, Complaint, TrainSettings


@dataclass(frozen=True)
class Data:
    """Images of a project that train and that validate, and the numbers of its classes.

    painted: byte of the project's masks -> title, of the living classes.
    """

    classes: ClassMap
    painted: Mapping[int, str]
    train: list[Image]
    val: list[Image]

    @cached_property
    def leak(self) -> int:
        """Validation images that show a photo which training shows as well, cut elsewhere or mirrored."""
        trained = {origin(image) for image in self.train}
        return sum(origin(image) in trained for image in self.val)

    def split(self) -> dict[str, list[int]]:
        return {"train": [image.pk for image in self.train], "val": [image.pk for image in self.val]}


def read(project: Project, settings: TrainSettings) -> Data:
    """Raises ClassesRefused when the project has nothing to learn."""
    classes = list(project.classes.filter(deleted_at=None))
    numbers = number_classes([(label.name, label.colour) for label in classes], settings.special_classes)
    tags = settings.dataset_tags
    images = list(project.images.filter(deleted_at=None).select_related("photo").defer("description"))
    return Data(
        numbers,
        {label.index: label.name for label in classes},
        [image for image in images if has_tag(image, tags.train)],
        [image for image in images if has_tag(image, tags.val)],
    )


def has_tag(image: Image, tag: str) -> bool:
    return tag == ALL_IMAGES or any(tag_name(found) == tag for found in image.tags)


def origin(image: Image) -> object:
    """The photo an image shows, or was cut from."""
    lineage = image.lineage
    if "photo" in lineage:
        return lineage["photo"]
    if "name" in lineage:
        return lineage.get("project"), lineage.get("dataset"), lineage["name"]
    return image.photo.sha256


def complaints(project: Project, settings: TrainSettings) -> tuple[list[Complaint], Data | None]:
    """What speaks against training on this project, and what is good to know beforehand."""
    try:
        data = read(project, settings)
    except ClassesRefused as error:
        return [Complaint("special_classes", str(error))], None
    return list(_complaints(data, settings)), data


def _complaints(data: Data, settings: TrainSettings) -> Iterator[Complaint]:
    for part, images in (("train", data.train), ("val", data.val)):
        if not images:
            tag = getattr(settings.dataset_tags, part)
            yield Complaint(f"dataset_tags.{part}", _no_image(tag, data))
    if not data.train or not data.val:
        return
    learned = {byte for byte, title in data.painted.items() if data.classes.indices[title] not in (BACKGROUND, NEUTRAL)}
    if not any(_shows(image, learned) for image in data.train):
        names = ", ".join(data.classes.foreground)
        yield Complaint("", Saying("there is nothing to learn: no training image shows {names}", names=names))
    elif not any(_shows(image, learned) for image in data.val):
        message = Saying("no validation image shows any of the classes: dice and iou will say nothing")
        yield Complaint("", message, "warning")
    empty = [name for name in data.classes.foreground if not _painted(data, name)]
    if empty and len(empty) < len(data.classes.foreground):
        message = Saying("nothing is painted as {names}: the network will not learn it", names=", ".join(empty))
        yield Complaint("", message, "warning")
    smallest = min(settings.batch_size.train, len(data.train) % settings.batch_size.train or settings.batch_size.train)
    if smallest * settings.input_size.width * settings.input_size.height == 256:
        message = Saying("a single sample of 16×16 cannot be normalised: take 32 or a larger batch")
        yield Complaint("input_size", message)
    if data.leak:
        message = Saying(
            "{leak} of {count} validation images show photos that are trained on too, so validation will look better "
            "than it is; splitting by source photo avoids that",
            leak=data.leak,
            count=len(data.val),
        )
        yield Complaint("dataset_tags", message, "warning")


def _no_image(tag: str, data: Data) -> Saying:
    found = sorted({tag_name(tag) for image in (*data.train, *data.val) for tag in image.tags})
    if not found:
        return Saying("no image of the project carries the tag {tag!r}", tag=tag)
    return Saying(
        "no image of the project carries the tag {tag!r}; found beside it: {tags}", tag=tag, tags=", ".join(found[:8])
    )


def _painted(data: Data, name: str) -> bool:
    bytes_ = {byte for byte, title in data.painted.items() if title == name}
    return any(_shows(image, bytes_) for image in data.train)


def _shows(image: Image, wanted: Iterable[int]) -> bool:
    return any(str(byte) in image.class_px for byte in wanted)


def scale(images: Iterable[Image], settings: TrainSettings) -> dict[str, float]:
    """Pixels of the network's input per pixel of the source photo, over these images: {mean, p5, p95}.

    Of each image the geometric mean of both directions: photos are stretched, objects seen at this size.
    """
    size = settings.input_size
    found = []
    for image in images:
        left, top, right, bottom = image.lineage.get("box") or (0, 0, image.photo.width, image.photo.height)
        found.append(np.sqrt(size.width / (right - left) * size.height / (bottom - top)))
    p5, p95 = np.percentile(found, [5, 95])
    return {"mean": float(np.mean(found)), "p5": float(p5), "p95": float(p95)}


def split_digest(data: Data) -> str:
    """SHA-256 of which photo, cut where, with which state of its mask, trains or validates."""
    rows = [
        [part, image.photo.sha256, image.dataset, image.name, image.seq]
        for part, images in (("train", data.train), ("val", data.val))
        for image in images
    ]
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()
