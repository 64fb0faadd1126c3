"""A photo on its way through the graph: rectangles first, pixels only when somebody asks for them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import cv2
import numpy as np

from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane
from annotator.raster.regions import Region, label_planes

Tag = str | dict[str, Any]


class Ground(Protocol):
    """Something with pixels and objects that a View can look at: a source photo, or a resized view."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    def pixels(self, box: Box) -> np.ndarray: ...
    def classes(self, box: Box) -> np.ndarray: ...
    def ids(self, box: Box) -> np.ndarray: ...
    def regions_in(self, box: Box) -> list[Region]: ...
    def in_photo(self, box: Box) -> Box: ...
    def mirrors(self) -> tuple[bool, bool]: ...


class Source:
    """A photo of an input project with its mask. Decoded at most once until dropped; safe for several threads.

    class_names: class number in the mask -> name.   photo: the same for everything cut from one photograph.
    load_planes: -> (classes uint8, objects uint16 or None).   load_pixels: -> H×W×3 uint8 RGB, upright.
    about:       what the caller wants to find again in the lineage, {"image": 7} for example.
    """

    def __init__(
        self,
        project: str,
        dataset: str,
        name: str,
        width: int,
        height: int,
        *,
        class_names: Mapping[int, str],
        load_planes: Callable[[], tuple[SparsePlane, SparsePlane | None]],
        load_pixels: Callable[[], np.ndarray],
        tags: tuple[Tag, ...] = (),
        photo: str = "",
        about: Mapping[str, Any] | None = None,
    ):
        self.project, self.dataset, self.name = project, dataset, name
        self.width, self.height = width, height
        self.class_names, self.tags = dict(class_names), tuple(tags)
        self.key = f"{project}/{dataset}/{name}"
        self.photo = photo or self.key
        self.about = dict(about or {})
        self._load_planes, self._load_pixels = load_planes, load_pixels
        self._lock = threading.RLock()
        self._planes: tuple[SparsePlane, SparsePlane, list[Region]] | None = None
        self._photo: np.ndarray | None = None

    @property
    def stem(self) -> str:
        return stem_of(self.name)

    def pixels(self, box: Box) -> np.ndarray:
        """H×W×3 uint8 RGB of the box, a view of the decoded photo."""
        with self._lock:
            if self._photo is None:
                self._photo = self._load_pixels()
                assert self._photo.shape == (self.height, self.width, 3), f"{self.key} is not the photo it was"
            return self._photo[box.slices]

    def classes(self, box: Box) -> np.ndarray:
        """H×W uint8 of the box."""
        return self._labelled()[0].read(box)

    def ids(self, box: Box) -> np.ndarray:
        """H×W int32 of the box: which object each painted pixel belongs to, the same number all over the photo."""
        return self._labelled()[1].read(box)

    @property
    def regions(self) -> list[Region]:
        return self._labelled()[2]

    def regions_in(self, box: Box) -> list[Region]:
        """Objects with at least one pixel in the box; area and box are those of what is left of them."""
        found = []
        for region in self.regions:
            shared = region.box & box
            if shared.is_empty:
                continue
            if shared != region.box:
                rest = self.ids(shared) == region.id
                if not rest.any():
                    continue
                region = trimmed(region, rest, shared)
            found.append(region)
        return found

    def in_photo(self, box: Box) -> Box:
        return box

    def mirrors(self) -> tuple[bool, bool]:
        return False, False

    def drop(self) -> None:
        """Forget pixels and mask; they are loaded again when somebody asks."""
        with self._lock:
            self._photo = self._planes = None

    def _labelled(self) -> tuple[SparsePlane, SparsePlane, list[Region]]:
        with self._lock:
            if self._planes is None:
                classes, objects = self._load_planes()
                self._planes = (classes, *label_planes(classes, objects))
            return self._planes


