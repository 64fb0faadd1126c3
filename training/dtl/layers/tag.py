"""Words on images."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Turn
from training.dtl.meta import Complain, Meta
from training.dtl.sample import Sample, tag_name


def a_tag(value: Any) -> Any:
    if isinstance(value, str) and value.strip():
        return value
    if (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and value["name"]
        and set(value) <= {"name", "value"}
    ):
        return value
    raise ValueError(Saying("expected a word, or {form}", form='{"name": "...", "value": ...}'))


WORD = {"type": "string", "minLength": 1}
TAG_SCHEMA = {
    "anyOf": [
        WORD,
        {
            "type": "object",
            "properties": {"name": {**WORD, "title": "Name"}, "value": {"title": "Value"}},
            "required": ["name"],
            "additionalProperties": False,
        },
    ]
}


class TagLayer(Layer):
    """Adds a tag to every image, or takes it away. Training finds its images by tags like train and val."""

    action: ClassVar[str] = "tag"
    title: ClassVar[str] = Saying("Tag")

    tag: Annotated[Any, AfterValidator(a_tag), WithJsonSchema(TAG_SCHEMA)] = Field(
        title="Tag", description="The tag's name."
    )
    # The JSON calls it "action" too, beside the layer's own.
    do: Literal["add", "delete"] = Field(alias="action", title="What to do", description="add once, or delete by name")

    def meta(self, incoming: Meta, complain: Complain) -> Meta:
        name = tag_name(self.tag)
        return incoming.with_tag(name) if self.do == "add" else incoming.without_tag(name)

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        name = tag_name(self.tag)
        others = tuple(tag for tag in sample.tags if tag_name(tag) != name)
        if self.do == "delete":
            yield 0, replace(sample, tags=others)
        elif self.tag in sample.tags:
            yield 0, sample
        else:
            yield 0, replace(sample, tags=(*others, self.tag))

    def summary(self) -> str:
        name = tag_name(self.tag)
        return Saying("add {tag}", tag=name) if self.do == "add" else Saying("delete {tag}", tag=name)
