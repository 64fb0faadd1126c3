"""The tutorial's three documents through the pages: import, build, train, predict, review, adopt; cancel and resume."""

import os
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests import scenes
from tests.journeys.pages import check_accessibility, class_plane, images_of, open_annotator, project_named

DOCUMENTS = Path(__file__).parent.parent / "documents"
SIZE = (900, 700)
LONG_MS = 780_000  # a training on a small machine that does other things, too


def read(name: str) -> str:
    return (DOCUMENTS / name).read_text()


def fill_editor(page: Page, label: str, text: str) -> None:
    """Replace the whole text of a JSON editor, as pasting does."""
    editor = page.get_by_label(label).locator(".cm-content").or_(page.locator(f".cm-content[aria-label='{label}']"))
    editor.first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def choose(page: Page, label: str, option: str | re.Pattern) -> None:
    """Pick an option of a drop-down by what it says."""
    page.get_by_role("combobox", name=label).or_(page.get_by_role("textbox", name=label)).first.click()
    page.get_by_role("option", name=option).first.click()


def import_folder(page: Page, folder: Path, name: str) -> int:
    page.goto("/projects")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_label("Folder", exact=True).set_input_files(folder)
    page.get_by_label("Name of the new project").fill(name)
    page.get_by_role("button", name=re.compile(r"^Send \d+ file")).click()
    page.get_by_role("button", name=re.compile(r"^Import \d+ photo")).click(timeout=60_000)
    page.get_by_role("link", name="Open the project").click(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return project_named(page, name)["id"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """An annotated photo to learn from and one to try it on, drawn small: training takes the longest of all."""
    root = tmp_path_factory.mktemp("tutorial")
    return {
        "powerlines_annotated": scenes.supervisely_folder(root / "powerlines_annotated", 1, *SIZE, seed=20),
        "powerlines_test": scenes.png_folder(root / "powerlines_test", 1, *SIZE, seed=50),
    }


def test_the_whole_loop_from_import_to_adopted_prediction(page: Page, studio, folders):
    # Import: the report first, then the project.
    annotated = import_folder(page, folders["powerlines_annotated"], "powerlines_annotated")
    tested = import_folder(page, folders["powerlines_test"], "powerlines_test")
    assert all(image["is_annotated"] for image in images_of(page, annotated))

    # Build: the tutorial's query as it is written, looked at, then run.
    page.goto(f"/dtl?project={annotated}")
    fill_editor(page, "Query as JSON", read("dtl.json"))
    expect(page.get_by_text("Makes the project")).to_be_visible()
    expect(page.get_by_role("button", name="Split by source photo instead")).to_be_visible()
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_text(re.compile(r"results?, out of"))).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Run").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Open the result").click(timeout=120_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("isolator_train")
    crops = project_named(page, "isolator_train")["image_count"]
    assert crops > 0 and crops % 2 == 0

    # Train: the tutorial's config as it is written, on a network for CPUs.
    page.goto(f"/training?project={project_named(page, 'isolator_train')['id']}")
    choose(page, "Network", re.compile("quarter", re.I))
    choose(page, "Starting point", re.compile("random", re.I))
    page.get_by_label("Title").fill("UNetV2 isolator 10ep 1e-4")
    fill_editor(page, "Training config as JSON", read("train.json"))
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("UNetV2 isolator 10ep 1e-4")
    expect(page.get_by_role("region", name="Models")).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("region", name="Checkpoints").get_by_text("best", exact=False).first).to_be_visible()
    check_accessibility(page)
    run = page.url.rsplit("/", 1)[1]
    story = page.request.get(f"/api/training/runs/{run}/").json()
    assert [one["number"] for one in story["checkpoints"]] == list(range(1, 11))

    # Predict: the tutorial's config as it is written.
    model = page.request.get("/api/models/").json()["results"][0]
    assert model["title"] == "UNetV2 isolator 10ep 1e-4"
    page.goto(f"/predict?model={model['id']}&project={tested}")
    page.get_by_role("tab", name="JSON").click()
    fill_editor(page, "Inference config", read("inference.json"))
    page.get_by_label("Name of the result").fill("inf_powerlines_test_01")
    page.get_by_role("button", name="Start prediction").click()
    page.wait_for_url("**/predictions/*")
    expect(page.get_by_role("heading", level=2, name="Review")).to_be_visible(timeout=LONG_MS)
    check_accessibility(page)
    result = project_named(page, "inf_powerlines_test_01")
    assert [one["name"] for one in result["classes"]] == ["Isolator_unet"]

    # Review: the same photo as it was annotated, a threshold, the differences and their scores.
    page.locator(f"a[href='/review/{images_of(page, result['id'])[0]['id']}']").click()
    expect(page.get_by_role("radio", name="Differences")).to_be_enabled()
    page.get_by_text("Differences", exact=True).click()
    slider = page.get_by_role("slider", name="Threshold")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-score=iou]")).to_have_text(re.compile(r"0\.\d{3}"))
    check_accessibility(page)

    # Adopt into the annotation, where it is an ordinary edit; and take it back.
    target = images_of(page, tested)[0]["id"]
    before = class_plane(page, target)
    page.get_by_role("button", name="Adopt …").click()
    page.get_by_role("dialog").get_by_role("button", name="Adopt", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert (class_plane(page, target) != before).any()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The adoption was undone.")).to_be_visible()
    np.testing.assert_array_equal(class_plane(page, target), before)
    open_annotator(page, target)


def start_training(page: Page, title: str) -> str:
    page.goto(f"/training?project={project_named(page, 'isolator_train')['id']}")
    choose(page, "Network", re.compile("quarter", re.I))
    choose(page, "Starting point", re.compile("random", re.I))
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url.rsplit("/", 1)[1]


def run_of(page: Page, run: str) -> dict:
    return page.request.get(f"/api/training/runs/{run}/").json()


def wait_for(page: Page, run: str, condition, timeout_s: float = 300) -> dict:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        found = run_of(page, run)
        if condition(found):
            return found
        page.wait_for_timeout(500)
    raise AssertionError(f"waited {timeout_s} s in vain; last: {found['job']['status']} {found['job']['problem']}")


def test_a_killed_training_goes_on_from_its_last_checkpoint_and_stop_keeps_it(page: Page, studio):
    run = start_training(page, "Killed and resumed")
    wait_for(page, run, lambda found: len(found["checkpoints"]) >= 1)

    for process in studio.processes("gpu@"):
        os.kill(process, signal.SIGKILL)

    resumed = wait_for(page, run, lambda found: len(found["checkpoints"]) >= 2)
    assert resumed["job"]["attempts"] == 2
    numbers = [one["number"] for one in resumed["checkpoints"]]
    assert numbers == list(range(1, len(numbers) + 1))

    page.reload()
    page.get_by_role("button", name="Stop").click()
    ended = wait_for(page, run, lambda found: found["job"]["status"] == "stopped")
    assert ended["models"], "what was learned until Stop is kept as a model"


def test_a_cancelled_training_leaves_no_model_and_no_checkpoints(page: Page, studio):
    run = start_training(page, "Cancelled")
    wait_for(page, run, lambda found: found["job"]["status"] == "running" and found["job"]["done"] > 0)

    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Cancel|Discard")).click()

    ended = wait_for(page, run, lambda found: found["job"]["status"] == "cancelled")
    assert ended["models"] == []
    assert all(one["swept_at"] for one in ended["checkpoints"])
