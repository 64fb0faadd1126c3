"""The gallery, and the pixels of photos."""

import io

import numpy as np
import PIL.Image
import pytest

from annotator.models import Image, Photo
from annotator.services import classes, images, photos
from tests.annotator.conftest import edit_body, one_tile, post_bytes


@pytest.fixture
def client(annotator, client_of):
    return client_of(annotator)


@pytest.fixture
def gallery(project, draw_photo, owner):
    """Six images in two datasets; every second one painted, the third and later tagged."""
    photo = photos.store_photo(draw_photo())
    found = []
    for number in range(6):
        mask = np.zeros((400, 600), np.uint8)
        mask[: number * 10, :10] = 1 + (number == 4)
        tags = [] if number < 2 else ["train"] if number < 4 else [{"name": "weather", "value": "fog"}, "train"]
        name, dataset = f"photo {number}.jpg", f"day {number // 3}"
        classes = mask if number % 2 == 0 and number else None
        found.append(images.add_image(project, photo, dataset, name, tags=tags, classes=classes, user=owner))
    return found


def names(client, project, query: str) -> list[str]:
    answer = client.get(f"/api/projects/{project.pk}/images/?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"].removesuffix(".jpg").removeprefix("photo ") for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "012345"),
        ("dataset=day 1", "345"),
        ("tag=train", "2345"),
        ("tag=weather", "45"),
        ("tag=fog", ""),
        ("class=1", "2"),
        ("class=2", "4"),
        ("annotated=yes", "24"),
        ("annotated=no", "0135"),
        ("search=PHOTO 3", "3"),
        ("sort=-created", "543210"),
        ("sort=area&annotated=yes", "42"),
        ("sort=edited&annotated=yes", "42"),
        ("sort=objects&annotated=yes", "42"),
        ("annotated=yes&tag=weather&class=2&dataset=day 1", "4"),
        ("page_size=2&page=2", "23"),
    ],
)
def test_the_gallery_filters_sorts_and_pages(client, project, gallery, query, found):
    assert names(client, project, query) == list(found)


@pytest.mark.parametrize("query", ["class=x", "annotated=maybe", "sort=password", "sort=project__created_by"])
def test_filters_that_are_not_offered_are_refused(client, project, query):
    assert client.get(f"/api/projects/{project.pk}/images/?{query}").status_code == 400


def test_a_gallery_of_any_length_takes_the_same_number_of_queries(
    client, project, gallery, owner, django_assert_num_queries
):
    client.get(f"/api/projects/{project.pk}/images/")  # the session's own query is the same each time
    with django_assert_num_queries(8) as few:
        client.get(f"/api/projects/{project.pk}/images/?page_size=2")
    for number in range(10):
        images.add_image(project, gallery[0].photo, "more", f"{number}.jpg", classes=np.ones((400, 600)), user=owner)

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(f"/api/projects/{project.pk}/images/?page_size=50")


def test_facets_count_the_living_images(client, project, gallery):
    images.delete_image(gallery[5])

    facets = client.get(f"/api/projects/{project.pk}/facets/").json()

    assert (facets["count"], facets["annotated"], facets["not_annotated"]) == (5, 2, 3)
    assert facets["datasets"] == [{"name": "day 0", "count": 3}, {"name": "day 1", "count": 2}]
    assert facets["tags"] == [{"name": "train", "count": 3}, {"name": "weather", "count": 1}]
    assert [(row["name"], row["images"], row["px"]) for row in facets["classes"]] == [
        ("Isolator", 1, 200),
        ("neutral", 1, 400),
    ]


def test_neighbours_follow_the_filter(client, gallery):
    address = f"/api/images/{gallery[2].pk}/neighbours/"

    assert client.get(address).json() == {
        "previous": gallery[1].pk, "next": gallery[3].pk, "position": 3, "count": 6,
    }  # fmt: skip
    assert client.get(address + "?annotated=yes").json() == {
        "previous": None, "next": gallery[4].pk, "position": 1, "count": 2,
    }  # fmt: skip
    assert client.get(address + "?annotated=no").json()["position"] == 0


def test_an_image_tells_what_a_viewer_needs(client, painted):
    body = client.get(f"/api/images/{painted.pk}/").json()

    assert (body["width"], body["height"], body["photo"]["levels"], body["photo"]["tile"]) == (600, 400, 11, 512)
    assert (body["object_count"], body["has_objects"]) == (3, True)
    assert body["class_px"] == {"1": 3200, "2": 200}


