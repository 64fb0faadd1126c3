"""Predict every photo of a project, in the foreground."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from annotator.services import projects
from inference.services import runs
from studio.console import StudioCommand, first_user, run_in_foreground
from studio.errors import Refused
from training.models import NetworkModel


class Command(StudioCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, help="name of the project with the photos")
        parser.add_argument("--model", required=True, help="title of a model; the newest when several have it")
        parser.add_argument("--config", required=True, type=Path, help="inference config, JSON")
        parser.add_argument("--result", default="", help="name of the result project")

    def work(self, **options: Any) -> dict:
        user = first_user()
        project = projects.by_name(user, options["project"])
        if project is None:
            raise Refused(f"There is no project called {options['project']!r}.")
        models = NetworkModel.objects.visible_to(user).filter(deleted_at=None).order_by("-id")
        model = models.filter(title=options["model"]).first()
        if model is None:
            titles = ", ".join(models.values_list("title", flat=True)) or "none"
            raise Refused(f"There is no model called {options['model']!r}; there are: {titles}.")
        try:
            config = options["config"].read_text()
        except OSError as error:
            raise Refused(f"{options['config']}: {error.strerror}") from None
        prediction = runs.create(user, model, project, config, options["result"])
        job = run_in_foreground(prediction.job, quiet=options["as_json"], show=told)
        run = job.prediction
        self.stderr.write(f"Predicted {job.result['images']} photos into {run.result.name!r}.")
        return {
            "project": run.result.name,
            "project_id": run.result_id,
            "images": job.result["images"],
            "windows": job.result["windows"],
            "classes": [one["name"] for one in run.facts["classes"]],
            "device": run.facts["device"],
            "precision": run.facts["precision"],
            "seconds": round((job.finished_at - job.started_at).total_seconds(), 2),
        }


def told(kind: str, data: dict) -> str | None:
    """The line of an event."""
    if kind == "image":
        return f"{data['index']}/{data['total']}  {data['name']}  {data['width']}x{data['height']}"
    return None
