"""What an `if` can ask. One small class each; the first field is what the JSON calls the condition."""

import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from studio.sayings import Saying
from training.dtl.layers.layer import Settings, Turn, misfit
from training.dtl.meta import Complain, Meta, all_of, any_of, hint
from training.dtl.sample import Sample


class Condition(Settings):
    """Something that is true of a sample or not."""

    title: ClassVar[str]

    def holds(self, sample: Sample, turn: Turn) -> bool:
        raise NotImplementedError

    def look(self, incoming: Meta, complain: Complain, remark: Complain) -> None:
        """Say what will not work with these classes and tags: an error, or only worth a remark."""

    def __str__(self) -> str:
        raise NotImplementedError


class Probability(Condition):
    """True at random: each image on its own, or all relatives of one source photo alike."""

    title: ClassVar[str] = "At random"

    probability: float = Field(
        title="Probability",
        ge=0,
        le=1,
        examples=[0.95],
        description="The share that goes to the first output: 0 is none, 1 is all.",
    )
    # Ours: the reference draws for every image. Without this, copies of one photo land on both sides of a split.
    split_by: Literal["source"] | None = Field(
        None,
        title="Split by",
        description="source: everything cut from one photo goes the same way, and both outputs get at least one photo "
        "where there are two. Empty: every image goes its own way.",
    )

    def holds(self, sample: Sample, turn: Turn) -> bool:
        if self.split_by == "source":
            return not turn.is_false_photo()
        return bool(turn.rng.random() < self.probability)

    def __str__(self) -> str:
        percent = self.probability * 100
        if self.split_by:
            return Saying("{percent:g} % of the source photos", percent=percent)
        return Saying("{percent:g} % at random", percent=percent)


class MinObjectsCount(Condition):
    """True for images with that many objects or more, of whatever class."""

    title: ClassVar[str] = "Number of objects"

    min_objects_count: int = Field(
        title="Min objects count",
        ge=0,
        examples=[1],
        description="Objects of all classes are counted, neutral ones too.",
    )

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return len(sample.objects()) >= self.min_objects_count

    def __str__(self) -> str:
        if self.min_objects_count == 1:
            return Saying("at least 1 object")
        return Saying("at least {count} objects", count=self.min_objects_count)


