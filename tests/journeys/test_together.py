"""Several people on one photo: strokes appear within a second, people see each other, and no pixel is lost silently."""

import time

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import scenes
from tests.journeys.pages import add_member, at_rest, class_plane, drag, images_of, open_annotator, wait_until_saved

# What the product promises is a second; a loaded test machine gets three.
SOON_S = 3.0


@pytest.fixture(scope="module")
def project(studio, tmp_path_factory) -> int:
    """Drawn photos of 900x700 with masks; each test has one of its own."""
    folder = scenes.supervisely_folder(tmp_path_factory.mktemp("drawn") / "lines", 4, 900, 700)
    return studio.import_folder(folder, "To paint together")


@pytest.fixture
def join(sign_in, project):
    """`join(owner, name, role)`: somebody else's page, who is made a member of the project."""

    def add(owner: Page, name: str, role: str = "annotator") -> Page:
        add_member(owner, project, name, role)
        return sign_in(name)

    return add


def guests(page: Page) -> Locator:
    return page.get_by_role("list", name="Also on this photo")


def status_under_pointer(page: Page) -> Locator:
    """Where the bar below tells the class under the pointer."""
    return page.locator("footer span").nth(2)


def under_pointer(page: Page) -> str:
    """The class the page has where its pointer is."""
    return status_under_pointer(page).inner_text()


def seconds_until_under(page: Page, place: tuple[float, float], name: str) -> float:
    """How long it takes until a page has a class at a place: its pointer trembles there, so that the bar is fresh."""
    started = time.monotonic()
    while time.monotonic() - started < 15:
        for step in (0, 1):
            page.mouse.move(place[0] + step, place[1])
            if under_pointer(page) == name:
                return time.monotonic() - started
            page.wait_for_timeout(30)
    raise AssertionError(f"{name} never appeared")


