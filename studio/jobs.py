"""The one place that starts, finishes, fails and cancels jobs, and picks them up after a crash."""

import logging
import os
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import close_old_connections, connection, models, transaction
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from studio import access, bell
from studio.errors import Conflict, NotAllowed, Problem, Refused
from studio.kinds import KINDS
from studio.models import Job, JobEvent
from studio.sayings import Saying
from studio.texts import kept, say

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
WISH_S = 0.5
LOST_AFTER_S = 15.0  # no heartbeat for this long: the worker is gone
LOOK_AGAIN_S = 30.0  # how often a worker looks for jobs that others lost
PROGRESS_S = 0.25  # progress is written a few times a second at most
MAX_ATTEMPTS = 3

Status = Job.Status
STATUS_WORDS: dict[str, Any] = {
    Status.QUEUED: pgettext_lazy("status of a job", "queued"),
    Status.RUNNING: pgettext_lazy("status of a job", "running"),
    Status.FINISHED: pgettext_lazy("status of a job", "finished"),
    Status.STOPPED: pgettext_lazy("status of a job", "stopped"),
    Status.CANCELLED: pgettext_lazy("status of a job", "cancelled"),
    Status.FAILED: pgettext_lazy("status of a job", "failed"),
    Status.INTERRUPTED: pgettext_lazy("status of a job", "interrupted"),
}


class Cancelled(Exception):
    """Raised inside a job's work when the user asked to discard it."""


# ---------------------------------------------------------------- asking for work


def create(kind: str, title: str, *, user, project_id: int | None = None, settings: dict | None = None) -> Job:
    """Add a queued job. Call `enqueue` once its rows are complete, or `perform` to run it here and now."""
    return Job.objects.create(
        kind=kind, title=title, user=user, project_id=project_id, settings=settings or {}, queue=KINDS[kind].queue
    )


_held: ContextVar[list[int] | None] = ContextVar("held", default=None)


def enqueue(job: Job) -> None:
    """Hand a job to the workers as soon as the surrounding transaction is committed."""
    transaction.on_commit(lambda: _hand_over(job))


def _hand_over(job: Job) -> None:
    from studio.celery import send

    if (held := _held.get()) is not None:
        held.append(job.id)
    else:
        send(job)
    bell.ring(job.id)


@contextmanager
def holding() -> Iterator[None]:
    """Keeps enqueued jobs from the workers until the block ends: a command means to perform its own ones itself."""
    held: list[int] = []
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
        for job in Job.objects.filter(pk__in=held, status=Status.QUEUED):
            enqueue(job)


def cancel(job: Job) -> None:
    """Ask a job to end and discard what it made. A job that waits ends at once."""
    _wish(job, "cancel")


def stop(job: Job) -> None:
    """Ask a job to end early and keep what it made."""
    if not KINDS[job.kind].stoppable:
        raise Refused(f"a {job.kind} job cannot be stopped half-way; cancel it instead")
    _wish(job, "stop")


def resume(job: Job) -> None:
    """Queue an interrupted or failed job again; its work goes on where it can."""
    _refuse_outsiders(job)
    if not KINDS[job.kind].resumable:
        raise Refused(f"a {job.kind} job cannot be resumed; start it again instead")
    again = Job.objects.filter(pk=job.pk, status__in=[Status.INTERRUPTED, Status.FAILED])
    if not again.update(status=Status.QUEUED, wish="", problem="", details="", finished_at=None, attempts=0):
        sentence = say(
            "only an interrupted or failed job can be resumed; this one is {status}", status=STATUS_WORDS[job.status]
        )
        raise Conflict(sentence)
    enqueue(job)


def _wish(job: Job, wish: str) -> None:
    waiting = Job.objects.filter(pk=job.pk, status__in=[Status.QUEUED, Status.INTERRUPTED])
    if waiting.update(status=Status.CANCELLED, wish=wish, finished_at=timezone.now()):
        KINDS[job.kind].tidy(job)
        bell.ring(job.id)
        return
    if not Job.objects.filter(pk=job.pk, status=Status.RUNNING).update(wish=wish):
        raise Conflict(say("this job has already ended"))
    bell.ring(job.id)


# ---------------------------------------------------------------- doing the work


