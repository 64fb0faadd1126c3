"""Asking for a mask over HTTP."""

import base64
import zlib

import numpy as np
import PIL.Image
import pytest

from annotator.services import images, photos, proposals
from studio.models import Job


@pytest.fixture
def disc(project, owner, tmp_path):
    """A photo of 700x500 with a dark disc of radius 40 around (400, 250)."""
    rng = np.random.default_rng(0)
    pixels = rng.normal(170, 6, (500, 700, 3))
    pixels[truth_of(700, 500)] -= 90
    path = tmp_path / "disc.png"
    PIL.Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path)
    return images.add_image(project, photos.store_photo(path), "ds", "disc.png", user=owner)


def truth_of(width: int, height: int) -> np.ndarray:
    return np.hypot(*np.ogrid[-250 : height - 250, -400 : width - 400]) < 40


@pytest.fixture
def client(annotator, client_of):
    return client_of(annotator)


def ask(client, image, **body):
    return client.post(f"/api/images/{image.pk}/propose/", body, format="json")


def mask_of(answer: dict, width: int = 700, height: int = 500) -> np.ndarray:
    flat = zlib.decompress(base64.b64decode(answer["pixels"]), -15)
    pixels = np.frombuffer(flat, np.uint8).reshape(answer["height"], answer["width"])
    blocks = pixels.repeat(answer["step"], 0).repeat(answer["step"], 1)
    left, top, right, bottom = answer["box"]
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = blocks[: bottom - top, : right - left]
    return mask


def test_a_box_is_answered_with_the_object_in_it(client, disc):
    answer = ask(client, disc, box=[355, 206, 444, 294])

    assert answer.status_code == 200
    proposal = answer.json()["proposal"]
    found, truth = mask_of(proposal), truth_of(700, 500)
    assert (found & truth).sum() > 0.95 * (found | truth).sum()
    assert (proposal["method"], proposal["step"], answer.json()["job"]) == ("grabcut", 1, None)


def test_a_proposal_changes_nothing_on_the_photo(client, disc):
    ask(client, disc, box=[355, 206, 444, 294])

    disc.refresh_from_db()
    assert (disc.seq, disc.edits.count()) == (0, 0)


def test_strokes_add_and_take_away(client, disc):
    box = [300, 150, 444, 294]
    corner = {"points": [[310, 160], [330, 160]], "width": 8}
    inside = {"points": [[400, 230], [400, 260]], "width": 8}

    found = mask_of(ask(client, disc, box=box, plus=[corner], minus=[inside]).json()["proposal"])

    assert found[160, 315] and not found[245, 400]


def test_a_stroke_without_a_box_is_enough(client, disc):
    stroke = {"points": [[385, 240], [415, 262]], "width": 10}

    found = mask_of(ask(client, disc, plus=[stroke]).json()["proposal"])

    assert found[250, 400]
    assert found[truth_of(700, 500)].mean() > 0.7
    assert found[~truth_of(700, 500)].mean() < 0.01


def test_a_box_over_a_large_photo_is_answered_in_blocks(project, owner, client, tmp_path):
    pixels = np.full((2600, 3000, 3), 180, np.uint8)
    truth = np.hypot(*np.ogrid[-1300:1300, -1500:1500]) < 900
    pixels[truth] = (60, 50, 40)
    path = tmp_path / "large.png"
    PIL.Image.fromarray(pixels).save(path)
    image = images.add_image(project, photos.store_photo(path), "ds", "large.png", user=owner)

    proposal = ask(client, image, box=[600, 400, 2400, 2200]).json()["proposal"]

    assert proposal["step"] > 1
    found = mask_of(proposal, 3000, 2600)
    assert (found & truth).sum() > 0.97 * (found | truth).sum()


@pytest.mark.parametrize(
    ("body", "at", "said"),
    [
        ({}, "box", "a box around the object, or a stroke on it"),
        ({"box": [1, 2, 3]}, "box", "four whole numbers"),
        ({"box": [10, 10, 10, 40]}, "box", "expected left < right"),
        ({"box": [900, 10, 950, 40]}, "box", "has no pixel of the photo of 700x500"),
        ({"plus": [{"points": [[-90, -90]], "width": 4}]}, "plus", "beside the photo"),
        ({"box": [0, 0, 9, 9], "plus": [{"points": [[1, 1]], "width": 4}] * 65}, "plus", "more than 64 strokes"),
        ({"box": [0, 0, 9, 9], "method": "magic"}, "method", "known: grabcut"),
        ({"box": [0, 0, 9, 9], "plus": [{"points": [[1, 1]], "width": -4}]}, "plus.width", "0.5"),
        ({"box": [0, 0, 9, 9], "plus": [{"points": [[1]], "width": 4}]}, "plus.points", "at least 2"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_why(client, disc, body, at, said):
    answer = ask(client, disc, **body)

    assert answer.status_code == 400
    assert answer.json()["at"].startswith(at.split(".")[0])
    assert said in answer.json()["problem"]


def test_asking_takes_an_annotator(disc, annotator, viewer, stranger, client_of):
    codes = {
        person.username: [
            ask(client_of(person), disc, box=[355, 206, 444, 294]).status_code,
            client_of(person).get(f"/api/images/{disc.pk}/proposers/").status_code,
        ]
        for person in (stranger, viewer, annotator)
    }

    assert codes == {"sam": [404, 404], "vera": [403, 403], "anton": [200, 200]}


def test_when_too_many_ask_at_once_one_is_told_to_wait(client, disc, monkeypatch):
    monkeypatch.setattr(proposals, "PATIENCE_S", 0.01)
    taken = [proposals._turns.acquire(timeout=1) for _ in range(proposals.AT_ONCE)]
    try:
        answer = ask(client, disc, box=[355, 206, 444, 294])
    finally:
        for _ in taken:
            proposals._turns.release()

    assert answer.status_code == 503
    assert "ask again in a moment" in answer.json()["problem"]


@pytest.fixture
def slow_family(monkeypatch, project):
    """A family of proposers that answers by a job."""

    def begin(user, image, name, question):
        return Job.objects.create(kind="proposal", title=name, user=user, project_id=image.project_id)

    family = proposals.Family(lambda user, image: [proposals.Offer("slow:1", "Slow one", is_job=True)], begin)
    monkeypatch.setitem(proposals.FAMILIES, "slow", family)


def test_another_app_can_offer_proposers_that_answer_by_a_job(client, disc, slow_family):
    offered = client.get(f"/api/images/{disc.pk}/proposers/").json()
    assert [(offer["name"], offer["is_job"]) for offer in offered] == [("grabcut", False), ("slow:1", True)]

    answer = ask(client, disc, box=[0, 0, 50, 50], method="slow:1")
    assert (answer.status_code, answer.json()["proposal"]) == (202, None)
    address = f"/api/images/{disc.pk}/proposals/{answer.json()['job']}/"
    assert "not ready yet" in client.get(address).json()["problem"]

    proposal = {"box": [0, 0, 1, 1], "step": 1, "width": 1, "height": 1, "pixels": "", "method": "slow:1", "seconds": 1}
    Job.objects.filter(pk=answer.json()["job"]).update(status="finished", result={"proposal": proposal})
    assert client.get(address).json() == proposal


def test_what_somebody_else_asked_for_is_not_shown(disc, client, owner, client_of, slow_family):
    job = ask(client, disc, box=[0, 0, 50, 50], method="slow:1").json()["job"]

    assert client_of(owner).get(f"/api/images/{disc.pk}/proposals/{job}/").status_code == 404
