"""Seeing a photo: alone, in another light, with one class of its mask, on the whole screen, without motion."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.formats import supervisely
from annotator.formats.records import ClassRecord, ImageRecord, ObjectRecord, ProjectRecord
from tests.journeys.pages import drag, images_of, open_annotator, screenshot, until

WIDTH, HEIGHT = 2400, 1800
DARK, LIGHT = 60, 150
# Places in the photo and how grey it is there; the first two lie on a mask of that class.
PLACES = {"Isolator": (600, 600), "neutral": (1800, 600), "dark": (600, 1500), "light": (1600, 1500)}
GREYS = {"Isolator": DARK, "neutral": LIGHT, "dark": DARK, "light": LIGHT}


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """A photo that is dark on the left and light on the right, with an isolator and a neutral spot."""
    folder = tmp_path_factory.mktemp("seen")
    photo = np.full((HEIGHT, WIDTH, 3), DARK, np.uint8)
    photo[:, WIDTH // 2 :] = LIGHT
    assert cv2.imwrite(str(folder / "halves.png"), photo)
    objects = [spot("Isolator"), spot("neutral")]
    images = [ImageRecord("seen", "halves.png", folder / "halves.png", WIDTH, HEIGHT, objects=lambda: objects)]
    classes = [ClassRecord("Isolator", "#F5A623", key="1"), ClassRecord("neutral", "#1133CC", key="n")]
    supervisely.write(ProjectRecord(classes, images), folder / "project")
    return studio.import_folder(folder / "project", "To see")


def spot(name: str) -> ObjectRecord:
    x, y = PLACES[name]
    return ObjectRecord(name, (x - 200, y - 200), np.ones((400, 400), bool))


@dataclass
class View:
    """A photo in the window, all of it in sight."""

    page: Page
    left: float
    top: float
    scale: float

    def colours(self) -> dict[str, np.ndarray]:
        """What is drawn at the places: RGB on average, since a pattern has two colours."""
        seen = screenshot(self.page)
        return {name: self.patch(seen, *place).mean(axis=(0, 1)) for name, place in PLACES.items()}

    def patch(self, seen: np.ndarray, x: int, y: int) -> np.ndarray:
        column, row = round(self.left + x * self.scale), round(self.top + y * self.scale)
        return seen[row - 20 : row + 20, column - 20 : column + 20]

    def masked(self) -> set[str]:
        """Where something lies over the grey of the photo."""
        return {name for name, colour in self.colours().items() if np.abs(colour - GREYS[name]).max() > 4}

    def greys(self) -> tuple[float, float]:
        """The dark half of the photo and the light one."""
        seen = self.colours()
        return seen["dark"].mean(), seen["light"].mean()


def look(page: Page, project: int) -> View:
    surface = open_annotator(page, images_of(page, project)[0]["id"])
    box = surface.bounding_box()
    scale = min(box["width"] / WIDTH, box["height"] / HEIGHT)
    left = box["x"] + (box["width"] - WIDTH * scale) / 2
    view = View(page, left, box["y"] + (box["height"] - HEIGHT * scale) / 2, scale)
    until(page, lambda: view.masked() == {"Isolator", "neutral"}, "photo and mask are drawn")
    return view


@pytest.fixture(scope="module")
def page(sign_in_once) -> Page:
    return sign_in_once()


@pytest.fixture
def view(page: Page, project) -> View:
    return look(page, project)


def hint(page: Page, text: str) -> Locator:
    return page.locator("footer").get_by_text(text)


def test_the_photo_alone_is_seen_while_a_key_is_held(view: View):
    page = view.page
    page.keyboard.down("Tab")
    until(page, lambda: not view.masked(), "the mask is gone")
    expect(hint(page, "the photo alone, without the mask")).to_be_visible()

    page.keyboard.up("Tab")

    until(page, lambda: view.masked() == {"Isolator", "neutral"}, "the mask is there again")
    expect(hint(page, "the photo alone")).to_have_count(0)


def test_what_other_held_keys_do_is_said_while_they_are_held(view: View):
    for key, does in (("Space", "drag moves the photo"), ("w", "who painted it, when, and with what")):
        view.page.keyboard.down(key)
        expect(hint(view.page, does)).to_be_visible()
        view.page.keyboard.up(key)
        expect(hint(view.page, does)).to_have_count(0)


def test_only_the_chosen_class_is_drawn(view: View):
    view.page.keyboard.press("q")
    until(view.page, lambda: view.masked() == {"Isolator"}, "the isolator alone is drawn")

    view.page.keyboard.press("n")
    until(view.page, lambda: view.masked() == {"neutral"}, "neutral alone is drawn")


def test_brightness_contrast_and_gamma_change_what_is_drawn(view: View):
    page = view.page
    as_it_is = page.get_by_role("button", name="Photo as it is")

    def slide(name: str, percent: int) -> None:
        page.get_by_role("slider", name=name).fill(str(percent))

    slide("Brightness", 150)
    until(
        page,
        lambda: np.abs(np.subtract(view.greys(), (1.5 * DARK, 1.5 * LIGHT))).max() < 4,
        "it is half as bright again",
    )

    as_it_is.click()
    slide("Contrast", 50)
    until(page, lambda: abs(np.ptp(view.greys()) - (LIGHT - DARK) / 2) < 4, "dark and light are half as far apart")

    as_it_is.click()
    slide("Gamma", 200)
    lifted = [255 * (grey / 255) ** 0.5 for grey in (DARK, LIGHT)]
    until(page, lambda: np.abs(np.subtract(view.greys(), lifted)).max() < 4, "what is dark is lifted")

    as_it_is.click()
    until(page, lambda: view.masked() == {"Isolator", "neutral"}, "the photo is as it was")


def fills_the_screen(page: Page) -> bool:
    return page.evaluate("document.fullscreenElement !== null")


def test_the_whole_screen_is_a_key_away_and_one_paints_there(view: View):
    page = view.page
    page.keyboard.press("f")
    until(page, lambda: fills_the_screen(page), "the page fills the screen")

    drag(page, page.get_by_role("application", name="Annotation canvas"), (0.4, 0.9), (0.5, 0.9))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()

    page.keyboard.press("f")
    until(page, lambda: not fills_the_screen(page), "the page is back in its window")


def shaded(page: Page) -> np.ndarray:
    """What the minimap shades: rows × columns of its grid, as yes or no."""
    rows = page.evaluate(
        """() => {
            const sheet = document.querySelector('[data-layer=seen]')
            const { data } = sheet.getContext('2d').getImageData(0, 0, sheet.width, sheet.height)
            return Array.from({ length: sheet.height }, (_, y) =>
                Array.from({ length: sheet.width }, (_, x) => data[4 * (y * sheet.width + x) + 3] > 0))
        }"""
    )
    return np.array(rows)


def test_the_minimap_shades_what_was_looked_at_closely(view: View):
    page = view.page
    expect(page.locator("[data-layer=seen]")).to_be_attached()
    # All of it is in sight, with fewer than half of its pixels.
    assert view.scale < 0.5
    assert not shaded(page).any()

    page.keyboard.press("Shift+1")
    until(page, lambda: bool(shaded(page).any()), "something is shaded")

    grid = shaded(page)
    rows, columns = grid.shape
    assert grid[rows // 2, columns // 2]
    assert not grid[0].any()
    assert not grid[:, 0].any()


def test_a_stroke_drawn_in_parts_looks_as_it_does_drawn_at_once(view: View):
    page = view.page
    surface = page.get_by_role("application", name="Annotation canvas")
    page.keyboard.press("1")
    for _ in range(8):
        page.keyboard.press("Shift+]")
    page.keyboard.press("Shift+Digit1")
    page.wait_for_timeout(800)  # the photo comes to rest at 1:1
    box = surface.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    for x, y in ((0.8, 0.25), (0.2, 0.4), (0.8, 0.55), (0.2, 0.7)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=12)
    page.mouse.up()
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    in_parts = screenshot(page)

    page.keyboard.press("o")
    page.keyboard.press("o")
    page.wait_for_timeout(500)

    differs = (np.abs(in_parts.astype(int) - screenshot(page)).max(axis=-1) > 2)[60:740, 100:850]
    assert differs.sum() == 0
    page.keyboard.press("Control+z")


def test_who_wants_no_motion_is_where_they_wanted_at_once(sign_in, project):
    page = sign_in(reduced_motion="reduce")
    look(page, project)
    page.evaluate(
        """() => {
            window.zooms = []
            const zoom = [...document.querySelectorAll('footer span')].find((one) => / %$/.test(one.textContent))
            new MutationObserver(() => window.zooms.push(parseFloat(zoom.textContent)))
                .observe(zoom, { characterData: true, childList: true, subtree: true })
        }"""
    )

    for steps in (1, 2, 3):
        page.keyboard.press("+")
        until(page, lambda steps=steps: len(page.evaluate("window.zooms")) >= steps, "the photo has come nearer")
    passed = page.evaluate("window.zooms")
    assert len(passed) == 3, f"on the way to {passed[-1]} % it passed {passed}"

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    durations = page.evaluate("document.getAnimations().map((one) => one.effect.getComputedTiming().duration)")
    assert all(duration <= 1 for duration in durations), durations
