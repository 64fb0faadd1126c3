"""`manage.py up`: server and workers in one terminal. Restarts what dies, stops everything on Ctrl-C."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from studio.console import first_user, remember_address
from studio.models import LoginLink

FREE_BYTES_NEEDED = 200 * 1024**2
READY_S = 60.0
GRACE_S = 8.0
MOST_SAID_BYTES = 64 * 1024


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, **options) -> None:
        # Before anything is written: a sentence instead of a trace later.
        if shutil.disk_usage(settings.DATA).free < FREE_BYTES_NEEDED:
            raise CommandError(
                f"The disk of {settings.DATA} is full: free at least 200 MB, "
                "or set CATENARY_DATA to a folder elsewhere."
            )
        if in_use(settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} is in use. Stop what uses it, "
                f"or choose another: make run PORT={settings.PORT + 1}"
            )
        call_command("migrate", verbosity=0)
        address = remember_address()
        link = f"{address}/login/{LoginLink.issue(first_user())}"
        self.children: dict[str, subprocess.Popen | None] = dict.fromkeys(commands())
        signal.signal(signal.SIGTERM, interrupt)
        try:
            self.watch(address, link)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping ...")
        finally:
            self.stop()

    def watch(self, address: str, link: str) -> None:
        """Keep every child alive; announce the address once the server answers."""
        announced, died_at = False, dict.fromkeys(self.children, 0.0)
        started = time.monotonic()
        while True:
            for name, child in self.children.items():
                if child is not None and child.poll() is None:
                    continue
                if child is not None:
                    self.stderr.write(f"The {name} ended with status {child.returncode}; starting it again.")
                    time.sleep(max(0.0, 2.0 - (time.monotonic() - died_at[name])))
                died_at[name] = time.monotonic()
                self.children[name] = start(commands()[name])
            if not announced and in_use(settings.PORT):
                announced = True
                self.stdout.write(
                    f"\nCatenary is running. Sign in once with this link:\n\n    {link}\n\n"
                    f"Later: {address}   Data: {settings.DATA}   Ctrl-C stops everything.\n"
                )
                self.stdout.flush()
            if not announced and time.monotonic() - started > READY_S:
                raise CommandError("The server did not start within a minute; its messages are above.")
            time.sleep(0.1 if not announced else 0.5)

    def stop(self) -> None:
        """End the workers first, so that they can write down where they were; then the server."""
        alive = [child for child in reversed(self.children.values()) if child is not None and child.poll() is None]
        for child in alive:
            child.terminate()
        until = time.monotonic() + GRACE_S
        for child in alive:
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


def commands() -> dict[str, list[str]]:
    """What runs: one server, one worker for short jobs, one for the network."""
    python = [sys.executable, "-m", "studio.tethered"]
    worker = [
        *python,
        "--giving-way",
        "celery",
        "--quiet",
        "-A",
        "studio.celery",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {
        "server": [
            *python,
            "uvicorn",
            "studio.asgi:application",
            "--port",
            str(settings.PORT),
            "--log-level",
            "warning",
            "--timeout-graceful-shutdown",
            "2",
            # Pages say little through sockets; what is larger is not even read.
            "--ws-max-size",
            str(MOST_SAID_BYTES),
        ],
        "worker": [*worker, "--queues", "default", "--hostname", "default@%h"],
        "trainer": [*worker, "--queues", "gpu", "--hostname", "gpu@%h"],
    }


def start(command: list[str]) -> subprocess.Popen:
    # A session of its own: Ctrl-C in the terminal reaches only us, and we end the children in order.
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        # Elsewhere a relative folder would be another one.
        env=os.environ | {"PORT": str(settings.PORT), "CATENARY_DATA": str(settings.DATA)},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def interrupt(*_) -> None:
    raise KeyboardInterrupt
