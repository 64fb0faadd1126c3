"""Edits larger than one request may be."""

import os
import time
import uuid

import pytest

from annotator.models import Edit
from annotator.services import parcels, workflow
from tests.annotator.conftest import edit_body, one_tile, post_bytes


@pytest.fixture
def client(annotator, client_of):
    return client_of(annotator)


def send(client, image, body: bytes, *, parcel: str | None = None, most: int = 100) -> list:
    """Send an edit in pieces, one after another; returns the answers."""
    parcel = parcel or str(uuid.uuid4())
    return [
        send_piece(client, image, body[start : start + most], parcel, start, len(body))
        for start in range(0, len(body), most)
    ]


def send_piece(client, image, piece: bytes, parcel: str, offset: int, size: int):
    address = f"/api/images/{image.pk}/edits/pieces/?parcel={parcel}&offset={offset}&size={size}"
    return post_bytes(client, address, piece)


def test_pieces_are_one_edit_once_the_last_is_here(client, image, settings):
    body = edit_body(("class", 0, 0, 0, one_tile(1)), ("class", 1, 0, 0, one_tile(2)))

    answers = send(client, image, body)

    assert [answer.status_code for answer in answers] == [202] * (len(answers) - 1) + [200]
    assert answers[0].json() == {"received": 100}
    assert answers[-1].json()["class_px"] == {"1": 100, "2": 100}
    assert Edit.objects.filter(image=image).count() == 1
    assert list((settings.DATA / "parcels").iterdir()) == []


def test_an_edit_that_comes_in_pieces_twice_is_saved_once(client, image):
    body = edit_body(("class", 0, 0, 0, one_tile(1)))

    first, second = send(client, image, body), send(client, image, body)

    assert second[-1].json()["seq"] == first[-1].json()["seq"] == 1


def test_a_conflict_is_told_with_the_last_piece(client, image):
    post_bytes(client, f"/api/images/{image.pk}/edits/", edit_body(("class", 0, 0, 0, one_tile(1))))

    answer = send(client, image, edit_body(("class", 0, 0, 0, one_tile(2))))[-1]

    assert (answer.status_code, answer.json()["at"]) == (409, "tiles")


def test_a_piece_that_comes_twice_takes_its_own_place(client, image):
    body, parcel = edit_body(("class", 0, 0, 0, one_tile(1))), str(uuid.uuid4())
    for offset in (0, 50, 50):
        assert send_piece(client, image, body[offset : offset + 50], parcel, offset, len(body)).status_code == 202

    assert send_piece(client, image, body[100:], parcel, 100, len(body)).status_code == 200


def test_a_piece_whose_forerunners_are_gone_says_so(client, image):
    answer = send_piece(client, image, b"later", str(uuid.uuid4()), 50, 100)

    assert (answer.status_code, answer.json()["at"]) == (410, "offset")
    assert "sent again" in answer.json()["problem"]


def test_a_parcel_larger_than_is_taken_is_refused_at_its_first_piece(client, image):
    answer = send_piece(client, image, b"first", str(uuid.uuid4()), 0, parcels.MOST_BYTES + 1)

    assert (answer.status_code, answer.json()["at"]) == (400, "size")
    assert "256 MiB" in answer.json()["problem"]


@pytest.mark.parametrize(("piece", "at"), [(b"", "body"), (b"too long", "body")])
def test_a_piece_that_does_not_fit_is_refused(client, image, piece, at):
    answer = send_piece(client, image, piece, str(uuid.uuid4()), 0, 5)

    assert (answer.status_code, answer.json()["at"]) == (400, at)


def test_nobody_s_pieces_go_into_another_s_parcel(client, owner, client_of, image):
    body, parcel = edit_body(("class", 0, 0, 0, one_tile(1))), str(uuid.uuid4())
    send_piece(client, image, body[:50], parcel, 0, len(body))

    answer = send_piece(client_of(owner), image, body[50:], parcel, 50, len(body))

    assert answer.status_code == 410


def test_a_submitted_photo_takes_no_edit_in_pieces_either(client, annotator, image):
    workflow.change_state(image, "submit", user=annotator)

    assert send(client, image, edit_body(("class", 0, 0, 0, one_tile(1))))[-1].status_code == 403


def test_parcels_that_were_never_finished_are_forgotten_after_a_day(client, image, settings):
    for name, age in (("old", parcels.FORGOTTEN_AFTER_S + 60), ("fresh", 60)):
        path = settings.DATA / "parcels" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)

    send(client, image, edit_body(("class", 0, 0, 0, one_tile(1))))

    assert [path.name for path in (settings.DATA / "parcels").iterdir()] == ["fresh"]
