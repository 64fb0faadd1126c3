"""The binary protocol of tiles and edits."""

import base64
import json
import struct
import uuid

import numpy as np
import pytest

from annotator.raster import tile
from annotator.views import masks as views
from tests.annotator.conftest import edit_body, one_tile, post_bytes


def tiles_in(body: bytes) -> tuple[int, list[tuple[int, int, int, bytes]]]:
    seq, count = struct.unpack_from("<II", body)
    found, start = [], 8
    for _ in range(count):
        x, y, version, length = struct.unpack_from("<IIII", body, start)
        found.append((x, y, version, body[start + 16 : start + 16 + length]))
        start += 16 + length
    assert start == len(body)
    return seq, found


@pytest.fixture
def client(annotator, client_of):
    return client_of(annotator)


def test_what_was_painted_comes_back(client, image):
    saved = post_bytes(client, f"/api/images/{image.pk}/edits/", edit_body(("class", 1, 0, 0, one_tile(2))))

    assert saved.status_code == 200
    assert saved.json() == {
        "seq": 1,
        "versions": [{"plane": "class", "x": 1, "y": 0, "version": 1}],
        "is_repeated": False,
        "class_px": {"2": 100},
        "object_count": 1,
        "is_annotated": True,
    }
    answer = client.get(f"/api/images/{image.pk}/tiles/?plane=class")
    assert tiles_in(answer.content) == (1, [(1, 0, 1, one_tile(2))])
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/octet-stream", "no-store")


def test_object_tiles_are_two_bytes_a_pixel(client, painted):
    _, found = tiles_in(client.get(f"/api/images/{painted.pk}/tiles/?plane=object").content)

    assert [(x, y) for x, y, *_ in found] == [(0, 0)]
    assert set(np.unique(tile.decode(found[0][3], np.uint16))) == {0, 1, 2}


def test_only_the_tiles_asked_for_come(client, image):
    tiles = [("class", x, 0, 0, one_tile(1)) for x in range(2)]
    post_bytes(client, f"/api/images/{image.pk}/edits/", edit_body(*tiles))
    post_bytes(client, f"/api/images/{image.pk}/edits/", edit_body(("class", 1, 0, 1, one_tile(2))))
    address = f"/api/images/{image.pk}/tiles/"

    assert [found[:3] for found in tiles_in(client.get(address + "?since=1").content)[1]] == [(1, 0, 2)]
    assert [found[:3] for found in tiles_in(client.get(address + "?keys=0_0,7_7").content)[1]] == [(0, 0, 1)]
    assert tiles_in(client.get(address + "?since=2").content) == (2, [])


def test_a_stale_edit_gets_the_tile_that_moved(client, image):
    address = f"/api/images/{image.pk}/edits/"
    post_bytes(client, address, edit_body(("class", 0, 0, 0, one_tile(1))))

    answer = post_bytes(client, address, edit_body(("class", 0, 0, 0, one_tile(2)), ("class", 1, 0, 0, one_tile(2))))

    assert answer.status_code == 409
    body = answer.json()
    assert (body["seq"], body["at"]) == (1, "tiles")
    assert [{**moved, "data": base64.b64decode(moved["data"])} for moved in body["tiles"]] == [
        {"plane": "class", "x": 0, "y": 0, "version": 1, "data": one_tile(1)}
    ]
    assert "1 of 2 tiles" in body["problem"]


def test_an_edit_names_what_it_was_made_on_and_leaves_alone(client, image):
    address = f"/api/images/{image.pk}/edits/"
    first = str(uuid.uuid4())
    post_bytes(client, address, edit_body(("class", 0, 0, 0, one_tile(1)), uuid=first))
    elsewhere = ("class", 1, 0, 0, one_tile(2))

    stale = post_bytes(client, address, edit_body(elsewhere, unchanged=[["class", 0, 0, 0]]))
    other = post_bytes(client, address, edit_body(elsewhere, unchanged=[["class", 0, 0, 1, str(uuid.uuid4())]]))
    right = post_bytes(client, address, edit_body(elsewhere, unchanged=[["class", 0, 0, 1, first]]))

    assert [stale.status_code, other.status_code, right.status_code] == [409, 409, 200]
    assert [(moved["x"], moved["version"]) for moved in stale.json()["tiles"]] == [(0, 1)]
    assert [version["x"] for version in right.json()["versions"]] == [1]


