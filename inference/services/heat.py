"""How sure the network was: the probabilities of a predicted image, for the page's heat and for measuring."""

import shutil

from django.conf import settings
from django.http import Http404

from annotator.models import Image
from annotator.services import access
from inference.models import Probability
from inference.tiling.heat import Heat, level_sizes, tile_size, zero_tile
from studio.errors import Refused
from studio.texts import say


def probability_for(user, probability_id: int) -> Probability:
    """Raises Http404 when the user may not see its image."""
    found = Probability.objects.filter(pk=probability_id).first()
    if found is None:
        raise Http404
    found.image = access.image_for(user, found.image_id)
    return found


def tile_bytes(probability: Probability, level: int, x: int, y: int) -> bytes:
    """A PNG of 8-bit grey. Raises Http404 where the level has no such tile."""
    sizes = level_sizes(probability.width, probability.height)
    size = tile_size(sizes[level], x, y) if level < len(sizes) else None
    if size is None:
        raise Http404
    path = settings.DATA / probability.folder / str(level) / f"{x}_{y}.png"
    return path.read_bytes() if path.exists() else zero_tile(size)


def forget(image: Image) -> None:
    """Remove the files of an image that goes for good."""
    for folder in image.probabilities.values_list("folder", flat=True):
        shutil.rmtree(settings.DATA / folder, ignore_errors=True)


def heat_of(probability: Probability) -> Heat:
    """Its values at the photo's resolution."""
    photo = probability.image.photo
    size = (probability.width, probability.height)
    return Heat(settings.DATA / probability.folder, size, (photo.width, photo.height))


def chosen(image: Image, probability_id: int | None, threshold: int | None) -> Probability | None:
    """The probability to draw a threshold in, or None when none was asked for.

    Raises Refused when it is not this image's, or the threshold is missing or not within 1..255.
    """
    if probability_id is None:
        if threshold is not None:
            raise Refused(say("probability: a threshold needs to know of which probability"), at="probability")
        return None
    found = image.probabilities.filter(pk=probability_id).first()
    if found is None:
        sentence = say("probability: {photo} has no probability {number}", photo=image.name, number=probability_id)
        raise Refused(sentence, at="probability")
    if threshold is None or not 1 <= threshold <= 255:
        raise Refused(say("threshold: expected 1 to 255, found {found}", found=threshold), at="threshold")
    return found
