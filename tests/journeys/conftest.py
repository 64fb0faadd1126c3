"""A real studio (server and workers) and a real browser, for what a person does from end to end."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.chromium import program

ROOT = Path(__file__).resolve().parent.parent.parent
# As it comes, Chromium draws WebGL2 without a GPU, too, and puts pages together faster than with SwiftShader for all.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONGEST = ["test_tutorial", "test_everyone", "test_tools", "test_places", "test_faults", "test_together"]
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
    # The longest first: begun last, they would be what everything else waits for at the end.
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


class Studio:
    """A running Catenary with a data folder of its own."""

    def __init__(self, data: Path):
        self.data = data
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        # One thread each: the server, two workers and the browser share a small machine.
        self.env = os.environ | {"CATENARY_DATA": str(data), "PORT": str(self.port), "OMP_NUM_THREADS": "1"}
        self.process: subprocess.Popen | None = None

    def start(self) -> str:
        """Start everything; returns the path of the one-time sign-in link."""
        self.log = (self.data / "up.log").open("w+")
        command = [sys.executable, "manage.py", "up"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(600):
            found = re.search(r"/login/\S+", Path(self.log.name).read_text())
            if found:
                return found.group()
            assert self.process.poll() is None, Path(self.log.name).read_text()
            time.sleep(0.1)
        raise AssertionError("the studio did not start:\n" + Path(self.log.name).read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def manage(self, *words: str) -> str:
        """Run a command of manage.py; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_folder(self, folder: Path, title: str) -> int:
        """Import a folder as a new project; returns its id."""
        answer = self.manage("import_project", str(folder), "--project", title, "--json")
        return json.loads(answer.splitlines()[-1])["project"]

    def link(self, name: str = "") -> str:
        """The path of a fresh one-time sign-in link."""
        words = ["login_link", "--user", name] if name else ["login_link"]
        return re.search(r"/login/\S+", self.manage(*words)).group()

    def processes(self, name: str) -> list[int]:
        """Process ids of the children whose command line has this word, e.g. "gpu@" for the trainer."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environ = (entry / "environ").read_bytes()
            except (OSError, ValueError):
                continue
            if name in line and "studio.tethered" in line and f"CATENARY_DATA={self.data}".encode() in environ:
                found.append(int(entry.name))
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def studio(tmp_path_factory) -> Iterator[Studio]:
    studio = Studio(tmp_path_factory.mktemp("studio"))
    studio.start()
    yield studio
    studio.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def passes() -> dict[str, list]:
    """Cookies of who signed in before: a link is made by a process of its own, which takes seconds."""
    return {}


@contextmanager
def signing_in(studio: Studio, browser: Browser, passes: dict[str, list]) -> Iterator[Callable[..., Page]]:
    """How to open pages that are signed in; at the end they are closed, and whatever went wrong in them is told."""
    contexts, complaints = [], []

    def open_browser(name: str = "", **options) -> Page:
        context = browser.new_context(base_url=studio.url, **({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # What WebGL refuses is only said in the console; the page goes on with a part of the picture missing.
        page.on("console", lambda said: complaints.append(said.text) if "WebGL: INVALID" in said.text else None)
        context.add_cookies(passes.get(name, []))
        # Whoever signed out takes a link again.
        if name not in passes or not context.request.get("/api/projects/").ok:
            page.goto(studio.link(name))
            expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
            passes[name] = context.cookies()
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def sign_in(studio: Studio, browser: Browser, passes: dict[str, list]) -> Iterator[Callable[..., Page]]:
    """`sign_in()`: a page in a browser of its own, signed in. Fails on any error in its console."""
    with signing_in(studio, browser, passes) as open_browser:
        yield open_browser


@pytest.fixture(scope="module")
def sign_in_once(studio: Studio, browser: Browser, passes: dict[str, list]) -> Iterator[Callable[..., Page]]:
    """The same for pages that the tests of a module share: signing in takes longer than most of them."""
    with signing_in(studio, browser, passes) as open_browser:
        yield open_browser


@pytest.fixture
def page(sign_in) -> Page:
    return sign_in()
