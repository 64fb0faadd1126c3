"""Sending files: with a type of our own choosing, never one that a browser may guess or a user may set."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 1024**2
A_YEAR = 365 * 24 * 3600


def send_small(path: Path, content_type: str, *, is_immutable: bool = False) -> HttpResponse:
    """A file that fits memory easily, such as a tile of a photo.

    is_immutable: what this address shows never changes, so a browser may keep it for ever.
    """
    return guarded(HttpResponse(path.read_bytes(), content_type=content_type), is_immutable=is_immutable)


def send_file(request: HttpRequest, path: Path, content_type: str, *, name: str) -> HttpResponseBase:
    """A file of any size as a download called `name`, in chunks: it is never read whole."""
    if isinstance(getattr(request, "_request", request), ASGIRequest):  # DRF wraps the request
        response: HttpResponseBase = StreamingHttpResponse(chunks(path), content_type=content_type)
    else:
        response = FileResponse(path.open("rb"), content_type=content_type)
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = disposition(name)
    return guarded(response)


def guarded(response: HttpResponseBase, *, is_immutable: bool = False) -> HttpResponseBase:
    """What every file leaves with: no guessing of its type, and nothing in it may run."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable" if is_immutable else "private, no-cache"
    return response


def disposition(name: str) -> str:
    """An attachment under a name that may hold anything a user typed."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\/%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
