"""What a project is while it is on its way in or out: the same records whatever the format."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from annotator.raster.box import Box

NEUTRAL = "neutral"
NEUTRAL_COLOUR = "#9B9B9B"

# Okabe and Ito's colours, told apart by colour-blind people too; used where a format knows none.
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#7F3C8D", "#11A579", "#F97B72")

Tag = str | dict[str, Any]  # a name, or {"name", "value"}


class FormatError(ValueError):
    """A sentence that says why a folder cannot be read, or a project not be written."""


@dataclass(frozen=True)
class ClassRecord:
    """colour: "#RRGGBB". shape: as the tool it came from calls it. key: the annotator's shortcut."""

    name: str
    colour: str
    shape: str = "bitmap"
    key: str = ""


@dataclass(frozen=True)
class ObjectRecord:
    """One object's pixels. origin: (x, y) of the mask's corner in the upright photo. mask: bool h×w."""

    class_name: str
    origin: tuple[int, int]
    mask: np.ndarray
    tags: tuple[Tag, ...] = ()
    description: str = ""

    @property
    def box(self) -> Box:
        """Of the mask, empty margins included."""
        height, width = self.mask.shape
        return Box.of_size(width, height).shifted(*self.origin)


def no_objects() -> Iterator[ObjectRecord]:
    return iter(())


@dataclass(frozen=True)
class ImageRecord:
    """A photo with its objects, later ones on top.

    path: the photo's file.   width, height: upright.
    objects: call it to have the masks made, one after another; they are not kept, so a project of thousands of
    photos needs the memory of one.
    """

    dataset: str
    name: str
    path: Path
    width: int
    height: int
    tags: tuple[Tag, ...] = ()
    description: str = ""
    objects: Callable[[], Iterable[ObjectRecord]] = no_objects


@dataclass(frozen=True)
class Finding:
    """Something to know before an import: an error refuses what it names, a warning changes it, an info only tells.

    at: file or folder, relative to what was read.   text: a whole sentence.
    """

    level: Literal["error", "warning", "info"]
    at: str
    text: str


@dataclass(frozen=True)
class ProjectRecord:
    """tags: {"name", "value_type", ...} as Supervisely describes them."""

    classes: list[ClassRecord]
    images: list[ImageRecord]
    tags: list[dict[str, Any]] = field(default_factory=list)


def fresh_colour(taken: Iterable[str]) -> str:
    """The first colour of the palette that no class has yet."""
    taken = {colour.upper() for colour in taken}
    return next((colour for colour in PALETTE if colour not in taken), PALETTE[len(taken) % len(PALETTE)])


def tight(record: ObjectRecord) -> ObjectRecord | None:
    """Without empty margins; None when nothing is painted."""
    rows = np.flatnonzero(record.mask.any(axis=1))
    columns = np.flatnonzero(record.mask.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    mask = record.mask[top : rows[-1] + 1, left : columns[-1] + 1]
    x, y = record.origin
    return replace(record, origin=(x + left, y + top), mask=mask)
