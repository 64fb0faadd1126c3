"""Supervisely projects: reads the layouts of 2018 and later, writes the later one.

project/meta.json, project/<dataset>/img/<photo>, project/<dataset>/ann/<photo>.json (2018: ann/<stem>.json).
Vector objects become masks as upstream draws them: a polygon with its outline, a hole without its outline, a
rectangle with its right and bottom edges, lines and points one pixel wide.
"""

import base64
import binascii
import difflib
import io
import json
import math
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image

from annotator.formats.folders import free_place, is_photo, no_photo, orientation_of, visible
from annotator.formats.records import (
    ClassRecord,
    Finding,
    FormatError,
    ImageRecord,
    ObjectRecord,
    ProjectRecord,
    Tag,
    fresh_colour,
    tight,
)
from annotator.raster import photo
from annotator.raster.box import Box
from studio.sayings import Saying

SHAPES = ("bitmap", "polygon", "rectangle", "line", "point")
FEWEST_POINTS = {"polygon": 3, "rectangle": 2, "line": 2, "point": 1}
KEPT_OF_TAGS = ("name", "value_type", "color", "values", "applicable_type")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def is_project(folder: Path) -> bool:
    """Whether the folder looks like a Supervisely project, or holds exactly one."""
    return len(project_roots(folder)) == 1


def read(
    folder: Path, *, max_pixels: int | None = None, each: Callable[[int, int], None] | None = None
) -> tuple[ProjectRecord, list[Finding]]:
    """Everything that can be imported, and what there is to say about the rest.

    Every mask is decoded once to be sure of it and then forgotten; `ImageRecord.objects` decodes it again.
    max_pixels: larger photos are refused.   each: called as (photos done, photos in all).

    Raises FormatError when the folder is no Supervisely project.
    """
    root = project_root(folder)
    meta, findings = read_meta(root)
    images: list[ImageRecord] = []
    used_tags: dict[str, dict[str, Any]] = {tag["name"]: tag for tag in meta.tags}
    places = datasets(root)
    if not places:
        text = Saying("The project has no datasets; a dataset is a folder with photos in its folder 'img'.")
        findings.append(Finding("error", ".", text))
    pairs = []
    for dataset, place in places:
        found, complaints = pair_up(root, place)
        pairs += [(dataset, *pair) for pair in found]
        findings += complaints
    for done, (dataset, photo_file, annotation_file) in enumerate(pairs, start=1):
        source = Source(root, dataset, photo_file, annotation_file, meta.shapes)
        record, complaints = read_image(source, max_pixels)
        findings += complaints
        if record is not None:
            images.append(record)
            for tag in record.tags:
                name = tag if isinstance(tag, str) else tag["name"]
                used_tags.setdefault(name, {"name": name, "value_type": value_type(tag)})
        if each is not None:
            each(done, len(pairs))
    return ProjectRecord(meta.classes, images, list(used_tags.values())), findings


