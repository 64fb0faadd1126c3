"""The images of a project: adding, finding, changing, deleting and restoring them."""

import uuid as uuids
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet
from django.utils import timezone

from annotator.models import Edit, EditTile, Image, Photo, Plane, Project, Tile, WorkState
from annotator.raster import regions, tile
from annotator.raster.box import Box
from annotator.raster.plane import SparsePlane
from annotator.services import comments, masks, names
from studio.errors import Refused
from studio.texts import say

TAG_CHARACTERS = 200
SORTS = {
    "name": ("dataset", "name", "id"),
    "-name": ("-dataset", "-name", "-id"),
    "created": ("id",),
    "-created": ("-id",),
    "edited": (F("edited_at").desc(nulls_last=True), "-id"),
    "objects": ("-object_count", "-id"),
    "area": ("-painted_px", "-id"),
}


@dataclass
class Prepared:
    """An image that is ready to be added: everything slow about it was done, only rows are missing."""

    image: Image
    tiles: list[tuple[str, int, int, bytes]]  # plane, x, y, data


def add_image(project: Project, photo: Photo, dataset: str, name: str, *, user=None, tool="import", **more) -> Image:
    """Put one photo into a project, with the mask it comes with as its first edit; see `prepare` and `add_all`."""
    (image,) = add_all([prepare(project, photo, dataset, name, **more)], user=user, tool=tool)
    return image


def prepare(
    project: Project | None,
    photo: Photo,
    dataset: str,
    name: str,
    *,
    tags: Iterable = (),
    lineage: dict | None = None,
    description: str = "",
    classes: SparsePlane | np.ndarray | None = None,
    objects: SparsePlane | np.ndarray | None = None,
) -> Prepared:
    """Encode the mask of a photo to be and count what is in it; no row is read or written.

    project: None where it will be made later, before `add_all`.
    classes: the class plane, or H×W uint8 of the whole photo.   objects: the object plane, or H×W uint16.

    Raises Refused when the mask has another size than the photo, or a name is none.
    """
    class_plane = as_plane(classes, photo, np.uint8, name)
    object_plane = as_plane(objects, photo, np.uint16, name)
    image = Image(
        project=project,
        photo=photo,
        dataset=names.checked(dataset, "dataset", longest=300),
        name=names.checked(name, "name", longest=300),
        tags=list(tags),
        lineage=lineage or {},
        description=description,
    )
    tiles = [(Plane.CLASS, x, y, data) for (x, y), data in class_plane.encoded().items()]
    tiles += [(Plane.OBJECT, x, y, data) for (x, y), data in object_plane.encoded().items()]
    if tiles:
        _, found = regions.label_planes(class_plane, object_plane)
        image.seq = image.counted_seq = 1
        image.object_count = len(found)
        image.next_object = 1 + max((int(ids.max()) for _, ids in object_plane.tiles()), default=0)
        masks.note_pixels(image, pixels_of(class_plane))
    return Prepared(image, tiles)


def renumber(one: Prepared, indexes: Mapping[int, int]) -> None:
    """Give the classes of a prepared image other indexes: old index -> new."""
    if all(old == new for old, new in indexes.items()):
        return
    lookup = np.arange(256, dtype=np.uint8)
    for old, new in indexes.items():
        lookup[old] = new
    one.tiles = [
        (plane, x, y, tile.encode(lookup[tile.decode(data, np.uint8)]) if plane == Plane.CLASS else data)
        for plane, x, y, data in one.tiles
    ]
    pixels = {indexes.get(int(index), int(index)): px for index, px in one.image.class_px.items()}
    masks.note_pixels(one.image, pixels)


def add_all(prepared: Iterable[Prepared], *, user=None, tool: str = "import") -> list[Image]:
    """Add images to their projects, all of them or none, in a handful of queries.

    Raises Refused when a dataset has an image of the same name already.
    """
    prepared = list(prepared)
    now = timezone.now()
    painted = [one for one in prepared if one.tiles]
    for one in painted:
        one.image.edited_at = now
    try:
        with transaction.atomic():
            Image.objects.bulk_create([one.image for one in prepared], batch_size=500)
            edits = Edit.objects.bulk_create([_first_edit(one.image, user, tool) for one in painted], batch_size=500)
            Tile.objects.bulk_create(
                (
                    Tile(image=one.image, plane=plane, x=x, y=y, version=1, data=data)
                    for one in painted
                    for plane, x, y, data in one.tiles
                ),
                batch_size=500,
            )
            EditTile.objects.bulk_create(
                (
                    EditTile(
                        edit=edit,
                        image=one.image,
                        seq=1,
                        plane=plane,
                        x=x,
                        y=y,
                        old_version=0,
                        new_version=1,
                        data=data,
                    )
                    for edit, one in zip(edits, painted, strict=True)
                    for plane, x, y, data in one.tiles
                ),
                batch_size=500,
            )
    except IntegrityError:
        sentence = say("{name}: the project has an image of this name already", name=_collision(prepared))
        raise Refused(sentence, at="name") from None
    return [one.image for one in prepared]


