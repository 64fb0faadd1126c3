"""Three people paint one photo in three browsers while everything breaks: is every pixel there in the end?

.venv/bin/python bench/soak.py [--minutes 10] [--seed 1] [--json] [--keep FOLDER | --judge FOLDER]

Each browser paints, erases, changes objects and takes back, now and then in a second tab. Meanwhile networks go,
requests are lost before or after the server took them, the server answers 500, 413 or late, is killed, tabs are killed,
graphics contexts are lost, a class is deleted and comes back, and the photo is submitted and withdrawn. What each page
promised to keep (its journal) is recorded as it is written; when all is quiet again it is compared with the server's
history, edit by edit: `audit.py` says what counts as lost.

lost_pixels has to be 0. With --keep the studio's data and what the pages promised stay in FOLDER, and --judge FOLDER
looks at them again.
"""

import argparse
import asyncio
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import APIRequestContext, BrowserContext, Page, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.audit import Story, audit
from bench.chromium import program
from tests import scenes
from tests.journeys.conftest import FLAGS, Studio

PEOPLE = ["ada", "ben", "cleo"]
SIZE = (1400, 1000)
QUIET_S = 120
FAULT_EVERY_S = 6.0
PIECE_BYTES = 1024  # what is smaller is not sent in pieces
STORY = "story.pickle"  # beside the data

# Copies of what goes into the journal and what comes out of it again, sent out of the page at once.
RECORDER = """
(() => {
  const plain = (entry) => ({
    uuid: entry.uuid, image: entry.image, user: entry.user, tool: entry.tool, since: entry.since ?? 0,
    tab: globalThis.tab ?? '',
    undoes: entry.details.undoes ?? '',
    patch: entry.patch.map(({ x, y, runs }) => ({
      x, y, runs: btoa(String.fromCharCode(...new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength)))
    })),
  })
  const isStroke = (entry) => entry && entry.uuid && entry.patch && entry.tool
  const tell = (entry, isKept) => { try { globalThis.record(JSON.stringify({ ...plain(entry), isKept })) } catch {} }
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (entry, ...rest) {
    const request = put.call(this, entry, ...rest)
    if (this.name === 'strokes' && isStroke(entry)) {
      tell(entry, false)
      this.transaction.addEventListener('complete', () => tell(entry, true))
    }
    return request
  }
  const getAll = IDBIndex.prototype.getAll
  IDBIndex.prototype.getAll = function (...words) {
    const request = getAll.call(this, ...words)
    if (this.objectStore.name === 'strokes') {
      request.addEventListener('success', () => request.result.filter(isStroke).forEach((one) => tell(one, true)))
    }
    return request
  }
})()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep", type=Path, metavar="FOLDER", help="a new folder for what the soak leaves")
    kept.add_argument("--judge", type=Path, metavar="FOLDER", help="one that --keep has filled: no new soak")
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.exists():
        parser.error(f"--keep: {arguments.keep} is there already; name a folder that is not")
    folder = arguments.judge or arguments.keep or Path(tempfile.mkdtemp(prefix="catenary-soak-"))
    try:
        if not arguments.judge:
            soak(folder, arguments.minutes, random.Random(arguments.seed))
        result = judged(folder)
    finally:
        if not (arguments.keep or arguments.judge):
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=None if arguments.json else 2))
    sys.exit(0 if result["lost_pixels"] == 0 else 1)


def soak(folder: Path, minutes: float, rng: random.Random) -> None:
    """Leave the studio's data and the story in the folder."""
    data = folder / "data"
    data.mkdir(parents=True)
    drawn = scenes.supervisely_folder(folder / "drawn" / "lines", 1, *SIZE)
    studio = Studio(data)
    studio.start()
    story = Story()
    began = time.monotonic()
    try:
        project = studio.import_folder(drawn, "Soak")
        asyncio.run(paint_together(studio, project, story, minutes * 60, rng))
    finally:
        studio.stop()
    story.minutes = round((time.monotonic() - began) / 60, 1)
    (folder / STORY).write_bytes(pickle.dumps(story))


