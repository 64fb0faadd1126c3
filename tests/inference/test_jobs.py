"""Predicting a project: what is in the result, what is told on the way, and what a crash or a cancel leaves."""

import numpy as np
import pytest

from annotator.models import Image, Project
from annotator.services import masks
from inference.models import PredictionRun, Probability
from inference.services import runs
from studio import jobs
from studio.models import Job
from tests.inference.conftest import RED, SLIDING, mask_of

pytestmark = pytest.mark.django_db


def mask(image: Image) -> np.ndarray:
    return masks.planes_of(image)[0].to_array(image.photo.width, image.photo.height)


def images(run: PredictionRun) -> list[Image]:
    return list(run.result.images.select_related("photo").order_by("name"))


def events(run: PredictionRun, kind: str) -> list[dict]:
    return [event.data for event in run.job.events.filter(kind=kind)]


def test_the_result_shows_the_same_photos_with_the_predicted_class(run, project):
    first, second = images(run)

    assert [label.name for label in run.result.classes.all()] == ["Isolator_unet"]
    assert run.result.classes.get().colour == "#F5A623"
    assert [image.photo_id for image in (first, second)] == [image.photo_id for image in project.images.all()]
    assert (first.dataset, first.name, first.tags) == ("ds", "a.png", ["windy"])
    expected = mask_of([(*box, 1) for box in RED])
    assert (mask(first) == expected).mean() > 0.99
    assert (mask(second) == expected).mean() > 0.99


def test_a_result_image_holds_one_object_per_class(run):
    assert [image.object_count for image in images(run)] == [1, 1]


def test_what_was_painted_before_is_dropped_unless_asked_for(predicted):
    kept = {**SLIDING, "existing_objects": {"save_classes": ["Isolator", "neutral"], "add_suffix": "_old"}}

    run = predicted(kept)

    assert [label.name for label in run.result.classes.all()] == ["Isolator_old", "neutral_old", "Isolator_unet"]
    assert run.result.classes.get(name="neutral_old").pattern == "hatch"
    first = mask(images(run)[0])
    assert first[40, 70] == 3  # predicted lies over what was there
    assert set(np.unique(first)) <= {0, 1, 2, 3}


def test_existing_objects_stay_where_nothing_is_predicted(predicted, project, owner):
    image = project.images.get(name="b.png")
    masks.paint(image, mask_of([(0, 200, 20, 220, 2)]), None, whole(image), user=owner, tool="brush")

    run = predicted({**SLIDING, "existing_objects": {"save_classes": "__all__", "add_suffix": "_old"}})

    second = mask(images(run)[1])
    assert (second[200:220, 0:20] == 2).all()
    assert (second[150, 215], second[40, 70]) == (3, 3)


def whole(image):
    from annotator.raster.box import Box

    return Box.of_size(image.photo.width, image.photo.height)


def test_the_result_knows_where_it_comes_from(run, project, model):
    first = images(run)[0]

    assert run.result.source == project and run.result.made_by == run.job
    assert run.result.lineage["kind"] == "predict"
    assert run.result.lineage["model"] == {"id": model.pk, "title": "lines unet"}
    assert first.lineage["image"] == project.images.get(name="a.png").pk
    assert first.edits.get().tool == "predict"


def test_the_members_of_the_project_see_the_result(run):
    roles = {m.user.username: m.role for m in run.result.memberships.all()}

    assert roles == {"olga": "owner", "anton": "annotator", "vera": "viewer"}


def test_windows_are_told_while_they_are_looked_at(run):
    image = images(run)[0]
    told = [data for data in events(run, "windows") if data["image"] == image.pk]

    boxes = [box for data in told for box in data["boxes"]]
    assert boxes == runs.windows_of(image)
    assert told[-1]["done"] == told[-1]["total"] == 9
    assert [data["source_image"] for data in events(run, "image")] == [i.lineage["image"] for i in images(run)]
    assert len(events(run, "image_done")) == 2


def test_facts_say_how_it_ran(run):
    assert run.facts["device"] and run.facts["images"] == 2 and run.facts["windows"] == 18
    assert run.facts["show_windows"] is False
    assert events(run, "facts") == [run.facts]