def write(project: ProjectRecord, folder: Path, *, each: Callable[[int, int], None] | None = None) -> None:
    """The later layout; photos are copied byte for byte, every object becomes a bitmap.

    Sizes and masks refer to the upright photo. Names a file system would stumble over are changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meta.json").write_text(json.dumps(meta_json(project), indent=2, ensure_ascii=False), "utf-8")
    taken: set[tuple[str, str]] = set()
    for done, image in enumerate(project.images, start=1):
        dataset, name = free_place(image, taken)
        for part in ("img", "ann"):
            (folder / dataset / part).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(image.path, folder / dataset / "img" / name)
        text = json.dumps(image_json(image), ensure_ascii=False)
        (folder / dataset / "ann" / f"{name}.json").write_text(text, "utf-8")
        if each is not None:
            each(done, len(project.images))


# --- the folder -----------------------------------------------------------------------------------------------------


def project_roots(folder: Path) -> list[Path]:
    """The folder itself, or those of its direct sub-folders that are projects."""
    if has_meta(folder):
        return [folder]
    return [child for child in visible(folder) if child.is_dir() and has_meta(child)]


def has_meta(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("meta.json", "classes.json")) and bool(datasets(folder))


def project_root(folder: Path) -> Path:
    if (folder / "meta.json").is_file():
        return folder
    roots = project_roots(folder)
    if not roots:
        raise FormatError(
            Saying("{folder} is no Supervisely project: there is no meta.json in it.", folder=folder.name)
        )
    if len(roots) > 1:
        names = ", ".join(root.name for root in roots)
        raise FormatError(
            Saying(
                "{folder} holds several Supervisely projects ({names}); import one of them at a time.",
                folder=folder.name,
                names=names,
            )
        )
    return roots[0]


def datasets(root: Path) -> list[tuple[str, Path]]:
    """(name, folder) of each dataset. Later versions nest them; a nested one is named outer__inner."""
    found = []
    for child in visible(root):
        if not child.is_dir():
            continue
        if (child / "img").is_dir():
            found.append((child.name, child))
        if (child / "datasets").is_dir():
            found += [(f"{child.name}__{name}", place) for name, place in datasets(child / "datasets")]
    return found


def pair_up(root: Path, place: Path) -> tuple[list[tuple[Path, Path | None]], list[Finding]]:
    """Each photo of a dataset with its annotation file, whichever layout names it."""
    findings = []
    photos = []
    for file in visible(place / "img"):
        if is_photo(file):
            photos.append(file)
        else:
            findings.append(no_photo(str(file.relative_to(root))))

    annotations = {file.name: file for file in visible(place / "ann") if file.suffix.lower() == ".json"}
    stems = Counter(file.stem for file in photos)
    pairs: list[tuple[Path, Path | None]] = []
    for file in photos:
        at = str(file.relative_to(root))
        own = annotations.pop(f"{file.name}.json", None)
        by_stem = f"{file.stem}.json"
        if own is not None:
            pairs.append((file, own))
        elif by_stem not in annotations:
            text = Saying("{at} has no annotation file in 'ann'; it comes in as a photo without objects.", at=at)
            findings.append(Finding("warning", at, text))
            pairs.append((file, None))
        elif stems[file.stem] > 1:
            text = Saying(
                "{at} shares the annotation file {file} with another photo of the same name; rename one of them.",
                at=at,
                file=by_stem,
            )
            findings.append(Finding("error", at, text))
        else:
            pairs.append((file, annotations[by_stem]))
    wanted = {f"{file.stem}.json" for file in photos}
    for name, file in annotations.items():
        if name not in wanted:
            at = str(file.relative_to(root))
            home = f"{place.name}/img"
            text = Saying("{at} describes a photo that is missing from the folder {folder}.", at=at, folder=home)
            findings.append(Finding("error", at, text))

    by_lower = Counter(file.name.lower() for file in photos)
    for file in photos:
        if by_lower[file.name.lower()] > 1:
            at = str(file.relative_to(root))
            text = Saying(
                "{at} differs from another photo only in upper and lower case, which Windows takes for the same.", at=at
            )
            findings.append(Finding("warning", at, text))
    return pairs, findings


# --- meta.json ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meta:
    classes: list[ClassRecord]
    tags: list[dict[str, Any]]

    @property
    def shapes(self) -> dict[str, str]:
        return {record.name: record.shape for record in self.classes}


def read_meta(root: Path) -> tuple[Meta, list[Finding]]:
    name = "meta.json" if (root / "meta.json").is_file() else "classes.json"
    try:
        meta = load_json(root / name)
    except ValueError as error:
        text = Saying("{file} is not valid JSON: {why}.", file=name, why=str(error))
        return Meta([], []), [Finding("error", name, text)]
    if isinstance(meta, list):  # the oldest form: the bare list of classes
        meta = {"classes": meta}
    if not isinstance(meta, dict) or not isinstance(meta.get("classes", []), list):
        text = Saying("{file} is no description of a project: it lists no classes.", file=name)
        return Meta([], []), [Finding("error", name, text)]

    findings: list[Finding] = []
    classes: dict[str, ClassRecord] = {}
    for number, entry in enumerate(meta.get("classes", []), start=1):
        title = entry.get("title") if isinstance(entry, dict) else None
        if not isinstance(title, str) or not title:
            text = Saying("Class {number} of {file} has no title.", number=number, file=name)
            findings.append(Finding("error", name, text))
        elif title in classes:
            text = Saying("{file} names the class '{name}' twice; titles are unique.", file=name, name=title)
            findings.append(Finding("error", name, text))
        else:
            colours = [record.colour for record in classes.values()]
            colour = good_colour(entry.get("color")) or fresh_colour(colours)
            key = str(entry.get("hotkey") or "")
            shape = str(entry.get("shape") or "bitmap")
            classes[title] = ClassRecord(title, colour, shape, key if len(key) == 1 else "")
    return Meta(list(classes.values()), meta_tags(meta)), findings


def meta_tags(meta: dict[str, Any]) -> list[dict[str, Any]]:
    """2018 knew lists of names for photos and objects; later there is one list of descriptions."""
    tags: dict[str, dict[str, Any]] = {}
    listed = [meta.get(key) for key in ("tags", "tags_images")]
    for entry in (entry for entries in listed if isinstance(entries, list) for entry in entries):
        if isinstance(entry, str):
            tags.setdefault(entry, {"name": entry, "value_type": "none"})
        elif isinstance(entry, dict) and isinstance(entry.get("name"), str):
            kept = {key: entry[key] for key in KEPT_OF_TAGS if key in entry}
            tags.setdefault(entry["name"], {"value_type": "none"} | kept)
    return list(tags.values())


def good_colour(value: Any) -> str | None:
    return value.upper() if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value) else None


def load_json(file: Path) -> Any:
    """Raises ValueError with the place of the mistake."""
    try:
        return json.loads(file.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        raise ValueError(
            Saying("{why} in line {line}, column {column}", why=error.msg, line=line, column=column)
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(Saying("byte {number} is not UTF-8", number=error.start)) from error
    except RecursionError as error:
        raise ValueError(Saying("it is nested too deeply")) from error


# --- one photo ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Where one photo's record comes from. shapes: class title -> shape."""

    root: Path
    dataset: str
    photo_file: Path
    annotation_file: Path | None
    shapes: dict[str, str]

    @property
    def at(self) -> str:
        return str((self.annotation_file or self.photo_file).relative_to(self.root))


