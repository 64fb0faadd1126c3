"""Jobs over HTTP, who may see and steer them, and the answers to wrong addresses."""

import pytest

from annotator.models import Membership, Project
from studio import jobs
from studio.models import Job


@pytest.fixture
def project(owner, viewer, annotator):
    project = Project.objects.create(name="Line 4", created_by=owner)
    for user, role in ((owner, "owner"), (annotator, "annotator"), (viewer, "viewer")):
        Membership.objects.create(project=project, user=user, role=role)
    return project


@pytest.fixture
def job(job_of, project, annotator):
    job = job_of(lambda run: run.log("done"))
    Job.objects.filter(pk=job.pk).update(project_id=project.id, user=annotator)
    job.refresh_from_db()
    return job


def test_members_of_the_project_see_the_job(job, owner, viewer, client_of):
    for user in (owner, viewer):
        assert client_of(user).get("/api/jobs/").data["count"] == 1
        assert client_of(user).get(f"/api/jobs/{job.id}/").data["title"] == "A test"


def test_a_stranger_sees_no_job(job, stranger, client_of):
    client = client_of(stranger)

    assert client.get("/api/jobs/").data["count"] == 0
    assert client.get(f"/api/jobs/{job.id}/").status_code == 404
    assert client.get(f"/api/jobs/{job.id}/events/").status_code == 404
    assert client.post(f"/api/jobs/{job.id}/cancel/").status_code == 404


def test_a_viewer_may_not_cancel(job, viewer, client_of):
    assert client_of(viewer).post(f"/api/jobs/{job.id}/cancel/").status_code == 403


@pytest.mark.parametrize("who", ["owner", "annotator"])
def test_who_started_a_job_and_the_owner_may_cancel(job, who, request, client_of):
    answer = client_of(request.getfixturevalue(who)).post(f"/api/jobs/{job.id}/cancel/")

    assert answer.data["status"] == "cancelled"


def test_events_after_a_number_are_the_rest_of_the_story(job, owner, client_of):
    jobs.perform(job.id)

    events = client_of(owner).get(f"/api/jobs/{job.id}/events/?after=1").data

    assert [event["kind"] for event in events] == ["end"]


def test_a_wrong_address_is_a_sentence(owner, client_of):
    answer = client_of(owner).get("/api/nothing/")

    assert (answer.status_code, answer.json()["problem"]) == (404, "There is no GET /api/nothing/.")


def test_state_never_changes_by_get(job, owner, client_of):
    assert client_of(owner).get(f"/api/jobs/{job.id}/cancel/").status_code == 405


def test_who_left_the_project_does_not_hear_of_the_jobs_they_started_in_it(job, annotator, client_of):
    Membership.objects.filter(user=annotator).delete()

    assert client_of(annotator).get(f"/api/jobs/{job.id}/").status_code == 404
    assert client_of(annotator).post(f"/api/jobs/{job.id}/resume/").status_code == 404


def test_who_may_only_look_now_does_not_resume_a_job_of_before(job, annotator, client_of):
    Membership.objects.filter(user=annotator).update(role="viewer")
    Job.objects.filter(pk=job.pk).update(status="interrupted")

    assert client_of(annotator).post(f"/api/jobs/{job.id}/resume/").status_code == 403


def test_a_page_talks_to_its_own_host_only(client, settings, tmp_path):
    settings.FRONTEND = tmp_path
    (tmp_path / "index.html").write_text("<!doctype html>")

    policy = client.get("/projects", headers={"host": "localhost:8000"})["Content-Security-Policy"]

    assert "connect-src 'self' ws://localhost:8000 wss://localhost:8000;" in policy
