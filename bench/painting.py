"""Painting in a real browser: frames, script time, memory and bytes, and the ways of two other tools beside ours.

    .venv/bin/python bench/painting.py [--json] [--skip-400mp]

Starts a studio on a data folder of its own, draws photos, and drives headless Chromium through its DevTools protocol:
pointer moves are sent four times a frame, whatever the page makes of them. Frames are those the page's own
requestAnimationFrame sees. Script time is processor time of the page's main thread inside event handlers, animation
frames, timers and microtasks, by Chromium's tracing, added up between two frames; layout they force counts too.
Figures are the worse of two views, the whole photo and 1:1. The floor is an empty page under the same input.
What each name means: docs/benchmarks.md.
"""

import argparse
import http.cookiejar
import itertools
import json
import math
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pyvips

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from annotator import scenes
from bench.chromium import CONTROL, SHIFT, SWIFTSHADER, Chromium, Tab, program

ROOT = Path(__file__).resolve().parent.parent
METER = (ROOT / "bench" / "painting.js").read_text()
RIVALS = (ROOT / "bench" / "rivals.js").read_text()
NO_WEBGL = """{
  const ask = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return String(kind).startsWith('webgl') ? null : ask.call(this, kind, ...rest)
  }
}"""
SAMPLES_PER_S = 240
STROKE_S = 3.0
AFTER_S = 0.5
CANVAS = "document.querySelector('[role=application]')"
SCRIPT_EVENTS = {
    "EventDispatch",
    "FunctionCall",
    "FireAnimationFrame",
    "TimerFire",
    "RunMicrotasks",
    "EvaluateScript",
    "v8.callFunction",
    "MinorGC",
    "MajorGC",
}
NAMES = [
    "fps_r50", "fps_r250", "fps_r1000_20k", "script_ms_p95_r50", "script_ms_p95_r250", "frame_ms_max",
    "heap_mb_25mp", "heap_mb_400mp", "stroke_bytes_p95", "ack_ms_p95", "first_paint_s", "ingest_s", "next_photo_ms",
    "vs_full_canvas", "vs_rle_rgba_bytes",
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--skip-400mp", action="store_true", help="leave out the photo of 20000x20000")
    options = parser.parse_args()
    found: dict = dict.fromkeys(NAMES) | {"problems": []}
    with tempfile.TemporaryDirectory() as folder, Studio(Path(folder)) as studio:
        run(studio, Path(folder), found, with_400mp=not options.skip_400mp)
    show(found)
    if options.json:
        print(json.dumps(found))


def run(studio: "Studio", folder: Path, found: dict, with_400mp: bool) -> None:
    """Every part on its own: when one fails, the others' figures stand."""

    def part(name: str, work: Callable[[], dict]) -> dict:
        try:
            figures = work()
        except Exception as error:  # noqa: BLE001 -- told in the result; the other parts go on
            traceback.print_exc()
            found["problems"].append(f"{name}: {type(error).__name__}: {error}")
            return {}
        found.update(figures)
        return figures

    draw_photos(folder, with_400mp)
    part("ingest", lambda: ingest(studio, folder / "photos" / "line_01.jpg"))
    images = studio.import_folder(folder / "photos")
    with Chromium(SWIFTSHADER) as browser:
        part("floor", lambda: floor(browser))
        tab = studio.signed_in(browser)
        part("opening", lambda: opening(studio, tab, images))
        part("radius 50", lambda: strokes(studio, tab, images[0], 50, "_r50"))
        part("radius 250", lambda: strokes(studio, tab, images[0], 250, "_r250"))
        part("looks", lambda: looks(tab, ""))
        part("memory", lambda: memory(studio, tab, images[0], "heap_mb_25mp"))
        part("wire", lambda: wire(studio, tab, images[1]))
        tab.close()
    if with_400mp:
        large = studio.import_folder(folder / "large")[0]
        with Chromium(SWIFTSHADER) as browser:
            tab = studio.signed_in(browser)
            part("radius 1000", lambda: strokes(studio, tab, large, 1000, "_r1000_20k"))
            part("memory 400", lambda: memory(studio, tab, large, "heap_mb_400mp"))
    with Chromium([]) as browser:
        tab = studio.signed_in(browser)
        part("opening, default flags", lambda: renamed(opening(studio, tab, images), "_default"))
        part("radius 50, default flags", lambda: strokes(studio, tab, images[0], 50, "_r50_default"))
        part("radius 250, default flags", lambda: strokes(studio, tab, images[0], 250, "_r250_default"))
        if with_400mp:
            part("radius 1000, default flags", lambda: strokes(studio, tab, large, 1000, "_r1000_20k_default"))
        tab.close()
    with Chromium([]) as browser:
        part("floor without WebGL2", lambda: renamed(floor(browser), "_canvas2d"))
        tab = studio.signed_in(browser, NO_WEBGL)
        part("Canvas2D", lambda: strokes(studio, tab, images[0], 50, "_r50_canvas2d"))
        part("looks of Canvas2D", lambda: looks(tab, "_canvas2d"))
        tab.close()
        part("rivals", lambda: rivals(studio, browser, images[1]))
    worst = [found.get(f"frame_ms_max{name}") for name in ("_r50", "_r250", "_r1000_20k")]
    found["frame_ms_max"] = max((one for one in worst if one is not None), default=None)


# ---------------------------------------------------------------- what is measured


def renamed(found: dict, ending: str) -> dict:
    return {f"{name}{ending}": value for name, value in found.items()}


SPIN = "(t => { let x = 0; for (let i = 0; i < 3e7; i++) x = (x * 31 + i) | 0; return performance.now() - t + 0 * x })"
SHEET = """{
  const sheet = document.createElement('canvas')
  Object.assign(sheet, { width: 920, height: 728 })
  sheet.style.cssText = 'position:absolute;left:88px;top:44px'
  document.body.prepend(sheet)
  const gl = sheet.getContext('webgl2', { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true })
  gl.enable(gl.SCISSOR_TEST)
  addEventListener('pointermove', (event) => {
    gl.clearColor(event.clientX / 1280, event.clientY / 800, 0.5, 1)
    gl.scissor(event.clientX - 108, 772 - event.clientY - 20, 40, 40)
    gl.clear(gl.COLOR_BUFFER_BIT)
  })
}"""


def floor(browser: Chromium) -> dict:
    """An empty page under the same input: what browser and machine leave to be had.

    And the same with one canvas as large as the stage, of which 40x40 pixels change: what they leave to a page that
    shows a photo. spin_ms is a fixed loop of script, to compare the machine of one run with that of another.
    """
    tab = browser.tab()
    spins = [tab.run(f"{SPIN}(performance.now())") for _ in range(5)]
    tab.run(f"document.body.style.cssText = 'margin:0;background:#222;height:100vh'; {METER}")
    move = "window.dot=document.createElement('div');dot.style.cssText='position:absolute;width:28px;height:28px;"
    move += "background:red;will-change:transform';document.body.append(dot);addEventListener('pointermove',"
    tab.run(move + "e=>dot.style.transform=`translate(${e.clientX}px,${e.clientY}px)`)")
    gaps = gaps_of(stroke(tab, (52, 44, 956, 728), 2.0))
    found = {
        "fps_floor": rate(gaps),
        "frame_ms_max_floor": round(max(gaps), 1),
        "spin_ms": round(statistics.median(spins), 1),
    }
    if tab.run("Boolean(document.createElement('canvas').getContext('webgl2'))"):
        tab.run(SHEET)
        found["fps_floor_sheet"] = rate(gaps_of(stroke(tab, (52, 44, 956, 728), 2.0)))
    tab.close()
    return found


def opening(studio: "Studio", tab: Tab, images: list[int]) -> dict:
    """From the address to a photo that can be painted on, and from one photo to the next; medians."""
    first, following = [], []
    for _ in range(3):
        began = time.monotonic()
        tab.go(f"{studio.url}/images/{images[0]}")
        tab.wait_for(is_open(images[0]))
        first.append(time.monotonic() - began)
        # Fetching ahead waits until the photo is at rest.
        time.sleep(4)
        tab.run(
            f"""window.opened = new Promise(go => {{
              const began = performance.now()
              const look = () => {is_open(images[1])} ? go(performance.now() - began) : requestAnimationFrame(look)
              look()
            }}); 0"""
        )
        tab.key("PageDown", "PageDown")
        following.append(tab.run("opened"))
    return {"first_paint_s": round(statistics.median(first), 2), "next_photo_ms": round(statistics.median(following))}


def strokes(studio: "Studio", tab: Tab, image: int, radius: int, name: str) -> dict:
    """Strokes over the whole photo and at 1:1, or as near as the brush fits; the worse figures of the two.

    Each is drawn twice, on the photo without a mask: for its frames, and for its script with Chromium's record running,
    which takes processor time from the frames.
    """
    studio.open(tab, image, radius)
    place = stage(tab)
    views = []
    for is_near in (False, True):
        if is_near:
            if radius < 500:
                tab.key("!", "Digit1", SHIFT)
            else:
                for _ in range(5):
                    tab.key("+", "Equal")
            time.sleep(1.5)
        take_all_back(tab)
        seen = stroke(tab, place, STROKE_S, is_pressed=True)
        gaps = gaps_of(seen)
        take_all_back(tab)
        with traced(tab) as events:
            measured = stroke(tab, place, STROKE_S, is_pressed=True)
        wait_until_saved(tab)
        script = script_per_frame(events)
        # Until the pointer goes up: afterwards there is nothing to draw.
        drawn = round(seen["drawn"] / STROKE_S, 1)
        per_move = sum(script) / max(1, measured["moves"])
        views.append((rate(gaps), drawn, max(gaps), percentile(script, 95), per_move))
    fps, drawn, worst, script_ms, per_move = zip(*views, strict=True)
    return {
        f"fps{name}": min(fps),
        f"drawn_per_s{name}": min(drawn),
        f"frame_ms_max{name}": round(max(worst), 1),
        f"script_ms_p95{name}": round(max(script_ms), 2),
        f"script_ms_per_move{name}": round(statistics.mean(per_move), 2),
    }


def looks(tab: Tab, name: str) -> dict:
    """Tiles written anew when opacity, colours or what is hidden change, on the painted photo that is open."""
    time.sleep(1)
    # The first time all of the stage is drawn after a stroke, what it changed out of sight is written.
    for key, code in (("o", "KeyO"), ("o", "KeyO")):
        tab.key(key, code)
        time.sleep(0.5)
    tab.run("meter.uploads = 0")
    for key, code in (("o", "KeyO"), ("o", "KeyO"), ("q", "KeyQ"), ("q", "KeyQ")):
        tab.key(key, code)
        time.sleep(0.2)
    slider = "[...document.querySelectorAll('input[type=range]')].find(e => e.max === '1' || e.max === '100')"
    tab.run(f"{slider}?.focus()")
    for _ in range(6):
        tab.key("ArrowRight", "ArrowRight")
        time.sleep(0.05)
    tab.run(f"{CANVAS}.focus()")
    time.sleep(0.3)
    return {f"look_uploads{name}": tab.run("meter.uploads")}


def memory(studio: "Studio", tab: Tab, image: int, name: str) -> dict:
    """After a walk over the painted photo at 1:1: JavaScript's heap, its array buffers, textures and canvases."""
    studio.open(tab, image, 50)
    tab.key("!", "Digit1", SHIFT)
    place = stage(tab)
    for _ in range(4):
        drag_photo(tab, place)
    time.sleep(1.5)
    tab.run("gc()")
    heap = tab.call("Runtime.getHeapUsage")
    script = heap["usedSize"] + heap.get("embedderHeapUsedSize", 0) + heap.get("backingStorageSize", 0)
    pixels = tab.run("meter.pixels()")
    return {
        name: round((script + pixels) / 1e6, 1),
        f"{name}_script": round(script / 1e6, 1),
        f"{name}_pixels": round(pixels / 1e6, 1),
    }


def wire(studio: "Studio", tab: Tab, image: int) -> dict:
    """Thirty strokes as one paints along an insulator: bytes of each edit, and when the server had taken it."""
    studio.open(tab, image, 50)
    tab.key("!", "Digit1", SHIFT)
    time.sleep(1.5)
    tab.run("meter.forget()")
    left, top, width, height = stage(tab)
    for number in range(30):
        y = top + height * (0.08 + 0.84 * number / 30)
        path = [(left + width * (0.1 + 0.8 * i / 60), y + 20 * math.sin(i / 5)) for i in range(61)]
        tab.hand.move(*path, per_s=SAMPLES_PER_S, is_pressed=True)
        tab.hand.wait()
        time.sleep(0.25)
    wait_until_saved(tab)
    edits = tab.run("meter.edits")
    assert len(edits) >= 30, f"only {len(edits)} of 30 strokes were sent"
    return {
        "strokes": len(edits),
        "stroke_bytes_p95": round(percentile([edit["bytes"] for edit in edits], 95)),
        "ack_ms_p95": round(percentile([edit["ms"] for edit in edits], 95)),
    }


def rivals(studio: "Studio", browser: Chromium, image: int) -> dict:
    """One long stroke in three ways, with the browser's flags that are best for Canvas2D, which the rivals need."""
    path = [(700 + 30 * i, 2500 + round(1200 * math.sin(i / 12))) for i in range(120)]
    tab = browser.tab()
    tab.run(RIVALS)
    full = tab.run(f"fullCanvas(5000, 5000, 50, {json.dumps(path)})")
    rgba = tab.run(f"rleOfRgba(5000, 5000, 50, {json.dumps(path)})")
    tab.close()

    tab = studio.signed_in(browser)
    studio.open(tab, image, 50)
    tab.run("meter.forget()")
    box, view = stage(tab), tab.run(f"(b => [b.width, b.height])({CANVAS}.getBoundingClientRect())")
    scale = min(view[0], view[1]) / 5000
    corner = box[0] + (box[2] - 5000 * scale) / 2, box[1] + (box[3] - 5000 * scale) / 2
    places = [(corner[0] + x * scale, corner[1] + y * scale) for x, y in path]
    with traced(tab) as events:
        tab.hand.move(*places, per_s=60, is_pressed=True)
        time.sleep(AFTER_S)
    tab.hand.wait()
    script = script_per_frame(events)
    wait_until_saved(tab)
    (edit,) = tab.run("meter.edits")
    tab.close()
    ours = sum(script) / len(path)
    theirs = (sum(full["moves"]) + full["end"]) / len(path)
    return {
        "script_ms_per_move": round(ours, 2),
        "full_canvas_ms_per_move": round(theirs, 1),
        "full_canvas_ms_last_move": round(statistics.mean(full["moves"][-10:]), 1),
        "full_canvas_mb": round(full["kept"] / 1e6, 1),
        "full_canvas_bytes": full["bytes"],
        "rle_rgba_ms": round(rgba["ms"]),
        "rle_rgba_mb": round(rgba["kept"] / 1e6, 1),
        "rle_rgba_bytes": rgba["bytes"],
        "stroke_bytes": edit["bytes"],
        "vs_full_canvas": round(theirs / ours, 1),
        "vs_rle_rgba_bytes": round(rgba["bytes"] / edit["bytes"], 1),
    }


def ingest(studio: "Studio", photo: Path) -> dict:
    """From a photo that was sent to one that can be opened: looked at, taken, cut into its pyramid; best of two."""
    seconds = []
    for number in range(2):
        # Another photo each time: the pyramid of one that is known is there already.
        data = photo.read_bytes() + bytes([number])
        upload = studio.ask("POST", "/api/uploads/", {"name": f"again_{number}.jpg", "size": len(data)})
        studio.ask("PATCH", f"/api/uploads/{upload['id']}/?offset=0", data)
        began = time.monotonic()
        wish = {"uploads": [upload["id"]], "project_name": f"Ingest {number}", "format": "photos"}
        at = f"/api/imports/{studio.ask('POST', '/api/imports/', wish)['id']}/"
        until(lambda at=at: studio.ask("GET", at)["state"] == "ready")
        studio.ask("POST", f"{at}commit/", {})
        until(lambda at=at: studio.ask("GET", at)["state"] == "done")
        project = studio.ask("GET", at)["project"]
        image = studio.ask("GET", f"/api/projects/{project}/images/")["results"][0]["id"]
        studio.ask("GET", f"/api/images/{image}/photo/13/0_0.jpg", is_json=False)
        seconds.append(time.monotonic() - began)
    return {"ingest_s": round(min(seconds), 2)}


# ---------------------------------------------------------------- the hand


def stroke(tab: Tab, place: tuple, seconds: float, is_pressed: bool = False) -> dict:
    """Sweep over the stage four samples a frame; what the page saw until a little after."""
    left, top, width, height = place
    count = int(seconds * SAMPLES_PER_S)
    path = []
    for i in range(count):
        along = i / count
        across = 0.5 - 0.5 * math.cos(along * 6 * math.pi)
        path.append((left + width * (0.12 + 0.76 * across), top + height * (0.12 + 0.76 * along)))
    tab.hand.move(path[0], per_s=SAMPLES_PER_S)
    time.sleep(0.3)
    tab.run("meter.start()")
    tab.hand.move(*path, per_s=SAMPLES_PER_S, is_pressed=is_pressed)
    time.sleep(AFTER_S)
    seen = tab.run("meter.stop()")
    tab.hand.wait()
    return seen


def drag_photo(tab: Tab, place: tuple) -> None:
    """Move the photo by most of a stage with Space held."""
    left, top, width, height = place
    tab.call("Input.dispatchKeyEvent", type="keyDown", key=" ", code="Space")
    places = [(left + width * (0.9 - 0.01 * i), top + height * (0.9 - 0.01 * i)) for i in range(80)]
    tab.hand.move(*places, per_s=SAMPLES_PER_S, is_pressed=True)
    tab.hand.wait()
    tab.call("Input.dispatchKeyEvent", type="keyUp", key=" ", code="Space")
    time.sleep(0.3)


def stage(tab: Tab) -> tuple:
    return tuple(tab.run(f"(b => [b.x, b.y, b.width, b.height])({CANVAS}.getBoundingClientRect())"))


def take_all_back(tab: Tab) -> None:
    """Undo every stroke, those of earlier parts too: where there is paint already a stroke has nothing to draw."""
    wait_until_saved(tab)
    while tab.run("document.querySelector('[aria-label^=Undo]').disabled === false"):
        tab.key("z", "KeyZ", CONTROL)
        time.sleep(1)
        wait_until_saved(tab)
    time.sleep(2)


def is_open(image: int) -> str:
    return f"({CANVAS}?.dataset.shown === '{image}' && {CANVAS}.dataset.ready === 'true')"


def wait_until_saved(tab: Tab) -> None:
    tab.wait_for("[...document.querySelectorAll('[role=status]')].some(e => e.textContent.includes('Saved'))", 60)


# ---------------------------------------------------------------- what was seen


@contextmanager
def traced(tab: Tab) -> Iterator[list[dict]]:
    """Chromium's own record of what the page's threads did; filled when the block ends."""
    events: list[dict] = []
    done = threading.Event()
    tab.on("Tracing.dataCollected", lambda found: events.extend(found["value"]))
    tab.on("Tracing.tracingComplete", lambda _: done.set())
    kinds = ["devtools.timeline", "disabled-by-default-devtools.timeline.frame"]
    tab.call("Tracing.start", transferMode="ReportEvents", traceConfig={"includedCategories": kinds})
    try:
        yield events
    finally:
        tab.call("Tracing.end")
        done.wait(60)
        tab.quiet("Tracing.dataCollected", "Tracing.tracingComplete")


def script_per_frame(events: list[dict]) -> list[float]:
    """Milliseconds of processor time in script on the page's main thread, one sum for each frame."""
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e.get("name") == "thread_name"}
    mains = {key for key, name in names.items() if name == "CrRendererMain"}
    frames = [e for e in events if e.get("name") == "BeginMainThreadFrame" and (e["pid"], e["tid"]) in mains]
    assert frames, "the trace has no frames"
    pids = [e["pid"] for e in frames]
    page = max(set(pids), key=pids.count)
    starts = sorted(e["ts"] for e in frames if e["pid"] == page)
    sums = [0.0] * (len(starts) + 1)
    work = [
        e
        for e in events
        if e.get("ph") == "X" and e["name"] in SCRIPT_EVENTS and (e["pid"], e["tid"]) in mains and e["pid"] == page
    ]
    end, frame = 0, 0
    for event in sorted(work, key=lambda e: (e["ts"], -e.get("dur", 0))):
        if event["ts"] < end:
            continue  # Inside one that is counted already.
        end = event["ts"] + event.get("dur", 0)
        while frame < len(starts) and starts[frame] <= event["ts"]:
            frame += 1
        sums[frame] += event.get("tdur", event.get("dur", 0)) / 1000
    return sums[1:-1]


