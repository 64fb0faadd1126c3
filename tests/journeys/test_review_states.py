"""A photo goes from hand to hand: claimed, painted, submitted, returned with a comment at a place, and accepted."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import add_member, class_plane, drag, headers_of, images_of, open_annotator, wait_until_saved


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("review") / "lines", 3, 900, 700)
    return studio.import_folder(folder, "To review")


@pytest.fixture
def owner(sign_in) -> Page:
    return sign_in()


@pytest.fixture
def annotator(owner, sign_in, project) -> Page:
    """Nina, an annotator of the project, in a browser of her own."""
    add_member(owner, project, "nina", "annotator")
    return sign_in("nina")


def state_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^State: "))


def move(page: Page, name: str) -> None:
    """Choose a move in the menu of the bar above the photo."""
    state_button(page).click()
    page.get_by_role("menuitem", name=name).click()


def test_a_photo_is_claimed_painted_submitted_returned_fixed_and_accepted(owner, annotator, project):
    image = images_of(owner, project)[0]["id"]

    # Nina claims the photo, paints and submits.
    surface = open_annotator(annotator, image)
    annotator.get_by_role("button", name="Claim", exact=True).click()
    expect(state_button(annotator)).to_have_accessible_name("State: Claimed · nina. What can be done")
    drag(annotator, surface, (0.4, 0.4), (0.6, 0.45))
    wait_until_saved(annotator)
    annotator.get_by_role("button", name="Mark done", exact=True).click()
    annotator.get_by_role("button", name="Submit for review", exact=True).click()
    expect(annotator.get_by_text(re.compile("was submitted by nina and waits for review")).first).to_be_visible()
    expect(annotator.get_by_role("button", name="Brush", exact=True)).to_be_disabled()

    # The owner finds it in the gallery, and returns it with a comment at a place.
    owner.goto(f"/projects/{project}")
    owner.get_by_role("combobox", name="State").click()
    owner.get_by_role("option", name="Submitted (1)").click()
    expect(owner.get_by_role("article")).to_have_count(1)
    owner.get_by_role("article").get_by_role("link").first.click()
    stage = owner.get_by_role("application", name="Annotation canvas")
    expect(stage).to_have_attribute("data-ready", "true")
    move(owner, "Return with a comment")
    owner.get_by_role("textbox", name="What is to be done?").fill("This runs over the edge.")
    owner.get_by_role("button", name="Pin to a place").click()
    box = stage.bounding_box()
    owner.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    owner.get_by_role("button", name="Return the photo").click()
    expect(state_button(owner)).to_have_accessible_name("State: Returned. What can be done")

    # Nina sees why and where, asks with the keyboard alone, fixes it and submits again.
    annotator.reload()
    surface = open_annotator(annotator, image)
    expect(annotator.locator("[data-pin]")).to_have_count(1)
    surface.focus()
    annotator.keyboard.press("t")
    panel = annotator.get_by_role("tabpanel")
    expect(panel).to_contain_text("Returned by")
    expect(panel).to_contain_text("This runs over the edge.")
    surface.focus()
    annotator.keyboard.press("c")
    for key in ("ArrowRight", "ArrowDown", "d"):
        annotator.keyboard.press(key)
    expect(annotator.get_by_role("textbox", name="What do you see or want to know?")).to_be_focused()
    annotator.keyboard.type("And this one?")
    annotator.keyboard.press("Control+Enter")
    expect(annotator.locator("[data-pin]")).to_have_count(2)
    annotator.get_by_role("button", name="Brush", exact=True).click()
    drag(annotator, surface, (0.5, 0.6), (0.6, 0.6))
    wait_until_saved(annotator)
    painted = class_plane(annotator, image)
    move(annotator, "Submit for review")
    expect(state_button(annotator)).to_have_accessible_name("State: Submitted. What can be done")

    # The owner accepts; from now on nobody paints, and the gallery shows it.
    owner.reload()
    open_annotator(owner, image)
    owner.get_by_role("button", name="Accept", exact=True).click()
    expect(state_button(owner)).to_have_accessible_name("State: Accepted. What can be done")
    drag(owner, stage, (0.3, 0.3), (0.5, 0.3))
    owner.wait_for_timeout(500)
    np.testing.assert_array_equal(class_plane(owner, image), painted)
    owner.goto(f"/projects/{project}?state=accepted")
    card = owner.get_by_role("article")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Accepted")


def test_a_stroke_that_comes_too_late_is_kept_and_told(studio, owner, annotator, project):
    image = images_of(owner, project)[1]["id"]
    surface = open_annotator(annotator, image)
    before = class_plane(annotator, image)
    # Nina's page hears nothing of it: it still takes the photo for an open one.
    annotator.route("**/workflow/", lambda route: route.abort())
    for action in ("submit", "accept"):
        path = f"/api/images/{image}/workflow/"
        assert owner.request.post(path, data={"action": action}, headers=headers_of(owner)).ok

    drag(annotator, surface, (0.4, 0.5), (0.6, 0.5))
    note = annotator.get_by_role("status").filter(has_text="1 stroke of yours was not taken")
    expect(note).to_contain_text("was accepted by")
    np.testing.assert_array_equal(class_plane(annotator, image), before)

    # Opened again, the stroke is taken without anybody painting it anew.
    annotator.unroute("**/workflow/")
    owner.request.post(path, data={"action": "reopen"}, headers=headers_of(owner))
    expect(note).to_be_hidden(timeout=30_000)
    wait_until_saved(annotator)
    assert (class_plane(annotator, image) != before).any()


def test_of_two_who_claim_at_once_one_is_told_who_has_it(studio, owner, annotator, project):
    image = images_of(owner, project)[2]["id"]
    path = f"/api/images/{image}/workflow/"
    claim = """([path, token]) => fetch(path, {method: 'POST', body: '{"action": "claim"}',
        headers: {'Content-Type': 'application/json', 'X-CSRFToken': token}}).then(async (one) =>
        [one.status, (await one.json()).holder])"""

    pages = [owner, annotator]
    for page in pages:
        page.goto("/projects")
    for page in pages:  # both are under way before either is awaited
        token = headers_of(page)["X-CSRFToken"]
        page.evaluate(f"([path, token]) => {{ window.claimed = ({claim})([path, token]) }}", [path, token])
    answers = [page.evaluate("() => window.claimed") for page in pages]

    assert sorted(status for status, _ in answers) == [200, 409]
    (winner,) = [holder["name"] for status, holder in answers if status == 200]
    (told,) = [holder for status, holder in answers if status == 409]
    assert told == winner


def test_the_guide_is_written_illustrated_and_read_beside_the_photo(owner, annotator, project):
    owner.goto(f"/projects/{project}?tab=guide")
    owner.get_by_role("button", name="Write the guide").click()
    owner.get_by_role("textbox", name="Text of the guide").fill(
        "# What to paint\n\nEach **disc**. <img src=x onerror=alert(1)>"
    )
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_role("heading", name="What to paint")).to_be_visible()
    owner.get_by_role("button", name="Add part of a photo").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("photo_000")).click()
    region = dialog.get_by_role("application", name="The part to show")
    region.focus()
    owner.keyboard.press("ArrowRight")
    owner.keyboard.press("Shift+ArrowDown")
    dialog.get_by_text("Wrong", exact=True).click()
    dialog.get_by_role("textbox", name="Caption").fill("Not the wire")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(owner.get_by_role("img", name="Not the wire")).to_be_visible()

    # On her first visit Nina is shown it beside the canvas; T puts it away and takes it out again.
    image = images_of(annotator, project)[2]["id"]
    surface = open_annotator(annotator, image)
    panel = annotator.get_by_role("tabpanel")
    expect(panel).to_contain_text("Each disc.")
    expect(panel).to_contain_text("<img src=x onerror=alert(1)>")
    expect(panel.get_by_role("img", name="Not the wire")).to_be_visible()
    surface.focus()
    annotator.keyboard.press("t")
    expect(annotator.get_by_role("tab", name="Paint")).to_have_attribute("aria-selected", "true")
    annotator.reload()
    open_annotator(annotator, image)
    annotator.wait_for_timeout(500)
    expect(annotator.get_by_role("tab", name="Paint")).to_have_attribute("aria-selected", "true")
