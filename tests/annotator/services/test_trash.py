"""The trash: days left, and what goes for good."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone

from annotator.models import Edit, EditTile, Image, LabelClass, Photo, Project, Tile
from annotator.services import classes, history, images, masks, overlays, photos, projects, trash
from annotator.services.masks import TileWrite
from studio import jobs
from studio.errors import Refused
from tests.annotator.conftest import HEIGHT, WIDTH, one_tile


def deleted(row, days: float):
    type(row).objects.filter(pk=row.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def paint(image, user, version, data):
    tiles = [TileWrite("class", 0, 0, version, data)]
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=tiles)


def test_what_was_deleted_has_thirty_days_begun_ones_too():
    now = timezone.now()

    assert trash.days_left(None) is None
    assert trash.days_left(now, now) == 30
    assert trash.days_left(now - timedelta(days=1, hours=1), now) == 29
    assert trash.days_left(now - timedelta(days=29, hours=23), now) == 1
    assert trash.days_left(now - timedelta(days=40), now) == 0


def test_the_pages_are_told_how_many_days_are_left(project, image, owner, client_of):
    label = project.classes.get(index=2)
    for row in (image, label):
        deleted(row, 10.5)
    client = client_of(owner)

    assert client.get(f"/api/projects/{project.pk}/images/?trash=1").json()["results"][0]["days_left"] == 20
    assert client.get(f"/api/projects/{project.pk}/classes/?trash=1").json()[0]["days_left"] == 20
    assert client.get(f"/api/projects/{project.pk}/").json()["days_left"] is None
    deleted(project, 29.9)
    assert client.get("/api/projects/?trash=1").json()["results"][0]["days_left"] == 1


def test_a_photo_goes_with_its_mask_its_history_and_its_files(painted, owner):
    photo = painted.photo
    photos.ensure_pyramid(photo)
    overlay, thumbnail = overlays.overlay_of(painted), photos.thumbnail_of(photo)
    path, pyramid = photos.path_of(photo), photos.pyramid_of(photo)
    deleted(painted, 30.1)

    swept = trash.sweep()

    assert (swept.images, swept.photos) == (1, 1)
    assert not any(model.objects.exists() for model in (Image, Edit, EditTile, Tile, Photo))
    assert not any(file.exists() for file in (overlay, thumbnail, path, pyramid))


def test_a_photo_that_is_not_old_enough_stays_and_comes_back(painted):
    deleted(painted, 29.9)

    trash.sweep()
    images.restore_image(Image.objects.get())

    assert Image.objects.get().deleted_at is None
    assert photos.path_of(painted.photo).exists()


def test_a_file_that_another_photo_shows_stays(painted, project, owner):
    images.add_image(project, painted.photo, "ds", "again.jpg", user=owner)
    deleted(painted, 31)

    swept = trash.sweep()

    assert (swept.images, swept.photos) == (1, 0)
    assert photos.path_of(painted.photo).exists()
    deleted(Image.objects.get(), 31)
    assert trash.sweep().photos == 1


def test_photos_wait_while_an_import_may_be_about_to_show_them(painted, project, owner):
    deleted(painted, 31)
    job = jobs.create("import", "Import", user=owner, project_id=project.pk)

    assert trash.sweep().photos == 0
    jobs.cancel(job)
    assert trash.sweep().photos == 1


def test_a_project_goes_with_everything_in_it(project, painted):
    path = photos.path_of(painted.photo)
    deleted(project, 31)

    swept = trash.sweep()

    assert (swept.projects, Project.objects.count(), Image.objects.count(), LabelClass.objects.count()) == (1, 0, 0, 0)
    assert not path.exists()


def test_a_sweep_that_was_interrupted_is_finished_by_the_next(project, painted, owner, monkeypatch):
    projects.delete_project(project)

    def crash(*_, **__):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(trash, "purge_image", crash)
        with pytest.raises(RuntimeError):
            trash.sweep(older_than_days=0)
    assert not Project.objects.visible_to(owner).exists(), "half a project cannot be brought back"

    assert trash.sweep().projects == 1
    assert not Project.objects.exists()


def test_a_result_that_a_job_is_filling_is_no_rubbish(project, image, owner):
    """It lies in the trash without members until it is complete."""
    project.memberships.all().delete()
    projects.delete_project(project)

    trash.sweep()
    trash.sweep(older_than_days=0)
    assert Project.objects.exists() and Image.objects.exists()

    job = jobs.create("dtl", "Dataset", user=owner)
    Project.objects.update(made_by=job, deleted_at=timezone.now() - timedelta(days=31))
    trash.sweep()
    assert Project.objects.exists()


def test_what_was_restored_meanwhile_is_left_alone(project, image):
    deleted(image, 31)
    stale = Image.objects.get()
    images.restore_image(Image.objects.get())

    assert not trash.purge_image(stale)
    assert not trash.purge_project(project)
    assert Image.objects.exists()


def test_a_class_goes_with_its_pixels_and_its_objects_and_keeps_its_index(project, painted, owner):
    label = project.classes.get(index=1)
    deleted(label, 31)

    assert trash.sweep().classes == 1

    painted.refresh_from_db()
    label.refresh_from_db()
    plane, objects = masks.planes_of(painted)
    assert painted.class_px == {"2": 200}
    assert not (plane.to_array(WIDTH, HEIGHT) == 1).any()
    assert not objects.to_array(WIDTH, HEIGHT).any()
    edit = painted.edits.get(seq=2)
    assert (edit.user, edit.tool, edit.details, edit.box) == (
        None,
        "trash",
        {"class": "Isolator"},
        [100, 100, 180, 140],
    )
    assert classes.add_class(project, "tower").index == 3
    with pytest.raises(Refused, match="its pixels are gone"):
        classes.restore_class(label)


def test_going_back_does_not_bring_a_class_back_that_is_gone(project, painted, owner):
    deleted(project.classes.get(index=1), 31)
    trash.sweep()
    paint(painted, owner, painted.tiles.get(plane="class", x=0, y=0).version, one_tile(2))

    history.restore(painted, 1, user=owner, uuid=uuid.uuid4())

    plane, _ = masks.planes_of(painted)
    assert set(np.unique(plane.to_array(WIDTH, HEIGHT))) == {0, 2}


def test_a_class_waits_for_photos_that_nobody_may_change(project, painted, annotator, client_of):
    client_of(annotator).post(f"/api/images/{painted.pk}/workflow/", {"action": "submit"}, format="json")
    deleted(project.classes.get(index=1), 31)

    assert trash.sweep().classes == 0
    assert painted.edits.count() == 1


def test_the_command_empties_the_trash_at_once(project, painted, capsys):
    images.delete_image(painted)

    call_command("empty_trash", "--older-than-days", "0", "--json")

    assert not Image.objects.exists()
    assert '"images": 1' in capsys.readouterr().out
