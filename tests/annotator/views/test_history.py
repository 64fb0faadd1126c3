"""The past of a mask over HTTP."""

import struct
import uuid

import pytest

from tests.annotator.conftest import edit_body, one_tile, post_bytes
from tests.annotator.views.test_masks import tiles_in


@pytest.fixture
def client(annotator, client_of):
    return client_of(annotator)


@pytest.fixture
def strokes(image, client):
    """Five edits of the annotator on one tile: 1, 2, 1, 2, 1."""
    for version in range(5):
        body = edit_body(("class", 0, 0, version, one_tile(1 + version % 2)), details={"size": 40})
        assert post_bytes(client, f"/api/images/{image.pk}/edits/", body).status_code == 200
    return image


def test_edits_come_page_by_page_to_the_first(strokes, client):
    seen, before = [], ""
    while before is not None:
        page = client.get(f"/api/images/{strokes.pk}/edits/?limit=2{before}").json()
        seen += [row["seq"] for row in page["results"]]
        before = f"&before={page['next']}" if page["next"] else None

    assert (page["count"], seen) == (5, [5, 4, 3, 2, 1])


def test_a_page_stays_in_place_while_others_paint(strokes, client):
    first = client.get(f"/api/images/{strokes.pk}/edits/?limit=2").json()
    post_bytes(client, f"/api/images/{strokes.pk}/edits/", edit_body(("class", 0, 0, 5, one_tile(2))))

    second = client.get(f"/api/images/{strokes.pk}/edits/?limit=2&before={first['next']}").json()

    assert [row["seq"] for row in second["results"]] == [3, 2]


def test_an_edit_says_who_when_with_what_and_where(strokes, client, annotator):
    row = client.get(f"/api/images/{strokes.pk}/edits/?limit=1").json()["results"][0]

    assert (row["user"], row["user_id"], row["tool"], row["box"]) == ("anton", annotator.pk, "brush", [0, 0, 10, 10])
    assert (row["details"], row["tiles"], row["taken_back_by"], row["source"]) == ({"size": 40}, 1, None, None)


def test_the_edits_of_one_person(strokes, client, annotator, owner, client_of):
    post_bytes(client_of(owner), f"/api/images/{strokes.pk}/edits/", edit_body(("class", 1, 0, 0, one_tile(2))))

    address = f"/api/images/{strokes.pk}"
    assert [row["seq"] for row in client.get(f"{address}/edits/?user={owner.pk}").json()["results"]] == [6]
    assert client.get(f"{address}/people/").json() == [
        {"id": annotator.pk, "name": "anton", "edits": 5},
        {"id": owner.pk, "name": "olga", "edits": 1},
    ]


def test_tiles_come_as_they_were(strokes, client):
    address = f"/api/images/{strokes.pk}/tiles/?plane=class"

    assert tiles_in(client.get(f"{address}&at=2").content) == (2, [(0, 0, 2, one_tile(2))])
    assert tiles_in(client.get(f"{address}&at=0").content) == (0, [])
    assert tiles_in(client.get(f"{address}&at=2&keys=1_0").content) == (2, [])


@pytest.mark.parametrize("query", ["at=6", "at=x", "at=-1", "at=2&since=1"])
def test_moments_that_never_were_are_refused(strokes, client, query):
    answer = client.get(f"/api/images/{strokes.pk}/tiles/?{query}")

    assert (answer.status_code, answer.json()["at"]) == (400, "seq" if query == "at=6" else "at")


def test_an_edit_comes_with_its_tiles_before_and_after(strokes, client):
    answer = client.get(f"/api/images/{strokes.pk}/edits/2/tiles/")

    seq, count, plane, x, y, before, after = struct.unpack_from("<IIIIIII", answer.content)
    assert (seq, count, plane, x, y) == (2, 1, 0, 0, 0)
    assert answer.content[28 : 28 + before] == one_tile(1)
    assert answer.content[28 + before :] == one_tile(2)
    assert len(answer.content) == 28 + before + after
    assert "immutable" in answer["Cache-Control"]


def test_restoring_a_part_answers_like_an_edit(strokes, client):
    body = {"uuid": str(uuid.uuid4()), "box": [0, 0, 5, 10]}

    answer = client.post(f"/api/images/{strokes.pk}/edits/0/restore/", body, format="json")

    assert answer.status_code == 200
    assert (answer.json()["seq"], answer.json()["class_px"]) == (6, {"1": 50})
    again = client.post(f"/api/images/{strokes.pk}/edits/0/restore/", body, format="json")
    assert again.json() == answer.json() | {"is_repeated": True}


def test_the_stack_of_a_person_is_theirs(strokes, client, owner, client_of):
    stack = client.get(f"/api/images/{strokes.pk}/stack/").json()

    assert ([step["seq"] for step in stack["done"]], stack["undone"]) == ([1, 2, 3, 4, 5], [])
    assert client_of(owner).get(f"/api/images/{strokes.pk}/stack/").json() == {"done": [], "undone": []}


def test_a_pixel_tells_its_origin(strokes, client):
    found = client.get(f"/api/images/{strokes.pk}/pixel/?x=3&y=3").json()

    assert (found["kind"], found["class_index"], found["edit"]["user"], found["edit"]["seq"]) == (
        "painted",
        1,
        "anton",
        5,
    )
    assert client.get(f"/api/images/{strokes.pk}/pixel/?x=300&y=3").json()["kind"] == "never"
    assert client.get(f"/api/images/{strokes.pk}/pixel/?x=600&y=3").status_code == 400
    assert client.get(f"/api/images/{strokes.pk}/pixel/?y=3").json()["at"] == "x"


def test_snapshots_are_taken_listed_renamed_and_forgotten(strokes, client):
    address = f"/api/images/{strokes.pk}/snapshots/"
    client.post(address, {"name": "now"}, format="json")
    made = client.post(address, {"name": "earlier", "seq": 2}, format="json").json()

    assert [(row["name"], row["seq"], row["user"]) for row in client.get(address).json()] == [
        ("now", 5, "anton"),
        ("earlier", 2, "anton"),
    ]
    renamed = client.patch(f"/api/snapshots/{made['id']}/", {"name": "before the review"}, format="json")
    assert renamed.json()["name"] == "before the review"
    assert client.delete(f"/api/snapshots/{made['id']}/").status_code == 204
    assert [row["name"] for row in client.get(address).json()] == ["now"]


def test_a_photo_that_is_being_looked_at_is_not_restored(strokes, client):
    client.post(f"/api/images/{strokes.pk}/workflow/", {"action": "submit"}, format="json")

    answer = client.post(f"/api/images/{strokes.pk}/edits/0/restore/", {"uuid": str(uuid.uuid4())}, format="json")

    assert answer.status_code == 403
