"""Remove what has lain in the trash long enough, for good."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from annotator.services import trash
from studio.console import StudioCommand


class Command(StudioCommand):
    help = "Removes deleted projects, photos and classes for good. The studio does it by itself once an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than-days",
            type=int,
            default=settings.TRASH_DAYS,
            help="only what was deleted so many days ago (default: %(default)s); 0 empties the trash",
        )

    def work(self, *, older_than_days: int, as_json: bool, **options: Any) -> dict:
        if older_than_days < 0:
            raise CommandError(f"--older-than-days: expected a number from 0, found {older_than_days}")
        swept = asdict(trash.sweep(older_than_days))
        if not as_json:
            self.stdout.write("Gone for good: " + ", ".join(f"{count} {what}" for what, count in swept.items()))
        return swept
