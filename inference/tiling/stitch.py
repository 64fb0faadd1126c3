"""Blends the probabilities of overlapping windows, one row of windows at a time, and decides each pixel's class.

The canvas is where windows are blended. It spans the photo exactly and is as fine as the network sees: blending finer
would hold no more information. Of C classes it holds C - 1; what is missing to one is the background's.
Under uniform weights the canvas has the photo's own resolution, so that the result is the 2018 reference's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from annotator.raster.box import Box
from inference.tiling.windows import Grid

FLOOR = 1e-3  # of a tapered weight: the photo's border is seen by the border of one window only
ROWS = 256  # decided rows come in blocks of this height, so that each is a row of mask tiles


@dataclass(frozen=True)
class Axis:
    """Photo, windows and canvas along one axis.

    length: of the photo. canvas: pixels of the canvas over it. window: of a window, in photo pixels.
    cells: pixels of the network over a window. stops: first photo pixels of the windows.
    """

    length: int
    canvas: int
    window: int
    cells: int
    stops: list[int]
    tapered: bool

    def span(self, stop: int) -> tuple[int, int]:
        """First and behind-last canvas pixel whose centre lies in the window."""
        scale = self.canvas / self.length
        return _centre_from(stop * scale), _centre_from((stop + self.window) * scale)

    def cells_at(self, stop: int) -> np.ndarray:
        """Where in the window's network pixels the canvas pixels of its span lie; 0 is the centre of the first."""
        return self._within(stop) * self.cells - 0.5

    def weights(self, stop: int) -> np.ndarray:
        """How much the window counts on each canvas pixel of its span, float32."""
        within = self._within(stop)
        if not self.tapered:
            return np.ones(len(within), np.float32)
        return np.maximum(np.sin(np.pi * within) ** 2, FLOOR).astype(np.float32)

    @cached_property
    def total(self) -> np.ndarray:
        """Sum of the weights on each canvas pixel, float32."""
        total = np.zeros(self.canvas, np.float32)
        for stop in self.stops:
            first, last = self.span(stop)
            total[first:last] += self.weights(stop)
        return total

    def is_aligned(self, stop: int) -> bool:
        """Whether the window begins and ends exactly between two canvas pixels."""
        return not (stop * self.canvas % self.length or (stop + self.window) * self.canvas % self.length)

    def _within(self, stop: int) -> np.ndarray:
        """Centres of the canvas pixels of a span, 0..1 along the window."""
        first, last = self.span(stop)
        return ((np.arange(first, last) + 0.5) * self.length / self.canvas - stop) / self.window


def axes(grid: Grid, input_size: tuple[int, int], blend: str) -> tuple[Axis, Axis]:
    """The (horizontal, vertical) axes of the canvas for these windows and a network's (width, height)."""
    tapered = blend == "tapered"
    across, down = (
        Axis(length, _canvas(length, window, cells) if tapered else length, window, cells, stops, tapered)
        for length, window, cells, stops in zip(
            grid.size, grid.window, input_size, (grid.lefts, grid.tops), strict=True
        )
    )
    return across, down


class Stitcher:
    """Sums windows up and hands out canvas rows once no later window can change them.

    Holds one row of windows: (C - 1) × canvas rows under a window × canvas width, float32.
    """

    def __init__(self, grid: Grid, input_size: tuple[int, int], classes: int, blend: str = "tapered"):
        self.across, self.down = axes(grid, input_size, blend)
        tallest = max(last - first for first, last in map(self.down.span, grid.tops))
        # One row more: where the scale is no whole number, spans are not equally tall.
        self._sum = np.zeros((classes - 1, tallest + 1, self.across.canvas), np.float32)
        self._first = 0

    def add(self, window: Box, probabilities: np.ndarray) -> None:
        """probabilities: C×h×w float32 of one window, at the network's resolution."""
        left, right = self.across.span(window.left)
        top, bottom = self.down.span(window.top)
        weight = self.down.weights(window.top)[:, None] * self.across.weights(window.left)
        for total, class_map in zip(self._sum, probabilities[1:], strict=True):
            total[top - self._first : bottom - self._first, left:right] += weight * self._on_canvas(class_map, window)

    def finish(self, row: int) -> np.ndarray:
        """Canvas rows that are final after this row of windows: (C - 1)×n×width float32 in 0..1."""
        stops = self.down.stops
        end = self.down.span(stops[row + 1])[0] if row + 1 < len(stops) else self.down.canvas
        count = end - self._first  # 0 where the next window begins in the same canvas row
        weight = self.down.total[self._first : end, None] * self.across.total
        rows = self._sum[:, :count] / weight
        kept = self._sum.shape[1] - count
        self._sum[:, :kept] = self._sum[:, count:].copy()
        self._sum[:, kept:] = 0
        self._first = end
        return rows

    def _on_canvas(self, class_map: np.ndarray, window: Box) -> np.ndarray:
        if self.across.is_aligned(window.left) and self.down.is_aligned(window.top):
            (left, right), (top, bottom) = self.across.span(window.left), self.down.span(window.top)
            size = (right - left, bottom - top)
            if size == (class_map.shape[1], class_map.shape[0]):
                return class_map
            return cv2.resize(np.ascontiguousarray(class_map), size, interpolation=cv2.INTER_LINEAR)
        return interpolated(class_map, self.down.cells_at(window.top), self.across.cells_at(window.left))