def read_image(source: Source, max_pixels: int | None = None) -> tuple[ImageRecord | None, list[Finding]]:
    """The record of a photo, or None when something about it is an error."""
    findings: list[Finding] = []
    at = source.at
    try:
        info = photo.header(source.photo_file, max_pixels)
    except photo.PhotoRefused as error:
        return None, [Finding("error", str(source.photo_file.relative_to(source.root)), str(error))]
    record = ImageRecord(source.dataset, source.photo_file.name, source.photo_file, info.width, info.height)
    if source.annotation_file is None:
        return record, findings

    try:
        annotation = load_annotation(source.annotation_file)
        orientation, remark = orientation_of(annotation["size"], info)
    except ValueError as error:
        return None, [Finding("error", at, Saying("{at}: {what}.", at=at, what=str(error)))]
    if remark:
        findings.append(Finding("warning", at, Saying("{at}: {what}.", at=at, what=remark)))

    for number, entry in enumerate(annotation["objects"], start=1):
        try:
            draw(entry, source.shapes, annotation["size"])
        except ObjectDropped as reason:
            what = str(reason)
            text = Saying("Object {number} of {at} {what}; it is left out.", number=number, at=at, what=what)
            findings.append(Finding("warning", at, text))
        except ValueError as error:
            text = Saying("Object {number} of {at} {what}.", number=number, at=at, what=str(error))
            findings.append(Finding("error", at, text))
    if any(finding.level == "error" for finding in findings):
        return None, findings
    extras = sum(bool(entry.get("tags") or entry.get("description")) for entry in annotation["objects"])
    if extras:
        text = Saying(
            "{at} gives tags or descriptions to single objects ({count}); they are left out.", at=at, count=extras
        )
        findings.append(Finding("info", at, text))
    record = replace(
        record,
        tags=tuple(image_tags(annotation["tags"])),
        description=annotation["description"],
        objects=partial(read_objects, source, orientation),
    )
    return record, findings


