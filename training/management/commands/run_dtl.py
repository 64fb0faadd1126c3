"""manage.py run_dtl QUERY.json: run a DTL query in the foreground."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from studio.console import StudioCommand, first_user, run_in_foreground
from studio.errors import Refused
from training.services import dtl


class Command(StudioCommand):
    help = "Run a DTL query and make its result project."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", type=Path, help="the query as a JSON file")
        parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same result (0)")
        parser.add_argument("--lossless", action="store_true", help="write crops without loss (PNG)")

    def work(self, *, query: Path, seed: int, lossless: bool, **_: Any) -> dict:
        try:
            text = query.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{query}: cannot be read ({error})") from None
        if seed < 0:
            raise Refused(f"--seed: expected a number from 0 on, found {seed}")
        job = dtl.create_job(text, first_user(), seed=seed, lossless=lossless)
        ended = run_in_foreground(job)
        self.stderr.write(f"{ended.result['images']} images in the project {ended.result['name']}")
        return {"job": ended.pk, "status": ended.status, **ended.result}
