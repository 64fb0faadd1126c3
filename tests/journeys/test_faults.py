"""Whatever breaks while somebody paints: nothing acknowledged is lost, and what cannot be kept is said."""

import contextlib
import os
import signal

import numpy as np
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from tests import scenes
from tests.journeys.pages import (
    check_accessibility,
    class_plane,
    drag,
    headers_of,
    images_of,
    open_annotator,
    wait_until_saved,
)


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


def test_a_photo_whose_server_was_away_opens_when_it_is_back(page: Page, image):
    nobody = lambda route: route.abort()
    page.route(f"**/api/images/{image}/", nobody)
    page.goto(f"/images/{image}")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer", timeout=15_000)

    page.unroute(f"**/api/images/{image}/", nobody)

    expect(page.get_by_role("application", name="Annotation canvas")).to_be_visible(timeout=15_000)


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


def test_a_stroke_that_a_proxy_finds_too_large_is_sent_in_pieces_and_undone_as_one(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before, seq = class_plane(page, image), edits_of(page, image)
    answers = []
    page.on("response", lambda response: answers.append(response.status) if "/edits/" in response.url else None)

    def let_little_through(route: Route) -> None:
        if len(route.request.post_data_buffer or b"") > 1100:
            route.fulfill(status=413, content_type="text/html", body="<h1>413 Request Entity Too Large</h1>")
        else:
            route.continue_()

    page.route("**/edits/**", let_little_through)
    # Over several tiles and to and fro, so that it is more than a kilobyte.
    drag(page, surface, (0.3, 0.25), (0.7, 0.3), (0.3, 0.6), (0.7, 0.7), (0.35, 0.28))
    wait_until_saved(page)

    assert 413 in answers
    assert 202 in answers
    assert edits_of(page, image) == seq + 1
    assert pixels_between(before, class_plane(page, image)) > 0
    page.get_by_role("button", name="Undo").click()
    wait_until_saved(page)
    np.testing.assert_array_equal(class_plane(page, image), before)


class Refusal:
    """Answers every edit of a page with a status for as long as it holds."""

    def __init__(self, page: Page, status: int = 400):
        self.holds, self.status = True, status
        page.route("**/edits/", self.answer)

    def answer(self, route: Route) -> None:
        if self.holds and route.request.method == "POST":
            route.fulfill(status=self.status, json={"problem": "The studio does not take this one.", "at": ""})
        else:
            route.continue_()


def test_a_stroke_that_is_refused_waits_until_the_person_decides(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    refusal = Refusal(page)
    drag(page, surface, (0.3, 0.25), (0.6, 0.25))
    waits = page.get_by_role("button", name="1 not taken")
    expect(waits).to_be_visible()
    refusal.holds = False

    drag(page, surface, (0.3, 0.3), (0.6, 0.3))
    wait_until_saved(page)
    without = class_plane(page, image)
    page.reload()
    open_annotator(page, image)
    waits.click()
    expect(page.get_by_role("dialog")).to_contain_text("The studio does not take this one.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    page.get_by_role("button", name="Try again").click()
    expect(waits).to_have_count(0)
    wait_until_saved(page)

    assert download.value.suggested_filename.endswith(".strokes.json")
    assert pixels_between(before, without) > 0
    assert pixels_between(without, class_plane(page, image)) > 0


def test_a_stroke_that_is_refused_is_gone_once_it_is_discarded(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    Refusal(page)
    drag(page, surface, (0.3, 0.65), (0.6, 0.65))
    waits = page.get_by_role("button", name="1 not taken")
    waits.click()
    check_accessibility(page)

    page.get_by_role("button", name="Discard").click()
    expect(waits).to_have_count(0)
    page.reload()
    open_annotator(page, image)

    expect(waits).to_have_count(0)
    np.testing.assert_array_equal(class_plane(page, image), before)


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


def test_strokes_of_a_crashed_tab_are_sent_once_from_whatever_page_is_opened_next(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)
    page.route("**/edits/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    drag(page, surface, (0.3, 0.7), (0.6, 0.7))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    first, second = page.context.new_page(), page.context.new_page()
    with contextlib.suppress(PlaywrightError):
        page.goto("chrome://crash", timeout=5000)
    sent = []
    page.context.on("request", lambda request: sent.append(request) if request.method == "POST" else None)

    first.goto("/projects")
    second.goto("/projects")

    told = "1 stroke that had waited in this browser was saved"
    for _ in range(150):
        if any(tab.get_by_text(told).count() for tab in (first, second)):
            break
        first.wait_for_timeout(100)
    # The slower of the two looks as well, and finds nothing.
    second.wait_for_timeout(1500)
    assert [request.url.endswith("/edits/") for request in sent] == [True]
    assert pixels_between(before, class_plane(first, image)) > 0


def test_leaving_with_unsent_strokes_asks_and_sends_what_fits(page: Page, image):
    surface = open_annotator(page, image)
    brush(page)
    seq = edits_of(page, image)
    Refusal(page, 500)
    drag(page, surface, (0.3, 0.75), (0.6, 0.75))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    # What a page sends while it closes would find nobody to route it.
    page.unroute("**/edits/")
    page.goto("about:blank")

    assert asked == ["beforeunload"]
    for _ in range(100):
        if edits_of(page, image) > seq:
            break
        page.wait_for_timeout(100)
    assert edits_of(page, image) == seq + 1


FULL_DISK = """const put = IDBObjectStore.prototype.put
IDBObjectStore.prototype.put = function (...words) {
  if (this.name === 'strokes') throw new DOMException('full', 'QuotaExceededError')
  return put.apply(this, words)
}"""


def test_a_browser_that_keeps_no_strokes_says_so_and_saves_them(page: Page, image):
    page.add_init_script(FULL_DISK)
    surface = open_annotator(page, image)
    brush(page)
    before = class_plane(page, image)

    drag(page, surface, (0.3, 0.8), (0.6, 0.8))
    expect(page.get_by_text("Not kept in this browser")).to_be_visible()
    wait_until_saved(page)

    assert pixels_between(before, class_plane(page, image)) > 0


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
