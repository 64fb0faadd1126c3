"""Numbers for new objects."""

import numpy as np
import pytest

from annotator.models import Image
from annotator.raster.box import Box
from annotator.services import masks, objects
from studio.errors import Refused

pytestmark = pytest.mark.django_db


def test_numbers_begin_above_the_objects_there_are(painted):
    assert objects.reserve(painted, 3) == [(3, 5)]


def test_nobody_is_given_a_number_twice(painted):
    stale = Image.objects.get(pk=painted.pk)

    assert objects.reserve(painted, 2) == [(3, 4)]
    assert objects.reserve(stale, 2) == [(5, 6)]


def test_a_number_that_somebody_used_is_not_given(painted, owner):
    ids = np.full((10, 10), 40, np.uint16)
    masks.paint(painted, np.ones((10, 10), np.uint8), ids, Box(0, 0, 10, 10), user=owner, tool="test")

    assert objects.reserve(painted, 1) == [(41, 41)]


def test_after_the_last_number_those_of_objects_that_are_gone_come_again(painted):
    Image.objects.filter(pk=painted.pk).update(next_object=65_534)

    assert objects.reserve(painted, 2) == [(65_534, 65_535)]
    assert objects.reserve(painted, 2) == [(3, 4)]
    assert objects.reserve(painted, 1) == [(5, 5)]


def test_numbers_at_the_turn_skip_those_in_use(painted):
    Image.objects.filter(pk=painted.pk).update(next_object=65_535)

    assert objects.reserve(painted, 3) == [(3, 4), (65_535, 65_535)]


def test_more_objects_than_the_plane_can_hold_are_refused(image, owner, monkeypatch):
    monkeypatch.setattr(objects, "MOST_IDS", 100)
    ids = np.arange(1, 100, dtype=np.uint16).reshape(9, 11)
    masks.paint(image, np.ones((9, 11), np.uint8), ids, Box(0, 0, 11, 9), user=owner, tool="test")

    assert objects.reserve(image, 1) == [(100, 100)]
    with pytest.raises(Refused, match="99 objects with numbers, and at most 100 fit"):
        objects.reserve(image, 2)


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_count_out_of_range_is_refused(image, count):
    with pytest.raises(Refused, match="expected 1 to 10000"):
        objects.reserve(image, count)


def test_an_annotator_asks_for_numbers(annotator, client_of, painted):
    address = f"/api/images/{painted.pk}/object-numbers/"
    client = client_of(annotator)

    assert client.post(address, {"count": 2}, format="json").json() == {"ranges": [[3, 4]]}
    assert client.post(address, {"count": "many"}, format="json").status_code == 400


def test_a_viewer_gets_no_numbers(viewer, client_of, painted):
    answer = client_of(viewer).post(f"/api/images/{painted.pk}/object-numbers/", {"count": 1}, format="json")

    assert answer.status_code == 403
    assert Image.objects.get(pk=painted.pk).next_object == 3
