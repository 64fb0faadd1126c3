"""What the studio does by itself."""

import threading

import pytest

from studio import chores

done = []


def work():
    done.append(1)


def fail():
    raise RuntimeError("no")


@pytest.fixture(autouse=True)
def nothing_done(data_folder, monkeypatch):
    done.clear()
    monkeypatch.setattr(chores, "close_old_connections", lambda: None)


def chore(name="work"):
    return chores.Chore(name, f"tests.studio.test_chores.{name}", 60)


def test_a_chore_is_done():
    assert chores.do(chore())
    assert done == [1]


def test_a_chore_that_another_process_does_is_left_to_it():
    with chores._alone(chore()) as is_alone:
        assert is_alone
        assert not chores.do(chore())
    assert done == []


def test_a_chore_that_fails_is_tried_again():
    assert not chores.do(chore("fail"))
    assert not chores.do(chore("fail"))


def test_chores_are_done_when_their_time_has_come(monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(chores, "CHORES", {"work": chore()})
    monkeypatch.setattr(chores, "FIRST_S", 0.0)
    monkeypatch.setattr(chores, "LOOK_S", 0.01)
    monkeypatch.setattr(chores, "do", lambda _: stop.set() or done.append(1))

    chores.keep_doing(stop)

    assert done == [1]


def test_the_studio_empties_the_trash_by_itself():
    found = chores.CHORES["trash"]

    assert (found.work, found.every_s) == ("annotator.services.trash.sweep", 3600)
