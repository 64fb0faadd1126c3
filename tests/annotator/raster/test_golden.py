"""Strokes mean the same pixels in the browser and here.

`tests/golden/strokes.json` holds recorded strokes and the SHA-256 of every tile of the class plane after them. The
browser's rasteriser (frontend/src/annotator/painting/golden.test.ts) and the one below, written from the rule alone,
must both arrive at these hashes.

The rule. A pixel (x, y) is the square from x to x+1 and y to y+1, and its centre decides. A brush of size s sits on
the centre of the pixel under the pointer when s is odd, on the nearest corner when it is even. A round one covers every
centre within s/2 of the straight line between two such places, a square one every centre that the square of side s
passes over on its way. Where a pen's pressure changes the size, it grows evenly from one place to the next.
A polygon covers the centres inside it, even-odd; a lasso all that its line goes around. A rectangle covers the pixels
from one to another, both included; an ellipse the centres inside the one that touches the rectangle's sides.

A stroke changes no pixel of a locked class, and where it is bound to one class (or to the class under its beginning)
only pixels of that. An eraser bound to the background is not bound at all.
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


def taper(width: int, height: int, a: Point, ra: float, b: Point, rb: float) -> np.ndarray:
    """Which pixels have their centre in one of the discs between that of radius ra at a and that of rb at b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = np.sqrt(dx * dx + dy * dy)
    if ra == rb:
        return capsule(width, height, a, b, ra)
    if length <= abs(rb - ra):
        larger, radius = (a, ra) if ra > rb else (b, rb)
        return capsule(width, height, larger, larger, radius)
    x, y = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, None]
    slope = (rb - ra) / length
    lean = slope / np.sqrt(1 - slope * slope)
    along = ((x - a[0]) * dx + (y - a[1]) * dy) / length
    beside = np.abs((x - a[0]) * dy - (y - a[1]) * dx) / length
    t = np.clip((along + beside * lean) / length, 0, 1)  # where the disc is that reaches furthest over the pixel
    ex, ey, radius = a[0] + t * dx - x, a[1] + t * dy - y, ra + t * (rb - ra)
    return ex * ex + ey * ey <= radius * radius


def square_sweep(width: int, height: int, a: Point, ra: float, b: Point, rb: float) -> np.ndarray:
    """Which pixels have their centre in one of the squares between that of half side ra at a and that of rb at b."""
    dx, dy, growth = b[0] - a[0], b[1] - a[1], rb - ra
    x, y = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, None]
    since, until, never = np.zeros((height, width)), np.ones((height, width)), np.zeros((height, width), bool)
    edges = [
        (ra + (x - a[0]), growth - dx),
        (ra - (x - a[0]), growth + dx),
        (ra + (y - a[1]), growth - dy),
        (ra - (y - a[1]), growth + dy),
    ]
    for start, change in edges:  # the centre is inside of this side while start + t * change >= 0
        if change > 0:
            since = np.maximum(since, -start / change)
        elif change < 0:
            until = np.minimum(until, -start / change)
        else:
            never = never | (start < 0)
    return (since <= until) & ~never


def brush(width: int, height: int, points: list[tuple[float, ...]], size: int, shape: str, least: int) -> np.ndarray:
    sweep = square_sweep if shape == "square" else taper
    sizes = [max(1, int(np.floor(least + (size - least) * point[2] + 0.5))) if point[2:] else size for point in points]
    places = [(snapped(point[:2], size), size / 2) for point, size in zip(points, sizes, strict=True)]
    covered = sweep(width, height, *places[0], *places[0])
    for a, b in itertools.pairwise(places):
        covered |= sweep(width, height, *a, *b)
    return covered


def outline(width: int, height: int, points: list[Point], rule: str) -> np.ndarray:
    """Which pixels have their centre inside: "even-odd", or by "winding" wherever the line goes around them."""
    x, y = np.arange(width), np.arange(height)[:, None] + 0.5
    turns = np.zeros((height, width), int)
    for (ax, ay), (bx, by) in zip(points[-1:] + points[:-1], points, strict=True):
        if ay == by:
            continue
        crossing = ax + ((y - ay) / (by - ay)) * (bx - ax)
        turns += np.where(((ay <= y) != (by <= y)) & (x >= crossing - 0.5), np.where(ay <= y, 1, -1), 0)
    return turns % 2 == 1 if rule == "even-odd" else turns != 0


def sides(points: list[Point]) -> tuple[int, int, int, int]:
    """The box of the pixels from one point to the other, both included: left, top, right, bottom."""
    (ax, ay), (bx, by) = np.floor(points).astype(int).tolist()
    return min(ax, bx), min(ay, by), max(ax, bx) + 1, max(ay, by) + 1


def rectangle(width: int, height: int, points: list[Point]) -> np.ndarray:
    left, top, right, bottom = sides(points)
    x, y = np.arange(width), np.arange(height)[:, None]
    return (x >= left) & (x < right) & (y >= top) & (y < bottom)


def ellipse(width: int, height: int, points: list[Point]) -> np.ndarray:
    left, top, right, bottom = sides(points)
    w, h = float(right - left), float(bottom - top)
    across = 2 * (np.arange(width) + 0.5) - left - right
    down = 2 * (np.arange(height)[:, None] + 0.5) - top - bottom
    return across * across * (h * h) + down * down * (w * w) <= w * w * (h * h)


def covered(width: int, height: int, step: dict) -> np.ndarray:
    """Which pixels a step goes over, bool H×W."""
    points = [tuple(point) for point in step["points"]]
    if step["tool"] == "brush":
        return brush(width, height, points, step["size"], step.get("shape", "round"), step.get("least", 1))
    if step["tool"] == "polygon":
        return outline(width, height, points, "even-odd")
    if step["tool"] == "lasso":
        return outline(width, height, points, "winding")
    return {"rectangle": rectangle, "ellipse": ellipse}[step["tool"]](width, height, points)


def changeable(mask: np.ndarray, step: dict) -> np.ndarray:
    """Which pixels a step may change, bool H×W."""
    height, width = mask.shape
    free = ~np.isin(mask, step.get("locked", []))
    only = step.get("only")
    if only is None or (only == 0 and step["value"] == 0):
        return free
    if only == "start":
        x, y = np.floor(step["points"][0][:2]).astype(int)
        only = mask[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return free & (mask == only)


def painted(recording: dict) -> np.ndarray:
    width, height = recording["width"], recording["height"]
    mask = np.zeros((height, width), np.uint8)
    for step in recording["steps"]:
        mask[covered(width, height, step) & changeable(mask, step)] = step["value"]
    return mask


def hashes(mask: np.ndarray) -> Iterator[tuple[str, str]]:
    """Every tile with anything painted in it, as ("x_y", SHA-256 of its 65536 bytes)."""
    plane = SparsePlane.from_array(mask)
    for x, y in sorted(plane.keys()):
        yield f"{x}_{y}", hashlib.sha256(plane.tile((x, y)).tobytes()).hexdigest()


@pytest.mark.parametrize("recording", STROKES["recordings"], ids=lambda recording: recording["name"])
def test_recorded_strokes_paint_the_golden_tiles(recording):
    assert dict(hashes(painted(recording))) == recording["tiles"]