class Run:
    """A job while it runs: what its work may say, and ask."""

    def __init__(self, job: Job, listener: Callable[[str, dict], None] | None = None):
        self.job = job
        self.resumed = job.events.exists()
        self._seq = job.events.aggregate(last=models.Max("seq"))["last"] or 0
        self._wish = job.wish
        self._lost = False
        self._progress_at = 0.0
        self._listener = listener
        self._lock = threading.Lock()

    @property
    def settings(self) -> dict:
        return self.job.settings

    def record(self, kind: str, **data: Any) -> None:
        """Append an event: row first, then the bell. Raises Cancelled when the user asked for that."""
        self.check()
        with self._lock:
            self._seq += 1
            JobEvent.objects.create(job=self.job, seq=self._seq, kind=kind, data=kept(data))
        bell.ring(self.job.id)
        if self._listener:
            self._listener(kind, data)

    def log(self, text: str, level: str = "info") -> None:
        """A line of the job's log."""
        self.record("log", text=text, level=level)

    def progress(self, done: float, total: float = 1.0, doing: str = "") -> None:
        """How far the job is, for the bar. Cheap to call often: written a few times a second."""
        self.check()
        now = time.monotonic()
        if now - self._progress_at < PROGRESS_S and done < total:
            return
        self._progress_at = now
        share = min(1.0, done / total) if total else 1.0
        Job.objects.filter(pk=self.job.pk).update(done=share, doing=doing)
        bell.ring(self.job.id)
        if self._listener:
            self._listener("progress", {"done": share, "doing": doing})

    def wants(self, wish: str) -> bool:
        """Whether the user asked for "stop" or "cancel"."""
        return self._wish == wish

    def check(self) -> None:
        """Raises Cancelled when the user asked for it or another worker has taken the job over."""
        if self._lost or self._wish == "cancel":
            raise Cancelled

    def beat(self) -> None:
        """Say that the worker is alive and read the user's wish. Called by the heartbeat thread."""
        mine = Job.objects.filter(pk=self.job.pk, status=Status.RUNNING, worker=self.job.worker)
        self._lost = not mine.update(heartbeat_at=timezone.now())
        self._wish = mine.values_list("wish", flat=True).first() or ""


def perform(job_id: int, listener: Callable[[str, dict], None] | None = None) -> Job:
    """Run a queued job to its end in this process. Does nothing when it is not queued: somebody else has it.

    listener: called with (kind, data) of every event, for a progress bar.
    returns:  the job as it ended. Only KeyboardInterrupt and SystemExit get out.
    """
    if not claim(job_id):
        return Job.objects.get(pk=job_id)
    job = Job.objects.get(pk=job_id)
    run = Run(job, listener)
    bell.ring(job.id)
    quiet = threading.Event()
    heart = threading.Thread(target=_heartbeat, args=(run, quiet), daemon=True)
    if not connection.in_atomic_block:  # inside a test's transaction another thread would see nothing
        heart.start()
    try:
        _refuse_outsiders(job)
        result = KINDS[job.kind].resolve()(run) or {}
        _end(run, Status.STOPPED if run.wants("stop") else Status.FINISHED, result=result, done=1.0)
    except Cancelled:
        _end(run, Status.CANCELLED)
    except Problem as problem:
        is_placed = problem.problem.startswith(problem.at)
        _end(run, Status.FAILED, problem=Saying.placed("" if is_placed else problem.at, problem.problem))
    except (KeyboardInterrupt, SystemExit):
        _put_down(run)
        raise
    except Exception as error:
        log.exception("job %s failed", job.id)
        what = f"{type(error).__name__}: {error}"
        sentence = Saying("Catenary failed while it did this ({what}).", what=what)
        _end(run, Status.FAILED, problem=sentence, details=traceback.format_exc())
    finally:
        quiet.set()
    job.refresh_from_db()
    return job


def _refuse_outsiders(job: Job) -> None:
    """A job may wait for hours: who started it can have left by then, and the project can be in the trash."""
    if not access.works_in(job.user, job.project_id):
        raise NotAllowed(
            Saying("Who started this job may not work in its project any more, or the project is in the trash.")
        )


def claim(job_id: int) -> bool:
    """Take a queued job for this process. Of several that try, one succeeds."""
    now = timezone.now()
    return bool(
        Job.objects.filter(pk=job_id, status=Status.QUEUED).update(
            status=Status.RUNNING,
            worker=WORKER,
            started_at=models.functions.Coalesce("started_at", now),
            heartbeat_at=now,
            attempts=models.F("attempts") + 1,
            doing="",
        )
    )


