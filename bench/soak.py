"""Three people paint one photo in three browsers while everything breaks: is every pixel there in the end?

.venv/bin/python bench/soak.py [--minutes 10] [--seed 1] [--json]

Each browser paints, erases and takes back. Meanwhile networks go, requests are lost before or after the server took
them, the server answers 500 or late, is killed, tabs are killed, and graphics contexts are lost. What each page
promised to keep (its journal) is recorded as it is written; when all is quiet again it is compared with the server's
history, edit by edit:

  lost        a pixel of a kept edit that the server's tile does not show right after that edit, unless what it
              shows is what somebody else made of it meanwhile, of which the page had not heard
  collateral  a pixel that changed in an edit which had not touched it

lost_pixels is the sum of both; it has to be 0.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.async_api import BrowserContext, Page, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import scenes
from tests.journeys.conftest import FLAGS, Studio

PEOPLE = ["ada", "ben", "cleo"]
SIZE = (1400, 1000)
FIELDS = 6  # of a run: first pixel, length - 1, class before and after, object before and after
QUIET_S = 120
FAULT_EVERY_S = 6.0

# Copies of what goes into the journal and what comes out of it again, sent out of the page at once.
RECORDER = """
(() => {
  const plain = (entry) => ({
    uuid: entry.uuid, image: entry.image, user: entry.user, tool: entry.tool, since: entry.since ?? 0,
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


@dataclass
class Recorded:
    """An edit as a page put it into its journal."""

    tool: str
    user: int
    is_kept: bool
    since: int  # edits of the photo its page had heard of
    tiles: dict[tuple[int, int], np.ndarray]  # int32 65536: class after the edit, -1 where it changes nothing

    @property
    def heard(self) -> int:
        """Edits after this one excuse a pixel that is not as wanted; undo leaves whatever others made at any time."""
        return 0 if self.tool in ("undo", "redo") else self.since


@dataclass
class Story:
    """What happened during the soak."""

    edits: dict[str, Recorded] = field(default_factory=dict)
    faults: Counter = field(default_factory=Counter)
    conflicts: int = 0
    refused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def record(self, text: str) -> None:
        entry = json.loads(text)
        tiles = {}
        for tile in entry["patch"]:
            runs = np.frombuffer(base64.b64decode(tile["runs"]), np.uint16).reshape(-1, FIELDS).astype(int)
            after = np.full(65536, -1, np.int32)
            for first, more, _, value, *_ in runs:
                after[first : first + more + 1] = value
            tiles[tile["x"], tile["y"]] = after
        before = self.edits.get(entry["uuid"])
        is_kept = entry["isKept"] or (before is not None and before.is_kept)
        self.edits[entry["uuid"]] = Recorded(entry["tool"], entry["user"], is_kept, entry["since"], tiles)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="catenary-soak-"))
    try:
        result = soak(folder, arguments.minutes, random.Random(arguments.seed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result, indent=None if arguments.json else 2))
    sys.exit(0 if result["lost_pixels"] == 0 else 1)


def soak(folder: Path, minutes: float, rng: random.Random) -> dict:
    data = folder / "data"
    data.mkdir()
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
    found = audit(data, story)
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
        "minutes": round((time.monotonic() - began) / 60, 1),
    }


# ---------------------------------------------------------------- painting


async def paint_together(studio: Studio, project: int, story: Story, seconds: float, rng: random.Random) -> None:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    async with async_playwright() as playwright:
        browsers = [await playwright.chromium.launch(executable_path=path, args=FLAGS) for _ in PEOPLE]
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
        await owner.close()

        people = [
            Person(name, context, image, story, random.Random(rng.random()))
            for name, context in zip(PEOPLE, contexts, strict=True)
        ]
        for person in people:
            await person.open()
        until = time.monotonic() + seconds
        await asyncio.gather(*(person.work(until) for person in people), kill_servers(studio, until, story, rng))
        for person in people:
            await person.settle()
        for browser in browsers:
            await browser.close()


class Person:
    """Somebody with a browser, who paints whatever happens."""

    def __init__(self, name: str, context: BrowserContext, image: int, story: Story, rng: random.Random):
        self.name, self.context, self.image, self.story, self.rng = name, context, image, story, rng
        self.page: Page | None = None
        self.lose_request = self.lose_answer = self.fail = self.late = 0
        self.is_routed = False

    async def open(self) -> None:
        if not self.is_routed:
            self.is_routed = True
            await self.context.expose_function("record", self.story.record)
            await self.context.add_init_script(RECORDER)
            await self.context.route(f"**/api/images/{self.image}/edits/", self.disturb)
        self.page = await self.context.new_page()
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
        if response.request.method != "POST" or not response.url.endswith("/edits/"):
            return
        if response.status == 409:
            self.story.conflicts += 1
        elif 400 <= response.status < 500:
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

    async def suffer(self) -> None:
        fault = self.rng.choice(
            ["offline", "offline mid-stroke", "lost request", "lost answer", "500", "late", "tab", "reload", "context"]
        )
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

    async def replace(self) -> None:
        """A new tab in place of one that is gone."""
        await self.context.set_offline(False)
        if self.page and not self.page.is_closed():
            await self.page.close(run_before_unload=False)
        await self.open()

    async def settle(self) -> None:
        """Everything works again: wait until all is saved."""
        self.lose_request = self.lose_answer = self.fail = self.late = 0
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
                self.story.complaints.append(f"{self.name} does not come to rest: {str(error)[:200]}")


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


# ---------------------------------------------------------------- what came of it


def audit(data: Path, story: Story) -> dict:
    """Compare what the pages promised with the history of the server."""
    os.environ |= {"CATENARY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "studio.settings"}
    import django

    django.setup()
    from annotator.models import Edit, EditTile, Plane
    from annotator.raster import tile as codec

    order = {uuid: number for number, uuid in enumerate(story.edits)}
    painted: dict[tuple[int, int], Painted] = defaultdict(Painted)
    lost, collateral, unknown = 0, 0, 0
    arrived: set[str] = set()
    suspects: list[tuple[int, tuple[int, int], int]] = []
    for edit in Edit.objects.order_by("image_id", "seq"):
        uuid = str(edit.uuid)
        arrived.add(uuid)
        recorded = story.edits.get(uuid)
        written = {
            (row.x, row.y): codec.decode(bytes(row.data), np.dtype(np.uint8)).ravel()
            for row in EditTile.objects.filter(edit=edit, plane=Plane.CLASS)
        }
        unknown += recorded is None and edit.tool != "import"
        for key in written.keys() | (recorded.tiles.keys() if recorded else set()):
            tile = painted[key]
            after = written.get(key, tile.now)
            changed = tile.now != after
            if recorded:
                wanted = recorded.tiles.get(key, NOTHING)
                is_wanted = wanted >= 0
                collateral += int((changed & ~is_wanted).sum())
                missed = is_wanted & (after != wanted) & ~tile.is_of_others(edit.user_id, after, recorded.heard)
                lost += int(missed.sum())
                if missed.any():
                    story.complaints.append(f"edit {edit.seq}, {edit.tool}: {int(missed.sum())} pixels of tile {key}")
                    suspects.append((edit.seq, key, int(np.flatnonzero(missed)[0])))
            tile.note(edit.user_id, order.get(uuid, -1), edit.seq, after, changed)
    for seq, key, pixel in suspects[:3]:
        story.complaints.insert(0, f"edit {seq}: pixel {pixel} of tile {key}: {pixel_story(story, key, pixel)}")
    missing = [uuid for uuid, edit in story.edits.items() if edit.is_kept and uuid not in arrived]
    # An edit of which others left nothing has nothing to send.
    gone = sum(missing_pixels(story.edits[uuid], order[uuid], painted) for uuid in missing)
    return {
        "lost_pixels": lost + collateral + gone,
        "lost": lost,
        "collateral": collateral,
        "edits_not_arrived": len(missing),
        "pixels_not_arrived": gone,
        "edits_unknown": unknown,
    }


def pixel_story(story: Story, key: tuple[int, int], pixel: int) -> str:
    """Who wanted what of a pixel, in the order of the journals, and what the server made of it."""
    from annotator.models import Edit, EditTile, Plane
    from annotator.raster import tile as codec

    words = []
    order = {uuid: number for number, uuid in enumerate(story.edits)}
    value = 0
    for edit in Edit.objects.order_by("image_id", "seq"):
        uuid = str(edit.uuid)
        recorded = story.edits.get(uuid)
        wanted = recorded.tiles.get(key, NOTHING)[pixel] if recorded else -1
        rows = EditTile.objects.filter(edit=edit, plane=Plane.CLASS, x=key[0], y=key[1])
        now = next((int(codec.decode(bytes(row.data), np.dtype(np.uint8)).ravel()[pixel]) for row in rows), value)
        if wanted >= 0 or now != value:
            words.append(
                f"#{edit.seq} {edit.tool} by {edit.user_id} (journal {order.get(uuid)}, "
                f"{edit.details}) wanted {wanted}: {value}->{now}"
            )
        value = now
    return "; ".join(words)


NOTHING = np.full(65536, -1, np.int32)


class Painted:
    """A tile as the server has it, and which edit of whom gave each pixel which class last."""

    def __init__(self) -> None:
        self.now = np.zeros(65536, np.uint8)
        self.given: dict[tuple[int, int], np.ndarray] = {}  # (user, class): the edit's seq, 0 never
        self.order = np.full(65536, -1, np.int64)

    def note(self, user: int, order: int, seq: int, after: np.ndarray, changed: np.ndarray) -> None:
        for value in np.unique(after[changed]):
            given = self.given.setdefault((user, int(value)), np.zeros(65536, np.int32))
            given[changed & (after == value)] = seq
        self.order[changed] = order
        self.now = after

    def is_of_others(self, user: int, after: np.ndarray, since: int) -> np.ndarray:
        """Pixels whose class somebody else gave them after an edit: what one leaves alone, or brings back."""
        found = np.zeros(65536, bool)
        for (other, value), seq in self.given.items():
            if other != user:
                found |= (after == value) & (seq > since)
        return found


def missing_pixels(edit: Recorded, order: int, painted: dict[tuple[int, int], Painted]) -> int:
    """Pixels of an edit the server never got that are not as it wanted them, though nothing changed them later."""
    missed = 0
    for key, wanted in edit.tiles.items():
        tile = painted[key]
        is_older = (tile.order < order) & ~tile.is_of_others(edit.user, tile.now, edit.heard)
        missed += int(((wanted >= 0) & (wanted != tile.now) & is_older).sum())
    return missed


if __name__ == "__main__":
    main()
