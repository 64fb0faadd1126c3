"""The queue between the web server and the workers: files by default, Redis when configured."""

import logging
import os
import signal
import threading
import warnings

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")

# A laptop's one user may well be root in a container, and a queue of files has no host name to complain of.
warnings.filterwarnings("ignore", message="(?s).*superuser privileges")
logging.getLogger("kombu.connection").setLevel(logging.ERROR)

app = Celery("catenary")

if settings.REDIS_URL:
    app.conf.broker_url = settings.REDIS_URL
    # Longer than the longest job: Redis would otherwise hand a running training to a second worker.
    app.conf.broker_transport_options = {"visibility_timeout": 7 * 24 * 3600}
else:
    folder = settings.DATA / "queue"
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    app.conf.broker_url = "filesystem://"
    app.conf.broker_transport_options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.2,
    }
app.conf.task_ignore_result = True
app.conf.task_default_queue = "default"
app.conf.worker_prefetch_multiplier = 1
app.conf.worker_hijack_root_logger = False
app.conf.broker_connection_retry_on_startup = True


def send(job) -> None:
    """Tell the workers of a queue that a job waits. The message is a hint; the row decides."""
    run_job.apply_async([job.id], queue=job.queue)


@app.task(name="studio.run_job")
def run_job(job_id: int) -> None:
    from studio import jobs

    # The solo pool runs us in the main thread, where Celery would wait for the job's end before it shuts down.
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        jobs.perform(job_id)
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(*_) -> None:
    raise SystemExit


@worker_ready.connect
def pick_up(**_) -> None:
    from studio import chores, jobs

    jobs.recover()
    threading.Thread(target=chores.keep_doing, args=(threading.Event(),), daemon=True).start()
    threading.Thread(target=jobs.keep_recovering, args=(threading.Event(),), daemon=True).start()
