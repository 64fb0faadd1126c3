"""Which dataset of the result an image goes to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Turn
from training.dtl.sample import Sample

NAME = r"^[0-9a-zA-Z \-_]+$"
LONGEST = 300  # characters a dataset's name may have in a project


def a_name(value: str) -> str:
    if not re.match(NAME, value) or len(value) > LONGEST:
        raise ValueError(
            Saying(
                "expected letters, digits, spaces, '-' and '_', at most {longest} of them, found {found!r}",
                longest=LONGEST,
                found=value[:60],
            )
        )
    return value


NAME_SCHEMA = {"type": "string", "pattern": NAME, "maxLength": LONGEST}


class Dataset(Layer):
    """Decides the dataset of the result: a name for all images, or the one each had in its source project."""

    action: ClassVar[str] = "dataset"
    title: ClassVar[str] = Saying("Dataset")

    name: Annotated[str, AfterValidator(a_name), WithJsonSchema(NAME_SCHEMA)] | None = Field(
        None, title="Name", description="One dataset for every image that comes through here."
    )
    rule: Literal["save_original"] | None = Field(
        None,
        title="Rule",
        description="save_original keeps the name of the source dataset, without its project's name before it.",
    )

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if (self.name is None) == (self.rule is None):
            if self.name is None:
                raise ValueError(Saying("exactly one of name and rule is needed, but neither is there"))
            raise ValueError(Saying("exactly one of name and rule is needed, but both are there"))
        return self

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        yield 0, replace(sample, dataset=self.name or sample.source.dataset)

    def summary(self) -> str:
        return self.name or Saying("as in the source")
