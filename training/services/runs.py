"""Training runs: checking what is asked, starting, looking, making models of checkpoints, sweeping the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from annotator.models import Membership, Project
from annotator.services import access, names
from studio import jobs
from studio.errors import Conflict, NotAllowed, Refused
from studio.models import Job
from studio.sayings import Saying
from studio.texts import either, say
from training.models import Checkpoint, NetworkModel, TrainingRun
from training.services import models, samples, weights
from training.unet.classes import NEUTRAL
from training.unet.settings import CONTINUE, NETWORKS, Complaint, TrainSettings
from training.unet.settings import complaints as config_complaints

IMAGENET, RANDOM, MODEL = STARTS = ("imagenet", "random", "model")
START_TEXTS = {
    IMAGENET: (Saying("ImageNet"), Saying("The encoder has seen a million photos. The usual start.")),
    RANDOM: (Saying("Random"), Saying("Nothing is known beforehand; takes more data and more epochs.")),
    MODEL: (Saying("One of My models"), Saying("Goes on from a network that was trained here.")),
}
# The tutorial's config: what the page offers to begin with.
TEMPLATE: dict[str, Any] = {
    "lr": 0.0001,
    "epochs": 10,
    "val_every": 1,
    "batch_size": {"val": 6, "train": 12},
    "input_size": {"width": 256, "height": 256},
    "gpu_devices": [0],
    "data_workers": {"val": 0, "train": 3},
    "dataset_tags": {"val": "val", "train": "train"},
    "special_classes": {"neutral": "neutral", "background": "bg"},
    "weights_init_type": "transfer_learning",
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants trained. The project is one they may run jobs on, the model one they may use."""

    project: Project
    config: Any
    network: str = "unet_v2"
    start_from: str = IMAGENET
    start_model: NetworkModel | None = None
    title: str = ""
    seed: int = 0


@dataclass(frozen=True)
class Checked:
    """complaints of level error stand in the way; summary is None where the config cannot be read."""

    complaints: list[Complaint] = field(default_factory=list)
    summary: dict | None = None

    @property
    def ok(self) -> bool:
        return not any(complaint.level == "error" for complaint in self.complaints)


def offered() -> list[str]:
    """Names of the networks, the one to begin with first: the small one where no GPU is in sight.

    A guess from the driver's device file, because the web process must not import torch to ask.
    """
    has_gpu = Path("/dev/nvidiactl").exists() or Path("/dev/kfd").exists()
    return sorted(NETWORKS, key=lambda name: NETWORKS[name].width, reverse=has_gpu)


def check(asked: Asked) -> Checked:
    """Everything that can be said before any work starts."""
    found = config_complaints(asked.config)
    if asked.network not in NETWORKS:
        names = ", ".join(NETWORKS)
        message = Saying("no network is called {name!r}; known: {names}", name=asked.network, names=names)
        found.append(Complaint("network", message))
    if asked.start_from not in STARTS:
        message = Saying("expected {names}, found {found!r}", names=", ".join(STARTS), found=asked.start_from)
        found.append(Complaint("start_from", message))
    if found:
        return Checked(found)
    config = TrainSettings.model_validate(asked.config)
    about_data, data = samples.complaints(asked.project, config)
    found = [*about_data, *_about_start(asked, config, data)]
    if data is None or not data.train or not data.val:
        return Checked(found)
    per_epoch = config.steps_per_epoch(len(data.train))
    summary = {
        "train": len(data.train),
        "val": len(data.val),
        "classes": [
            {"name": output.title, "index": number, "colour": output.color}
            for number, output in enumerate(data.classes.outputs)
        ],
        "neutral": next((title for title, index in data.classes.indices.items() if index == NEUTRAL), None),
        "outputs": len(data.classes.outputs),
        "steps_per_epoch": per_epoch,
        "steps": per_epoch * config.epochs,
        "checkpoints": config.checkpoints(per_epoch),
        "leak": data.leak,
        "scale": samples.scale(data.train, config),
    }
    return Checked(found, summary)


def _about_start(asked: Asked, config: TrainSettings, data: samples.Data | None) -> list[Complaint]:
    continues = config.weights_init_type == CONTINUE
    if asked.start_from != MODEL:
        if continues:
            sentence = Saying(
                "continue_training goes on from one of My models: choose one to start from, or transfer_learning"
            )
            return [Complaint("weights_init_type", sentence)]
        if asked.start_from == IMAGENET and not weights.imagenet()["present"]:
            sentence = Saying("the ImageNet weights are not here yet: the run fetches them first (528 MB, once)")
            return [Complaint("start_from", sentence, "info")]
        return []
    model = asked.start_model
    if model is None:
        return [Complaint("start_model", Saying("choose the model to start from"))]
    if model.network != asked.network:
        sentence = Saying(
            "{model!r} is a {network}, so the new network has to be one too", model=model.title, network=model.network
        )
        return [Complaint("network", sentence)]
    if continues and data is not None:
        theirs, ours = model.card.get("class_title_to_idx"), dict(data.classes.indices)
        if theirs != ours:
            sentence = Saying(
                "continue_training needs the same classes: {model!r} has {theirs}, this project has {ours}; "
                "transfer_learning starts the last layer afresh",
                model=model.title,
                theirs=_listed(theirs),
                ours=_listed(ours),
            )
            return [Complaint("weights_init_type", sentence)]
    return []


