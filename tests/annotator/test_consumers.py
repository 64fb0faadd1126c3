"""The photo's socket: edits are told at once, people see each other, and nonsense is answered with a sentence."""

import asyncio
import json
import uuid

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter

from annotator.models import Membership
from annotator.services import access, comments, company, masks, workflow
from studio import bell
from studio.urls import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)

LOOKING = {"viewport": [0, 0, 600, 400], "cursor": [10.04, 20], "tool": "brush"}


@pytest.fixture(autouse=True)
def nobody_here():
    company._rooms.clear()


@pytest.fixture
async def hung_bell(data_folder):
    take_down = await bell.hang()
    yield
    take_down()


class Page(ApplicationCommunicator):
    """A browser's end of a photo's socket."""

    async def say(self, message) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self, what: str):
        """The next message of a kind; others are passed over."""
        while True:
            message = json.loads((await self.receive_output(5))["text"])
            if what in message:
                return message[what]

    async def hear_of(self, *names: str) -> list[dict]:
        """People, once exactly these are there and have shown themselves."""
        while True:
            people = await self.hear("people")
            if [person["user"]["name"] for person in people] == list(names):
                return people

    async def closing(self) -> int:
        while True:
            output = await self.receive_output(5)
            if output["type"] == "websocket.close":
                return output["code"]

    async def close(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


async def open_photo(user, image) -> Page:
    scope = {"type": "websocket", "path": f"/ws/images/{image.id}/", "query_string": b"", "headers": [], "user": user}
    page = Page(URLRouter(websocket_urlpatterns), scope)
    await page.send_input({"type": "websocket.connect"})
    assert (await page.receive_output())["type"] == "websocket.accept"
    return page


@database_sync_to_async
def paint(image, user):
    write = masks.TileWrite("class", 0, 0, 0, bytes([0]))
    return masks.write_edit(image, uuid=uuid.uuid4(), user=user, tool="brush", tiles=[write])


async def test_an_edit_is_told_at_once(hung_bell, image, owner, viewer, monkeypatch):
    monkeypatch.setattr("annotator.consumers.LOOK_S", 60)
    page = await open_photo(viewer, image)
    assert await page.hear("seq") == 0

    await paint(image, owner)

    assert await page.hear("seq") == 1
    await page.close()


async def test_an_edit_is_told_even_when_the_bell_is_broken(image, owner, viewer, monkeypatch):
    monkeypatch.setattr("annotator.consumers.LOOK_S", 0.05)
    monkeypatch.setattr(bell, "ring", lambda topic: None)
    page = await open_photo(viewer, image)
    assert await page.hear("seq") == 0

    await paint(image, owner)

    assert await page.hear("seq") == 1
    await page.close()


async def test_people_see_where_others_look_and_not_themselves(image, annotator, viewer):
    anton, vera = await open_photo(annotator, image), await open_photo(viewer, image)
    client = await anton.hear("client")
    await vera.say(LOOKING)
    await anton.say({**LOOKING, "cursor": None, "tool": "polygon"})

    (seen,) = await vera.hear_of("anton")
    (met,) = await anton.hear_of("vera")
    await anton.close()
    await vera.close()

    assert seen == {
        "client": client,
        "user": {"id": annotator.id, "name": "anton"},
        "viewport": [0, 0, 600, 400],
        "cursor": None,
        "tool": "polygon",
    }
    assert met["cursor"] == [10.0, 20]


async def test_two_tabs_of_one_person_are_company_to_each_other(image, annotator):
    one, other = await open_photo(annotator, image), await open_photo(annotator, image)
    await other.say(LOOKING)

    (seen,) = await one.hear_of("anton")

    assert seen["client"] == await other.hear("client")
    await one.close()
    await other.close()


async def test_who_leaves_is_gone_at_once(image, annotator, viewer):
    anton, vera = await open_photo(annotator, image), await open_photo(viewer, image)
    await anton.say(LOOKING)
    await vera.hear_of("anton")

    await anton.close()

    await vera.hear_of()
    await vera.close()


async def test_who_is_silent_for_long_is_gone(image, annotator, viewer, monkeypatch):
    monkeypatch.setattr("annotator.consumers.LOOK_S", 0.05)
    anton, vera = await open_photo(annotator, image), await open_photo(viewer, image)
    await anton.say(LOOKING)
    await vera.hear_of("anton")

    monkeypatch.setattr(company, "SILENT_S", 0.2)

    await vera.hear_of()
    await anton.close()
    await vera.close()


async def test_people_on_another_photo_are_no_company(image, painted, annotator, viewer):
    anton, vera = await open_photo(annotator, image), await open_photo(viewer, painted)
    await anton.say(LOOKING)

    assert await vera.hear("people") == []
    await asyncio.sleep(0.3)
    assert company.people(painted.id) == []
    await anton.close()
    await vera.close()


async def test_a_stranger_hears_nothing(image, stranger):
    page = await open_photo(stranger, image)
    await page.say(LOOKING)

    assert await page.closing() == 4404
    assert company.people(image.id) == []


async def test_a_member_who_is_removed_stops_hearing_and_is_gone(image, annotator, monkeypatch):
    monkeypatch.setattr("annotator.consumers.LOOK_S", 0.05)
    page = await open_photo(annotator, image)
    await page.say(LOOKING)
    await page.hear("seq")

    await database_sync_to_async(Membership.objects.filter(user=annotator).delete)()

    assert await page.closing() == 4404
    assert company.people(image.id) == []


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ("{", "message: expected {viewport"),
        ("[1]", "message: expected {viewport"),
        ("x" * 1001, "message: at most 1000 characters"),
        ("[" * 1000, "message: expected {viewport"),
        ({**LOOKING, "viewport": [1, 2, 3]}, "viewport: expected [left, top, right, bottom]"),
        ({**LOOKING, "viewport": [5, 2, 3, 4]}, "viewport: left and top come first"),
        ({**LOOKING, "viewport": [0, 0, 1e300, 1]}, "viewport: expected"),
        ('{"viewport": [0, 0, 1, NaN], "cursor": null, "tool": ""}', "viewport: expected"),
        ('{"viewport": [0, 0, 1, 1' + "0" * 400 + '], "tool": ""}', "viewport: expected"),
        ({**LOOKING, "cursor": "here"}, "cursor: expected [x, y] or null"),
        ({**LOOKING, "cursor": [True, False]}, "cursor: expected [x, y] or null"),
        ({**LOOKING, "tool": 7}, "tool: expected at most 40 characters"),
    ],
)
async def test_nonsense_is_answered_with_a_sentence_and_the_socket_closed(image, annotator, message, complaint):
    page = await open_photo(annotator, image)
    await page.hear("seq")

    await page.say(message)

    assert (await page.hear("problem")).startswith(complaint)
    assert await page.closing() == 4400


