"""Classes: indexes are given once, keys and names are unique, the trash keeps pixels."""

import pytest

from annotator.services import classes
from studio.errors import Refused


def test_an_index_is_never_given_twice(project):
    classes.delete_class(project.classes.get(index=2))

    assert classes.add_class(project, "tower").index == 3


def test_a_project_has_room_for_254_classes(project):
    project.classes.filter(index=2).update(index=254)

    with pytest.raises(Refused, match="can hold 254 classes"):
        classes.add_class(project, "one more")


def test_colour_key_and_pattern_are_chosen(project):
    made = classes.add_class(project, "tower")

    assert (made.key, made.pattern) == ("2", "lines")
    assert made.colour not in set(project.classes.exclude(pk=made.pk).values_list("colour", flat=True))


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"colour": "red"}, "colour"),
        ({"colour": "#12345"}, "colour"),
        ({"key": "ctrl"}, "key"),
        ({"key": "<"}, "key"),
        ({"pattern": "zigzag"}, "pattern"),
        ({"name": "neutral"}, "name"),
        ({"name": ""}, "name"),
    ],
)
def test_changes_that_are_not_right_are_refused(project, changes, at):
    with pytest.raises(Refused) as refused:
        classes.change_class(project.classes.get(index=1), **changes)

    assert refused.value.at == at


def test_a_key_that_is_taken_is_swapped(project):
    tower = classes.add_class(project, "tower")

    classes.change_class(tower, key="1")

    assert dict(project.classes.values_list("name", "key")) == {"Isolator": "2", "neutral": "n", "tower": "1"}


def test_a_class_comes_back_with_its_pixels(project, painted):
    label = project.classes.get(name="Isolator")
    classes.delete_class(label)
    classes.add_class(project, "Isolator")
    label.refresh_from_db()

    restored = classes.restore_class(label)

    assert (restored.name, restored.index, restored.key) == ("Isolator_2", 1, "")
    assert classes.usage(project)[1][1] == 3200


def test_use_is_counted_over_living_images(project, painted, owner, client_of):
    rows = client_of(owner).get(f"/api/projects/{project.pk}/classes/").json()

    assert [(row["name"], row["image_count"], row["px"]) for row in rows] == [
        ("Isolator", 1, 3200),
        ("neutral", 1, 200),
    ]


def test_the_trash_of_classes_is_listed_apart(project, owner, client_of):
    client = client_of(owner)
    client.delete(f"/api/classes/{project.classes.get(index=2).pk}/")

    assert [row["name"] for row in client.get(f"/api/projects/{project.pk}/classes/").json()] == ["Isolator"]
    assert [row["name"] for row in client.get(f"/api/projects/{project.pk}/classes/?trash=1").json()] == ["neutral"]
