"""Unpacking zips that somebody else made: every member is looked at before the first byte is written."""

import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotator.services import uploads
from studio.errors import Refused
from studio.sayings import Saying

CHUNK = 1024**2
MOST_MEMBERS = 200_000
# Photos and masks are packed already; text packs 20:1. Beyond this it is a bomb.
MOST_RATIO = 100
RATIO_COUNTS_FROM = 1024**2  # bytes; what is small may well be blank


@dataclass(frozen=True)
class Member:
    info: zipfile.ZipInfo
    parts: tuple[str, ...]


def is_zip(path: Path) -> bool:
    return path.is_file() and zipfile.is_zipfile(path)


def unpack(path: Path, folder: Path, *, name: str, each: Callable[[int, int], None] | None = None) -> None:
    """Unpack a zip into a folder, member by member.

    name: what the user calls it, for the sentences.   each: called as (bytes done, bytes in all).

    Raises Refused, before anything is written, for a zip with absolute or `..` paths, links, encrypted members, too
    many of them, too much in them or packed too tightly; and when a member is not what the zip says of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = checked(archive, name)
            total = sum(member.info.file_size for member in members)
            room = shutil.disk_usage(folder.parent).free - uploads.KEEP_FREE_BYTES
            if total > room:
                sentence = Saying(
                    "{name} unpacks to {needed:,.0f} MiB, but {free:,.0f} MiB are free on disk",
                    name=name,
                    needed=total / 1024**2,
                    free=max(0, room) / 1024**2,
                )
                raise Refused(sentence)
            done = 0
            for member in members:
                target = folder.joinpath(*member.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member.info) as packed, target.open("xb") as file:
                    # zipfile stops at the size that was checked, and compares the checksum.
                    while chunk := packed.read(CHUNK):
                        file.write(chunk)
                        done += len(chunk)
                        if each is not None:
                            each(done, total)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, FileExistsError | NotADirectoryError):
            raise
        why = str(error) or type(error).__name__
        raise Refused(Saying("{name} cannot be unpacked: {why}", name=name, why=why)) from error


def checked(archive: zipfile.ZipFile, name: str) -> list[Member]:
    """The files of a zip, folders left out. Raises Refused for one that is not harmless."""
    if len(archive.filelist) > MOST_MEMBERS:
        count = len(archive.filelist)
        raise Refused(
            Saying("{name} has {count:,} members, more than {most:,}", name=name, count=count, most=MOST_MEMBERS)
        )
    members, seen = [], set()
    for info in archive.infolist():
        member = info.filename[:80]
        try:
            parts = uploads.parts_of(info.filename)
        except Refused:
            sentence = Saying(
                "{name} has a member called {member!r}, which leads out of its folder", name=name, member=member
            )
            raise Refused(sentence) from None
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused(Saying("{name}: {member!r} is a link or a device, not a file", name=name, member=member))
        if info.flag_bits & 1:
            raise Refused(Saying("{name}: {member!r} is encrypted", name=name, member=member))
        if info.is_dir():
            continue
        if parts in seen:
            raise Refused(Saying("{name} has two members called {member!r}", name=name, member=member))
        refuse_bomb(info.file_size, info.compress_size, f"{name}: {member!r}")
        seen.add(parts)
        members.append(Member(info, parts))
    refuse_bomb(sum(m.info.file_size for m in members), sum(m.info.compress_size for m in members), name)
    return members


def refuse_bomb(size: int, packed: int, what: str) -> None:
    if size > RATIO_COUNTS_FROM and size > MOST_RATIO * max(1, packed):
        sentence = Saying(
            "{name} unpacks to more than {most} times its size, as a zip bomb does", name=what, most=MOST_RATIO
        )
        raise Refused(sentence)
