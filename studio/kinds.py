"""The kinds of job there are. Each app registers its own in `tasks.py`; the work is named, not imported.

The web process must never import torch, so a kind holds the dotted path of its work, and only `resolve` follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Kind:
    """name: as in Job.kind. work: dotted path of `work(run) -> result`. resumable: may go on after a crash.

    discard: dotted path of `discard(job)`, for what an interrupted job left that is cancelled instead of resumed.
    """

    name: str
    work: str
    queue: str = "default"
    resumable: bool = False
    stoppable: bool = False
    discard: str = ""

    def resolve(self) -> Callable:
        return named(self.work)

    def tidy(self, job: Any) -> None:
        """Discard what a job left that will not run again."""
        if self.discard:
            named(self.discard)(job)


def named(path: str) -> Callable:
    module, _, function = path.rpartition(".")
    return getattr(import_module(module), function)


KINDS: dict[str, Kind] = {}


def register(name: str, work: str, **options) -> None:
    """Make a kind of job known under its name."""
    KINDS[name] = Kind(name, work, **options)
