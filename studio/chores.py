"""What the studio does by itself now and then. Each app registers its own in `tasks.py`, named and not imported.

Chores run in the workers. Several workers, or a crash in the middle, must do no harm: a chore is written so that doing
it again goes on where it was left.
"""

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import close_old_connections

from studio.kinds import named

log = logging.getLogger(__name__)

FIRST_S = 20.0  # a studio that is started for an hour a week does its chores too
LOOK_S = 10.0


@dataclass(frozen=True)
class Chore:
    """work: dotted path of `work()`."""

    name: str
    work: str
    every_s: float


CHORES: dict[str, Chore] = {}


def register(name: str, work: str, *, every_s: float) -> None:
    CHORES[name] = Chore(name, work, every_s)


def keep_doing(stop: threading.Event) -> None:
    """Do every chore when its time has come, for as long as a worker lives."""
    due = dict.fromkeys(CHORES, time.monotonic() + FIRST_S)
    while not stop.wait(LOOK_S):
        for name, chore in CHORES.items():
            if time.monotonic() >= due[name]:
                due[name] = time.monotonic() + chore.every_s
                do(chore)


def do(chore: Chore) -> bool:
    """Do a chore now; False when another process is at it, or it failed, which the log tells."""
    with _alone(chore) as is_alone:
        if not is_alone:
            return False
        try:
            named(chore.work)()
        except Exception:
            log.warning("the chore %s failed and will be tried again", chore.name, exc_info=True)
            return False
        finally:
            close_old_connections()
    return True


@contextmanager
def _alone(chore: Chore) -> Iterator[bool]:
    """Whether no other process of this machine does this chore; the kernel lets go of it when its holder dies."""
    folder = settings.DATA / "chores"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{chore.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
