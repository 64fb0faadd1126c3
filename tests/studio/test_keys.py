"""Keys of one's own are kept by the server, which stores nothing but actions and chords."""

import re
from pathlib import Path

import pytest

from studio.errors import Refused
from studio.keys import ACTIONS, HOLDS, KEPT_BY_BROWSERS, checked_keys

TABLE = Path(__file__).parents[2] / "frontend/src/annotator/painting/keys.ts"


def names_in(source: str, start: str, end: str) -> set[str]:
    """What stands in quotes between two words of the page's table."""
    begin = source.index(start)
    return set(re.findall(r"'([^']+)'", source[begin : source.index(end, begin)]))


def test_the_server_knows_what_keys_do_on_the_page():
    source = TABLE.read_text()

    assert names_in(source, "export type Action =", "export type Hold") == ACTIONS
    assert names_in(source, "export type Hold =", "/** What is done with the pointer") == HOLDS
    assert names_in(source, "export const KEPT_BY_BROWSERS", "])") == KEPT_BY_BROWSERS


def test_keys_of_ones_own_are_kept(viewer, client_of):
    client = client_of(viewer)
    answer = client.patch("/api/session/preferences/", {"keys": {"brush": "Ctrl+B"}}, format="json")

    assert answer.status_code == 200
    assert client.get("/api/session/").data["preferences"]["keys"] == {"brush": "Ctrl+B"}


@pytest.mark.parametrize("chord", ["<img src=x>", "b", "Ctrl+", "Alt+B", "Ctrl+Shift+Escape", "BB"])
def test_what_is_no_chord_is_refused(chord):
    with pytest.raises(Refused, match="expected a chord"):
        checked_keys({"brush": chord})


def test_a_number_is_no_chord(viewer, client_of):
    answer = client_of(viewer).patch("/api/session/preferences/", {"keys": {"polygon": 5}}, format="json")

    assert answer.status_code == 400


def test_what_is_held_may_have_any_key_and_alt_and_tab():
    chosen = {"who": "Tab", "peek": "Ctrl+Shift+P", "pan": "Alt", "erase": ""}

    assert checked_keys(chosen) == chosen


@pytest.mark.parametrize(
    ("action", "chord"), [("brush", "Alt"), ("brush", "Tab"), ("cancel", "Escape"), ("who", "Shift")]
)
def test_a_key_that_only_something_else_may_have_is_refused(action, chord):
    with pytest.raises(Refused, match="expected a chord"):
        checked_keys({action: chord})


@pytest.mark.parametrize("row", ["1-9", "Shift+1-9", "Ctrl+1-9", "Ctrl+Shift+1-9", ""])
def test_the_digits_choose_classes_together_or_not_at_all(row):
    assert checked_keys({"class": row}) == {"class": row}


@pytest.mark.parametrize("row", ["1", "Ctrl+3", "A", "Alt+1-9"])
def test_classes_have_no_other_keys(row):
    with pytest.raises(Refused, match=r"keys\.class: expected 1-9"):
        checked_keys({"class": row})


def test_what_browsers_keep_for_themselves_is_refused():
    with pytest.raises(Refused, match=r"keys\.brush: browsers keep Ctrl\+W"):
        checked_keys({"brush": "Ctrl+W"})


def test_no_key_at_all_may_be_chosen_for_several(viewer, client_of):
    keys = {"brush": "", "eraser": ""}
    answer = client_of(viewer).patch("/api/session/preferences/", {"keys": keys}, format="json")

    assert (answer.status_code, answer.data["keys"]) == (200, keys)


def test_shortcuts_of_a_single_character_can_be_turned_off(viewer, client_of):
    client = client_of(viewer)
    client.patch("/api/session/preferences/", {"keys": {"brush": "Ctrl+B"}, "single_keys": False}, format="json")

    preferences = client.get("/api/session/").data["preferences"]

    assert (preferences["single_keys"], preferences["keys"]) == (False, {"brush": "Ctrl+B"})


def test_what_is_no_action_is_refused():
    with pytest.raises(Refused, match="no action is called 'onload'"):
        checked_keys({"onload": "B"})


def test_one_key_cannot_mean_two_things():
    with pytest.raises(Refused, match="B is given to two actions"):
        checked_keys({"brush": "B", "eraser": "B"})


def test_a_refused_map_leaves_the_old_one(viewer, client_of):
    client = client_of(viewer)
    client.patch("/api/session/preferences/", {"keys": {"brush": "U"}}, format="json")

    answer = client.patch("/api/session/preferences/", {"keys": {"brush": "U", "nothing": "B"}}, format="json")

    assert (answer.status_code, answer.data["at"]) == (400, "keys")
    assert client.get("/api/session/").data["preferences"]["keys"] == {"brush": "U"}
