"""Draw the sample project."""

from typing import Any

from django.core.management.base import CommandParser

from annotator.models import Project
from annotator.services import samples
from studio.console import StudioCommand, first_user, run_in_foreground


class Command(StudioCommand):
    help = "Makes a project of drawn power-line photos with masks, the same ones each time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", type=int, default=samples.SIZE, help="of the square photos, in pixels")
        parser.add_argument("--count", type=int, default=samples.COUNT, help="of photos")

    def work(self, *, size: int, count: int, as_json: bool, **options: Any) -> dict:
        job = run_in_foreground(samples.begin(user=first_user(), size=size, count=count))
        project = Project.objects.get(pk=job.result["project"])
        if not as_json:
            self.stdout.write(f"{project.name}: {job.result['images']} photos, {job.result['objects']} objects")
        return {"name": project.name, **job.result}