def read_objects(source: Source, orientation: int) -> Iterator[ObjectRecord]:
    """The objects of a photo in its upright pixels, later on top."""
    assert source.annotation_file is not None
    annotation = load_annotation(source.annotation_file)
    for entry in annotation["objects"]:
        try:
            drawn = draw(entry, source.shapes, annotation["size"])
        except ObjectDropped:
            continue
        if orientation > 1:
            box = photo.upright_box(drawn.box, annotation["size"], orientation)
            mask = np.ascontiguousarray(photo.upright(drawn.mask, orientation))
            drawn = replace(drawn, origin=(box.left, box.top), mask=mask)
        yield drawn


def load_annotation(file: Path) -> dict[str, Any]:
    """The document with its parts where they should be. Raises ValueError."""
    try:
        document = load_json(file)
    except ValueError as error:
        raise ValueError(Saying("it is not valid JSON: {why}", why=str(error))) from error
    if not isinstance(document, dict):
        raise ValueError(Saying("it is not an annotation, which would be an object with 'size' and 'objects'"))
    size = document.get("size")
    sides = [size.get("width"), size.get("height")] if isinstance(size, dict) else []
    if len(sides) != 2 or not all(isinstance(side, int) and side > 0 for side in sides):
        raise ValueError(Saying("'size' should say the photo's width and height in pixels"))
    for part in ("objects", "tags"):
        if not isinstance(document.get(part) or [], list):
            raise ValueError(Saying("'{part}' should be a list", part=part))
    return {
        "size": tuple(sides),
        "objects": document.get("objects") or [],
        "tags": document.get("tags") or [],
        "description": str(document.get("description") or ""),
    }


