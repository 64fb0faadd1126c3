"""Classes and the numbers they get."""

import pytest

from training.unet.classes import ClassesRefused, lookup_table, number_classes
from training.unet.settings import SpecialClasses

SPECIAL = SpecialClasses()


def test_the_tutorials_classes_make_two_outputs():
    found = number_classes([("Isolator", "#C91818"), ("neutral", "#FAFFCC")], SPECIAL)

    assert dict(found.indices) == {"bg": 0, "Isolator": 1, "neutral": 255}
    assert [(output.title, output.color) for output in found.outputs] == [("bg", "#222222"), ("Isolator", "#C91818")]


def test_classes_are_numbered_by_title_whatever_their_order():
    found = number_classes([("b", "#2"), ("a", "#1")], SPECIAL)

    assert dict(found.indices) == {"bg": 0, "a": 1, "b": 2}
    assert [output.title for output in found.outputs] == ["bg", "a", "b"]


def test_a_background_class_of_the_project_keeps_its_colour_and_is_not_added_twice():
    found = number_classes([("bg", "#ABCDEF"), ("a", "#1")], SPECIAL)

    assert [(output.title, output.color) for output in found.outputs] == [("bg", "#ABCDEF"), ("a", "#1")]


def test_a_project_with_nothing_to_learn_is_refused():
    with pytest.raises(ClassesRefused, match="no class to learn"):
        number_classes([("neutral", "#1")], SPECIAL)


def test_a_mask_is_translated_byte_by_byte():
    table = lookup_table({1: "neutral", 2: "Isolator"}, {"bg": 0, "Isolator": 1, "neutral": 255})

    assert [table[0], table[1], table[2], table[3]] == [0, 255, 1, 0]


def test_a_painted_class_without_a_number_is_refused():
    with pytest.raises(ClassesRefused, match="'wire'"):
        lookup_table({1: "wire"}, {"bg": 0})
