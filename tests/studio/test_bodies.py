"""Whatever is sent, the answer is a sentence."""

import pytest
from django.test import Client
from rest_framework.test import APIClient


@pytest.mark.parametrize("body", ["[]", '"name"', "null", "[" * 100_000])
@pytest.mark.parametrize("address", ["/api/session/login/", "/api/session/link/", "/api/users/", "/api/projects/"])
def test_a_body_that_is_no_object_is_refused(owner, client_of, address, body):
    answer = client_of(owner).post(address, body, content_type="application/json")

    assert (answer.status_code, answer.json()["at"]) == (400, "body")


@pytest.mark.parametrize("password", [123, ["correct horse"], {"a": 1}, None])
def test_a_password_that_is_no_text_does_not_match(owner, password):
    answer = APIClient().post("/api/session/login/", {"name": "olga", "password": password}, format="json")

    assert (answer.status_code, answer.json()["problem"]) == (403, "Name and password do not match.")


@pytest.mark.parametrize("number", ["²", "-1", "x"])
def test_a_number_that_is_none_is_named(job_of, owner, client_of, number):
    job = job_of(lambda run: None)

    answer = client_of(owner).get(f"/api/jobs/{job.pk}/events/", {"after": number})

    assert (answer.status_code, answer.json()["at"]) == (400, "after")


def test_a_sign_in_from_another_site_is_a_sentence(db):
    answer = Client(enforce_csrf_checks=True).post("/api/session/login/", "{}", content_type="application/json")

    assert (answer.status_code, answer.json()["problem"][:20]) == (403, "This page is too old")


def test_a_host_that_is_not_ours_is_named(db):
    answer = Client().get("/api/session/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "elsewhere.example" in answer.json()["problem"]


def test_a_failure_of_ours_is_a_sentence_without_its_trace(owner, client_of, monkeypatch):
    monkeypatch.setattr("studio.views.JobsView.get", lambda self, request: 1 / 0)
    client = client_of(owner)
    client.raise_request_exception = False

    answer = client.get("/api/jobs/")

    assert answer.status_code == 500
    assert answer.json()["problem"].startswith("Catenary failed while it answered this")
