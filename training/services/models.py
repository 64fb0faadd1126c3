"""My models: trained networks under a title."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from annotator.models import Membership
from annotator.services import names
from studio import files
from studio.errors import Conflict, NotAllowed
from studio.texts import say
from training.models import Checkpoint, NetworkModel, TrainingRun

WEIGHTS, CARD = "weights.safetensors", "model.json"


def folder_of(model: NetworkModel) -> Path:
    return settings.DATA / model.folder


def listed(user, *, trash: bool = False) -> QuerySet[NetworkModel]:
    found = NetworkModel.objects.visible_to(user).filter(deleted_at__isnull=not trash)
    return found.select_related("user", "run__project", "checkpoint").order_by("-id")


def model_for(user, model_id: int, *, trash: bool = False) -> NetworkModel:
    """A model this user may use. Raises Http404."""
    found = NetworkModel.objects.visible_to(user).filter(pk=model_id)
    if not trash:
        found = found.filter(deleted_at=None)
    model = found.select_related("user", "run__project", "checkpoint").first()
    if model is None:
        raise Http404
    return model


def by_title(user, title: str) -> NetworkModel | None:
    """The newest living model of this title that the user may use."""
    return listed(user).filter(title=title).first()


def make(checkpoint: Checkpoint, title: str, card: dict, user) -> NetworkModel:
    """A model out of a checkpoint; a title that is taken gets a number. Its weights share the checkpoint's bytes.

    card: what the checkpoint's model.json says.

    Raises Conflict when the checkpoint's files were swept.
    """
    source = settings.DATA / checkpoint.folder
    if checkpoint.swept_at or not source.exists():
        raise Conflict(say("checkpoint {number} was swept: its files are gone", number=checkpoint.number))
    title = names.checked(title, "title")
    with transaction.atomic():
        model = NetworkModel.objects.create(
            title=free_title(title, user),
            user=user,
            run=checkpoint.run,
            checkpoint=checkpoint,
            folder="",
            network=card["network"],
            card=card,
            size=checkpoint.size,
            sha256=checkpoint.sha256,
        )
        model.folder = f"models/{model.pk}"
        model.save(update_fields=["folder"])
        _copy(source, folder_of(model))
    return model


def free_title(title: str, user, but: NetworkModel | None = None) -> str:
    """The title, or title_2, title_3 ... when one of the user's living models is called so."""
    others = NetworkModel.objects.filter(user=user, deleted_at=None, title__startswith=title[:190])
    if but is not None:
        others = others.exclude(pk=but.pk)
    return names.free(title, set(others.values_list("title", flat=True)))


def _copy(source: Path, target: Path) -> None:
    """Both files, by hard link where the disk can, so that a model costs no second copy of its weights."""
    temporary = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name in (WEIGHTS, CARD):
        try:
            os.link(source / name, temporary / name)
        except OSError:
            shutil.copy2(source / name, temporary / name)
    shutil.rmtree(target, ignore_errors=True)  # of a transaction that did not come to its end
    temporary.replace(target)


def rename(model: NetworkModel, title: str, user) -> NetworkModel:
    demand_steering(model, user)
    model.title = free_title(names.checked(title, "title"), model.user, but=model)
    model.save(update_fields=["title"])
    return model


def delete(model: NetworkModel, user) -> None:
    """Into the trash; its files stay, so that it can come back."""
    demand_steering(model, user)
    (folder_of(model) / "download.zip").unlink(missing_ok=True)
    model.deleted_at = timezone.now()
    model.save(update_fields=["deleted_at"])


def restore(model: NetworkModel, user) -> NetworkModel:
    demand_steering(model, user)
    if model.deleted_at is not None:
        model.deleted_at, model.title = None, free_title(model.title, model.user, but=model)
        model.save(update_fields=["deleted_at", "title"])
    return model


def demand_steering(model: NetworkModel, user) -> None:
    """Raises NotAllowed for anybody but who made the model and the owners of the project it was trained on."""
    project = model.run.project_id if model.run else None
    if model.user_id != user.pk and not _owns(user, project):
        raise NotAllowed(say("Only who made this model, or an owner of its project, may change it."))


def _owns(user, project_id: int | None) -> bool:
    owners = Membership.objects.filter(project_id=project_id, user_id=user.pk, role=Membership.Role.OWNER)
    return project_id is not None and owners.exists()


def archive(model: NetworkModel) -> Path:
    """weights.safetensors and model.json in a zip, packed when first asked for. Raises Conflict when they are gone."""
    folder = folder_of(model)
    path = folder / "download.zip"
    if path.exists():
        return path
    try:
        with files.writing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as zipped:
            for name in (WEIGHTS, CARD):
                zipped.write(folder / name, name)
    except FileNotFoundError as error:
        raise Conflict(say("the files of {model!r} are gone from the data folder", model=model.title)) from error
    return path


def runs_visible_to(user) -> QuerySet[TrainingRun]:
    """Runs on projects the user is a member of, and those of no project that the user started."""
    mine = Q(job__user_id=user.pk, project=None) | Q(project__memberships__user_id=user.pk)
    return TrainingRun.objects.filter(mine).distinct()
