import json

import cv2
import numpy as np
import pytest
from django.utils import translation

from annotator.models import Image, Membership, Photo, Project
from annotator.raster import photo as raster_photo
from annotator.services import images, masks, photos, projects
from studio import jobs
from studio.errors import Refused
from studio.models import Job
from studio.texts import told
from tests.training.dtl.drawn import data, layer, random_part, save
from tests.training.dtl.stored import powerlines
from tests.training.dtl.test_graph import TUTORIAL
from training.dtl.split import by_source
from training.jobs import dtl as work
from training.services import dtl, dtl_results


@pytest.fixture
def source(owner, data_folder, tmp_path) -> Project:
    return powerlines(owner, tmp_path)


def text(*layers) -> str:
    return json.dumps(list(layers), indent=2)


def done(query: str, user, *, seed: int = 1, lossless: bool = False, expect: str = "finished") -> Job:
    job = jobs.perform(dtl.create_job(query, user, seed=seed, lossless=lossless).pk)
    assert job.status == expect, job.problem + job.details
    return job


def result_of(job: Job) -> Project:
    return Project.objects.get(pk=job.result["project"])


def stored(image: Image) -> tuple:
    """Everything of an image that a seed decides."""
    classes, objects = masks.planes_of(image)
    mask = classes.encoded(), objects.encoded() if objects else {}
    lineage = {key: value for key, value in image.lineage.items() if key != "image"}
    return image.dataset, image.name, image.tags, lineage, image.photo.sha256, mask, image.object_count


def files_in(folder) -> set:
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def test_the_tutorials_query_makes_a_project(source, owner):
    job = done(TUTORIAL, owner)
    project = result_of(job)
    found = list(project.images.select_related("photo"))

    assert project.name == "isolator_train"
    assert (project.made_by, project.source, project.deleted_at) == (job, source, None)
    assert [(c.index, c.name, c.colour, c.key, c.pattern) for c in project.classes.all()] == [
        (1, "Isolator", "#F5A623", "1", ""),
        (2, "neutral", "#9B9B9B", "n", "hatch"),
    ]
    assert len(found) == job.result["images"] > 20
    assert job.result["train"] + job.result["val"] == len(found)
    assert sum(image.object_count for image in found) == job.result["objects"]
    assert project.lineage["query"] == TUTORIAL
    assert (project.lineage["seed"], project.lineage["split"]) == (1, "after_crop")
    assert project.lineage["counts"]["images"] == len(found)


def test_every_crop_shows_its_part_of_the_photo_and_of_the_mask(source, owner):
    project = result_of(done(TUTORIAL, owner, lossless=True))

    for image in project.images.select_related("photo"):
        origin = Image.objects.select_related("photo").get(pk=image.lineage["image"])
        left, top, right, bottom = image.lineage["box"]
        turn = np.s_[:, ::-1] if image.lineage["flips"] else np.s_[:, :]
        photo = raster_photo.read(photos.path_of(origin.photo))[top:bottom, left:right][turn]
        mask = masks.planes_of(origin)[0].to_array(400, 320)[top:bottom, left:right][turn]

        assert np.array_equal(raster_photo.read(photos.path_of(image.photo)), photo)
        assert np.array_equal(masks.planes_of(image)[0].to_array(right - left, bottom - top), mask)
        assert image.photo.format == "PNG"
        assert image.name.endswith(".png")


def test_objects_that_touch_stay_two_in_a_crop(source, owner):
    crop = layer("crop", "$in", "$c", sides={"right": "200px", "bottom": "200px"})
    project = result_of(done(text(data(src="powerlines_annotated/*"), crop, save("$c")), owner))

    image = project.images.get(name="p0__crop.jpg")
    _, objects = masks.planes_of(image)
    assert image.object_count == 2
    assert set(np.unique(objects.to_array(200, 120))) == {0, 3, 8}


def test_untouched_photos_are_shared_not_copied(source, owner, data_folder):
    before = files_in(data_folder)
    project = result_of(done(text(data(src="powerlines_annotated/*"), save("$in", "same")), owner))

    assert files_in(data_folder) == before
    assert [image.name for image in project.images.all()] == ["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"]
    assert set(project.images.values_list("photo", flat=True)) == set(source.images.values_list("photo", flat=True))
    for image, origin in zip(project.images.all(), source.images.all(), strict=True):
        assert (image.class_px, image.object_count, image.tags) == (origin.class_px, origin.object_count, origin.tags)


