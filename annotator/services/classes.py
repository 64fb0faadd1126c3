"""The classes of a project: what a pixel can be."""

import re
from collections import Counter
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.models import LabelClass, Project
from annotator.raster.patterns import PATTERNS
from annotator.services import names
from studio.errors import Refused
from studio.texts import say

LAST_INDEX = 254  # the byte 255 stays free: label maps of other tools mean neutral by it
NEUTRAL, NEUTRAL_COLOUR = "neutral", "#9B9B9B"
# Okabe and Ito's colours: told apart by colour-blind people too. Black is left out, it is lost on dark photos.
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
KEY = re.compile(r"[1-9n]?")


def add_classes(project: Project, records: Iterable) -> list[LabelClass]:
    """Add several classes, each a record with `name` and, where known, `colour`, `shape`, `key` and `pattern`."""
    return [
        add_class(
            project,
            record.name,
            colour=getattr(record, "colour", None) or None,
            key=getattr(record, "key", "") or None,
            pattern=getattr(record, "pattern", None),
            shape=getattr(record, "shape", "") or "bitmap",
        )
        for record in records
    ]


def ensure_classes(project: Project, records: Iterable) -> dict[str, LabelClass]:
    """Living classes of a project by name, after those of the records it lacks were added."""
    known = {label.name: label for label in project.classes.filter(deleted_at=None)}
    missing = [record for record in records if record.name not in known]
    return known | {label.name: label for label in add_classes(project, missing)}


@transaction.atomic
def add_class(
    project: Project,
    name: str,
    *,
    colour: str | None = None,
    key: str | None = None,
    pattern: str | None = None,
    shape: str = "bitmap",
) -> LabelClass:
    """Give a project one more class under the next index. Colour, key and pattern are chosen when None.

    Raises Refused when the name is taken, or all 254 indexes were given.
    """
    name = names.checked(name, "name")
    Project.objects.select_for_update().filter(pk=project.pk).first()  # two people adding at once get two indexes
    others = list(project.classes.all())
    living = [label for label in others if label.deleted_at is None]
    _refuse_taken(name, living)
    index = max((label.index for label in others), default=0) + 1
    if index > LAST_INDEX:
        raise Refused(
            say(
                "A project can hold {most} classes, deleted ones included; {project!r} has them all.",
                most=LAST_INDEX,
                project=project.name,
            )
        )
    is_neutral = name.casefold() == NEUTRAL
    if colour is None:
        colour = NEUTRAL_COLOUR if is_neutral else COLOURS[(index - 1) % len(COLOURS)]
    if key is None:
        key = _free_key({label.key for label in living}, is_neutral)
    elif key and any(label.key == key for label in living):
        key = ""
    if pattern is None:
        # Seven colours and six patterns: no two of the first 42 classes share both.
        pattern = LabelClass.Pattern.HATCH if is_neutral else PATTERNS[(index - 1) % len(PATTERNS)]
    return LabelClass.objects.create(
        project=project,
        index=index,
        name=name,
        colour=checked_colour(colour),
        key=checked_key(key),
        pattern=checked_pattern(pattern),
        shape=shape[:20],
    )


def _free_key(taken: set[str], is_neutral: bool) -> str:
    wanted = "n" if is_neutral else "123456789"
    return next((key for key in wanted if key not in taken), "")


def _refuse_taken(name: str, living: Iterable[LabelClass]) -> None:
    if any(label.name == name for label in living):
        raise Refused(say("name: this project has a class {name!r} already", name=name), at="name")


def checked_colour(colour: object) -> str:
    if not isinstance(colour, str) or not COLOUR.fullmatch(colour):
        sentence = say("colour: expected six hexadecimal digits like #F5A623, found {colour!r}", colour=colour)
        raise Refused(sentence, at="colour")
    return colour.upper()


def checked_key(key: object) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Refused(f"key: expected a digit 1 to 9, n, or nothing, found {key!r}", at="key")
    return key


def checked_pattern(pattern: object) -> str:
    if pattern not in LabelClass.Pattern.values:
        known = ", ".join(repr(value) for value in LabelClass.Pattern.values if value)
        raise Refused(f"pattern: expected nothing or one of {known}, found {pattern!r}", at="pattern")
    return str(pattern)


@transaction.atomic
def change_class(label: LabelClass, **changes: str) -> LabelClass:
    """Change name, colour, key or pattern. A key another class has is swapped with it.

    Raises Refused when the name is taken.
    """
    if label.deleted_at is not None:
        raise Refused(say("The class {name!r} is in the trash: restore it first.", name=label.name))
    others = list(label.project.classes.select_for_update().filter(deleted_at=None).exclude(pk=label.pk))
    if "name" in changes:
        label.name = names.checked(changes["name"], "name")
        _refuse_taken(label.name, others)
    if "colour" in changes:
        label.colour = checked_colour(changes["colour"])
    if "pattern" in changes:
        label.pattern = checked_pattern(changes["pattern"])
    if "key" in changes:
        key = checked_key(changes["key"])
        for other in others:
            if key and other.key == key:
                other.key = label.key
                other.save(update_fields=["key"])
        label.key = key
    label.save(update_fields=["name", "colour", "pattern", "key"])
    return label


def delete_class(label: LabelClass) -> None:
    """Into the trash: its pixels stay, unseen, and come back with it."""
    LabelClass.objects.filter(pk=label.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_class(label: LabelClass) -> LabelClass:
    """Out of the trash; under name_2 when its name was taken, without its key when that was.

    Raises Refused when it has gone for good.
    """
    if label.deleted_at is None:
        return label
    if label.purged_at is not None:
        raise Refused(say("The class {name!r} was in the trash for too long: its pixels are gone.", name=label.name))
    living = list(label.project.classes.filter(deleted_at=None))
    label.name = names.free(label.name, {other.name for other in living})
    if label.key in {other.key for other in living}:
        label.key = ""
    label.deleted_at = None
    try:
        label.save(update_fields=["name", "key", "deleted_at"])
    except IntegrityError:
        raise Refused(say("name: this project has a class {name!r} already", name=label.name), at="name") from None
    return label


def known_indexes(project_id: int) -> set[int]:
    """Bytes a mask of this project may hold: those of its classes, deleted ones too, and 0 for background."""
    return {0, *LabelClass.objects.filter(project_id=project_id).values_list("index", flat=True)}


def usage(project: Project) -> tuple[Counter[int], Counter[int]]:
    """(images with this class, pixels of it) by class index, over the living images of a project."""
    images: Counter[int] = Counter()
    pixels: Counter[int] = Counter()
    rows = project.images.filter(deleted_at=None, is_annotated=True).order_by().values_list("class_px", flat=True)
    for class_px in rows:
        for index, px in class_px.items():
            images[int(index)] += 1
            pixels[int(index)] += px
    return images, pixels
