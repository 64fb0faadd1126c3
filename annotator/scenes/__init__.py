"""Power-line photos drawn by program, with the exact masks of their insulators."""

from dataclasses import dataclass

import numpy as np

from annotator.formats.records import NEUTRAL, NEUTRAL_COLOUR, ClassRecord, ObjectRecord
from annotator.scenes.background import draw_background
from annotator.scenes.canvas import Canvas
from annotator.scenes.compose import compose
from annotator.scenes.foreground import draw_foreground
from annotator.scenes.insulators import ISOLATOR
from annotator.scenes.lens import develop

__all__ = ["CLASSES", "ISOLATOR", "NEUTRAL", "Scene", "scene"]

# Insulators are brown and orange, and nothing in the photos is pink.
CLASSES = [ClassRecord(ISOLATOR, "#E5197F", key="1"), ClassRecord(NEUTRAL, NEUTRAL_COLOUR, key="n")]


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
