"""Another size."""

from collections.abc import Iterator
from typing import ClassVar, Self

from pydantic import Field, model_validator

from annotator.raster.box import Box
from studio.sayings import Saying
from training.dtl.layers.layer import Layer, Settings, Turn, misfit
from training.dtl.sample import Sample

FREE = -1
LONGEST = 30_000  # pixels


class AspectRatio(Settings):
    """Whether proportions stay."""

    keep: bool = Field(title="Keep", description="Keep the proportions; the rest of the given size stays black.")


class Resize(Layer):
    """Scales images with their masks. Objects that vanish on the way are gone."""

    action: ClassVar[str] = "resize"
    title: ClassVar[str] = Saying("Resize")

    width: int = Field(
        title="Width", ge=-1, le=LONGEST, examples=[512], description="In pixels; -1 follows from the height."
    )
    height: int = Field(
        title="Height", ge=-1, le=LONGEST, examples=[512], description="In pixels; -1 follows from the width."
    )
    aspect_ratio: AspectRatio = Field(title="Aspect ratio")

    @model_validator(mode="after")
    def some_size(self) -> Self:
        for name, value in (("width", self.width), ("height", self.height)):
            if value == 0:
                raise misfit(name, Saying("must not be 0"), value)
        if self.width == self.height == FREE:
            raise misfit("width", Saying("only one of width and height may be -1"), FREE)
        if FREE in (self.width, self.height) and not self.aspect_ratio.keep:
            name = "width" if self.width == FREE else "height"
            raise misfit(name, Saying("may only be -1 when aspect_ratio.keep is true"), FREE)
        return self

    def process(self, sample: Sample, turn: Turn) -> Iterator[tuple[int, Sample]]:
        width, height, content = self.canvas(sample.width, sample.height)
        if max(width, height) > LONGEST:
            turn.dropped(Saying("resize: an image would have become longer than {longest} pixels", longest=LONGEST))
            return
        if (width, height) == (sample.width, sample.height):
            yield 0, sample
            return
        yield 0, sample.seen_as(sample.view.resized(width, height, content), f"{width}x{height}")

    def canvas(self, width: int, height: int) -> tuple[int, int, Box]:
        """(width, height, where the image lies on it) for an image of the given size."""
        if self.width == FREE:
            size = max(1, round(width * self.height / height)), self.height
            return *size, Box.of_size(*size)
        if self.height == FREE:
            size = self.width, max(1, round(height * self.width / width))
            return *size, Box.of_size(*size)
        if not self.aspect_ratio.keep:
            return self.width, self.height, Box.of_size(self.width, self.height)
        scale = min(self.width / width, self.height / height)
        inner = Box.of_size(max(1, round(width * scale)), max(1, round(height * scale)))
        return (
            self.width,
            self.height,
            inner.shifted((self.width - inner.width) // 2, (self.height - inner.height) // 2),
        )

    def summary(self) -> str:
        sides = ["?" if side == FREE else str(side) for side in (self.width, self.height)]
        size = " × ".join(sides)
        return Saying("{size}, proportions kept", size=size) if self.aspect_ratio.keep and "?" not in sides else size
