"""Which number each class has inside the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from studio.sayings import Saying
from training.unet.settings import SpecialClasses

BACKGROUND = 0
NEUTRAL = 255  # in a mask: left out of loss, metrics and gradients
BACKGROUND_COLOUR = "#222222"


class ClassesRefused(ValueError):
    """These classes cannot be trained on."""


@dataclass(frozen=True)
class OutputClass:
    """A class the network can answer with, as it appears on a model's card."""

    title: str
    color: str
    shape: str = "bitmap"


@dataclass(frozen=True)
class ClassMap:
    """The classes in the order of the network's outputs, and what every title became.

    indices: title -> output; the background is 0, neutral (when the project has it) is 255.
    """

    outputs: tuple[OutputClass, ...]
    indices: Mapping[str, int]

    @property
    def foreground(self) -> tuple[str, ...]:
        return tuple(output.title for output in self.outputs[1:])

    @property
    def has_neutral(self) -> bool:
        return NEUTRAL in self.indices.values()


def number_classes(classes: Iterable[tuple[str, str]], special: SpecialClasses) -> ClassMap:
    """Background 0, neutral 255, all others 1, 2, 3 ... by title; whatever their order in the project.

    classes: (title, colour) of each.

    Raises ClassesRefused when nothing is left to learn, or too much.
    """
    colours = dict(classes)
    learned = sorted(set(colours) - {special.background, special.neutral})
    if not learned:
        raise ClassesRefused(
            Saying(
                "there is no class to learn: beside {background!r} and {neutral!r} the project has none",
                background=special.background,
                neutral=special.neutral,
            )
        )
    if len(learned) >= NEUTRAL:
        raise ClassesRefused(
            Saying(
                "a network can tell at most {most} classes apart, the project has {count}",
                most=NEUTRAL - 1,
                count=len(learned),
            )
        )
    indices = {special.background: BACKGROUND} | {title: number for number, title in enumerate(learned, start=1)}
    if special.neutral in colours:
        indices[special.neutral] = NEUTRAL
    background = OutputClass(special.background, colours.get(special.background, BACKGROUND_COLOUR))
    return ClassMap((background, *(OutputClass(title, colours[title]) for title in learned)), indices)


def lookup_table(painted: Mapping[int, str], indices: Mapping[str, int]) -> np.ndarray:
    """256 bytes that turn a project's mask into the network's: what is not named is background.

    painted: the mask's byte -> title.

    Raises ClassesRefused when a painted class has no number.
    """
    table = np.zeros(256, np.uint8)
    for byte, title in painted.items():
        if title not in indices:
            raise ClassesRefused(
                Saying("class {name!r} is painted, but the network was given no number for it", name=title)
            )
        table[byte] = indices[title]
    return table
