"""The trash: what was deleted comes back for a while, then goes for good with everything it left on disk."""

import math
import shutil
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotator.models import Edit, EditTile, Image, LabelClass, Membership, Photo, Plane, Project, Tile
from annotator.raster import tile
from annotator.raster.box import Box, tile_box
from annotator.services import exports, imports, masks, overlays, past, photos, workflow
from studio.errors import Conflict
from studio.models import Job

# What other apps keep of an image outside of the database: called with it before it goes, inside the transaction.
_forget_more: list[Callable[[Image], None]] = []


@dataclass
class Swept:
    """What went for good."""

    projects: int = 0
    images: int = 0
    classes: int = 0
    photos: int = 0


def also_forget(forget: Callable[[Image], None]) -> None:
    """Have an app remove its files of an image that goes for good; doing so twice must be harmless."""
    _forget_more.append(forget)


def days_left(deleted_at: datetime | None, now: datetime | None = None) -> int | None:
    """Whole days, begun ones too, until something in the trash goes for good; None for what is not in it."""
    if deleted_at is None:
        return None
    left = deleted_at + timedelta(days=settings.TRASH_DAYS) - (now or timezone.now())
    return max(0, math.ceil(left / timedelta(days=1)))


def sweep(older_than_days: int | None = None) -> Swept:
    """Empty the trash of what has lain there long enough.

    Everything goes in steps that are each done or not done, and what a crash left is found by the next sweep.
    """
    days = settings.TRASH_DAYS if older_than_days is None else older_than_days
    until = timezone.now() - timedelta(days=days)
    swept = Swept()
    for project in _projects_to_purge(until):
        swept.projects += purge_project(project)
    for image in Image.objects.filter(deleted_at__lte=until).select_related("photo"):
        swept.images += purge_image(image)
    for label in LabelClass.objects.filter(deleted_at__lte=until, purged_at=None).select_related("project"):
        swept.classes += purge_class(label)
    swept.photos = sweep_photos()
    return swept


def _projects_to_purge(until: datetime) -> QuerySet[Project]:
    """Those of the trash that were deleted before, and none that a job is filling: it has no members while it does."""
    long_ago = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    found = Project.objects.filter(Q(memberships__isnull=False) | Q(deleted_at__lte=long_ago), deleted_at__lte=until)
    filling = Project.objects.filter(made_by__status__in=Job.ACTIVE)
    return found.exclude(pk__in=filling.values("pk")).distinct()


def purge_project(project: Project) -> bool:
    """Remove a project of the trash with its images; False when it was taken out of there meanwhile."""
    with transaction.atomic():
        if not Project.objects.select_for_update().filter(pk=project.pk).exclude(deleted_at=None).exists():
            return False
        # From here on nobody can bring half a project back, and the next sweep goes on with it.
        Membership.objects.filter(project=project).delete()
        long_ago = timezone.now() - timedelta(days=settings.TRASH_DAYS)
        Project.objects.filter(pk=project.pk, deleted_at__gt=long_ago).update(deleted_at=long_ago)
    for image in Image.objects.filter(project=project).select_related("photo"):
        purge_image(image, even_living=True)
    for found in project.imports.all():
        imports.remove_files(found)
    for job in Job.objects.filter(kind="export", project_id=project.pk):
        exports.place_of(job).unlink(missing_ok=True)
    project.delete()
    return True


@transaction.atomic
def purge_image(image: Image, *, even_living: bool = False) -> bool:
    """Remove an image of the trash with its mask and its history; False when it was taken out of there meanwhile."""
    locked = Image.objects.select_for_update().filter(pk=image.pk)
    if not even_living:
        locked = locked.exclude(deleted_at=None)
    if not locked.exists():
        return False
    for forget in _forget_more:
        forget(image)
    shutil.rmtree(overlays.folder_of(image), ignore_errors=True)
    # The long tables by one statement each; what is short goes with the image.
    EditTile.objects.filter(image=image).delete()
    Tile.objects.filter(image=image).delete()
    Edit.objects.filter(image=image).delete()
    locked.delete()
    return True


def purge_class(label: LabelClass) -> bool:
    """Erase the pixels of a class of the trash and bury it; False while photos that nobody may change have some.

    Its row stays: an index is never given to another class.
    """
    painted = Image.objects.filter(project=label.project_id, class_px__has_key=str(label.index))
    for image in painted.select_related("photo"):
        if image.state not in workflow.LOCKED:
            erase_class(image, label)
    if painted.exists():
        return False
    return bool(
        LabelClass.objects.filter(pk=label.pk, purged_at=None)
        .exclude(deleted_at=None)
        .update(purged_at=timezone.now(), key="")
    )


def erase_class(image: Image, label: LabelClass) -> Edit | None:
    """Make every pixel of a class background, as one edit of nobody's."""
    for _ in range(masks.PAINT_ATTEMPTS):
        keys = list(image.tiles.filter(plane=Plane.CLASS).values_list("x", "y"))
        writes, box = [], Box(0, 0, 0, 0)
        for key, versions, (classes, _) in past.pairs_now(image, keys):
            if not (is_it := classes == label.index).any():
                continue
            here = tile_box(*key)
            box |= past.changed_box(is_it, np.zeros_like(is_it)).shifted(here.left, here.top)
            classes[is_it] = 0
            writes.append(masks.TileWrite(Plane.CLASS, *key, versions[Plane.CLASS], tile.encode(classes)))
        if not writes:
            return None
        details = {"class": label.name}
        try:
            return masks.write_edit(
                image, uuid=uuids.uuid4(), user=None, tool="trash", tiles=writes, box=box, details=details
            )
        except Conflict:
            continue  # somebody painted between our reading and writing: read again
    return None


def sweep_photos() -> int:
    """Remove photos that no image shows any more, with their files. A file that one image still shows stays."""
    gone = 0
    for digest in Photo.objects.filter(images=None).values_list("sha256", flat=True):
        with transaction.atomic():
            # Imports, samples and datasets put photos into the store before the rows that show them.
            if Job.objects.filter(queue="default", status__in=Job.ACTIVE).exists():
                return gone
            gone += photos.forget_unused([digest])
    return gone
