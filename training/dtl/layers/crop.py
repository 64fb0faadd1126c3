"""A part of the image: random, or with its sides cut off."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from annotator.raster.box import Box
from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Settings, Turn, misfit
from training.dtl.meta import listed
from training.dtl.sample import Sample

SIDES = {"left": Saying("left"), "top": Saying("top"), "right": Saying("right"), "bottom": Saying("bottom")}
LENGTH = r"^\d+(\.\d+)?(px|%)$"


def a_length(value: str) -> str:
    if not re.match(LENGTH, value) or (value.endswith("px") and "." in value):
        raise ValueError(
            Saying("expected whole pixels like '50px' or a share like '10%', found {found!r}", found=value)
        )
    return value


Length = Annotated[str, AfterValidator(a_length), WithJsonSchema({"type": "string", "pattern": LENGTH})]


class Range(Settings):
    """From how much to how much of the image, in percent."""

    min_percent: float = Field(title="At least (%)", ge=0, le=100, examples=[10])
    max_percent: float = Field(title="At most (%)", ge=0, le=100, examples=[20])

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.min_percent > self.max_percent:
            message = Saying("must not exceed max_percent ({most:g})", most=self.max_percent)
            raise misfit("min_percent", message, self.min_percent)
        return self

    def __str__(self) -> str:
        if self.min_percent == self.max_percent:
            return Saying("{percent:g} %", percent=self.min_percent)
        return Saying("{least:g}–{most:g} %", least=self.min_percent, most=self.max_percent)


class RandomPart(Settings):
    """A rectangle of random size at a random place."""

    width: Range = Field(title="Width", description="Width of the part, as a share of the image's width.")
    height: Range = Field(title="Height", description="Height of the part, as a share of the image's height.")
    keep_aspect_ratio: bool = Field(
        False,
        title="Keep aspect ratio",
        description="Draw one share for both sides, so that the part has the image's proportions.",
    )

    @model_validator(mode="after")
    def one_range_for_both(self) -> Self:
        if self.keep_aspect_ratio and self.width != self.height:
            message = Saying(
                "needs equal ranges, but width is {width}, height {height}",
                width=str(self.width),
                height=str(self.height),
            )
            raise misfit("keep_aspect_ratio", message)
        return self

    def draw(self, width: int, height: int, turn: Turn) -> Box:
        """Width first, then height, left and top; ends inclusive."""
        rng = turn.rng
        wide = rng.uniform(self.width.min_percent, self.width.max_percent)
        high = wide if self.keep_aspect_ratio else rng.uniform(self.height.min_percent, self.height.max_percent)
        part_width, part_height = int(width * wide / 100), int(height * high / 100)
        left = int(rng.integers(0, width - part_width, endpoint=True))
        top = int(rng.integers(0, height - part_height, endpoint=True))
        return Box(left, top, left + part_width, top + part_height)


class Sides(Settings):
    """How much is cut off each side, in pixels ("50px") or as a share of the image ("10%")."""

    left: Length = Field("0px", title="Left")
    top: Length = Field("0px", title="Top")
    right: Length = Field("0px", title="Right")
    bottom: Length = Field("0px", title="Bottom")

    def inside(self, width: int, height: int) -> Box:
        return Box(
            in_pixels(self.left, width),
            in_pixels(self.top, height),
            width - in_pixels(self.right, width),
            height - in_pixels(self.bottom, height),
        )


class Crop(Layer):
    """Cuts a part out of every image: a random part, or what is left without the given sides."""

    action: ClassVar[str] = "crop"
    title: ClassVar[str] = Saying("Crop")

    random_part: RandomPart | None = Field(None, title="Random part")
    sides: Sides | None = Field(None, title="Cut off sides")

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if (self.random_part is None) == (self.sides is None):
            if self.sides is None:
                raise ValueError(Saying("exactly one of random_part and sides is needed, but neither is there"))
            raise ValueError(Saying("exactly one of random_part and sides is needed, but both are there"))
        return self

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        box = self.box(sample.width, sample.height, turn)
        if box.is_empty:
            turn.dropped(Saying("crop: nothing was left of an image"))
            return
        yield 0, sample.seen_as(sample.view.cropped(box), "crop")

    def box(self, width: int, height: int, turn: Turn) -> Box:
        """What is kept of an image of this size."""
        if self.random_part is not None:
            return self.random_part.draw(width, height, turn)
        assert self.sides is not None, "exactly_one saw to it"
        return self.sides.inside(width, height)

    def summary(self) -> str:
        if self.random_part is not None:
            part = self.random_part
            return Saying("random {width} × {height}", width=str(part.width), height=str(part.height))
        assert self.sides is not None, "exactly_one saw to it"
        cut = [
            Saying("{side} {length}", side=SIDES[side], length=length)
            for side, length in self.sides
            if float(length.rstrip("px%"))
        ]
        return Saying("without {sides}", sides=listed(cut)) if cut else Saying("nothing cut off")


def in_pixels(length: str, side: int) -> int:
    """'50px' or '10%' of a side, rounded down. Exact: 10 % of 70 px is 7, not 7.000000000000001."""
    if length.endswith("px"):
        return int(length[:-2])
    return int(Fraction(length[:-1]) * side / 100)