def gaps_of(measured: dict) -> list[float]:
    frames = measured["frames"]
    assert len(frames) > 2, "the page drew no frames"
    return [after - before for before, after in itertools.pairwise(frames)]


def rate(gaps: list[float]) -> float:
    return round(1000 * len(gaps) / sum(gaps), 1)


def percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share)) if values else math.nan


# ---------------------------------------------------------------- studio and photos


class Studio:
    """Server and workers on a data folder of their own."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        self.data.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self._env = os.environ | {"CATENARY_DATA": str(self.data), "PORT": str(port), "OMP_NUM_THREADS": "1"}
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def __enter__(self) -> "Studio":
        log = (self.data / "up.log").open("w")
        command = [sys.executable, "manage.py", "up"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: "/login/" in self._log() or self._process.poll() is not None, 90)
            assert self._process.poll() is None, self._log()
            self._sign_in()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def manage(self, *words: object) -> str:
        command = [sys.executable, "manage.py", *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env=self._env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_folder(self, folder: Path) -> list[int]:
        """Ids of the photos' images, in the gallery's order."""
        answer = json.loads(self.manage("import_project", folder, "--project", folder.name, "--json").splitlines()[-1])
        at = f"/api/projects/{answer['project']}"
        for name in ("Isolator", "neutral"):
            self.ask("POST", f"{at}/classes/", {"name": name})
        # Workers that prepare the photos would share the processor with what is measured.
        until(self._is_idle, 120)
        return [image["id"] for image in self.ask("GET", f"{at}/images/")["results"]]

    def _is_idle(self) -> bool:
        jobs = self.ask("GET", "/api/jobs/")["results"]
        return not any(job["status"] in ("queued", "running") for job in jobs)

    def signed_in(self, browser: Chromium, script: str = "") -> Tab:
        tab = browser.tab()
        for source in (script, METER):
            if source:
                tab.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        tab.go(self.url + self._link())
        tab.wait_for("document.querySelector('h1')?.textContent === 'Projects'", 60)
        return tab

    def open(self, tab: Tab, image: int, radius: int) -> None:
        """Open a photo with a brush of this radius, and let it come to rest."""
        tab.run(f"localStorage.setItem('catenary-painter', JSON.stringify({{size: {2 * radius}, opacity: 0.45}}))")
        tab.go(f"{self.url}/images/{image}")
        time.sleep(0.3)
        tab.wait_for(is_open(image), 60)
        time.sleep(2)

    def ask(self, method: str, path: str, body: dict | bytes | None = None, is_json: bool = True) -> dict:
        """One request as the pages make it."""
        is_binary = isinstance(body, bytes)
        data = body if is_binary or body is None else json.dumps(body).encode()
        kind = "application/octet-stream" if is_binary else "application/json"
        headers = {"Content-Type": kind, "X-CSRFToken": self._csrf(), "Referer": self.url, "Origin": self.url}
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        with self._opener.open(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if is_json and text else {}

    def _csrf(self) -> str:
        return next((cookie.value or "" for cookie in self._cookies if "csrf" in cookie.name), "")

    def _link(self) -> str:
        return re.search(r"/login/\S+", self.manage("login_link"))[0]

    def _log(self) -> str:
        return (self.data / "up.log").read_text()

    def _sign_in(self) -> None:
        self.ask("GET", "/api/session/")
        self.ask("POST", "/api/session/link/", {"token": self._link().removeprefix("/login/")})


def draw_photos(folder: Path, with_400mp: bool) -> None:
    """Two drawn photos of 5000x5000, and one of 20000x20000 that is the first one enlarged."""
    photos = folder / "photos"
    photos.mkdir()
    for number in (1, 2):
        photo = scenes.scene(number).photo
        cv2.imwrite(str(photos / f"line_0{number}.jpg"), cv2.cvtColor(photo, cv2.COLOR_RGB2BGR))
    if with_400mp:
        (folder / "large").mkdir()
        small = pyvips.Image.new_from_file(str(photos / "line_01.jpg"))
        small.resize(4, kernel="linear").jpegsave(str(folder / "large" / "large.jpg"), Q=80)


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened within {seconds:.0f} s")
        time.sleep(0.01)


def show(found: dict) -> None:
    print(f"Painting at 1280x800, {os.cpu_count()} cores, {Path(program()).name}")
    print(f"flags of WebGL2: {' '.join(SWIFTSHADER)}\n")
    for name in NAMES:
        print(f"  {name:<28}{'not measured' if found[name] is None else found[name]:>14}")
    print()
    for name, value in found.items():
        if name not in NAMES and name != "problems":
            print(f"  {name:<28}{value:>14}")
    for problem in found["problems"]:
        print(f"\n  {problem}")


if __name__ == "__main__":
    main()
