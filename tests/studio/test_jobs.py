"""What a job does from being asked for to its end, and after a crash."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from annotator.models import Membership, Project
from studio import jobs
from studio.errors import Conflict, Refused
from studio.models import Job, JobEvent

Status = Job.Status


def test_a_job_that_returns_is_finished_with_its_result(job_of):
    job = jobs.perform(job_of(lambda run: {"answer": 42}).id)

    assert (job.status, job.result, job.done) == (Status.FINISHED, {"answer": 42}, 1.0)


def test_events_are_numbered_from_one_in_the_order_they_happened(job_of):
    def work(run):
        run.log("first")
        run.record("measured", metres=3)

    job = jobs.perform(job_of(work).id)

    assert [(e.seq, e.kind) for e in job.events.all()] == [(1, "log"), (2, "measured"), (3, "end")]


def test_a_refusal_becomes_the_job_s_sentence_and_hides_no_trace(job_of):
    def work(run):
        raise Refused("photo a.jpg: has no pixels")

    job = jobs.perform(job_of(work).id)

    assert (job.status, job.problem, job.details) == (Status.FAILED, "photo a.jpg: has no pixels", "")


def test_a_mistake_of_ours_keeps_its_trace_as_details(job_of):
    job = jobs.perform(job_of(lambda run: 1 / 0).id)

    assert job.status == Status.FAILED
    assert "ZeroDivisionError" in job.problem
    assert "Traceback" in job.details


def test_a_job_is_performed_by_one_of_several_that_try(job_of):
    calls = []
    job = job_of(lambda run: calls.append(1))

    jobs.perform(job.id)
    jobs.perform(job.id)

    assert calls == [1]


def test_cancel_ends_a_waiting_job_at_once(job_of):
    job = job_of(lambda run: pytest.fail("it must not run"))

    jobs.cancel(job)
    jobs.perform(job.id)

    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_cancel_is_honoured_at_the_next_event(job_of):
    said = []

    def work(run):
        run.log("before")
        jobs.cancel(run.job)
        run.beat()
        run.log("after")
        said.append("not reached")

    job = jobs.perform(job_of(work).id)

    assert job.status == Status.CANCELLED
    assert said == []
    assert [e.data.get("text") for e in job.events.filter(kind="log")] == ["before"]


def test_stop_keeps_what_the_job_made(job_of):
    def work(run):
        jobs.stop(run.job)
        run.beat()
        return {"kept": run.wants("stop")}

    job = jobs.perform(job_of(work, stoppable=True).id)

    assert (job.status, job.result) == (Status.STOPPED, {"kept": True})


def test_only_a_kind_that_can_be_stopped_is_stopped(job_of):
    with pytest.raises(Refused, match="cancel it instead"):
        jobs.stop(job_of(lambda run: None))


def test_a_finished_job_cannot_be_cancelled(job_of):
    job = jobs.perform(job_of(lambda run: None).id)

    with pytest.raises(Conflict):
        jobs.cancel(job)


def test_a_job_whose_worker_is_gone_is_queued_again_when_it_can_go_on(job_of):
    job = gone(job_of(lambda run: {"went": "on"}, resumable=True))

    jobs.recover()

    job.refresh_from_db()
    assert job.status == Status.QUEUED
    assert jobs.perform(job.id).status == Status.FINISHED


def test_a_job_whose_worker_is_gone_is_interrupted_when_it_cannot(job_of):
    job = gone(job_of(lambda run: None))

    jobs.recover()

    job.refresh_from_db()
    assert (job.status, job.problem) == (Status.INTERRUPTED, "The worker that ran this job is gone.")


def test_a_job_that_keeps_killing_its_worker_is_given_up(job_of):
    job = gone(job_of(lambda run: None, resumable=True), attempts=jobs.MAX_ATTEMPTS)

    jobs.recover()

    job.refresh_from_db()
    assert job.status == Status.INTERRUPTED


def test_a_worker_keeps_looking_for_jobs_that_another_machine_lost(job_of, monkeypatch):
    lost = gone(job_of(lambda run: None, resumable=True))
    looks = iter([False, True])
    stop = SimpleNamespace(wait=lambda seconds: next(looks))
    sent = []
    monkeypatch.setattr(jobs, "enqueue", sent.append)

    jobs.keep_recovering(stop)

    assert sent == [lost]
    lost.refresh_from_db()
    assert lost.status == Status.QUEUED


def test_a_job_with_a_beating_heart_is_left_alone(job_of):
    job = gone(job_of(lambda run: None), silent_for=timedelta(seconds=1))

    jobs.recover()

    job.refresh_from_db()
    assert job.status == Status.RUNNING


def test_a_worker_that_lost_its_job_to_another_stops_and_changes_nothing(job_of):
    def work(run):
        Job.objects.filter(pk=run.job.pk).update(worker="elsewhere:1:x")
        run.beat()
        run.log("must not be written")

    job = jobs.perform(job_of(work).id)

    assert job.status == Status.RUNNING
    assert not job.events.exists()


def test_an_orderly_shutdown_leaves_a_resumable_job_waiting(job_of):
    def work(run):
        raise SystemExit

    job = job_of(work, resumable=True)
    with pytest.raises(SystemExit):
        jobs.perform(job.id)

    job.refresh_from_db()
    assert (job.status, job.attempts) == (Status.QUEUED, 0)


def test_resume_queues_an_interrupted_job_and_refuses_a_finished_one(job_of):
    job = job_of(lambda run: None, resumable=True)
    Job.objects.filter(pk=job.pk).update(status=Status.INTERRUPTED)

    jobs.resume(job)
    ended = jobs.perform(job.id)

    assert ended.status == Status.FINISHED
    with pytest.raises(Conflict):
        jobs.resume(ended)


def test_why_a_job_is_not_resumed_is_said_in_the_language_of_the_page(job_of):
    job = job_of(lambda run: None, resumable=True)

    with pytest.raises(Conflict, match="can be resumed; this one is queued"):
        jobs.resume(job)
    with translation.override("de"), pytest.raises(Conflict, match="dieser ist in der Warteschlange"):
        jobs.resume(job)


def gone(job: Job, silent_for=timedelta(minutes=5), attempts=1) -> Job:
    """The job as a killed worker of another machine leaves it."""
    heartbeat = timezone.now() - silent_for
    fields = {"worker": "elsewhere:1:x", "heartbeat_at": heartbeat, "attempts": attempts}
    Job.objects.filter(pk=job.pk).update(status=Status.RUNNING, **fields)
    job.refresh_from_db()
    return job


def test_a_command_performs_its_own_jobs_and_leaves_the_others_to_the_workers(job_of, monkeypatch):
    sent = []
    monkeypatch.setattr("studio.celery.send", lambda job: sent.append(job.id))
    monkeypatch.setattr("studio.jobs.transaction.on_commit", lambda call: call())
    mine, later = job_of(lambda run: None), job_of(lambda run: None)

    with jobs.holding():
        jobs.enqueue(mine)
        jobs.enqueue(later)
        jobs.perform(mine.id)
        assert sent == []

    assert sent == [later.id]


@pytest.mark.parametrize("change", ["left", "viewer", "trash"])
def test_a_job_that_waited_does_not_work_for_who_may_no_longer_work_there(job_of, owner, change):
    project = Project.objects.create(name="Line 4")
    membership = Membership.objects.create(project=project, user=owner, role="annotator")
    job = job_of(lambda run: pytest.fail("it must not run"))
    Job.objects.filter(pk=job.pk).update(project_id=project.pk)
    if change == "left":
        membership.delete()
    if change == "viewer":
        Membership.objects.update(role="viewer")
    if change == "trash":
        Project.objects.update(deleted_at=timezone.now())

    ended = jobs.perform(job.pk)

    assert ended.status == Status.FAILED
    assert ended.problem.startswith("Who started this job may not work in its project any more")


def test_the_end_of_a_job_is_told_or_has_not_happened(job_of, monkeypatch):
    job = job_of(lambda run: None)
    monkeypatch.setattr(JobEvent.objects, "create", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        jobs.perform(job.pk)

    job.refresh_from_db()
    assert job.status == Status.RUNNING
