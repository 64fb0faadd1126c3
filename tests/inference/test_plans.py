"""What a prediction would do, said before it starts."""

import json
from pathlib import Path

import pytest

from inference.services import plans
from tests.inference.conftest import SLIDING

pytestmark = pytest.mark.django_db

TUTORIAL = {
    "mode": {
        "save": False,
        "source": "sliding_window",
        "window": {"width": 512, "height": 512},
        "min_overlap": {"x": 128, "y": 128},
    },
    "gpu_devices": [0],
    "model_classes": {"add_suffix": "_unet", "save_classes": ["Isolator"]},
    "existing_objects": {"add_suffix": "", "save_classes": []},
}


def complaint(config, model, project) -> str:
    return str(plans.plan(config, model, project).complaints[0])


def test_the_tutorial_config_fits(model, project):
    plan = plans.plan(TUTORIAL, model, project)

    assert plan.is_ready
    assert [(one.name, one.colour) for one in plan.classes] == [("Isolator_unet", "#F5A623")]
    assert plan.predicted() == {1: 1} and plan.kept() == {}


def test_windows_and_scale_are_counted_over_all_photos(model, project):
    plan = plans.plan(SLIDING, model, project)

    assert (plan.images, plan.windows) == (2, 18)
    assert plan.scale_inference.mean == 0.5
    assert plan.scale_train.mean == 0.4
    assert plan.suggested_window == 160


def test_a_project_without_photos_is_a_complaint(model, project):
    project.images.update(deleted_at=project.created_at)

    assert complaint(SLIDING, model, project) == "'lines' has no photos to look at"


def test_windows_without_number_are_a_complaint(model, project, monkeypatch):
    monkeypatch.setattr(plans, "MOST_WINDOWS", 100)
    tiny = {"mode": {"source": "sliding_window", "window": {"width": 8, "height": 8}}}

    assert "take larger ones" in complaint(tiny, model, project)


def test_a_class_the_model_does_not_have_is_named(model, project):
    config = {"model_classes": {"save_classes": ["isolator"]}}

    assert complaint(config, model, project) == (
        "model_classes.save_classes: the model has no class 'isolator' (upper and lower case count); "
        "it has: bg, Isolator"
    )


def test_a_class_the_project_does_not_have_is_named(model, project):
    config = {"existing_objects": {"save_classes": ["tower"]}}

    assert complaint(config, model, project).startswith(
        "existing_objects.save_classes: the project has no class 'tower'"
    )


def test_result_names_must_differ(model, project):
    config = {
        "model_classes": {"save_classes": "__all__", "add_suffix": ""},
        "existing_objects": {"save_classes": "__all__"},
    }

    assert complaint(config, model, project) == (
        "model_classes.add_suffix: non-unique result class names: 'Isolator'; give one of them another suffix"
    )


def test_the_form_of_2019_without_a_suffix_collides_with_what_it_keeps(model, project):
    config = {"model": {"gpu_device": 0}, "mode": {"name": "sliding_window"}}

    assert "non-unique result class names" in complaint(config, model, project)


def test_keeping_nothing_is_refused(model, project):
    assert "no class would be kept" in complaint({"model_classes": {"save_classes": []}}, model, project)


def test_a_half_filled_form_is_checked_as_far_as_it_goes(model, project):
    assert plans.plan(TUTORIAL, None, None).is_ready
    assert plans.plan(TUTORIAL, model, None).classes[0].name == "Isolator_unet"
    assert plans.plan(TUTORIAL, None, project).images == 2
    assert not plans.plan({"mode": {"source": "roi"}}, None, None).is_ready


def test_the_tutorial_document_is_the_one_tested_here():
    shared = Path(__file__).parents[3] / "shared" / "tutorial" / "inference.json"
    if not shared.exists():
        pytest.skip("the tutorial's documents are not on this machine")
    assert json.loads(shared.read_text()) == TUTORIAL
