"""New names for classes half-way."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from studio.sayings import Saying
from training.dtl.layers.data import Mapping
from training.dtl.layers.layer import Layer, Turn
from training.dtl.meta import DEFAULT, OTHER, Complain, Meta, mapped, target
from training.dtl.sample import Sample


class Rename(Layer):
    """Gives classes new names. Two classes with one new name become one; classes that are not listed stay."""

    action: ClassVar[str] = "rename"
    title: ClassVar[str] = Saying("Rename classes")

    classes_mapping: Mapping = Field(
        title="New names", description="Each class to rename with its new name. All entries apply at the same time."
    )

    @property
    def mapping(self) -> dict[str, str]:
        return {OTHER: DEFAULT, **self.classes_mapping}

    def meta(self, incoming: Meta, complain: Complain) -> Meta:
        return Meta(mapped(incoming.classes, self.mapping, complain), incoming.tags)

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        yield 0, sample.renamed(lambda name: target(name, self.mapping))

    def summary(self) -> str:
        return ", ".join(f"{name} → {new_name}" for name, new_name in self.classes_mapping.items())
