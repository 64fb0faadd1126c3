"""Power-line photos drawn by program, with the exact masks of their insulators.

They make the sample project that everybody can try the loop on, and at small sizes they serve the tests. A line of
towers or poles stands in three dimensions before a camera; near things cover far ones, in the photo and in the masks.
Lengths are metres, x runs across the line, y along it, z up.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from annotator.formats.records import NEUTRAL, NEUTRAL_COLOUR, ClassRecord, ObjectRecord, tight
from annotator.raster.box import Box

ISOLATOR = "Isolator"
CLASSES = [ClassRecord(ISOLATOR, "#F5A623", key="1"), ClassRecord(NEUTRAL, NEUTRAL_COLOUR, key="n")]

Colour = tuple[float, ...]  # RGB, 0..255


@dataclass(frozen=True)
class Scene:
    """photo: H×W×3 uint8 RGB. objects: insulators from far to near; no two share a pixel."""

    photo: np.ndarray
    objects: list[ObjectRecord]


def scene(seed: int, width: int = 5000, height: int = 5000) -> Scene:
    """The photo of this number: the same for ever, and a different one for each number.

    It shows two to six insulators that can be told well, and sometimes more that are too far away, blurred or covered
    to be sure of: those are of class neutral. In small photos insulators are larger, so that they stay recognisable.
    """
    rng = np.random.default_rng([seed, 5081])
    view = compose(rng, width, height)
    canvas = Canvas(draw_background(rng, view))
    for item in sorted(view.items, key=lambda item: -item.depth):
        item.draw(canvas)
    draw_foreground(rng, canvas, view)
    develop(rng, canvas.photo, view)
    return Scene(canvas.photo, list(canvas.objects(view)))


# --- the camera -----------------------------------------------------------------------------------------------------


def point(x: float, y: float, z: float) -> np.ndarray:
    return np.array([x, y, z], np.float64)


class Camera:
    """Looks from `eye` to `target`; one metre at a distance of one metre is `focal` pixels."""

    def __init__(self, eye: np.ndarray, target: np.ndarray, focal: float, size: tuple[int, int]):
        self.eye, self.focal, self.size = eye, focal, size
        self.forward = unit(target - eye)
        self.right = unit(np.cross(self.forward, point(0, 0, 1)))
        self.up = np.cross(self.right, self.forward)
        self.centre = size[0] / 2, size[1] / 2

    def see(self, points: np.ndarray) -> np.ndarray:
        """n×3 metres -> n×3: x and y in pixels, distance along the view."""
        away = np.atleast_2d(points) - self.eye
        depth = away @ self.forward
        safe = np.maximum(depth, 0.5)
        x = self.centre[0] + self.focal * (away @ self.right) / safe
        y = self.centre[1] - self.focal * (away @ self.up) / safe
        return np.stack([x, y, depth], axis=1)

    def horizon(self) -> float:
        """The row where endless flat ground meets the sky; far outside the photo when looking steeply."""
        flat = math.hypot(self.forward[0], self.forward[1])
        return self.centre[1] + self.focal * self.forward[2] / max(flat, 1e-3)

    def ground_to_pixels(self, level: float) -> np.ndarray:
        """3×3 homography from (x, y, 1) on the plane z = level to homogeneous pixels."""
        rows = np.stack([self.right, -self.up, self.forward])
        plane = np.column_stack([rows[:, 0], rows[:, 1], rows @ (point(0, 0, level) - self.eye)])
        lens = np.array([[self.focal, 0, self.centre[0]], [0, self.focal, self.centre[1]], [0, 0, 1]])
        return lens @ plane


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


# --- what stands before it ------------------------------------------------------------------------------------------


class Item(NamedTuple):
    """Something to draw; the farther is drawn first."""

    depth: float
    draw: Callable[["Canvas"], None]


@dataclass(frozen=True, eq=False)
class String:
    """An insulator from where it is held to where the wire begins. look: index into LOOKS."""

    start: np.ndarray
    end: np.ndarray
    diameter: float
    look: "Look"
    blur_px: float = 0

    @property
    def middle(self) -> np.ndarray:
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Look:
    """How one kind of insulator is made: its outline along one unit, as (place 0..1, radius 0..1) and its colours."""

    outline: tuple[tuple[float, float], ...]
    colour: Colour
    gloss: float
    pitch: float  # length of a unit in diameters
    metal_below: float  # radius under which it is cap and pin
    opacity: float = 1.0


# Outlines: cap, shed and pin; a rod with large and small sheds in turn; a squat body with a groove.
DISC = ((0, 0.26), (0.25, 0.4), (0.45, 0.97), (0.53, 1), (0.58, 0.9), (0.62, 0.5), (0.7, 0.16), (1, 0.14))
ROD = ((0, 0.36), (0.1, 0.36), (0.18, 1), (0.26, 0.95), (0.34, 0.36), (0.55, 0.36), (0.62, 0.7), (0.7, 0.36), (1, 0.36))
PIN = ((0, 0.5), (0.1, 0.62), (0.4, 1), (0.55, 0.98), (0.62, 0.55), (1, 0.5))

LOOKS = (
    Look(DISC, (86, 56, 44), 0.9, 0.56, 0.33),  # brown porcelain
    Look(DISC, (118, 74, 56), 0.7, 0.56, 0.33),
    Look(DISC, (160, 196, 180), 1.0, 0.54, 0.33, opacity=0.88),  # toughened glass
    Look(DISC, (216, 214, 205), 0.7, 0.56, 0.33),  # white porcelain
    Look(ROD, (146, 148, 154), 0.25, 0.42, 0.0),  # grey polymer
    Look(ROD, (116, 64, 56), 0.25, 0.42, 0.0),  # red polymer
)
PIN_LOOKS = (
    Look(PIN, (82, 54, 42), 1.0, 0.4, 0.0),
    Look(PIN, (40, 42, 52), 1.0, 0.42, 0.0),
    Look(PIN, (214, 212, 200), 0.9, 0.4, 0.0),
    Look(PIN, (118, 168, 150), 1.0, 0.4, 0.0, opacity=0.88),
)


ROPE_PIECE = 5  # points of a wire that are drawn at one go


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
            piece = seen[first : first + piece_points + 1]
            piece = piece[piece[:, 2] > 0.6]
            if len(piece) < 2 or not touches(piece, self.camera.size, 50):
                continue
            depth = piece[:, 2].mean()
            thick = width * self.camera.focal / piece[:, 2]
            tone = self.fade(colour, depth)
            self.add(depth, lambda canvas, at=piece[:, :2], thick=thick, tone=tone: canvas.rope(at, thick, tone))

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


def touches(seen: np.ndarray, size: tuple[int, int], margin: float) -> bool:
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    return bool((high > -margin).all() and low[0] < size[0] + margin and low[1] < size[1] + margin)


# --- composing ------------------------------------------------------------------------------------------------------


def compose(rng: np.random.Generator, width: int, height: int) -> View:
    """Try camera positions until the photo shows what we want of it."""
    grow = float(np.clip((5000 / min(width, height)) ** 0.33, 1, 3))
    build = (build_suspension, build_tension, build_poles)[rng.choice(3, p=[0.42, 0.33, 0.25])]
    look_seed = int(rng.integers(1 << 32))
    best, best_miss = None, math.inf
    for _ in range(40):
        view = build(np.random.default_rng([look_seed]), rng, (width, height), grow)
        shown = sum(is_well_seen(string, view) for string in view.strings)
        miss = max(0, 2 - shown) * 10 + max(0, shown - 6)
        if miss < best_miss:
            best, best_miss = view, miss
        if not miss:
            break
    assert best is not None
    settle(rng, best)
    return best


def settle(rng: np.random.Generator, view: View) -> None:
    """At most six good insulators, one of them sometimes out of focus; then all of them are things to draw."""
    good = [string for string in view.strings if is_well_seen(string, view)]
    sure = [string for string in view.strings if not is_doubtful(string, view)]
    # The farthest go, but rather those that the photo's edge cuts.
    sure.sort(key=lambda s: (s in good, -np.linalg.norm(s.middle - view.camera.eye)))
    surplus = sure[: max(0, len(sure) - 6)]
    strings = [string for string in view.strings if string not in surplus]
    good = [string for string in good if string not in surplus]
    soft = good[int(rng.integers(len(good)))] if len(good) > 2 and rng.random() < 0.4 else None
    for string in strings:
        drawn = replace(string, blur_px=rng.uniform(7, 14) * view.px * view.grow) if string is soft else string
        depth = float((drawn.middle - view.camera.eye) @ view.camera.forward)
        view.add(depth, lambda canvas, drawn=drawn: canvas.string(drawn, view))


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


def build_suspension(look: np.random.Generator, rng: np.random.Generator, size: tuple[int, int], grow: float) -> View:
    """A lattice tower whose strings hang from the tips of its arms."""
    tower = Tower.of(look)
    length, diameter = look.uniform(1.9, 3.0) * grow**0.3, look.uniform(0.25, 0.33) * grow**0.6
    kind = LOOKS[look.integers(len(LOOKS))]
    bundle, span = int(look.integers(1, 3)), look.uniform(120, 230)

    level = int(rng.integers(len(tower.arms)))
    z, reach = tower.arms[level]
    target = point(rng.uniform(-0.4, 0.4) * reach, 0, z - length / 2 + rng.uniform(-1.5, 1.5))
    view = take_view(rng, target, rng.uniform(19, 30), rng.uniform(12, 17), size, grow)
    for number in (-1, 0, 1, 2):
        place = point(0, number * span, rng.uniform(-4, 4) if number else 0)
        tower.stand(view, place)
        for z, reach in tower.arms:
            for side in (-1, 1):
                tip = place + point(side * reach, 0, z)
                swing = rng.normal(0, 0.03, 2)
                held = tip - point(0, 0, 0.25)
                end = held + length * unit(point(swing[0], swing[1], -1))
                view.bar(tip, held, 0.06)
                view.hang(String(held, end, diameter, kind))
                clamp = end - point(0, 0, 0.12)
                view.bar(end, clamp, 0.07)
                if number == 0:
                    string_wires(view, rng, clamp, span, bundle)
        peak = place + point(0, 0, tower.height)
        view.wire(catenary(peak, peak + point(0, span, 0), 3), 0.016)
    return view


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


def build_tension(look: np.random.Generator, rng: np.random.Generator, size: tuple[int, int], grow: float) -> View:
    """A tower that takes the pull of the line: strings lie along the wires, a jumper hangs between them."""
    tower = Tower.of(look, arms=int(look.integers(1, 3)))
    length, diameter = look.uniform(2.2, 3.6) * grow**0.3, look.uniform(0.25, 0.34) * grow**0.6
    kind = LOOKS[look.integers(len(LOOKS))]
    double, span = look.random() < 0.35, look.uniform(130, 240)
    slope = look.uniform(0.1, 0.26)

    z, reach = tower.arms[int(rng.integers(len(tower.arms)))]
    side = rng.choice([-1, 1])
    target = point(side * reach * rng.uniform(0.5, 1.0), rng.uniform(-1.2, 1.2), z - 0.6)
    view = take_view(rng, target, rng.uniform(17, 26), rng.uniform(11.5, 15.5), size, grow)
    for number in (-1, 0, 1):
        place = point(0, number * span, rng.uniform(-4, 4) if number else 0)
        tower.stand(view, place)
        for z, reach in tower.arms:
            for side in (-1, 1):
                ends = []
                for way in (-1, 1):
                    tip = place + point(side * reach, way * 0.25, z)
                    pull = unit(point(0, way, -slope))
                    held = tip + 0.3 * pull
                    end = held + length * pull
                    view.bar(tip, held, 0.06)
                    for shift in (-0.28, 0.28) if double else (0,):
                        across = point(shift * grow**0.5, 0, 0)
                        view.hang(String(held + across, end + across, diameter, kind))
                    if double:
                        for plate in (held, end):
                            view.bar(plate - point(0.34, 0, 0), plate + point(0.34, 0, 0), 0.1)
                    clamp = end + 0.35 * pull
                    view.bar(end, clamp, 0.08)
                    view.ring(end - 0.1 * pull, pull, diameter * 0.85, 0.03)
                    if number == 0:
                        rope = catenary(clamp, clamp + point(0, way * span, 0), span / 30)
                        view.wire(rope, 0.034)
                        damper(view, along(rope, 1.4), point(0, 1, 0))
                    ends.append(clamp)
                drop = point(side * 0.2, 0, -rng.uniform(1.3, 2.1))
                steps = np.linspace(0, 1, 25)[:, None]
                view.wire(ends[0] + (ends[1] - ends[0]) * steps + drop * 4 * steps * (1 - steps), 0.034)
    return view


def build_poles(look: np.random.Generator, rng: np.random.Generator, size: tuple[int, int], grow: float) -> View:
    """A village line: a pole, a crossarm and pin insulators under the wires."""
    is_wood = look.random() < 0.6
    colour = (112, 92, 72) if is_wood else (158, 156, 150)
    height, reach = 9.0, look.uniform(0.9, 1.25)
    diameter, kind = look.uniform(0.19, 0.26) * grow**0.55, PIN_LOOKS[look.integers(len(PIN_LOOKS))]
    tall = diameter * look.uniform(0.95, 1.5)
    places = (-reach, look.choice([-0.3, 0.3]) * reach, reach) if look.random() < 0.7 else (-reach, -0.4, 0.4, reach)
    span = look.uniform(35, 55)

    target = point(rng.uniform(-0.4, 0.4), 0, height - rng.uniform(-0.1, 0.5))
    view = take_view(rng, target, rng.uniform(5, 8), rng.uniform(3.6, 5), size, grow)
    grooves = []
    for number in (-1, 0, 1, 2):
        place = point(rng.normal(0, 0.2) if number else 0, number * span, rng.uniform(-0.3, 0.3) if number else 0)
        arm = place + point(0, -0.16, height - 0.35)
        stand_pole(view, place, arm, height, reach, colour)
        tops = []
        for x in places:
            foot = arm + point(x, 0, 0.06)
            start = foot + point(0, 0, 0.1)
            view.bar(foot - point(0, 0, 0.14), start, 0.03)
            view.hang(String(start + point(0, 0, tall), start, diameter, kind))
            tops.append(start + point(0, 0, tall + 0.012))
            tie = point(0, 0.25, -0.02)
            view.wire(np.stack([tops[-1] + tie * [1, -1, 1], tops[-1], tops[-1] + tie]), 0.02)
        grooves.append(tops)
    for these, those in pairwise(grooves):
        for a, b in zip(these, those, strict=True):
            view.wire(catenary(a, b, 0.5), 0.013)
    return view


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


# --- drawing --------------------------------------------------------------------------------------------------------

SUBPIXEL = 4  # cv2 takes coordinates in sixteenths


class Canvas:
    """The photo, and the masks of the insulators drawn so far: whatever is drawn later takes pixels from both."""

    def __init__(self, photo: np.ndarray):
        self.photo = photo
        self.height, self.width = photo.shape[:2]
        self.drawn: list[tuple[String, Box, np.ndarray, int]] = []  # mask uint8 of the box, and its pixels when drawn

    def bar(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour, light: float) -> None:
        self.beam(a, b, thick, tuple(0.72 * c for c in colour))
        if thick > 3:
            normal = np.array([-(b - a)[1], (b - a)[0]]) / max(1e-6, np.linalg.norm(b - a))
            # The face turned to the light: up, and to the side where the sun is.
            toward = normal if normal @ np.array([light, -1.0]) > 0 else -normal
            shift = toward * thick * 0.17
            self.beam(a + shift, b + shift, thick * 0.56, colour)
            if thick > 9:
                edge = toward * thick * 0.38
                self.beam(a + edge, b + edge, thick * 0.12, tuple(min(255, 1.22 * c) for c in colour))

    def beam(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour) -> None:
        """Like a line, but with square ends, so that pieces join without a seam."""
        clipped = clip(a, b, self.width, self.height, thick + 4)
        if thick < 6 or clipped is None:
            self.line(a, b, thick, colour)
            return
        a, b = clipped
        way = (b - a) / max(1e-6, np.linalg.norm(b - a))
        across = np.array([-way[1], way[0]]) * thick / 2
        corners = np.array([a + across, b + across, b - across, a - across])
        fill(self.photo, corners, colour, cv2.LINE_AA)
        around = around_points(corners)
        for _, box, mask, _ in self.drawn:
            if not (box & around).is_empty:
                fill(mask, corners - [box.left, box.top], 0, cv2.LINE_8)

    def rope(self, at: np.ndarray, thick: np.ndarray, colour: Colour) -> None:
        """at: n×2 pixels. thick: n pixels."""
        bright = tuple(min(255, 1.7 * c + 12) for c in colour)
        for lift, share, tone in ((0, 1, colour), (-0.2, 0.3, bright)):
            for (a, one), (b, other) in pairwise(zip(at, thick, strict=True)):
                wide = (one + other) / 2
                if share == 1 or wide > 5:
                    up = np.array([0, lift * wide])
                    self.line(a + up, b + up, wide * share, tone)

    def line(self, a: np.ndarray, b: np.ndarray, thick: float, colour: Colour) -> None:
        clipped = clip(a, b, self.width, self.height, thick + 4)
        if clipped is None:
            return
        a, b = clipped
        width = max(1, round(thick))
        if thick < 0.75:  # thinner than a pixel: lighter instead
            at = np.clip(((a + b) / 2).astype(int), 0, [self.width - 1, self.height - 1])
            under = self.photo[at[1], at[0]]
            share = max(0.25, thick)
            colour = tuple(share * c + (1 - share) * float(u) for c, u in zip(colour, under, strict=True))
        cv2.line(self.photo, fixed(a), fixed(b), colour, width, cv2.LINE_AA, SUBPIXEL)
        around = around_points(np.array([a, b]), width)
        for _, box, mask, _ in self.drawn:
            if not (box & around).is_empty:
                corner = np.array([box.left, box.top])
                cv2.line(mask, fixed(a - corner), fixed(b - corner), 0, width, cv2.LINE_8, SUBPIXEL)

    def ball(self, at: np.ndarray, radius: float, colour: Colour, flat: float, light: float) -> None:
        margin = radius + 2
        if not (-margin < at[0] < self.width + margin and -margin < at[1] < self.height + margin):
            return
        # Three discs into one another, the lightest toward the sun.
        for share, tone in ((1, 0.6), (0.78, 0.85), (0.4, 1.15)):
            middle = at + np.array([light * 0.3, -0.35]) * radius * (1 - share)
            axes = fixed((radius * share, radius * share * flat))
            shaded = tuple(min(255, tone * c) for c in colour)
            cv2.ellipse(self.photo, fixed(middle), axes, 0, 0, 360, shaded, -1, cv2.LINE_AA, SUBPIXEL)
        for _, box, mask, _ in self.drawn:
            middle = at - np.array([box.left, box.top])
            cv2.ellipse(mask, fixed(middle), fixed((radius, radius * flat)), 0, 0, 360, 0, -1, cv2.LINE_8, SUBPIXEL)

    def string(self, string: String, view: View) -> None:
        """Paint an insulator and remember which pixels are its own."""
        ends = view.camera.see(np.stack([string.start, string.end]))
        depth = ends[:, 2].mean()
        axis = unit(string.end - string.start)
        toward = axis @ unit(view.camera.eye - string.middle)  # > 0: its end is nearer than its start
        breadth = string.diameter * view.camera.focal / depth
        length = float(np.linalg.norm(ends[1, :2] - ends[0, :2]))
        box = self.around(ends, breadth * 0.75 + 3 * string.blur_px + 2)
        if box.is_empty or breadth < 1.5 or length < 1.5:
            return
        units = max(2, round(float(np.linalg.norm(string.end - string.start)) / (string.diameter * string.look.pitch)))
        colours, cover = sprite(string.look, length, breadth, units, float(toward), view, depth)
        colours, cover = lay(colours, cover, ends[:, :2], box, length)
        mask = (cover > 0.5).astype(np.uint8)
        self.cover(box, mask)
        if string.blur_px > 0.4:
            colours = cv2.GaussianBlur(colours, (0, 0), string.blur_px)
            cover = cv2.GaussianBlur(cover, (0, 0), string.blur_px)
        patch = self.photo[box.slices]
        share = (cover * string.look.opacity)[..., None]
        patch[:] = np.clip(patch * (1 - share) + colours * string.look.opacity, 0, 255).astype(np.uint8)
        self.drawn.append((string, box, mask, int(mask.sum())))

    def cover(self, box: Box, mask: np.ndarray) -> None:
        """Take a mask's pixels from the insulators behind it."""
        for _, other, theirs, _ in self.drawn:
            shared = box & other
            if not shared.is_empty:
                ours = mask[shared.shifted(-box.left, -box.top).slices]
                theirs[shared.shifted(-other.left, -other.top).slices][ours > 0] = 0

    def around(self, ends: np.ndarray, margin: float) -> Box:
        low = np.floor(ends[:, :2].min(axis=0) - margin).astype(int).tolist()
        high = np.ceil(ends[:, :2].max(axis=0) + margin).astype(int).tolist()
        return Box(*low, *high).clipped(self.width, self.height)

    def objects(self, view: View) -> Iterator[ObjectRecord]:
        for string, box, mask, whole in self.drawn:
            seen = int(mask.sum())
            # A sliver tells nobody anything; what is hardly seen is nobody's to judge.
            if seen < max(6, 0.04 * whole):
                continue
            is_sure = not is_doubtful(string, view) and seen > 0.45 * whole
            record = tight(ObjectRecord(ISOLATOR if is_sure else NEUTRAL, (box.left, box.top), mask.astype(bool)))
            if record is not None:
                yield record


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