def test_crops_are_jpegs_of_quality_95_where_their_source_is_one(source, owner):
    project = result_of(done(TUTORIAL, owner))
    image = project.images.select_related("photo").first()

    left, top, right, bottom = image.lineage["box"]
    origin = Image.objects.select_related("photo").get(pk=image.lineage["image"])
    part = raster_photo.read(photos.path_of(origin.photo))[top:bottom, left:right]
    part = part[:, ::-1] if image.lineage["flips"] else part
    expected = cv2.imencode(".jpg", np.ascontiguousarray(part[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
    assert photos.path_of(image.photo).read_bytes() == expected.tobytes()
    assert image.photo.format == "JPEG"


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_seed_makes_the_same_project_with_any_number_of_threads(source, owner, threads, monkeypatch):
    first = [stored(image) for image in result_of(done(TUTORIAL, owner)).images.select_related("photo")]
    monkeypatch.setattr(work, "THREADS", threads)
    monkeypatch.setattr(work, "BATCH", 3)
    second = [stored(image) for image in result_of(done(TUTORIAL, owner)).images.select_related("photo")]

    assert second == first


def test_another_seed_makes_another_project(source, owner):
    first, second = (result_of(done(TUTORIAL, owner, seed=seed)) for seed in (1, 2))
    assert {image.lineage["box"][0] for image in first.images.all()} != {
        image.lineage["box"][0] for image in second.images.all()
    }
    assert second.name == "isolator_train_2"


def test_split_by_source_leaves_no_photo_on_both_sides(source, owner):
    job = done(by_source(TUTORIAL, [6]), owner)

    assert job.result["split"] == "by_source"
    assert job.result["shared_photos"] == 0
    assert job.result["val"] > 0


def test_crops_of_crops_know_the_photo_they_all_show(source, owner):
    done(TUTORIAL, owner)
    query = text(
        data(src="isolator_train/*"), layer("crop", "$in", "$c", sides={"left": "1px"}), save("$c", "crops of crops")
    )
    project = result_of(done(query, owner))

    originals = set(source.images.values_list("photo__sha256", flat=True))
    assert {image.lineage["photo"] for image in project.images.all()} <= originals
    assert dtl.meta_of(Project.objects.get(name="isolator_train")).has_relatives
    assert not dtl.meta_of(source).has_relatives


def test_dropped_and_deleted_classes_leave_no_pixels(source, owner):
    projects_classes = source.classes.get(name="neutral")
    from annotator.services import classes as class_service

    class_service.delete_class(projects_classes)
    project = result_of(done(text(data(src="powerlines_annotated/*"), save("$in", "less")), owner))

    assert [one.name for one in project.classes.all()] == ["Isolator"]
    assert {index for image in project.images.all() for index in image.class_px} == {"1"}


def test_a_result_without_images_is_a_sentence_and_leaves_nothing(source, owner, data_folder):
    before = files_in(data_folder)
    query = text(
        data(src="powerlines_annotated/*"),
        layer("multiply", "$in", "$m", multiply=5),
        layer("if", "$m", ["$a", "null"], condition={"min_width": 5000}),
        save("$a", "nothing"),
    )
    job = done(query, owner, expect="failed")

    assert job.problem == (
        "The result would be empty: 4 photos became 20 images at layer 3 "
        "(if: at least 5000 px wide), and none went on from there."
    )
    with translation.override("de"):
        assert "Schicht 3 (if: mindestens 5000 px breit)" in told(Job.objects.get(pk=job.pk).problem)
    assert not Project.objects.filter(name="nothing").exists()
    assert files_in(data_folder) == before


@pytest.mark.parametrize("fails_at", ["take", "finish"])
def test_a_run_that_fails_leaves_no_project_no_rows_and_no_files(source, owner, data_folder, monkeypatch, fails_at):
    before = files_in(data_folder), Photo.objects.count(), Image.objects.count()
    calls = iter(range(2))

    def fail(*args, real=work.take) -> None:
        if fails_at == "take" and next(calls, None) is not None:
            return real(*args)
        raise OSError("the disk is full")

    monkeypatch.setattr(work if fails_at == "take" else dtl_results, fails_at, fail)
    monkeypatch.setattr(work, "BATCH", 2)
    job = done(TUTORIAL, owner, expect="failed")

    assert "the disk is full" in job.problem
    assert (files_in(data_folder), Photo.objects.count(), Image.objects.count()) == before
    assert Project.objects.count() == 1


def test_a_cancelled_run_leaves_nothing(source, owner, data_folder, monkeypatch):
    before = files_in(data_folder), Photo.objects.count(), Image.objects.count()
    job = dtl.create_job(TUTORIAL, owner, seed=1)

    def wish(kind: str, _) -> None:
        if kind == "progress":
            run_of["run"]._wish = "cancel"

    run_of = {}
    real = jobs.Run.progress

    def progress(self, *args) -> None:
        run_of["run"] = self
        real(self, *args)

    monkeypatch.setattr(jobs.Run, "progress", progress)
    ended = jobs.perform(job.pk, wish)

    assert ended.status == "cancelled"
    assert (files_in(data_folder), Photo.objects.count(), Image.objects.count()) == before
    assert Project.objects.count() == 1


def test_files_that_others_use_stay_when_a_run_fails(source, owner, data_folder, monkeypatch):
    first = result_of(done(TUTORIAL, owner))

    def fail(*_) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(dtl_results, "finish", fail)
    done(TUTORIAL, owner, expect="failed")

    assert all(photos.path_of(image.photo).exists() for image in first.images.select_related("photo"))


def test_what_a_dead_worker_left_is_removed_by_the_next_run(source, owner, data_folder):
    dead = dtl.create_job(TUTORIAL, owner, seed=1)
    seen = dtl.look(TUTORIAL, owner)
    half = dtl_results.begin(dead, "isolator_train", seen.checked.classes, source)
    images.add_image(half, Photo.objects.first(), "ds", "left.jpg", user=owner)
    drafts = dtl_results.drafts_of(dead)
    (drafts / "aa").write_bytes(b"a file that no row tells of")
    (drafts / "bb").write_bytes(b"a draft")
    dtl_results.promote(drafts / "aa", photos.place("aa", "JPEG"))
    assert projects.by_name(owner, "isolator_train") is None
    Job.objects.filter(pk=dead.pk).update(status="failed")

    job = done(TUTORIAL, owner)

    assert not Project.objects.filter(pk=half.pk).exists()
    assert list((data_folder / "drafts").iterdir()) == []
    assert not photos.place("aa", "JPEG").exists()
    assert result_of(job).name == "isolator_train"


def test_a_run_picked_up_after_a_crash_begins_again(source, owner):
    job = dtl.create_job(TUTORIAL, owner, seed=1)
    half = dtl_results.begin(job, "isolator_train", dtl.look(TUTORIAL, owner).checked.classes, source)

    ended = jobs.perform(job.pk)

    assert ended.status == "finished"
    assert not Project.objects.filter(pk=half.pk).exists()


def test_nobody_sees_a_project_that_is_not_complete(source, owner):
    job = dtl.create_job(TUTORIAL, owner, seed=1)
    dtl_results.begin(job, "isolator_train", (), source)

    assert list(projects.listed(owner)) == [source]
    assert list(projects.listed(owner, trash=True)) == []


def test_members_of_the_result_are_those_of_all_inputs_in_their_least_role(owner, annotator, viewer, source, tmp_path):
    other = powerlines(owner, tmp_path, name="more")
    Membership.objects.create(project=source, user=annotator, role="owner")
    Membership.objects.create(project=other, user=annotator, role="viewer")
    Membership.objects.create(project=other, user=viewer, role="viewer")
    query = text(data("$1", "powerlines_annotated"), data("$2", "more"), save(["$1", "$2"], "both"))

    project = result_of(done(query, owner))

    assert dict(project.memberships.values_list("user__username", "role")) == {"olga": "owner", "anton": "viewer"}
    assert sorted(set(project.images.values_list("dataset", flat=True))) == ["more__ds", "powerlines_annotated__ds"]


def test_a_project_that_went_away_while_the_job_waited_is_a_sentence(source, owner):
    job = dtl.create_job(TUTORIAL, owner, seed=1)
    projects.delete_project(source)

    ended = jobs.perform(job.pk)

    assert ended.status == "failed"
    assert "the project is in the trash" in ended.problem


def test_what_was_dropped_on_the_way_is_in_the_log(source, owner):
    query = text(
        data(src="powerlines_annotated"),
        layer("multiply", "$in", "$m", multiply=20),
        layer("crop", "$m", "$c", random_part=random_part(0, 0.5)),
        save(["$c", "$in"], "tiny"),
    )
    job = done(query, owner)

    warnings = [event.data["text"] for event in job.events.all() if event.data.get("level") == "warning"]
    assert len(warnings) == 1
    assert warnings[0].startswith("layer 3: crop: nothing was left of an image (")


@pytest.mark.parametrize("extension", [".png", ".tif", ".bmp", ".webp"])
def test_crops_keep_the_format_of_their_source(owner, data_folder, tmp_path, extension):
    powerlines(owner, tmp_path, count=2, extension=extension)
    crop = layer("crop", "$in", "$c", sides={"left": "100px"})
    project = result_of(done(text(data(src="powerlines_annotated"), crop, save("$c")), owner))

    image = project.images.select_related("photo").get(name=f"p0__crop{extension}")
    info = raster_photo.probe(photos.path_of(image.photo))
    assert (info.format, info.width, info.height, info.bytes) == (
        image.photo.format, 300, 320, image.photo.size
    )  # fmt: skip


def test_a_query_with_faults_makes_no_job(source, owner):
    with pytest.raises(Refused) as refused:
        dtl.create_job(TUTORIAL.replace('"vertical"', '"up"'), owner)
    assert refused.value.problem == ("layer 5: flip: settings.axis: expected 'vertical' or 'horizontal', found 'up'")
    assert not Job.objects.exists()
