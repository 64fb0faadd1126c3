"""How the work on a photo goes on: who has it, what comes next, and when nobody may paint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from annotator.models import Image, Membership, Project, StateChange, WorkState
from annotator.services import access, comments
from studio.errors import Conflict, NotAllowed, Problem, Refused
from studio.texts import either, say

# A claim whose holder neither painted nor had the photo open for so long keeps nobody away.
IDLE_AFTER = timedelta(minutes=30)

OPEN, CLAIMED, DONE = WorkState.OPEN, WorkState.CLAIMED, WorkState.DONE
SUBMITTED, ACCEPTED, RETURNED = WorkState.SUBMITTED, WorkState.ACCEPTED, WorkState.RETURNED
LOCKED = frozenset({SUBMITTED, ACCEPTED})  # nobody paints: what is looked at must not change meanwhile

# Who may make a move, beyond being an annotator of the project.
FREE = "free"  # unless somebody else has the photo
HOLDER = "holder"  # who has the photo, and owners
SUBMITTER = "submitter"  # who submitted it
OWNER = "owner"


@dataclass(frozen=True)
class Move:
    action: str
    before: frozenset[str]
    after: str
    who: str
    needs_text: bool = False


def move(action: str, before: Iterable[str], after: str, who: str, *, needs_text: bool = False) -> Move:
    return Move(action, frozenset(before), after, who, needs_text)


MOVES = (
    move("claim", [OPEN, CLAIMED, DONE, RETURNED], CLAIMED, FREE),
    move("release", [CLAIMED, DONE, RETURNED], OPEN, HOLDER),
    move("finish", [OPEN, CLAIMED, RETURNED], DONE, FREE),
    move("submit", [OPEN, CLAIMED, RETURNED], SUBMITTED, FREE),
    move("submit", [DONE], SUBMITTED, HOLDER),
    move("withdraw", [SUBMITTED], CLAIMED, SUBMITTER),
    move("accept", [SUBMITTED], ACCEPTED, OWNER),
    move("return", [SUBMITTED, ACCEPTED], RETURNED, OWNER, needs_text=True),
    move("reopen", [ACCEPTED], OPEN, OWNER),
)
ACTIONS = tuple(dict.fromkeys(one.action for one in MOVES))
# "Only a photo that is submitted can be accepted."
PARTICIPLES = {
    "claim": pgettext_lazy("done to a photo", "claimed"),
    "release": pgettext_lazy("done to a photo", "released"),
    "finish": pgettext_lazy("done to a photo", "marked done"),
    "submit": pgettext_lazy("done to a photo", "submitted"),
    "withdraw": pgettext_lazy("done to a photo", "withdrawn"),
    "accept": pgettext_lazy("done to a photo", "accepted"),
    "return": pgettext_lazy("done to a photo", "returned"),
    "reopen": pgettext_lazy("done to a photo", "reopened"),
}
STATE_WORDS = {
    OPEN: pgettext_lazy("state of a photo", "open"),
    CLAIMED: pgettext_lazy("state of a photo", "claimed"),
    DONE: pgettext_lazy("state of a photo", "done"),
    SUBMITTED: pgettext_lazy("state of a photo", "submitted"),
    ACCEPTED: pgettext_lazy("state of a photo", "accepted"),
    RETURNED: pgettext_lazy("state of a photo", "returned"),
}


# ---------------------------------------------------------------- asking


def is_idle(image: Image, now: datetime | None = None) -> bool:
    """Whether who has this photo has shown no sign of life for long, so that others may take it over."""
    seen = image.held_seen_at
    return image.holder_id is not None and (seen is None or (now or timezone.now()) - seen >= IDLE_AFTER)


def is_locked(image: Image) -> bool:
    return image.state in LOCKED


def refuse_locked(image: Image) -> None:
    """Raises NotAllowed, with who can change that, when nobody may paint on this photo now."""
    if is_locked(image):
        raise NotAllowed(locked_sentence(image), at="state", state=image.state)


def locked_sentence(image: Image) -> str:
    """Why nobody may paint on a photo and who can change that; empty where it may be painted on."""
    if not is_locked(image):
        return ""
    photo, owners = image.name, either(owners_of(image.project_id)) or say("an owner")
    last = image.state_changes.filter(after=image.state).select_related("user").last()
    who = last.user.username if last and last.user else ""
    if image.state == ACCEPTED:
        by = say("{photo} was accepted by {who}.", photo=photo, who=who)
        why = by if who else say("{photo} was accepted.", photo=photo)
        way = say("To paint on it again, have {owners} reopen or return it.", owners=owners)
        return f"{why} {way}"
    by = say("{photo} was submitted by {who} and waits for review.", photo=photo, who=who)
    why = by if who else say("{photo} was submitted and waits for review.", photo=photo)
    way = say("To paint on it again, have {owners} return it.", owners=owners)
    if image.submitted_by_id is not None:
        who = image.submitted_by.username
        way = say("To paint on it again, {who} can withdraw it, or have {owners} return it.", who=who, owners=owners)
    return f"{why} {way}"


def owners_of(project_id: int) -> list[str]:
    """Names of the first owners of a project, enough for a sentence."""
    found = Membership.objects.filter(project_id=project_id, role=Membership.Role.OWNER).order_by("id")
    return list(found.values_list("user__username", flat=True)[:3])


def moves_for(image: Image, user) -> list[str]:
    """What this person may do with a photo now, in the order of the table. `image.project.role` is set."""
    possible = []
    for one in MOVES:
        if image.state in one.before:
            try:
                demand(image, one, user)
            except Problem:
                continue
            possible.append(one.action)
    return possible


# ---------------------------------------------------------------- moving


def change_state(
    image: Image, action: str, *, user, text: str = "", at: tuple[float, float] | None = None
) -> StateChange:
    """Make a move and remember it. `image.project.role` says what this person is in the project.

    text: what is to be done, required when a photo is returned: it becomes a comment.
    at:   the place in photo pixels that the comment is pinned to; None for one about the whole photo.

    Brings `image` up to date. Raises Refused for what is no action or lacks its text, NotAllowed when another person
    would have to do this, and Conflict when the photo is in another state or in somebody else's hands.
    """
    if action not in ACTIONS:
        raise Refused(f"action: expected one of {', '.join(ACTIONS)}, found {action[:40]!r}", at="action")
    with transaction.atomic():
        comments.ring(image.pk)
        # The row lock makes two people who claim at once do it one after the other: the second is told of the first.
        locked = Image.objects.select_for_update().get(pk=image.pk)
        locked.project = image.project
        one = move_from(locked, action)
        demand(locked, one, user)
        if one.needs_text and not text.strip():
            raise Refused(say("text: say what is to be done, so that who gets the photo back knows"), at="text")
        comment = comments.add(locked, user=user, text=text, at=at) if text.strip() else None
        change = StateChange.objects.create(
            image=locked, user=user, action=action, before=locked.state, after=one.after, text=text, comment=comment
        )
        hand_over(locked, one, user)
        locked.state = one.after
        locked.save(update_fields=["state", "holder", "held_since", "held_seen_at", "submitted_by"])
    for name in ("state", "holder", "held_since", "held_seen_at", "submitted_by"):
        setattr(image, name, getattr(locked, name))
    return change


def move_from(image: Image, action: str) -> Move:
    """The move this action is from the photo's present state. Raises Conflict when there is none."""
    moves = [one for one in MOVES if one.action == action]
    for one in moves:
        if image.state in one.before:
            return one
    origins = [words for state, words in STATE_WORDS.items() if any(state in one.before for one in moves)]
    sentence = say(
        "{photo} is {state} now; only a photo that is {origins} can be {done}.",
        photo=image.name,
        state=STATE_WORDS[image.state],
        origins=either(origins),
        done=PARTICIPLES[action],
    )
    raise Conflict(sentence, at="state", state=image.state)


