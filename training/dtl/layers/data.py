"""Where photos come in."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, WithJsonSchema

from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Turn
from training.dtl.meta import DEFAULT, IGNORE, OTHER, Complain, Meta, listed, mapped, target
from training.dtl.sample import Sample


def a_mapping(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(Saying("expected an object that gives each class its new name"))
    for name, new_name in value.items():
        if not isinstance(new_name, str) or not new_name:
            raise ValueError(Saying("{name}: expected a class name", name=name))
        if new_name.startswith("__") and new_name.endswith("__") and new_name not in (DEFAULT, IGNORE):
            raise ValueError(
                Saying(
                    "{name}: expected a class name, '__default__' or '__ignore__', found {found!r}",
                    name=name,
                    found=new_name,
                )
            )
    return value


def a_mapping_or_default(value: Any) -> Any:
    return value if value == "default" else a_mapping(value)


MAPPING_SCHEMA = {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}
Mapping = Annotated[Any, AfterValidator(a_mapping), WithJsonSchema(MAPPING_SCHEMA)]
MappingOrDefault = Annotated[
    Any,
    AfterValidator(a_mapping_or_default),
    WithJsonSchema({"anyOf": [{"const": "default", "type": "string", "title": "Keep all classes"}, MAPPING_SCHEMA]}),
]


class Data(Layer):
    """Takes the photos of a project, all its datasets or some of them, with the classes you want.

    As src write "project/*" for everything or "project/dataset" for one dataset.
    """

    action: ClassVar[str] = "data"
    title: ClassVar[str] = Saying("Data")

    classes_mapping: MappingOrDefault = Field(
        title="Classes",
        description='"default" keeps all classes. Otherwise each class of the project with its new name; two classes '
        "with one new name become one. __default__ keeps a class as it is, __ignore__ drops it with its objects, and "
        "the key __other__ stands for every class that is not listed.",
    )

    @property
    def mapping(self) -> dict[str, str]:
        return {OTHER: DEFAULT} if self.classes_mapping == "default" else self.classes_mapping

    def meta(self, incoming: Meta, complain: Complain) -> Meta:
        missed = [name for name in incoming.names if name not in self.mapping]
        if missed and OTHER not in self.mapping:
            names = ", ".join(map(repr, missed))
            message = (
                Saying(
                    'every class must be listed, but {name} is not; add it, or "__other__" for all that are not listed',
                    name=names,
                )
                if len(missed) == 1
                else Saying(
                    "every class must be listed, but {names} are not; add them, or "
                    '"__other__" for all that are not listed',
                    names=names,
                )
            )
            complain("classes_mapping", message)
        return Meta(mapped(incoming.classes, self.mapping, complain), incoming.tags)

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        yield 0, sample.renamed(lambda name: target(name, self.mapping))

    def summary(self) -> str:
        if self.classes_mapping == "default":
            return Saying("all classes")
        kept = dict.fromkeys(
            value if value != DEFAULT else name for name, value in self.mapping.items() if value != IGNORE
        )
        return listed([Saying("all others") if name == OTHER else name for name in kept] or [Saying("no classes")])