def test_a_repeated_edit_gets_the_first_answer_and_is_told_so(client, image):
    body = edit_body(("class", 0, 0, 0, one_tile(1)), uuid=str(uuid.uuid4()))
    address = f"/api/images/{image.pk}/edits/"

    first, again = post_bytes(client, address, body).json(), post_bytes(client, address, body).json()

    assert (first.pop("is_repeated"), again.pop("is_repeated")) == (False, True)
    assert first == again


def header_of(**fields) -> bytes:
    text = json.dumps(fields).encode()
    return struct.pack("<I", len(text)) + text


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b"", "body"),
        (b"\1\0", "body"),
        (struct.pack("<I", 99) + b"{}", "body"),
        (struct.pack("<I", 3) + b"{]}", "header"),
        (header_of(tool="brush"), "header"),
        (header_of(tiles=[{"plane": "class"}]), "tiles.0.x"),
        (header_of(tiles=[{"plane": "class", "x": 0, "y": 0, "if_version": 0, "length": 5}]), "tiles.0"),
        (edit_body(("class", 0, 0, 0, b"\1")) + b"more", "body"),
        (edit_body(("class", 0, 0, 0, b"\1"), uuid="one"), "uuid"),
        (edit_body(("class", 0, 0, 0, b"\1"), tool=7), "tool"),
        (edit_body(("class", 0, 0, 0, b"\1"), box=[1, 2]), "box"),
        (edit_body(("class", 0, 0, 0, b"\1"), details=[]), "details"),
        (edit_body(("class", 0, 0, 0, b"\1"), unchanged={}), "unchanged"),
        (edit_body(("class", 0, 0, 0, b"\1"), unchanged=[["class", 0, 0]]), "unchanged.0"),
        (edit_body(("class", 0, 0, 0, b"\1"), unchanged=[["class", 0, 0, -1]]), "unchanged.0.version"),
        (edit_body(("class", 0, 0, 0, b"\1"), unchanged=[["class", 0, 0, 0, "one"]]), "uuid"),
        (edit_body(("class", 0, 0, 0, b"\1"), unchanged=[["shade", 0, 0, 0]]), "unchanged.0.plane"),
    ],
)
def test_a_body_that_does_not_fit_its_header_is_refused_with_its_place(client, image, body, at):
    answer = post_bytes(client, f"/api/images/{image.pk}/edits/", body)

    assert (answer.status_code, answer.json()["at"]) == (400, at)


def test_too_large_a_body_is_refused_with_a_sentence(client, image, monkeypatch):
    monkeypatch.setattr(views.EditsView, "body_limit", 1000)

    answer = post_bytes(client, f"/api/images/{image.pk}/edits/", b"x" * 1001)

    assert answer.status_code == 413
    assert "smaller parts" in answer.json()["problem"]


def test_other_content_types_are_not_taken(client, image):
    assert client.post(f"/api/images/{image.pk}/edits/", {}, format="json").status_code == 415


@pytest.mark.parametrize("query", ["plane=shade", "since=x", "keys=1-2", "keys=", "since=-1"])
def test_queries_that_mean_nothing_are_refused(client, image, query):
    assert client.get(f"/api/images/{image.pk}/tiles/?{query}").status_code == 400


def test_the_history_is_newest_first(client, image, annotator):
    for version in range(3):
        body = edit_body(("class", 0, 0, version, one_tile(1 + version % 2)))
        post_bytes(client, f"/api/images/{image.pk}/edits/", body)

    page = client.get(f"/api/images/{image.pk}/edits/?limit=2").json()

    assert (page["count"], page["next"]) == (3, 2)
    assert [(row["seq"], row["user"], row["tool"], row["tiles"]) for row in page["results"]] == [
        (3, "anton", "brush", 1),
        (2, "anton", "brush", 1),
    ]


def test_the_box_of_an_edit_ends_at_the_photos_edge(client, image):
    body = edit_body(("class", 0, 0, 0, one_tile()), box=[-5, -5, 900, 30])

    post_bytes(client, f"/api/images/{image.pk}/edits/", body)

    assert image.edits.get().box == [0, 0, 600, 30]


@pytest.mark.parametrize("header", [b'{"tiles": [], "details": {"a": NaN}}', b"[" * 100_000])
def test_a_header_that_no_browser_writes_is_refused(image, owner, client_of, header):
    body = struct.pack("<I", len(header)) + header

    answer = post_bytes(client_of(owner), f"/api/images/{image.pk}/edits/", body)

    assert (answer.status_code, answer.json()["at"]) == (400, "header")
