"""Coordinates in fractions of a pixel, as cv2 takes them."""

import cv2
import numpy as np

from annotator.raster.box import Box
from annotator.scenes.colours import Colour

SUBPIXEL = 4  # cv2 takes coordinates in sixteenths


def fill(pixels: np.ndarray, corners: np.ndarray, colour: Colour | int, line: int) -> None:
    cv2.fillConvexPoly(pixels, np.round(corners * (1 << SUBPIXEL)).astype(np.int32), colour, line, SUBPIXEL)


def around_points(points: np.ndarray, margin: float = 1) -> Box:
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin + 1
    return Box(*low.astype(int).tolist(), *high.astype(int).tolist())


def fixed(at: np.ndarray | tuple[float, float]) -> tuple[int, int]:
    scale = 1 << SUBPIXEL
    return round(float(at[0]) * scale), round(float(at[1]) * scale)


def clip(a: np.ndarray, b: np.ndarray, width: int, height: int, margin: float) -> tuple[np.ndarray, np.ndarray] | None:
    """The part of a line that can be seen (Liang and Barsky): cv2's own integers overflow far outside."""
    low, high = np.array([-margin, -margin]), np.array([width + margin, height + margin])
    start, end = 0.0, 1.0
    way = b - a
    for axis in (0, 1):
        if abs(way[axis]) < 1e-9:
            if not low[axis] <= a[axis] <= high[axis]:
                return None
            continue
        one, other = sorted(((low[axis] - a[axis]) / way[axis], (high[axis] - a[axis]) / way[axis]))
        start, end = max(start, one), min(end, other)
    return (a + way * start, a + way * end) if start < end else None