async def test_bytes_are_nonsense_too(image, annotator):
    page = await open_photo(annotator, image)
    await page.hear("seq")

    await page.send_input({"type": "websocket.receive", "bytes": b"\x00"})

    assert "viewport" in await page.hear("problem")
    assert await page.closing() == 4400


async def test_a_page_that_shouts_is_hung_up_on(image, annotator, monkeypatch):
    monkeypatch.setattr("annotator.consumers.MESSAGES_AT_ONCE", 5.0)
    page = await open_photo(annotator, image)
    await page.hear("seq")

    for _ in range(8):
        await page.say(LOOKING)

    assert (await page.hear("problem")).startswith("Too many messages")
    assert await page.closing() == 4400


async def test_what_another_process_tells_is_seen_here(image, viewer):
    page = await open_photo(viewer, image)
    await page.hear("seq")

    told = {
        "image": image.id,
        "client": "abc",
        "user": {"id": 7, "name": "paula"},
        "glance": {"viewport": [0, 0, 1, 1]},
    }
    bell.told(company.TOPIC, told)

    assert (await page.hear_of("paula"))[0]["viewport"] == [0, 0, 1, 1]
    await page.close()


async def test_what_is_said_and_decided_is_told_at_once(hung_bell, image, owner, viewer):
    page = await open_photo(viewer, image)
    quiet = await page.hear("talk")

    await database_sync_to_async(comments.add)(image, user=owner, text="A crack?")
    spoken = await page.hear("talk")

    def submit():
        workflow.change_state(access.image_for(owner, image.pk), "submit", user=owner)

    await database_sync_to_async(submit)()
    moved = await page.hear("talk")

    assert len({quiet, spoken, moved}) == 3
