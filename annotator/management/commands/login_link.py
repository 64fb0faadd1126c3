"""Print a one-time sign-in link."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser

from studio.console import StudioCommand, address, first_user
from studio.errors import Refused
from studio.models import LoginLink


class Command(StudioCommand):
    help = "Prints a link that signs somebody in once. Makes the first user, an administrator, when there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="NAME", help="whom to sign in; the first administrator when left out")

    def work(self, *, user: str | None, as_json: bool, **options: Any) -> dict:
        person = (
            first_user() if user is None else get_user_model().objects.filter(username=user, is_active=True).first()
        )
        if person is None:
            raise Refused(f"nobody here is called {user!r}")
        link = f"{address()}/login/{LoginLink.issue(person)}"
        if not as_json:
            self.stdout.write(link)
        return {"user": person.username, "link": link}
