"""Wires and what hangs on them."""

import math

import numpy as np

from annotator.scenes.camera import point
from annotator.scenes.view import View


def string_wires(view: View, rng: np.random.Generator, clamp: np.ndarray, span: float, bundle: int) -> None:
    """The conductors that run both ways from a suspension clamp, with dampers and spacers."""
    sag = span / 34
    for way in (-1, 1):
        for number in range(bundle):
            offset = point((number - (bundle - 1) / 2) * 0.4, 0, 0)
            rope = catenary(clamp + offset, clamp + offset + point(0, way * span, 0), sag)
            view.wire(rope, 0.032)
            damper(view, along(rope, rng.uniform(1.1, 1.6)), point(0, 1, 0))
        if bundle > 1:
            for distance in np.arange(rng.uniform(4, 8), 40, 14):
                middle = along(catenary(clamp, clamp + point(0, way * span, 0), sag), distance)
                view.bar(middle - point(0.2, 0, 0), middle + point(0.2, 0, 0), 0.05, (80, 82, 86))


def catenary(start: np.ndarray, end: np.ndarray, sag: float) -> np.ndarray:
    """n×3, closer together at the ends, one of which is near. A parabola: within 1 % of the true curve here."""
    steps = (1 - np.cos(np.linspace(0, math.pi, 90)[:, None])) / 2
    return start + (end - start) * steps - point(0, 0, 4 * sag) * steps * (1 - steps)


def along(rope: np.ndarray, distance: float) -> np.ndarray:
    """The point this many metres from the rope's start."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rope, axis=0), axis=1))])
    return np.array([np.interp(distance, lengths, rope[:, axis]) for axis in range(3)])


def damper(view: View, place: np.ndarray, direction: np.ndarray) -> None:
    """A Stockbridge damper: two weights on a short rod under the wire."""
    low = place - point(0, 0, 0.09)
    view.bar(place, low, 0.03)
    view.bar(low - 0.22 * direction, low + 0.22 * direction, 0.02, (70, 72, 76))
    for way in (-1, 1):
        view.bar(low + way * 0.13 * direction, low + way * 0.25 * direction, 0.07, (92, 94, 98))
