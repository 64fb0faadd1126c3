"""Nothing is deleted for good by a click: photos and projects come back from the trash as they were."""

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import check_accessibility, class_plane, images_of


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("drawn") / "lines", 2, 320, 256)
    return studio.import_folder(folder, "Nearly lost")


def gone_and_back(page: Page, *, at: str, name: str) -> None:
    """What is called this disappears from the trash, and is where it belongs."""
    expect(page.get_by_role("article", name=name)).to_have_count(0)
    page.goto(at)
    expect(page.get_by_role("article", name=name)).to_be_visible()


def confirm(page: Page, button: Locator) -> None:
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_deleted_photo_comes_back_from_the_trash_with_its_mask(page: Page, project):
    photo = images_of(page, project)[0]
    mask = class_plane(page, photo["id"])
    page.goto(f"/projects/{project}")

    page.get_by_role("checkbox", name=f"Select {photo['name']}").check()
    confirm(page, page.get_by_role("button", name="Delete", exact=True))
    expect(page.get_by_role("article", name=photo["name"])).to_have_count(0)
    page.get_by_role("link", name="Deleted photos").click()
    expect(page.get_by_role("article", name=photo["name"])).to_contain_text("Gone for good in 30 days")
    check_accessibility(page)
    page.get_by_role("checkbox", name=f"Select {photo['name']}").check()
    page.get_by_role("button", name="Restore").click()

    gone_and_back(page, at=f"/projects/{project}", name=photo["name"])
    assert mask.any()
    np.testing.assert_array_equal(class_plane(page, photo["id"]), mask)


def test_a_deleted_project_comes_back_from_the_trash_with_all_its_masks(page: Page, project):
    photos = images_of(page, project)
    masks = [class_plane(page, photo["id"]) for photo in photos]
    page.goto(f"/projects/{project}")
    name = page.get_by_role("heading", level=1).inner_text()

    page.get_by_role("button", name="More", exact=True).click()
    confirm(page, page.get_by_role("menuitem", name="Delete"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    page.get_by_role("link", name="Trash", exact=True).click()
    card = page.get_by_role("article", name=name)
    expect(card).to_contain_text("Gone for good in 30 days")
    check_accessibility(page)
    card.get_by_role("button", name="Restore").click()

    gone_and_back(page, at="/projects", name=name)
    assert images_of(page, project) == photos
    for photo, mask in zip(photos, masks, strict=True):
        np.testing.assert_array_equal(class_plane(page, photo["id"]), mask)