def judged(folder: Path) -> dict:
    story: Story = pickle.loads((folder / STORY).read_bytes())
    found = audit(folder / "data", story)
    if found["lost_pixels"] or story.complaints:
        print(json.dumps({"complaints": story.complaints[:20], "refused": story.refused[:20]}), file=sys.stderr)
    return {
        "strokes": sum(edit.is_kept for edit in story.edits.values()),
        "faults": sum(story.faults.values()),
        "conflicts": story.conflicts,
        **found,
        "refused": len(story.refused),
        "kinds_of_fault": dict(sorted(story.faults.items())),
        "complaints": len(story.complaints),
        "minutes": story.minutes,
    }


# ---------------------------------------------------------------- painting


async def paint_together(studio: Studio, project: int, story: Story, seconds: float, rng: random.Random) -> None:
    async with async_playwright() as playwright:
        browsers = [await playwright.chromium.launch(executable_path=program(), args=FLAGS) for _ in PEOPLE]
        contexts = [
            await browser.new_context(base_url=studio.url, viewport={"width": 1000, "height": 720})
            for browser in browsers
        ]
        owner = await contexts[0].new_page()
        await owner.goto(studio.link())
        await owner.get_by_role("heading", level=1).wait_for()
        image = (await (await owner.request.get(f"/api/projects/{project}/images/")).json())["results"][0]["id"]
        csrf = (await (await owner.request.get("/api/session/")).json())["csrf"]
        headers = {"X-CSRFToken": csrf, "Referer": studio.url}
        for name in PEOPLE[1:]:
            made = await owner.request.post("/api/users/", data={"name": name}, headers=headers)
            member = {"user": (await made.json())["user"]["id"], "role": "annotator"}
            await owner.request.post(f"/api/projects/{project}/members/", data=member, headers=headers)
        for name, context in list(zip(PEOPLE, contexts, strict=True))[1:]:
            page = await context.new_page()
            await page.goto(studio.link(name))
            await page.get_by_role("heading", level=1).wait_for()
            await page.close()
        meddler = Meddler(await playwright.request.new_context(**await same_person(contexts[0], studio)), headers)
        await owner.close()

        people = [
            Person(name, context, image, story, random.Random(rng.random()))
            for name, context in zip(PEOPLE, contexts, strict=True)
        ]
        for person in people:
            await person.open()
        until = time.monotonic() + seconds
        await asyncio.gather(
            *(person.work(until) for person in people),
            kill_servers(studio, until, story, rng),
            meddler.meddle(project, image, until, story, rng),
        )
        for person in people:
            await person.settle()
        for browser in browsers:
            await browser.close()


FAULTS = [
    "offline",
    "offline mid-stroke",
    "lost request",
    "lost answer",
    "500",
    "413",
    "late",
    "tab",
    "second tab",
    "reload",
    "context",
]