class IncludeClasses(Condition):
    """True for images with an object of one of the classes."""

    title: ClassVar[str] = "Has a class"

    include_classes: list[str] = Field(title="Include classes", min_length=1, description="One of them is enough.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return any(thing.class_name in self.include_classes for thing in sample.objects())

    def look(self, incoming: Meta, complain: Complain, remark: Complain) -> None:
        look_for_classes("include_classes", self.include_classes, incoming, complain, remark)

    def __str__(self) -> str:
        return Saying("has {classes}", classes=any_of(self.include_classes))


class Tags(Condition):
    """True for images with one of the tags."""

    title: ClassVar[str] = "Has a tag"

    tags: list[str] = Field(title="Tags", min_length=1, description="One of them is enough.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return any(name in self.tags for name in sample.tag_names())

    def look(self, incoming: Meta, complain: Complain, remark: Complain) -> None:
        for i, name in enumerate(self.tags):
            if name not in incoming.tags:
                near = hint(name, incoming.tags)
                remark(f"tags.{i}", Saying("no image has the tag {name!r} here; {hint}", name=name, hint=near))

    def __str__(self) -> str:
        return Saying("tagged {tags}", tags=any_of(self.tags))


class MinHeight(Condition):
    """True for images of that height or more."""

    title: ClassVar[str] = "Height"

    min_height: int = Field(title="Min height", ge=0, examples=[256], description="In pixels.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return sample.height >= self.min_height

    def __str__(self) -> str:
        return Saying("at least {height} px high", height=self.min_height)


class MinWidth(Condition):
    """True for images of that width or more."""

    title: ClassVar[str] = "Width"

    min_width: int = Field(title="Min width", ge=0, examples=[256], description="In pixels.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return sample.width >= self.min_width

    def __str__(self) -> str:
        return Saying("at least {width} px wide", width=self.min_width)


class MinArea(Condition):
    """True for images of that many pixels or more."""

    title: ClassVar[str] = "Area of the image"

    min_area: int = Field(title="Min area", ge=0, examples=[65536], description="Width times height, in pixels.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return sample.width * sample.height >= self.min_area

    def __str__(self) -> str:
        return Saying("at least {area} px in all", area=self.min_area)


class SumObjectArea(Condition):
    """True for images in which the objects of some classes cover that many pixels or more together."""

    title: ClassVar[str] = "Area of objects"

    sum_object_area: float = Field(title="Sum object area", ge=0, examples=[100], description="In pixels.")
    classes: list[str] = Field(title="Classes", min_length=1, description="Classes whose objects are added up.")

    def holds(self, sample: Sample, turn: Turn) -> bool:
        areas = (thing.area for thing in sample.objects() if thing.class_name in self.classes)
        return sum(areas) >= self.sum_object_area

    def look(self, incoming: Meta, complain: Complain, remark: Complain) -> None:
        look_for_classes("classes", self.classes, incoming, complain, remark)

    def __str__(self) -> str:
        return Saying("{classes} cover at least {area:g} px", classes=all_of(self.classes), area=self.sum_object_area)


class RegexNames(Condition):
    """True for images whose name, without its extension, one of the patterns is found in."""

    title: ClassVar[str] = "Name matches"

    regex_names: list[Annotated[str, AfterValidator(lambda pattern: a_pattern(pattern))]] = Field(
        title="Regex names", min_length=1, description="Regular expressions, searched anywhere in the name."
    )

    def holds(self, sample: Sample, turn: Turn) -> bool:
        return any(re.search(pattern, sample.source.stem) for pattern in self.regex_names)

    def __str__(self) -> str:
        return Saying("name matches {patterns}", patterns=any_of(self.regex_names))


class ProjectDatasets(Condition):
    """True for images that came from one of these datasets."""

    title: ClassVar[str] = "Came from"

    project_datasets: list[str] = Field(
        title="Project datasets", min_length=1, description='"project/dataset", with * for any on either side.'
    )

    def holds(self, sample: Sample, turn: Turn) -> bool:
        source = sample.source
        return any(
            entry in ("*", "*/*", source.project, f"{source.project}/*", f"*/{source.dataset}")
            or entry == f"{source.project}/{source.dataset}"
            for entry in (entry.strip("/") for entry in self.project_datasets)
        )

    def __str__(self) -> str:
        return Saying("from {datasets}", datasets=any_of(self.project_datasets))


class NameInRange(Condition):
    """True for images whose name lies in a range of the alphabet, and of these for every n-th."""

    title: ClassVar[str] = "Name in range"

    name_in_range: list[str] = Field(
        title="Name in range", min_length=2, max_length=2, description="[first name, last name], both included."
    )
    frame_step: int = Field(1, title="Frame step", ge=1, description="Of the images in the range take every n-th.")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        first, last = self.name_in_range
        if first > last:
            message = Saying(
                "the first name must not come after the last, found {first!r} and {last!r}", first=first, last=last
            )
            raise misfit("name_in_range", message)
        return self

    def holds(self, sample: Sample, turn: Turn) -> bool:
        first, last = self.name_in_range
        return first <= sample.source.stem <= last and turn.count() % self.frame_step == 0

    def __str__(self) -> str:
        first, last = self.name_in_range
        if self.frame_step > 1:
            return Saying("name from {first} to {last}, every {step}.", first=first, last=last, step=self.frame_step)
        return Saying("name from {first} to {last}", first=first, last=last)


CONDITIONS: dict[str, type[Condition]] = {
    "probability": Probability,
    "min_objects_count": MinObjectsCount,
    "include_classes": IncludeClasses,
    "tags": Tags,
    "min_height": MinHeight,
    "min_width": MinWidth,
    "min_area": MinArea,
    "sum_object_area": SumObjectArea,
    "regex_names": RegexNames,
    "project_datasets": ProjectDatasets,
    "name_in_range": NameInRange,
}


def which(value: Any) -> str | None:
    """The condition an object means, as the tag <name>; None when it means none, or two."""
    if isinstance(value, Condition):
        return next(f"<{name}>" for name, kind in CONDITIONS.items() if isinstance(value, kind))
    found = [name for name in CONDITIONS if name in value] if isinstance(value, dict) else []
    return f"<{found[0]}>" if len(found) == 1 else None


def why_not_one(value: Any) -> Saying:
    """What is wrong with a value that `which` found nothing in."""
    names = ", ".join(CONDITIONS)
    if not isinstance(value, dict) or not value:
        return Saying("expected an object with one of: {names}", names=names)
    if found := [name for name in CONDITIONS if name in value]:
        return Saying(
            "one condition at a time, found {names}; put one `if` behind another instead", names=all_of(found)
        )
    unknown = str(next(iter(value)))
    return Saying("no condition is called {name!r}; {hint}", name=unknown, hint=hint(unknown, CONDITIONS))


AnyCondition = Annotated[
    Annotated[Probability, Tag("<probability>")]
    | Annotated[MinObjectsCount, Tag("<min_objects_count>")]
    | Annotated[IncludeClasses, Tag("<include_classes>")]
    | Annotated[Tags, Tag("<tags>")]
    | Annotated[MinHeight, Tag("<min_height>")]
    | Annotated[MinWidth, Tag("<min_width>")]
    | Annotated[MinArea, Tag("<min_area>")]
    | Annotated[SumObjectArea, Tag("<sum_object_area>")]
    | Annotated[RegexNames, Tag("<regex_names>")]
    | Annotated[ProjectDatasets, Tag("<project_datasets>")]
    | Annotated[NameInRange, Tag("<name_in_range>")],
    Discriminator(which),
]


def look_for_classes(path: str, wanted: list[str], incoming: Meta, complain: Complain, remark: Complain) -> None:
    """Names that no class has here: an error when not one of them is known, because then nothing ever passes."""
    unknown = [(i, name) for i, name in enumerate(wanted) if name not in incoming.names]
    say: Complain = complain if len(unknown) == len(wanted) else remark
    for i, name in unknown:
        near = hint(name, incoming.names)
        say(f"{path}.{i}", Saying("no class is called {name!r} here; {hint}", name=name, hint=near))


def a_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            Saying("{found!r} is not a regular expression ({why})", found=pattern, why=str(error))
        ) from None
    return pattern
