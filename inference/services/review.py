"""Holding a prediction against what people painted on the same photo, and taking it over."""

import uuid as uuids
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from annotator.models import Edit, Image, LabelClass, Plane
from annotator.raster.box import Box, tile_box
from annotator.raster.plane import Key, SparsePlane
from annotator.services import masks
from inference.models import Probability
from inference.services import heat
from studio.errors import Conflict, Refused
from studio.texts import say

ATTEMPTS = 20
REPLACE, ONLY_BACKGROUND = "replace", "only_background"


@dataclass(frozen=True)
class Agreement:
    """Pixels of a prediction against an annotation. ignored: left out because somebody said they are neutral."""

    tp: int
    fp: int
    fn: int
    ignored: int

    @property
    def iou(self) -> float | None:
        """None where neither shows anything: there is nothing to agree on."""
        return ratio(self.tp, self.tp + self.fp + self.fn)

    @property
    def dice(self) -> float | None:
        return ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def precision(self) -> float | None:
        return ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        return ratio(self.tp, self.tp + self.fn)


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# ---------------------------------------------------------------- finding


def counterparts(image: Image, user) -> QuerySet[Image]:
    """Other images of the same photo, in projects this user is a member of; annotated ones first."""
    found = Image.objects.filter(photo_id=image.photo_id, deleted_at=None, project__deleted_at=None)
    found = found.filter(project__memberships__user_id=user.pk).exclude(pk=image.pk)
    return found.select_related("project").prefetch_related("project__classes").order_by("-is_annotated", "id")


def living_classes(image: Image) -> dict[str, LabelClass]:
    return {label.name: label for label in image.project.classes.all() if label.deleted_at is None}


def is_neutral(label: LabelClass) -> bool:
    return label.pattern == LabelClass.Pattern.HATCH or label.name.casefold() == "neutral"


def same_photo(image: Image, other: Image) -> None:
    """Raises Refused when the two show different photos."""
    if image.photo_id != other.photo_id:
        raise Refused(say("{name} and {other} do not show the same photo.", name=image.name, other=other.name))


def pairs_of(image: Image, other: Image, classes: Mapping[str, str]) -> dict[int, int]:
    """Bytes of one mask -> bytes of the other, for classes named by name. Raises Refused for an unknown name."""
    mine, theirs = living_classes(image), living_classes(other)
    if not classes:
        sentence = say("classes: name at least one class and what it is called in the other project")
        raise Refused(sentence, at="classes")
    for name, of, known in [(m, image, mine) for m in classes] + [(t, other, theirs) for t in classes.values()]:
        if name not in known:
            sentence = say(
                "classes: {project!r} has no class {name!r}; it has: {has}",
                project=of.project.name,
                name=name,
                has=", ".join(known) or say("none"),
            )
            raise Refused(sentence, at="classes")
    return {mine[m].index: theirs[t].index for m, t in classes.items()}


# ---------------------------------------------------------------- what a prediction says


class Prediction:
    """The classes of a prediction as another project calls them: its mask, or one probability above a threshold."""

    def __init__(
        self,
        image: Image,
        pairs: Mapping[int, int],
        probability: Probability | None = None,
        threshold: int | None = None,
    ):
        self._photo = Box.of_size(image.photo.width, image.photo.height)
        self._table = np.zeros(256, np.uint8)
        for mine, theirs in pairs.items():
            self._table[mine] = theirs
        self._plane: SparsePlane | None = None
        if probability is None:
            self._plane, _ = masks.planes_of(image)
        else:
            self._heat, self._threshold = heat.heat_of(probability), threshold
            self._index = self._table[living_classes(image)[probability.class_name].index]

    def keys(self, box: Box) -> Iterator[Key]:
        """Tiles of a box where there may be something."""
        for key in (box & self._photo).tiles():
            if self._plane is None or key in self._plane:
                yield key

    def tile(self, key: Key) -> np.ndarray:
        """256x256 bytes of the other project; 0 where nothing is predicted, beyond the photo too."""
        if self._plane is not None:
            return self._table[self._plane.tile(key)]
        inside = tile_box(*key) & self._photo
        found = np.zeros((256, 256), np.uint8)
        found[: inside.height, : inside.width] = (self._heat.read(inside) >= self._threshold) * self._index
        return found


def predicted_as(
    image: Image, other: Image, classes: Mapping[str, str], probability_id: int | None, threshold: int | None
) -> Prediction:
    """Raises Refused when the images, classes, probability or threshold do not go together."""
    same_photo(image, other)
    probability = heat.chosen(image, probability_id, threshold)
    if probability is not None:
        probability.image = image
        if probability.class_name not in classes:
            sentence = say("classes: say what {name!r} is called in the other project", name=probability.class_name)
            raise Refused(sentence, at="classes")
        classes = {probability.class_name: classes[probability.class_name]}
    return Prediction(image, pairs_of(image, other, classes), probability, threshold)