def image_tags(entries: Iterable[Any]) -> Iterator[Tag]:
    """A tag without a value is its name."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and isinstance(entry.get("name"), str):
            value = entry.get("value")
            yield entry["name"] if value is None else {"name": entry["name"], "value": value}


def value_type(tag: Tag) -> str:
    if isinstance(tag, str):
        return "none"
    is_number = isinstance(tag["value"], int | float) and not isinstance(tag["value"], bool)
    return "any_number" if is_number else "any_string"


# --- one object -----------------------------------------------------------------------------------------------------


class ObjectDropped(Exception):
    """An object without a pixel; the words after "Object 3 of ..."."""


def draw(entry: Any, shapes: dict[str, str], size: tuple[int, int]) -> ObjectRecord:
    """An object of an annotation as a mask of its own, no empty margins.

    size: (width, height) the annotation states.
    Raises ValueError with the words after "Object 3 of ...", or ObjectDropped.
    """
    if not isinstance(entry, dict):
        raise ValueError(Saying("is not a JSON object"))
    title = entry.get("classTitle")
    if not isinstance(title, str) or title not in shapes:
        hint = class_hint(str(title), shapes)
        raise ValueError(
            Saying("is of class '{name}', which meta.json does not name; {hint}", name=str(title), hint=hint)
        )
    shape = shape_of(entry, shapes[title])
    if shape == "bitmap":
        origin, mask = bitmap(entry, size)
    else:
        origin, mask = vector(entry, shape, size)
    tags = tuple(image_tags(entry.get("tags") or []))
    drawn = tight(ObjectRecord(title, origin, mask, tags, str(entry.get("description") or "")))
    if drawn is None:
        raise ObjectDropped(Saying("has no pixel on the photo"))
    return drawn


def class_hint(title: str, known: Iterable[str]) -> Saying:
    """Which class may be meant."""
    near = difflib.get_close_matches(title, known, n=1, cutoff=0.5)
    if near:
        return Saying("the nearest it names is '{name}'", name=near[0])
    names = ", ".join(known)
    return Saying("it names {names}", names=names) if names else Saying("it names none")


def shape_of(entry: dict[str, Any], class_shape: str) -> str:
    """What the object says it is; in 2018 only its class did."""
    shape = entry.get("geometryType") or class_shape
    if shape == "any" or (shape == "polygon" and not entry.get("points") and entry.get("bitmap")):
        shape = "bitmap" if entry.get("bitmap") else "polygon"
    if shape not in SHAPES:
        known, last = ", ".join(SHAPES[:-1]), SHAPES[-1]
        raise ValueError(
            Saying("is a {shape}; what can become a mask is {known} or {last}", shape=shape, known=known, last=last)
        )
    return shape


def bitmap(entry: dict[str, Any], size: tuple[int, int]) -> tuple[tuple[int, int], np.ndarray]:
    """(origin, mask). Raises ValueError when it cannot be decoded or a pixel lies outside the photo."""
    part = entry.get("bitmap")
    if not isinstance(part, dict) or not isinstance(part.get("data"), str):
        raise ValueError(Saying("is a bitmap without data"))
    origin = part.get("origin")
    if not isinstance(origin, list) or len(origin) != 2 or not all(map(is_number, origin)):
        raise ValueError(Saying("is a bitmap whose origin is not [x, y]"))
    x, y = map(nearest, origin)
    mask = decode_bitmap(part["data"], most_px=size[0] * size[1])
    around = tight(ObjectRecord("", (x, y), mask))
    if around is not None and not Box.of_size(*size).contains(around.box):
        left, top, right, bottom = around.box.as_list()
        raise ValueError(
            Saying(
                "reaches from {start} to {end}, outside the photo of {size} pixels",
                start=f"{left}, {top}",
                end=f"{right - 1}, {bottom - 1}",
                size=f"{size[0]}x{size[1]}",
            )
        )
    return (x, y), mask


def decode_bitmap(data: str, most_px: int) -> np.ndarray:
    """bool h×w from base64 of a PNG, zlibbed or not: alpha where there is one, else anything but 0.

    Raises ValueError, for a bitmap of more pixels than the photo too, before it is inflated.
    """
    try:
        packed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(Saying("has bitmap data that is not base64 ({why})", why=str(error))) from error
    raw = packed
    if not packed.startswith(PNG_SIGNATURE):
        unpacker = zlib.decompressobj()
        # Four bytes a pixel and some room is what an uncompressed PNG could need at most.
        most = 4 * most_px + (1 << 20)
        try:
            raw = unpacker.decompress(packed, most)
        except zlib.error as error:
            raise ValueError(Saying("has bitmap data that is neither zlib nor PNG ({why})", why=str(error))) from error
    try:
        with PIL.Image.open(io.BytesIO(raw), formats=["PNG"]) as image:
            width, height = image.size
            if width * height > most_px:
                found = f"{width}x{height}"
                raise ValueError(Saying("is a bitmap of {size} pixels, more than the whole photo has", size=found))
            return painted(image)
    except (OSError, SyntaxError, PIL.UnidentifiedImageError, zlib.error) as error:
        why = photo.reason(error)
        raise ValueError(Saying("has bitmap data that holds no readable PNG ({why})", why=why)) from error


def painted(image: PIL.Image.Image) -> np.ndarray:
    """bool h×w: which pixels of a mask PNG count as painted."""
    if image.mode == "P" and isinstance(image.info.get("transparency"), bytes | int):
        return palette_alpha(image.info["transparency"])[np.asarray(image)] > 0
    if image.mode in ("RGBA", "LA", "PA"):
        return np.asarray(image)[..., -1] > 0
    values = np.asarray(image)
    return np.any(values, axis=2) if values.ndim == 3 else values > 0


def palette_alpha(transparency: bytes | int) -> np.ndarray:
    """uint8 256: the alpha of each palette index."""
    alpha = np.full(256, 255, np.uint8)
    if isinstance(transparency, int):  # Pillow's word for a single fully transparent index
        alpha[transparency] = 0
    else:
        alpha[: len(transparency)] = np.frombuffer(transparency, np.uint8)
    return alpha


def vector(entry: dict[str, Any], shape: str, size: tuple[int, int]) -> tuple[tuple[int, int], np.ndarray]:
    """(origin, mask) of a shape of points, cut off at the photo's edge."""
    points = entry.get("points")
    if not isinstance(points, dict):
        raise ValueError(Saying("is a {shape} without points", shape=shape))
    exterior = ring(points.get("exterior"))
    if len(exterior) < FEWEST_POINTS[shape]:
        raise ObjectDropped(
            Saying(
                "is a {shape} of {count} points, which needs {fewest}",
                shape=shape,
                count=len(exterior),
                fewest=FEWEST_POINTS[shape],
            )
        )
    left, top = exterior.min(axis=0).tolist()
    right, bottom = exterior.max(axis=0).tolist()
    box = Box(left, top, right + 1, bottom + 1).clipped(*size)
    if box.is_empty:
        raise ObjectDropped(Saying("lies outside the photo"))
    mask = np.zeros((box.height, box.width), np.uint8)
    if shape == "rectangle":
        mask[:] = 1
        return (box.left, box.top), mask.view(bool)
    # cv2 clips lines and polygons at the canvas, so that only the part on the photo is ever allocated.
    corner = np.array([box.left, box.top])
    line = (exterior - corner).astype(np.int32)
    if shape == "polygon":
        cv2.fillPoly(mask, [line], 1)
        holes = [ring(hole) for hole in points.get("interior") or []]
        rings = [(hole - corner).astype(np.int32) for hole in holes if len(hole) >= 3]
        for hole in rings:
            cv2.fillPoly(mask, [hole], 0)
        # A hole's outline belongs to the object (1.9).
        cv2.polylines(mask, rings, True, 1)
    elif shape == "line":
        cv2.polylines(mask, [line], False, 1)
    else:
        mask[line[0][1], line[0][0]] = 1
    return (box.left, box.top), mask.view(bool)


