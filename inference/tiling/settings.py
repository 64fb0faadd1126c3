"""The inference config as people write it, in either of its two forms, and the one form everything else reads."""

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from studio.faults import fault, no_such_setting
from studio.sayings import Saying

ALL: Literal["__all__"] = "__all__"
MODES = ("full_image", "sliding_window")
SUFFIX = "_unet"

Classes = Annotated[Literal["__all__"], Field(title="All")] | list[StrictStr]
AtLeastOne = Annotated[StrictInt, Field(ge=1)]
NotNegative = Annotated[StrictInt, Field(ge=0)]
Suffix = Annotated[StrictStr, Field(description="Appended to the name of each of them.")]


@dataclass(frozen=True)
class Complaint:
    """path: where in the document, dotted, as the user wrote it; empty for the document as a whole."""

    path: str
    message: str

    def __str__(self) -> str:
        return Saying.placed(self.path, self.message)


class ConfigRefused(ValueError):
    """The document is not an inference config; `complaints` says everything that is wrong with it."""

    def __init__(self, complaints: list[Complaint]):
        super().__init__(str(complaints[0]))
        self.complaints = complaints


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(Strict):
    """In pixels of the photo. Clamped to the photo where that is smaller."""

    width: Annotated[AtLeastOne, Field(title="Width")] = 128
    height: Annotated[AtLeastOne, Field(title="Height")] = 128


class Overlap(Strict):
    """Pixels that neighbouring windows share at least."""

    x: Annotated[NotNegative, Field(title="X")] = 0
    y: Annotated[NotNegative, Field(title="Y")] = 0


class FullImage(Strict):
    """The whole photo in one look."""

    model_config = ConfigDict(title="Full image")

    source: Annotated[Literal["full_image"], Field(title="Source")] = "full_image"


class SlidingWindow(Strict):
    """Windows that overlap and together cover the photo; where they overlap, their probabilities are blended."""

    model_config = ConfigDict(title="Sliding window")

    source: Annotated[Literal["sliding_window"], Field(title="Source")] = "sliding_window"
    window: Annotated[Window, Field(title="Window size")] = Window()
    min_overlap: Annotated[Overlap, Field(title="Min overlap")] = Overlap()
    save: Annotated[StrictBool, Field(title="Save", description="Keep the windows to look at.")] = False
    class_name: Annotated[StrictStr, Field(title="Class name", description="What the kept windows are called.")] = (
        "sliding_window"
    )
    blend: Annotated[
        Literal["tapered", "uniform"],
        Field(
            title="Blend",
            description="tapered: a window counts less towards its border. uniform: everywhere the same.",
        ),
    ] = "tapered"

    @field_validator("min_overlap")
    @classmethod
    def _leaves_a_step(cls, overlap: Overlap, info: ValidationInfo) -> Overlap:
        window = info.data.get("window")
        if window is None:
            return overlap
        for axis, shared, side in (("x", overlap.x, window.width), ("y", overlap.y, window.height)):
            if shared >= side:
                raise ValueError(
                    Saying(
                        "overlap is too high: {axis} must be below the window's side ({side}), found {shared}",
                        axis=axis,
                        side=side,
                        shared=shared,
                    )
                )
        return overlap


Mode = Annotated[FullImage | SlidingWindow, Field(discriminator="source")]


class ModelClasses(Strict):
    """What to keep of what the model finds."""

    save_classes: Annotated[
        Classes, Field(title="Save classes", description="Classes of the model: __all__ or a list of names.")
    ] = ALL
    add_suffix: Annotated[Suffix, Field(title="Add suffix")] = SUFFIX


class ExistingObjects(Strict):
    """What to copy from the project into the result, below what the model finds."""

    save_classes: Annotated[
        Classes, Field(title="Save classes", description="Classes of the project: __all__ or a list of names.")
    ] = []
    add_suffix: Annotated[Suffix, Field(title="Add suffix")] = ""


class InferenceSettings(Strict):
    """How a model looks at a project, and what of it is kept."""

    mode: Annotated[Mode, Field(title="Mode")] = FullImage()
    model_classes: Annotated[ModelClasses, Field(title="Model classes")] = ModelClasses()
    existing_objects: Annotated[ExistingObjects, Field(title="Existing objects")] = ExistingObjects()
    gpu_devices: Annotated[
        list[NotNegative],
        Field(
            title="GPU devices",
            min_length=1,
            max_length=1,
            description="One number. Without a GPU the CPU is used.",
        ),
    ] = [0]

    @model_validator(mode="before")
    @classmethod
    def _source_may_be_left_out(cls, document: Any) -> Any:
        return _named(document, "source")


class NewModelClasses(Strict):
    save_classes: Classes | None = None
    save_names: Classes | None = None
    add_suffix: StrictStr | None = None

    @property
    def kept(self) -> Classes:
        names = self.save_classes if self.save_classes is not None else self.save_names
        return ALL if names is None else names


class ModelTags(Strict):
    """Read and without effect: these networks give no tags."""

    save_names: Classes = ALL
    add_suffix: StrictStr = ""


