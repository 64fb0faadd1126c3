"""Objects in a real browser: listed, selected on the photo, changed, and every change taken back."""

import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.formats import supervisely
from annotator.formats.records import ClassRecord, ImageRecord, ObjectRecord, ProjectRecord
from tests.journeys.pages import add_member, class_plane, images_of, open_annotator, until, wait_until_saved

WIDTH, HEIGHT = 900, 700
# left, top, right, bottom
FIRST, SECOND, THIRD = (100, 100, 200, 160), (300, 100, 420, 180), (100, 400, 160, 600)
NEUTRAL = (600, 400, 760, 520)


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """Grey photos with three isolators and a neutral spot."""
    folder = tmp_path_factory.mktemp("boxes")
    objects = [boxed("Isolator", box) for box in (FIRST, SECOND, THIRD)] + [boxed("neutral", NEUTRAL)]
    images = []
    for number in range(5):
        path = folder / f"grey_{number}.png"
        assert cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), 60 + number, np.uint8))
        images.append(ImageRecord("grey", path.name, path, WIDTH, HEIGHT, objects=lambda: objects))
    classes = [ClassRecord("Isolator", "#F5A623", key="1"), ClassRecord("neutral", "#9B9B9B", key="n")]
    supervisely.write(ProjectRecord(classes, images), folder / "project")
    return studio.import_folder(folder / "project", "Boxes")


def boxed(name: str, box: tuple[int, int, int, int]) -> ObjectRecord:
    left, top, right, bottom = box
    return ObjectRecord(name, (left, top), np.ones((bottom - top, right - left), bool))


def open_list(page: Page, image: int) -> Locator:
    """The photo with its list of objects beside it; returns the rows."""
    open_annotator(page, image)
    page.keyboard.press("j")
    rows = page.get_by_role("grid", name="Objects").get_by_role("row")
    expect(rows.first).to_be_visible()
    return rows


def click_on(page: Page, box: tuple[int, int, int, int], **how) -> None:
    """Click the middle of a part of the photo, which is shown whole."""
    stage = page.get_by_role("application", name="Annotation canvas").bounding_box()
    scale = min(stage["width"] / WIDTH, stage["height"] / HEIGHT)
    left = (stage["width"] - WIDTH * scale) / 2
    top = (stage["height"] - HEIGHT * scale) / 2
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    page.mouse.move(stage["x"] + left + x * scale, stage["y"] + top + y * scale)
    for key in how.get("holding", []):
        page.keyboard.down(key)
    page.mouse.click(stage["x"] + left + x * scale, stage["y"] + top + y * scale)
    for key in how.get("holding", []):
        page.keyboard.up(key)


def selected(page: Page) -> Locator:
    return page.get_by_role("row", selected=True)


def totals(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text=re.compile(r"object"))


def at(plane: np.ndarray, box: tuple[int, int, int, int]) -> int:
    """The one class of a part of the photo."""
    (value,) = np.unique(plane[box[1] : box[3], box[0] : box[2]])
    return int(value)


def test_what_is_painted_is_listed_with_its_size(page: Page, project):
    rows = open_list(page, images_of(page, project)[0]["id"])

    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("6,000 px · 0.95 %")
    expect(totals(page)).to_contain_text("4 objects · 46,800 px · 7.4 %")
    page.get_by_role("combobox", name="Class").select_option("neutral")
    expect(rows).to_have_count(1)
    expect(totals(page)).to_contain_text("1 object")


def test_objects_are_made_moved_merged_split_deleted_and_all_of_it_is_undone(page: Page, project):
    image = images_of(page, project)[1]["id"]
    rows = open_list(page, image)
    expect(rows.filter(has_text="region")).to_have_count(4)

    page.get_by_role("button", name="Make objects from regions").click()
    expect(rows.filter(has_text="region")).to_have_count(0)
    expect(rows.nth(0)).to_contain_text("Isolator 1")

    page.keyboard.press("v")
    click_on(page, SECOND)
    expect(selected(page)).to_have_count(1)
    expect(selected(page)).to_contain_text("9,600 px")
    page.keyboard.press("n")
    expect(selected(page)).to_contain_text("neutral")
    wait_until_saved(page)
    assert at(class_plane(page, image), SECOND) == 2

    click_on(page, FIRST)
    click_on(page, THIRD, holding=["Shift"])
    page.get_by_role("button", name="Merge").click()
    expect(rows).to_have_count(3)
    expect(selected(page)).to_contain_text("18,000 px")

    page.get_by_role("button", name="Split").click()
    expect(rows).to_have_count(4)
    expect(selected(page)).to_have_count(2)

    click_on(page, NEUTRAL)
    page.keyboard.press("Delete")
    expect(rows).to_have_count(3)
    wait_until_saved(page)
    assert at(class_plane(page, image), NEUTRAL) == 0

    page.reload()
    rows = open_list(page, image)
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="region")).to_have_count(0)