class Person:
    """Somebody with a browser, who paints whatever happens."""

    def __init__(self, name: str, context: BrowserContext, image: int, story: Story, rng: random.Random):
        self.name, self.context, self.image, self.story, self.rng = name, context, image, story, rng
        self.page: Page | None = None
        self.lose_request = self.lose_answer = self.fail = self.late = self.too_large = 0
        self.is_routed = False
        self.tabs = 0

    async def open(self, tab: str = "") -> None:
        if not self.is_routed:
            self.is_routed = True
            # A bound method would make the story hold on to the browser.
            await self.context.expose_function("record", lambda text: self.story.record(text))
            await self.context.add_init_script(RECORDER)
            await self.context.route(f"**/api/images/{self.image}/edits/", self.disturb)
        self.page = await self.context.new_page()
        await self.page.add_init_script(f"globalThis.tab = {tab!r}")
        self.page.on("pageerror", lambda error: self.story.complaints.append(f"{self.name}: {error}"))
        self.page.on("response", self.look)
        self.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        for _ in range(60):
            try:
                await self.page.goto(f"/images/{self.image}")
                surface = self.page.get_by_role("application")
                await surface.and_(self.page.locator("[data-ready=true]")).wait_for(timeout=20_000)
                return
            except PlaywrightError:
                await asyncio.sleep(1)
        raise RuntimeError(f"{self.name} cannot open the photo")

    def look(self, response) -> None:
        if response.request.method != "POST" or "/edits/" not in response.url:
            return
        if response.status == 409:
            self.story.conflicts += 1
        elif 400 <= response.status < 500 and response.status != 413:
            self.story.refused.append(f"{self.name}: {response.status}")

    async def disturb(self, route: Route) -> None:
        try:
            if route.request.method != "POST":
                await route.continue_()
            elif self.lose_request:
                self.lose_request -= 1
                await route.abort()
            elif self.fail:
                self.fail -= 1
                await route.fulfill(status=500, json={"problem": "made to fail", "at": ""})
            elif self.too_large and len(route.request.post_data_buffer or b"") > PIECE_BYTES:
                self.too_large -= 1
                await route.fulfill(status=413, content_type="text/html", body="<h1>413</h1>")
            elif self.lose_answer:
                self.lose_answer -= 1
                await route.fetch()
                await route.abort()
            else:
                if self.late:
                    self.late -= 1
                    await asyncio.sleep(self.rng.uniform(0.5, 3))
                await route.continue_()
        except PlaywrightError:
            pass  # the page or the server is gone

    async def work(self, until: float) -> None:
        next_fault = time.monotonic() + self.rng.uniform(2, FAULT_EVERY_S)
        while time.monotonic() < until:
            try:
                await self.act()
                if time.monotonic() > next_fault:
                    await self.suffer()
                    next_fault = time.monotonic() + self.rng.uniform(0.5, 2) * FAULT_EVERY_S
            except PlaywrightError as error:
                if "closed" not in str(error) and "crash" not in str(error).lower():
                    self.story.complaints.append(f"{self.name}: {str(error)[:200]}")
                await self.replace()
            await asyncio.sleep(self.rng.uniform(0, 0.2))

    async def act(self) -> None:
        what = self.rng.random()
        keyboard = self.page.keyboard
        if what < 0.15:
            await keyboard.press("Control+z")
        elif what < 0.2:
            await keyboard.press("Control+Shift+z")
        elif what < 0.27:
            await self.change_object()
        else:
            await keyboard.press(self.rng.choice(["b", "b", "b", "e"]))
            if self.rng.random() < 0.3:
                await keyboard.press(self.rng.choice(["1", "n", "[", "]", "Shift+]", "Shift+["]))
            await self.stroke()

    async def stroke(self) -> None:
        box = await self.page.get_by_role("application").bounding_box()
        mouse = self.page.mouse
        # All paint in the same third of the photo, so that strokes meet.
        x = box["x"] + box["width"] * self.rng.uniform(0.33, 0.6)
        y = box["y"] + box["height"] * self.rng.uniform(0.33, 0.6)
        await mouse.move(x, y)
        await mouse.down()
        for _ in range(self.rng.randint(1, 6)):
            x += self.rng.uniform(-70, 70)
            y += self.rng.uniform(-70, 70)
            await mouse.move(x, y, steps=3)
        await mouse.up()

    async def change_object(self) -> None:
        """Select what is somewhere there and make it another class, or nothing."""
        box = await self.page.get_by_role("application").bounding_box()
        await self.page.keyboard.press("v")
        x, y = (
            box[side] + box[length] * self.rng.uniform(0.33, 0.6) for side, length in (("x", "width"), ("y", "height"))
        )
        await self.page.mouse.click(x, y)
        await self.page.keyboard.press(self.rng.choice(["1", "n", "Delete"]))

    async def suffer(self) -> None:
        fault = self.rng.choice(FAULTS)
        self.story.faults[fault] += 1
        if fault == "offline":
            await self.context.set_offline(True)
            for _ in range(self.rng.randint(1, 5)):
                await self.act()
            await asyncio.sleep(self.rng.uniform(0.5, 3))
            await self.context.set_offline(False)
        elif fault == "offline mid-stroke":
            await self.page.keyboard.press("b")
            await self.page.mouse.down()
            await self.context.set_offline(True)
            await self.page.mouse.up()
            await self.stroke()
            await asyncio.sleep(1)
            await self.context.set_offline(False)
        elif fault == "lost request":
            self.lose_request = self.rng.randint(1, 3)
        elif fault == "lost answer":
            self.lose_answer = self.rng.randint(1, 3)
        elif fault == "500":
            self.fail = self.rng.randint(1, 3)
        elif fault == "late":
            self.late = self.rng.randint(1, 4)
        elif fault == "413":
            self.too_large = self.rng.randint(1, 3)
        elif fault == "second tab":
            await self.paint_in_second_tab()
        elif fault == "tab":
            await self.stroke()
            await self.page.close(run_before_unload=False)
            await self.replace()
        elif fault == "reload":
            await self.stroke()
            await self.page.reload(wait_until="commit")
            await self.page.locator("[data-ready=true]").wait_for(timeout=60_000)
        elif fault == "context":
            await self.page.evaluate(
                "document.querySelectorAll('canvas').forEach((one) => {"
                " const gl = one.getContext('webgl2'); gl?.getExtension('WEBGL_lose_context')?.loseContext() })"
            )

    async def paint_in_second_tab(self) -> None:
        first = self.page
        try:
            # Two tabs have no order between them, whether they are open at the same time or not.
            self.tabs += 1
            await self.open(f"second {self.tabs}")
            for _ in range(self.rng.randint(1, 5)):
                await self.act()
            await self.page.close(run_before_unload=False)
        finally:
            self.page = first

    async def replace(self) -> None:
        """A new tab in place of one that is gone."""
        await self.context.set_offline(False)
        if self.page and not self.page.is_closed():
            await self.page.close(run_before_unload=False)
        await self.open()

    async def settle(self) -> None:
        """Everything works again: wait until all is saved."""
        self.lose_request = self.lose_answer = self.fail = self.late = self.too_large = 0
        await self.context.set_offline(False)
        try:
            await self.page.mouse.up()
        except PlaywrightError:
            pass
        for _ in range(3):
            try:
                # Strokes of tabs that were killed are sent by the next page that opens.
                await self.replace()
                saved = self.page.get_by_role("status").filter(has_text="Saved")
                await saved.first.wait_for(timeout=QUIET_S * 1000)
                await asyncio.sleep(1)
                await saved.first.wait_for(timeout=QUIET_S * 1000)
                return
            except PlaywrightError as error:
                shown = [] if self.page.is_closed() else await self.page.get_by_role("status").all_inner_texts()
                self.story.complaints.append(f"{self.name} does not come to rest: {shown} {str(error)[:200]}")


