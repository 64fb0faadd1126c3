"""The job socket: everything missed first, in order, then what is new; only for who may see it."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from studio import bell
from studio.models import Job, JobEvent
from studio.sayings import Saying
from studio.urls import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)


@database_sync_to_async
def person(name):
    return get_user_model().objects.create_user(username=name)


@database_sync_to_async
def job_with_events(user, events):
    job = Job.objects.create(kind="import", title="Import", user=user)
    for seq in range(1, events + 1):
        JobEvent.objects.create(job=job, seq=seq, kind="log", data={"text": str(seq)})
    return job


@pytest.fixture(autouse=True)
def import_kind(monkeypatch):
    from studio import kinds

    monkeypatch.setitem(kinds.KINDS, "import", kinds.Kind("import", "nowhere"))


class Socket(ApplicationCommunicator):
    """A browser's end of a socket."""

    async def hear(self) -> dict:
        return json.loads((await self.receive_output())["text"])

    async def close(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


async def connect(user, address) -> Socket:
    path, _, query = address.partition("?")
    scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": [], "user": user}
    socket = Socket(URLRouter(websocket_urlpatterns), scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output())["type"] == "websocket.accept"
    return socket


async def test_a_late_listener_gets_the_whole_story_then_news():
    user = await person("olga")
    job = await job_with_events(user, 3)

    socket = await connect(user, f"/ws/jobs/{job.id}/")
    first = await socket.hear()
    await database_sync_to_async(JobEvent.objects.create)(job=job, seq=4, kind="log", data={"text": "4"})
    bell.rung(str(job.id))
    second = await socket.hear()
    await socket.close()

    assert [event["seq"] for event in first["events"]] == [1, 2, 3]
    assert [event["seq"] for event in second["events"]] == [4]


async def test_a_listener_that_was_away_gets_only_what_it_missed():
    user = await person("olga")
    job = await job_with_events(user, 5)

    socket = await connect(user, f"/ws/jobs/{job.id}/?after=3")
    message = await socket.hear()
    await socket.close()

    assert [event["seq"] for event in message["events"]] == [4, 5]


async def test_a_socket_speaks_the_language_its_page_asks_for():
    user = await person("olga")
    job = await job_with_events(user, 1)
    await database_sync_to_async(Job.objects.filter(pk=job.pk).update)(doing=Saying("Packing"))
    heard = []

    for asked in ("", "?language=de", "?language=tlh"):
        for address in (f"/ws/jobs/{job.id}/", "/ws/jobs/"):
            socket = await connect(user, address + asked)
            message = await socket.hear()
            heard.append((message.get("job") or message["jobs"][0])["doing"])
            await socket.close()

    assert heard == ["Packing", "Packing", "Wird gepackt", "Wird gepackt", "Packing", "Packing"]


async def test_a_stranger_s_socket_is_closed_without_a_word():
    job = await job_with_events(await person("olga"), 1)

    socket = await connect(await person("sam"), f"/ws/jobs/{job.id}/")

    assert (await socket.receive_output())["code"] == 4404


async def test_who_is_not_signed_in_hears_nothing():
    socket = await connect(AnonymousUser(), "/ws/jobs/")

    assert (await socket.receive_output())["code"] == 4401


async def test_the_list_of_jobs_holds_only_visible_ones():
    user = await person("olga")
    await job_with_events(user, 0)

    mine, theirs = await connect(user, "/ws/jobs/"), await connect(await person("sam"), "/ws/jobs/")

    assert len((await mine.hear())["jobs"]) == 1
    assert (await theirs.hear())["jobs"] == []
    await mine.close()
    await theirs.close()


async def test_a_number_that_is_none_means_the_whole_story():
    user = await person("olga")
    job = await job_with_events(user, 2)

    socket = await connect(user, f"/ws/jobs/{job.id}/?after=x")
    message = await socket.hear()
    await socket.close()

    assert [event["seq"] for event in message["events"]] == [1, 2]


async def test_a_socket_that_cannot_go_on_is_closed_so_that_the_page_connects_again(monkeypatch):
    monkeypatch.setattr("studio.consumers.JobsConsumer.newest", lambda self: 1 / 0)

    socket = await connect(await person("olga"), "/ws/jobs/")

    assert (await socket.receive_output())["code"] == 1011


async def test_a_page_that_was_closed_in_mid_sentence_is_no_failure(monkeypatch, caplog):
    async def gone(self, *_) -> None:
        raise OSError

    monkeypatch.setattr("studio.consumers.JobsConsumer.send_json", gone)

    socket = await connect(await person("olga"), "/ws/jobs/")

    assert (await socket.receive_output())["code"] == 1011
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
