"""Pen, palm, mouse and keyboard at once: who draws is left alone, and no stroke is lost."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from playwright.sync_api import CDPSession, Page, expect

from annotator.formats import supervisely
from annotator.formats.records import ClassRecord, ImageRecord, ProjectRecord
from tests.journeys.pages import class_plane, images_of, open_annotator, until

WIDTH, HEIGHT = 860, 680
BRUSH_PX = 40


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """A grey photo without a mask."""
    folder = tmp_path_factory.mktemp("hands")
    assert cv2.imwrite(str(folder / "grey.png"), np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    images = [ImageRecord("hands", "grey.png", folder / "grey.png", WIDTH, HEIGHT, objects=lambda: [])]
    supervisely.write(ProjectRecord([ClassRecord("Isolator", "#F5A623", key="1")], images), folder / "project")
    return studio.import_folder(folder / "project", "By hand")


@pytest.fixture(scope="module")
def page(sign_in_once) -> Page:
    return sign_in_once(has_touch=True)


@dataclass
class Table:
    """The photo pixel for pixel; places are counted from the middle of the stage."""

    page: Page
    image: int
    middle: tuple[float, float]
    devices: CDPSession

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.middle[0] + x, self.middle[1] + y

    def pen(self, kind: str, x: float, y: float) -> None:
        place = dict(zip("xy", self.at(x, y), strict=True))
        how = {"button": "left", "buttons": 0 if kind == "mouseReleased" else 1, "pointerType": "pen", "force": 0.5}
        self.devices.send("Input.dispatchMouseEvent", {"type": kind, **place, **how})

    def palm(self, kind: str, *places: tuple[float, float]) -> None:
        points = [dict(zip("xy", self.at(*place), strict=True)) for place in places]
        self.devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def mouse(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.at(x, y), steps=3)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def mask(self) -> np.ndarray:
        return class_plane(self.page, self.image)

    def painted(self, edits: int, do: Callable[[], None]) -> np.ndarray:
        """What so many edits change, as yes or no around the middle of the photo, which is that of the stage:
        [y + 250, x + 250]."""
        before, count = self.mask(), self.edits()
        do()
        until(self.page, lambda: self.edits() == count + edits, f"the server has {edits} edits more")
        changed = self.mask() != before
        x, y = WIDTH // 2, HEIGHT // 2
        return changed[y - 250 : y + 250, x - 250 : x + 250]

    def edits(self) -> int:
        return self.page.request.get(f"/api/images/{self.image}/edits/").json()["count"]


@pytest.fixture
def table(page: Page, project) -> Table:
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    page.keyboard.press("Shift+1")
    expect(page.locator("footer").get_by_text("100 %", exact=True)).to_be_visible()
    page.keyboard.press("b")
    box = surface.bounding_box()
    middle = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    return Table(page, image, middle, page.context.new_cdp_session(page))


def is_straight(changed: np.ndarray, y: int, left: int, right: int) -> bool:
    """Whether one level stroke was drawn, and nothing else."""
    rows, columns = np.nonzero(changed)
    found = rows.min() - 250, rows.max() - 250, columns.min() - 250, columns.max() - 250
    half = BRUSH_PX / 2
    return np.allclose(found, (y - half, y + half, left - half, right + half), atol=4)


def test_a_palm_beside_the_pen_does_nothing(table: Table):
    def draw() -> None:
        table.pen("mousePressed", -150, -200)
        table.palm("touchStart", (100, 120))
        for step in range(1, 6):
            table.palm("touchMove", (100 + 10 * step, 120 + 10 * step))
            table.pen("mouseMoved", -150 + 60 * step, -200)
        table.palm("touchEnd")
        table.pen("mouseReleased", 150, -200)

    assert is_straight(table.painted(1, draw), -200, -150, 150)


def test_a_palm_that_came_before_the_pen_does_not_move_the_photo_under_it(table: Table):
    def draw() -> None:
        table.palm("touchStart", (100, 120))
        table.pen("mousePressed", -150, -130)
        for step in range(1, 6):
            table.palm("touchMove", (100 + 10 * step, 120 + 10 * step))
            table.pen("mouseMoved", -150 + 60 * step, -130)
        table.pen("mouseReleased", 150, -130)
        table.palm("touchEnd")

    assert is_straight(table.painted(1, draw), -130, -150, 150)


def test_the_pen_of_the_keyboard_takes_nothing_from_a_stroke_of_the_mouse(table: Table):
    def draw() -> None:
        table.mouse(-150, -60)
        table.page.mouse.down()
        table.mouse(0, -60)
        table.press("ArrowDown", "d", "ArrowRight", "d")
        table.mouse(150, -60)
        table.page.mouse.up()

    assert is_straight(table.painted(1, draw), -60, -150, 150)


def test_a_stroke_of_the_keyboard_outlives_a_mouse_that_draws_another(table: Table):
    def draw() -> None:
        table.mouse(-150, 20)
        table.press("d", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
        table.mouse(0, 90)
        table.page.mouse.down()
        table.mouse(150, 90)
        table.page.mouse.up()

    changed = table.painted(2, draw)

    assert is_straight(np.where(np.arange(500)[:, None] < 305, changed, False), 20, -150, 0)
    assert is_straight(np.where(np.arange(500)[:, None] < 305, False, changed), 90, 0, 150)
    # The pen is lifted: the next press of its key begins anew, and the one after ends it.
    assert is_straight(
        table.painted(1, lambda: (table.mouse(0, 160), table.press("d", "Shift+ArrowRight", "d"))), 160, 0, 50
    )
