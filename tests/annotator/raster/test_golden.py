"""Strokes mean the same pixels in the browser and here.

`tests/golden/strokes.json` holds recorded strokes and the SHA-256 of every tile of the class plane after them. The
browser's rasteriser (frontend/src/annotator/painting/golden.test.ts) and the one below, written from the rule alone,
must both arrive at these hashes.

The rule. A pixel (x, y) is the square from x to x+1 and y to y+1, and its centre decides. A brush of size s sits on
the centre of the pixel under the pointer when s is odd, on the nearest corner when it is even, and covers every centre
within s/2 of the straight line between two such places. A polygon covers the centres inside it, even-odd.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from annotator.raster.plane import SparsePlane

STROKES = json.loads((Path(__file__).parents[2] / "golden" / "strokes.json").read_text())

Point = tuple[float, float]


def snapped(point: Point, size: int) -> Point:
    x, y = point
    if size % 2:
        return np.floor(x) + 0.5, np.floor(y) + 0.5
    return np.floor(x + 0.5), np.floor(y + 0.5)


def capsule(width: int, height: int, a: Point, b: Point, radius: float) -> np.ndarray:
    """Which pixels of H×W have their centre within `radius` of the line from a to b."""
    x, y = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, None]
    dx, dy = b[0] - a[0], b[1] - a[1]
    squared = dx * dx + dy * dy
    t = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / squared, 0, 1) if squared else np.zeros((height, width))
    ex, ey = a[0] + t * dx - x, a[1] + t * dy - y
    return ex * ex + ey * ey <= radius * radius


def brush(width: int, height: int, points: list[Point], size: int) -> np.ndarray:
    places = [snapped(point, size) for point in points]
    covered = capsule(width, height, places[0], places[0], size / 2)
    for a, b in itertools.pairwise(places):
        covered |= capsule(width, height, a, b, size / 2)
    return covered


def polygon(width: int, height: int, points: list[Point]) -> np.ndarray:
    x, y = np.arange(width), np.arange(height)[:, None] + 0.5
    inside = np.zeros((height, width), bool)
    for (ax, ay), (bx, by) in zip(points[-1:] + points[:-1], points, strict=True):
        if ay == by:
            continue
        crossing = ax + ((y - ay) / (by - ay)) * (bx - ax)
        inside ^= ((ay <= y) != (by <= y)) & (x >= crossing - 0.5)
    return inside


def painted(recording: dict) -> np.ndarray:
    width, height = recording["width"], recording["height"]
    mask = np.zeros((height, width), np.uint8)
    for step in recording["steps"]:
        points = [tuple(point) for point in step["points"]]
        covered = (
            polygon(width, height, points) if step["tool"] == "polygon" else brush(width, height, points, step["size"])
        )
        mask[covered & ~np.isin(mask, step.get("locked", []))] = step["value"]
    return mask


def hashes(mask: np.ndarray) -> Iterator[tuple[str, str]]:
    """Every tile with anything painted in it, as ("x_y", SHA-256 of its 65536 bytes)."""
    plane = SparsePlane.from_array(mask)
    for x, y in sorted(plane.keys()):
        yield f"{x}_{y}", hashlib.sha256(plane.tile((x, y)).tobytes()).hexdigest()


@pytest.mark.parametrize("recording", STROKES["recordings"], ids=lambda recording: recording["name"])
def test_recorded_strokes_paint_the_golden_tiles(recording):
    assert dict(hashes(painted(recording))) == recording["tiles"]