class NewFullImage(Strict):
    name: Literal["full_image"] = "full_image"
    model_classes: NewModelClasses = NewModelClasses()
    model_tags: ModelTags = ModelTags()

    def settings(self) -> FullImage:
        return FullImage()


class NewSlidingWindow(SlidingWindow):
    source: Annotated[Literal["sliding_window"], Field(exclude=True)] = "sliding_window"
    name: Literal["sliding_window"] = "sliding_window"
    model_classes: NewModelClasses = NewModelClasses()
    model_tags: ModelTags = ModelTags()

    def settings(self) -> SlidingWindow:
        return SlidingWindow(**{name: getattr(self, name) for name in SlidingWindow.model_fields})


class NewModel(Strict):
    gpu_device: NotNegative = 0
    confidence_tag_name: StrictStr | None = None


class NewForm(Strict):
    """The form of 2019 and later: `mode.name`, and the classes to keep inside `mode`."""

    model: NewModel = NewModel()
    mode: Annotated[NewFullImage | NewSlidingWindow, Field(discriminator="name")] = NewFullImage()

    @model_validator(mode="before")
    @classmethod
    def _name_may_be_left_out(cls, document: Any) -> Any:
        return _named(document, "name")

    def settings(self) -> InferenceSettings:
        # This form has no word for existing objects and always keeps them; and its suffix defaults to nothing
        # in every mode but the whole image.
        suffix = self.mode.model_classes.add_suffix
        if suffix is None:
            suffix = SUFFIX if isinstance(self.mode, NewFullImage) else ""
        return InferenceSettings(
            mode=self.mode.settings(),
            model_classes=ModelClasses(save_classes=self.mode.model_classes.kept, add_suffix=suffix),
            existing_objects=ExistingObjects(save_classes=ALL),
            gpu_devices=[self.model.gpu_device],
        )


def parse(document: Any) -> InferenceSettings:
    """Read a config: an object, or its JSON text.

    Raises ConfigRefused with every complaint when it is neither of the two forms.
    """
    document = _loaded(document)
    if not isinstance(document, dict):
        raise ConfigRefused([Complaint("", Saying("an inference config is a JSON object, {form}", form="{ ... }"))])
    try:
        if is_new_form(document):
            return NewForm.model_validate(document).settings()
        return InferenceSettings.model_validate(document)
    except ValidationError as error:
        raise ConfigRefused([_complaint(found, document) for found in error.errors()]) from None


def is_new_form(document: dict) -> bool:
    """Whether a config is written in the form of 2019 and later."""
    mode = document.get("mode")
    return "model" in document or (isinstance(mode, dict) and "name" in mode)


TEMPLATE: dict = {
    "mode": {
        "save": False,
        "source": "sliding_window",
        "window": {"width": 512, "height": 512},
        "min_overlap": {"x": 128, "y": 128},
    },
    "gpu_devices": [0],
    "model_classes": {"add_suffix": SUFFIX, "save_classes": ALL},
    "existing_objects": {"add_suffix": "", "save_classes": []},
}


def _loaded(document: Any) -> Any:
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except json.JSONDecodeError as error:
        message = Saying(
            "this is not JSON: {why} at line {line}, column {column}",
            why=error.msg,
            line=error.lineno,
            column=error.colno,
        )
        raise ConfigRefused([Complaint("", message)]) from None


def _named(document: Any, key: str) -> Any:
    """The document with its mode's name filled in, as full_image is what is meant without one."""
    mode = document.get("mode") if isinstance(document, dict) else None
    if isinstance(mode, dict) and key not in mode:
        return document | {"mode": {key: "full_image"} | mode}
    return document


def _complaint(error: Any, document: dict) -> Complaint:
    # Pydantic names the chosen mode and the tried union member inside the path; the user's document has neither.
    place = [
        str(part) for part in error["loc"] if part not in MODES and not str(part).startswith(("literal[", "list["))
    ]
    path = ".".join(place)
    message = fault(error)
    if error["type"] == "extra_forbidden":
        message = no_such_setting(place[-1], _known(place[:-1], document))
    elif error["type"] == "union_tag_invalid":
        key = "name" if is_new_form(document) else "source"
        path = f"mode.{key}"
        found = repr(document["mode"][key])
        message = Saying("{found} is not offered; the two modes are full_image and sliding_window", found=found)
    elif "save_classes" in place or "save_names" in place:
        message = Saying("expected a list of class names, or __all__")
    elif error["type"] == "literal_error":
        words = [f'"{word}"' for word in re.findall("'([^']*)'", error["ctx"]["expected"])]
        message = Saying("must be one of {words}", words=", ".join(words))
    return Complaint(path, message)


def _known(place: list[str], document: dict) -> list[str]:
    """Names of the settings at a place, following the mode the document chose."""
    new = is_new_form(document)
    at: Any = NewForm if new else InferenceSettings
    for part in place:
        if part == "mode":
            chosen = document["mode"].get("name" if new else "source")
            sliding, whole = (NewSlidingWindow, NewFullImage) if new else (SlidingWindow, FullImage)
            at = sliding if chosen == "sliding_window" else whole
        else:
            at = at.model_fields[part].annotation
    return [name for name in at.model_fields if not (new and name == "source")]
