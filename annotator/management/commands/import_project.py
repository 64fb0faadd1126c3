"""Import a folder or zip from this machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from annotator.models import Import
from annotator.services import imports, projects
from studio.console import StudioCommand, first_user, run_in_foreground
from studio.errors import Refused


class Command(StudioCommand):
    help = "Imports a Supervisely project, photos with label maps, or plain photos, into a new or existing project."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a folder or a zip")
        parser.add_argument("--project", metavar="NAME", required=True, help="made when there is none of this name")
        parser.add_argument("--format", choices=imports.FORMATS, default="auto")

    def work(self, *, path: Path, project: str, format: str, as_json: bool, **options: Any) -> dict:
        if not path.exists():
            raise Refused(f"{path} is not there")
        user = first_user()
        there = projects.by_name(user, project)
        found = imports.begin(user, project=there, project_name=project, format=format, path=path)
        try:
            run_in_foreground(found.scan)
            found.refresh_from_db()
            report = imports.told_report(found.report)
            if not as_json:
                self.tell(report)
            if report["images"]:
                run_in_foreground(imports.commit(found))
            elif not report["skipped"]:
                raise Refused(reason(report))
            found = Import.objects.select_related("project").get(pk=found.pk)
            return {"project": found.project.pk, "name": found.project.name, **report}
        finally:
            imports.remove_files(found)

    def tell(self, report: dict) -> None:
        objects = ", ".join(f"{count} {name}" for name, count in report["objects"].items()) or "none"
        self.stdout.write(f"{report['images']} photos ({report['format']}), objects: {objects}")
        if report["skipped"]:
            self.stdout.write(f"{report['skipped']} photos are in the project already")
        if report["refused"]:
            self.stdout.write(f"{report['refused']} refused")


def reason(report: dict) -> str:
    """Why nothing of it can be imported, in one sentence."""
    errors = [finding["text"] for finding in report["findings"] if finding["level"] == "error"]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"nothing to import: {errors[0] if errors else 'there are no photos in it'}{more}"
