"""Every tool once, by its key: what it paints, how the edit is called, and that one undo takes it back."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import at_rest, class_plane, images_of, open_annotator, wait_until_saved, zoom_of

ISOLATOR, NEUTRAL = 1, 2


@dataclass
class Bench:
    """A photo with an empty mask, shown pixel for pixel; places are in its pixels."""

    page: Page
    image: int
    surface: Locator
    left: float
    top: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x + 0.5, self.top + y + 0.5

    def move(self, x: float, y: float) -> None:
        self.page.mouse.move(*self.at(x, y))

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(x, y))

    def drag(self, *points: tuple[float, float]) -> None:
        self.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.at(*point), steps=5)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def holding(self, key: str, do: Callable[[], None]) -> None:
        self.page.keyboard.down(key)
        do()
        self.page.keyboard.up(key)

    def mask(self) -> np.ndarray:
        wait_until_saved(self.page)
        return class_plane(self.page, self.image)

    def edits(self) -> dict:
        return self.page.request.get(f"/api/images/{self.image}/edits/", max_retries=2).json()

    def does(self, tool: str, do: Callable[[], None]) -> tuple[np.ndarray, np.ndarray]:
        """Do something that must be one edit of this name, and one step of undo; returns the mask before and after."""
        before, edits = self.mask(), self.edits()["count"]
        do()
        expect(self.page.get_by_role("button", name="Undo")).to_be_enabled()
        after = self.until_changed(before)
        done = self.edits()
        assert (done["count"], done["results"][0]["tool"]) == (edits + 1, tool)
        self.press("Control+z")
        np.testing.assert_array_equal(self.until_changed(after), before)
        self.press("Control+Shift+z")
        np.testing.assert_array_equal(self.until_changed(before), after)
        return before, after

    def until_changed(self, before: np.ndarray) -> np.ndarray:
        """The mask as soon as it differs: work beside the page takes its time."""
        for _ in range(100):
            mask = self.mask()
            if not np.array_equal(mask, before):
                return mask
            self.page.wait_for_timeout(100)
        raise AssertionError("the mask did not change")

    def rectangle(self, left: int, top: int, right: int, bottom: int) -> np.ndarray:
        """Draw one with the class and rules of the moment; returns the mask then."""
        self.press("r")
        before = self.mask()
        self.drag((left, top), (right, bottom))
        return self.until_changed(before)


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("drawn") / "tools", 1, 860, 680)
    return studio.import_folder(folder, "Tools")


@pytest.fixture
def bench(page: Page, project) -> Bench:
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    page.keyboard.press("Shift+1")
    at_rest(page, lambda: zoom_of(page))
    box = surface.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.move(middle[0] + 1, middle[1])
    x, y = (int(part) for part in at_rest(page, page.locator("footer span").first.inner_text).split(","))
    bench = Bench(page, image, surface, middle[0] + 1 - x - 0.5, middle[1] - y - 0.5)
    if (painted := bench.mask()).any():
        page.keyboard.press("r")
        bench.holding("Alt", lambda: bench.drag((-5, -5), (865, 685)))
        assert not bench.until_changed(painted).any()
    page.keyboard.press("1")
    page.keyboard.press("b")
    return bench


def test_the_brush_is_round_or_square_as_the_key_says(bench: Bench):
    _, after = bench.does("brush", lambda: bench.click(200, 200))
    assert 1200 < (after == ISOLATOR).sum() < 1300

    bench.press("Shift+b")
    _, after = bench.does("brush", lambda: bench.click(400, 200))
    bench.press("Shift+b")

    rows, columns = np.nonzero(after[:, 300:500] == ISOLATOR)
    assert rows.size == 40 * 40
    assert (np.ptp(rows), np.ptp(columns)) == (39, 39)


def test_shift_draws_a_straight_line_from_the_last_stroke(bench: Bench):
    bench.click(100, 300)
    bench.move(500, 310)
    bench.page.keyboard.down("Shift")
    expect(bench.page.get_by_text("straight line from where the last stroke ended")).to_be_visible()
    bench.page.keyboard.up("Shift")

    _, after = bench.does("brush", lambda: bench.holding("Shift", lambda: bench.click(500, 300)))

    assert (after[300, 100:500] == ISOLATOR).all()


def test_alt_and_the_eraser_erase(bench: Bench):
    bench.rectangle(100, 100, 300, 200)
    bench.press("b")
    _, after = bench.does("eraser", lambda: bench.holding("Alt", lambda: bench.click(150, 150)))
    assert after[150, 150] == 0

    bench.press("e")
    _, after = bench.does("eraser", lambda: bench.drag((250, 120), (250, 180)))
    assert after[150, 250] == 0


def test_a_pen_that_presses_harder_draws_wider(bench: Bench):
    bench.page.get_by_label("Pen pressure changes the size").check()
    bench.surface.focus()
    pen = bench.page.context.new_cdp_session(bench.page)

    def touch(kind: str, x: float, y: float, force: float) -> None:
        place = dict(zip("xy", bench.at(x, y), strict=True))
        pen.send(
            "Input.dispatchMouseEvent",
            {"type": kind, **place, "button": "left", "buttons": 1, "pointerType": "pen", "force": force},
        )

    def draw() -> None:
        touch("mousePressed", 100, 100, 0.1)
        touch("mouseMoved", 300, 100, 1)
        touch("mouseReleased", 300, 100, 0)

    _, after = bench.does("brush", draw)
    bench.page.get_by_label("Pen pressure changes the size").uncheck()

    widths = [(after[:, x] == ISOLATOR).sum() for x in (120, 200, 295)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[0] < 20
    assert widths[2] > 35


def test_a_lasso_closes_itself_and_fills(bench: Bench):
    bench.press("l")

    _, after = bench.does("lasso", lambda: bench.drag((200, 100), (400, 100), (400, 300)))

    assert after[150, 380] == ISOLATOR
    assert after[250, 220] == 0
    assert abs(int((after == ISOLATOR).sum()) - 200 * 200 / 2) < 500


def extent(is_painted: np.ndarray) -> tuple[int, int]:
    """Width and height of what is painted; a pixel more or less depends on where in it the pointer was."""
    rows, columns = np.nonzero(is_painted)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def test_a_rectangle_a_square_one_from_the_middle_and_one_that_erases(bench: Bench):
    bench.press("r")
    _, after = bench.does("rectangle", lambda: bench.drag((100, 100), (200, 160)))
    width, height = extent(after == ISOLATOR)
    assert (after == ISOLATOR).sum() == width * height
    assert (width, height) == pytest.approx((101, 61), abs=1)

    before, after = bench.does("rectangle", lambda: bench.holding("Shift", lambda: bench.drag((300, 100), (400, 130))))
    width, height = extent(after != before)
    assert width == height == pytest.approx(101, abs=1)

    before, after = bench.does(
        "rectangle", lambda: bench.holding("Control", lambda: bench.drag((300, 400), (340, 420)))
    )
    assert extent(after != before) == pytest.approx((81, 41), abs=2)

    _, after = bench.does("rectangle", lambda: bench.holding("Alt", lambda: bench.drag((110, 110), (120, 120))))
    assert (after[112:119, 112:119] == 0).all()


def test_an_ellipse_lies_in_its_box(bench: Bench):
    bench.press("Shift+r")

    _, after = bench.does("ellipse", lambda: bench.drag((100, 100), (299, 199)))

    width, height = extent(after == ISOLATOR)
    assert (width, height) == pytest.approx((200, 100), abs=1)
    assert (after == ISOLATOR).sum() == pytest.approx(np.pi * width * height / 4, rel=0.01)


def test_the_bucket_fills_what_looks_alike(bench: Bench):
    bench.press("g")
    bench.page.get_by_label("By colour in the photo").check()
    bench.surface.focus()

    _, after = bench.does("bucket", lambda: bench.click(60, 60))
    bench.page.get_by_label("By colour in the photo").uncheck()

    assert after[60, 60] == ISOLATOR
    assert 500 < (after == ISOLATOR).sum() < 860 * 680


def test_holes_of_a_region_are_filled(bench: Bench):
    whole = bench.rectangle(100, 100, 300, 300)
    bench.holding("Alt", lambda: bench.drag((150, 150), (180, 180)))
    bench.until_changed(whole)
    bench.press("h")

    _, after = bench.does("holes", lambda: bench.click(110, 110))

    np.testing.assert_array_equal(after, whole)


def test_a_region_grows_and_shrinks_under_the_pointer_by_enter(bench: Bench):
    square = bench.rectangle(100, 100, 200, 200)
    width, height = extent(square == ISOLATOR)
    bench.press("Shift+h")
    bench.move(150, 150)

    _, grown = bench.does("grow", lambda: bench.press("Enter"))
    assert extent(grown == ISOLATOR) == (width + 4, height + 4)

    bench.press("Shift+j")
    _, shrunk = bench.does("shrink", lambda: bench.press("Enter"))
    np.testing.assert_array_equal(shrunk, square)


def test_with_shift_all_regions_of_the_class_are_mended_at_once(bench: Bench):
    bench.rectangle(100, 100, 200, 200)
    bench.rectangle(300, 100, 400, 200)
    bench.press("Shift+j")

    before, after = bench.does("shrink", lambda: bench.holding("Shift", lambda: bench.click(150, 150)))

    for half in (slice(0, 250), slice(250, 500)):
        width, height = extent(before[:, half] == ISOLATOR)
        assert extent(after[:, half] == ISOLATOR) == (width - 4, height - 4)


def test_an_edge_is_smoothed(bench: Bench):
    bench.rectangle(100, 100, 200, 200)
    bench.rectangle(150, 88, 150, 104)
    bench.press("Shift+s")

    before, after = bench.does("smooth", lambda: bench.click(150, 150))

    assert (before[92, 145:155] == ISOLATOR).any()
    assert not (after[92] == ISOLATOR).any()
    assert after[150, 150] == ISOLATOR


def test_specks_are_removed_and_large_regions_stay(bench: Bench):
    large = bench.rectangle(100, 100, 200, 200)
    bench.rectangle(400, 100, 404, 104)
    bench.rectangle(450, 300, 455, 305)
    bench.press("Shift+e")
    bench.move(500, 500)

    _, after = bench.does("specks", lambda: bench.press("Enter"))

    np.testing.assert_array_equal(after, large)


def test_what_may_be_painted_over_is_chosen_by_key(bench: Bench):
    before = bench.rectangle(100, 100, 200, 200)
    bench.press("n", "u")
    protected = bench.rectangle(50, 50, 250, 250)
    np.testing.assert_array_equal(protected == ISOLATOR, before == ISOLATOR)
    assert protected[60, 60] == NEUTRAL

    bench.press("u")
    started_on_isolator = bench.rectangle(150, 150, 300, 300)
    bench.press("u")

    assert started_on_isolator[160, 160] == NEUTRAL
    assert started_on_isolator[110, 110] == ISOLATOR
    assert started_on_isolator[290, 290] == 0


def test_a_locked_class_is_left_alone_by_every_tool(bench: Bench):
    before = bench.rectangle(100, 100, 200, 200)
    bench.page.get_by_role("button", name="Lock Isolator").click()
    bench.surface.focus()
    bench.press("n")
    after = bench.rectangle(50, 50, 250, 250)
    np.testing.assert_array_equal(after == ISOLATOR, before == ISOLATOR)

    for tool in ("b", "Shift+j"):
        bench.press(tool)
        bench.click(150, 150)

        said = bench.page.get_by_role("alert").filter(has_text="This class is locked")
        expect(said).to_be_visible()
        np.testing.assert_array_equal(bench.mask(), after)
        said.get_by_role("button").click()
        expect(said).to_have_count(0)


def test_undo_takes_back_the_last_corner_of_an_outline_that_is_being_drawn(bench: Bench):
    bench.press("p")
    for place in [(100, 100), (200, 100), (200, 200), (500, 500)]:
        bench.click(*place)
    bench.press("Control+z", "Enter")

    after = bench.until_changed(np.zeros_like(bench.mask()))
    assert after[110, 190] == ISOLATOR
    assert not after[220:].any()


def test_escape_gives_up_what_is_being_drawn(bench: Bench):
    for key in ("b", "l", "r", "Shift+r"):
        bench.press(key)
        bench.move(100, 100)
        bench.page.mouse.down()
        bench.page.mouse.move(*bench.at(200, 180), steps=4)
        bench.press("Escape")
        bench.page.mouse.up()
    bench.page.wait_for_timeout(400)

    assert not bench.mask().any()
