"""The photo store: every file once, byte for byte, named by its SHA-256, with a tile pyramid beside it."""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
from django.conf import settings
from django.db import transaction

from annotator.models import Photo, Project
from annotator.raster import photo as raster_photo
from annotator.raster import pyramid
from studio import files, jobs
from studio.errors import Refused
from studio.models import Job
from studio.sayings import Saying

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "TIFF": "tif", "WebP": "webp", "BMP": "bmp"}
CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "WebP": "image/webp",
    "BMP": "image/bmp",
}
TILE = 512  # of a pyramid
THUMBNAIL_PX = 384


def store_photo(path: Path | str, *, max_pixels: int | None = None, move: bool = False) -> Photo:
    """Take a photo into the store; a file that is there already is recognised by its content.

    path: an image file, named as you like. `move` spares the copy where it will not be needed any more.

    Raises Refused with a sentence when it is not a whole image of an allowed format and size.
    """
    path = Path(path)
    digest = files.sha256_of(path)
    known = Photo.objects.filter(sha256=digest).first()
    if known is not None and path_of(known).exists():
        return known
    info = probe(path, max_pixels=max_pixels)
    return store_probed(path, digest, info, move=move)


def probe(path: Path, *, max_pixels: int | None = None, at: str = "") -> raster_photo.PhotoInfo:
    """What kind of image a file is. Raises Refused with a sentence when it is none we take."""
    try:
        return raster_photo.probe(path, max_pixels or settings.MAX_PIXELS)
    except raster_photo.PhotoRefused as error:
        raise Refused(str(error), at=at or path.name) from None


def store_probed(path: Path, sha256: str, info: raster_photo.PhotoInfo, *, move: bool = False) -> Photo:
    """Take a photo that was probed and hashed before: the file first, then its row."""
    store_file(path, sha256, info, move=move)
    return saved(row_of(sha256, info))


def store_file(path: Path, sha256: str, info: raster_photo.PhotoInfo, *, move: bool = False) -> None:
    """The file alone. Raises Refused when it is not what was hashed any more."""
    target = place(sha256, info.format)
    if target.exists():
        return
    with files.writing(target) as temporary:
        if move:
            shutil.move(path, temporary)
        else:
            files.copy(path, temporary)
        if files.sha256_of(temporary) != sha256:
            raise Refused(Saying("{photo} was changed while it was taken in; try again", photo=path.name), at=path.name)


def row_of(sha256: str, info: raster_photo.PhotoInfo) -> Photo:
    """The row a photo will have, not saved."""
    return Photo(
        sha256=sha256,
        width=info.width,
        height=info.height,
        format=info.format,
        orientation=info.orientation,
        size=info.bytes,
    )


def saved(photo: Photo) -> Photo:
    """The row of this photo, added when there is none."""
    fields = ("width", "height", "format", "orientation", "size")
    row, _ = Photo.objects.get_or_create(sha256=photo.sha256, defaults={name: getattr(photo, name) for name in fields})
    return row


def forget_unused(digests: Iterable[str]) -> int:
    """Remove photos that no image shows, with all their files: what failed work or the trash leaves behind.

    returns: how many went.
    """
    digests = set(digests)
    with transaction.atomic():
        Photo.objects.filter(sha256__in=digests, images=None).delete()
        known = set(Photo.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
        for digest in digests - known:
            for extension in EXTENSIONS.values():
                (folder_of("photos", digest) / f"{digest}.{extension}").unlink(missing_ok=True)
            (folder_of("thumbnails", digest) / f"{digest}.jpg").unlink(missing_ok=True)
            (folder_of("pyramids", digest) / f".{digest}.lock").unlink(missing_ok=True)
            shutil.rmtree(folder_of("pyramids", digest) / digest, ignore_errors=True)
    return len(digests - known)


def folder_of(kind: str, sha256: str) -> Path:
    """A folder never holds all photos: 256 of them share the work."""
    return settings.DATA / kind / sha256[:2]


def place(sha256: str, format: str) -> Path:
    return folder_of("photos", sha256) / f"{sha256}.{EXTENSIONS[format]}"


def path_of(photo: Photo) -> Path:
    """The original file, as it came."""
    return place(photo.sha256, photo.format)


# ---------------------------------------------------------------- the pyramid


def pyramid_of(photo: Photo) -> Path:
    """The folder of a photo's tiles: <level>/<x>_<y>.jpg and thumbnail.jpg. Complete when it is there."""
    return folder_of("pyramids", photo.sha256) / photo.sha256


def levels_of(photo: Photo) -> int:
    """Level 0 is one pixel, each next twice as large, the last the photo itself."""
    return pyramid.level_count(photo.width, photo.height)


def ensure_pyramid(photo: Photo) -> Path:
    """Build a photo's tiles unless they are there. Of several that want it at once, one builds and the others wait.

    Raises Refused when the photo cannot be read.
    """
    folder = pyramid_of(photo)
    if folder.exists():
        if photo.pyramid != Photo.Pyramid.READY:
            _note(photo, Photo.Pyramid.READY)
        return folder
    with _only_one(folder):
        if not folder.exists():
            _build(photo, folder)
    _note(photo, Photo.Pyramid.READY)
    return folder


def _build(photo: Photo, folder: Path) -> None:
    try:
        pyramid.build(path_of(photo), folder, tile=TILE)
    except (raster_photo.PhotoRefused, OSError) as error:
        _note(photo, Photo.Pyramid.FAILED)
        sentence = Saying(
            "The photo {photo} could not be cut into tiles: {why}", photo=photo.sha256[:12], why=str(error)
        )
        raise Refused(sentence) from error


def _note(photo: Photo, state: str) -> None:
    photo.pyramid, photo.levels = state, levels_of(photo) if state == Photo.Pyramid.READY else 0
    photo.save(update_fields=["pyramid", "levels"])


def queue_pyramids(photo_ids: Iterable[int], *, user, project: Project) -> Job | None:
    """Have the tiles of these photos built by a worker; None when all of them have theirs."""
    waiting = Photo.objects.filter(pk__in=list(photo_ids), pyramid=Photo.Pyramid.WAITING)
    ids = list(waiting.order_by("id").values_list("id", flat=True))
    if not ids:
        return None
    title = Saying("Prepare {count} photos of {project}", count=len(ids), project=project.name)
    job = jobs.create("pyramids", title, user=user, project_id=project.pk, settings={"photos": ids})
    jobs.enqueue(job)
    return job


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Held by one process or thread at a time; the kernel lets go of it when its holder dies."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def thumbnail_of(photo: Photo) -> Path:
    """A small JPEG, longest side 384 pixels. Quick even while the pyramid is not built."""
    from_pyramid = pyramid_of(photo) / "thumbnail.jpg"
    if from_pyramid.exists():
        return from_pyramid
    path = folder_of("thumbnails", photo.sha256) / f"{photo.sha256}.jpg"
    if not path.exists():
        pixels = raster_photo.read_reduced(path_of(photo), THUMBNAIL_PX)
        written, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
        assert written
        with files.writing(path) as temporary:
            temporary.write_bytes(data.tobytes())
    return path
