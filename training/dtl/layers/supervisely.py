"""Where samples become a new project."""

from typing import ClassVar

from pydantic import ConfigDict

from studio.sayings import Saying
from training.dtl.layers.layer import Layer


class Supervisely(Layer):
    """Saves everything that arrives as a new project. Its dst is the name of the project."""

    model_config = ConfigDict(extra="ignore")  # the reference ignores whatever stands here

    action: ClassVar[str] = "supervisely"
    title: ClassVar[str] = Saying("Save as project")
    outputs: ClassVar[tuple[str, ...]] = ()
