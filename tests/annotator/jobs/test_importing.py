"""Imports: a report first, then all or nothing."""

import base64
import io
import json
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from django.utils import timezone

from annotator.jobs import importing
from annotator.models import Edit, Image, Import, Photo, Project, Upload
from annotator.raster import regions
from annotator.services import images, imports, masks, photos, uploads
from studio import files, jobs
from studio.errors import Conflict, Refused


def bitmap(mask: np.ndarray) -> str:
    png = io.BytesIO()
    PIL.Image.fromarray(mask.astype(np.uint8) * 255).save(png, "PNG")
    return base64.b64encode(zlib.compress(png.getvalue())).decode()


def box_object(title: str, left: int, top: int, width: int, height: int) -> dict:
    mask = np.ones((height, width), bool)
    return {"classTitle": title, "bitmap": {"origin": [left, top], "data": bitmap(mask)}}


@pytest.fixture
def supervisely_folder(tmp_path, draw_photo):
    """Two photos in a 2018 project: two isolators that touch, then one of which half is covered by neutral."""
    root = tmp_path / "lines"
    meta = {"classes": [{"title": name, "shape": "bitmap", "color": "#123456"} for name in ("Isolator", "neutral")]}
    objects = {
        "a": [box_object("Isolator", 10, 10, 20, 30), box_object("Isolator", 30, 10, 20, 30)],
        "b": [box_object("Isolator", 100, 100, 40, 10), box_object("neutral", 120, 100, 40, 10)],
    }
    for stem, listed in objects.items():
        draw_photo(f"{stem}.jpg", folder=root / "day" / "img")
        annotation = {"size": {"width": 600, "height": 400}, "objects": listed, "tags": ["train"], "description": "x"}
        (root / "day" / "ann").mkdir(exist_ok=True)
        (root / "day" / "ann" / f"{stem}.json").write_text(json.dumps(annotation))
    (root / "meta.json").write_text(json.dumps(meta))
    return root


def scanned(owner, path: Path, project: Project | None = None, format: str = "auto") -> Import:
    found = imports.begin(owner, project=project, project_name="imported", path=path, format=format)
    job = jobs.perform(found.scan_id)
    assert job.status == "finished", job.problem
    return imports.import_for(owner, found.pk)


def taken(owner, path: Path, project: Project | None = None, format: str = "auto") -> Import:
    found = scanned(owner, path, project, format)
    job = jobs.perform(imports.commit(found).pk)
    assert job.status == "finished", job.details
    return imports.import_for(owner, found.pk)


def upload_of(user, name: str, data: bytes) -> int:
    upload = uploads.begin(user, name, len(data))
    return uploads.append(upload, 0, data).pk if data else upload.pk


def from_uploads(user, *upload_ids: int, **more) -> Import:
    found = imports.begin(user, **{"project_name": "imported", "upload_ids": list(upload_ids)} | more)
    jobs.perform(found.scan_id)
    return imports.import_for(user, found.pk)


def zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder.parent))
    return packed.getvalue()


def nothing_is_left(data_folder: Path) -> bool:
    kept = ("photos", "imports", "uploads")
    files_left = [path for name in kept for path in (data_folder / name).rglob("*") if path.is_file()]
    return not files_left and not Photo.objects.exists() and not Image.objects.exists()


def test_the_report_speaks_the_language_of_its_reader(owner, client_of, supervisely_folder):
    (supervisely_folder / "day" / "img" / "b.jpg").write_bytes(b"GIF89a")
    found = scanned(owner, supervisely_folder)

    told = client_of(owner).get(f"/api/imports/{found.pk}/", headers={"accept-language": "de"}).data["report"]

    assert found.report["findings"][0]["text"].startswith("b.jpg is a GIF; photos are JPEG")
    assert told["findings"][0] == {
        "level": "error",
        "at": "day/img/b.jpg",
        "text": "b.jpg ist ein GIF; Fotos sind JPEG, PNG, TIFF, WebP oder BMP.",
    }


