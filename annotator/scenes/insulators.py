"""Insulators: where they hang, and how each kind is made."""

from dataclasses import dataclass

import numpy as np

from annotator.scenes.colours import Colour

ISOLATOR = "Isolator"


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