class Decider:
    """Turns canvas rows into the classes of photo rows: linear upsampling, then the most probable class.

    Only the canvas rows that later photo rows still need are kept.
    """

    def __init__(self, across: Axis, down: Axis, classes: int):
        self._across, self._down = across, down
        self._rows = np.empty((classes - 1, 0, across.canvas), np.float32)
        self._first = 0  # canvas row of self._rows[:, 0]
        self._done = 0  # photo rows handed out

    def push(self, rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Yields (top, classes uint8 n×width) of what can be decided now; each top is a multiple of 256."""
        self._rows = np.concatenate([self._rows, rows], axis=1)
        end = self._first + self._rows.shape[1]
        is_last = end == self._down.canvas
        while self._done < self._down.length:
            bottom = min(self._done + ROWS, self._down.length)
            if not is_last and self._canvas_at(self._down, np.array([bottom - 1]))[0] > end - 1:
                break
            yield self._done, self._decide(self._done, bottom)
            self._done = bottom
        if self._done < self._down.length:
            needed = int(self._canvas_at(self._down, np.array([self._done]))[0])
            self._rows = self._rows[:, needed - self._first :].copy()
            self._first = needed

    def _decide(self, top: int, bottom: int) -> np.ndarray:
        classes = np.zeros((bottom - top, self._across.length), np.uint8)
        down = self._canvas_at(self._down, np.arange(top, bottom)) - self._first
        above, below = int(down[0]), int(np.ceil(down[-1])) + 1
        block = self._rows[:, above:below]
        # A linear mix of values that are nowhere above a half is not either, so there the background has it.
        is_open = block.sum(axis=0).max(axis=0) > 0.5
        for left in range(0, self._across.length, ROWS):
            right = min(left + ROWS, self._across.length)
            across = self._canvas_at(self._across, np.arange(left, right))
            first, last = int(across[0]), int(np.ceil(across[-1])) + 1
            if is_open[first:last].any():
                part = interpolated(block[:, :, first:last], down - above, across - first)
                classes[:, left:right] = most_probable(part)
        return classes

    @staticmethod
    def _canvas_at(axis: Axis, photo_px: np.ndarray) -> np.ndarray:
        """Where on the canvas photo pixels lie; 0 is the centre of its first pixel."""
        return np.clip((photo_px + 0.5) * axis.canvas / axis.length - 0.5, 0, axis.canvas - 1)


def most_probable(foreground: np.ndarray) -> np.ndarray:
    """Index of the most probable of C classes, given the probabilities (C - 1)×H×W of all but class 0; uint8.

    The lowest index has it when several are equally probable.
    """
    if len(foreground) == 1:
        return (foreground[0] > 0.5).astype(np.uint8)
    background = 1 - foreground.sum(axis=0, keepdims=True)
    return np.concatenate([background, foreground]).argmax(axis=0).astype(np.uint8)


def interpolated(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """...×h×w values read linearly at these fractional rows and columns; beyond the border the border goes on."""
    above, below, share = _neighbours(rows, values.shape[-2])
    values = values[..., above, :] * (1 - share)[:, None] + values[..., below, :] * share[:, None]
    left, right, share = _neighbours(columns, values.shape[-1])
    return values[..., left] * (1 - share) + values[..., right] * share


def _neighbours(at: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    at = np.clip(at, 0, count - 1)
    before = np.floor(at).astype(np.intp)
    return before, np.minimum(before + 1, count - 1), (at - before).astype(np.float32)


def _canvas(length: int, window: int, cells: int) -> int:
    """Pixels of the canvas along an axis: as many as the network sees, never more than the photo has."""
    return max(1, min(length, round(length * cells / window)))


def _centre_from(edge: float) -> int:
    """The first pixel whose centre is not before an edge. The nudge keeps exact halves exact."""
    return int(np.ceil(edge - 0.5 - 1e-9))
