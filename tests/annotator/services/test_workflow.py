"""States of photos: every move by every role, what is refused and how, and what nobody may paint on."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone, translation

from annotator.models import Image, Membership, StateChange, WorkState
from annotator.raster.box import Box
from annotator.services import comments, history, masks, members, workflow
from annotator.services.masks import TileWrite
from studio.errors import Conflict, NotAllowed, Problem, Refused
from tests.annotator.conftest import one_tile

EVERY_STATE = list(WorkState.values)


@pytest.fixture
def second(project):
    """Another annotator."""
    from tests.conftest import _person

    person = _person("nina")
    Membership.objects.create(project=project, user=person, role="annotator")
    return person


@pytest.fixture
def as_role(project, image):
    """`as_role(user)`: the photo as that person opens it."""
    from annotator.services import access

    return lambda user: access.image_for(user, image.pk)


def put(image, state: str, *, holder=None, submitted_by=None, seen=None) -> None:
    seen = seen or timezone.now()
    Image.objects.filter(pk=image.pk).update(
        state=state, holder=holder, held_since=seen, held_seen_at=seen, submitted_by=submitted_by
    )


def attempt(image, action: str, user) -> str:
    """The state the move leads to, or the kind of refusal; the photo is as before where it is refused."""
    try:
        workflow.change_state(image, action, user=user, text="The left one is missing.")
    except Problem as problem:
        assert problem.at == "role" or image.name in problem.problem
        return type(problem).__name__
    return Image.objects.get(pk=image.pk).state


# Who holds it, where somebody does, is the annotator; the annotator submitted it, too.
OUTCOMES = {
    # action: state before: (the annotator who has it, another annotator, an owner)
    "claim": {
        "open": ("claimed", "claimed", "claimed"),
        "claimed": ("Conflict", "Conflict", "Conflict"),
        "done": ("claimed", "Conflict", "Conflict"),
        "returned": ("claimed", "Conflict", "Conflict"),
    },
    "release": {
        "claimed": ("open", "NotAllowed", "open"),
        "done": ("open", "NotAllowed", "open"),
        "returned": ("open", "NotAllowed", "open"),
    },
    "finish": {
        "open": ("done", "done", "done"),
        "claimed": ("done", "Conflict", "Conflict"),
        "returned": ("done", "Conflict", "Conflict"),
    },
    "submit": {
        "open": ("submitted", "submitted", "submitted"),
        "claimed": ("submitted", "Conflict", "Conflict"),
        "done": ("submitted", "NotAllowed", "submitted"),
        "returned": ("submitted", "Conflict", "Conflict"),
    },
    "withdraw": {"submitted": ("claimed", "NotAllowed", "NotAllowed")},
    "accept": {"submitted": ("NotAllowed", "NotAllowed", "accepted")},
    "return": {
        "submitted": ("NotAllowed", "NotAllowed", "returned"),
        "accepted": ("NotAllowed", "NotAllowed", "returned"),
    },
    "reopen": {"accepted": ("NotAllowed", "NotAllowed", "open")},
}
CASES = [(action, state) for action in OUTCOMES for state in EVERY_STATE]


def test_the_table_of_outcomes_knows_every_action_and_no_other():
    assert set(OUTCOMES) == set(workflow.ACTIONS)


@pytest.mark.parametrize(("action", "state"), CASES, ids=[f"{action}-{state}" for action, state in CASES])
def test_every_move_from_every_state_by_every_role(image, as_role, annotator, second, owner, viewer, action, state):
    holder = annotator if state in ("claimed", "done", "returned") else None
    expected = OUTCOMES[action].get(state, ("Conflict",) * 3)

    for person, outcome in zip((annotator, second, owner), expected, strict=True):
        put(image, state, holder=holder, submitted_by=annotator)
        offered = action in workflow.moves_for(as_role(person), person)
        assert attempt(as_role(person), action, person) == outcome, person.username
        assert offered == (outcome in EVERY_STATE), f"{person.username} is offered what is refused, or the reverse"
    put(image, state, holder=holder, submitted_by=annotator)
    assert attempt(as_role(viewer), action, viewer) in ("NotAllowed", "Conflict")
    assert workflow.moves_for(as_role(viewer), viewer) == []


def test_a_viewer_who_claims_is_told_which_role_it_takes(as_role, viewer):
    with pytest.raises(NotAllowed, match="This takes an annotator of 'Line 7'; you are its viewer"):
        workflow.change_state(as_role(viewer), "claim", user=viewer)


def test_an_action_nobody_knows_is_refused_with_those_there_are(as_role, owner):
    with pytest.raises(Refused, match="expected one of claim, release, finish"):
        workflow.change_state(as_role(owner), "publish", user=owner)


def test_a_wrong_state_is_told_with_the_right_ones(image, as_role, owner):
    put(image, "claimed", holder=owner)

    with pytest.raises(Conflict, match=r"photo\.jpg is claimed now; only a photo that is submitted can be accepted"):
        workflow.change_state(as_role(owner), "accept", user=owner)


def test_a_second_claim_is_told_who_has_the_photo(as_role, annotator, second):
    workflow.change_state(as_role(annotator), "claim", user=annotator)

    with pytest.raises(Conflict, match="anton has photo") as conflict:
        workflow.change_state(as_role(second), "claim", user=second)

    assert conflict.value.more["holder"] == "anton"


def test_a_claim_that_was_left_for_half_an_hour_may_be_taken_over(image, as_role, annotator, second):
    put(image, "claimed", holder=annotator, seen=timezone.now() - workflow.IDLE_AFTER)
    assert workflow.is_idle(as_role(second))

    workflow.change_state(as_role(second), "claim", user=second)

    taken = as_role(second)
    assert (taken.state, taken.holder, workflow.is_idle(taken)) == ("claimed", second, False)


def test_having_a_photo_open_or_painting_on_it_keeps_a_claim_fresh(image, as_role, annotator, second):
    long_ago = timezone.now() - timedelta(hours=2)
    put(image, "claimed", holder=annotator, seen=long_ago)
    assert not workflow.stay(image, second)
    assert workflow.is_idle(as_role(annotator))

    assert workflow.stay(image, annotator)
    assert not workflow.is_idle(as_role(annotator))

    put(image, "claimed", holder=annotator, seen=long_ago)
    paint(image, second)
    assert workflow.is_idle(as_role(annotator)), "another's stroke says nothing about the holder"
    paint(image, annotator, version=1)
    assert not workflow.is_idle(as_role(annotator))


def test_a_returned_photo_goes_to_who_submitted_it_with_the_comment_at_its_place(as_role, annotator, owner):
    workflow.change_state(as_role(annotator), "submit", user=annotator)

    change = workflow.change_state(as_role(owner), "return", user=owner, text="Too wide here.", at=(120.5, 80))

    image = as_role(annotator)
    assert (image.state, image.holder) == ("returned", annotator)
    assert (change.comment.x, change.comment.y, change.comment.text) == (120.5, 80, "Too wide here.")
    assert [one.text for one in comments.threads(image)] == ["Too wide here."]


def test_a_photo_returned_to_somebody_who_has_left_is_in_nobodys_hands(project, as_role, annotator, owner, second):
    workflow.change_state(as_role(annotator), "submit", user=annotator)
    members.remove_member(Membership.objects.get(project=project, user=annotator))

    workflow.change_state(as_role(owner), "return", user=owner, text="Again, please.")

    assert as_role(owner).holder is None
    assert attempt(as_role(second), "claim", second) == "claimed"


@pytest.mark.parametrize("text", ["", "   \n"])
def test_nothing_is_returned_without_a_word(image, as_role, owner, text):
    put(image, "submitted", submitted_by=owner)

    with pytest.raises(Refused, match="say what is to be done"):
        workflow.change_state(as_role(owner), "return", user=owner, text=text)

    assert as_role(owner).state == "submitted"
    assert not StateChange.objects.exists()


def test_an_owner_alone_can_submit_and_accept(as_role, owner):
    for action in ("claim", "finish", "submit", "accept"):
        workflow.change_state(as_role(owner), action, user=owner)

    assert as_role(owner).state == "accepted"


def test_every_move_is_remembered_with_who_from_where_to_and_why(as_role, annotator, owner):
    for person, action in ((annotator, "claim"), (annotator, "submit"), (owner, "return"), (annotator, "finish")):
        workflow.change_state(as_role(person), action, user=person, text="Look again." if action == "return" else "")

    story = [(one.user.username, one.action, one.before, one.after, one.text) for one in StateChange.objects.all()]
    assert story == [
        ("anton", "claim", "open", "claimed", ""),
        ("anton", "submit", "claimed", "submitted", ""),
        ("olga", "return", "submitted", "returned", "Look again."),
        ("anton", "finish", "returned", "done", ""),
    ]


# ---------------------------------------------------------------- painting


def paint(image, user, version: int = 0, **more):
    write = TileWrite("class", 0, 0, version, one_tile(1 + version % 2))
    return masks.write_edit(image, **{"uuid": uuid.uuid4(), "user": user, "tool": "brush", "tiles": [write]} | more)


@pytest.mark.parametrize("state", ["open", "claimed", "done", "returned"])
def test_a_claim_is_soft_everybody_may_paint(image, annotator, second, owner, state):
    put(image, state, holder=annotator)

    for version, person in enumerate((annotator, second, owner)):
        paint(image, person, version)

    assert Image.objects.get(pk=image.pk).seq == 3


def test_nobody_paints_on_what_waits_for_review(image, as_role, annotator, owner):
    workflow.change_state(as_role(annotator), "submit", user=annotator)

    for person in (annotator, owner):
        with pytest.raises(NotAllowed, match=r"submitted by anton and waits for review.*anton can withdraw it") as no:
            paint(image, person)
        assert (no.value.at, no.value.more) == ("state", {"state": "submitted"})

    assert Image.objects.get(pk=image.pk).seq == 0


def test_who_reads_german_is_told_in_german_why_a_photo_is_locked_and_what_else_is_possible(
    image, as_role, annotator, owner
):
    workflow.change_state(as_role(annotator), "submit", user=annotator)

    with translation.override("de"):
        why = workflow.locked_sentence(as_role(owner))
        with pytest.raises(Conflict, match=r"photo\.jpg ist jetzt eingereicht; nur wenn ein Foto angenommen ist"):
            workflow.change_state(as_role(owner), "reopen", user=owner)
        with pytest.raises(NotAllowed, match="die Rolle Eigentümer; Ihre Rolle ist Annotator"):
            workflow.change_state(as_role(annotator), "accept", user=annotator)

    assert why.startswith("photo.jpg wurde von anton eingereicht und wartet auf die Prüfung. ")
    assert why.endswith("Wieder gemalt werden kann, wenn anton es zurückzieht oder olga es zurückgibt.")


def test_nobody_paints_on_what_was_accepted_until_it_is_reopened(image, as_role, annotator, owner):
    workflow.change_state(as_role(annotator), "submit", user=annotator)
    workflow.change_state(as_role(owner), "accept", user=owner)
    with pytest.raises(NotAllowed, match=r"accepted by olga.*have olga reopen or return it"):
        paint(image, owner)

    workflow.change_state(as_role(owner), "reopen", user=owner)

    assert paint(image, annotator).seq == 1


def test_an_edit_that_is_saved_already_is_answered_though_the_photo_was_accepted_since(image, annotator):
    same = uuid.uuid4()
    paint(image, annotator, uuid=same)
    put(image, "accepted")

    assert paint(image, annotator, uuid=same).seq == 1


def test_undo_and_painting_by_the_server_are_refused_like_any_stroke(image, annotator, owner):
    edit = paint(image, annotator)
    put(image, "accepted")

    with pytest.raises(NotAllowed):
        history.undo(image, edit.seq, user=owner, uuid=uuid.uuid4())
    with pytest.raises(NotAllowed):
        masks.paint(image, np.ones((1, 1), np.uint8), None, Box(50, 50, 51, 51), user=owner, tool="adopt")


# ---------------------------------------------------------------- at once


def test_of_two_who_saw_an_open_photo_the_second_to_claim_is_told_of_the_first(as_role, annotator, second):
    mine, theirs = as_role(annotator), as_role(second)  # both read before either claims

    workflow.change_state(mine, "claim", user=annotator)

    with pytest.raises(Conflict, match="anton has photo"):
        workflow.change_state(theirs, "claim", user=second)
    assert as_role(second).holder == annotator


def test_a_stroke_on_a_photo_that_was_submitted_since_it_was_read_is_refused(as_role, annotator, owner):
    opened = as_role(annotator)
    workflow.change_state(as_role(owner), "submit", user=owner)

    with pytest.raises(NotAllowed, match="submitted by olga"):
        paint(opened, annotator)


def test_several_photos_move_each_on_its_own(image, painted, project, owner):
    project.role = "owner"
    for one in (image, painted):
        one.project = project
    put(painted, "accepted")
    painted.refresh_from_db()

    moved, refused = workflow.change_states([image, painted], "submit", user=owner)

    assert moved == [image.pk]
    assert [pk for pk, _ in refused] == [painted.pk]
    assert "painted.jpg is accepted now" in refused[0][1]
