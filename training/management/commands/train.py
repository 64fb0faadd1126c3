"""Train a network on a project, in the foreground."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from annotator.services import projects
from studio.console import StudioCommand, first_user, run_in_foreground
from studio.errors import Refused
from training.models import TrainingRun
from training.services import models, runs
from training.unet.settings import NETWORKS


class Command(StudioCommand):
    help = "Train a network on a project's images and keep it in My models."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, metavar="NAME")
        parser.add_argument("--config", required=True, type=Path, metavar="TRAIN.json")
        parser.add_argument("--title", required=True, help="of the model")
        parser.add_argument(
            "--start-from", default=runs.IMAGENET, metavar="imagenet|random|MODEL", help="MODEL: a title of My models"
        )
        parser.add_argument("--network", default="unet_v2", choices=list(NETWORKS))
        parser.add_argument("--seed", type=int, default=0)

    def work(self, **options: Any) -> dict:
        user = first_user()
        project = projects.by_name(user, options["project"])
        if project is None:
            raise Refused(f"there is no project called {options['project']!r}")
        start_from, model = options["start_from"], None
        if start_from not in (runs.IMAGENET, runs.RANDOM):
            model = models.by_title(user, start_from)
            if model is None:
                raise Refused(f"--start-from: expected imagenet, random or the title of a model, found {start_from!r}")
            start_from = runs.MODEL
        asked = runs.Asked(
            project=project,
            config=read_config(options["config"]),
            network=options["network"],
            start_from=start_from,
            start_model=model,
            title=options["title"],
            seed=options["seed"],
        )
        run = runs.start(asked, user)
        job = run_in_foreground(run.job, show=line)
        run = TrainingRun.objects.get(pk=run.pk)
        return {
            **job.result,
            "job": job.pk,
            "status": job.status,
            "seconds": (job.finished_at - job.started_at).total_seconds(),
            "facts": run.facts,
            "validations": [
                {"number": one.number, "epoch": one.epoch, "is_best": one.is_best, **one.metrics}
                for one in run.checkpoints.all()
            ],
        }


def read_config(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise Refused(f"{path} is not JSON ({error})") from None


def line(kind: str, data: dict) -> str | None:
    """What is printed of an event beside the log."""
    if kind != "val":
        return None
    best = " (best)" if data["best"] else ""
    figures = ", ".join(f"{name} {data[name]:.4f}" for name in ("loss", "accuracy", "dice", "iou"))
    return f"Epoch {data['epoch']:g}: {figures}{best}"
