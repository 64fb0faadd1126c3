"""The project a query makes: unseen while it fills, seen by everybody who may when it is complete."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotator.models import Membership, Photo, Project
from annotator.services import photos, projects
from annotator.services.access import RANK
from studio.models import Job
from training.dtl.meta import ClassMeta

AT_ONCE = 500
TAKEN = ".taken"


@transaction.atomic
def begin(job: Job, name: str, classes: Iterable[ClassMeta], source: Project) -> Project:
    """A project without members, in the trash: nobody finds it."""
    project = projects.create_project(
        name, user=job.user, classes=classes, made_by=job, source=source, lineage={"kind": "dtl"}
    )
    project.memberships.all().delete()
    project.name, project.deleted_at = name, timezone.now()
    project.save(update_fields=["name", "deleted_at"])
    return project


@transaction.atomic
def finish(project: Project, inputs: Iterable[Project], lineage: dict) -> Project:
    """Show the project. Its members are those who are in all its inputs, each in the least of their roles there."""
    project.lineage = lineage
    project.save(update_fields=["lineage"])
    projects.restore_project(project)
    roles: dict[int, str] | None = None
    for one in inputs:
        here = dict(one.memberships.values_list("user_id", "role"))
        roles = (
            here
            if roles is None
            else {user: min(role, here[user], key=RANK.__getitem__) for user, role in roles.items() if user in here}
        )
    roles = {**(roles or {}), project.made_by.user_id: Membership.Role.OWNER}
    Membership.objects.bulk_create(Membership(project=project, user_id=user, role=role) for user, role in roles.items())
    return project


def discard(project: Project) -> None:
    """Remove a project that never was shown, and the files nobody else uses."""
    digests = set(project.images.values_list("photo__sha256", flat=True))
    while batch := list(project.images.values_list("pk", flat=True)[:AT_ONCE]):
        project.images.filter(pk__in=batch).delete()
    project.delete()
    forget(digests)


def forget(digests: Iterable[str]) -> None:
    """Remove photos no image shows, row and file."""
    digests = sorted(digests)
    for i in range(0, len(digests), AT_ONCE):
        batch = digests[i : i + AT_ONCE]
        Photo.objects.filter(sha256__in=batch, images=None).delete()
        photos.forget_unused(batch)


def drafts_of(job: Job) -> Path:
    """A folder for the files of a run until they belong to something. Each is named by its digest."""
    folder = settings.DATA / "drafts" / f"dtl-{job.pk}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def promote(draft: Path, target: Path) -> None:
    """A draft becomes a file of the photo store, unless that has it already."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # Should the worker die before the row is written, this mark tells the next run which file nobody knows.
    draft.with_suffix(TAKEN).touch()
    draft.replace(target)


def clear(drafts: Path) -> None:
    """Remove drafts, and what became of them where no row knows it."""
    forget({path.stem for path in drafts.glob(f"*{TAKEN}")})
    shutil.rmtree(drafts, ignore_errors=True)


def discard_leftovers(job: Job) -> None:
    """Remove what runs left behind whose worker died: this job's own, and those of jobs that will not come back."""
    hidden = Project.objects.filter(lineage={"kind": "dtl"}, memberships=None).exclude(deleted_at=None)
    for project in hidden.select_related("made_by"):
        if project.made_by is None or is_over(project.made_by, job):
            discard(project)
    for folder in (settings.DATA / "drafts").glob("dtl-*"):
        maker = Job.objects.filter(pk=folder.name.removeprefix("dtl-")).first()
        if maker is None or is_over(maker, job):
            clear(folder)


def is_over(maker: Job, job: Job) -> bool:
    """Whether what a job made so far is of no use: it has ended, or it is `job` itself, which begins again."""
    return maker.pk == job.pk or maker.status not in (*Job.ACTIVE, Job.Status.INTERRUPTED)