def _first_edit(image: Image, user, tool: str) -> Edit:
    box = Box.of_size(image.photo.width, image.photo.height).as_list()
    return Edit(uuid=uuids.uuid4(), image=image, seq=1, user=user, tool=tool[:40], box=box)


def _collision(prepared: list[Prepared]) -> str:
    """The first of these names that is taken, for the sentence."""
    taken: set[tuple[int, str, str]] = set()
    for one in prepared:
        image = one.image
        place = (image.project_id, image.dataset, image.name)
        there = Image.objects.filter(
            project_id=image.project_id, dataset=image.dataset, name=image.name, deleted_at=None
        )
        if place in taken or there.exists():
            return str(image)
        taken.add(place)
    return say("an image")


def as_plane(mask: SparsePlane | np.ndarray | None, photo: Photo, dtype, name: str) -> SparsePlane:
    if mask is None:
        return SparsePlane(dtype)
    if isinstance(mask, SparsePlane):
        return mask
    if mask.shape != (photo.height, photo.width):
        found = f"{mask.shape[1]}x{mask.shape[0]}"
        raise Refused(f"{name}: the mask is {found}, but the photo is {photo.width}x{photo.height}", at=name)
    return SparsePlane.from_array(np.ascontiguousarray(mask, dtype))


def pixels_of(classes: SparsePlane) -> Counter[int]:
    """Pixels by class index."""
    pixels: Counter[int] = Counter()
    for _, values in classes.tiles():
        pixels.update(masks.counts_of(values))
    return pixels


# ---------------------------------------------------------------- the gallery


class HasTag(Func):
    """Whether a JSON list of tags holds this one, as a string or as {"name": ...}."""

    output_field = BooleanField()

    def __init__(self, tags, name: str):
        super().__init__(tags)
        self.tag_name = name

    def as_sqlite(self, compiler, connection, **_):
        column, params = compiler.compile(self.source_expressions[0])
        sql = (
            f"EXISTS(SELECT 1 FROM json_each({column}) AS tag WHERE (tag.type = 'text' AND tag.value = %s)"
            " OR (tag.type = 'object' AND json_extract(tag.value, '$.name') = %s))"
        )
        return sql, [*params, self.tag_name, self.tag_name]

    def as_postgresql(self, compiler, connection, **_):
        column, params = compiler.compile(self.source_expressions[0])
        sql = (
            f"EXISTS(SELECT 1 FROM jsonb_array_elements({column}) AS tag WHERE tag = to_jsonb(%s::text)"
            " OR tag ->> 'name' = %s)"
        )
        return sql, [*params, self.tag_name, self.tag_name]


@dataclass(frozen=True)
class Filter:
    """What to show of a project's images, and in which order. Everything empty: all of them, by dataset and name."""

    dataset: str = ""
    tag: str = ""
    class_index: int | None = None
    is_annotated: bool | None = None
    states: tuple[str, ...] = ()
    holder_id: int | None = None
    has_open_comments: bool = False
    search: str = ""
    sort: str = "name"
    trash: bool = False


def listed(project: Project, wanted: Filter) -> QuerySet[Image]:
    """The images of a project that pass the filter, with their photos."""
    found = project.images.exclude(deleted_at=None) if wanted.trash else project.images.filter(deleted_at=None)
    if wanted.dataset:
        found = found.filter(dataset=wanted.dataset)
    if wanted.tag:
        found = found.filter(HasTag(F("tags"), wanted.tag))
    if wanted.class_index is not None:
        found = found.filter(class_px__has_key=str(wanted.class_index))
    if wanted.is_annotated is not None:
        found = found.filter(is_annotated=wanted.is_annotated)
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.holder_id is not None:
        found = found.filter(holder_id=wanted.holder_id)
    if wanted.has_open_comments:
        found = found.filter(Exists(comments.unresolved().filter(image=OuterRef("pk"))))
    if wanted.search:
        found = found.filter(name__icontains=wanted.search)
    if wanted.sort == "objects":
        masks.freshen_counts(found.filter(counted_seq__lt=F("seq")))
    return found.select_related("photo", "holder").order_by(*SORTS[wanted.sort])


def neighbours(image: Image, wanted: Filter) -> dict[str, int | None]:
    """Where an image stands in its gallery: {"previous", "next": ids or None, "position" from 1, "count"}.

    An image that the filter leaves out stands before the first.
    """
    ids = list(listed(image.project, wanted).values_list("id", flat=True))
    if image.pk not in ids:
        return {"previous": None, "next": ids[0] if ids else None, "position": 0, "count": len(ids)}
    place = ids.index(image.pk)
    return {
        "previous": ids[place - 1] if place else None,
        "next": ids[place + 1] if place + 1 < len(ids) else None,
        "position": place + 1,
        "count": len(ids),
    }


