"""A map of fields, tracks, trees, houses and water, laid on the ground."""

import math
from collections.abc import Iterator

import cv2
import numpy as np

from annotator.scenes.camera import point
from annotator.scenes.colours import EARTHS, GREENS, STRAWS
from annotator.scenes.noise import fractal
from annotator.scenes.pixels import SUBPIXEL, fixed
from annotator.scenes.view import View


def draw_ground(
    rng: np.random.Generator, view: View, size: tuple[int, int], horizon: float
) -> tuple[np.ndarray, np.ndarray]:
    """A map of fields laid on the plane of the ground and seen by the camera.

    returns: (float32 H×W×3, and how clear the air is before each row, 0..1)
    """
    width, height = size
    camera = view.camera
    shrink = np.diag([width / camera.size[0], height / camera.size[1], 1.0])
    to_pixels = shrink @ camera.ground_to_pixels(view.ground)
    # The map's middle lies where the photo's middle of visible ground is.
    row = (max(0.0, horizon) * 0.45 + height * 0.55) if horizon > 0 else height / 2
    middle = np.linalg.solve(to_pixels, np.array([width / 2, max(row, horizon + 0.04 * height), 1]))
    middle = middle[:2] / middle[2]
    distance = np.linalg.norm(point(middle[0], middle[1], view.ground) - camera.eye)
    span = float(np.clip(2.4 * distance * camera.size[0] / camera.focal, 60, 2500))
    side = int(np.clip(2.2 * max(size), 300, 1400))
    fields = draw_fields(rng, side, span, view.light)
    metres = np.array(
        [
            [span / fields.shape[1], 0, middle[0] - span / 2],
            [0, span / fields.shape[0], middle[1] - span / 2],
            [0, 0, 1],
        ]
    )
    seen = cv2.warpPerspective(
        fields, to_pixels @ metres, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    below = np.maximum(np.arange(height) - horizon, 0.5) / height * camera.size[1]
    away = (camera.eye[2] - view.ground) * camera.focal / below
    clear = np.exp(-away / (view.haze_m * 3.2)).astype(np.float32)
    haze = np.array(view.haze, np.float32)
    return haze + (seen - haze) * clear[:, None, None], clear


def draw_fields(rng: np.random.Generator, side: int, span: float, light: float) -> np.ndarray:
    """float32 side×side×3: a map of fields, tracks, trees, houses and water. span: metres across."""
    px = side / span
    field_m = rng.uniform(28, 70)
    land = np.zeros((side, side, 3), np.float32)
    rough = fractal(rng, (side, side), cells=24, octaves=6, stretch=1) - 0.5
    broad = fractal(rng, (side, side), cells=4, octaves=3, stretch=1) - 0.5
    yy, xx = np.mgrid[:side, :side].astype(np.float32)
    rows = [
        np.sin((xx * math.cos(a) + yy * math.sin(a)) * (2 * math.pi / max(3.0, period * px)))
        for a, period in zip(rng.uniform(0, math.pi, 3), rng.uniform(0.7, 2.2, 3), strict=True)
    ]
    kinds = rng.choice(["green", "earth", "straw", "wild"], size=3, p=[0.42, 0.2, 0.18, 0.2])
    plots = list(split(rng, (0, 0, side, side), field_m * px))
    for left, top, right, bottom in plots:
        kind = rng.choice(kinds)
        choices = {"green": GREENS, "earth": EARTHS, "straw": STRAWS, "wild": GREENS}[kind]
        colour = np.array(choices[rng.integers(len(choices))]) * rng.uniform(0.88, 1.12)
        here = slice(top, bottom), slice(left, right)
        stripes = rows[rng.integers(3)][here] * (0 if kind == "wild" else rng.uniform(0.03, 0.16))
        grain = rough[here] * (1.2 if kind == "wild" else 0.5) + broad[here] * 0.5
        land[here] = colour * (1 + stripes + grain)[..., None]
    for left, top, right, bottom in plots:
        if rng.random() < 0.6:
            track = (np.array([176, 162, 136]) * rng.uniform(0.8, 1.05)).tolist()
            wide = max(1, round(rng.uniform(1.2, 3.2) * px))
            ends = ((left, top), (right, top)) if rng.random() < 0.5 else ((left, top), (left, bottom))
            cv2.line(land, *ends, track, wide, cv2.LINE_AA)
    if rng.random() < 0.35:
        draw_water(rng, land, px)
    for plot in plots:
        draw_trees(rng, land, plot, px, light)
        if rng.random() < 0.12:
            draw_house(rng, land, plot, px, light)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.uniform(0, 360), 1.0)
    return cv2.warpAffine(land, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


Plot = tuple[int, int, int, int]  # left, top, right, bottom


def split(rng: np.random.Generator, plot: Plot, size: float) -> Iterator[Plot]:
    """A rectangle cut into smaller ones, never quite in the middle."""
    left, top, right, bottom = plot
    if max(right - left, bottom - top) < size * rng.uniform(1.2, 2.4):
        yield plot
    elif right - left > bottom - top:
        cut = left + round((right - left) * rng.uniform(0.35, 0.65))
        yield from split(rng, (left, top, cut, bottom), size)
        yield from split(rng, (cut, top, right, bottom), size)
    else:
        cut = top + round((bottom - top) * rng.uniform(0.35, 0.65))
        yield from split(rng, (left, top, right, cut), size)
        yield from split(rng, (left, cut, right, bottom), size)


def draw_trees(rng: np.random.Generator, land: np.ndarray, plot: Plot, px: float, light: float) -> None:
    """A hedge along an edge, a wood, or a few trees that stand alone."""
    left, top, right, bottom = plot
    kind = rng.choice(["none", "hedge", "few", "wood"], p=[0.35, 0.3, 0.22, 0.13])
    count = {"none": 0, "hedge": 26, "few": 5, "wood": 110}[kind]
    xs, ys = rng.uniform(left, right, count), rng.uniform(top, bottom, count)
    if kind == "hedge":
        xs = left + rng.normal(0, 1.2 * px, count)
    green = np.array(GREENS[rng.integers(len(GREENS))]) * rng.uniform(0.55, 0.8)
    for x, y, size in zip(xs, ys, rng.uniform(1.4, 4.2, count) * px, strict=True):
        at = round(x), round(y)
        radius = max(1, round(size))
        shadow = round(x - light * size * 0.9), round(y + size * 0.5)
        cv2.circle(land, shadow, radius, (green * 0.55).tolist(), -1, cv2.LINE_AA)
        cv2.circle(land, at, radius, green.tolist(), -1, cv2.LINE_AA)
        for _ in range(4 if radius > 2 else 0):
            spot = fixed(np.array(at) + rng.normal(0, 0.4 * size, 2))
            tone = (green * rng.uniform(0.9, 1.5)).tolist()
            cv2.circle(land, spot, fixed((radius / 3, 0))[0], tone, -1, cv2.LINE_AA, SUBPIXEL)


def draw_house(rng: np.random.Generator, land: np.ndarray, plot: Plot, px: float, light: float) -> None:
    left, top, right, bottom = plot
    at = np.array([rng.uniform(left, right), rng.uniform(top, bottom)])
    long, wide = rng.uniform(9, 18) * px, rng.uniform(6, 9) * px
    turn = rng.uniform(0, math.pi)
    along_roof, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    roof = np.array([(150, 84, 66), (120, 118, 118), (96, 92, 98), (168, 120, 92)][rng.integers(4)])
    shadow = np.array([-light * wide * 0.6, wide * 0.45])
    for half, tone in ((0, 0.35), (-1, 1.08), (1, 0.82)):
        if half == 0:
            corners = [at + shadow + i * along_roof * long / 2 + j * across * wide / 2 for i, j in QUAD]
            colour = (60, 66, 56)
        else:
            corners = [at + i * along_roof * long / 2 + (j + 1) / 2 * half * across * wide / 2 for i, j in QUAD]
            colour = (roof * tone).tolist()
        cv2.fillConvexPoly(land, np.round(corners).astype(np.int32), colour, cv2.LINE_AA)


QUAD = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def draw_water(rng: np.random.Generator, land: np.ndarray, px: float) -> None:
    side = len(land)
    at = rng.uniform(0.25, 0.75, 2) * side
    angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    radii = rng.uniform(15, 40) * px * (1 + 0.3 * np.sin(2 * angles + rng.uniform(0, 6)) + 0.12 * np.sin(5 * angles))
    shore = np.round(at + radii[:, None] * np.stack([np.cos(angles), 0.7 * np.sin(angles)], axis=1)).astype(np.int32)
    cv2.fillPoly(land, [shore], (92, 112, 112), cv2.LINE_AA)
    cv2.polylines(land, [shore], True, (140, 128, 100), max(1, round(1.5 * px)), cv2.LINE_AA)
