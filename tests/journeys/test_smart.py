"""Tools that find the edge by themselves, in a real browser, around isolators whose true pixels are known."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.formats import supervisely
from annotator.formats.records import no_objects
from tests import scenes
from tests.journeys.pages import class_plane, images_of, open_annotator, wait_until_saved

WIDTH, HEIGHT = 900, 700


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """Two drawn photos without masks."""
    folder = tmp_path_factory.mktemp("bare")
    drawn = scenes.project_record(folder / "photos", 2, WIDTH, HEIGHT)
    bare = replace(drawn, images=[replace(image, objects=no_objects) for image in drawn.images])
    supervisely.write(bare, folder / "lines")
    return studio.import_folder(folder / "lines", "To find")


@pytest.fixture(scope="module")
def isolator() -> np.ndarray:
    """The pixels of a whole isolator of the first photo."""
    objects = [record for record in scenes.scene(0, WIDTH, HEIGHT).objects if record.class_name == scenes.ISOLATOR]
    largest = max(objects, key=lambda record: record.mask.sum())
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[largest.box.slices] = largest.mask
    return pixels


Place = tuple[float, float]


def places_on(surface: Locator) -> Callable[[float, float], Place]:
    """Where a pixel of the photo is in the window, while the whole photo is shown."""
    box = surface.bounding_box()
    scale = min(box["width"] / WIDTH, box["height"] / HEIGHT)
    left = box["x"] + (box["width"] - WIDTH * scale) / 2
    top = box["y"] + (box["height"] - HEIGHT * scale) / 2
    return lambda x, y: (left + x * scale, top + y * scale)


def drag_over_photo(page: Page, at: Callable[[float, float], Place], *pixels: Place) -> None:
    page.mouse.move(*at(*pixels[0]))
    page.mouse.down()
    for pixel in pixels[1:]:
        page.mouse.move(*at(*pixel), steps=6)
    page.mouse.up()


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return (one & other).sum() / (one | other).sum()


def painted(page: Page, image: int) -> np.ndarray:
    return class_plane(page, image)[:HEIGHT, :WIDTH] == 1


def edits_of(page: Page, image: int) -> list[dict]:
    return page.request.get(f"/api/images/{image}/edits/").json()["results"]


def corners_of(pixels: np.ndarray, margin: int = 1) -> tuple[Place, Place]:
    rows, columns = np.nonzero(pixels)
    return (
        (columns.min() - margin, rows.min() - margin),
        (columns.max() + 1 + margin, rows.max() + 1 + margin),
    )


@pytest.fixture
def fresh(page: Page, project) -> tuple[int, Locator]:
    """The first photo with nothing painted on it, and the surface it is shown on."""
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    while painted(page, image).any():
        page.keyboard.press("Control+z")
        wait_until_saved(page)
    return image, surface


def test_a_box_becomes_a_mask_that_strokes_correct(page: Page, fresh, isolator):
    image, surface = fresh
    at = places_on(surface)
    before = len(edits_of(page, image))
    preview = page.locator("[data-proposal]")

    page.keyboard.press("a")
    drag_over_photo(page, at, *corners_of(isolator))
    expect(preview).to_have_attribute("opacity", "1")
    assert not painted(page, image).any(), "a proposal is not paint"

    # The upper third is struck out.
    rows, columns = np.nonzero(isolator)
    y = rows.min() + (rows.max() - rows.min()) // 6
    row = columns[rows == y]
    page.keyboard.down("Alt")
    with page.expect_response("**/propose/") as answer:
        drag_over_photo(page, at, (row.min(), y + 0.5), (row.max() + 1, y + 0.5))
    page.keyboard.up("Alt")
    assert answer.value.ok
    expect(preview).to_have_attribute("opacity", "1")
    page.keyboard.press("Enter")
    wait_until_saved(page)

    found = painted(page, image)
    assert found.any() and not found[y, row].any()
    assert (found & isolator).sum() > 0.9 * found.sum()
    first, *_ = after = edits_of(page, image)
    assert len(after) == before + 1
    assert (first["tool"], first["details"]["method"], first["details"]["minus"]) == ("assist", "grabcut", 1)
    expect(preview).to_have_count(0)

    page.keyboard.press("Control+z")
    wait_until_saved(page)
    assert not painted(page, image).any()


def test_escape_discards_a_proposal(page: Page, fresh, isolator):
    image, surface = fresh
    page.keyboard.press("a")
    drag_over_photo(page, places_on(surface), *corners_of(isolator))
    expect(page.locator("[data-proposal]")).to_have_attribute("opacity", "1")

    page.keyboard.press("Escape")

    expect(page.locator("[data-proposal]")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert not painted(page, image).any()


def test_without_the_server_one_is_told_and_may_ask_again(page: Page, fresh, isolator):
    image, surface = fresh
    at = places_on(surface)
    page.keyboard.press("a")
    page.route("**/propose/", lambda route: route.abort())
    drag_over_photo(page, at, *corners_of(isolator))
    expect(page.get_by_role("alert").first).to_be_visible()

    page.unroute("**/propose/")
    page.keyboard.press("Escape")
    drag_over_photo(page, at, *corners_of(isolator))
    expect(page.locator("[data-proposal]")).to_have_attribute("opacity", "1")
    page.keyboard.press("Enter")
    wait_until_saved(page)

    assert iou(painted(page, image), isolator) > 0.9


def test_scissors_follow_an_isolator_between_a_few_clicks(page: Page, fresh, isolator):
    image, surface = fresh
    at = places_on(surface)
    (contour, *_), _ = cv2.findContours(isolator.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = contour[:, 0, :] + 0.5
    page.keyboard.press("s")

    for x, y in outline[:: len(outline) // 16]:
        page.mouse.move(*at(x, y))
        page.mouse.down()
        page.mouse.up()
        # The ways to an anchor are found beside the page.
        expect(surface).not_to_have_attribute("data-looking", "true")
    page.keyboard.press("Enter")
    wait_until_saved(page)

    assert iou(painted(page, image), isolator) > 0.9
    first, *_ = edits_of(page, image)
    assert first["tool"] == "scissors"

    page.keyboard.press("Control+z")
    wait_until_saved(page)
    assert not painted(page, image).any()


def test_a_box_by_keyboard_alone(page: Page, fresh, isolator):
    image, surface = fresh
    at = places_on(surface)
    (left, top), (right, bottom) = corners_of(isolator, margin=6)
    surface.focus()
    page.keyboard.press("a")
    box = surface.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    now = walk(page, middle, at(left, top))
    page.keyboard.press("d")
    walk(page, now, at(right, bottom))
    page.keyboard.press("d")
    expect(page.locator("[data-proposal]")).to_have_attribute("opacity", "1")
    page.keyboard.press("Enter")
    wait_until_saved(page)

    assert iou(painted(page, image), isolator) > 0.7


def walk(page: Page, start: Place, end: Place, step: int = 10) -> Place:
    """Lead the pen by arrows; returns where it comes to rest."""
    reached = []
    for here, there, less, more in zip(start, end, ("ArrowLeft", "ArrowUp"), ("ArrowRight", "ArrowDown"), strict=True):
        count = round((there - here) / step)
        for _ in range(abs(count)):
            page.keyboard.press(more if count > 0 else less)
        reached.append(here + count * step)
    return reached[0], reached[1]
