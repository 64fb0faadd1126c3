"""Whatever breaks while somebody paints: nothing acknowledged is lost, and what cannot be kept is said."""

import contextlib
import os
import signal

import numpy as np
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from tests import scenes
from tests.journeys.pages import class_plane, drag, headers_of, images_of, open_annotator, wait_until_saved


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("faulty") / "lines", 1, 700, 500)
    return studio.import_folder(folder, "To break")


@pytest.fixture
def image(page: Page, project) -> int:
    return images_of(page, project)[0]["id"]


@pytest.fixture
def page(sign_in) -> Page:
    return sign_in()


def edits_of(page: Page, image: int) -> int:
    return page.request.get(f"/api/images/{image}/").json()["seq"]


def brush(page: Page, size: str = "Home", class_key: str = "1") -> None:
    """A brush of a few pixels, so that no stroke covers another test's whole photo."""
    page.keyboard.press("b")
    page.keyboard.press(class_key)
    page.get_by_role("slider", name="Brush size").focus()
    page.keyboard.press(size)
    for _ in range(300):
        page.keyboard.press("ArrowRight")
    page.get_by_role("application", name="Annotation canvas").focus()


def pixels_between(before: np.ndarray, after: np.ndarray) -> int:
    return int((before != after).sum())


def test_going_offline_in_mid_stroke_keeps_the_whole_stroke(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    box = surface.bounding_box()
    place = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])

    page.mouse.move(*place(0.3, 0.1))
    page.mouse.down()
    page.mouse.move(*place(0.45, 0.1), steps=5)
    page.context.set_offline(True)
    page.mouse.move(*place(0.6, 0.1), steps=5)
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    page.context.set_offline(False)

    wait_until_saved(page)
    changed = np.flatnonzero((class_plane(page, image) != before).any(axis=0))
    assert changed.size and changed[-1] - changed[0] > 100


def test_an_answer_that_was_lost_does_not_save_a_stroke_twice(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    seq = edits_of(page, image)
    lost = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/edits/", lose_the_answer)
    drag(page, surface, (0.3, 0.15), (0.6, 0.15))
    page.wait_for_timeout(1500)
    wait_until_saved(page)

    assert lost == [200]
    assert edits_of(page, image) == seq + 1


def test_a_server_that_fails_for_a_while_gets_the_stroke_later(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    failures = []

    def fail(route: Route) -> None:
        if route.request.method == "POST" and len(failures) < 2:
            failures.append(1)
            route.fulfill(status=500, json={"problem": "Made to fail.", "at": ""})
        else:
            route.continue_()

    page.route("**/edits/", fail)
    drag(page, surface, (0.3, 0.2), (0.6, 0.2))

    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    wait_until_saved(page)
    assert len(failures) == 2
    assert pixels_between(before, class_plane(page, image)) > 0


def test_a_stroke_that_is_too_large_is_refused_aloud_and_the_next_one_is_kept(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    refused = []

    def refuse(route: Route) -> None:
        if route.request.method == "POST" and not refused:
            refused.append(1)
            route.fulfill(status=413, json={"problem": "This edit is larger than the studio takes.", "at": ""})
        else:
            route.continue_()

    page.route("**/edits/", refuse)
    drag(page, surface, (0.3, 0.25), (0.6, 0.25))
    expect(page.get_by_text("This edit is larger than the studio takes.")).to_be_visible()
    wait_until_saved(page)
    assert pixels_between(before, class_plane(page, image)) == 0

    drag(page, surface, (0.3, 0.3), (0.6, 0.3))
    wait_until_saved(page)
    assert pixels_between(before, class_plane(page, image)) > 0


def test_strokes_outlive_a_killed_server(studio, page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)

    for process in studio.processes("uvicorn"):
        os.kill(process, signal.SIGKILL)
    drag(page, surface, (0.3, 0.35), (0.6, 0.35))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()

    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible(timeout=60_000)
    assert pixels_between(before, class_plane(page, image)) > 0


def test_strokes_of_a_crashed_tab_come_back_with_the_next_one(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    page.route("**/edits/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    drag(page, surface, (0.3, 0.4), (0.6, 0.4))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    again = page.context.new_page()

    with contextlib.suppress(PlaywrightError):
        page.goto("chrome://crash", timeout=5000)
    open_annotator(again, image)
    wait_until_saved(again)

    assert pixels_between(before, class_plane(again, image)) > 0


def test_a_class_deleted_by_somebody_else_meanwhile_takes_no_stroke_with_it(sign_in, project):
    page, owner = sign_in(), sign_in()
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    brush(page, class_key="n")
    before = class_plane(page, image)
    classes = owner.request.get(f"/api/projects/{project}/classes/").json()
    neutral = next(one for one in classes if one["name"] == "neutral")
    headers = headers_of(owner)

    assert owner.request.delete(f"/api/classes/{neutral['id']}/", headers=headers).ok
    drag(page, surface, (0.3, 0.45), (0.6, 0.45))
    wait_until_saved(page)

    # Unseen, not gone: it comes back with its class.
    painted = class_plane(page, image)
    assert ((painted == neutral["index"]) & (before != neutral["index"])).any()
    assert owner.request.post(f"/api/classes/{neutral['id']}/restore/", headers=headers).ok
    np.testing.assert_array_equal(class_plane(page, image), painted)


LOSE_CONTEXTS = """document.querySelectorAll('canvas').forEach((canvas) => {
  canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
})"""


def test_painting_goes_on_after_the_graphics_context_was_lost(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)

    page.evaluate(LOSE_CONTEXTS)
    drag(page, surface, (0.3, 0.5), (0.6, 0.5))
    page.wait_for_timeout(2500)
    drag(page, surface, (0.3, 0.55), (0.6, 0.55))
    wait_until_saved(page)

    rows = np.flatnonzero((class_plane(page, image) != before).any(axis=1))
    assert rows.size and rows[-1] - rows[0] > 10
    assert is_painted_on_screen(page, surface, 0.45, 0.55)


def test_a_browser_without_webgl2_paints_and_shows_it(page: Page, image):
    page.add_init_script(
        """const original = HTMLCanvasElement.prototype.getContext
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return kind === 'webgl2' || kind === 'webgl' ? null : original.call(this, kind, ...rest)
        }"""
    )
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)

    drag(page, surface, (0.3, 0.6), (0.6, 0.6))
    wait_until_saved(page)

    assert pixels_between(before, class_plane(page, image)) > 0
    assert is_painted_on_screen(page, surface, 0.45, 0.6)


def is_painted_on_screen(page: Page, surface, x: float, y: float) -> bool:
    """Whether hiding the mask changes what is seen at a place."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    shown = surface.screenshot()
    page.keyboard.press("o")
    page.wait_for_timeout(300)
    hidden = surface.screenshot()
    page.keyboard.press("o")
    return pixel(shown, x, y) != pixel(hidden, x, y)


def pixel(png: bytes, x: float, y: float) -> tuple[int, ...]:
    import cv2

    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    return tuple(picture[round(y * height), round(x * width)].tolist())