def sprite(
    look: Look, length: float, breadth: float, units: int, toward: float, view: View, depth: float
) -> tuple[np.ndarray, np.ndarray]:
    """An insulator lying along x, drawn twice as large as it will be seen.

    It is a body of revolution: round slices from the far end to the near one, each an ellipse as wide as its outline,
    then shaded across as round things are.

    returns: (float32 h×w×3 colours, premultiplied by cover; float32 h×w cover 0..1)
    """
    scale = 2
    radius = max(3.0, breadth * scale / 2)
    long = max(8, round(length * scale))
    depth_of_slice = radius * min(0.9, abs(toward))  # how round the slices look
    margin = math.ceil(depth_of_slice) + 4
    high = math.ceil(radius) * 2 + 5
    middle = high / 2

    units = max(2, min(units, long // 9))  # sheds closer together than that would only be noise
    places = np.arange(long)
    phase = places / long * units % 1.0
    outline = np.array(look.outline)
    radii = np.interp(phase, outline[:, 0], outline[:, 1])
    slopes = np.gradient(radii)
    is_metal = radii < look.metal_below
    # Tops are lit, undersides are in their own shade.
    lit = np.clip(0.92 + 5.0 * slopes * radius / scale / 8, 0.55, 1.12)
    tone = np.where(is_metal[:, None], np.array([120, 120, 122]), np.array(look.colour)) * lit[:, None]

    colours = np.zeros((high, long + 2 * margin, 3), np.float32)
    cover = np.zeros(colours.shape[:2], np.uint8)
    order = places if toward >= 0 else places[::-1]
    step = 2 if depth_of_slice < 0.2 * radius else max(2, round(radius / 24))
    for place in order[::step].tolist():
        axes = fixed((max(1.2, depth_of_slice * radii[place]), radius * radii[place]))
        at = fixed((place + margin, middle))
        paint = tone[place].tolist()
        cv2.ellipse(colours, at, axes, 0, 0, 360, paint, -1, cv2.LINE_8, SUBPIXEL)
        cv2.ellipse(cover, at, axes, 0, 0, 360, 1, -1, cv2.LINE_8, SUBPIXEL)
        if depth_of_slice * radii[place] < 2 * step:
            # Seen from the side a slice is a line, and must be as wide as the step.
            top, bottom = round(middle - radius * radii[place]), round(middle + radius * radii[place])
            beside = slice(place + margin - step // 2, place + margin + step // 2 + 1)
            colours[top:bottom, beside], cover[top:bottom, beside] = paint, 1

    # Across: round bodies are darker toward their edges and shine where they face the sun.
    reach = np.maximum(1, cover.sum(axis=0) / 2)[None, :]
    across = ((np.arange(high)[:, None] + 0.5 - middle) / reach).astype(np.float32)
    side = across - 0.35 * view.light
    shade = 0.42 + 0.6 * np.sqrt(np.clip(1 - 0.8 * side**2, 0, 1))
    shine = look.gloss * 62 * np.exp(-(((across - 0.38 * math.copysign(1, view.light)) / 0.09) ** 2))
    dim = 0.62 if view.is_backlit else 1.0
    colours = (colours * shade[..., None] + shine[..., None]) * np.float32(dim)
    haze = np.array(view.fade((0, 0, 0), depth), np.float32)
    clear = np.float32(math.exp(-depth / view.haze_m))
    colours = np.clip(colours * clear + haze, 0, 255) * cover[..., None]
    return colours, cover.astype(np.float32)


def lay(
    colours: np.ndarray, cover: np.ndarray, ends: np.ndarray, box: Box, length: float
) -> tuple[np.ndarray, np.ndarray]:
    """Turn a sprite so that it runs from end to end, into the pixels of a box."""
    long = max(8, round(length * 2))
    margin = (colours.shape[1] - long) / 2
    way = (ends[1] - ends[0]) / long
    normal = np.array([-way[1], way[0]])
    # A photo pixel's middle is at +0.5, cv2's at 0.
    start = ends[0] - np.array([box.left, box.top]) - 0.5 - way * margin - normal * (colours.shape[0] / 2 - 0.5)
    matrix = np.column_stack([way, normal, start])
    size = box.size
    return (
        cv2.warpAffine(colours, matrix, size, flags=cv2.INTER_LINEAR),
        cv2.warpAffine(cover, matrix, size, flags=cv2.INTER_LINEAR),
    )


# --- behind it ------------------------------------------------------------------------------------------------------

# The background is drawn at this many pixels and enlarged: far things are soft, and 25 megapixels take time.
BACKGROUND_PX = 1700

GREENS = ((86, 110, 58), (104, 124, 66), (72, 98, 54), (122, 134, 78), (96, 106, 70))
EARTHS = ((134, 112, 88), (150, 130, 104), (118, 96, 74), (166, 150, 118))
STRAWS = ((184, 170, 118), (170, 158, 112), (196, 184, 140))


def draw_background(rng: np.random.Generator, view: View) -> np.ndarray:
    """H×W×3 uint8: sky above the horizon, hills on it, fields below."""
    width, height = view.camera.size
    share = min(1.0, BACKGROUND_PX / max(width, height))
    size = max(8, round(width * share)), max(8, round(height * share))
    horizon = view.camera.horizon() * size[1] / height
    # Clouds are softer still.
    half = max(8, size[0] // 2), max(8, size[1] // 2)
    small = cv2.resize(draw_sky(rng, view, half, horizon * half[1] / size[1]), size, interpolation=cv2.INTER_LINEAR)
    strength = np.full(size[::-1], 4, np.uint8)
    if horizon < size[1]:
        ground, clear = draw_ground(rng, view, size, horizon)
        is_ground = np.arange(size[1]) > horizon
        small = np.where(is_ground[:, None, None], ground, small)
        strength[is_ground] = (4 + 54 * clear[is_ground, None]).astype(np.uint8)
        if horizon > -0.2 * size[1]:
            draw_hills(rng, view, small, strength, horizon)
    photo = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    roughen(rng, photo, cv2.resize(strength, (width, height), interpolation=cv2.INTER_LINEAR))
    return photo


def draw_sky(rng: np.random.Generator, view: View, size: tuple[int, int], horizon: float) -> np.ndarray:
    """float32 H×W×3: a gradient and clouds."""
    width, height = size
    blue, grey = np.array([62, 118, 190]), np.array([150, 160, 172])
    overcast = rng.random() ** 1.5
    zenith = blue + (grey - blue) * overcast
    low = np.array(view.haze) * rng.uniform(0.97, 1.06)
    rows = np.clip((min(horizon, 1.3 * height) - np.arange(height)) / (1.1 * height), 0, 1) ** 1.1
    gradient = (low + (zenith - low) * rows[:, None]).astype(np.float32)
    sky = np.repeat(gradient[:, None], width, axis=1)
    if rng.random() < 0.8:
        noise = fractal(rng, (width, height), cells=3, octaves=6, stretch=2.2)
        edge, soft, strong = rng.uniform(0.42, 0.62), rng.uniform(0.12, 0.3), rng.uniform(0.5, 0.95)
        cloud = np.clip((noise - edge) / soft, 0, 1) * strong
        # Lit where they swell toward the sun.
        relief = cv2.warpAffine(
            noise,
            np.array([[1, 0, view.light * width / 90], [0, 1, height / 60]], np.float32),
            (width, height),
            borderMode=cv2.BORDER_REFLECT_101,
        )
        white = np.clip(236 + 210 * (relief - noise), 188, 255)
        sky += (white[..., None] - sky) * cloud[..., None]
    if view.is_backlit:
        x = (0.5 + 0.4 * view.light) * width
        columns, lines = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
        away = np.hypot(columns - x, lines - 0.2 * height) / width
        sky += (255 - sky) * (0.75 * np.exp(-((away / 0.35) ** 2)))[..., None].astype(np.float32)
    return sky


def draw_hills(rng: np.random.Generator, view: View, small: np.ndarray, strength: np.ndarray, horizon: float) -> None:
    """Ridges and a line of trees over the horizon, the nearer the darker."""
    height, width = small.shape[:2]
    columns = np.arange(width)
    for tall, clear, rough in ((0.09, 0.2, 0.3), (0.055, 0.4, 0.5), (0.022, 0.62, 2.5)):
        if rng.random() < 0.25:
            continue
        cells = 4 if rough < 1 else 26
        ridge = fractal(rng, (width, 8), cells=cells, octaves=6, stretch=1)[4]
        top = horizon - tall * height * (0.25 + 1.3 * ridge) - 1
        colour = np.array(GREENS[rng.integers(len(GREENS))]) * rng.uniform(0.6, 0.85)
        tone = np.array(view.haze) * (1 - clear) + colour * clear
        first = max(0, math.floor(top.min()))
        last = min(height, math.ceil(horizon) + 1)
        if first >= last:
            continue
        rows = np.arange(first, last)[:, None]
        # Their feet stand in the haze.
        foot = np.clip((horizon - rows) / (0.45 * tall * height), 0.12, 1)
        share = (np.clip(rows - top[columns][None, :], 0, 1) * foot * (rows <= horizon + 1))[..., None]
        part = small[first:last]
        part += (tone - part) * share
        strength[first:last] = np.where(share[..., 0] > 0.5, 34, strength[first:last])


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


def fractal(rng: np.random.Generator, size: tuple[int, int], cells: int, octaves: int, stretch: float) -> np.ndarray:
    """float32 H×W about 0..1: noise of noises, each half as large and half as strong."""
    width, height = size
    total, weight = np.zeros((height, width), np.float32), 0.0
    for octave in range(octaves):
        across = max(2, round(cells * 2**octave))
        down = max(2, round(cells * stretch * 2**octave * height / width))
        if across > 2 * width:
            break
        grid = rng.random((min(down, 2 * height), across), np.float32)
        total += 0.55**octave * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        weight += 0.55**octave
    return np.clip(0.5 + (total / weight - 0.5) * 1.7, 0, 1)


def roughen(rng: np.random.Generator, photo: np.ndarray, strength: np.ndarray) -> None:
    """Give enlarged pixels a grain of their own, as strong (0..255) as the map says. In place."""
    side = 1024
    grain = sum(
        cv2.resize(rng.normal(0, amount, (side // cell, side // cell)).astype(np.float32), (side, side))
        for cell, amount in ((1, 0.25), (2, 0.3), (4, 0.4), (8, 0.35), (32, 0.25))
    )
    grain = np.clip(128 + 90 * grain, 0, 255).astype(np.uint8)
    for top in range(0, len(photo), side):
        for left in range(0, photo.shape[1], side):
            part = photo[top : top + side, left : left + side]
            here = grain[: part.shape[0], : part.shape[1]]
            much = strength[top : top + side, left : left + side]
            # 128 + (grain - 128) * strength / 255, all in 8 bits
            lift = cv2.subtract(here, np.full_like(here, 128))
            drop = cv2.subtract(np.full_like(here, 128), here)
            part[:] = cv2.add(part, cv2.merge([cv2.multiply(lift, much, scale=1 / 255)] * 3))
            part[:] = cv2.subtract(part, cv2.merge([cv2.multiply(drop, much, scale=1 / 255)] * 3))


# --- before it, and in the camera -----------------------------------------------------------------------------------


def draw_foreground(rng: np.random.Generator, canvas: Canvas, view: View) -> None:
    """Birds now and then, and rarely a branch too near to be sharp."""
    px = view.px * view.grow**0.6
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(1, 6))):
            at = rng.uniform(0.05, 0.95, 2) * np.array(view.camera.size) * np.array([1, 0.5])
            wing = rng.uniform(18, 60) * px
            lift = rng.uniform(-0.2, 0.6) * wing
            for side in (-1, 1):
                canvas.line(at, at + np.array([side * wing, -lift]), max(1.0, wing * 0.2), (38, 38, 42))
            canvas.ball(at, wing * 0.28, (46, 46, 50), 0.6, view.light)
    if rng.random() < 0.16:
        draw_branch(rng, canvas, px)


def draw_branch(rng: np.random.Generator, canvas: Canvas, px: float) -> None:
    """Out-of-focus leaves that reach in from a corner and cover what is behind them."""
    width, height = canvas.width, canvas.height
    scale = 8 if min(width, height) > 1600 else 2
    size = width // scale + 1, height // scale + 1
    leaves = np.zeros((size[1], size[0], 4), np.float32)
    corner = np.array([rng.integers(2), rng.integers(2)])
    root = corner * np.array(size)
    inward = (1 - 2 * corner) * np.array([1.0, rng.uniform(0.3, 1.0)])
    reach = rng.uniform(0.18, 0.32) * min(size)
    for _ in range(70):
        at = root + inward * reach * rng.random(2) ** 0.8 * rng.uniform(0.2, 1.2)
        green = np.array(GREENS[rng.integers(len(GREENS))]) * rng.uniform(0.5, 1.1)
        axes = fixed(1 + rng.uniform(16, 42) * px / scale * np.array([1, rng.uniform(0.3, 0.6)]))
        turn = rng.uniform(0, 360)
        cv2.ellipse(leaves, fixed(at), axes, turn, 0, 360, (*green, 1), -1, cv2.LINE_AA, SUBPIXEL)
    leaves = cv2.GaussianBlur(leaves, (0, 0), 14 * px / scale + 0.6)
    box = Box(0, 0, width, height)
    full = cv2.resize(leaves[..., 3], (width, height), interpolation=cv2.INTER_LINEAR)
    canvas.cover(box, (full > 0.5).astype(np.uint8))
    rows, columns = np.flatnonzero(full.max(axis=1) > 0.01), np.flatnonzero(full.max(axis=0) > 0.01)
    if len(rows) and len(columns):
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        colours = cv2.resize(leaves[..., :3], (width, height), interpolation=cv2.INTER_LINEAR)[part]
        covered = canvas.photo[part] * (1 - full[part][..., None]) + colours
        canvas.photo[part] = np.clip(covered, 0, 255).astype(np.uint8)


def develop(rng: np.random.Generator, photo: np.ndarray, view: View) -> None:
    """What lens and sensor add: softness, vignetting, exposure and noise. In place."""
    height, width = photo.shape[:2]
    cv2.GaussianBlur(photo, (0, 0), float(rng.uniform(0.4, 1.2)) * max(0.6, min(1.0, view.px * 1.6)), dst=photo)
    exposure, cast = rng.uniform(0.9, 1.08), rng.uniform(0.98, 1.02, 3)
    contrast = rng.uniform(0.9, 1.1)
    steps = np.arange(256)[:, None]
    curve = np.clip(((steps - 128) * contrast + 128) * exposure * cast, 0, 255).astype(np.uint8)
    depth = rng.uniform(0.05, 0.3)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    side = 512
    spread = rng.uniform(1.5, 5.0)
    noise = np.clip(128 + rng.normal(0, spread, (side, side + 97, 3)), 0, 255).astype(np.uint8)
    for top in range(0, height, side):
        strip = photo[top : top + side]
        cv2.LUT(strip, curve[None], dst=strip)
        fall = (255 * (1 - depth * (across + down[top : top + side]) / 2)).astype(np.uint8)
        cv2.multiply(strip, cv2.merge([fall] * 3), dst=strip, scale=1 / 255)
        grain = np.tile(noise, (1, width // noise.shape[1] + 1, 1))[: len(strip), :width]
        cv2.addWeighted(strip, 1, np.roll(grain, top // 7, axis=1), 1, -128, dst=strip)
