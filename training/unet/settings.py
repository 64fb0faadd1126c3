"""The training config people write: its fields, ranges and defaults, and what is said when one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studio.faults import fault, no_such_setting
from studio.sayings import Saying

STRIDE = 16  # the encoder halves its input four times
ALL_IMAGES = "__all__"
TRANSFER, CONTINUE = "transfer_learning", "continue_training"


@dataclass(frozen=True)
class Network:
    """A network one can choose. width: factor on its channels."""

    width: float
    title: Saying
    help: Saying


NETWORKS = {
    "unet_v2": Network(
        1.0,
        Saying("UNetV2"),
        Saying("The original on the VGG16 encoder, {millions:,.1f} million weights. Wants a GPU.", millions=32.7),
    ),
    "unet_v2_quarter": Network(
        0.25,
        Saying("UNetV2, quarter width"),
        Saying("A quarter of the channels, 2 million weights: for processors without a GPU."),
    ),
}


class Section(BaseModel):
    """Part of the config: every key is known, every value has its own type (no "12" for 12, no true for 1)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Positive = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(min_length=1)]
Sided = Annotated[int, Field(ge=STRIDE, multiple_of=STRIDE, description=f"In pixels; a multiple of {STRIDE}.")]
Train, Val = Field(title="Train"), Field(title="Val")


class InputSize(Section):
    """Every sample is stretched to this size."""

    width: Annotated[Sided, Field(title="Width")] = 128
    height: Annotated[Sided, Field(title="Height")] = 128


class BatchSize(Section):
    """Samples per step."""

    train: Annotated[Positive, Train] = 1
    val: Annotated[Positive, Val] = 1


class DataWorkers(Section):
    """Accepted so that existing configs run unchanged; samples are prepared once, no worker processes are needed."""

    train: Annotated[Count, Train] = 0
    val: Annotated[Count, Val] = 0


class DatasetTags(Section):
    """Image tags that name the two parts of the data; `__all__` takes every image."""

    train: Annotated[Name, Train] = "train"
    val: Annotated[Name, Val] = "val"


class SpecialClasses(Section):
    """Names of the class that means background and of the class whose pixels are left out."""

    background: Annotated[Name, Field(title="Background")] = "bg"
    neutral: Annotated[Name, Field(title="Neutral")] = "neutral"

    @model_validator(mode="after")
    def _differ(self) -> SpecialClasses:
        if self.background == self.neutral:
            raise ValueError(
                Saying("background and neutral must be two classes, both are {name!r}", name=self.background)
            )
        return self


class LrDecreasing(Section):
    """Divide the learning rate after so many validations without a new lowest loss."""

    patience: Annotated[Positive, Field(title="Patience")] = 1000
    lr_divisor: Annotated[float, Field(title="LR divisor", gt=0)] = 5.0


class LossWeights(Section):
    """Shares of the two terms of the loss when there is one class beside the background."""

    bce: Annotated[float, Field(title="BCE", ge=0)] = 1.0
    dice: Annotated[float, Field(title="Dice", ge=0)] = 1.0

    @model_validator(mode="after")
    def _some_loss(self) -> LossWeights:
        if self.bce + self.dice == 0:
            raise ValueError(Saying("bce and dice must not both be 0: there would be nothing to learn from"))
        return self


class AllowCorruptedSamples(Section):
    """How many unreadable photos are left out before the run is refused."""

    train: Annotated[Count, Train] = 0
    val: Annotated[Count, Val] = 0


