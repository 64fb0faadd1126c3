"""Never lost, in a real browser: undo over pages and people, going back to the past, and who painted a pixel."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests import scenes
from tests.journeys.pages import (
    check_accessibility,
    class_plane,
    drag,
    images_of,
    open_annotator,
    wait_until_saved,
)


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("drawn") / "lines", 4, 900, 700)
    return studio.import_folder(folder, "To go back in")


@pytest.fixture
def photo(page: Page, project, request) -> int:
    """A photo that only one test paints on."""
    names = ["undo", "region", "person", "pixel"]
    number = next(n for n, name in enumerate(names) if name in request.node.name)
    return images_of(page, project)[number]["id"]


@pytest.fixture
def colleague(project, studio, sign_in) -> Page:
    """Berta at a browser of her own, a member of the project."""
    studio.manage("shell", "-c", MAKE_BERTA.format(project=project))
    return sign_in("berta")


MAKE_BERTA = """
from django.contrib.auth import get_user_model
from annotator.models import Membership
berta, _ = get_user_model().objects.get_or_create(username="berta")
Membership.objects.get_or_create(project_id={project}, user=berta, role="annotator")
"""


def stroke(page: Page, *points: tuple[float, float]) -> None:
    drag(page, page.get_by_role("application", name="Annotation canvas"), *points)
    wait_until_saved(page)


def wait_for(page: Page, photo: int, expected: np.ndarray) -> None:
    """What is right on the server after a moment; an answer may still be on its way."""
    for _ in range(50):
        if np.array_equal(class_plane(page, photo), expected):
            return
        page.wait_for_timeout(100)
    np.testing.assert_array_equal(class_plane(page, photo), expected)


def edits(page: Page):
    return page.get_by_role("listbox", name="Edits").get_by_role("option")


def test_undo_goes_on_after_a_reload_and_spares_the_colleague(page: Page, colleague: Page, photo):
    open_annotator(page, photo)
    open_annotator(colleague, photo)
    start = class_plane(page, photo)
    stroke(page, (0.3, 0.3), (0.5, 0.3))
    stroke(page, (0.3, 0.6), (0.5, 0.6))
    mine = class_plane(page, photo)
    stroke(colleague, (0.4, 0.2), (0.4, 0.7))
    both = class_plane(page, photo)

    page.reload()
    open_annotator(page, photo)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")

    is_hers = both != mine
    wait_for(page, photo, np.where(is_hers, both, start))
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    wait_for(page, photo, both)


def test_a_region_is_restored_as_it_was_and_taken_back_again(page: Page, photo):
    surface = open_annotator(page, photo)
    stroke(page, (0.2, 0.5), (0.8, 0.5))
    painted = class_plane(page, photo)
    page.keyboard.press("y")
    edits(page).last.click()
    expect(page.get_by_role("region", name="The past")).to_contain_text("before the first edit")
    drag(page, surface, (0.2, 0.3), (0.5, 0.3))  # moves the photo: the past cannot be painted on
    page.keyboard.press("0")
    check_accessibility(page)

    page.get_by_role("button", name="Restore").click()
    page.get_by_role("menuitem", name="A part").click()
    drag(page, surface, (0.1, 0.4), (0.5, 0.6))

    expect(page.get_by_role("region", name="The past")).to_have_count(0)
    expect(edits(page).nth(1)).to_contain_text("Restored")
    restored = class_plane(page, photo)
    gone = (painted != 0) & (restored == 0)
    middle = painted.shape[1] // 2
    assert gone.any()
    assert not gone[:, middle + 40 :].any(), "outside of the box everything stays, and nothing was painted in the past"
    np.testing.assert_array_equal(restored[~gone], painted[~gone])
    surface.focus()
    page.keyboard.press("Control+z")
    wait_for(page, photo, painted)


def test_one_persons_work_is_taken_back_and_the_others_stays(page: Page, colleague: Page, photo):
    open_annotator(page, photo)
    open_annotator(colleague, photo)
    start = class_plane(page, photo)
    stroke(colleague, (0.3, 0.3), (0.6, 0.3))
    hers = class_plane(page, photo)
    stroke(page, (0.3, 0.7), (0.6, 0.7))
    page.keyboard.press("y")
    page.get_by_role("button", name="Name this moment").click()
    page.get_by_role("textbox", name="Name").fill("Both have painted")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("button", name="Both have painted", exact=False).first).to_be_visible()
    both = class_plane(page, photo)

    listbox = page.get_by_role("listbox", name="Edits")
    listbox.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The past")).to_contain_text("edit 1")
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("menuitem", name="berta").click()

    expect(page.get_by_role("region", name="The past")).to_have_count(0)
    wait_for(page, photo, np.where((hers != start) & (both == hers), start, both))
    page.get_by_role("button", name="Both have painted", exact=False).first.click()
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("menuitem", name="Everything").click()
    wait_for(page, photo, both)


def test_a_held_key_says_who_painted_a_pixel(page: Page, colleague: Page, photo):
    surface = open_annotator(page, photo)
    open_annotator(colleague, photo)
    stroke(colleague, (0.3, 0.4), (0.7, 0.4))
    page.reload()
    open_annotator(page, photo)
    box = surface.bounding_box()
    surface.focus()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"])

    page.keyboard.down("w")

    expect(page.get_by_text("painted by berta")).to_be_visible()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.9 * box["height"])
    expect(page.get_by_text("Never painted", exact=True)).to_be_visible()
    page.keyboard.up("w")
    expect(page.get_by_text("Never painted", exact=True)).to_have_count(0)
