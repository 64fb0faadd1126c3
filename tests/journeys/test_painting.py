"""Painting in a real browser: what one sees is what is kept."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests import scenes
from tests.journeys.pages import add_member, class_plane, drag, images_of, open_annotator, wait_until_saved


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """Three drawn photos of 900x700 with masks; the tests paint on them."""
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("drawn") / "lines", 3, 900, 700)
    return studio.import_folder(folder, "To paint")


@pytest.fixture
def fresh_image(page: Page, project, request) -> int:
    """A photo of the project without a mask: erased through the API, so that each test starts alike."""
    image = images_of(page, project)[0]["id"]
    surface = open_annotator(page, image)
    page.keyboard.press("e")
    page.get_by_role("slider", name="Brush size").focus()
    page.keyboard.press("End")
    drag(page, surface, (0.3, 0.5), (0.7, 0.5))
    wait_until_saved(page)
    assert not class_plane(page, image).any()
    page.get_by_role("slider", name="Brush size").focus()
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    page.reload()
    open_annotator(page, image)
    return image


def test_a_stroke_is_there_after_a_reload_pixel_for_pixel(page: Page, fresh_image):
    surface = page.get_by_role("application", name="Annotation canvas")
    page.get_by_role("button", name="Brush").click()
    drag(page, surface, (0.4, 0.4), (0.6, 0.5), (0.5, 0.6))
    wait_until_saved(page)
    painted = class_plane(page, fresh_image)

    page.reload()
    open_annotator(page, fresh_image)

    assert painted.any()
    np.testing.assert_array_equal(class_plane(page, fresh_image), painted)


def test_undo_and_redo_go_through_the_same_path(page: Page, fresh_image):
    surface = page.get_by_role("application", name="Annotation canvas")
    drag(page, surface, (0.4, 0.4), (0.6, 0.4))
    wait_until_saved(page)
    first = class_plane(page, fresh_image)
    drag(page, surface, (0.4, 0.45), (0.6, 0.45))
    wait_until_saved(page)
    both = class_plane(page, fresh_image)

    page.get_by_role("button", name="Undo").click()
    wait_until_saved(page)
    np.testing.assert_array_equal(class_plane(page, fresh_image), first)

    page.keyboard.press("Control+Shift+Z")
    wait_until_saved(page)
    np.testing.assert_array_equal(class_plane(page, fresh_image), both)


def test_keys_choose_tools_classes_and_the_map(page: Page, fresh_image):
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Eraser")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Brush")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="neutral")).to_be_checked()
    page.keyboard.press("x")
    expect(page.get_by_role("radio", name="Isolator")).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Undo")


def test_a_polygon_and_a_bucket_fill(page: Page, fresh_image):
    surface = page.get_by_role("application", name="Annotation canvas")
    box = surface.bounding_box()
    page.get_by_role("button", name="Polygon").click()
    for x, y in ((0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.keyboard.press("Enter")
    wait_until_saved(page)
    filled = class_plane(page, fresh_image)
    assert set(np.unique(filled)) == {0, 1}

    page.keyboard.press("n")
    page.get_by_role("button", name="Bucket").click()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    wait_until_saved(page)

    recoloured = class_plane(page, fresh_image)
    np.testing.assert_array_equal(recoloured == 2, filled == 1)


def test_two_browsers_paint_one_tile_and_nothing_is_lost(sign_in, project):
    first, second = sign_in(), sign_in()
    image = images_of(first, project)[1]["id"]
    one, other = open_annotator(first, image), open_annotator(second, image)
    before = class_plane(first, image)

    # Both start from the same versions; whoever comes second is answered 409 and merges.
    first.route("**/edits/", lambda route: (first.wait_for_timeout(700), route.continue_()))
    drag(first, one, (0.45, 0.2), (0.5, 0.2))
    drag(second, other, (0.45, 0.26), (0.5, 0.26))
    wait_until_saved(second)
    wait_until_saved(first)

    after = class_plane(first, image)
    mine, theirs = rows_changed(before, after)
    assert mine and theirs, "one of the two strokes is missing"
    for page in (first, second):
        page.reload()
        open_annotator(page, image)
        np.testing.assert_array_equal(class_plane(page, image), after)


def rows_changed(before: np.ndarray, after: np.ndarray) -> tuple[bool, bool]:
    """Whether something changed in each of two separate bands of rows."""
    rows = np.flatnonzero((before != after).any(axis=1))
    gaps = np.flatnonzero(np.diff(rows) > 1)
    return bool(rows.size), bool(gaps.size) or rows.size > 60


def test_an_interrupted_connection_is_told_and_made_good(page: Page, fresh_image):
    surface = page.get_by_role("application", name="Annotation canvas")
    page.context.set_offline(True)
    drag(page, surface, (0.4, 0.5), (0.6, 0.5))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()

    page.context.set_offline(False)

    wait_until_saved(page)
    assert class_plane(page, fresh_image).any()


def test_strokes_of_a_closed_tab_are_saved_when_the_photo_is_opened_again(page: Page, fresh_image):
    surface = page.get_by_role("application", name="Annotation canvas")
    page.context.set_offline(True)
    drag(page, surface, (0.4, 0.5), (0.6, 0.5))
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    again = page.context.new_page()
    page.close(run_before_unload=False)
    page.context.set_offline(False)

    open_annotator(again, fresh_image)
    wait_until_saved(again)

    expect(again.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    assert class_plane(again, fresh_image).any()


def test_a_viewer_looks_and_cannot_paint(sign_in, project):
    add_member(sign_in(), project, "vera", "viewer")

    page = sign_in("vera")
    image = images_of(page, project)[2]["id"]
    surface = open_annotator(page, image)
    before = class_plane(page, image)
    drag(page, surface, (0.4, 0.5), (0.6, 0.5))
    page.wait_for_timeout(500)

    expect(page.get_by_role("button", name="Brush")).to_be_disabled()
    np.testing.assert_array_equal(class_plane(page, image), before)
