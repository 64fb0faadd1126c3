"""Mirror images."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Turn
from training.dtl.sample import Sample


class Flip(Layer):
    """Mirrors images together with their masks."""

    action: ClassVar[str] = "flip"
    title: ClassVar[str] = Saying("Flip")

    # The word names the line one mirrors at, not the direction: "vertical" exchanges left and right.
    axis: Literal["vertical", "horizontal"] = Field(
        title="Axis",
        description="vertical mirrors left and right (the mirror line is vertical); horizontal mirrors top and bottom.",
    )

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        if self.axis == "vertical":
            yield 0, sample.seen_as(sample.view.flipped(x=True), "flipX")
        else:
            yield 0, sample.seen_as(sample.view.flipped(y=True), "flipY")

    def summary(self) -> str:
        return Saying("mirror left-right") if self.axis == "vertical" else Saying("mirror top-bottom")
