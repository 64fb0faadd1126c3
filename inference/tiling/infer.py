"""Looks at a photo through its windows and yields what is finished, from top to bottom, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from annotator.raster.box import Box
from inference.tiling.settings import FullImage, SlidingWindow
from inference.tiling.stitch import Decider, Stitcher
from inference.tiling.strips import Rows, Strip
from inference.tiling.windows import grid

# N×h×w×3 uint8 RGB -> N×C×h×w float32 probabilities that sum to one over C, class 0 being the background
Network = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class WindowsDone:
    """These windows were looked at; done of total."""

    boxes: list[Box]
    done: int
    total: int


@dataclass(frozen=True)
class HeatRows:
    """Final rows of the canvas from `top` on: (C - 1)×n×width uint8, 255 is certain."""

    top: int
    values: np.ndarray


@dataclass(frozen=True)
class ClassRows:
    """Final rows of the photo from `top` on, a multiple of 256: n×width uint8 indices of the model's classes."""

    top: int
    classes: np.ndarray


Event = WindowsDone | HeatRows | ClassRows


def infer(
    rows: Rows,
    mode: FullImage | SlidingWindow,
    network: Network,
    *,
    input_size: tuple[int, int],
    classes: int,
    batch: int = 4,
) -> Iterator[Event]:
    """Predict one photo.

    input_size: (width, height) the network looks at; each window is stretched to it, as crops were in training.
    classes:    how many the network tells apart, the background included; at least 2.
    batch:      windows per call of the network, at most.
    """
    windows = grid(rows.size, mode)
    stitcher = Stitcher(windows, input_size, classes, getattr(mode, "blend", "tapered"))
    decider = Decider(stitcher.across, stitcher.down, classes)
    strip = Strip(rows)
    done, heat_top = 0, 0
    for row, top in enumerate(windows.tops):
        pixels = strip.read(top, top + windows.window[1])
        row_boxes = windows.row(top)
        for boxes in (row_boxes[first : first + batch] for first in range(0, len(row_boxes), batch)):
            looked_at = np.stack([stretched(pixels[:, box.left : box.right], input_size) for box in boxes])
            for box, probabilities in zip(boxes, network(looked_at), strict=True):
                stitcher.add(box, probabilities)
            done += len(boxes)
            yield WindowsDone(boxes, done, len(windows))
        canvas_rows = stitcher.finish(row)
        yield HeatRows(heat_top, np.rint(canvas_rows * 255).astype(np.uint8))
        heat_top += canvas_rows.shape[1]
        for class_top, decided in decider.push(canvas_rows):
            yield ClassRows(class_top, decided)


def canvas_size(size: tuple[int, int], mode: FullImage | SlidingWindow, input_size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the canvas, which is that of all heat rows together."""
    stitcher = Stitcher(grid(size, mode), input_size, 2, getattr(mode, "blend", "tapered"))
    return stitcher.across.canvas, stitcher.down.canvas


def stretched(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A window as the network sees it: (width, height).

    Averaged over the area where it shrinks, else bilinear: exactly as training prepares its samples.
    """
    height, width, _ = pixels.shape
    if (width, height) == size:
        return np.ascontiguousarray(pixels)
    shrinks = size[0] <= width and size[1] <= height
    return cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
