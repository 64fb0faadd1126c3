"""Keys of one's own are kept by the server, which stores nothing but actions and chords."""

import re
from pathlib import Path

import pytest

from studio.errors import Refused
from studio.keys import ACTIONS, checked_keys

TABLE = Path(__file__).parents[2] / "frontend/src/annotator/painting/keys.ts"


def test_the_server_knows_the_actions_of_the_page():
    source = TABLE.read_text()
    union = source[source.index("export type Action =") : source.index("export type Hold")]
    fixed = re.search(r"const FIXED[^[]*\[([^]]*)\]", source)
    assert fixed

    of_the_page = set(re.findall(r"'(\w+)'", union)) - set(re.findall(r"'(\w+)'", fixed[1]))

    assert of_the_page == ACTIONS


def test_keys_of_ones_own_are_kept(viewer, client_of):
    client = client_of(viewer)
    answer = client.patch("/api/session/preferences/", {"keys": {"brush": "Ctrl+B"}}, format="json")

    assert answer.status_code == 200
    assert client.get("/api/session/").data["preferences"]["keys"] == {"brush": "Ctrl+B"}


@pytest.mark.parametrize("chord", ["<img src=x>", "", "b", "Ctrl+", "Alt+B", "Ctrl+Shift+Escape", "BB"])
def test_what_is_no_chord_is_refused(chord):
    with pytest.raises(Refused, match="expected a chord"):
        checked_keys({"brush": chord})


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
