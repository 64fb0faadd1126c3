"""Write a project into a folder of this machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from annotator.services import exports, projects
from studio.console import StudioCommand, first_user, run_in_foreground
from studio.errors import Refused


class Command(StudioCommand):
    help = "Exports a project as a Supervisely project, or as photos with 8-bit label maps and a classes.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="of the project")
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="a new or empty folder")
        parser.add_argument("--format", choices=exports.FORMATS, default="supervisely")

    def work(self, *, name: str, folder: Path, format: str, as_json: bool, **options: Any) -> dict:
        user = first_user()
        project = projects.by_name(user, name)
        if project is None:
            raise Refused(f"{user.username} has no project called {name!r}")
        job = run_in_foreground(exports.begin(project, user=user, format=format, folder=folder))
        if not as_json:
            self.stdout.write(f"{job.result['images']} photos in {job.result['folder']}")
        return job.result
