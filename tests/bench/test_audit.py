"""What a soak calls a loss, and what it does not."""

import base64
import json

import numpy as np
import pytest

from bench.audit import Audit, Done, Story

MINE, THEIRS = 1, 2
KEY = (0, 0)


class Soak:
    """Edits of three pixels of one tile: [class or None where it changes nothing] * 3."""

    def __init__(self):
        self.story = Story()
        self.server: list[tuple[Done, np.ndarray]] = []
        self.now = np.zeros(65536, np.int32)

    def promise(self, name, user, before, after, *, tool="brush", since=0, undoes="", tab=""):
        """Put an edit into a journal."""
        runs = [
            [pixel, 0, was or 0, value, 0, 0]
            for pixel, (was, value) in enumerate(zip(before, after, strict=True))
            if value is not None
        ]
        words = base64.b64encode(np.array(runs, np.uint16).tobytes()).decode()
        entry = {"uuid": name, "user": user, "tool": tool, "since": since, "undoes": undoes, "tab": tab}
        entry["isKept"] = True
        self.story.record(json.dumps(entry | {"patch": [{"x": 0, "y": 0, "runs": words}]}))

    def take(self, name, values, *, disputed=0):
        """The server has it, and the pixels are these."""
        recorded = self.story.edits[name]
        self.now = self.now.copy()
        self.now[: len(values)] = values
        done = Done(name, len(self.server) + 1, recorded.user, recorded.tool, recorded.undoes, disputed)
        self.server.append((done, self.now))

    def audit(self) -> dict[str, int]:
        """What is found, apart from what is not."""
        audit = Audit(self.story)
        states = [(0, np.zeros(65536, np.int32)), *((done.seq, tile) for done, tile in self.server)]
        for done, tile in self.server:
            audit.take(done, {KEY: tile}, lambda _, seq: states[seq][1])
        for name in self.story.edits.keys() - audit.done.keys():
            audit.miss(name, lambda _: states[1:])
        return {what: pixels for what, pixels in audit.found.items() if pixels}


@pytest.fixture
def soak():
    return Soak()


def test_a_stroke_that_arrived_whole_is_no_loss(soak):
    soak.promise("a", MINE, [0, 0, None], [1, 1, None])
    soak.take("a", [1, 1, 0])

    assert soak.audit() == {}


def test_a_pixel_that_is_not_as_painted_is_lost_whoever_made_it_so(soak):
    soak.promise("theirs", THEIRS, [0, None, None], [1, None, None])
    soak.promise("erased", MINE, [1, None, None], [0, None, None])
    soak.take("theirs", [1, 0, 0])
    soak.take("erased", [1, 0, 0])

    assert soak.audit() == {"lost": 1}


def test_a_pixel_that_nobody_painted_is_collateral(soak):
    soak.promise("a", MINE, [0, None, None], [1, None, None])
    soak.take("a", [1, 1, 0])

    assert soak.audit() == {"collateral": 1}


def test_an_undo_may_take_its_own_pixels_only(soak):
    soak.promise("a", MINE, [0, 0, None], [1, 1, None])
    soak.take("a", [1, 1, 0])
    soak.promise("theirs", THEIRS, [None, 1, None], [None, 2, None], since=1)
    soak.take("theirs", [1, 2, 0])
    soak.promise("undo", MINE, [1, 1, None], [0, 0, None], tool="undo", undoes="a", since=1)
    soak.take("undo", [0, 2, 0])
    assert soak.audit() == {}

    soak.server.pop()
    soak.take("undo", [0, 0, 0])
    assert soak.audit() == {"collateral": 1}

    soak.server.pop()
    soak.take("undo", [1, 2, 0])
    assert soak.audit() == {"lost": 1}


def test_an_undo_brings_back_what_was_under_its_stroke(soak):
    soak.promise("theirs", THEIRS, [0, None, None], [2, None, None])
    soak.promise("a", MINE, [0, None, None], [1, None, None])
    soak.promise("undo", MINE, [1, None, None], [0, None, None], tool="undo", undoes="a")
    soak.take("theirs", [2, 0, 0])
    soak.take("a", [1, 0, 0], disputed=1)
    soak.take("undo", [2, 0, 0])
    assert soak.audit() == {}

    soak.server.pop()
    soak.take("undo", [0, 0, 0])
    assert soak.audit() == {"collateral": 1}


def test_an_edit_that_never_came_is_a_loss_unless_others_had_done_all_of_it(soak):
    soak.promise("theirs", THEIRS, [0, 0, None], [1, 1, None])
    soak.take("theirs", [1, 1, 0])
    soak.promise("later", THEIRS, [None, 1, None], [None, 2, None], since=1)
    soak.take("later", [1, 2, 0])
    soak.promise("alike", MINE, [0, 0, None], [1, 1, None])
    assert soak.audit() == {}

    soak.promise("late", MINE, [1, 1, None], [1, 1, None], since=2)
    assert soak.audit() == {"not_arrived": 1}


def test_an_undo_that_never_came_is_a_loss_where_it_had_something_to_take(soak):
    soak.promise("a", MINE, [0, 0, None], [1, 1, None])
    soak.take("a", [1, 1, 0])
    soak.promise("theirs", THEIRS, [None, 1, None], [None, 2, None], since=1)
    soak.take("theirs", [1, 2, 0])
    soak.promise("undo", MINE, [1, 1, None], [0, 0, None], tool="undo", undoes="a", since=1)

    assert soak.audit() == {"not_arrived": 1}


def test_edits_of_one_person_that_come_in_another_order_are_a_loss(soak):
    soak.promise("first", MINE, [0, 0, None], [1, 1, None])
    soak.promise("second", MINE, [1, None, None], [2, None, None])
    soak.take("second", [2, 0, 0])
    soak.take("first", [1, 1, 0])

    assert soak.audit() == {"out_of_order": 1}


def test_two_tabs_of_one_person_have_no_order(soak):
    soak.promise("a", MINE, [0, None, None], [1, None, None])
    soak.promise("b", MINE, [0, None, None], [2, None, None], tab="second")
    soak.take("b", [2, 0, 0])
    soak.take("a", [1, 0, 0])

    assert soak.audit() == {}


def test_what_others_made_unheard_is_overwritten_only_with_a_mark(soak):
    soak.promise("theirs", THEIRS, [0, 0, None], [2, 2, None])
    soak.promise("mine", MINE, [0, 0, 0], [1, 2, 1])
    soak.take("theirs", [2, 2, 0])
    soak.take("mine", [1, 2, 1], disputed=1)
    assert soak.audit() == {}

    soak.server[-1][0].disputed = 0
    assert soak.audit() == {"unmarked": 1}


def test_what_a_page_had_heard_of_may_be_overwritten(soak):
    soak.promise("theirs", THEIRS, [0, None, None], [2, None, None])
    soak.take("theirs", [2, 0, 0])
    soak.promise("mine", MINE, [2, None, None], [1, None, None], since=1)
    soak.take("mine", [1, 0, 0])

    assert soak.audit() == {}