def test_every_change_is_one_step_of_undo(page: Page, project):
    image = images_of(page, project)[2]["id"]
    rows = open_list(page, image)
    before = class_plane(page, image)
    page.keyboard.press("Shift+O")
    expect(rows.filter(has_text="region")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Shift+M")
    expect(rows).to_have_count(1)
    page.keyboard.press("Shift+D")
    expect(rows).to_have_count(4)
    page.keyboard.press("Delete")
    expect(page.get_by_text("No objects yet")).to_be_visible()

    for count in (4, 1, 4):
        page.keyboard.press("Control+z")
        expect(rows).to_have_count(count)
    page.keyboard.press("Control+z")
    expect(rows.filter(has_text="region")).to_have_count(4)
    wait_until_saved(page)

    np.testing.assert_array_equal(class_plane(page, image), before)


def test_a_locked_object_is_left_alone_and_a_hidden_one_is_not_selected(page: Page, project):
    image = images_of(page, project)[3]["id"]
    rows = open_list(page, image)
    rows.nth(0).get_by_role("button", name="Lock").click()
    rows.nth(1).get_by_role("button", name="Hide").click()
    page.keyboard.press("v")

    click_on(page, SECOND)
    expect(selected(page)).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    wait_until_saved(page)

    after = class_plane(page, image)
    assert at(after, FIRST) == 1
    assert at(after, THIRD) == 0
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(4)
    wait_until_saved(page)
    page.keyboard.press("Control+z")
    expect(rows.nth(1).get_by_role("button", name="Hide")).to_be_visible()
    expect(rows.nth(0).get_by_role("button", name="Unlock")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(rows.nth(0).get_by_role("button", name=re.compile("^Lock"))).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(rows.nth(0).get_by_role("button", name="Unlock")).to_be_visible()
    assert at(class_plane(page, image), THIRD) == 1


def test_keys_walk_from_object_to_object(page: Page, project):
    rows = open_list(page, images_of(page, project)[4]["id"])

    page.keyboard.press(".")
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press(".")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press(",")
    page.keyboard.press(",")
    expect(rows.nth(3)).to_have_attribute("aria-selected", "true")
    page.get_by_role("grid", name="Objects").focus()
    page.keyboard.press("Shift+Home")
    expect(selected(page)).to_have_count(4)
    expect(page.get_by_role("heading", name="4 objects selected")).to_be_visible()


def test_objects_are_moved_to_the_chosen_class_and_numbered_by_keys(page: Page, project):
    image = images_of(page, project)[2]["id"]
    open_list(page, image)
    before = class_plane(page, image)

    # Whatever tool is chosen: the isolator that was walked to becomes neutral.
    page.keyboard.press("n")
    page.keyboard.press(".")
    expect(selected(page)).to_have_count(1)
    page.keyboard.press("Shift+V")
    until(page, lambda: not np.array_equal(class_plane(page, image), before), "one object is neutral")

    page.keyboard.press("Shift+N")
    expect(page.get_by_text("4 objects have new numbers.")).to_be_visible()

    until(page, lambda: edits_of(page, image)[:2] == ["object-number", "object-class"], "both edits are at the server")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(page, lambda: np.array_equal(class_plane(page, image), before), "both are undone")


def edits_of(page: Page, image: int) -> list[str]:
    """What was done, the last first."""
    return [edit["tool"] for edit in page.request.get(f"/api/images/{image}/edits/").json()["results"]]


def test_a_viewer_sees_the_objects_and_cannot_change_them(sign_in, project):
    add_member(sign_in(), project, "olga", "viewer")

    page = sign_in("olga")
    image = images_of(page, project)[4]["id"]
    rows = open_list(page, image)
    before = class_plane(page, image)
    click_on(page, SECOND)
    expect(selected(page)).to_contain_text("9,600 px")
    page.keyboard.press("Delete")
    page.wait_for_timeout(500)

    expect(rows).to_have_count(4)
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    np.testing.assert_array_equal(class_plane(page, image), before)