def test_the_other_s_stroke_is_seen_within_a_second(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    image = images_of(first, project)[0]["id"]
    one, other = open_annotator(first, image), open_annotator(second, image)
    expect(guests(first)).to_contain_text("paula")
    paint_as(first, "neutral")
    box = other.bounding_box()

    took = []
    for y in (0.4, 0.5, 0.6):
        place = (box["x"] + 0.5 * box["width"], box["y"] + y * box["height"])
        second.mouse.move(*place)
        expect(status_under_pointer(second)).not_to_have_text("neutral")  # the bar is told a few times a second
        drag(first, one, (0.45, y), (0.55, y))
        took.append(seconds_until_under(second, place, "neutral"))

    print(f"strokes of the other were seen after {', '.join(f'{one * 1000:.0f} ms' for one in took)}")
    assert max(took) < SOON_S


def test_without_a_socket_the_other_s_stroke_comes_a_little_later(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    second.route_web_socket("**/ws/images/**", lambda socket: socket.close())
    image = images_of(first, project)[0]["id"]
    one, other = open_annotator(first, image), open_annotator(second, image)
    paint_as(first, "neutral")
    box = other.bounding_box()
    place = (box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    second.mouse.move(*place)
    expect(status_under_pointer(second)).not_to_have_text("neutral")

    drag(first, one, (0.45, 0.3), (0.55, 0.3))

    assert seconds_until_under(second, place, "neutral") < 10
    expect(guests(second)).to_have_count(0)


def test_people_are_shown_with_name_and_place_and_are_gone_when_they_leave(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    image = images_of(first, project)[1]["id"]
    open_annotator(first, image)
    other = open_annotator(second, image)
    box = other.bounding_box()
    second.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    expect(guests(first)).to_contain_text("paula")
    expect(first.locator('[data-person="paula"]')).to_be_visible()

    second.goto("/projects")
    expect(guests(first)).to_have_count(0)
    expect(first.locator('[data-person="paula"]')).to_have_count(0)


def test_one_goes_to_where_the_other_looks_and_follows(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    image = images_of(first, project)[1]["id"]
    open_annotator(first, image)
    open_annotator(second, image)
    second.keyboard.press("Shift+1")
    zoom = second.locator("footer span").nth(1)
    expect(zoom).to_have_text("100 %")

    # It says 100 % a moment before it comes to rest there: until then one would go to where she was.
    frame = first.locator('[data-person="paula"] rect').first
    at_rest(first, lambda: [frame.get_attribute(side) for side in ("x", "y", "width", "height")], 1)
    first.get_by_role("button", name="Go to where paula looks").click()
    expect(first.locator("footer span").nth(1)).to_have_text("100 %")

    first.get_by_role("button", name="Follow paula").click()
    second.keyboard.press("0")
    expect(zoom).not_to_have_text("100 %")
    expect(first.locator("footer span").nth(1)).to_have_text(at_rest(second, zoom.inner_text))
    expect(first.get_by_role("button", name="Follow paula")).to_have_attribute("aria-pressed", "true")


def test_a_viewer_looks_on_and_is_seen(sign_in, join, project):
    first = sign_in()
    second = join(first, "vera", "viewer")
    image = images_of(first, project)[1]["id"]
    open_annotator(first, image)
    open_annotator(second, image)

    expect(guests(first)).to_contain_text("vera")
    expect(guests(second)).to_be_visible()


def test_pixels_that_both_changed_differently_are_marked_and_can_be_decided(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    image = images_of(first, project)[2]["id"]
    one, other = open_annotator(first, image), open_annotator(second, image)
    before = class_plane(first, image)
    paint_as(first, "Isolator")
    paint_as(second, "neutral")

    first.context.set_offline(True)
    drag(first, one, (0.4, 0.5), (0.6, 0.5))
    expect(first.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    drag(second, other, (0.5, 0.45), (0.5, 0.55))
    wait_until_saved(second)
    theirs = class_plane(second, image)
    first.context.set_offline(False)
    wait_until_saved(first)

    # Mine wins where both painted; all else of both is there.
    after = class_plane(first, image)
    both = (theirs != before) & (after != theirs)
    disputed = int(both.sum())
    assert disputed > 0
    assert set(np.unique(after[both])) == {1}
    assert set(np.unique(theirs[both])) == {2}
    count = first.get_by_role("button", name=f"{disputed:,} px disputed")
    expect(count).to_be_visible()
    expect(first.locator("[data-disputed]")).to_be_attached()
    expect(second.get_by_role("button", name="px disputed")).to_have_count(0)

    first.reload()
    open_annotator(first, image)
    count.click()
    expect(first.get_by_role("dialog")).to_contain_text("paula")
    first.get_by_role("button", name="Show").click()
    first.get_by_role("button", name="Take theirs").click()
    expect(count).to_have_count(0)
    wait_until_saved(first)
    np.testing.assert_array_equal(class_plane(first, image)[both], theirs[both])

    first.get_by_role("button", name="Undo").click()
    wait_until_saved(first)
    np.testing.assert_array_equal(class_plane(first, image), after)


def test_an_edit_that_meets_a_conflict_is_merged_and_both_strokes_are_there(sign_in, join, project):
    first = sign_in()
    second = join(first, "paula")
    image = images_of(first, project)[3]["id"]
    one, other = open_annotator(first, image), open_annotator(second, image)
    before = class_plane(first, image)
    paint_as(first, "Isolator")
    paint_as(second, "neutral")
    answers, held = [], []
    first.on("response", lambda response: answers.append(response.status) if is_edit(response) else None)

    # Made on what was there before the other's stroke, and sent after it.
    first.route("**/edits/", lambda route: held.append(route), times=1)
    drag(first, one, (0.4, 0.15), (0.6, 0.15))
    for _ in range(100):
        if held:
            break
        first.wait_for_timeout(50)
    drag(second, other, (0.4, 0.25), (0.6, 0.25))
    wait_until_saved(second)
    theirs = class_plane(second, image)
    held[0].continue_()
    wait_until_saved(first)

    assert answers == [409, 200]
    after = class_plane(first, image)
    is_theirs = theirs != before
    assert is_theirs.any()
    np.testing.assert_array_equal(after[is_theirs], theirs[is_theirs])
    assert (after[after != theirs] == 1).all()
    assert (after != theirs).any()


def is_edit(response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/edits/")


def test_two_tabs_of_one_person_are_two_people(sign_in, project):
    first = sign_in()
    image = images_of(first, project)[3]["id"]
    second = first.context.new_page()
    one, other = open_annotator(first, image), open_annotator(second, image)
    expect(guests(first)).to_contain_text("You, in another tab")
    expect(guests(second)).to_contain_text("You, in another tab")
    before = class_plane(first, image)
    paint_as(first, "Isolator")
    paint_as(second, "neutral")

    # The first tab is held up until the second has saved: both started from the same pixels.
    first.route("**/edits/", lambda route: (first.wait_for_timeout(900), route.continue_()), times=1)
    drag(first, one, (0.4, 0.5), (0.6, 0.5))
    drag(second, other, (0.5, 0.45), (0.5, 0.55))
    wait_until_saved(second)
    wait_until_saved(first)

    after = class_plane(first, image)
    assert {1, 2} <= set(np.unique(after[after != before]))
    disputed = first.get_by_role("button", name="px disputed")
    expect(disputed).to_be_visible()
    disputed.click()
    expect(first.get_by_role("dialog")).to_contain_text("You, in another tab")
    first.get_by_role("button", name="Keep mine").click()
    expect(disputed).to_have_count(0)
    np.testing.assert_array_equal(class_plane(first, image), after)

    second.close()
    expect(guests(first)).to_have_count(0)


def paint_as(page: Page, name: str) -> None:
    page.keyboard.press({"Isolator": "1", "neutral": "n"}[name])
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    page.keyboard.press("b")
