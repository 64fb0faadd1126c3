"""Exports: what goes out comes back the same."""

import io
import json
import zipfile

import numpy as np
import PIL.Image
import pytest

from annotator.models import Project
from annotator.raster import regions
from annotator.services import classes, exports, images, imports, masks, projects
from studio import jobs
from studio.errors import Refused


def objects_of(image) -> list:
    ids, found = regions.label_planes(*masks.planes_of(image))
    return sorted((r.class_index, r.box.as_list(), r.area, mask.tobytes()) for r, mask in regions.masks(ids, found))


def exported(project, owner, **more):
    job = jobs.perform(exports.begin(project, user=owner, **more).pk)
    assert job.status == "finished", job.details
    return job


def imported(owner, path) -> Project:
    found = imports.begin(owner, project_name="again", path=path)
    jobs.perform(found.scan_id)
    jobs.perform(imports.commit(imports.import_for(owner, found.pk)).pk)
    return Project.objects.get(name="again")


def test_a_supervisely_project_comes_back_object_for_object(project, painted, owner, tmp_path):
    images.change_image(painted, tags=["train", {"name": "weather", "value": "fog"}], description="windy")

    exported(project, owner, folder=tmp_path / "out")
    again = imported(owner, tmp_path / "out")

    image = again.images.get()
    assert objects_of(image) == objects_of(painted)
    assert masks.has_objects(image)
    assert (image.tags, image.description) == (painted.tags, "windy")
    assert list(again.classes.values_list("name", "colour")) == list(project.classes.values_list("name", "colour"))
    assert image.photo == painted.photo


def test_label_maps_come_back_pixel_for_pixel(project, painted, owner, tmp_path):
    exported(project, owner, folder=tmp_path / "out", format="png")

    mask = np.asarray(PIL.Image.open(next((tmp_path / "out").rglob("masks/*.png"))))
    assert dict(zip(*np.unique(mask, return_counts=True), strict=True)) == {0: 600 * 400 - 3400, 1: 3200, 255: 200}
    assert [entry["name"] for entry in json.loads((tmp_path / "out" / "classes.json").read_text())] == [
        "Isolator",
        "neutral",
    ]
    again = imported(owner, tmp_path / "out")
    assert masks.planes_of(again.images.get())[0] == masks.planes_of(painted)[0]


def test_what_is_in_the_trash_stays_home(project, image, painted, owner, tmp_path):
    classes.delete_class(project.classes.get(name="neutral"))
    images.delete_image(image)

    exported(project, owner, folder=tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").rglob("*.jpg")] == ["painted.jpg"]
    annotation = json.loads(next((tmp_path / "out").rglob("painted.jpg.json")).read_text())
    assert [one["classTitle"] for one in annotation["objects"]] == ["Isolator", "Isolator"]


def test_a_zip_waits_for_its_download(project, painted, owner, viewer, client_of, data_folder):
    job = client_of(owner).post(f"/api/projects/{project.pk}/export/", {}, format="json").json()
    address = f"/api/jobs/{job['id']}/download/"
    assert client_of(owner).get(address).status_code == 404
    jobs.perform(job["id"])

    answer = client_of(viewer).get(address)

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert sorted(archive.namelist()) == ["ds/ann/painted.jpg.json", "ds/img/painted.jpg", "meta.json"]
    assert answer["Content-Type"] == "application/zip"
    assert 'filename="Line 7.zip"' in answer["Content-Disposition"]
    assert not (data_folder / "exports" / f"{job['id']}.draft").exists()


def test_a_folder_with_something_in_it_is_left_alone(project, painted, owner, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")

    with pytest.raises(Refused, match="not empty"):
        exports.begin(project, user=owner, folder=tmp_path / "out")


def test_a_failure_leaves_no_half_folder(project, painted, owner, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "objects_of", lambda *args: 1 / 0)

    job = jobs.perform(exports.begin(project, user=owner, folder=tmp_path / "out").pk)

    assert job.status == "failed"
    assert not list(tmp_path.glob("*out*"))


def test_a_project_without_photos_says_so(owner, data_folder, tmp_path):
    empty = projects.create_project("empty", user=owner)

    job = jobs.perform(exports.begin(empty, user=owner, folder=tmp_path / "out").pk)

    assert (job.status, job.problem) == ("failed", "'empty' has no photos to export")


def test_formats_we_do_not_write_are_refused(project, owner, client_of):
    answer = client_of(owner).post(f"/api/projects/{project.pk}/export/", {"format": "coco"}, format="json")

    assert answer.status_code == 400
