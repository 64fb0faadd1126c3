"""Files on their way in: in chunks that resume where they stopped."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.http import Http404
from django.utils import timezone

from annotator.models import Import, Upload
from studio import files
from studio.errors import Conflict, Refused
from studio.texts import figure, say

CHUNK_BYTES = 16 * 1024**2  # at most, in one request
KEEP_FREE_BYTES = 512 * 1024**2  # of the disk, for the database and what is being computed
FORGOTTEN_AFTER = timedelta(days=7)


def begin(user, name: str, size: int, fingerprint: str = "") -> Upload:
    """Announce a file; an unfinished upload of the same file goes on instead.

    name: as the browser gave it, with its path inside a dropped folder.

    Raises Refused when it is too large, or its name could be no file's.
    """
    if size > settings.MAX_UPLOAD_BYTES:
        sentence = say(
            "size: {name!r} has {size} GiB, more than the {limit} GiB allowed here",
            name=name,
            size=figure(size / 1024**3, 1),
            limit=figure(settings.MAX_UPLOAD_BYTES / 1024**3),
        )
        raise Refused(sentence, at="size")
    parts_of(name)
    unfinished = Upload.objects.filter(user=user, fingerprint=fingerprint, name=name, size=size, sha256="")
    if fingerprint and (found := unfinished.order_by("-id").first()) is not None:
        return found
    free = shutil.disk_usage(settings.DATA).free
    if size > free - KEEP_FREE_BYTES:
        room = figure(max(0, free - KEEP_FREE_BYTES) / 1024**2)
        raise Refused(say("size: {name!r} does not fit: {room} MiB are free on disk", name=name, room=room))
    forget_old(user)
    upload = Upload.objects.create(user=user, name=name, size=size, fingerprint=fingerprint)
    path_of(upload).parent.mkdir(parents=True, exist_ok=True)
    path_of(upload).touch()
    if size == 0:
        _complete(upload)
    return upload


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a relative path somebody else named. Raises Refused for one that leads out of its folder."""
    path = PurePosixPath(name)
    is_harmless = (
        name
        and "\0" not in name
        and "\\" not in name
        and not path.is_absolute()
        and ".." not in path.parts
        and path.parts
        and all(len(part.encode()) <= 255 for part in path.parts)
        and not (len(path.parts[0]) == 2 and path.parts[0][1] == ":")
    )
    if not is_harmless:
        raise Refused(say("name: {name!r} is not a plain relative path", name=name[:80]), at="name")
    return path.parts


def upload_for(user, upload_id: int) -> Upload:
    """Raises Http404 for other people's."""
    upload = Upload.objects.filter(pk=upload_id, user=user).first()
    if upload is None:
        raise Http404
    return upload


def path_of(upload: Upload) -> Path:
    return settings.DATA / "uploads" / str(upload.pk)


def append(upload: Upload, offset: int, chunk: bytes) -> Upload:
    """Add a chunk at the end of what is there.

    Raises Conflict, with `received`, when the offset is not that end, and Refused when the file would grow too long.
    """
    with _alone(upload) as file:
        upload.refresh_from_db()
        # After a power cut the disk may hold less than was acknowledged; then the browser sends that again.
        upload.received = min(upload.received, os.fstat(file.fileno()).st_size)
        if offset != upload.received or upload.sha256:
            sentence = say(
                "offset: {received} bytes of {name!r} are here; go on from there, not from {offset}",
                received=upload.received,
                name=upload.name,
                offset=offset,
            )
            raise Conflict(sentence, at="offset", received=upload.received)
        if offset + len(chunk) > upload.size:
            sentence = say(
                "{name!r} was announced with {size} bytes, but more were sent", name=upload.name, size=upload.size
            )
            raise Refused(sentence, at="body")
        # What a crash left behind the last acknowledged byte is overwritten.
        file.truncate(offset)
        file.seek(offset)
        file.write(chunk)
        file.flush()
        upload.received = offset + len(chunk)
        if upload.received < upload.size:
            upload.save(update_fields=["received"])
        else:
            _complete(upload)
    return upload


def _complete(upload: Upload) -> None:
    path = path_of(upload)
    files.sync(path)
    upload.sha256 = files.sha256_of(path)
    upload.save(update_fields=["received", "sha256"])


@contextmanager
def _alone(upload: Upload) -> Iterator[BinaryIO]:
    """The upload's file, held by one request at a time."""
    try:
        file = path_of(upload).open("r+b")
    except FileNotFoundError:
        raise Http404 from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def discard(upload: Upload) -> None:
    path_of(upload).unlink(missing_ok=True)
    upload.delete()


def forget_old(user) -> None:
    """Uploads nobody came back to make room for new ones; those an import still waits for are kept."""
    waiting: set[int] = set()
    for source in Import.objects.filter(user=user, state__in=Import.UNDECIDED).values_list("source", flat=True):
        waiting.update(source.get("uploads", []))
    too_old = timezone.now() - FORGOTTEN_AFTER
    for upload in Upload.objects.filter(user=user, created_at__lt=too_old).exclude(pk__in=waiting):
        discard(upload)
