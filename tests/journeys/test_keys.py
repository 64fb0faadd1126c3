"""Keys: chosen by each person, turned off where they do harm, and enough for the whole way without a mouse."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import (
    add_member,
    check_accessibility,
    class_plane,
    headers_of,
    images_of,
    open_annotator,
    until,
    wait_until_saved,
)

PASSWORD = "isolators-by-hand"


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("keys") / "lines", 2, 900, 700)
    return studio.import_folder(folder, "By keys")


@pytest.fixture(scope="module")
def page(sign_in_once) -> Page:
    return sign_in_once()


@pytest.fixture
def image(page: Page, project) -> Iterator[int]:
    """A photo that is open, with the keys as they came; they are so again for whoever comes next."""
    as_they_came = {"keys": {}, "single_keys": True}
    image = images_of(page, project)[0]["id"]
    open_annotator(page, image)
    yield image
    answer = page.request.patch("/api/session/preferences/", data=as_they_came, headers=headers_of(page))
    assert answer.ok, answer.text()


def key_of(page: Page, what: str) -> Locator:
    return page.get_by_role("button", name=f"Change the key of {what}", exact=True)


def close_map(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def is_chosen(page: Page, tool: str) -> None:
    expect(page.get_by_role("button", name=tool, exact=True)).to_have_attribute("aria-pressed", "true")


def test_a_held_key_may_be_another_one_and_its_old_key_does_nothing(page: Page, image):
    page.keyboard.press("?")
    key_of(page, "Who painted this, while held").click()
    page.keyboard.press("F2")
    expect(key_of(page, "Who painted this, while held")).to_contain_text("F2")
    key_of(page, "See the photo alone while held").click()
    page.get_by_role("button", name="No key").click()
    expect(key_of(page, "See the photo alone while held")).to_contain_text("no key")
    check_accessibility(page)
    close_map(page)

    footer = page.locator("footer")
    page.keyboard.down("F2")
    expect(footer.get_by_text("F2 is held")).to_be_visible()
    page.keyboard.up("F2")
    page.keyboard.down("w")
    expect(footer.get_by_text("Brush 40 px")).to_be_visible()
    page.keyboard.up("w")

    # Tab leads on again, because it does nothing here.
    page.get_by_role("application", name="Annotation canvas").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("application", name="Annotation canvas")).not_to_be_focused()

    page.keyboard.press("?")
    key_of(page, "See the photo alone while held").click()
    page.get_by_role("button", name="As it came", exact=True).click()
    expect(key_of(page, "See the photo alone while held")).to_contain_text("Tab")


def test_the_digits_of_the_classes_are_chosen_together(page: Page, image):
    page.keyboard.press("n")
    page.keyboard.press("?")
    key_of(page, "Class with this digit").click()
    page.keyboard.press("Control+3")
    expect(key_of(page, "Class with this digit")).to_contain_text("Ctrl+1 … Ctrl+9")
    close_map(page)

    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="neutral")).to_be_checked()
    page.keyboard.press("Control+1")
    expect(page.get_by_role("radio", name="Isolator")).to_be_checked()
    expect(page.locator("label").filter(has_text="Isolator").get_by_text("Ctrl+1")).to_be_visible()


def test_single_characters_can_be_turned_off_for_good(page: Page, image):
    page.keyboard.press("?")
    key_of(page, "Eraser").click()
    page.keyboard.press("F4")
    page.get_by_role("checkbox", name="Single characters are shortcuts").uncheck()
    expect(key_of(page, "Brush")).to_contain_text("no key")
    key_of(page, "Brush").click()
    page.keyboard.press("u")
    expect(page.get_by_role("status").filter(has_text="single characters are no shortcuts now")).to_be_visible()
    close_map(page)

    page.reload()
    open_annotator(page, image)
    page.keyboard.press("F4")
    is_chosen(page, "Eraser")
    for key in ("b", "n", "2", "?"):
        page.keyboard.press(key)
    is_chosen(page, "Eraser")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("radio", name="Isolator")).to_be_checked()
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog")).to_be_visible()


def go_to(page: Page, place: Locator) -> None:
    """Press Tab until something has the focus, as who has no mouse does."""
    for _ in range(120):
        if place.count() and place.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {place}")


def test_keys_alone_lead_from_signing_in_to_a_submitted_photo(page: Page, studio, browser, project):
    add_member(page, project, "kim", "annotator")
    kim = browser.new_context(base_url=studio.url, viewport={"width": 1280, "height": 800}).new_page()
    kim.goto(studio.link("kim"))
    expect(kim.get_by_role("heading", level=1)).to_have_text("Projects")
    kim.request.post("/api/session/password/", data={"password": PASSWORD}, headers=headers_of(kim))
    kim.context.clear_cookies()
    image = images_of(page, project)[1]
    before = class_plane(page, image["id"])

    # From here on no mouse: sign in, find the project, open the photo.
    kim.goto("/login")
    expect(kim.get_by_role("heading", level=1)).to_have_text("Sign in to Catenary")
    go_to(kim, kim.get_by_label("Name"))
    kim.keyboard.type("kim")
    go_to(kim, kim.get_by_role("textbox", name="Password"))
    kim.keyboard.type(PASSWORD)
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("heading", level=1)).to_have_text("Projects")
    go_to(kim, kim.get_by_role("link", name="By keys", exact=True))
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("heading", level=1)).to_have_text("By keys")
    expect(kim.get_by_role("link", name=image["name"], exact=True)).to_be_visible()
    go_to(kim, kim.get_by_role("link", name=image["name"], exact=True))
    kim.keyboard.press("Enter")
    surface = kim.get_by_role("application", name="Annotation canvas")
    expect(surface).to_have_attribute("data-ready", "true")

    # The canvas has the focus: choose neutral, press the pen, draw, lift it.
    expect(surface).to_be_focused()
    for key in ("n", "d", *["Shift+ArrowRight"] * 4, "d"):
        kim.keyboard.press(key)
    expect(kim.get_by_role("button", name="Undo")).to_be_enabled()
    wait_until_saved(kim)
    until(page, lambda: not np.array_equal(class_plane(page, image["id"]), before), "the stroke is at the server")

    # Tab belongs to the canvas there; Shift and Tab lead out of it.
    kim.keyboard.press("Shift+Tab")
    state = kim.get_by_role("button", name=re.compile("^State: "))
    for _ in range(60):
        if state.evaluate("one => one === document.activeElement"):
            break
        kim.keyboard.press("Shift+Tab")
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("menuitem", name="Submit for review")).to_be_visible()
    for _ in range(8):
        kim.keyboard.press("ArrowDown")
        if kim.evaluate("document.activeElement.textContent") == "Submit for review":
            break
    kim.keyboard.press("Enter")
    expect(state).to_have_accessible_name("State: Submitted. What can be done")
    kim.context.close()
