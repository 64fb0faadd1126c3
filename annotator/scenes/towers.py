"""Lattice towers and poles, bar by bar."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from annotator.scenes.camera import point
from annotator.scenes.colours import Colour
from annotator.scenes.view import View


@dataclass(frozen=True)
class Tower:
    """A lattice mast. arms: (height, reach from the axis) of each crossarm. base, neck: widths below and above."""

    height: float
    base: float
    neck: float
    arms: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, look: np.random.Generator, arms: int | None = None) -> "Tower":
        count = arms or int(look.integers(2, 4))
        low, step = look.uniform(22, 26), look.uniform(4.6, 5.6)
        reach = look.uniform(4.0, 5.2)
        widths = [reach * look.uniform(0.85, 1.15) for _ in range(count)]
        levels = tuple((low + step * i, width) for i, width in enumerate(widths))
        return cls(levels[-1][0] + look.uniform(2.5, 4), look.uniform(4.5, 6), look.uniform(1.3, 1.7), levels)

    def half(self, z: float) -> float:
        low = self.arms[0][0]
        return (self.base + (self.neck - self.base) * min(1, z / low)) / 2

    def corners(self, z: float) -> list[np.ndarray]:
        h = self.half(z) if z < self.height - 0.1 else 0.12
        return [point(sx * h, sy * h, z) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    def stand(self, view: View, place: np.ndarray) -> None:
        far = view.camera.see(place + point(0, 0, self.arms[-1][0]))[0, 2] > 60
        levels = [0.0]
        while levels[-1] < self.height - 1.2:
            levels.append(min(levels[-1] + max(1.5, 1.9 * self.half(levels[-1])), self.height))
        for low, high in pairwise(levels):
            below, above = self.corners(low), self.corners(high)
            for i in range(4):
                j = (i + 1) % 4
                view.bar(place + below[i], place + above[i], 0.14)
                view.bar(place + below[i], place + above[j], 0.05)
                view.bar(place + below[j], place + above[i], 0.05)
                view.bar(place + above[i], place + above[j], 0.06)
        for z, reach in self.arms:
            for side in (-1, 1):
                self.arm(view, place, z, side * reach, far)

    def arm(self, view: View, place: np.ndarray, z: float, reach: float, far: bool) -> None:
        """A three-sided truss that runs to a point."""
        half, tip = self.half(z), place + point(reach, 0, z)
        sign = math.copysign(1, reach)
        roots = [place + point(sign * half, -half, z), place + point(sign * half, half, z)]
        above = [place + point(sign * half, -half * 0.9, z + 1.5), place + point(sign * half, half * 0.9, z + 1.5)]
        for root in (*roots, *above):
            view.bar(root, tip, 0.09)
        steps = np.linspace(0, 1, 3 if far else 6)
        for a, b in pairwise(steps):
            view.bar(mix(roots[0], tip, a), mix(roots[1], tip, b), 0.04)
            for k in (0, 1):
                view.bar(mix(roots[k], tip, b), mix(above[k], tip, a), 0.04)
                view.bar(mix(roots[k], tip, b), mix(above[k], tip, b), 0.035)
        if not far:
            for share in np.linspace(0.1, 0.95, 7):
                view.ball(mix(roots[0], tip, share) - point(0, 0.06, 0), 0.022, (92, 92, 94))


def mix(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    return a + (b - a) * share


def stand_pole(view: View, place: np.ndarray, arm: np.ndarray, height: float, reach: float, colour: Colour) -> None:
    """Pole, crossarm and braces, in pieces, so that each is sorted by its own distance."""
    for step in range(7):
        low = place + point(0, 0, height * (step - 1) / 6)
        view.bar(low, low + point(0, 0, height / 6 + 0.15), 0.27, colour)
    for share in np.linspace(-1, 1, 9)[:-1]:
        left, right = (arm + point((share + more) * (reach + 0.15), 0, 0) for more in (0, 0.25))
        view.bar(left, right, 0.12, tuple(0.9 * c for c in colour))
    for side in (-1, 1):
        view.bar(arm + point(side * 0.75 * reach, 0, 0), place + point(0, -0.12, height - 1.1), 0.045)
        view.ball(arm + point(side * 0.1, -0.08, 0), 0.025, (70, 66, 62))
