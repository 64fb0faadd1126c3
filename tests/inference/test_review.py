"""Holding a prediction against an annotation, and taking it over."""

import uuid

import numpy as np
import pytest

from annotator.models import Image
from annotator.raster.box import Box
from annotator.services import classes as class_service
from annotator.services import masks
from inference.services import review
from studio.errors import Refused
from tests.inference.conftest import mask_of

pytestmark = pytest.mark.django_db
NAMES = {"Isolator_unet": "Isolator"}


@pytest.fixture
def found(run) -> Image:
    return run.result.images.select_related("photo", "project").get(name="a.png")


@pytest.fixture
def annotated(project) -> Image:
    return project.images.select_related("photo", "project").get(name="a.png")


def mask(image: Image) -> np.ndarray:
    return masks.planes_of(image)[0].to_array(image.photo.width, image.photo.height)


def paint(image: Image, user, boxes, **options):
    box = Box.of_size(image.photo.width, image.photo.height)
    masks.paint(image, mask_of(boxes), options.get("objects"), box, user=user, tool="brush")


def test_agreement_counts_pixels_and_leaves_neutral_out(found, annotated):
    here, there = mask(found), mask(annotated)
    known = there != 2

    agreement = review.compare(found, annotated, NAMES)

    assert agreement.tp == ((here == 1) & (there == 1)).sum()
    assert agreement.fp == ((here == 1) & (there != 1) & known).sum()
    assert agreement.fn == ((here != 1) & (there == 1)).sum()
    assert agreement.ignored == 30 * 60
    assert agreement.iou == pytest.approx(agreement.tp / (agreement.tp + agreement.fp + agreement.fn))
    assert agreement.recall > 0.98 and 0.3 < agreement.precision < 0.6


def test_a_perfect_prediction_agrees_entirely(found, annotated, owner):
    paint(annotated, owner, [])
    review.adopt(found, annotated, NAMES, user=owner)

    agreement = review.compare(found, annotated, NAMES)

    assert (agreement.iou, agreement.dice, agreement.precision, agreement.recall) == (1, 1, 1, 1)


def test_nothing_against_nothing_has_no_score(found, annotated, owner):
    paint(annotated, owner, [])
    paint(found, owner, [])

    agreement = review.compare(found, annotated, NAMES)

    assert agreement.iou is agreement.dice is agreement.precision is agreement.recall is None


def test_a_class_in_the_trash_counts_as_background(found, annotated):
    class_service.delete_class(annotated.project.classes.get(name="neutral"))
    annotated = Image.objects.get(pk=annotated.pk)

    assert review.compare(found, annotated, NAMES).ignored == 0


def test_a_lower_threshold_finds_more(found, annotated):
    probability = found.probabilities.get()

    low, middle, high = (
        review.compare(found, annotated, NAMES, probability_id=probability.pk, threshold=value)
        for value in (1, 128, 255)
    )

    assert low.tp + low.fp > middle.tp + middle.fp > high.tp + high.fp
    plain = review.compare(found, annotated, NAMES)
    assert abs(middle.tp - plain.tp) + abs(middle.fp - plain.fp) < 200


def test_adopting_is_one_ordinary_edit(found, annotated, annotator):
    before, seq = mask(annotated), annotated.seq

    edit = review.adopt(found, annotated, NAMES, user=annotator)

    after = mask(annotated)
    assert (edit.tool, edit.seq, edit.user) == ("adopt", seq + 1, annotator)
    assert ((after == 1) == (mask(found) == 1)).mean() > 0.99
    assert edit.details["image"] == found.pk
    changed = Box.of_list(edit.box)
    outside = np.ones(after.shape, bool)
    outside[changed.slices] = False
    assert (before == after)[outside].all() and (before != after)[changed.slices].any()


def test_adopting_can_leave_what_is_painted_alone(found, annotated, annotator):
    review.adopt(found, annotated, NAMES, user=annotator, mode="only_background")

    after = mask(annotated)
    assert (after[100:160, 200:230] == 2).all()  # neutral stays
    assert (after[165:215, 202:228] == 1).all()


def test_adopting_a_box_changes_nothing_outside_of_it(found, annotated, annotator):
    before = mask(annotated)

    edit = review.adopt(found, annotated, NAMES, user=annotator, box=Box(210, 150, 1000, 1000))

    after = mask(annotated)
    assert Box.of_list(edit.box).left == 210
    before[150:, 210:] = after[150:, 210:]
    assert (before == after).all()


def test_adopting_above_a_threshold(found, annotated, annotator):
    probability = found.probabilities.get()

    edit = review.adopt(found, annotated, NAMES, user=annotator, probability_id=probability.pk, threshold=250)

    assert edit.details["threshold"] == 250
    assert (mask(annotated)[105:215, 205:225] == 1).all()


def test_adopted_pixels_lose_the_id_of_the_object_they_cover(found, annotated, annotator):
    ids = mask_of([(180, 90, 210, 230, 1)]).astype(np.uint16) * 7
    paint(annotated, annotator, [(180, 90, 210, 230, 2)], objects=ids)

    review.adopt(found, annotated, NAMES, user=annotator)

    _, objects = masks.planes_of(annotated)
    left = objects.to_array(320, 256)
    assert left[150, 185] == 7 and left[150, 205] == 0


def test_adopting_twice_under_one_uuid_is_one_edit(found, annotated, annotator):
    token = uuid.uuid4()

    first = review.adopt(found, annotated, NAMES, user=annotator, uuid=token)
    again = review.adopt(found, annotated, NAMES, user=annotator, uuid=token)

    assert first.pk == again.pk


def test_adopting_what_is_there_already_is_refused(found, annotated, annotator):
    review.adopt(found, annotated, NAMES, user=annotator)

    with pytest.raises(Refused, match="Nothing to adopt"):
        review.adopt(found, annotated, NAMES, user=annotator)


def test_another_photo_is_refused(found, project, annotator):
    other = project.images.select_related("photo", "project").get(name="b.png")

    with pytest.raises(Refused, match="do not show the same photo"):
        review.adopt(found, other, NAMES, user=annotator)
    with pytest.raises(Refused, match="do not show the same photo"):
        review.compare(found, other, NAMES)


def test_a_class_that_is_not_there_is_named(found, annotated, annotator):
    with pytest.raises(Refused, match=r"'lines' has no class 'isolator'; it has: Isolator, neutral"):
        review.adopt(found, annotated, {"Isolator_unet": "isolator"}, user=annotator)


@pytest.mark.parametrize("threshold", [None, 0, 256])
def test_a_threshold_is_1_to_255(found, annotated, threshold):
    probability = found.probabilities.get()

    with pytest.raises(Refused, match="threshold: expected 1 to 255"):
        review.compare(found, annotated, NAMES, probability_id=probability.pk, threshold=threshold)
