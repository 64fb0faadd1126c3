"""Looking around on a photo: walking it, measuring, picking, one's own keys, and all of it without a mouse."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import (
    at_rest,
    class_plane,
    drag,
    images_of,
    open_annotator,
    screenshot,
    until,
    wait_until_saved,
    zoom_of,
)


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("viewed") / "lines", 1, 2400, 1800)
    return studio.import_folder(folder, "To look at")


@pytest.fixture
def page(sign_in) -> Page:
    return sign_in()


@pytest.fixture
def image(page: Page, project) -> int:
    return images_of(page, project)[0]["id"]


def seen_percent(page: Page) -> int:
    return int(re.match(r"\d+", page.get_by_text("looked at").inner_text()).group())


def test_a_photo_is_walked_window_by_window_until_all_of_it_was_seen(page: Page, image):
    open_annotator(page, image)
    assert seen_percent(page) < 100

    page.keyboard.press("k")
    expect(page.get_by_text(re.compile(r"Window 1 of \d+"))).to_be_visible()
    count = int(page.get_by_text(re.compile(r"Window 1 of \d+")).inner_text().split()[-1])
    for number in range(2, count + 1):
        page.wait_for_timeout(900)
        page.keyboard.press("k")
        expect(page.get_by_text(f"Window {number} of {count}")).to_be_visible()

    expect(page.get_by_text("100 % looked at")).to_be_visible()
    page.keyboard.press("Shift+K")
    expect(page.get_by_text(f"Window {count - 1} of {count}")).to_be_visible()
    page.reload()
    open_annotator(page, image)
    expect(page.get_by_text("100 % looked at")).to_be_visible()


def test_a_photo_at_rest_is_drawn_on_no_more_than_itself_and_looks_the_same(page: Page, image):
    surface = open_annotator(page, image)
    for _ in range(3):
        page.keyboard.press("-")
    at_rest(page, lambda: zoom_of(page))
    sheet = page.locator("canvas[data-layer=mask]")

    def share() -> float:
        inner, outer = sheet.bounding_box(), surface.bounding_box()
        return inner["width"] * inner["height"] / (outer["width"] * outer["height"])

    until(page, lambda: share() < 0.5, "the canvas is cut to the photo")
    cut = screenshot(page)
    # To the side and back: the canvas is the stage again for a while, and the photo where it was.
    sheet.evaluate(
        """canvas => new MutationObserver(() => (window.wasWhole ||= canvas.style.width === '100%'))
            .observe(canvas, { attributes: true })"""
    )
    page.keyboard.down("Space")
    box = surface.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y)
    until(page, lambda: page.evaluate("window.wasWhole === true"), "the canvas is the whole stage")
    page.mouse.move(x, y)
    page.wait_for_timeout(50)
    whole = screenshot(page)
    page.mouse.up()
    page.keyboard.up("Space")

    left, top = int(box["x"]) + 4, int(box["y"]) + 4
    seen = np.abs(cut - whole)[top : top + 500, left : left + 600]
    assert (seen.max(axis=-1) > 3).mean() < 0.001


@pytest.mark.parametrize("shape", ["Round", "Square"])
def test_a_large_brush_is_seen_where_it_would_paint_beside_the_photo_too(page: Page, image, shape):
    surface = open_annotator(page, image)
    page.get_by_text(shape, exact=True).click()
    page.get_by_role("slider", name="Brush size").focus()
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("-")
    at_rest(page, lambda: zoom_of(page))
    box = surface.bounding_box()
    without = screenshot(page)
    radius = 1000 * zoom_of(page) / 100
    assert radius > 120

    def shown_at(x: float, y: float) -> np.ndarray:
        """Rows and columns of what the cursor changed, from its middle."""
        page.mouse.move(x - 30, y - 10)
        page.mouse.move(x, y)
        page.wait_for_timeout(300)
        changed = np.abs(screenshot(page) - without).max(axis=-1) > 40
        changed[:, : int(box["x"])] = changed[:, int(box["x"] + box["width"]) :] = False
        changed[int(box["y"] + box["height"]) :] = False
        return np.argwhere(changed) + 0.5 - [y, x]

    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in ((0, 0), (-180, -120)):
        down, right = np.abs(shown_at(x + dx, y + dy)).T
        far = np.hypot(down, right) if shape == "Round" else np.maximum(down, right)
        assert len(far) > 300
        assert abs(far - radius).max() < 5
    page.mouse.move(x + 2, 5)
    at_rest(page, lambda: surface.locator("canvas[data-layer=mask]").bounding_box())
    assert np.abs(screenshot(page) - without)[60:, int(box["x"]) :][: int(box["height"]) - 80].max() < 3


def test_a_line_is_measured_in_pixels_of_the_photo(page: Page, image):
    surface = open_annotator(page, image)
    page.keyboard.press("m")
    drag(page, surface, (0.3, 0.5), (0.5, 0.5))

    text = at_rest(page, page.locator("[data-ruler]").text_content)
    length = float(text.split(" px")[0].replace(",", ""))
    assert abs(length - 0.2 * surface.bounding_box()["width"] / (zoom_of(page) / 100)) < 12
    page.keyboard.press("Escape")
    expect(page.locator("[data-ruler]")).to_have_count(0)


def place_of(page: Page, image: int, surface: Locator, value: int) -> tuple[float, float]:
    """Somewhere in the window a class is painted, in the middle of a patch of it; the whole photo is in sight."""
    info = page.request.get(f"/api/images/{image}/").json()
    plane = class_plane(page, image)[: info["height"], : info["width"]]
    inside = plane == value
    for shift in (1, 2, 3):
        for axis in (0, 1):
            inside &= (np.roll(plane, shift, axis) == value) & (np.roll(plane, -shift, axis) == value)
    y, x = np.argwhere(inside)[len(np.argwhere(inside)) // 2]
    box = surface.bounding_box()
    scale = min(box["width"] / info["width"], box["height"] / info["height"])
    left = box["x"] + (box["width"] - info["width"] * scale) / 2
    top = box["y"] + (box["height"] - info["height"] * scale) / 2
    return left + (x + 0.5) * scale, top + (y + 0.5) * scale


def test_the_class_under_the_pointer_is_picked(page: Page, image):
    surface = open_annotator(page, image)
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="neutral")).to_be_checked()

    page.mouse.move(*place_of(page, image, surface, 1))
    page.keyboard.press("i")

    expect(page.get_by_role("radio", name="Isolator")).to_be_checked()


def test_one_class_alone_and_a_grid_are_a_key_away(page: Page, image):
    open_annotator(page, image)

    page.keyboard.press("q")
    expect(page.get_by_role("checkbox", name=re.compile("Only the chosen class"))).to_be_checked()
    page.keyboard.press("Shift+G")
    expect(page.locator("[data-grid]").first).to_be_attached()
    page.keyboard.press("Shift+G")
    expect(page.locator("[data-grid]")).to_have_count(0)


def test_a_key_of_ones_own_works_at_once_and_after_a_reload(page: Page, image):
    open_annotator(page, image)
    page.keyboard.press("?")
    page.get_by_role("button", name="Change the key of Eraser").click()
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Change the key of Eraser")).to_contain_text("U")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Eraser", exact=True)).to_have_attribute("aria-pressed", "true")
    page.reload()
    open_annotator(page, image)
    page.keyboard.press("b")
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Eraser", exact=True)).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("?")
    page.get_by_role("button", name="All keys as they came").click()
    expect(page.get_by_role("button", name="Change the key of Eraser")).to_contain_text("E")


def test_a_stroke_is_painted_with_the_keyboard_alone(page: Page, image):
    surface = open_annotator(page, image)
    before = class_plane(page, image)
    surface.focus()

    page.keyboard.press("n")
    page.keyboard.press("d")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("d")
    wait_until_saved(page)
    columns = np.flatnonzero((class_plane(page, image) != before).any(axis=0))
    assert columns[-1] - columns[0] > 300

    page.keyboard.press("Control+z")
    wait_until_saved(page)
    np.testing.assert_array_equal(class_plane(page, image), before)


def test_alt_and_the_right_button_stretch_the_brush(page: Page, image):
    surface = open_annotator(page, image)
    box = surface.bounding_box()
    slider = page.get_by_role("slider", name="Brush size")

    def size() -> int:
        return int(slider.get_attribute("aria-valuetext").split()[0])

    before = size()

    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.keyboard.down("Alt")
    page.mouse.down(button="right")
    page.mouse.move(box["x"] + 360, box["y"] + 300, steps=6)
    page.mouse.up(button="right")
    page.keyboard.up("Alt")

    until(page, lambda: size() > before, "the brush is larger")


def test_one_finger_pans_two_zoom_and_no_finger_paints(sign_in, project):
    page = sign_in(has_touch=True)
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    before = class_plane(page, image)
    page.keyboard.press("b")
    for _ in range(3):
        page.keyboard.press("+")
    at_rest(page, lambda: zoom_of(page))
    box = surface.bounding_box()
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 400, box["y"] + 300

    def send(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": place[0], "y": place[1], "id": number} for number, place in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    shown = surface.screenshot()
    send("touchStart", (x, y))
    for step in range(1, 8):
        send("touchMove", (x + 15 * step, y + 6 * step))
    send("touchEnd")
    until(page, lambda: surface.screenshot() != shown, "another part of the photo is in sight")

    near = at_rest(page, lambda: zoom_of(page))
    send("touchStart", (x - 40, y), (x + 40, y))
    for step in range(1, 9):
        send("touchMove", (x - 40 - 10 * step, y), (x + 40 + 10 * step, y))
    send("touchEnd")
    until(page, lambda: zoom_of(page) > near * 1.5, "the photo has come nearer")
    np.testing.assert_array_equal(class_plane(page, image), before)
