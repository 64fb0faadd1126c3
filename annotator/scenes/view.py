"""A photo before it is drawn: the camera, the weather, and what stands before it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from annotator.scenes.camera import Camera, point, unit
from annotator.scenes.colours import Colour
from annotator.scenes.insulators import String

if TYPE_CHECKING:
    from annotator.scenes.canvas import Canvas

ROPE_PIECE = 5  # points of a wire that are drawn at one go


class Item(NamedTuple):
    """Something to draw; the farther is drawn first."""

    depth: float
    draw: Callable[["Canvas"], None]


@dataclass
class View:
    """A composed photo before it is drawn. light: where the sun is, seen along the photo's x. grow: of small photos."""

    camera: Camera
    ground: float
    haze: Colour
    haze_m: float
    steel: Colour
    grow: float
    light: float
    is_backlit: bool
    items: list[Item] = field(default_factory=list)
    strings: list[String] = field(default_factory=list)

    @property
    def px(self) -> float:
        """One five-thousandth of the photo's shorter side: sizes in pixels are given in these."""
        return min(self.camera.size) / 5000

    def fade(self, colour: Colour, depth: float) -> Colour:
        """A colour as it looks through that much air."""
        share = 1 - math.exp(-max(depth, 0) / self.haze_m)
        return tuple((1 - share) * c + share * h for c, h in zip(colour, self.haze, strict=True))

    def add(self, depth: float, draw: Callable[["Canvas"], None]) -> None:
        self.items.append(Item(depth, draw))

    def bar(self, start: np.ndarray, end: np.ndarray, width: float, colour: Colour | None = None) -> None:
        """A steel profile: a lit edge and a shaded one."""
        ends = self.camera.see(np.stack([start, end]))
        if ends[:, 2].min() < 0.6 or not touches(ends, self.camera.size, 300):
            return
        depth = ends[:, 2].mean()
        thick = width * self.camera.focal / depth
        base = self.fade(colour or self.steel, depth)
        self.add(depth, lambda canvas: canvas.bar(ends[0, :2], ends[1, :2], thick, base, self.light))

    def wire(
        self, points: np.ndarray, width: float, colour: Colour = (58, 60, 64), piece_points: int = ROPE_PIECE
    ) -> None:
        """A rope through points, piece by piece, so that each covers only what is behind it."""
        seen = self.camera.see(points)
        for first in range(0, len(seen) - 1, piece_points):
            self.rope(seen[first : first + piece_points + 1], width, colour)

    def rope(self, piece: np.ndarray, width: float, colour: Colour) -> None:
        """piece: n×3 as the camera sees it."""
        piece = piece[piece[:, 2] > 0.6]
        if len(piece) < 2 or not touches(piece, self.camera.size, 50):
            return
        depth = piece[:, 2].mean()
        thick = width * self.camera.focal / piece[:, 2]
        tone = self.fade(colour, depth)
        self.add(depth, lambda canvas: canvas.rope(piece[:, :2], thick, tone))

    def ball(self, centre: np.ndarray, radius: float, colour: Colour, flat: float = 1.0) -> None:
        seen = self.camera.see(centre)[0]
        if seen[2] > 0.6:
            size = radius * self.camera.focal / seen[2]
            tone = self.fade(colour, seen[2])
            self.add(seen[2] - radius, lambda canvas: canvas.ball(seen[:2], size, tone, flat, self.light))

    def ring(self, centre: np.ndarray, axis: np.ndarray, radius: float, width: float) -> None:
        """A grading ring around an axis: two halves, the far one behind what it goes around."""
        side = unit(np.cross(axis, point(0.13, 0.29, 0.95)))
        other = np.cross(unit(axis), side)
        angles = np.linspace(0, 2 * math.pi, 37)
        circle = radius * (np.outer(np.cos(angles), side) + np.outer(np.sin(angles), other))
        self.wire(centre + circle, width, self.steel, piece_points=18)

    def hang(self, string: String) -> None:
        ends = self.camera.see(np.stack([string.start, string.end]))
        if ends[:, 2].min() > 1 and touches(ends, self.camera.size, 0):
            self.strings.append(string)

    def string(self, string: String) -> None:
        depth = float((string.middle - self.camera.eye) @ self.camera.forward)
        self.add(depth, lambda canvas: canvas.string(string, self))


def touches(seen: np.ndarray, size: tuple[int, int], margin: float) -> bool:
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    return bool((high > -margin).all() and low[0] < size[0] + margin and low[1] < size[1] + margin)


def is_well_seen(string: String, view: View) -> bool:
    """Mostly inside the photo, near and sharp enough to be annotated without doubt."""
    seen = view.camera.see(np.linspace(string.start, string.end, 9))
    width, height = view.camera.size
    inside = (seen[:, 0] > 0) & (seen[:, 0] < width) & (seen[:, 1] > 0) & (seen[:, 1] < height)
    return inside.mean() > 0.5 and not is_doubtful(string, view)


def is_doubtful(string: String, view: View) -> bool:
    ends = view.camera.see(np.stack([string.start, string.end]))
    length = np.linalg.norm(ends[1, :2] - ends[0, :2])
    breadth = string.diameter * view.camera.focal / ends[:, 2].mean()
    smallest = min(28 * view.px * view.grow, 0.5 * breadth + 14)
    return bool(string.blur_px > 3 * view.px or breadth < smallest or length < 0.8 * breadth)


def take_view(
    rng: np.random.Generator, target: np.ndarray, away: float, span: float, size: tuple[int, int], grow: float
) -> View:
    """A camera `away` metres from the target that sees `span` metres around it, and the weather; as yet empty."""
    kind = rng.choice(["sky", "level", "down"], p=[0.3, 0.3, 0.4])
    low, high = {"sky": (-32, -10), "level": (-9, 8), "down": (14, 44)}[kind]
    elevation = math.radians(rng.uniform(low, high))
    # From well beside the line, or its nearest wires would fill the photo.
    around = math.radians(rng.uniform(30, 66)) * rng.choice([-1, 1])
    flat = math.cos(elevation)
    direction = point(math.sin(around) * flat, -math.cos(around) * flat, math.sin(elevation))
    eye = target + away * direction
    focal = min(size) * away / span * grow**0.35
    haze_m = float(rng.choice([160, 420, 900, 1600], p=[0.15, 0.3, 0.3, 0.25]))
    haze = tuple(np.array([204, 212, 222]) * rng.uniform(0.82, 1.02) + rng.uniform(-6, 6, 3))
    is_backlit = bool(kind == "sky" and rng.random() < 0.4)
    tone = rng.uniform(120, 176) * (0.55 if is_backlit else 1)
    steel = (tone, tone * rng.uniform(1.0, 1.02), tone * rng.uniform(1.0, 1.04))
    ground = target[2] - rng.uniform(70, 140)
    light = float(rng.uniform(-1, 1))
    return View(Camera(eye, target, focal, size), ground, haze, haze_m, steel, grow, light, is_backlit)