def test_the_report_comes_before_anything_is_written(owner, data_folder, supervisely_folder):
    report = scanned(owner, supervisely_folder).report

    assert (report["format"], report["images"], report["new_photos"], report["can_commit"]) == (
        "supervisely",
        2,
        2,
        True,
    )
    assert report["objects"] == {"Isolator": 3, "neutral": 1}
    assert report["classes"][0] == {"name": "Isolator", "colour": "#123456", "is_new": True}
    assert (report["covered_px"], report["covered_objects"]) == (200, 1)
    assert report["preview"][0] == {"dataset": "day", "name": "a.jpg", "width": 600, "height": 400, "objects": 2}
    assert not Project.objects.exists()
    assert not Photo.objects.exists()


def test_an_import_brings_photos_masks_tags_and_objects(owner, data_folder, supervisely_folder):
    found = taken(owner, supervisely_folder)

    assert (found.state, found.project.name, found.project.made_by) == ("done", "imported", found.job)
    first, second = found.project.images.order_by("name")
    assert (first.dataset, first.name, first.tags, first.description) == ("day", "a.jpg", ["train"], "x")
    assert (first.object_count, first.class_px) == (2, {"1": 1200})
    assert (second.object_count, second.class_px) == (2, {"1": 200, "2": 400})
    assert first.edits.get().tool == "import"
    assert photos.path_of(first.photo).read_bytes() == (supervisely_folder / "day/img/a.jpg").read_bytes()


def test_ids_are_kept_only_where_components_would_not_do(owner, data_folder, supervisely_folder):
    first, second = taken(owner, supervisely_folder).project.images.order_by("name")

    assert (masks.has_objects(first), masks.has_objects(second)) == (True, False)
    _, found = regions.label_planes(*masks.planes_of(first))
    assert [region.box.as_list() for region in found] == [[10, 10, 30, 40], [30, 10, 50, 40]]


def test_a_zip_of_the_same_folder_says_the_same(owner, data_folder, supervisely_folder):
    upload = upload_of(owner, "lines.zip", zipped(supervisely_folder))

    found = from_uploads(owner, upload)
    jobs.perform(imports.commit(found).pk)

    assert found.report["objects"] == {"Isolator": 3, "neutral": 1}
    assert Project.objects.get().images.count() == 2
    assert not Upload.objects.exists()
    assert not [path for path in (data_folder / "imports").rglob("*") if path.is_file()]


def test_a_dropped_folder_is_many_uploads_with_paths(owner, data_folder, supervisely_folder):
    ids = [
        upload_of(owner, str(file.relative_to(supervisely_folder.parent)), file.read_bytes())
        for file in sorted(supervisely_folder.rglob("*"))
        if file.is_file()
    ]

    assert from_uploads(owner, *ids).report["objects"] == {"Isolator": 3, "neutral": 1}


def test_classes_are_matched_by_name_and_new_ones_added(owner, project, supervisely_folder):
    project.classes.filter(name="neutral").update(name="tower")

    taken(owner, supervisely_folder, project)

    assert list(project.classes.values_list("index", "name")) == [(1, "Isolator"), (2, "tower"), (3, "neutral")]
    assert project.images.get(name="b.jpg").class_px == {"1": 200, "3": 400}
    plane, _ = masks.planes_of(project.images.get(name="b.jpg"))
    assert plane.to_array(600, 400)[105, 150] == 3


def test_importing_twice_skips_what_is_there(owner, data_folder, supervisely_folder):
    project = taken(owner, supervisely_folder).project

    report = scanned(owner, supervisely_folder, project).report

    assert (report["images"], report["skipped"], report["can_commit"]) == (0, 2, False)
    assert "the same photo: skipped" in report["findings"][0]["text"]


def test_another_photo_under_a_taken_name_gets_a_number(owner, data_folder, supervisely_folder, draw_photo):
    project = taken(owner, supervisely_folder).project
    draw_photo("a.jpg", folder=supervisely_folder / "day" / "img")

    taken(owner, supervisely_folder, project)

    assert sorted(project.images.values_list("name", flat=True)) == ["a.jpg", "a_2.jpg", "b.jpg"]