def _end(run: Run, status: str, **fields: Any) -> None:
    mine = Job.objects.filter(pk=run.job.pk, status=Status.RUNNING, worker=run.job.worker)
    with transaction.atomic():  # a job that has ended has told so
        ended = mine.update(status=status, finished_at=timezone.now(), **fields)
        if ended:
            run._seq += 1
            data = kept({"status": status, "problem": fields.get("problem", "")})
            JobEvent.objects.create(job=run.job, seq=run._seq, kind="end", data=data)
    bell.ring(run.job.id)


def _put_down(run: Run) -> None:
    """The process is told to end while a job runs: leave it so that the next worker goes on, where the kind can."""
    if KINDS[run.job.kind].resumable:
        mine = Job.objects.filter(pk=run.job.pk, status=Status.RUNNING, worker=run.job.worker)
        # An orderly shutdown is nobody's failed attempt.
        doing = Saying("Goes on when Catenary starts again")
        mine.update(status=Status.QUEUED, doing=doing, attempts=models.F("attempts") - 1)
        bell.ring(run.job.id)
    else:
        _end(run, Status.INTERRUPTED, problem=Saying("Catenary was stopped while this job ran."))


def _heartbeat(run: Run, quiet: threading.Event) -> None:
    last = 0.0
    while not quiet.wait(WISH_S):
        try:
            if time.monotonic() - last >= HEARTBEAT_S:
                run.beat()
                last = time.monotonic()
            else:
                wish = Job.objects.filter(pk=run.job.pk).values_list("wish", flat=True).first()
                run._wish = wish or run._wish
        except Exception:
            log.warning("heartbeat of job %s was missed", run.job.pk, exc_info=True)
            close_old_connections()
    connection.close()


# ---------------------------------------------------------------- after a crash


def recover() -> None:
    """Pick up jobs whose worker is gone, and send queued ones again: a queue may have lost them.

    Safe to call at any time and from several processes: a job is claimed by one of them only.
    """
    pick_up_lost(LOST_AFTER_S)
    for job in Job.objects.filter(status=Status.QUEUED):
        enqueue(job)


def keep_recovering(stop: threading.Event) -> None:
    """Look for lost jobs now and then, for as long as a worker lives: the one that ran them may be on another machine.

    Patient, because a heartbeat can be late behind a long write.
    """
    while not stop.wait(LOOK_AGAIN_S):
        try:
            for job in pick_up_lost(4 * LOST_AFTER_S):
                enqueue(job)
        except Exception:
            log.warning("could not look for lost jobs", exc_info=True)
        close_old_connections()


def pick_up_lost(silent_s: float) -> list[Job]:
    """Queue running jobs again whose worker has been silent this long, or end them; returns those that are queued."""
    queued = []
    too_old = timezone.now() - timedelta(seconds=silent_s)
    for job in Job.objects.filter(status=Status.RUNNING):
        if job.heartbeat_at and job.heartbeat_at > too_old and not _died_here(job.worker):
            continue
        again = KINDS[job.kind].resumable and job.attempts < MAX_ATTEMPTS and job.wish != "cancel"
        fields: dict[str, Any] = {"status": Status.QUEUED, "doing": Saying("Picked up again after a crash")}
        if job.wish == "cancel":
            fields = {"status": Status.CANCELLED, "finished_at": timezone.now()}
        elif not again:
            problem = Saying("The worker that ran this job is gone.")
            fields = {"status": Status.INTERRUPTED, "finished_at": timezone.now(), "problem": problem}
        mine = Job.objects.filter(pk=job.pk, status=Status.RUNNING, worker=job.worker)
        if mine.update(**fields):
            if job.wish == "cancel":
                KINDS[job.kind].tidy(job)
            elif again:
                queued.append(job)
        bell.ring(job.id)
    return queued


def _died_here(worker: str) -> bool:
    """Whether a worker of this machine is known to be dead, so that nobody has to wait for its silence."""
    host, _, rest = worker.partition(":")
    pid, _, _ = rest.partition(":")
    if host != HOST or not pid.isdecimal():
        return False
    if worker == WORKER:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


HOST = socket.gethostname()
WORKER = f"{HOST}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
