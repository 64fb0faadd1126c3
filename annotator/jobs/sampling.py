"""Drawing the sample project."""

import cv2
import numpy as np
from django.conf import settings
from django.db import transaction

from annotator import scenes
from annotator.formats.records import ObjectRecord
from annotator.formats.stack import stack
from annotator.jobs.importing import objects_worth_keeping
from annotator.models import Photo, Project
from annotator.services import images, photos, projects, samples
from studio import files
from studio.jobs import Run
from studio.sayings import Saying

QUALITY = 92
DESCRIPTION = Saying("Drawn by Catenary, to try everything on: no real place, no real power line.")


def sample(run: Run) -> dict:
    """All photos or none, the same ones each time."""
    size, count = run.settings["size"], run.settings["count"]
    index_of = {record.name: index for index, record in enumerate(scenes.CLASSES, start=1)}
    if (made := Project.objects.filter(made_by=run.job).first()) is not None:
        # A crash came between the last row and the end of the job.
        return {"project": made.pk, "images": count}
    fresh: list[str] = []
    try:
        prepared = draw(run, size, count, index_of, fresh)
        project = add(run, prepared)
    except Exception:
        photos.forget_unused(fresh)
        raise
    photos.queue_pyramids([one.image.photo_id for one in prepared], user=run.job.user, project=project)
    return {"project": project.pk, "images": count, "objects": sum(one.image.object_count for one in prepared)}


def draw(run: Run, size: int, count: int, index_of: dict[str, int], fresh: list[str]) -> list[images.Prepared]:
    """fresh: gets the digests of photos the store did not have."""
    prepared = []
    path = settings.DATA / f".sample-{run.job.pk}.part"
    try:
        for number in range(count):
            doing = Saying("Drawing photo {number} of {count}", number=number + 1, count=count)
            run.progress(0.97 * number / count, doing=doing)
            scene = scenes.scene(number, size, size)
            path.write_bytes(jpeg(scene.photo))
            digest = files.sha256_of(path)
            if not Photo.objects.filter(sha256=digest).exists():
                fresh.append(digest)
            photo = photos.store_photo(path)
            stacked = stack(left_to_paint(scene.objects) if number == 0 else scene.objects, index_of, (size, size))
            objects = objects_worth_keeping(stacked)
            name = f"line_{number + 1:02}.jpg"
            prepared.append(images.prepare(None, photo, "drawn", name, classes=stacked.classes, objects=objects))
    finally:
        path.unlink(missing_ok=True)
    return prepared


def left_to_paint(objects: list[ObjectRecord]) -> list[ObjectRecord]:
    """Without the largest insulator: the first stroke of whoever tries it needs something to be painted."""
    largest = max((one for one in objects if one.class_name == scenes.ISOLATOR), key=lambda one: one.mask.sum())
    return [one for one in objects if one is not largest]


def add(run: Run, prepared: list[images.Prepared]) -> Project:
    with transaction.atomic():
        project = projects.create_project(
            samples.NAME, user=run.job.user, description=DESCRIPTION, classes=scenes.CLASSES, made_by=run.job
        )
        for one in prepared:
            one.image.project = project
        images.add_all(prepared, user=run.job.user, tool="sample")
        run.job.project_id = project.pk
        run.job.save(update_fields=["project_id"])
    return project


def jpeg(pixels: np.ndarray) -> bytes:
    written, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert written
    return data.tobytes()