def test_kept_windows_are_noted_for_the_review(predicted):
    run = predicted({**SLIDING, "mode": {**SLIDING["mode"], "save": True}})

    assert run.facts["show_windows"] is run.result.lineage["show_windows"] is True
    assert run.facts["window_class"] == "sliding_window"


def test_probabilities_are_kept_at_network_resolution(run, data_folder):
    image = images(run)[0]
    found = Probability.objects.get(image=image)

    assert (found.class_name, found.width, found.height, found.levels) == ("Isolator_unet", 160, 128, 1)
    assert (data_folder / found.folder / "0" / "0_0.png").exists()


def test_a_background_that_is_kept_fills_what_nothing_else_is(predicted):
    run = predicted({**SLIDING, "model_classes": {"save_classes": "__all__", "add_suffix": "_unet"}})

    assert [label.name for label in run.result.classes.all()] == ["bg_unet", "Isolator_unet"]
    first = images(run)[0]
    assert mask(first).all()
    assert [p.class_name for p in first.probabilities.all()] == ["Isolator_unet"]


def test_a_name_that_is_taken_gets_a_number(predicted):
    predicted()

    assert predicted().result.name == "found_2"


def test_the_full_image_mode_works_too(predicted):
    run = predicted({"model_classes": {"save_classes": ["Isolator"]}})

    assert run.facts["windows"] == 2
    assert (mask(images(run)[0]) == mask_of([(*box, 1) for box in RED])).mean() > 0.97


class Struck(Exception):
    """The worker dies."""


def test_after_a_crash_finished_photos_are_kept(owner, model, project, network, monkeypatch):
    from inference import jobs as work

    run = runs.create(owner, model, project, SLIDING, "found")
    look = work.look

    def second_kills(*arguments):
        if network.seen:
            raise Struck
        look(*arguments)

    monkeypatch.setattr(work, "look", second_kills)
    assert jobs.perform(run.job.pk).status == "failed"
    monkeypatch.setattr(work, "look", look)
    seen = network.seen

    jobs.resume(Job.objects.get(pk=run.job.pk))
    assert jobs.perform(run.job.pk).status == "finished"

    run.refresh_from_db()
    assert network.seen == 2 * seen
    assert Project.objects.filter(name__startswith="found").count() == 1
    assert all(mask(image).any() for image in images(run))


def test_a_photo_that_was_saved_but_not_told_is_not_saved_twice(run):
    run.job.events.filter(kind="image_done").delete()
    Job.objects.filter(pk=run.job_id).update(status="queued")

    assert jobs.perform(run.job_id).status == "finished"

    assert [image.edits.count() for image in images(run)] == [1, 1]
    assert Probability.objects.count() == 2


def test_cancelling_removes_the_result_and_its_files(owner, model, project, network, data_folder):
    run = runs.create(owner, model, project, SLIDING, "found")

    def cancel_at_the_second_photo(kind, data):
        if kind == "image" and data["index"] == 2:
            jobs.cancel(Job.objects.get(pk=run.job.pk))
            running._wish = "cancel"

    running = None
    started = jobs.Run.__init__

    def remember(self, *arguments):
        nonlocal running
        running = self
        started(self, *arguments)

    jobs.Run.__init__ = remember
    try:
        assert jobs.perform(run.job.pk, cancel_at_the_second_photo).status == "cancelled"
    finally:
        jobs.Run.__init__ = started

    run.refresh_from_db()
    assert run.result is None
    assert not Project.objects.filter(name="found").exists()
    assert not list((data_folder / "probabilities").rglob("*.png"))
    assert project.images.count() == 2


def test_cancelling_an_interrupted_prediction_removes_what_it_left(run, data_folder):
    Job.objects.filter(pk=run.job_id).update(status="interrupted")

    jobs.cancel(Job.objects.get(pk=run.job_id))

    run.refresh_from_db()
    assert run.result is None and not Project.objects.filter(name="found").exists()
    assert not list((data_folder / "probabilities").rglob("*.png"))


def test_a_model_that_was_deleted_meanwhile_is_a_sentence(owner, model, project, network):
    run = runs.create(owner, model, project, SLIDING, "found")
    model.delete()

    job = jobs.perform(run.job.pk)

    assert (job.status, job.problem) == ("failed", "The model or the project of this prediction was deleted.")
