"""Starting predictions, finding them, and discarding what they left."""

import json
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from annotator.models import Image, Project
from inference.models import PredictionRun
from inference.services import plans
from inference.tiling.settings import parse
from inference.tiling.windows import windows
from studio import jobs
from studio.errors import Refused
from studio.models import Job
from studio.sayings import Saying
from studio.texts import say
from training.models import NetworkModel


def model_for(user, model_id: int) -> NetworkModel:
    """A model this user may use. Raises Http404."""
    model = NetworkModel.objects.visible_to(user).filter(pk=model_id, deleted_at=None).first()
    if model is None:
        raise Http404
    return model


def start(user, model: NetworkModel, project: Project, config: object, result: str = "") -> PredictionRun:
    """Queue a prediction of every photo of a project. Arguments and errors as of `create`."""
    with transaction.atomic():
        run = create(user, model, project, config, result)
        jobs.enqueue(run.job)
    return run


@transaction.atomic
def create(user, model: NetworkModel, project: Project, config: object, result: str = "") -> PredictionRun:
    """A prediction that is ready to be queued or performed. The result project is made when the work begins.

    config: as written by the user, an object or its JSON text.
    result: name of the result project; chosen when empty.

    Raises Refused when the config does not fit model and project.
    """
    plans.ready(config, model, project)
    result = result.strip() or f"inf_{project.name}"[:200]
    if len(result) > 200:
        raise Refused(say("result: a project's name has at most 200 characters"), at="result")
    written = json.loads(config) if isinstance(config, str) else config
    job = jobs.create(
        "predict",
        Saying("Predict {project} with {model}", project=project.name, model=model.title),
        user=user,
        project_id=project.pk,
        settings={"model": model.pk, "project": project.pk, "result": result, "config": written},
    )
    run = PredictionRun.objects.create(job=job, model=model, project=project, config=written)
    job.settings["run"] = run.pk  # whoever sees the job finds the run
    job.save(update_fields=["settings"])
    return run


def visible_to(user) -> QuerySet[PredictionRun]:
    """Runs over a project, or into a project, that the user is a member of."""
    member = Q(project__memberships__user_id=user.pk) | Q(result__memberships__user_id=user.pk)
    found = PredictionRun.objects.filter(member).distinct()
    return found.select_related("job", "job__user", "model", "project", "result")


def seen_projects(user) -> set[int]:
    """Ids of the living projects this user is a member of."""
    return set(Project.objects.visible_to(user).alive().values_list("pk", flat=True))


def run_for(user, run_id: int) -> PredictionRun:
    """Raises Http404."""
    run = visible_to(user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def run_of(image: Image) -> PredictionRun:
    """The prediction an image came out of. Raises Refused when it is no prediction's."""
    run = PredictionRun.objects.filter(result_id=image.project_id).first()
    if run is None:
        sentence = say(
            "{photo} was not predicted: {project!r} is no result of a prediction.",
            photo=image.name,
            project=image.project.name,
        )
        raise Refused(sentence)
    return run


def windows_of(image: Image) -> list[list[int]]:
    """The windows a predicted image was looked at through: [left, top, right, bottom] each."""
    mode = parse(run_of(image).config).mode
    return [box.as_list() for box in windows((image.photo.width, image.photo.height), mode)]


def folder_of(run: PredictionRun) -> Path:
    """Where a run keeps its probabilities."""
    return settings.DATA / "probabilities" / str(run.pk)


def discard(run: PredictionRun) -> None:
    """Remove the result project and the files of a cancelled prediction; the run itself stays as a memory."""
    if run.result_id:
        Project.objects.filter(pk=run.result_id).delete()
        run.result = None
    shutil.rmtree(folder_of(run), ignore_errors=True)


def discard_of(job: Job) -> None:
    """The same, by the prediction's job: it was interrupted and is cancelled instead of resumed."""
    for run in PredictionRun.objects.filter(job=job):
        discard(run)
