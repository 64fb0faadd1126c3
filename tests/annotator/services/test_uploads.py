"""Uploads: chunks, resuming, and names that are only data."""

import hashlib

import pytest

from annotator.models import Upload
from annotator.services import uploads
from annotator.views import transfer
from studio.errors import Refused


@pytest.fixture
def client(annotator, client_of, data_folder):
    return client_of(annotator)


def begin(client, name="a.jpg", size=10, fingerprint="f1"):
    return client.post("/api/uploads/", {"name": name, "size": size, "fingerprint": fingerprint}, format="json")


def send(client, upload: dict, offset: int, chunk: bytes):
    address = f"/api/uploads/{upload['id']}/?offset={offset}"
    return client.patch(address, chunk, content_type="application/octet-stream")


def test_a_file_comes_in_chunks_and_gets_its_digest(client, data_folder):
    upload = begin(client).json()

    assert send(client, upload, 0, b"01234").json()["received"] == 5
    done = send(client, upload, 5, b"56789").json()

    assert (done["received"], done["is_complete"]) == (10, True)
    assert done["sha256"] == hashlib.sha256(b"0123456789").hexdigest()
    assert (data_folder / "uploads" / str(upload["id"])).read_bytes() == b"0123456789"


def test_a_wrong_offset_is_told_where_to_go_on(client):
    upload = begin(client).json()
    send(client, upload, 0, b"01234")

    for offset in (0, 4, 6):
        answer = send(client, upload, offset, b"x")
        assert (answer.status_code, answer.json()["received"]) == (409, 5)


def test_an_unfinished_upload_goes_on_after_a_reload(client):
    first = begin(client).json()
    send(client, first, 0, b"01234")

    again = begin(client)

    assert (again.status_code, again.json()["id"], again.json()["received"]) == (200, first["id"], 5)
    assert begin(client, fingerprint="f2").json()["id"] != first["id"]
    assert begin(client, size=11).json()["id"] != first["id"]


def test_more_than_announced_is_refused(client):
    upload = begin(client).json()

    answer = send(client, upload, 0, b"x" * 11)

    assert answer.status_code == 400
    assert Upload.objects.get().received == 0


def test_a_chunk_beyond_the_limit_is_refused(client, monkeypatch):
    monkeypatch.setattr(transfer.UploadView, "body_limit", 4)

    assert send(client, begin(client).json(), 0, b"01234").status_code == 413


def test_nothing_is_added_to_a_complete_upload(client):
    upload = begin(client, size=1).json()
    send(client, upload, 0, b"x")

    assert send(client, upload, 1, b"").status_code == 409


def test_an_empty_file_is_complete_at_once(client):
    assert begin(client, size=0).json()["is_complete"]


def test_too_large_a_file_is_refused_with_the_limit(client, settings):
    settings.MAX_UPLOAD_BYTES = 2 * 1024**3

    answer = begin(client, size=3 * 1024**3)

    assert answer.status_code == 400
    assert "3.0 GiB, more than the 2 GiB" in answer.json()["problem"]


def test_a_file_that_does_not_fit_the_disk_is_refused(client, monkeypatch):
    monkeypatch.setattr(uploads, "KEEP_FREE_BYTES", 10**18)

    assert "does not fit" in begin(client).json()["problem"]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a.jpg", "a/../../b.jpg", "a\\b.jpg", "C:/a.jpg", "a\0.jpg", "x" * 300, "..", "."]
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(Refused):
        uploads.parts_of(name)


def test_a_path_inside_a_dropped_folder_is_fine():
    assert uploads.parts_of("survey/ät day 1/a.jpg") == ("survey", "ät day 1", "a.jpg")


def test_what_a_crash_left_unacknowledged_is_overwritten(client, data_folder):
    upload = begin(client).json()
    send(client, upload, 0, b"01234")
    with (data_folder / "uploads" / str(upload["id"])).open("ab") as file:
        file.write(b"half a chunk")

    send(client, upload, 5, b"56789")

    assert (data_folder / "uploads" / str(upload["id"])).read_bytes() == b"0123456789"


def test_what_the_disk_lost_is_asked_for_again(client, data_folder):
    upload = begin(client).json()
    send(client, upload, 0, b"01234")
    (data_folder / "uploads" / str(upload["id"])).write_bytes(b"012")

    assert send(client, upload, 5, b"56789").json()["received"] == 3


def test_a_discarded_upload_leaves_no_file(client, data_folder):
    upload = begin(client).json()

    assert client.delete(f"/api/uploads/{upload['id']}/").status_code == 204
    assert not list((data_folder / "uploads").iterdir())
