"""How to annotate a project: its owner's words, and pictures of how it should look and how it should not."""

import tempfile
from pathlib import Path

import cv2
import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from annotator.models import Guide, GuideExample, Image, Plane, Project
from annotator.raster import coverage, patterns
from annotator.raster import photo as raster_photo
from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane
from annotator.services import masks, overlays, photos
from studio.errors import Refused
from studio.sayings import Saying
from studio.texts import say

LONGEST_TEXT = 20_000  # characters
LONGEST_CAPTION = 300
LONGEST_PX = 960  # longer side of a picture
LEAST_PX = 8  # sides of a region
MOST_EXAMPLES = 40
QUALITY = 85
MASK_ALPHA = 0.45
PERIOD_PX = 8
VERDICTS = GuideExample.Verdict.values


def guide_of(project: Project) -> Guide:
    """The guide of a project; an empty one that is not saved where nobody has written one."""
    found = Guide.objects.filter(project=project).select_related("changed_by").first()
    return found or Guide(project=project)


def examples_of(guide: Guide) -> list[GuideExample]:
    return [] if guide.pk is None else list(guide.examples.defer("picture").select_related("image"))


def write(project: Project, text: str, *, user) -> Guide:
    """Replace the words. Raises Refused when they are too many."""
    text = text.replace("\0", "")
    if len(text) > LONGEST_TEXT:
        sentence = say(
            "text: a guide has at most {longest} characters, found {count}", longest=LONGEST_TEXT, count=len(text)
        )
        raise Refused(sentence, at="text")
    with transaction.atomic():
        guide = _changed(project, user)
        Guide.objects.filter(pk=guide.pk).update(text=text)
    return guide_of(project)


def _changed(project: Project, user) -> Guide:
    """The guide, made when there is none, with a version higher than before."""
    guide, _ = Guide.objects.get_or_create(project=project)
    Guide.objects.filter(pk=guide.pk).update(version=F("version") + 1, changed_at=timezone.now(), changed_by=user)
    return guide


# ---------------------------------------------------------------- examples


def add_region(
    image: Image, box: Box, *, user, verdict: str, caption: str = "", shows_mask: bool = True
) -> GuideExample:
    """A part of a photo as an example, kept as photo and mask are now.

    Raises Refused when the part is not in the photo or the guide is full.
    """
    inside = box & Box.of_size(image.photo.width, image.photo.height)
    if inside.width < LEAST_PX or inside.height < LEAST_PX:
        size = f"{image.photo.width}x{image.photo.height}"
        sentence = say(
            "box: expected at least {least} pixels of the photo of {size}, found {box}",
            least=f"{LEAST_PX}x{LEAST_PX}",
            size=size,
            box=box.as_list(),
        )
        raise Refused(sentence, at="box")
    pixels = region(image, inside, shows_mask)
    return _add(
        image.project, pixels, user=user, verdict=verdict, caption=caption, shows_mask=shows_mask, image=image,
        box=inside.as_list(),
    )  # fmt: skip


def add_picture(project: Project, data: bytes, *, user, verdict: str, caption: str = "") -> GuideExample:
    """An uploaded picture as an example, decoded and written anew. Raises Refused when it is no photo."""
    with tempfile.NamedTemporaryFile(prefix="example-", dir=settings.DATA) as file:
        file.write(data)
        file.flush()
        path = Path(file.name)
        try:
            raster_photo.probe(path, settings.MAX_PIXELS)
            pixels = raster_photo.read_reduced(path, LONGEST_PX)
        except raster_photo.PhotoRefused as refused:
            raise Refused(refused.saying.but(photo=Saying("The file")), at="picture") from None
    return _add(project, pixels, user=user, verdict=verdict, caption=caption, shows_mask=False)


def _add(project: Project, pixels: np.ndarray, *, user, **fields) -> GuideExample:
    checked(fields)
    written, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert written
    height, width = pixels.shape[:2]
    with transaction.atomic():
        guide = _changed(project, user)
        if guide.examples.count() >= MOST_EXAMPLES:
            sentence = say("A guide shows {most} pictures at most: take one away first.", most=MOST_EXAMPLES)
            raise Refused(sentence, at="examples")
        last = guide.examples.aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        return GuideExample.objects.create(
            guide=guide, place=place, width=width, height=height, picture=data.tobytes(), **fields
        )


def change_example(example: GuideExample, *, user, place: int | None = None, **changes) -> GuideExample:
    """Another verdict or caption, or another turn: `place` counts from 0."""
    checked(changes)
    with transaction.atomic():
        _changed(example.guide.project, user)
        for name, value in changes.items():
            setattr(example, name, value)
        example.save(update_fields=["verdict", "caption"])
        if place is not None:
            others = [other.pk for other in examples_of(example.guide) if other.pk != example.pk]
            others.insert(max(0, place), example.pk)
            for turn, pk in enumerate(others):
                GuideExample.objects.filter(pk=pk).update(place=turn)
    example.refresh_from_db(fields=["place"])
    return example


def remove_example(example: GuideExample, *, user) -> None:
    with transaction.atomic():
        _changed(example.guide.project, user)
        example.delete()


def checked(fields: dict) -> None:
    """Raises Refused for a verdict that is none, or a caption that is too long."""
    if "verdict" in fields and fields["verdict"] not in VERDICTS:
        raise Refused(f"verdict: expected {' or '.join(VERDICTS)}, found {fields['verdict']!r}", at="verdict")
    if len(fields.get("caption", "")) > LONGEST_CAPTION:
        raise Refused(say("caption: expected at most {longest} characters", longest=LONGEST_CAPTION), at="caption")


# ---------------------------------------------------------------- pictures


def region(image: Image, box: Box, shows_mask: bool) -> np.ndarray:
    """A part of a photo, h×w×3 uint8 RGB with a longer side of at most LONGEST_PX, its mask laid over it."""
    whole = raster_photo.open_upright(photos.path_of(image.photo))
    part = whole.crop(box.left, box.top, box.width, box.height)
    size = raster_photo.reduced_size(box.width, box.height, LONGEST_PX)
    if size != box.size:
        part = part.thumbnail_image(size[0], height=size[1], size="force")
    pixels = np.ascontiguousarray(part.numpy())
    return with_mask(pixels, image, box) if shows_mask else pixels


def with_mask(pixels: np.ndarray, image: Image, box: Box) -> np.ndarray:
    """Lay the mask of a box over its picture, in the colours and patterns of the classes."""
    palette = overlays.palette_of(image.project)
    tiles = masks.tiles_of(image, Plane.CLASS, keys=list(box.tiles()))
    classes = SparsePlane(np.uint8, {(x, y): data for x, y, _, data in tiles}).read(box)
    height, width = pixels.shape[:2]
    mixed = pixels.astype(np.float32)
    for index, colour in palette.colours.items():
        is_class = (classes == index).astype(np.float32)
        if not is_class.any():
            continue
        # How much of each small pixel is painted, so that thin things do not vanish.
        share = cv2.resize(is_class, (width, height), interpolation=cv2.INTER_AREA)
        is_strong = patterns.is_strong(palette.patterns[index], height, width, PERIOD_PX)
        alpha = MASK_ALPHA * share * np.where(is_strong, 1.0, patterns.GAP)
        ink = is_strong[..., None] * np.array(coverage.rgb(colour), np.float32)
        mixed += alpha[..., None] * (ink - mixed)
    return np.rint(mixed).astype(np.uint8)
