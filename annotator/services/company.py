"""Who looks at which photo at this moment, and where. Kept in memory only: after a restart the pages tell it again."""

import json
import time
from collections import defaultdict
from dataclasses import asdict, dataclass

from studio import bell
from studio.errors import Refused

TOPIC = "company"
SILENT_S = 15.0  # who is not heard for so long has left
MOST_PEOPLE = 50  # told to one page
MOST_CHARS = 1000  # of one message
FARTHEST_PX = 1e9
EXPECTED = "expected {viewport: [left, top, right, bottom], cursor: [x, y] or null, tool}"


@dataclass(frozen=True)
class Glance:
    """Where somebody looks, in pixels of the photo."""

    viewport: tuple[float, float, float, float]  # left, top, right, bottom
    cursor: tuple[float, float] | None
    tool: str


@dataclass
class Guest:
    user: dict  # {"id", "name"}
    glance: dict
    heard_at: float


_rooms: dict[int, dict[str, Guest]] = defaultdict(dict)


def topic_of(image_id: int) -> str:
    """What to listen to on the bell for comings, goings and glances at a photo."""
    return f"{TOPIC}-{image_id}"


async def show(image_id: int, client: str, user, glance: Glance) -> None:
    """Somebody's page looks at a photo, now like this."""
    person = {"id": user.pk, "name": user.get_username()}
    await bell.tell(TOPIC, {"image": image_id, "client": client, "user": person, "glance": asdict(glance)})


async def leave(image_id: int, client: str) -> None:
    """Somebody's page is gone."""
    await bell.tell(TOPIC, {"image": image_id, "client": client, "glance": None})


def people(image_id: int, but: str = "") -> list[dict]:
    """Whoever looks at a photo, longest here first: [{"client", "user", "viewport", "cursor", "tool"}].

    but: a client who is left out: nobody is company to themselves.
    """
    alive = time.monotonic() - SILENT_S
    guests = _rooms.get(image_id, {})
    return [
        {"client": client, "user": guest.user, **guest.glance}
        for client, guest in guests.items()
        if guest.heard_at > alive and client != but
    ][:MOST_PEOPLE]


def hear(message: dict) -> None:
    """News from any process of the server."""
    image_id, client, glance = message["image"], message["client"], message["glance"]
    guests = _rooms[image_id]
    now = time.monotonic()
    if glance is None:
        guests.pop(client, None)
    elif client in guests:
        guests[client].glance, guests[client].heard_at = glance, now
    else:
        guests[client] = Guest(message["user"], glance, now)
    for silent in [name for name, guest in guests.items() if guest.heard_at < now - SILENT_S]:
        del guests[silent]
    if not guests:
        del _rooms[image_id]
    bell.rung(topic_of(image_id))


bell.when_told(TOPIC, hear)


def glance(text: str) -> Glance:
    """A page's message. Raises Refused, with a sentence, for anything else."""
    if len(text) > MOST_CHARS:
        raise Refused(f"message: at most {MOST_CHARS} characters, found {len(text)}", at="message")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(f"message: {EXPECTED} as JSON, found {text[:40]!r}", at="message") from None
    if not isinstance(found, dict):
        raise Refused(f"message: {EXPECTED}, found {text[:40]!r}", at="message")
    viewport = numbers(found.get("viewport"), 4, "viewport", "[left, top, right, bottom]")
    if viewport[0] > viewport[2] or viewport[1] > viewport[3]:
        raise Refused(f"viewport: left and top come first, found {list(viewport)}", at="viewport")
    cursor = found.get("cursor")
    tool = found.get("tool", "")
    if not isinstance(tool, str) or len(tool) > 40:
        raise Refused(f"tool: expected at most 40 characters, found {str(tool)[:60]!r}", at="tool")
    return Glance(viewport, None if cursor is None else numbers(cursor, 2, "cursor", "[x, y] or null"), tool)


def numbers(value: object, count: int, name: str, expected: str) -> tuple:
    if isinstance(value, list) and len(value) == count and all(map(is_place, value)):
        return tuple(round(one, 1) for one in value)
    raise Refused(f"{name}: expected {expected} in pixels of the photo, found {str(value)[:60]}", at=name)


def is_place(value: object) -> bool:
    """Whether it is a number that can lie near a photo; NaN cannot."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= FARTHEST_PX