def test_known_photos_are_recognised_and_kept_once(owner, data_folder, supervisely_folder):
    taken(owner, supervisely_folder)

    found = taken(owner, supervisely_folder)

    assert (found.report["known_photos"], found.report["new_photos"], found.report["bytes"]) == (2, 0, 0)
    assert (Photo.objects.count(), Image.objects.count(), found.project.name) == (2, 4, "imported_2")


def test_what_is_refused_is_named_and_the_rest_comes_in(owner, data_folder, supervisely_folder):
    photo = supervisely_folder / "day/img/a.jpg"
    photo.write_bytes(photo.read_bytes()[:-3000])
    (supervisely_folder / "day/img/notes.txt").write_text("hello")

    found = taken(owner, supervisely_folder)

    assert (found.report["images"], found.report["refused"]) == (1, 2)
    errors = [finding["text"] for finding in found.report["findings"] if finding["level"] == "error"]
    assert any("damaged or cut short" in text for text in errors)
    assert any("notes.txt" in text for text in errors)
    assert [image.name for image in found.project.images.all()] == ["b.jpg"]


def test_an_unknown_class_refuses_its_photo(owner, data_folder, supervisely_folder):
    annotation = supervisely_folder / "day/ann/a.json"
    annotation.write_text(annotation.read_text().replace('"Isolator"', '"isolator"'))

    report = scanned(owner, supervisely_folder).report

    assert (report["images"], report["refused"]) == (1, 1)
    assert "the nearest it names is 'Isolator'" in report["findings"][0]["text"]


def test_too_many_pixels_are_refused_with_the_limit(owner, data_folder, supervisely_folder, settings):
    settings.MAX_PIXELS = 1000

    report = scanned(owner, supervisely_folder).report

    assert (report["images"], report["can_commit"]) == (0, False)
    assert "more than the 1,000 allowed here" in report["findings"][0]["text"]


def test_an_import_without_anything_to_take_cannot_be_taken(owner, data_folder, tmp_path):
    (tmp_path / "empty").mkdir()
    found = scanned(owner, tmp_path / "empty")

    with pytest.raises(Refused, match="nothing in it that can be imported"):
        imports.commit(found)


def test_photos_without_masks_come_in_by_folder(owner, data_folder, draw_photo, tmp_path):
    root = tmp_path / "survey"
    draw_photo("a.png", folder=root)
    draw_photo("b.tif", folder=root / "day 2")

    found = taken(owner, root)

    assert found.report["format"] == "photos"
    assert list(found.project.images.values_list("dataset", "name")) == [("day 2", "b.tif"), ("ds", "a.png")]


def test_label_maps_beside_photos_are_found(owner, data_folder, draw_photo, tmp_path):
    root = tmp_path / "survey"
    draw_photo("a.jpg", folder=root)
    mask = np.zeros((400, 600), np.uint8)
    mask[10:20, 10:20], mask[50:60, 50:60] = 1, 255
    (root / "masks").mkdir()
    PIL.Image.fromarray(mask).save(root / "masks" / "a.png")

    found = taken(owner, root)

    assert found.report["format"] == "png"
    assert {label.name: label.pattern for label in found.project.classes.all()} == {"class_1": "", "neutral": "hatch"}
    assert found.project.images.get().class_px == {"1": 100, "2": 100}


def test_a_mask_of_another_size_is_refused(owner, data_folder, draw_photo, tmp_path):
    root = tmp_path / "survey"
    draw_photo("a.jpg", folder=root)
    (root / "masks").mkdir()
    PIL.Image.fromarray(np.ones((40, 60), np.uint8)).save(root / "masks" / "a.png")

    report = scanned(owner, root).report

    assert (report["images"], report["refused"]) == (0, 1)
    assert "60x40" in report["findings"][0]["text"]


@pytest.mark.parametrize("member", ["../../evil.jpg", "/evil.jpg"])
def test_a_zip_that_leads_out_of_its_folder_leaves_nothing(owner, data_folder, member):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, b"x")

    found = from_uploads(owner, upload_of(owner, "a.zip", packed.getvalue()))

    assert (found.state, found.scan.status) == ("failed", "failed")
    assert "leads out of its folder" in found.scan.problem
    assert nothing_is_left(data_folder)