class TrainSettings(Section):
    """A training config, version 1 of the reference. Sections and fields that are left out take their defaults."""

    lr: Annotated[float, Field(title="LR", gt=0, description="Learning rate of Adam.")] = 0.1
    epochs: Annotated[int, Field(title="Epochs", ge=1, description="How often every training sample is seen.")] = 2
    val_every: Annotated[
        float, Field(title="Val every", gt=0, description="Epochs from one validation and checkpoint to the next.")
    ] = 0.5
    batch_size: Annotated[BatchSize, Field(title="Batch size")] = BatchSize()
    input_size: Annotated[InputSize, Field(title="Input size")] = InputSize()
    gpu_devices: Annotated[
        list[Count],
        Field(title="GPU devices", min_length=1, description="Numbers of the GPUs; without one the CPU trains."),
    ] = [0]
    data_workers: Annotated[DataWorkers, Field(title="Data workers")] = DataWorkers()
    dataset_tags: Annotated[DatasetTags, Field(title="Dataset tags")] = DatasetTags()
    special_classes: Annotated[SpecialClasses, Field(title="Special classes")] = SpecialClasses()
    weights_init_type: Annotated[
        Literal["transfer_learning", "continue_training"],
        Field(
            title="Weights init type",
            description="From a model of mine: all but the last layer (transfer) or everything, same classes.",
        ),
    ] = "transfer_learning"
    lr_decreasing: Annotated[LrDecreasing, Field(title="LR decreasing")] = LrDecreasing()
    loss_weights: Annotated[LossWeights, Field(title="Loss weights")] = LossWeights()
    momentum: Annotated[float, Field(title="Momentum", gt=0, description="Accepted and unused: Adam has none.")] = 0.9
    validate_with_model_eval: Annotated[
        bool,
        Field(
            title="Validate with model eval",
            description="Validate with the running statistics of batch normalisation, as prediction does.",
        ),
    ] = True
    allow_corrupted_samples: Annotated[AllowCorruptedSamples, Field(title="Allow corrupted samples")] = (
        AllowCorruptedSamples()
    )

    def steps_per_epoch(self, samples: int) -> int:
        """Batches that show every sample once; the last one may be smaller."""
        return -(-samples // self.batch_size.train)

    def validates_after(self, step: int, steps_per_epoch: int) -> bool:
        """Whether a validation follows this step, counted from 1: floor(epoch / val_every) grew, or it is the last."""
        if step == steps_per_epoch * self.epochs:
            return True
        return self._validations(step, steps_per_epoch) > self._validations(step - 1, steps_per_epoch)

    def checkpoints(self, steps_per_epoch: int) -> int:
        """How many validations, each with a checkpoint, a whole run has."""
        steps = steps_per_epoch * self.epochs
        if self.val_every * steps_per_epoch <= 1:
            return steps
        ends_with_one = self._validations(steps, steps_per_epoch) > self._validations(steps - 1, steps_per_epoch)
        return self._validations(steps, steps_per_epoch) + (not ends_with_one)

    def _validations(self, step: int, steps_per_epoch: int) -> int:
        return int(step / steps_per_epoch / self.val_every + 1e-9)


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a document, and where: path is dotted, "batch_size.train", or "" for the whole."""

    path: str
    message: str
    level: str = "error"


def complaints(document: Any) -> list[Complaint]:
    """Everything that is wrong with a config as written; empty when it can be used."""
    if not isinstance(document, dict):
        kind = type(document).__name__
        return [Complaint("", Saying("a training config is a JSON object, not {kind}", kind=kind))]
    try:
        TrainSettings.model_validate(document)
    except ValidationError as error:
        return [_complaint(found) for found in error.errors()]
    return []


def _complaint(error: Any) -> Complaint:
    path = [str(part) for part in error["loc"]]
    return Complaint(".".join(path), _message(error, path))


def _message(error: Any, path: list[str]) -> str:
    match error["type"]:
        case "extra_forbidden":
            return no_such_setting(path[-1], _section(path[:-1]).model_fields)
        case "literal_error":
            # Of the two that the message names, as pydantic writes them: 'one' or 'other'.
            first, last = re.findall("'([^']*)'", error["ctx"]["expected"])
            message: str = Saying('must be "{first}" or "{last}"', first=first, last=last)
        case _:
            message = fault(error)
    says_enough = error["type"] in ("string_too_short", "list_type") or not isinstance(message, Saying)
    if says_enough or isinstance(error["input"], dict | list):
        return message
    return Saying("{what}, found {found}", what=message, found=repr(error["input"]))


def _section(path: Iterable[str]) -> type[BaseModel]:
    section: type[BaseModel] = TrainSettings
    for name in path:
        section = section.model_fields[name].annotation  # type: ignore[assignment]
    return section