def test_tags_name_and_description_can_be_changed(client, image):
    body = {"tags": ["val", "val", {"name": "weather", "value": 3}], "name": "b.jpg", "description": "foggy"}

    answer = client.patch(f"/api/images/{image.pk}/", body, format="json").json()

    assert answer["tags"] == ["val", {"name": "weather", "value": 3}]
    assert (answer["name"], answer["description"]) == ("b.jpg", "foggy")


@pytest.mark.parametrize("tags", ["train", [3], [""], [{"name": "a"}], [{"name": "a", "value": []}], ["x" * 201]])
def test_tags_that_are_none_are_refused(client, image, tags):
    assert client.patch(f"/api/images/{image.pk}/", {"tags": tags}, format="json").status_code == 400


def test_two_images_of_a_dataset_cannot_share_a_name(client, image, painted):
    answer = client.patch(f"/api/images/{image.pk}/", {"name": "painted.jpg"}, format="json")

    assert (answer.status_code, answer.json()["at"]) == (400, "name")


def test_a_deleted_image_comes_back_with_its_mask_under_a_free_name(client_of, owner, project, painted):
    client = client_of(owner)
    client.delete(f"/api/images/{painted.pk}/")
    assert client.get(f"/api/images/{painted.pk}/").status_code == 404
    assert names(client, project, "trash=1") == ["painted"]
    images.add_image(project, painted.photo, "ds", "painted.jpg", user=owner)

    restored = client.post(f"/api/images/{painted.pk}/restore/").json()

    assert (restored["name"], restored["object_count"]) == ("painted_2.jpg", 3)


# ---------------------------------------------------------------- pixels


def test_photo_tiles_are_built_on_demand_and_kept_for_ever(client, image):
    answer = client.get(f"/api/images/{image.pk}/photo/10/1_0.jpg")

    assert PIL.Image.open(io.BytesIO(answer.content)).size == (88, 400)
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Photo.objects.get().pyramid == "ready"


@pytest.mark.parametrize("place", ["10/2_0", "11/0_0", "99/0_0"])
def test_there_are_no_tiles_outside_the_photo(client, image, place):
    assert client.get(f"/api/images/{image.pk}/photo/{place}.jpg").status_code == 404


def test_a_thumbnail_does_not_wait_for_the_pyramid(client, image):
    answer = client.get(f"/api/images/{image.pk}/thumbnail.jpg")

    assert PIL.Image.open(io.BytesIO(answer.content)).size == (384, 256)
    assert Photo.objects.get().pyramid == "waiting"


def overlay(client, image: Image) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(client.get(f"/api/images/{image.pk}/overlay.png").content)))


def test_the_overlay_shows_classes_in_their_colours_and_neutral_hatched(client, painted):
    pixels = overlay(client, painted)

    assert pixels.shape == (256, 384, 4)
    assert tuple(pixels[76, 90, :3]) == (0xE6, 0x9F, 0x00)
    assert pixels[0, 0, 3] == 0
    neutral = pixels[193:197, 322:332, 3]
    assert len(np.unique(neutral)) > 1


def test_the_overlay_follows_strokes_colours_and_the_trash(client, painted):
    body = edit_body(("class", 0, 1, 0, one_tile(1, slice(0, 100), slice(0, 100))))
    address = client.get(f"/api/images/{painted.pk}/").json()["overlay"]
    assert "immutable" in client.get(address)["Cache-Control"]

    post_bytes(client, f"/api/images/{painted.pk}/edits/", body)
    assert overlay(client, painted)[180, 30, 3] > 0
    assert client.get(f"/api/images/{painted.pk}/").json()["overlay"] != address
    assert "immutable" not in client.get(address)["Cache-Control"]

    classes.change_class(painted.project.classes.get(index=1), colour="#0000ff")
    assert tuple(overlay(client, painted)[180, 30, :3]) == (0, 0, 255)

    classes.delete_class(painted.project.classes.get(index=1))
    assert overlay(client, painted)[180, 30, 3] == 0


def test_the_original_comes_byte_for_byte_as_a_download(client, image):
    answer = client.get(f"/api/images/{image.pk}/original")

    assert b"".join(answer.streaming_content) == photos.path_of(image.photo).read_bytes()
    assert answer["Content-Disposition"].startswith('attachment; filename="photo.jpg"')
    assert answer["Content-Type"] == "image/jpeg"


def test_a_name_cannot_break_out_of_the_download_header(client, project, image, owner):
    images.change_image(image, name='a"; x=1.jpg')

    header = client.get(f"/api/images/{image.pk}/original")["Content-Disposition"]

    assert header.startswith('attachment; filename="a__ x=1.jpg"')