@dataclass(frozen=True)
class View:
    """A rectangle of the ground, possibly mirrored. Width and height are those of what one sees."""

    ground: Ground
    box: Box
    is_mirrored_x: bool = False  # left and right have changed places
    is_mirrored_y: bool = False

    @classmethod
    def whole(cls, ground: Ground) -> "View":
        return cls(ground, Box.of_size(ground.width, ground.height))

    @property
    def width(self) -> int:
        return self.box.width

    @property
    def height(self) -> int:
        return self.box.height

    @property
    def is_untouched(self) -> bool:
        """Whether this shows exactly a source photo."""
        return isinstance(self.ground, Source) and self == View.whole(self.ground)

    def cropped(self, box: Box) -> "View":
        """box: in this view's own pixels, inside it."""
        left = self.width - box.right if self.is_mirrored_x else box.left
        top = self.height - box.bottom if self.is_mirrored_y else box.top
        corner = Box(left, top, left + box.width, top + box.height)
        return replace(self, box=corner.shifted(self.box.left, self.box.top))

    def flipped(self, *, x: bool = False, y: bool = False) -> "View":
        return replace(self, is_mirrored_x=self.is_mirrored_x ^ x, is_mirrored_y=self.is_mirrored_y ^ y)

    def resized(self, width: int, height: int, content: Box) -> "View":
        """A canvas of width x height, black, with everything one sees scaled into `content`."""
        return View.whole(Resized(self, width, height, content))

    def pixels(self) -> np.ndarray:
        return self._turned(self.ground.pixels(self.box))

    def classes(self) -> np.ndarray:
        return self._turned(self.ground.classes(self.box))

    def ids(self) -> np.ndarray:
        return self._turned(self.ground.ids(self.box))

    def regions(self) -> list[Region]:
        """Objects of which something is seen. Areas are right; boxes are in the ground's pixels."""
        return self.ground.regions_in(self.box)

    def in_photo(self) -> Box:
        """The part of the source photo that is shown, in the photo's pixels."""
        return self.ground.in_photo(self.box)

    def mirrors(self) -> tuple[bool, bool]:
        """Whether the photo is seen mirrored left-right and top-bottom, all in all."""
        x, y = self.ground.mirrors()
        return self.is_mirrored_x ^ x, self.is_mirrored_y ^ y

    def _turned(self, array: np.ndarray) -> np.ndarray:
        array = array[:: -1 if self.is_mirrored_y else 1, :: -1 if self.is_mirrored_x else 1]
        return np.ascontiguousarray(array)


