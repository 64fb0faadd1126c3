"""What the journeys do again and again, in the words of a person."""

import io
import re
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import PIL.Image
from playwright.sync_api import Locator, Page, expect

TILE = 256
Value = TypeVar("Value")


def open_annotator(page: Page, image: int) -> Locator:
    """Go to a photo and wait until it can be painted on; returns the painting surface."""
    page.goto(f"/images/{image}")
    surface = page.get_by_role("application", name="Annotation canvas")
    expect(surface).to_have_attribute("data-ready", "true")
    return surface


def drag(page: Page, surface: Locator, *points: tuple[float, float]) -> None:
    """Draw through points given as shares of the surface's width and height."""
    box = surface.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def wait_until_saved(page: Page) -> None:
    # What was done last may still be on its way into the mask: until then the bar tells of what was saved before.
    page.evaluate("() => new Promise((go) => { requestAnimationFrame(() => setTimeout(go)); setTimeout(go, 2000) })")
    page.wait_for_timeout(250)
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def class_plane(page: Page, image: int) -> np.ndarray:
    """The mask as the server has it: H×W uint8, padded to whole tiles."""
    info = page.request.get(f"/api/images/{image}/", max_retries=2).json()
    body = page.request.get(f"/api/images/{image}/tiles/?plane=class", max_retries=2).body()
    across, down = -(-info["width"] // TILE), -(-info["height"] // TILE)
    plane = np.zeros((down * TILE, across * TILE), np.uint8)
    _, count = struct.unpack_from("<II", body)
    at = 8
    for _ in range(count):
        x, y, _, length = struct.unpack_from("<IIII", body, at)
        data = body[at + 16 : at + 16 + length]
        flat = data * (TILE * TILE) if length == 1 else zlib.decompress(data, -15)
        tile = np.frombuffer(flat, np.uint8).reshape(TILE, TILE)
        plane[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE] = tile
        at += 16 + length
    return plane


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Wait for what only looking again can tell; fails with `what` should have come."""
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"after 15 s it was still not so that {what}")


def at_rest(page: Page, read: Callable[[], Value], seconds: float = 0.7) -> Value:
    """What is read once it has stayed the same for a while: until then it moves, or is told a moment later."""
    value, since = read(), time.monotonic()
    while time.monotonic() - since < seconds:
        page.wait_for_timeout(100)
        if (now := read()) != value:
            value, since = now, time.monotonic()
    return value


def zoom_of(page: Page) -> float:
    """What the bar below says of the zoom, in percent."""
    return float(re.search(r"([\d.]+) %", page.locator("footer").inner_text()).group(1))


def screenshot(page: Page) -> np.ndarray:
    """What is drawn in the window: H×W×3, 0..255."""
    return np.asarray(PIL.Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)


def images_of(page: Page, project: int) -> list[dict]:
    return page.request.get(f"/api/projects/{project}/images/?page_size=500").json()["results"]


def project_named(page: Page, name: str) -> dict:
    found = page.request.get(f"/api/projects/?search={name}").json()["results"]
    return next(project for project in found if project["name"] == name)


AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def check_accessibility(page: Page) -> None:
    """Hold what is shown now against WCAG 2.2, levels A and AA; fails with a sentence for every breach."""
    # Half faded in, nothing has the contrast it will have; what was opened just now begins to fade in a frame later.
    page.evaluate(
        """() => Promise.race([new Promise((go) => setTimeout(go, 5000)), (async () => {
            for (let frame = 0; frame < 4; frame++) {
                await new Promise(requestAnimationFrame)
                await Promise.allSettled(document.getAnimations()
                    .filter(one => one.effect.getTiming().iterations !== Infinity).map(one => one.finished))
            }
        })()])"""
    )
    page.evaluate(AXE.read_text())
    # The size of targets is the one rule of WCAG 2.2 that axe leaves out unless it is asked for.
    options = {"runOnly": WCAG, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    found = page.evaluate("options => axe.run(document, options)", options)
    breaches = [
        f"{breach['help']} ({breach['id']}): {node['html'][:200]}\n  {node['failureSummary']}"
        for breach in found["violations"]
        for node in breach["nodes"]
    ]
    assert not breaches, f"{page.url}\n" + "\n".join(breaches)


def headers_of(page: Page) -> dict[str, str]:
    """What a change needs beside the cookies of a page's browser."""
    return {"X-CSRFToken": page.request.get("/api/session/").json()["csrf"], "Referer": page.url}


def add_member(owner: Page, project: int, name: str, role: str) -> None:
    """Make somebody a member of a project, and first a person of the studio where there is none of that name."""
    headers = headers_of(owner)
    people = owner.request.get("/api/users/").json()
    known = next((person for person in people if person["name"] == name), None)
    if known is None:
        known = owner.request.post("/api/users/", data={"name": name}, headers=headers).json()["user"]
    member = {"user": known["id"], "role": role}
    owner.request.post(f"/api/projects/{project}/members/", data=member, headers=headers)
