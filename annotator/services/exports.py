"""Projects on their way out: as records that a format can write."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.http import Http404

from annotator.formats.records import ClassRecord, ImageRecord, ObjectRecord, ProjectRecord
from annotator.models import Image, Project
from annotator.raster import regions
from annotator.services import masks, photos
from studio import jobs
from studio.errors import Refused
from studio.models import Job
from studio.sayings import Saying

FORMATS = ("supervisely", "png")


def begin(project: Project, *, user, format: str = "supervisely", folder: Path | None = None) -> Job:
    """Export by a job: into a zip to be downloaded, or into a folder of this machine.

    Raises Refused when the folder has something in it.
    """
    if format not in FORMATS:
        raise Refused(f"format: expected one of {', '.join(FORMATS)}, found {format!r}", at="format")
    if folder is not None:
        folder = folder.resolve()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused(f"{folder} is there already and not empty; export into a new folder")
    wanted = {"project": project.pk, "format": format, "folder": str(folder) if folder else None}
    title = Saying("Export {project}", project=project.name)
    job = jobs.create("export", title, user=user, project_id=project.pk, settings=wanted)
    jobs.enqueue(job)
    return job


def record_of(project: Project) -> ProjectRecord:
    """A project's living classes and images; masks are read when a format asks for them."""
    labels = list(project.classes.filter(deleted_at=None))
    class_names = {label.index: label.name for label in labels}
    rows = project.images.filter(deleted_at=None).select_related("photo").order_by("dataset", "name")
    return ProjectRecord(
        classes=[ClassRecord(label.name, label.colour, label.shape, label.key) for label in labels],
        images=[
            ImageRecord(
                dataset=image.dataset,
                name=image.name,
                path=photos.path_of(image.photo),
                width=image.photo.width,
                height=image.photo.height,
                tags=tuple(image.tags),
                description=image.description,
                objects=partial(objects_of, image, class_names),
            )
            for image in rows
        ],
    )


def objects_of(image: Image, class_names: dict[int, str]) -> Iterator[ObjectRecord]:
    """Each object of a mask; pixels of classes in the trash are left out."""
    ids, found = regions.label_planes(*masks.planes_of(image))
    living = (region for region in found if region.class_index in class_names)
    for region, mask in regions.masks(ids, living):
        yield ObjectRecord(class_names[region.class_index], (region.box.left, region.box.top), mask)


def zip_of(job: Job) -> Path:
    """The zip an export left. Raises Http404 when the job made none."""
    path = place_of(job)
    if job.kind != "export" or job.status != Job.Status.FINISHED or not path.exists():
        raise Http404
    return path


def place_of(job: Job) -> Path:
    return settings.DATA / "exports" / f"{job.pk}.zip"
