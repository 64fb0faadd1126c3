"""From which side a line is seen, so that its photo shows two to six good insulators."""

import math
from dataclasses import replace

import numpy as np

from annotator.scenes.lines import build_poles, build_suspension, build_tension
from annotator.scenes.view import View, is_doubtful, is_well_seen


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
        view.string(drawn)
