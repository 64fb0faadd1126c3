"""A box or a scribble becomes a mask."""

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.raster.box import Box
from annotator.raster.propose import Question, Scribble, propose, region
from annotator.scenes import ISOLATOR
from tests import scenes


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return (one & other).sum() / max(1, (one | other).sum())


def boxed(shape: tuple[int, int], box: Box) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[box.slices] = True
    return mask


def disc(x: int = 100, y: int = 80, radius: int = 35) -> tuple[np.ndarray, np.ndarray]:
    """A grey disc on a green meadow with a grain: (photo, its pixels)."""
    rng = np.random.default_rng(3)
    photo = np.full((160, 200, 3), (90, 130, 70), np.uint8)
    truth = np.hypot(*np.ogrid[-y : 160 - y, -x : 200 - x]) < radius
    photo[truth] = (140, 140, 150)
    return np.clip(photo + rng.normal(0, 8, photo.shape), 0, 255).astype(np.uint8), truth


def isolators(count: int = 4) -> list[tuple[np.ndarray, np.ndarray, Box]]:
    """(photo, pixels, tight box) of the larger isolators of drawn scenes."""
    found = []
    for seed in range(count):
        drawn = scenes.scene(seed, 1500, 1200)
        for record in drawn.objects:
            if record.class_name == ISOLATOR and record.mask.sum() > 300:
                truth = np.zeros(drawn.photo.shape[:2], bool)
                truth[record.box.slices] = record.mask
                found.append((drawn.photo, truth, record.box))
    return found


def asked(photo: np.ndarray, question: Question) -> np.ndarray:
    """The answer for the whole photo, from the part of it that has to be looked at."""
    height, width = photo.shape[:2]
    part = region(question, (width, height))
    answer = np.zeros((height, width), bool)
    answer[part.slices] = propose(photo[part.slices], question.reduced((part.left, part.top), 1))
    return answer


def test_a_box_around_a_disc_finds_the_disc():
    photo, truth = disc()

    found = asked(photo, Question(Box(63, 43, 137, 117)))

    assert iou(found, truth) > 0.95


def test_drawn_isolators_are_found_better_than_by_their_box():
    gains = []
    for photo, truth, box in isolators():
        near = Box(box.left - 2, box.top - 1, box.right + 1, box.bottom + 2).clipped(photo.shape[1], photo.shape[0])
        gains.append(iou(asked(photo, Question(near)), truth) - iou(boxed(truth.shape, near), truth))

    assert len(gains) > 5
    assert np.mean(gains) > 0.1
    assert np.mean(np.array(gains) > 0) > 0.8


@pytest.mark.parametrize("slack", [0, 4, 8])
def test_a_box_need_not_be_drawn_to_the_pixel(slack):
    drawn = scenes.scene(0, 900, 700)
    record = max((one for one in drawn.objects if one.class_name == ISOLATOR), key=lambda one: one.mask.sum())
    truth = np.zeros(drawn.photo.shape[:2], bool)
    truth[record.box.slices] = record.mask
    left, top, right, bottom = record.box.as_list()

    found = asked(drawn.photo, Question(Box(left - slack, top - slack, right + slack, bottom + slack)))

    assert iou(found, truth) > 0.9


def test_a_thin_diagonal_string_is_not_lost():
    rng = np.random.default_rng(0)
    photo = np.clip(rng.normal(120, 9, (240, 320, 3)), 0, 255).astype(np.uint8)
    truth = np.zeros((240, 320), np.uint8)
    cv2.line(truth, (40, 60), (280, 180), 1, 11)
    photo[truth > 0] = np.clip(photo[truth > 0] - np.array([50, 45, 40]), 0, 255).astype(np.uint8)
    rows, columns = np.nonzero(truth)
    box = Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)

    found = asked(photo, Question(box))

    assert iou(found, truth > 0) > 0.8


def test_the_same_question_gets_the_same_answer():
    photo, _, box = isolators(1)[0]
    question = Question(box, plus=(Scribble(((box.left + 5, box.top + 5), (box.left + 9, box.top + 9)), 3),))

    np.testing.assert_array_equal(asked(photo, question), asked(photo, question))


def test_a_plus_stroke_adds_what_was_left_out():
    photo, truth = disc()
    photo[70:90, 135:170] = (200, 60, 60)  # a handle of another colour
    box = Box(63, 43, 172, 117)
    handle = np.zeros_like(truth)
    handle[70:90, 135:170] = True

    without = asked(photo, Question(Box(63, 43, 137, 117)))
    added = asked(photo, Question(box, plus=(Scribble(((100, 80), (165, 80)), 5),)))

    assert without[handle].mean() < 0.2
    assert added[handle].mean() > 0.7
    assert added[truth].mean() > 0.9


def test_a_minus_stroke_takes_away_what_was_too_much():
    photo, truth = disc(70, 80, 33)
    other = np.hypot(*np.ogrid[-80:80, -135:65]) < 33  # a disc that looks the same and touches it
    photo[other] = (140, 140, 150)
    box = Box(37, 47, 168, 113)

    before = asked(photo, Question(box))
    after = asked(photo, Question(box, minus=(Scribble(((115, 65), (150, 80), (118, 96)), 8),)))

    assert before[other].mean() > 0.9
    assert after[other].mean() < 0.5
    assert after[truth & ~other].mean() > 0.9


def test_a_scribble_alone_finds_what_it_lies_on():
    photo, truth = disc()

    found = asked(photo, Question(plus=(Scribble(((85, 75), (100, 85), (118, 82)), 6),)))

    assert iou(found, truth) > 0.8


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(-40, 190), st.integers(-40, 150), st.integers(1, 150), st.integers(1, 150)),
    st.lists(st.tuples(st.integers(-50, 250), st.integers(-50, 200)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-50, 250), st.integers(-50, 200)), min_size=1, max_size=4),
    st.floats(0.5, 40),
)
def test_marks_are_obeyed_whatever_is_drawn(corner, plus, minus, width):
    photo, _ = disc()
    left, top, across, down = corner
    box = Box(left, top, left + across, top + down)
    centres = [tuple((x + 0.5, y + 0.5) for x, y in places) for places in (plus, minus)]
    question = Question(box, (Scribble(centres[0], width),), (Scribble(centres[1], width),))
    part = region(question, (200, 160))
    if part.is_empty:
        return

    found = propose(photo[part.slices], question.reduced((part.left, part.top), 1))

    assert found.shape == (part.height, part.width)
    for places, is_in in ((plus, True), (minus, False)):
        for x, y in places:
            is_struck = is_in and any(np.hypot(x - a, y - b) < 2 * width + 2 for a, b in zip_lines(minus))
            if part.left <= x < part.right and part.top <= y < part.bottom and not is_struck:
                assert found[y - part.top, x - part.left] == is_in


def zip_lines(places: list[tuple[int, int]]):
    """Places about a pixel apart along the line through these."""
    yield from places
    for (x0, y0), (x1, y1) in itertools.pairwise(places):
        for share in np.linspace(0, 1, 300):
            yield x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_photo_of_one_colour_is_answered_too(shade):
    photo = np.full((50, 60, 3), shade, np.uint8)

    found = asked(photo, Question(Box(10, 10, 40, 30)))

    assert found.any() and not found[:10].any() and not found[:, 40:].any()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (3, 2)])
def test_the_smallest_photos_are_answered(size):
    photo = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)

    assert asked(photo, Question(Box.of_size(*size))).shape == (size[1], size[0])
