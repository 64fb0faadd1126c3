"""Running a job in the foreground for the commands: a progress bar for people, one JSON object for scripts."""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from studio import jobs
from studio.errors import Problem
from studio.models import Job


class StudioCommand(BaseCommand):
    """A command whose failures are one sentence, and which can answer in JSON.

    Subclasses implement `work(**options) -> dict` and return what `--json` prints.
    """

    requires_system_checks: list[str] = []

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object last")
        return parser

    def handle(self, *args: Any, as_json: bool = False, **options: Any) -> None:
        try:
            with jobs.holding():
                result = self.work(as_json=as_json, **options)
        except Problem as problem:
            raise CommandError(problem.problem) from None
        if as_json:
            self.stdout.write(json.dumps(result, default=str))

    def work(self, *args: Any, **options: Any) -> dict:
        raise NotImplementedError


def first_user():
    """Who the commands act for: the first administrator, made when there is none."""
    users = get_user_model().objects
    user = users.filter(is_staff=True, is_active=True).order_by("id").first()
    if user is None:
        user = users.create(username="admin", is_staff=True)
        user.set_unusable_password()
        user.save()
    return user


def remember_address() -> str:
    """Write down where people find the studio that starts now; returns that address."""
    address = f"http://localhost:{settings.PORT}"
    (settings.DATA / "address").write_text(address)
    return address


def address() -> str:
    """Where people find the studio of this data folder. Commands are not told the port it was started with."""
    file = settings.DATA / "address"
    return file.read_text() if file.exists() else f"http://localhost:{settings.PORT}"


def run_in_foreground(job: Job, *, quiet: bool = False, show: Callable[[str, dict], str | None] | None = None) -> Job:
    """Perform a queued job here and now, with a progress bar on standard error.

    show:   turns an event (kind, data) into a line to print, or None; log lines are always shown.
    Raises Problem with the job's sentence when it does not finish.
    """
    bar = tqdm(total=100, desc=job.title[:40], unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining} {postfix}")
    with bar:

        def listen(kind: str, data: dict) -> None:
            if kind == "progress":
                bar.n = round(100 * data["done"], 1)
                bar.set_postfix_str(data["doing"][:60])
            line = data["text"] if kind == "log" else show(kind, data) if show else None
            if line and not quiet:
                tqdm.write(line, file=sys.stderr)

        ended = jobs.perform(job.id, listen)
        if ended.status == Job.Status.FINISHED:
            bar.n = 100
    if ended.status not in (Job.Status.FINISHED, Job.Status.STOPPED):
        raise Problem(ended.problem or f"{ended.title}: {ended.status}")
    return ended
