"""Imports: files are looked at first and reported, then taken all or none."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from annotator.models import Import, Project, Upload
from annotator.services import names, uploads
from studio import jobs
from studio.errors import Conflict, Refused
from studio.models import Job
from studio.sayings import Saying
from studio.texts import say, told_all

State = Import.State
STATE_WORDS = {
    State.SCANNING: pgettext_lazy("state of an import", "scanning"),
    State.READY: pgettext_lazy("state of an import", "ready"),
    State.IMPORTING: pgettext_lazy("state of an import", "importing"),
    State.DONE: pgettext_lazy("state of an import", "done"),
    State.FAILED: pgettext_lazy("state of an import", "failed"),
}
FORMATS = ("auto", "supervisely", "png", "photos")


def begin(
    user,
    *,
    project: Project | None = None,
    project_name: str = "",
    format: str = "auto",
    upload_ids: list[int] | None = None,
    path: Path | None = None,
) -> Import:
    """Have files looked at by a scan job.

    project:    where they go; None makes a new one called `project_name` when they are taken.
    upload_ids: complete uploads of this user, zips among them.   path: a folder or zip on this machine instead.

    Raises Refused when the uploads are not complete, Http404 when they are not this user's.
    """
    if format not in FORMATS:
        raise Refused(f"format: expected one of {', '.join(FORMATS)}, found {format!r}", at="format")
    if project is None:
        project_name = names.checked(project_name, "project_name")
    forget_old(user)
    if upload_ids is not None:
        _check_uploads(user, upload_ids)
        source: dict[str, Any] = {"uploads": upload_ids}
        what: str = Saying("{count} files", count=len(upload_ids))
    else:
        assert path is not None, "an import comes from uploads or from a path"
        source, what = {"path": str(path.resolve())}, path.name
    title = Saying("Look at {files} for {project}", files=what, project=project.name if project else project_name)
    with transaction.atomic():
        found = Import.objects.create(
            user=user, project=project, project_name=project_name, format=format, source=source
        )
        found.scan = jobs.create(
            "scan", title, user=user, project_id=project.pk if project else None, settings={"import": found.pk}
        )
        found.save(update_fields=["scan"])
        jobs.enqueue(found.scan)
    return found


def _check_uploads(user, upload_ids: list[int]) -> None:
    rows = Upload.objects.filter(user=user, pk__in=upload_ids)
    if len(rows) < len(set(upload_ids)):
        raise Http404
    for upload in rows:
        if not upload.is_complete:
            sentence = say(
                "uploads: {name!r} has {received} of {size} bytes so far",
                name=upload.name,
                received=upload.received,
                size=upload.size,
            )
            raise Refused(sentence, at="uploads")


def import_for(user, import_id: int) -> Import:
    """An import of this user, its state in step with its jobs. Raises Http404."""
    found = Import.objects.select_related("project", "scan", "job").filter(pk=import_id, user=user).first()
    if found is None:
        raise Http404
    return settled(found)


def settled(found: Import) -> Import:
    """A worker that was killed could not say so on the import: its job does."""
    ended = (Job.Status.FAILED, Job.Status.CANCELLED, Job.Status.INTERRUPTED)
    if found.state == State.SCANNING and found.scan is not None and found.scan.status in ended:
        _turn(found, State.SCANNING, State.FAILED)
    elif found.state == State.IMPORTING and found.job is not None and found.job.status in ended:
        # Nothing was taken, so it may be tried again.
        _turn(found, State.IMPORTING, State.READY)
    return found


def _turn(found: Import, old: str, new: str) -> bool:
    turned = Import.objects.filter(pk=found.pk, state=old).update(state=new)
    found.refresh_from_db(fields=["state"])
    return bool(turned)


def told_report(report: dict[str, Any]) -> dict[str, Any]:
    """What the scan found, in the reader's language."""
    return {**report, "findings": [told_all(finding) for finding in report["findings"]]}


@transaction.atomic
def commit(found: Import) -> Job:
    """Take what the report says, by a job.

    Raises Conflict unless the import is ready, and Refused when there is nothing in it to take.
    """
    if found.state != State.READY:
        sentence = say("this import is {state}; only one that is ready can be taken", state=STATE_WORDS[found.state])
        raise Conflict(sentence, at="state")
    if not found.report.get("can_commit"):
        raise Refused(say("there is nothing in it that can be imported; the report says why"), at="report")
    if found.project is not None and found.project.deleted_at is not None:
        raise Conflict(say("the project {name!r} was deleted meanwhile", name=found.project.name), at="project")
    if not _turn(found, State.READY, State.IMPORTING):
        raise Conflict(say("this import is being taken already"), at="state")
    name = found.project.name if found.project else found.project_name
    title = Saying("Import {count} photos into {project}", count=found.report["images"], project=name)
    found.job = jobs.create(
        "import", title, user=found.user, project_id=found.project_id, settings={"import": found.pk}
    )
    found.save(update_fields=["job"])
    jobs.enqueue(found.job)
    return found.job


def discard(found: Import) -> None:
    """Forget an import and its files. Raises Conflict while a job is at them."""
    for job in (found.scan, found.job):
        if job is not None and job.status in Job.ACTIVE:
            raise Conflict(say("a job is at work on this import; cancel that first"), at="state")
    remove_files(found)
    found.delete()


def forget_old(user) -> None:
    """Imports that nobody decided on for a week make room."""
    too_old = timezone.now() - uploads.FORGOTTEN_AFTER
    for found in Import.objects.filter(user=user, created_at__lt=too_old).exclude(state=State.DONE):
        try:
            discard(found)
        except Conflict:
            continue  # a job is still at it


def staging_of(found: Import) -> Path:
    """Where an import's files lie until it is taken or discarded."""
    return settings.DATA / "imports" / str(found.pk)


def remove_files(found: Import) -> None:
    """Its staging folder and its uploads."""
    shutil.rmtree(staging_of(found), ignore_errors=True)
    for upload in Upload.objects.filter(user=found.user, pk__in=found.source.get("uploads", [])):
        uploads.discard(upload)