def ring(points: Any) -> np.ndarray:
    """int64 n×2, rounded to the nearest pixel. Raises ValueError for anything that is no list of points."""
    is_list = isinstance(points, list)
    if not is_list or not all(isinstance(p, list) and len(p) == 2 and all(map(is_number, p)) for p in points):
        raise ValueError(Saying("has points that are not a list of [x, y]"))
    return np.array([[nearest(x), nearest(y)] for x, y in points], np.int64).reshape(-1, 2)


def is_number(value: Any) -> bool:
    # Beyond a million pixels a coordinate is no place on a photo, and OpenCV's integers would overflow.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1_000_000


def nearest(value: float) -> int:
    """Halves go up, as upstream."""
    return math.floor(value + 0.5)


# --- writing --------------------------------------------------------------------------------------------------------


def meta_json(project: ProjectRecord) -> dict[str, Any]:
    """Every class is a bitmap class, because every object is written as a bitmap."""
    classes = []
    for record in project.classes:
        entry = {"title": record.name, "shape": "bitmap", "color": record.colour.upper()}
        classes.append(entry | ({"hotkey": record.key} if record.key else {}))
    tags = {tag["name"]: tag for tag in project.tags}
    for image in project.images:
        for tag in image.tags:
            name = tag if isinstance(tag, str) else tag["name"]
            tags.setdefault(name, {"name": name, "value_type": value_type(tag)})
    colours: list[str] = []
    for name, tag in tags.items():
        colour = good_colour(tag.get("color")) or fresh_colour(colours)
        colours.append(colour)
        tags[name] = {"value_type": "none"} | tag | {"color": colour}
    return {"classes": classes, "tags": list(tags.values()), "projectType": "images"}


def image_json(image: ImageRecord) -> dict[str, Any]:
    return {
        "description": image.description,
        "tags": [tag_json(tag) for tag in image.tags],
        "size": {"height": image.height, "width": image.width},
        "objects": [object_json(record) for record in map(tight, image.objects()) if record is not None],
    }


def tag_json(tag: Tag) -> dict[str, Any]:
    return {"name": tag, "value": None} if isinstance(tag, str) else {"name": tag["name"], "value": tag.get("value")}


def object_json(record: ObjectRecord) -> dict[str, Any]:
    return {
        "description": record.description,
        "geometryType": "bitmap",
        "tags": [tag_json(tag) for tag in record.tags],
        "classTitle": record.class_name,
        "bitmap": {"origin": list(record.origin), "data": encode_bitmap(record.mask)},
    }


def encode_bitmap(mask: np.ndarray) -> str:
    """base64(zlib(PNG)), the PNG as upstream makes it: one bit a pixel, a palette whose index 0 is transparent."""
    image = PIL.Image.fromarray(mask.astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 255, 255, 255])
    png = io.BytesIO()
    image.save(png, "PNG", bits=1, transparency=0)
    return base64.b64encode(zlib.compress(png.getvalue())).decode()
