"""What all layers have in common: a layer is its settings, and says what becomes of a sample."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from studio.sayings import Saying
from training.dtl.meta import Complain, Meta
from training.dtl.sample import Sample


class Settings(BaseModel):
    """A part of the JSON: unknown keys and values of the wrong type are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        model_title_generator=lambda model: getattr(model, "title", model.__name__),
    )


class Layer(Settings):
    """Field descriptions and the docstring of each layer are the help that the form shows."""

    action: ClassVar[str]
    title: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]] = ("",)  # what each output means; the save layer has none

    def process(self, sample: Sample, turn: "Turn") -> Iterator[tuple[int, Sample]]:
        """What becomes of a sample: (output, new sample) any number of times, as a stream."""
        raise NotImplementedError

    def meta(self, incoming: Meta, complain: Complain) -> Meta:
        """Classes and tags behind this layer. Tells `complain` about names the incoming ones do not have."""
        return incoming

    def summary(self) -> str:
        """A few words for the picture of the graph."""
        return ""


@dataclass
class Story:
    """What a run remembers between samples.

    false_photos: of each `if` that splits by source, the photos that go to the second output.
    arrived:      how many samples came to each layer.
    dropped:      how many samples ended for a reason that deserves a warning.
    """

    seed: int
    false_photos: dict[int, frozenset[str]] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    arrived: Counter[int] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass
class Turn:
    """What a layer may use besides the sample itself."""

    number: int  # of the layer
    sample: Sample
    story: Story

    @cached_property
    def rng(self) -> np.random.Generator:
        """Random numbers that depend on seed, layer, source and copy, and on nothing that happened elsewhere."""
        return rng_for(self.story.seed, self.number, self.sample.source.key, self.sample.path)

    def is_false_photo(self) -> bool:
        """Whether the photo of this sample was chosen for the second output of this layer."""
        return self.sample.source.photo in self.story.false_photos.get(self.number, ())

    def count(self) -> int:
        """0, 1, 2, ... at each call in this layer."""
        self.story.counts[self.number] += 1
        return self.story.counts[self.number] - 1

    def dropped(self, why: Saying) -> None:
        """The sample ends here, and somebody may wonder why."""
        self.story.dropped[Saying("layer {number}: {what}", number=self.number, what=why)] += 1


def rng_for(*about: Any) -> np.random.Generator:
    """A generator that is the same whenever it is asked for about the same things."""
    digest = blake2b(repr(about).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))


def misfit(field_name: str, message: Saying, found: Any = None) -> ValidationError:
    """An error that belongs to one field of several that were looked at together."""
    error = PydanticCustomError("misfit", "{message}", {"message": message})
    return ValidationError.from_exception_data(
        "settings", [InitErrorDetails(type=error, loc=(field_name,), input=found)]
    )
