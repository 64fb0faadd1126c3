"""Where the sliding window stops along a photo."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.raster.box import Box
from inference.tiling.settings import FullImage, SlidingWindow


def stops(length: int, window: int, min_overlap: int) -> list[int]:
    """First pixels of the windows along one axis: evenly stepped, the last one shifted back to end at the border.

    A window longer than the axis is clamped to it, so there is one stop, 0.
    Raises ValueError when the overlap leaves no step forward.
    """
    step = window - min_overlap
    if step < 1:
        raise ValueError(f"overlap is too high: windows of {window} px cannot share {min_overlap} px and still move on")
    last = length - window
    if last <= 0:
        return [0]
    return [*range(0, last, step), last]


@dataclass(frozen=True)
class Grid:
    """All windows over a photo: every left with every top, all of one size.

    size:   (width, height) of the photo.
    window: (width, height) of each window, never larger than the photo.
    """

    size: tuple[int, int]
    window: tuple[int, int]
    lefts: list[int]
    tops: list[int]

    def __len__(self) -> int:
        return len(self.lefts) * len(self.tops)

    def row(self, top: int) -> list[Box]:
        width, height = self.window
        return [Box(left, top, left + width, top + height) for left in self.lefts]

    def boxes(self) -> Iterator[Box]:
        """Row by row, from the left."""
        for top in self.tops:
            yield from self.row(top)


def grid(size: tuple[int, int], mode: FullImage | SlidingWindow) -> Grid:
    """The windows a mode looks through at a photo of this (width, height)."""
    width, height = size
    if isinstance(mode, FullImage):
        return Grid(size, size, [0], [0])
    window, overlap = mode.window, mode.min_overlap
    return Grid(
        size,
        (min(window.width, width), min(window.height, height)),
        stops(width, window.width, overlap.x),
        stops(height, window.height, overlap.y),
    )


def windows(size: tuple[int, int], mode: FullImage | SlidingWindow) -> list[Box]:
    """The windows over a photo of this (width, height), row by row."""
    return list(grid(size, mode).boxes())
