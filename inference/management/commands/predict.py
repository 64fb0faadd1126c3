"""Predict every photo of a project, in the foreground."""

from pathlib import Path

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

    def work(self, *, project: str, model: str, config: Path, result: str, as_json: bool, **_) -> dict:
        user = first_user()
        found = projects.by_name(user, project)
        if found is None:
            raise Refused(f"There is no project called {project!r}.")
        network = NetworkModel.objects.visible_to(user).filter(title=model, deleted_at=None).order_by("-id").first()
        if network is None:
            titles = NetworkModel.objects.visible_to(user).filter(deleted_at=None).values_list("title", flat=True)
            raise Refused(f"There is no model called {model!r}; there are: {', '.join(titles) or 'none'}.")
        try:
            text = config.read_text()
        except OSError as error:
            raise Refused(f"{config}: {error.strerror}") from None
        job = run_in_foreground(runs.create(user, network, found, text, result).job, quiet=as_json, show=told)
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
