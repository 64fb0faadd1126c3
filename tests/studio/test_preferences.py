"""What a person chooses once is there in every browser of theirs."""

from rest_framework.test import APIClient

ADDRESS = "/api/session/preferences/"


def test_nothing_is_chosen_at_first(viewer, client_of):
    answer = client_of(viewer).get(ADDRESS)

    assert answer.data == {"language": "", "keys": {}, "single_keys": True, "seen": []}


def test_a_language_is_kept_for_the_person_who_chose_it(viewer, annotator, client_of):
    client_of(viewer).patch(ADDRESS, {"language": "de"}, format="json")

    assert client_of(viewer).get("/api/session/").data["preferences"]["language"] == "de"
    assert client_of(annotator).get("/api/session/").data["preferences"]["language"] == ""


def test_a_change_leaves_the_rest_as_it_was(viewer, client_of):
    client = client_of(viewer)
    client.patch(ADDRESS, {"language": "de"}, format="json")

    answer = client.patch(ADDRESS, {"seen": ["first-stroke"]}, format="json")

    assert answer.data == {"language": "de", "keys": {}, "single_keys": True, "seen": ["first-stroke"]}


def test_a_language_without_texts_is_refused(viewer, client_of):
    answer = client_of(viewer).patch(ADDRESS, {"language": "xx"}, format="json")

    assert (answer.status_code, answer.data["at"]) == (400, "language")


def test_who_is_not_signed_in_prefers_nothing(db):
    assert APIClient().get("/api/session/").data["preferences"]["language"] == ""
    assert APIClient().patch(ADDRESS, {"language": "de"}, format="json").status_code == 403
