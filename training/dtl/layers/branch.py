"""A fork: one way for the images of which something is true, another for the rest."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from studio.sayings import Saying
from training.dtl.layers.conditions import AnyCondition, Probability
from training.dtl.layers.layer import Layer, Turn
from training.dtl.sample import Sample


class If(Layer):
    """Sends an image to the first output when the condition is true of it, else to the second."""

    action: ClassVar[str] = "if"
    title: ClassVar[str] = Saying("If")
    outputs: ClassVar[tuple[str, ...]] = ("true", "false")

    condition: AnyCondition = Field(title="Condition")

    @property
    def chance(self) -> Probability | None:
        """The condition where chance decides, as it does between training and validation."""
        return self.condition if isinstance(self.condition, Probability) else None

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        yield (0 if self.condition.holds(sample, turn) else 1), sample

    def summary(self) -> str:
        return str(self.condition)