def test_a_failure_half_way_leaves_nothing(owner, data_folder, supervisely_folder, monkeypatch):
    found = scanned(owner, supervisely_folder)
    monkeypatch.setattr(importing.images, "add_all", fail)

    job = jobs.perform(imports.commit(found).pk)

    found.refresh_from_db()
    assert (job.status, found.state) == ("failed", "failed")
    assert not Project.objects.exists()
    assert nothing_is_left(data_folder)


def fail(*args, **more):
    raise OSError("the disk is full")


def test_a_failure_never_takes_a_photo_that_others_show(owner, data_folder, supervisely_folder, monkeypatch):
    kept = taken(owner, supervisely_folder).project
    found = scanned(owner, supervisely_folder)
    monkeypatch.setattr(importing.images, "add_all", fail)

    jobs.perform(imports.commit(found).pk)

    assert all(photos.path_of(image.photo).exists() for image in kept.images.all())


def test_a_photo_that_changed_since_it_was_looked_at_is_not_taken(owner, data_folder, supervisely_folder, draw_photo):
    found = scanned(owner, supervisely_folder)
    draw_photo("b.jpg", folder=supervisely_folder / "day" / "img")

    job = jobs.perform(imports.commit(found).pk)

    assert job.status == "failed"
    assert "was changed while it was taken in" in job.problem
    assert nothing_is_left(data_folder)


def test_a_cancelled_import_can_be_taken_again(owner, data_folder, supervisely_folder):
    found = scanned(owner, supervisely_folder)
    job = imports.commit(found)
    jobs.cancel(job)

    again = imports.import_for(owner, found.pk)
    assert again.state == "ready"
    assert jobs.perform(imports.commit(again).pk).status == "finished"


def test_an_import_is_taken_once(owner, data_folder, supervisely_folder):
    found = taken(owner, supervisely_folder)

    with pytest.raises(Conflict, match="is done"):
        imports.commit(found)


def test_a_discarded_import_leaves_nothing(owner, data_folder, supervisely_folder):
    found = from_uploads(owner, upload_of(owner, "lines.zip", zipped(supervisely_folder)))

    imports.discard(found)

    assert not Import.objects.exists()
    assert not Upload.objects.exists()
    assert nothing_is_left(data_folder)


def test_an_import_at_work_cannot_be_discarded(owner, data_folder, supervisely_folder):
    found = imports.begin(owner, project_name="x", path=supervisely_folder)

    with pytest.raises(Conflict, match="a job is at work"):
        imports.discard(found)


def test_uploads_that_are_not_complete_cannot_be_imported(owner, data_folder):
    upload = uploads.begin(owner, "a.jpg", 10)

    with pytest.raises(Refused, match="has 0 of 10 bytes so far"):
        imports.begin(owner, project_name="x", upload_ids=[upload.pk])


def test_a_turned_photo_and_its_mask_stay_together(owner, data_folder, tmp_path):
    """The mask was drawn on the pixels as stored; both come upright."""
    root = tmp_path / "turned"
    (root / "ds" / "img").mkdir(parents=True)
    (root / "ds" / "ann").mkdir()
    pixels = np.zeros((400, 600, 3), np.uint8)
    pixels[50:80, 20:60] = 255
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.fromarray(pixels).save(root / "ds" / "img" / "a.jpg", exif=exif, quality=95)
    annotation = {
        "size": {"width": 600, "height": 400},
        "objects": [box_object("Isolator", 20, 50, 40, 30)],
        "tags": [],
    }
    (root / "ds" / "ann" / "a.json").write_text(json.dumps(annotation))
    (root / "meta.json").write_text(
        json.dumps({"classes": [{"title": "Isolator", "shape": "bitmap", "color": "#123456"}]})
    )

    image = taken(owner, root).project.images.get()

    assert (image.photo.width, image.photo.height) == (400, 600)
    plane, _ = masks.planes_of(image)
    is_white = importing.raster_photo.read(photos.path_of(image.photo))[..., 0] > 128
    np.testing.assert_array_equal(plane.to_array(400, 600) == 1, is_white)


