"""A project with two classes and its three members, and small photos to put into it."""

import itertools
import json
import struct
import uuid
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import PIL.Image
import pytest

from annotator.raster import tile

WIDTH, HEIGHT = 600, 400


@pytest.fixture
def project(owner, annotator, viewer, data_folder):
    """Isolator is 1, neutral is 2."""
    from annotator.models import Membership
    from annotator.services import projects

    made = projects.create_project(
        "Line 7", user=owner, classes=[SimpleNamespace(name="Isolator"), SimpleNamespace(name="neutral")]
    )
    Membership.objects.create(project=made, user=annotator, role="annotator")
    Membership.objects.create(project=made, user=viewer, role="viewer")
    return made


@pytest.fixture
def draw_photo(tmp_path):
    """`draw_photo("a.jpg", size=(w, h))`: the path of a photo like no other."""
    seeds = itertools.count()

    def draw(name: str = "photo.jpg", size: tuple[int, int] = (WIDTH, HEIGHT), folder: Path | None = None) -> Path:
        rng = np.random.default_rng(next(seeds))
        small = rng.integers(0, 255, (8, 8, 3), dtype=np.uint8)
        path = (folder or tmp_path) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(small).resize(size).save(path)
        return path

    return draw


@pytest.fixture
def image(project, draw_photo, owner):
    """A photo of 600x400 without a mask: its right and lower tiles reach beyond its edge."""
    from annotator.services import images, photos

    return images.add_image(project, photos.store_photo(draw_photo()), "ds", "photo.jpg", user=owner)


@pytest.fixture
def painted(project, draw_photo, owner):
    """Two isolators that touch, each with an id of its own, and a loose neutral spot."""
    from annotator.services import images, photos

    classes, objects = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint16)
    classes[100:140, 100:180] = 1
    objects[100:140, 100:140], objects[100:140, 140:180] = 1, 2
    classes[300:310, 500:520] = 2
    photo = photos.store_photo(draw_photo("painted.jpg"))
    return images.add_image(project, photo, "ds", "painted.jpg", classes=classes, objects=objects, user=owner)


def one_tile(value: int = 1, rows: slice = slice(0, 10), columns: slice = slice(0, 10), dtype=np.uint8) -> bytes:
    """An encoded tile with a rectangle of one value."""
    values = np.zeros((256, 256), dtype)
    values[rows, columns] = value
    return tile.encode(values)


def edit_body(*tiles: tuple[str, int, int, int, bytes], **header) -> bytes:
    """The body of an edit: tiles are (plane, x, y, if_version, bytes)."""
    entries = [
        {"plane": plane, "x": x, "y": y, "if_version": version, "length": len(data)}
        for plane, x, y, version, data in tiles
    ]
    document = {"uuid": str(uuid.uuid4()), "tool": "brush", "box": [0, 0, 10, 10], "details": {}, "tiles": entries}
    text = json.dumps(document | header).encode()
    return struct.pack("<I", len(text)) + text + b"".join(data for *_, data in tiles)


def post_bytes(client, path: str, body: bytes):
    return client.post(path, body, content_type="application/octet-stream")
