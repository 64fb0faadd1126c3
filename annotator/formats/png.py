"""Photos with 8-bit label maps: 0 is background, other values are classes, 255 is neutral.

Written as <dataset>/img/<photo>, <dataset>/masks/<stem>.png and classes.json. Read in that form and in most others
that people use: masks beside the photos under the same stem, as <stem>_mask.png, or in a folder called masks, labels,
SegmentationClass and so on next to or inside the photos' folder.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image

from annotator.formats.folders import (
    PHOTO_FOLDERS,
    dataset_name,
    extensions_text,
    folders,
    free_place,
    is_photo,
    no_photo,
    orientation_of,
    visible,
)
from annotator.formats.records import (
    NEUTRAL,
    NEUTRAL_COLOUR,
    ClassRecord,
    Finding,
    FormatError,
    ImageRecord,
    ObjectRecord,
    ProjectRecord,
    fresh_colour,
)
from annotator.raster import photo, regions
from annotator.raster.plane import SparsePlane
from studio.sayings import Saying

NEUTRAL_VALUE = 255
# The one class of masks that only know "yes" and "no".
UNTITLED = "untitled"

MASK_FOLDERS = {"mask", "masks", "label", "labels", "ann", "annotations", "segmentationclass", "masks_machine", "gt"}
MASK_ENDINGS = ("_mask", "-mask", ".mask", "_label", "_labels", "_seg", "_gt")


def is_project(folder: Path) -> bool:
    """Whether any photo in there has a mask."""
    return any(mask is not None for _, _, mask in pair_up(folder)[0])


def read(
    folder: Path, *, max_pixels: int | None = None, each: Callable[[int, int], None] | None = None
) -> tuple[ProjectRecord, list[Finding]]:
    """Everything that can be imported, and what there is to say about the rest.

    Objects are the 8-connected components of each class: a label map knows no others.
    max_pixels: larger photos are refused.   each: called as (photos done, photos in all).
    """
    pairs, findings = pair_up(folder)
    if not pairs:
        endings = extensions_text()
        text = Saying("There are no photos in {folder}; photos end in {known}.", folder=folder.name, known=endings)
        return ProjectRecord([], []), [*findings, Finding("error", ".", text)]
    known, complaints = read_classes(folder)
    findings += complaints

    found: list[tuple[ImageRecord, Path | None, int]] = []
    seen = Values()
    for done, (dataset, photo_file, mask_file) in enumerate(pairs, start=1):
        try:
            info = photo.header(photo_file, max_pixels)
        except photo.PhotoRefused as error:
            findings.append(Finding("error", str(photo_file.relative_to(folder)), str(error)))
            continue
        record = ImageRecord(dataset, photo_file.name, photo_file, info.width, info.height)
        orientation = 1
        if mask_file is not None:
            at = str(mask_file.relative_to(folder))
            try:
                orientation, remark = orientation_of(mask_size(mask_file), info)
                seen.add(mask_file, known)
            except FormatError as error:
                findings.append(Finding("error", at, Saying("{at}: {what}.", at=at, what=str(error))))
                continue
            if remark:
                findings.append(Finding("warning", at, Saying("{at}: {what}.", at=at, what=remark)))
        found.append((record, mask_file, orientation))
        if each is not None:
            each(done, len(pairs))

    classes = known or seen.classes()
    values = {value: entry.name for value, entry in classes.items()}
    images = [
        record if mask is None else replace(record, objects=partial(read_objects, mask, orientation, values))
        for record, mask, orientation in found
    ]
    return ProjectRecord(list(classes.values()), images), findings


def write(project: ProjectRecord, folder: Path, *, each: Callable[[int, int], None] | None = None) -> None:
    """Photos are copied byte for byte; masks are as large as the upright photo.

    Raises FormatError when there are more classes than values.
    """
    values = class_values(project.classes)
    folder.mkdir(parents=True, exist_ok=True)
    entries = [
        {"name": record.name, "value": values[record.name], "colour": record.colour} for record in project.classes
    ]
    (folder / "classes.json").write_text(json.dumps(entries, indent=2, ensure_ascii=False), "utf-8")

    taken: set[tuple[str, str]] = set()
    places = [free_place(image, taken) for image in project.images]
    stems = Counter((dataset, Path(name).stem.lower()) for dataset, name in places)
    for done, (image, (dataset, name)) in enumerate(zip(project.images, places, strict=True), start=1):
        for part in ("img", "masks"):
            (folder / dataset / part).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(image.path, folder / dataset / "img" / name)
        stem = Path(name).stem
        # a.jpg and a.png of one dataset would share a mask.
        called = stem if stems[dataset, stem.lower()] == 1 else name
        (folder / dataset / "masks" / f"{called}.png").write_bytes(encode_mask(label_map(image, values)))
        if each is not None:
            each(done, len(project.images))


def class_values(classes: list[ClassRecord]) -> dict[str, int]:
    """1, 2, ... in order; neutral is 255 wherever it stands."""
    ordinary = [record.name for record in classes if record.name != NEUTRAL]
    if len(ordinary) >= NEUTRAL_VALUE:
        raise FormatError(
            Saying(
                "A label map has values for 254 classes beside neutral, but the project has {count}.",
                count=len(ordinary),
            )
        )
    values = {name: value for value, name in enumerate(ordinary, start=1)}
    return values | {record.name: NEUTRAL_VALUE for record in classes if record.name == NEUTRAL}


def label_map(image: ImageRecord, values: dict[str, int]) -> np.ndarray:
    """uint8 H×W; later objects on top."""
    labels = np.zeros((image.height, image.width), np.uint8)
    for record in image.objects():
        labels[record.box.slices][record.mask] = values[record.class_name]
    return labels


def encode_mask(labels: np.ndarray) -> bytes:
    _, data = cv2.imencode(".png", labels)
    return data.tobytes()


# --- the folder -----------------------------------------------------------------------------------------------------

Pair = tuple[str, Path, Path | None]  # dataset, photo, mask


def pair_up(root: Path) -> tuple[list[Pair], list[Finding]]:
    """Each photo with its mask, wherever the layout puts it."""
    pairs: list[Pair] = []
    used: set[Path] = set()
    places = list(folders(root))
    for place in places:
        if not is_mask_folder(root, place):
            found = list(pair_up_folder(place, mask_places(place)))
            used |= {mask for _, mask in found if mask is not None}
            pairs += [(dataset_name(root, place), file, mask) for file, mask in found]
    findings = stray_files(root, places)
    for _, file, mask in pairs:
        if mask is None:
            at = str(file.relative_to(root))
            text = Saying("{at} has no mask; it comes in as a photo without objects.", at=at)
            findings.append(Finding("warning", at, text))
    for place in filter(partial(is_mask_folder, root), places):
        for file in filter(Path.is_file, visible(place)):
            at = str(file.relative_to(root))
            if file.suffix.lower() != ".png":
                text = Saying("{at} is in a folder of masks, but masks are PNG files.", at=at)
                findings.append(Finding("error", at, text))
            elif file not in used:
                findings.append(Finding("error", at, Saying("{at} is a mask whose photo is missing.", at=at)))
    return pairs, findings


def pair_up_folder(place: Path, mask_folders: list[Path]) -> Iterator[tuple[Path, Path | None]]:
    photos = [file for file in visible(place) if is_photo(file)]
    masks = {file: mask_beside(file) for file in photos}
    # A mask beside its photo is no photo itself, though it looks like one.
    photos = [file for file in photos if file not in masks.values()]
    by_stem = Counter(file.stem for file in photos)
    for file in photos:
        names = [f"{file.name}.png", *(f"{file.stem}{ending}.png" for ending in MASK_ENDINGS)]
        if by_stem[file.stem] == 1:
            names.append(f"{file.stem}.png")
        elsewhere = (folder / name for folder in mask_folders for name in names)
        yield file, masks[file] or next(filter(Path.is_file, elsewhere), None)


def mask_beside(file: Path) -> Path | None:
    """a_mask.png of a.png or a.jpg; a.png of a.jpg."""
    names = [f"{file.name}.png", *(f"{file.stem}{ending}.png" for ending in MASK_ENDINGS)]
    if file.suffix.lower() != ".png":
        names.append(f"{file.stem}.png")
    return next((file.with_name(name) for name in names if file.with_name(name).is_file()), None)


def mask_places(place: Path) -> list[Path]:
    """Folders where the masks of the photos in `place` may be: inside it, beside it, or in a tree of the same form."""
    homes = [(place, ""), (place.parent, "")] if place.name.lower() in PHOTO_FOLDERS else [(place, "")]
    if place.parent.name.lower() in PHOTO_FOLDERS:  # images/train beside masks/train
        homes.append((place.parent.parent, place.name))
    return [
        child / below
        for home, below in homes
        for child in visible(home)
        if child.is_dir() and child.name.lower() in MASK_FOLDERS
    ]


def is_mask_folder(root: Path, place: Path) -> bool:
    return any(part.lower() in MASK_FOLDERS for part in place.relative_to(root).parts)


def stray_files(root: Path, places: list[Path]) -> list[Finding]:
    findings = []
    for place in places:
        if is_mask_folder(root, place):
            continue
        for file in filter(Path.is_file, visible(place)):
            if not is_photo(file) and file != root / "classes.json":
                findings.append(no_photo(str(file.relative_to(root))))
    return findings


# --- classes --------------------------------------------------------------------------------------------------------


def read_classes(root: Path) -> tuple[dict[int, ClassRecord], list[Finding]]:
    """value -> class as classes.json says: a list of names, or of {name, value, colour}; empty without such a file."""
    file = root / "classes.json"
    if not file.is_file():
        return {}, []
    try:
        entries = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        text = Saying("{file} is not valid JSON: {why}.", file=file.name, why=str(error))
        return {}, [Finding("error", file.name, text)]
    entries = entries.get("classes") if isinstance(entries, dict) else entries
    classes: dict[int, ClassRecord] = {}
    for entry in entries if isinstance(entries, list) else []:
        entry = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            continue
        is_neutral = entry["name"] == NEUTRAL
        value = entry.get("value", NEUTRAL_VALUE if is_neutral else len(classes) + 1)
        if not isinstance(value, int) or not 1 <= value <= 255 or value in classes:
            text = Saying(
                "classes.json gives class '{name}' the value {value}; values are 1 to 255, each once.",
                name=entry["name"],
                value=str(value),
            )
            return {}, [Finding("error", file.name, text)]
        classes[value] = ClassRecord(entry["name"], colour_of(entry, [c.colour for c in classes.values()]))
    if not classes:
        form = '{"name", "value", "colour"}'
        text = Saying("classes.json should be a list of {form}, one for each class.", form=form)
        return {}, [Finding("error", file.name, text)]
    return classes, []


def colour_of(entry: dict[str, Any], taken: list[str]) -> str:
    colour = str(entry.get("colour") or entry.get("color") or "")
    is_colour = len(colour) == 7 and colour[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in colour[1:])
    if is_colour:
        return colour.upper()
    return NEUTRAL_COLOUR if entry["name"] == NEUTRAL else fresh_colour(taken)


class Values:
    """Which values the masks hold, gathered over all of them, and what their palettes say about colours."""

    def __init__(self) -> None:
        self.present: set[int] = set()
        self.colours: dict[int, str] = {}

    def add(self, mask_file: Path, known: dict[int, ClassRecord]) -> None:
        """Raises FormatError for an unreadable mask and for a value that classes.json does not know."""
        labels, palette = read_mask(mask_file)
        values = set(np.flatnonzero(np.bincount(labels.ravel(), minlength=256)).tolist()) - {0}
        unknown = sorted(values - known.keys()) if known else []
        if unknown:
            listed = ", ".join(f"{value} {record.name}" for value, record in sorted(known.items()))
            raise FormatError(
                Saying(
                    "it has pixels of value {value}, which classes.json does not name; known: {known}",
                    value=unknown[0],
                    known=listed,
                )
            )
        self.present |= values
        for value in values:
            if palette is not None and 3 * value + 2 < len(palette):
                red, green, blue = palette[3 * value : 3 * value + 3]
                self.colours.setdefault(value, f"#{red:02X}{green:02X}{blue:02X}")

    def classes(self) -> dict[int, ClassRecord]:
        """What to make of masks that nobody explains: 255 alone is a yes; beside other values it is neutral."""
        if self.present == {NEUTRAL_VALUE}:
            return {NEUTRAL_VALUE: ClassRecord(UNTITLED, fresh_colour([]))}
        classes: dict[int, ClassRecord] = {}
        for value in sorted(self.present):
            if value == NEUTRAL_VALUE:
                classes[value] = ClassRecord(NEUTRAL, NEUTRAL_COLOUR, key="n")
            else:
                taken = [record.colour for record in classes.values()]
                classes[value] = ClassRecord(f"class_{value}", self.colours.get(value) or fresh_colour(taken))
        return classes


# --- one mask -------------------------------------------------------------------------------------------------------


def mask_size(file: Path) -> tuple[int, int]:
    """(width, height). Raises FormatError."""
    try:
        with PIL.Image.open(file, formats=["PNG"]) as image:
            return image.size
    except (OSError, SyntaxError, ValueError) as error:
        raise FormatError(Saying("it is not a readable PNG file")) from error


def read_mask(file: Path) -> tuple[np.ndarray, list[int] | None]:
    """(uint8 H×W of values, palette [r, g, b, ...] or None). Raises FormatError."""
    try:
        with PIL.Image.open(file, formats=["PNG"]) as image:
            values = np.asarray(image)
            palette = image.getpalette() if image.mode == "P" else None
    except (OSError, SyntaxError, ValueError) as error:
        raise FormatError(Saying("it is not a readable PNG file ({why})", why=photo.reason(error))) from error
    if values.dtype == bool:
        values = values.astype(np.uint8)
    if values.ndim == 3:
        grey = values[..., 0]
        colours = values[..., :3] if values.shape[2] >= 3 else values[..., :1]
        if (colours != grey[..., None]).any():
            raise FormatError(Saying("its pixels are colours; a label map has one channel or a palette"))
        values = grey
    if values.max(initial=0) > 255:
        found = int(values.max())
        raise FormatError(Saying("it has a value of {value}; the values of a label map are 0 to 255", value=found))
    return values.astype(np.uint8), palette


def read_objects(mask_file: Path, orientation: int, names: dict[int, str]) -> Iterator[ObjectRecord]:
    """The components of each class in upright pixels."""
    values, _ = read_mask(mask_file)
    plane = SparsePlane.from_array(np.ascontiguousarray(photo.upright(values, orientation)))
    ids, found = regions.label_planes(plane)
    for region, mask in regions.masks(ids, found):
        yield ObjectRecord(names[region.class_index], (region.box.left, region.box.top), mask)
