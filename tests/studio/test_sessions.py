"""Signing in: once by a link, later by a password."""

from datetime import timedelta

from django.core.cache import cache
from rest_framework.test import APIClient

from studio.models import LoginLink


def test_a_link_signs_in_once(owner):
    token = LoginLink.issue(owner)

    first = APIClient().post("/api/session/link/", {"token": token}, format="json")
    second = APIClient().post("/api/session/link/", {"token": token}, format="json")

    assert first.data["user"]["name"] == "olga"
    assert second.status_code == 403
    assert "used already" in second.data["problem"]


def test_a_link_expires(owner):
    token = LoginLink.issue(owner, valid_for=timedelta(seconds=-1))

    assert APIClient().post("/api/session/link/", {"token": token}, format="json").status_code == 403


def test_the_token_itself_is_kept_nowhere(owner):
    token = LoginLink.issue(owner)

    assert token not in str(LoginLink.objects.values())


def test_signing_in_needs_the_csrf_token(owner):
    client = APIClient(enforce_csrf_checks=True)

    refused = client.post("/api/session/login/", {"name": "olga", "password": "correct horse"}, format="json")

    assert refused.status_code == 403


def test_a_change_needs_the_csrf_token_when_signed_in(owner):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post("/api/session/logout/").status_code == 403


def test_a_wrong_password_is_a_sentence(owner):
    answer = APIClient().post("/api/session/login/", {"name": "olga", "password": "wrong"}, format="json")

    assert (answer.status_code, answer.data["problem"]) == (403, "Name and password do not match.")


def test_guessing_passwords_is_slowed_down(owner):
    cache.clear()
    wrong = {"name": "olga", "password": "wrong"}

    answers = [APIClient().post("/api/session/login/", wrong, format="json").status_code for _ in range(31)]
    cache.clear()

    assert answers == [403] * 30 + [429]


def test_a_new_password_keeps_the_session_and_signs_in(owner, client_of):
    client = client_of(owner)

    client.post("/api/session/password/", {"password": "catenary-2-curves"}, format="json")

    assert client.get("/api/session/").data["user"]["name"] == "olga"
    login = {"name": "olga", "password": "catenary-2-curves"}
    assert APIClient().post("/api/session/login/", login, format="json").status_code == 200


def test_a_short_password_is_refused_with_the_rule(owner, client_of):
    answer = client_of(owner).post("/api/session/password/", {"password": "abc"}, format="json")

    assert answer.status_code == 400
    assert "at least 8 characters" in answer.data["problem"]


def test_an_administrator_adds_people_and_gets_their_link(owner, client_of):
    answer = client_of(owner).post("/api/users/", {"name": "pavel"}, format="json")

    token = answer.data["link"].rsplit("/", 1)[1]
    signed_in = APIClient().post("/api/session/link/", {"token": token}, format="json")
    assert signed_in.data["user"] == {"id": answer.data["user"]["id"], "name": "pavel", "is_staff": False}


def test_only_an_administrator_adds_people(annotator, client_of):
    client = client_of(annotator)

    assert client.post("/api/users/", {"name": "eve"}, format="json").status_code == 403
    assert client.post(f"/api/users/{annotator.id}/link/", format="json").status_code == 403


def test_nobody_is_let_in_without_signing_in(db):
    for address in ("/api/users/", "/api/jobs/", "/api/projects/", "/api/models/"):
        assert APIClient().get(address).status_code == 403, address