def demand(image: Image, one: Move, user) -> None:
    """Raises NotAllowed or Conflict when this person may not make this move."""
    access.demand(image.project, "owner" if one.who == OWNER else "annotator")
    is_mine = image.holder_id == user.pk
    is_owner = image.project.role == Membership.Role.OWNER
    if one.action == "claim" and is_mine and image.state == CLAIMED:
        raise Conflict(say("You have {photo} already.", photo=image.name), at="state", state=image.state)
    if one.who == FREE and image.holder_id is not None and not is_mine and not is_idle(image):
        raise Conflict(taken_sentence(image), at="state", state=image.state, holder=image.holder.username)
    if one.who == HOLDER and not (is_mine or is_owner):
        raise NotAllowed(holder_sentence(image, one), at="state", state=image.state)
    if one.who == SUBMITTER and image.submitted_by_id != user.pk:
        who = image.submitted_by.username if image.submitted_by_id is not None else say("who submitted it")
        sentence = say("Only {who} can withdraw {photo}; an owner can return it.", who=who, photo=image.name)
        raise NotAllowed(sentence, at="state")


def holder_sentence(image: Image, one: Move) -> str:
    found = {"photo": image.name, "state": STATE_WORDS[image.state], "done": PARTICIPLES[one.action]}
    if image.holder_id is None:
        return say(
            "{photo} is {state}: only an annotator, who claims it, or an owner can have it {done}.",
            **found,
        )
    return say(
        "{photo} is {state}: only {holder}, who has it, or an owner can have it {done}.",
        holder=image.holder.username,
        **found,
    )


def taken_sentence(image: Image) -> str:
    photo, name = image.name, image.holder.username
    if image.state == RETURNED:
        return say(
            "{photo} was returned to {name}, who has the first try at it. An owner can release it.",
            photo=photo,
            name=name,
        )
    return say(
        "{name} has {photo}. It becomes free when {name} releases it or leaves it for {minutes} minutes, "
        "or an owner releases it.",
        photo=photo,
        name=name,
        minutes=IDLE_AFTER.seconds // 60,
    )


def hand_over(image: Image, one: Move, user) -> None:
    """Put the photo into the hands this move leaves it in."""
    now = timezone.now()
    if one.action == "submit":
        image.submitted_by = user
    holder = None
    if one.after in (CLAIMED, DONE):
        holder = user
    elif one.after == RETURNED and can_annotate(image.project, image.submitted_by_id):
        holder = image.submitted_by
    is_kept = holder is not None and image.holder_id == holder.pk
    image.held_since = image.held_since if is_kept else now if holder else None
    image.held_seen_at = now if holder else None
    image.holder = holder


def can_annotate(project: Project, user_id: int | None) -> bool:
    """Whether somebody is still there to get a photo back."""
    members = Membership.objects.filter(project=project, user_id=user_id).exclude(role=Membership.Role.VIEWER)
    return user_id is not None and members.exists()


def stay(image: Image, user) -> bool:
    """A sign of life of who has a photo open; returns whether it is in this person's hands."""
    found = Image.objects.filter(pk=image.pk, holder_id=user.pk)
    return found.update(held_seen_at=timezone.now()) > 0


def change_states(images: Iterable[Image], action: str, *, user) -> tuple[list[int], list[tuple[int, str]]]:
    """The same move for several photos of one project, each on its own.

    returns: (ids of those that moved, (id, sentence) of those that did not).
    """
    moved, refused = [], []
    for image in images:
        try:
            change_state(image, action, user=user)
            moved.append(image.pk)
        except Problem as problem:
            refused.append((image.pk, problem.problem))
    return moved, refused
