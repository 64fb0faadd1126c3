"""Three kinds of power line, each seen by a camera."""

from itertools import pairwise

import numpy as np

from annotator.scenes.camera import point, unit
from annotator.scenes.insulators import LOOKS, PIN_LOOKS, String
from annotator.scenes.towers import Tower, stand_pole
from annotator.scenes.view import View, take_view
from annotator.scenes.wires import along, catenary, damper, string_wires


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
