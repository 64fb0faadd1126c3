"""What may go wrong on purpose, and the one place that turns it into an HTTP answer."""

from http import HTTPStatus
from typing import Any

import pydantic
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from studio.texts import say, told


class Problem(Exception):
    """A sentence for the user: where, what was found, and what would be right."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, problem: str, at: str = "", **more: Any):
        super().__init__(problem)
        self.problem, self.at, self.more = problem, at, more


class Refused(Problem):
    """The user broke a rule."""


class NotAllowed(Problem):
    """The user may not do this here."""

    status = HTTPStatus.FORBIDDEN


class Conflict(Problem):
    """The work moved on meanwhile; `more` says to what."""

    status = HTTPStatus.CONFLICT


def refused(error: pydantic.ValidationError, at: str = "") -> Refused:
    """The first complaint of a settings document as a Refused that names its path."""
    first = error.errors()[0]
    path = ".".join([at, *map(str, first["loc"])]).strip(".")
    return Refused(f"{path}: {first['msg'].removeprefix('Value error, ')}" if path else first["msg"], at=path)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: one body for every failure, {"problem": "...", "at": "..."}."""
    if isinstance(error, pydantic.ValidationError):
        error = refused(error)
    if isinstance(error, Problem):
        return Response({"problem": told(error.problem), "at": error.at, **error.more}, status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound(say("There is nothing here, or it is not shared with you."))
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is not None:
        problem, at = first_sentence(response.data)
        response.data = {"problem": problem, "at": at}
    return response


def first_sentence(detail: Any, at: str = "") -> tuple[str, str]:
    """The first message in DRF's nested error detail and the field it belongs to."""
    if isinstance(detail, dict) and detail:
        field, inner = next(iter(detail.items()))
        here = at if field in ("detail", "non_field_errors") else f"{at}.{field}".strip(".")
        return first_sentence(inner, here)
    if isinstance(detail, list) and detail:
        return first_sentence(detail[0], at)
    return str(detail), at
