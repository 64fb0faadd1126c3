"""Projects: names, the trash, members, and lists that stay quick."""

from types import SimpleNamespace

import pytest

from annotator.models import Membership
from annotator.services import access, images, photos, projects
from studio import jobs
from studio.errors import NotAllowed, Refused


def test_a_taken_name_gets_a_number(project, owner):
    assert projects.create_project("Line 7", user=owner).name == "Line 7_2"
    assert projects.create_project("Line 7", user=owner).name == "Line 7_3"


def test_a_name_of_the_full_length_gets_its_number_too(owner, data_folder):
    projects.create_project("x" * 200, user=owner)

    assert projects.create_project("x" * 200, user=owner).name == "x" * 198 + "_2"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\nb", None])
def test_names_that_are_none_are_refused(owner, name):
    with pytest.raises(Refused):
        projects.create_project(name, user=owner)


def test_a_result_has_the_members_and_the_story_of_its_source(project, annotator):
    job = jobs.create("sample", "x", user=annotator)

    result = projects.create_project(
        "crops", user=annotator, members_like=project, source=project, made_by=job, lineage={"seed": 3}
    )

    assert dict(result.memberships.values_list("user__username", "role")) == {
        "anton": "owner",
        "olga": "owner",
        "vera": "viewer",
    }
    assert (result.source, result.made_by, result.lineage) == (project, job, {"seed": 3})


def test_the_trash_frees_the_name_and_gives_the_project_back(project, owner):
    projects.delete_project(project)
    second = projects.create_project("Line 7", user=owner)
    assert second.name == "Line 7"

    project.refresh_from_db()
    restored = projects.restore_project(project)

    assert (restored.name, restored.deleted_at) == ("Line 7_2", None)


def test_renaming_to_a_taken_name_is_refused(project, owner):
    other = projects.create_project("Line 8", user=owner)

    with pytest.raises(Refused, match="another project is called 'Line 7'"):
        projects.change_project(other, name="Line 7")


def test_the_list_shows_living_projects_of_a_member_only(project, owner, stranger):
    gone = projects.create_project("gone", user=owner)
    projects.delete_project(gone)

    assert list(projects.listed(owner)) == [project]
    assert list(projects.listed(owner, trash=True)) == [gone]
    assert list(projects.listed(stranger)) == []
    assert list(projects.listed(owner, search="line")) == [project]
    assert list(projects.listed(owner, search="tower")) == []


def test_a_card_shows_counts_classes_and_four_photos(project, image, painted, owner, draw_photo):
    photo = photos.store_photo(draw_photo())
    for number in range(4):
        images.add_image(project, photo, "more", f"{number}.jpg", user=owner)
    images.delete_image(image)

    (card,) = projects.with_summaries(projects.listed(owner), owner)

    assert (card.image_count, card.annotated_count, card.role) == (5, 1, "owner")
    assert [label.name for label in card.living_classes] == ["Isolator", "neutral"]
    assert [shown.name for shown in card.first_images] == ["painted.jpg", "0.jpg", "1.jpg", "2.jpg"]


def test_a_hundred_cards_take_as_many_queries_as_one(client_of, project, painted, owner, django_assert_max_num_queries):
    client = client_of(owner)
    client.get("/api/projects/")
    with django_assert_max_num_queries(8):
        client.get("/api/projects/")
    for number in range(30):
        made = projects.create_project(f"p{number}", user=owner, source=project, classes=[SimpleNamespace(name="a")])
        images.add_image(made, painted.photo, "ds", "a.jpg", user=owner)

    with django_assert_max_num_queries(8):
        assert client.get("/api/projects/").json()["count"] == 31


def test_a_source_the_user_may_not_see_is_not_named(project, annotator, stranger, client_of):
    result = projects.create_project("crops", user=annotator, source=project)
    Membership.objects.create(project=result, user=stranger, role="viewer")

    assert client_of(annotator).get(f"/api/projects/{result.pk}/").json()["source"]["name"] == "Line 7"
    assert client_of(stranger).get(f"/api/projects/{result.pk}/").json()["source"] is None


def test_a_role_that_is_too_low_is_told_so(project, viewer):
    with pytest.raises(NotAllowed, match="takes an annotator of 'Line 7'; you are its viewer"):
        access.project_for(viewer, project.pk, "annotator")


def test_a_project_made_by_a_page_has_its_classes(client_of, owner, data_folder):
    body = {
        "name": "Line 9",
        "classes": [{"name": "Isolator", "colour": "#112233", "key": "4"}, {"name": "neutral"}],
    }

    made = client_of(owner).post("/api/projects/", body, format="json").json()

    assert [(c["index"], c["name"], c["colour"], c["key"], c["pattern"]) for c in made["classes"]] == [
        (1, "Isolator", "#112233", "4", ""),
        (2, "neutral", "#9B9B9B", "n", "hatch"),
    ]
    assert (made["role"], made["class_count"], made["image_count"]) == ("owner", 2, 0)
