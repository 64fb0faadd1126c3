"""The kinds of job there are. Each app registers its own in `tasks.py`; the work is named, not imported.

The web process must never import torch, so a kind holds the dotted path of its work, and only `resolve` follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Kind:
    """name: as in Job.kind. work: dotted path of `work(run) -> result`. resumable: may go on after a crash."""

    name: str
    work: str
    queue: str = "default"
    resumable: bool = False
    stoppable: bool = False

    def resolve(self) -> Callable:
        module, _, function = self.work.rpartition(".")
        return getattr(import_module(module), function)


KINDS: dict[str, Kind] = {}


def register(name: str, work: str, **options) -> None:
    """Make a kind of job known under its name."""
    KINDS[name] = Kind(name, work, **options)