def test_the_whole_story_over_http(annotator, client_of, data_folder, supervisely_folder):
    client = client_of(annotator)
    data = zipped(supervisely_folder)
    upload = client.post("/api/uploads/", {"name": "lines.zip", "size": len(data)}, format="json").json()
    client.patch(f"/api/uploads/{upload['id']}/?offset=0", data, content_type="application/octet-stream")

    begun = client.post("/api/imports/", {"project_name": "lines", "uploads": [upload["id"]]}, format="json").json()
    assert (begun["state"], begun["report"]) == ("scanning", None)
    jobs.perform(begun["scan"])
    ready = client.get(f"/api/imports/{begun['id']}/").json()
    assert (ready["state"], ready["report"]["images"], ready["report"]["can_commit"]) == ("ready", 2, True)

    importing_now = client.post(f"/api/imports/{begun['id']}/commit/").json()
    assert importing_now["state"] == "importing"
    jobs.perform(importing_now["job"])
    done = client.get(f"/api/imports/{begun['id']}/").json()
    assert done["state"] == "done"
    assert client.get(f"/api/projects/{done['project']}/").json()["image_count"] == 2


def test_the_pyramids_follow_by_a_job_of_their_own(owner, data_folder, supervisely_folder):
    from studio.models import Job

    taken(owner, supervisely_folder)

    job = jobs.perform(Job.objects.get(kind="pyramids").pk)

    assert job.result == {"built": 2, "failed": 0}
    assert set(Photo.objects.values_list("pyramid", flat=True)) == {"ready"}


def test_one_photo_that_fails_does_not_keep_the_others_waiting(owner, data_folder, supervisely_folder):
    from studio.models import Job

    taken(owner, supervisely_folder)
    photos.path_of(Photo.objects.first()).write_bytes(b"rust")

    job = jobs.perform(Job.objects.get(kind="pyramids").pk)

    assert (job.status, job.result) == ("finished", {"built": 1, "failed": 1})


def test_digests_in_the_plan_are_those_of_the_files(owner, data_folder, supervisely_folder):
    found = scanned(owner, supervisely_folder)

    plan = json.loads(importing.plan_of(found).read_text())

    assert {entry["sha256"] for entry in plan} == {
        files.sha256_of(supervisely_folder / "day" / "img" / name) for name in ("a.jpg", "b.jpg")
    }
    assert not Edit.objects.exists()
    assert not images.Image.objects.exists()


def crash(*args, **more):
    raise SystemExit


def test_a_worker_that_goes_down_leaves_the_scan_to_the_next_one(owner, data_folder, supervisely_folder, monkeypatch):
    upload = upload_of(owner, "lines.zip", zipped(supervisely_folder))
    found = imports.begin(owner, project_name="imported", upload_ids=[upload])
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(importing, "look", crash)
        jobs.perform(found.scan_id)

    jobs.perform(found.scan_id)

    assert imports.import_for(owner, found.pk).report["images"] == 2


def test_a_worker_that_goes_down_leaves_the_import_to_the_next_one(owner, data_folder, supervisely_folder, monkeypatch):
    found = scanned(owner, supervisely_folder)
    job = imports.commit(found)
    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(importing, "add", crash)
        jobs.perform(job.pk)

    assert jobs.perform(job.pk).status == "finished"
    assert Project.objects.get().images.count() == 2


def test_a_crash_after_the_last_row_does_not_import_twice(owner, data_folder, supervisely_folder):
    found = taken(owner, supervisely_folder)
    found.job.status = "queued"
    found.job.save()

    job = jobs.perform(found.job_id)

    assert (job.status, job.result["project"]) == ("finished", found.project_id)
    assert Project.objects.count() == 1


def test_imports_nobody_decided_on_make_room_after_a_week(owner, data_folder, supervisely_folder):
    old = from_uploads(owner, upload_of(owner, "lines.zip", zipped(supervisely_folder)))
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))

    fresh = scanned(owner, supervisely_folder)

    assert list(Import.objects.all()) == [fresh]
    assert not Upload.objects.exists()
