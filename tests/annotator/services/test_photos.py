"""The photo store."""

import shutil
import threading

import numpy as np
import PIL.Image
import pytest

from annotator.models import Photo
from annotator.raster import pyramid
from annotator.services import images, photos
from studio.errors import Refused

pytestmark = pytest.mark.django_db


def test_a_photo_is_kept_byte_for_byte_under_its_digest(data_folder, draw_photo):
    path = draw_photo("odd name.JPG")

    photo = photos.store_photo(path)

    stored = photos.path_of(photo)
    assert stored == data_folder / "photos" / photo.sha256[:2] / f"{photo.sha256}.jpg"
    assert stored.read_bytes() == path.read_bytes()
    assert (photo.width, photo.height, photo.format, photo.size) == (600, 400, "JPEG", path.stat().st_size)


def test_the_same_photo_is_kept_once(data_folder, draw_photo):
    path = draw_photo()

    assert photos.store_photo(path) == photos.store_photo(path)
    assert Photo.objects.count() == 1


def test_a_moved_photo_is_gone_from_where_it_was(data_folder, draw_photo):
    path = draw_photo()

    photos.store_photo(path, move=True)

    assert not path.exists()


def test_what_is_no_photo_leaves_nothing_behind(data_folder, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("hello")

    with pytest.raises(Refused, match="not an image"):
        photos.store_photo(path)

    assert not Photo.objects.exists()
    assert not list((data_folder).rglob("*.jpg"))


def test_a_truncated_photo_is_refused(data_folder, draw_photo):
    path = draw_photo()
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises(Refused, match="damaged or cut short"):
        photos.store_photo(path)


def test_too_many_pixels_are_refused_with_the_limit(data_folder, draw_photo, settings):
    settings.MAX_PIXELS = 1000

    with pytest.raises(Refused, match="more than the 1,000 allowed"):
        photos.store_photo(draw_photo())


def test_a_turned_photo_comes_upright(data_folder, tmp_path):
    path = tmp_path / "turned.jpg"
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :10] = 255  # left as stored is the top when seen
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    PIL.Image.fromarray(pixels).save(path, exif=exif, quality=95)

    photo = photos.store_photo(path)

    assert (photo.width, photo.height, photo.orientation) == (40, 60, 6)
    tile = PIL.Image.open(photos.ensure_pyramid(photo) / str(photos.levels_of(photo) - 1) / "0_0.jpg")
    assert np.asarray(tile)[2].mean() > 240
    assert np.asarray(tile)[-2].mean() < 15


def test_of_two_that_want_a_pyramid_one_builds_it(data_folder, draw_photo, monkeypatch):
    photo = photos.store_photo(draw_photo())
    built, original = [], pyramid.build
    monkeypatch.setattr(pyramid, "build", lambda *args, **more: built.append(1) or original(*args, **more))
    monkeypatch.setattr(photos, "_note", lambda photo, state: None)  # each thread would need a database of its own

    threads = [threading.Thread(target=photos.ensure_pyramid, args=(photo,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(built) == 1


def test_a_photo_that_cannot_be_read_any_more_says_so(data_folder, draw_photo):
    photo = photos.store_photo(draw_photo())
    photos.path_of(photo).write_bytes(b"rust")

    with pytest.raises(Refused, match="could not be cut into tiles"):
        photos.ensure_pyramid(photo)

    photo.refresh_from_db()
    assert photo.pyramid == "failed"


def test_forgetting_keeps_what_an_image_shows(project, image, data_folder, draw_photo):
    unused = photos.store_photo(draw_photo())

    photos.forget_unused([unused.sha256, image.photo.sha256])

    assert list(Photo.objects.all()) == [image.photo]
    assert [path.name for path in (data_folder / "photos").rglob("*.jpg")] == [f"{image.photo.sha256}.jpg"]


def test_a_photo_whose_file_was_lost_is_stored_again(data_folder, draw_photo):
    path = draw_photo()
    photo = photos.store_photo(path)
    shutil.rmtree(data_folder / "photos")

    assert photos.store_photo(path) == photo
    assert photos.path_of(photo).exists()


def test_pyramids_are_queued_for_photos_that_wait_only(project, image, owner):
    job = photos.queue_pyramids([image.photo_id], user=owner, project=project)
    assert job is not None
    assert job.settings == {"photos": [image.photo_id]}

    photos.ensure_pyramid(image.photo)

    assert photos.queue_pyramids([image.photo_id], user=owner, project=project) is None


def test_a_mask_of_another_size_than_its_photo_is_refused(project, draw_photo, owner):
    photo = photos.store_photo(draw_photo())

    with pytest.raises(Refused, match="the mask is 30x20, but the photo is 600x400"):
        images.add_image(project, photo, "ds", "a.jpg", classes=np.zeros((20, 30), np.uint8), user=owner)


def test_an_image_name_is_given_once_in_a_dataset(project, image, owner):
    with pytest.raises(Refused, match=r"ds/photo\.jpg"):
        images.add_image(project, image.photo, "ds", "photo.jpg", user=owner)

    images.add_image(project, image.photo, "other", "photo.jpg", user=owner)
