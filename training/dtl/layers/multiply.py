"""The same image several times."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Turn
from training.dtl.sample import Sample


class Multiply(Layer):
    """Passes every image on several times: useful before a random crop, or to balance classes."""

    action: ClassVar[str] = "multiply"
    title: ClassVar[str] = Saying("Multiply")

    multiply: int = Field(
        title="Times",
        ge=1,
        le=100_000,
        examples=[50],
        description="How many there are afterwards in all: 50 makes 50 of one.",
    )

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        for number in range(1, self.multiply + 1):
            yield 0, sample.copied(number, self.multiply)

    def summary(self) -> str:
        return f"× {self.multiply}"
