"""What all formats share about folders of photos: what counts, what it is called, and where it goes."""

import re
from collections.abc import Iterator
from pathlib import Path

from annotator.formats.records import Finding, FormatError, ImageRecord
from annotator.raster import photo
from studio.sayings import Saying

# What other programs leave in folders; nobody means to import it.
LITTER = re.compile(r"^(\.|Thumbs\.db$|desktop\.ini$|__MACOSX$)", re.IGNORECASE)

PHOTO_FOLDERS = {"img", "imgs", "image", "images", "photo", "photos", "jpegimages"}


def visible(folder: Path) -> list[Path]:
    """Files and folders by name, without the litter; nothing where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(child for child in folder.iterdir() if not LITTER.match(child.name))


def folders(root: Path) -> Iterator[Path]:
    """The folder and all below it, by name."""
    yield root
    for child in visible(root):
        if child.is_dir() and not child.is_symlink():
            yield from folders(child)


def is_photo(file: Path) -> bool:
    """By its extension; what it really is shows when it is read."""
    return file.is_file() and file.suffix.lower() in photo.EXTENSIONS


def dataset_name(root: Path, folder: Path) -> str:
    """The path below the root without folders that only say "images"; "ds" when nothing is left."""
    parts = [part for part in folder.relative_to(root).parts if part.lower() not in PHOTO_FOLDERS]
    return "__".join(parts) or "ds"


def extensions_text() -> str:
    return ", ".join(extension[1:] for extension in photo.EXTENSIONS)


def no_photo(at: str) -> Finding:
    known = extensions_text()
    text = Saying("{at} is not taken for a photo by its extension; photos end in {known}.", at=at, known=known)
    return Finding("error", at, text)


def free_place(image: ImageRecord, taken: set[tuple[str, str]]) -> tuple[str, str]:
    """(dataset, file name) as every file system can hold them, each given once."""
    dataset, name = safe_name(image.dataset) or "ds", safe_name(image.name) or "photo"
    stem, suffix = Path(name).stem, Path(name).suffix or image.path.suffix
    candidate, number = f"{stem}{suffix}", 2
    while (dataset.lower(), candidate.lower()) in taken:
        candidate, number = f"{stem}_{number}{suffix}", number + 1
    taken.add((dataset.lower(), candidate.lower()))
    return dataset, candidate


def safe_name(name: str) -> str:
    """Without what a path or Windows would take for something else."""
    return re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", name).strip(" .")[:200]


def orientation_of(size: tuple[int, int], info: photo.PhotoInfo) -> tuple[int, str]:
    """How masks of this size have to be turned to lie on the upright photo (1: not at all), and a remark.

    The size tells whether their author saw the photo as stored or upright.
    Raises FormatError, with the words after "...: ", when it tells neither.
    """
    if size == (info.width, info.height):
        is_unsure = info.orientation > 1 and size == info.stored_size
        remark = Saying(
            "the photo is stored turned (EXIF orientation {orientation}), and its size does not tell whether the "
            "masks were drawn on the upright photo; they are taken so",
            orientation=info.orientation,
        )
        return 1, remark if is_unsure else ""
    if size == info.stored_size:
        return info.orientation, ""
    found, wanted = f"{size[0]}x{size[1]}", f"{info.width}x{info.height}"
    if info.orientation < 5:
        raise FormatError(
            Saying(
                "it is for a photo of {found} pixels, but the photo has {wanted}; both must be the same",
                found=found,
                wanted=wanted,
            )
        )
    raise FormatError(
        Saying(
            "it is for a photo of {found} pixels, but the photo has {wanted} ({stored} as stored in the file); "
            "both must be the same",
            found=found,
            wanted=wanted,
            stored="{}x{}".format(*info.stored_size),
        )
    )