# ---------------------------------------------------------------- comparing


def compare(
    image: Image,
    other: Image,
    classes: Mapping[str, str],
    *,
    probability_id: int | None = None,
    threshold: int | None = None,
) -> Agreement:
    """Hold a prediction against an annotation of the same photo, tile by tile.

    classes:   names in the prediction -> names in the annotation; everything else counts as background.
    threshold: of a probability, 1..255, instead of the predicted mask.

    Pixels that are neutral in the annotation are left out, except where neutral itself is compared.
    """
    predicted = predicted_as(image, other, classes, probability_id, threshold)
    annotation, _ = masks.planes_of(other)
    labels = living_classes(other)
    wanted = [labels[name].index for name in set(classes.values())]
    neutral = [label.index for label in labels.values() if is_neutral(label) and label.index not in wanted]
    photo = Box.of_size(image.photo.width, image.photo.height)
    keys = set(predicted.keys(photo)) | set(annotation.keys())
    tp = fp = fn = ignored = 0
    for key in keys:
        mine, theirs = predicted.tile(key), annotation.tile(key)
        known = ~np.isin(theirs, neutral)
        is_wanted = np.isin(theirs, wanted)
        agree = int(((mine == theirs) & is_wanted).sum())
        tp += agree
        # A pixel of one class predicted as another is wrong twice: found where it is not, missed where it is.
        fp += int(((mine > 0) & known).sum()) - agree
        fn += int(is_wanted.sum()) - agree
        ignored += int((~known).sum())
    return Agreement(tp, fp, fn, ignored)


# ---------------------------------------------------------------- adopting


def adopt(
    image: Image,
    into: Image,
    classes: Mapping[str, str],
    *,
    user,
    mode: str = REPLACE,
    box: Box | None = None,
    probability_id: int | None = None,
    threshold: int | None = None,
    uuid: uuids.UUID | None = None,
) -> Edit:
    """Paint a prediction into an annotation of the same photo, as one ordinary edit.

    mode: "replace" paints over what is there, "only_background" leaves what is painted alone.
    box:  only this part of the photo.

    Raises Refused when nothing would change, Conflict when others keep painting in the same place.
    """
    predicted = predicted_as(image, into, classes, probability_id, threshold)
    photo = Box.of_size(image.photo.width, image.photo.height)
    box = photo if box is None else box & photo
    details = {"image": image.pk, "project": image.project_id, "classes": dict(classes), "mode": mode}
    if threshold is not None:
        details |= {"probability": probability_id, "threshold": threshold}
    uuid = uuid or uuids.uuid4()
    for _ in range(ATTEMPTS):
        writes, changed = painted(predicted, into, box, mode)
        if (first := masks.repeated(into, uuid, user)) is not None:
            return first
        if not writes:
            raise Refused(say("Nothing to adopt: the annotation shows all of this already."))
        try:
            return masks.write_edit(
                into, uuid=uuid, user=user, tool="adopt", box=changed, details=details, tiles=writes
            )
        except Conflict:
            continue  # somebody painted between our reading and writing: read again
    raise Conflict(say("Others keep painting here; try again in a moment."))


def painted(predicted: Prediction, into: Image, box: Box, mode: str) -> tuple[list[masks.TileWrite], Box]:
    """The tiles of an annotation with a prediction on them, and the box of what changes."""
    keys = list(predicted.keys(box))
    classes, objects = (
        {(x, y): (version, data) for x, y, version, data in masks.tiles_of(into, plane, keys=keys)}
        for plane in (Plane.CLASS, Plane.OBJECT)
    )
    there = SparsePlane(np.uint8, {key: data for key, (_, data) in classes.items()})
    ids = SparsePlane(np.uint16, {key: data for key, (_, data) in objects.items()})
    # What belongs to a deleted class cannot be seen, so it is background to whoever decides to adopt.
    living = [label.index for label in living_classes(into).values()]
    writes, changed = [], Box(0, 0, 0, 0)
    for key in keys:
        new, old = predicted.tile(key), there.tile(key)
        inside = (box & tile_box(*key)).shifted(-key[0] * 256, -key[1] * 256)
        where = np.zeros(new.shape, bool)
        where[inside.slices] = (new[inside.slices] > 0) & (new[inside.slices] != old[inside.slices])
        if mode == ONLY_BACKGROUND:
            where &= ~np.isin(old, living)
        if not where.any():
            continue
        here = tile_box(*key)
        changed |= around(where).shifted(here.left, here.top)
        there.write(here, new, where=where)
        writes.append(masks.TileWrite(Plane.CLASS, *key, classes.get(key, (0,))[0], there.encoded_tile(key)))
        if key in objects and ids.write(here, 0, where=where):
            writes.append(masks.TileWrite(Plane.OBJECT, *key, objects[key][0], ids.encoded_tile(key)))
    return writes, changed


def around(where: np.ndarray) -> Box:
    """The smallest box around the True pixels, of which there are some."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
