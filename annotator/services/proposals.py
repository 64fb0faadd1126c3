"""Who can propose a mask for a place in a photo, and asking them. The first of them needs no model.

An app above may register a family of its own, such as one that asks a trained network; none does so far.
"""

import base64
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus

import numpy as np

from annotator.models import Image
from annotator.raster import propose as raster
from annotator.raster import pyramid
from annotator.raster.box import Box
from annotator.raster.propose import Question
from annotator.services import photos
from studio.errors import Problem, Refused
from studio.models import Job
from studio.texts import say

GRABCUT = "grabcut"
# Each is worth a core for a fifth of a second; painting goes on beside them.
AT_ONCE, PATIENCE_S = 2, 2.0
# Up to this many pixels the edge is looked for in the photo at its own size.
SHARP_PX = 2_000_000
MAX_SCRIBBLES, MAX_PLACES = 64, 4000

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Proposal:
    """Pixels of the photo. pixels: bool h×w, each a block of step×step. box: where they lie, ending with the photo."""

    box: Box
    step: int
    pixels: np.ndarray
    method: str
    seconds: float = 0.0

    def as_json(self) -> dict:
        """Plain values, small enough for a job's result."""
        height, width = self.pixels.shape
        packer = zlib.compressobj(level=6, wbits=-zlib.MAX_WBITS)
        data = packer.compress(np.ascontiguousarray(self.pixels, np.uint8).tobytes()) + packer.flush()
        return {
            "box": self.box.as_list(),
            "step": self.step,
            "width": width,
            "height": height,
            "pixels": base64.b64encode(data).decode(),
            "method": self.method,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Offer:
    """name: what to ask for, "grabcut" or "<family>:<number>". is_job: whether the answer takes a job."""

    name: str
    title: str
    is_job: bool = False


@dataclass(frozen=True)
class Family:
    """offers(user, image): what this family has for a photo. ask(user, image, name, question): a Proposal, or the Job
    whose result will hold one as JSON under "proposal"."""

    offers: Callable[..., list[Offer]]
    ask: Callable[..., "Proposal | Job"]


class Busy(Problem):
    """Too many ask at once."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


FAMILIES: dict[str, Family] = {}


def register(name: str, family: Family) -> None:
    """Make a family known; its offers are called `name`, or `name:<something>`."""
    FAMILIES[name] = family


def offers(user, image: Image) -> list[Offer]:
    """All that can propose a mask on this photo, what is quickest first."""
    return [offer for family in FAMILIES.values() for offer in family.offers(user, image)]


def ask(user, image: Image, name: str, question: Question) -> Proposal | Job:
    """Have a mask proposed.

    Raises Refused for a question that makes no sense on this photo, and Busy when others are being answered.
    """
    family = FAMILIES.get(name.partition(":")[0])
    if family is None:
        known = ", ".join(offer.name for offer in offers(user, image))
        sentence = say("method: nothing called {name!r} can propose masks here; known: {known}", name=name, known=known)
        raise Refused(sentence, at="method")
    return family.ask(user, image, name, checked(image, question))


def checked(image: Image, question: Question) -> Question:
    """The question, its box inside the photo. Raises Refused where it cannot be answered."""
    size = image.photo.width, image.photo.height
    if len(question.plus) + len(question.minus) > MAX_SCRIBBLES:
        sentence = say("There are more than {most} strokes; accept what is there, then go on.", most=MAX_SCRIBBLES)
        raise Refused(sentence, at="plus")
    if question.box is None and not question.plus:
        raise Refused(say("A proposal needs a box around the object, or a stroke on it."), at="box")
    if question.box is None:
        on_photo = Box.of_size(*size) & raster.ground_of(question)
        if on_photo.is_empty:
            sentence = say("The strokes lie beside the photo of {size} pixels.", size=f"{size[0]}x{size[1]}")
            raise Refused(sentence, at="plus")
        return question
    box = question.box.clipped(*size)
    if box.is_empty:
        sentence = say(
            "box: {box} has no pixel of the photo of {size} pixels in it.",
            box=question.box.as_list(),
            size=f"{size[0]}x{size[1]}",
        )
        raise Refused(sentence, at="box")
    return replace(question, box=box)


def proposal_in(job: Job) -> dict:
    """What a job found, as JSON. Raises Refused while it has not finished, and when it failed."""
    if job.status in (Job.Status.FAILED, Job.Status.CANCELLED):
        raise Refused(say("The proposal was not made: {why}", why=job.problem or say("it was cancelled")), at="job")
    found = job.result.get("proposal") if job.status == Job.Status.FINISHED else None
    if found is None:
        raise Refused(say("The proposal is not ready yet."), at="job")
    return found


# ---------------------------------------------------------------- the one that needs no model


def grabcut(user, image: Image, name: str, question: Question) -> Proposal:
    """By colour, texture and edges, at a size that suits the question."""
    began = time.perf_counter()
    with taking_turns():
        found, part, step = look(image, question)
    return trimmed(found, part, step, name, image, time.perf_counter() - began)


def look(image: Image, question: Question) -> tuple[np.ndarray, Box, int]:
    """What was found, the part of the photo it was found in, and photo pixels per pixel of it."""
    folder, levels = photos.ensure_pyramid(image.photo), photos.levels_of(image.photo)
    size = image.photo.width, image.photo.height
    part = raster.region(question, size)
    step = step_for(part, lambda box: max(box.size) <= raster.FINE_PX, levels)
    # The blocks of the coarsest level seen begin where those of the finer ones do.
    part = Box(part.left // step * step, part.top // step * step, part.right, part.bottom)
    pixels = pyramid.read_part(folder, size, part, step, photos.TILE)
    found = raster.propose(pixels, question.reduced((part.left, part.top), step))
    sharp = step_for(part, lambda box: box.area <= SHARP_PX, levels)
    if sharp < step:
        pixels = pyramid.read_part(folder, size, part, sharp, photos.TILE)
        found = raster.sharpened(pixels, found, question.reduced((part.left, part.top), sharp))
        step = sharp
    return found, part, step


def step_for(part: Box, is_small: Callable[[Box], bool], levels: int) -> int:
    """The least power of two by which a part of the photo has to be reduced."""
    step = 1
    while step < 1 << (levels - 1) and not is_small(Box(0, 0, -(-part.width // step), -(-part.height // step))):
        step *= 2
    return step


def trimmed(found: np.ndarray, part: Box, step: int, method: str, image: Image, seconds: float) -> Proposal:
    """Without empty margins; of no pixels at all where nothing was found."""
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not len(rows):
        return Proposal(Box(part.left, part.top, part.left, part.top), step, found[:0, :0], method, seconds)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = Box(*(int(edge) * step for edge in (left, top, right, bottom))).shifted(part.left, part.top)
    pixels = found[top:bottom, left:right]
    return Proposal(box.clipped(image.photo.width, image.photo.height), step, pixels, method, seconds)


@contextmanager
def taking_turns() -> Iterator[None]:
    """Few at a time. Raises Busy when it takes too long to have a turn."""
    if not _turns.acquire(timeout=PATIENCE_S):
        sentence = say("Others are being helped just now; ask again in a moment. Painting by hand goes on.")
        raise Busy(sentence, at="method")
    try:
        yield
    finally:
        _turns.release()


register(
    GRABCUT, Family(offers=lambda user, image: [Offer(GRABCUT, "Colour and edges (no model needed)")], ask=grabcut)
)