def _listed(indices: dict | None) -> str:
    return ", ".join(f"{title} {index}" for title, index in (indices or {}).items()) or Saying("none")


def demand(asked: Asked) -> Checked:
    """As `check`. Raises Refused with the first thing that stands in the way."""
    checked = check(asked)
    for complaint in checked.complaints:
        if complaint.level == "error":
            raise Refused(Saying.placed(complaint.path, complaint.message), at=complaint.path)
    return checked


def start(asked: Asked, user) -> TrainingRun:
    """The rows of a new run. Its job is to be enqueued, or performed in the foreground."""
    title = names.checked(asked.title, "title")
    checked = demand(asked)
    told = {"network": asked.network, "start_from": asked.start_from, "seed": asked.seed, "config": asked.config}
    with transaction.atomic():
        called = Saying("Train {title}", title=title)
        job = jobs.create("train", called, user=user, project_id=asked.project.pk, settings=told)
        return TrainingRun.objects.create(
            job=job,
            project=asked.project,
            title=title,
            config=asked.config,
            network=asked.network,
            start_from=asked.start_from,
            start_model=asked.start_model if asked.start_from == MODEL else None,
            seed=asked.seed,
            facts={"expected": checked.summary},
        )


def estimate(asked: Asked, user) -> Job:
    """The job that times a step, to say how long the run would take."""
    summary = demand(asked).summary
    told = {"config": asked.config, "network": asked.network, "expected": summary}
    title = Saying("Estimate a training on {project}", project=asked.project.name)
    return jobs.create("probe", title, user=user, project_id=asked.project.pk, settings=told)


# ---------------------------------------------------------------- looking


def listed(user) -> QuerySet[TrainingRun]:
    return complete(models.runs_visible_to(user))


def complete(runs: QuerySet[TrainingRun]) -> QuerySet[TrainingRun]:
    """With all that is shown of a run, in a handful of queries."""
    living = NetworkModel.objects.filter(deleted_at=None)
    checkpoints = Checkpoint.objects.prefetch_related(Prefetch("models", living, to_attr="living_models"))
    return runs.select_related("job__user", "project", "start_model").prefetch_related(
        Prefetch("checkpoints", checkpoints), Prefetch("models", living.order_by("id"), to_attr="living_models")
    )


def run_for(user, run_id: int) -> TrainingRun:
    """A run this user may see. Raises Http404."""
    run = listed(user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def checkpoint_for(user, checkpoint_id: int) -> Checkpoint:
    """A checkpoint of a run this user may see. Raises Http404."""
    visible = models.runs_visible_to(user).values("pk")
    found = Checkpoint.objects.filter(pk=checkpoint_id, run_id__in=visible)
    checkpoint = found.select_related("run__job", "run__project").first()
    if checkpoint is None:
        raise Http404
    return checkpoint


def demand_role(run: TrainingRun, user, roles: Collection[str]) -> None:
    """Raises NotAllowed for anybody but who started the run and the members of its project in these roles."""
    if run.job.user_id == user.pk:
        return
    if not Membership.objects.filter(project_id=run.project_id, user_id=user.pk, role__in=roles).exists():
        sentence = say(
            "Only who started this run, or an {roles} of its project, may do this.",
            roles=either(access.ROLE_WORDS[role] for role in roles),
        )
        raise NotAllowed(sentence)


# ---------------------------------------------------------------- checkpoints


def folder_of(run: TrainingRun) -> Path:
    return settings.DATA / "checkpoints" / str(run.pk)


def model_of(checkpoint: Checkpoint, title: str, user) -> NetworkModel:
    """Make a model of a checkpoint. Raises Refused and Conflict as `models.make`."""
    try:
        card = json.loads((settings.DATA / checkpoint.folder / models.CARD).read_text())
    except (OSError, ValueError) as error:
        sentence = say(
            "checkpoint {number} of {run!r} has no files any more", number=checkpoint.number, run=checkpoint.run.title
        )
        raise Conflict(sentence) from error
    return models.make(checkpoint, title, card, user)


def sweep(run: TrainingRun, keep: Collection[int], user) -> int:
    """Remove the files of a run's checkpoints, but for those to keep and those a living model was made of.

    returns: bytes freed.

    Raises Conflict while the run is still at work.
    """
    demand_role(run, user, [Membership.Role.OWNER])
    if run.job.status in Job.ACTIVE:
        raise Conflict(say("checkpoints can be swept once the run has ended"))
    used = Q(pk__in=list(keep)) | Q(pk__in=run.models.filter(deleted_at=None).values("checkpoint"))
    freed = 0
    for checkpoint in run.checkpoints.filter(swept_at=None).exclude(used):
        shutil.rmtree(settings.DATA / checkpoint.folder, ignore_errors=True)
        Checkpoint.objects.filter(pk=checkpoint.pk).update(swept_at=timezone.now())
        freed += checkpoint.size
    return freed


def discard(run: TrainingRun) -> None:
    """Everything a cancelled run has made; a model somebody made of it meanwhile keeps its own files."""
    run.checkpoints.all().delete()
    shutil.rmtree(folder_of(run), ignore_errors=True)


def discard_cancelled() -> None:
    """What runs left behind that were cancelled while no worker had them."""
    for run in TrainingRun.objects.filter(job__status=Job.Status.CANCELLED, checkpoints__isnull=False).distinct():
        discard(run)