def with_objects(images: Iterable[Image]) -> list[Image]:
    """The same images with `has_objects` and `open_comments`, in two queries, and their objects counted."""
    images = list(images)
    own = Tile.objects.filter(image__in=[image.pk for image in images], plane=Plane.OBJECT)
    ids = set(own.values_list("image_id", flat=True).distinct())
    open_comments = comments.open_counts(images)
    for image in images:
        image.has_objects = image.pk in ids
        image.open_comments = open_comments[image.pk]
    masks.freshen_counts(images)
    return images


def facets(project: Project) -> dict:
    """What a gallery can be filtered by, each with its number of living images."""
    datasets: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    images: Counter[int] = Counter()
    pixels: Counter[int] = Counter()
    states: Counter[str] = Counter()
    holders: Counter[tuple[int, str]] = Counter()
    annotated = total = derived = 0
    rows = project.images.filter(deleted_at=None).order_by()
    for dataset, own_tags, class_px, is_annotated, lineage, state, holder_id, holder in rows.values_list(
        "dataset", "tags", "class_px", "is_annotated", "lineage", "state", "holder_id", "holder__username"
    ):
        states[state] += 1
        if holder_id is not None:
            holders[holder_id, holder] += 1
        total += 1
        annotated += is_annotated
        derived += bool(lineage)
        datasets[dataset] += 1
        tags.update({tag_name(tag) for tag in own_tags})
        for index, px in class_px.items():
            images[int(index)] += 1
            pixels[int(index)] += px
    return {
        "count": total,
        "annotated": annotated,
        "not_annotated": total - annotated,
        "derived": derived,
        "open_comments": rows.filter(Exists(comments.unresolved().filter(image=OuterRef("pk")))).count(),
        "states": [{"name": state, "count": states[state]} for state in WorkState.values],
        "holders": [
            {"id": pk, "name": name, "count": holders[pk, name]} for pk, name in sorted(holders, key=lambda one: one[1])
        ],
        "datasets": [{"name": name, "count": datasets[name]} for name in sorted(datasets)],
        "tags": [{"name": name, "count": tags[name]} for name in sorted(tags)],
        "classes": [
            {
                "index": label.index,
                "name": label.name,
                "colour": label.colour,
                "images": images[label.index],
                "px": pixels[label.index],
            }
            for label in project.classes.filter(deleted_at=None)
        ],
    }


# ---------------------------------------------------------------- changing


def tag_name(tag: str | dict) -> str:
    return tag["name"] if isinstance(tag, dict) else tag


def checked_tags(tags: object) -> list[str | dict]:
    """A list of names or {"name", "value"}. Raises Refused."""
    if not isinstance(tags, list):
        raise Refused(f"tags: expected a list, found {type(tags).__name__}", at="tags")
    kept: dict[str, str | dict] = {}
    for number, tag in enumerate(tags):
        at = f"tags.{number}"
        if isinstance(tag, dict):
            if set(tag) != {"name", "value"} or not isinstance(tag["value"], str | int | float | None):
                raise Refused(say("{at}: expected a text or {form}", at=at, form='{"name", "value"}'), at=at)
            name = names.checked(tag["name"], at, longest=TAG_CHARACTERS)
            kept[name] = {"name": name, "value": tag["value"]}
        else:
            name = names.checked(tag, at, longest=TAG_CHARACTERS)
            kept[name] = name
    return list(kept.values())


def change_image(image: Image, *, tags: object = None, name: object = None, description: str | None = None) -> Image:
    """Tag, rename or describe. Raises Refused when the dataset has another image of this name."""
    if tags is not None:
        image.tags = checked_tags(tags)
    if name is not None:
        image.name = names.checked(name, "name", longest=300)
    if description is not None:
        image.description = description
    try:
        with transaction.atomic():
            image.save(update_fields=["tags", "name", "description"])
    except IntegrityError:
        sentence = say("name: {dataset!r} has another image called {name!r}", dataset=image.dataset, name=image.name)
        raise Refused(sentence, at="name") from None
    return image


def delete_image(image: Image) -> None:
    """Into the trash, with its mask and its history."""
    Image.objects.filter(pk=image.pk, deleted_at=None).update(deleted_at=timezone.now())


@transaction.atomic
def restore_image(image: Image) -> Image:
    """Out of the trash; under name_2 when its name was taken meanwhile."""
    if image.deleted_at is not None:
        image.name, image.deleted_at = free_name(image.project, image.dataset, image.name), None
        image.save(update_fields=["name", "deleted_at"])
    return image


def free_name(project: Project, dataset: str, name: str, taken: Iterable[str] = ()) -> str:
    """The name itself, or photo_2.jpg, photo_3.jpg ... when the dataset (or `taken`) has it already."""
    path = PurePosixPath(name)
    stem = name.removesuffix(path.suffix)
    here = set(project.images.filter(deleted_at=None, dataset=dataset).values_list("name", flat=True))
    return names.free(stem, here.union(taken), path.suffix, longest=300)