async def same_person(context: BrowserContext, studio: Studio) -> dict:
    """What makes requests those of a browser's person, which no fault of that browser meets."""
    return {"base_url": studio.url, "storage_state": await context.storage_state()}


class Meddler:
    """The owner, who deletes a class and submits the photo while others paint, and thinks better of it."""

    def __init__(self, request: APIRequestContext, headers: dict[str, str]):
        self.request, self.headers = request, headers

    async def meddle(self, project: int, image: int, until: float, story: Story, rng: random.Random) -> None:
        classes = await (await self.request.get(f"/api/projects/{project}/classes/")).json()
        neutral = next(one["id"] for one in classes if one["name"] == "neutral")
        workflow = f"/api/images/{image}/workflow/"
        while True:
            await asyncio.sleep(rng.uniform(8, 16))
            if time.monotonic() > until - 10:
                return
            if rng.random() < 0.5:
                story.faults["class deleted"] += 1
                await self.ask("DELETE", f"/api/classes/{neutral}/")
                await asyncio.sleep(rng.uniform(1, 4))
                await self.ask("POST", f"/api/classes/{neutral}/restore/")
            else:
                story.faults["photo submitted"] += 1
                await self.ask("POST", workflow, action="submit")
                await asyncio.sleep(rng.uniform(1, 4))
                await self.ask("POST", workflow, action="withdraw")

    async def ask(self, method: str, path: str, **body: str) -> None:
        """Again and again, for the server may be killed: what is taken away comes back."""
        for _ in range(60):
            try:
                answer = await self.request.fetch(path, method=method, data=body, headers=self.headers)
                # Whatever it was told, it has been told: what was done already is refused.
                if answer.status < 500:
                    return
            except PlaywrightError:
                pass
            await asyncio.sleep(0.5)
        raise RuntimeError(f"{method} {path} gets no answer")


async def kill_servers(studio: Studio, until: float, story: Story, rng: random.Random) -> None:
    while True:
        await asyncio.sleep(rng.uniform(25, 50))
        if time.monotonic() > until - 10:
            return
        for process in studio.processes("uvicorn"):
            try:
                os.kill(process, signal.SIGKILL)
                story.faults["server killed"] += 1
            except ProcessLookupError:
                pass


if __name__ == "__main__":
    main()
