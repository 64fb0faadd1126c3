"""Binary bodies, numbers in addresses, and the length of a page."""

from http import HTTPStatus
from typing import Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from studio import views
from studio.errors import Problem, Refused
from studio.texts import say


class TooLarge(Problem):
    """More bytes than one request may carry."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class OctetStream(BaseParser):
    """The body as bytes, at most `body_limit` of the view."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict | None = None) -> bytes:
        assert parser_context is not None, "DRF always passes the view"
        limit: int = parser_context["view"].body_limit
        announced = stream.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > limit:
            raise too_large(limit)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise too_large(limit)
        return body


def too_large(limit: int) -> TooLarge:
    sentence = say("One request may carry at most {limit} MiB here; send it in smaller parts.", limit=limit // 1024**2)
    return TooLarge(sentence, at="body")


def bytes_of(request: Request) -> bytes:
    """The body of a request to a view with `parser_classes = [OctetStream]`; empty when there was none."""
    return request.data if isinstance(request.data, bytes) else b""


def whole_query(request: Request, name: str) -> int | None:
    """A whole number from 0 in the address, None where it is missing. Raises Refused."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 10:
        raise Refused(f"{name}: expected a whole number from 0, found {value[:40]!r}", at=name)
    return int(value)


class Page(views.Page):
    page_size = 60
