"""Small pictures of masks, in the colours of their classes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
from django.conf import settings

from annotator.models import Image, Project
from annotator.raster import coverage, patterns
from annotator.services import masks, photos
from studio import files

PERIOD_PX = 6


@dataclass(frozen=True)
class Palette:
    """How the living classes of a project look. `version` changes when any of that does."""

    colours: dict[int, str]
    patterns: dict[int, str]
    version: str


def palette_of(project: Project) -> Palette:
    labels = list(project.classes.filter(deleted_at=None))
    looks = ",".join(f"{label.index}{label.colour}{label.pattern}" for label in labels)
    return Palette(
        {label.index: label.colour for label in labels},
        {label.index: label.pattern for label in labels},
        hashlib.sha256(looks.encode()).hexdigest()[:8],
    )


def overlay_of(image: Image) -> Path:
    """A small transparent PNG of the mask in the colours of its classes; drawn when first asked for."""
    palette = palette_of(image.project)
    folder = folder_of(image)
    path = folder / f"{image.seq}.{palette.version}.png"
    if not path.exists():
        earlier = list(folder.glob("*.png"))
        with files.writing(path) as temporary:
            temporary.write_bytes(draw_overlay(image, palette))
        for old in earlier:
            old.unlink(missing_ok=True)
    return path


def folder_of(image: Image) -> Path:
    return settings.DATA / "overlays" / f"{image.pk % 256:02x}" / str(image.pk)


def draw_overlay(image: Image, palette: Palette) -> bytes:
    """The PNG itself, at the size of the thumbnail."""
    classes, _ = masks.planes_of(image)
    # Drawn with the class index for a colour, so that a class is told from another of the same colour.
    indexes = {index: f"#0000{index:02X}" for index in palette.colours}
    drawn = coverage.thumbnail_overlay(classes, (image.photo.width, image.photo.height), indexes, photos.THUMBNAIL_PX)
    commonest, alpha = drawn[..., 2].copy(), drawn[..., 3]
    height, width = alpha.shape
    for index, colour in palette.colours.items():
        is_class = (commonest == index) & (alpha > 0)
        drawn[is_class, :3] = coverage.rgb(colour)
        is_gap = is_class & ~patterns.is_strong(palette.patterns[index], height, width, PERIOD_PX)
        drawn[is_gap, :3] = 0
        alpha[is_gap] = alpha[is_gap] * patterns.GAP
    written, data = cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGBA2BGRA))
    assert written
    return data.tobytes()
