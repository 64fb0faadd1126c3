"""The sample project."""

import pytest

from annotator import scenes
from annotator.jobs import sampling
from annotator.models import Photo, Project
from annotator.services import samples
from studio import jobs
from studio.errors import Refused

SMALL = {"size": 320, "count": 2}


def drawn(owner) -> Project:
    job = jobs.perform(samples.begin(user=owner, **SMALL).pk)
    assert job.status == "finished", job.details
    return Project.objects.get(pk=job.result["project"])


def test_one_click_makes_photos_with_masks(owner, data_folder):
    project = drawn(owner)

    assert (project.name, project.made_by.kind) == ("Sample: power lines", "sample")
    assert [label.name for label in project.classes.all()] == ["Isolator", "neutral"]
    assert [(image.photo.width, image.photo.height) for image in project.images.all()] == [(320, 320)] * 2
    assert all(image.object_count for image in project.images.all())


def test_one_insulator_of_the_first_photo_is_left_to_be_painted(owner, data_folder):
    first, second = drawn(owner).images.order_by("id")

    shown = [[one.class_name for one in scenes.scene(number, 320, 320).objects] for number in (0, 1)]
    assert first.object_count == len(shown[0]) - 1
    assert second.object_count == len(shown[1])


def test_what_is_said_about_it_comes_in_the_language_of_the_page(owner, client_of, data_folder):
    client, address = client_of(owner), f"/api/projects/{drawn(owner).pk}/"
    german = client.get(address, headers={"accept-language": "de"}).json()

    assert german["made_by"]["title"] == "Beispielfotos zeichnen: 2"
    assert german["description"].startswith("Von Catenary gezeichnet")
    body = {"name": "Leitungen", "description": german["description"]}
    client.patch(address, body, format="json", headers={"accept-language": "de"})
    assert client.get(address).json()["description"].startswith("Drawn by Catenary")


def test_the_sample_is_the_same_each_time(owner, data_folder):
    first, second = drawn(owner), drawn(owner)

    assert second.name == "Sample: power lines_2"
    for one, other in zip(first.images.all(), second.images.all(), strict=True):
        assert (one.photo, one.class_px, one.name) == (other.photo, other.class_px, other.name)
    assert Photo.objects.count() == 2


def test_a_sample_that_fails_leaves_nothing(owner, data_folder, monkeypatch):
    monkeypatch.setattr(sampling.images, "add_all", lambda *args, **more: 1 / 0)

    job = jobs.perform(samples.begin(user=owner, **SMALL).pk)

    assert job.status == "failed"
    assert not Project.objects.exists()
    assert not Photo.objects.exists()
    assert not [path for path in data_folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("wish", [{"size": 10}, {"size": 10**6}, {"count": 0}, {"count": 10**6}])
def test_sizes_beyond_reason_are_refused(owner, wish):
    with pytest.raises(Refused):
        samples.begin(user=owner, **wish)


def test_the_page_asks_for_it_with_nothing(owner, client_of):
    answer = client_of(owner).post("/api/sample/", {}, format="json")

    assert (answer.status_code, answer.json()["settings"]) == (201, {"size": 5000, "count": 22})


def test_too_large_a_sample_is_refused_with_the_limit(owner, client_of):
    answer = client_of(owner).post("/api/sample/", {"count": 201}, format="json")

    assert (answer.status_code, answer.json()["problem"]) == (400, "count: expected 1 to 200 photos, found 201")
