"""Edits larger than one request may be: their bytes come in pieces, and are one edit again when the last is here.

A proxy before the studio may let through much less than the studio itself takes, often one megabyte.
"""

import time
import uuid as uuids
from http import HTTPStatus
from pathlib import Path

from django.conf import settings

from studio.errors import Problem, Refused
from studio.texts import figure, say

MiB = 1024**2
MOST_BYTES = 256 * MiB
FORGOTTEN_AFTER_S = 24 * 3600


class Gone(Problem):
    """What was sent before is not here any more."""

    status = HTTPStatus.GONE


def add(user, parcel: uuids.UUID, offset: int, size: int, piece: bytes) -> bytes | None:
    """Keep a piece of a parcel; returns all its bytes with the last piece, which ends it, and None before.

    parcel: made by the client, a new one for each try.
    size:   of the whole parcel.

    Raises Refused for a parcel that is too large, or longer than it was to be, and Gone when the pieces before this one
    are not here.
    """
    if size > MOST_BYTES:
        sentence = say(
            "This edit has {size} MiB, more than the {limit} MiB that are taken; do it in several steps.",
            size=figure(size / MiB),
            limit=figure(MOST_BYTES / MiB),
        )
        raise Refused(sentence, at="size")
    if not piece or offset + len(piece) > size:
        raise Refused(f"body: expected 1 to {size - offset} bytes, found {len(piece)}", at="body")
    path = path_of(user, parcel)
    if offset == 0:
        forget_old(path.parent)
        path.write_bytes(piece)
    else:
        _append(path, offset, piece)
    if offset + len(piece) < size:
        return None
    whole = path.read_bytes()
    path.unlink(missing_ok=True)
    return whole


def _append(path: Path, offset: int, piece: bytes) -> None:
    if not path.is_file() or path.stat().st_size < offset:
        raise Gone(say("What was sent of this edit before is not here any more; it has to be sent again."), at="offset")
    with path.open("r+b") as file:
        # A piece that comes twice takes its own place again.
        file.seek(offset)
        file.write(piece)
        file.truncate()


def path_of(user, parcel: uuids.UUID) -> Path:
    folder = settings.DATA / "parcels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{user.pk}-{parcel}"


def forget_old(folder: Path) -> None:
    """Parcels whose last pieces never came make room."""
    for path in folder.iterdir():
        try:
            if time.time() - path.stat().st_mtime > FORGOTTEN_AFTER_S:
                path.unlink()
        except FileNotFoundError:
            continue  # another request was quicker