@dataclass(frozen=True)
class Resized:
    """A view scaled onto a canvas. The photo is interpolated, the mask takes the nearest pixel."""

    under: View
    width: int
    height: int
    content: Box

    def pixels(self, box: Box) -> np.ndarray:
        return self._whole_pixels[box.slices]

    def classes(self, box: Box) -> np.ndarray:
        return self._nearest(self.under.classes())[box.slices]

    def ids(self, box: Box) -> np.ndarray:
        return self._nearest(self.under.ids())[box.slices]

    def regions_in(self, box: Box) -> list[Region]:
        classes, ids = self.classes(box), self.ids(box)
        found = []
        for region in self.under.regions():
            rest = (ids == region.id) & (classes == region.class_index)
            if rest.any():
                found.append(trimmed(region, rest, box))
        return found

    def in_photo(self, box: Box) -> Box:
        box = (box & self.content).shifted(-self.content.left, -self.content.top)
        x, y = self.under.width / self.content.width, self.under.height / self.content.height
        inner = Box(int(box.left * x), int(box.top * y), -int(-box.right * x // 1), -int(-box.bottom * y // 1))
        return self.under.cropped(inner.clipped(self.under.width, self.under.height)).in_photo()

    def mirrors(self) -> tuple[bool, bool]:
        return self.under.mirrors()

    @cached_property
    def _whole_pixels(self) -> np.ndarray:
        photo = self.under.pixels()
        shrinks = self.content.width < self.under.width and self.content.height < self.under.height
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        canvas = np.zeros((self.height, self.width, 3), np.uint8)
        canvas[self.content.slices] = cv2.resize(photo, self.content.size, interpolation=how)
        return canvas

    def _nearest(self, mask: np.ndarray) -> np.ndarray:
        rows = ((np.arange(self.content.height) + 0.5) * mask.shape[0] / self.content.height).astype(int)
        columns = ((np.arange(self.content.width) + 0.5) * mask.shape[1] / self.content.width).astype(int)
        canvas = np.zeros((self.height, self.width), mask.dtype)
        canvas[self.content.slices] = mask[rows[:, None], columns]
        return canvas


@dataclass(frozen=True)
class Thing:
    """An object in a sample: what is left of it there."""

    id: int
    class_name: str
    area: int


@dataclass(frozen=True)
class Sample:
    """One element of the stream. Layers make new ones of it; none is ever changed.

    class_names: class number in the source's mask -> name here; what is absent has been dropped.
    path:        (layer number, which of its results) from the beginning: unlike that of any other sample.
    marks:       what was done, in words short enough for a file name.
    """

    source: Source
    view: View
    dataset: str
    name: str
    tags: tuple[Tag, ...] = ()
    class_names: Mapping[int, str] = field(default_factory=dict)
    path: tuple[tuple[int, int], ...] = ()
    marks: tuple[str, ...] = ()
    copies: tuple[int, ...] = ()

    @classmethod
    def of(cls, source: Source) -> "Sample":
        return cls(source, View.whole(source), source.dataset, source.name, source.tags, source.class_names)

    @property
    def width(self) -> int:
        return self.view.width

    @property
    def height(self) -> int:
        return self.view.height

    @property
    def box(self) -> Box:
        """The part of the source photo that is shown."""
        return self.view.in_photo()

    @property
    def flips(self) -> list[str]:
        """Axes mirrored in the end, as the flip layer calls them."""
        x, y = self.view.mirrors()
        return ["vertical"] * x + ["horizontal"] * y

    def objects(self) -> list[Thing]:
        """Objects with at least one pixel here, in the order of their numbers. Opens no photo."""
        return [
            Thing(region.id, self.class_names[region.class_index], region.area)
            for region in self.view.regions()
            if region.class_index in self.class_names
        ]

    def tag_names(self) -> list[str]:
        return [tag_name(tag) for tag in self.tags]

    def pixels(self) -> np.ndarray:
        """H×W×3 uint8 RGB."""
        return self.view.pixels()

    def masks(self, numbers: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """(classes H×W uint8, ids H×W int32), both 0 where nothing is.

        numbers: class name -> its number in the result. ids are the objects' numbers in the source.
        """
        table = np.zeros(256, np.uint8)
        for index, name in self.class_names.items():
            table[index] = numbers[name]
        classes, ids = cv2.LUT(self.view.classes(), table), self.view.ids()
        ids[classes == 0] = 0
        return classes, ids

    def lineage(self) -> dict[str, Any]:
        """Where this came from, as JSON: source image, rectangle in it, mirrored axes, copy."""
        known: dict[str, Any] = {
            **self.source.about,
            "project": self.source.project,
            "dataset": self.source.dataset,
            "name": self.source.name,
            "photo": self.source.photo,
            "box": self.box.as_list(),
            "flips": self.flips,
        }
        if self.copies:
            known["copy"] = self.copies[-1]
        if self.box.size != (self.width, self.height):
            known["size"] = [self.width, self.height]
        return known

    # What layers do to a sample.

    def seen_as(self, view: View, mark: str) -> "Sample":
        return replace(self, view=view, marks=(*self.marks, mark))

    def copied(self, number: int, of: int) -> "Sample":
        mark = f"c{number:0{max(3, len(str(of)))}}"
        return replace(self, marks=(*self.marks, mark), copies=(*self.copies, number))

    def renamed(self, to: Callable[[str], str | None]) -> "Sample":
        """Classes under their new names; those without one are dropped."""
        named = {index: to(name) for index, name in self.class_names.items()}
        return replace(self, class_names={index: name for index, name in named.items() if name is not None})

    def after(self, layer: int, which: int) -> "Sample":
        return replace(self, path=(*self.path, (layer, which)))


def trimmed(region: Region, rest: np.ndarray, box: Box) -> Region:
    """A region of which only `rest`, bool H×W of the box, is left."""
    rows, columns = np.flatnonzero(rest.any(axis=1)), np.flatnonzero(rest.any(axis=0))
    tight = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return replace(region, box=tight.shifted(box.left, box.top), area=int(np.count_nonzero(rest)))


def tag_name(tag: Tag) -> str:
    return tag if isinstance(tag, str) else str(tag.get("name", ""))


def stem_of(name: str) -> str:
    """The name without its extension; a name that is all extension keeps it."""
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name
