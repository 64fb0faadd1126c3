"""Sockets that follow the job tables: whoever connects gets everything missed, in order, then what is new."""

import asyncio
import logging
from contextlib import suppress
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.utils import translation

from studio import bell
from studio.models import Job
from studio.serializers import JobEventSerializer, JobSerializer

log = logging.getLogger(__name__)

LOOK_S = 2.0  # how often the table is read when no bell rang
AT_ONCE = 1000  # events in one message
NOT_SIGNED_IN, NOT_FOUND, FAILED = 4401, 4404, 1011


class Follower(AsyncJsonWebsocketConsumer):
    """A socket with one background task that sends what is new."""

    task: asyncio.Task | None = None

    async def connect(self) -> None:
        self.user = self.scope["user"]
        self.language = language_of(self.query)
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.task = asyncio.create_task(self.follow_or_close())

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.scope["query_string"].decode())

    async def follow_or_close(self) -> None:
        """A socket that cannot go on is closed, so that the page connects again instead of waiting for ever."""
        try:
            await self.follow()
        except Exception as error:
            # A page that was closed while something was on its way to it is no failure.
            log.log(logging.INFO if isinstance(error, OSError) else logging.ERROR, "a socket failed", exc_info=error)
            with suppress(OSError):
                await self.close(FAILED)

    async def follow(self) -> None:
        raise NotImplementedError

    async def disconnect(self, _code) -> None:
        if self.task:
            self.task.cancel()


def language_of(query: dict[str, list[str]]) -> str:
    """The language a page asks for: a browser lets no page choose the headers of a socket."""
    asked = query.get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class JobConsumer(Follower):
    """/ws/jobs/<id>/?after=<seq>&language=<code>: {"job": {...}, "events": [...]} whenever there is news of one job."""

    async def follow(self) -> None:
        job_id = self.scope["url_route"]["kwargs"]["job_id"]
        asked = self.query.get("after", ["0"])[0]
        after = int(asked) if asked.isdecimal() else 0
        sent = None
        async with bell.Listener(job_id) as news:
            while True:
                message = await self.news(job_id, after)
                if message is None:
                    await self.close(NOT_FOUND)
                    return
                if message["events"]:
                    after = message["events"][-1]["seq"]
                if message["events"] or message["job"] != sent:
                    await self.send_json(message)
                    sent = message["job"]
                if len(message["events"]) < AT_ONCE:
                    await news.wait(LOOK_S)

    @database_sync_to_async
    def news(self, job_id: int, after: int) -> dict | None:
        # Access is asked every time: a member who is removed stops hearing.
        job = Job.objects.visible_to(self.user).filter(pk=job_id).first()
        if job is None:
            return None
        events = job.events.filter(seq__gt=after)[:AT_ONCE]
        with translation.override(self.language):
            return {"job": JobSerializer(job).data, "events": JobEventSerializer(events, many=True).data}


class JobsConsumer(Follower):
    """/ws/jobs/?language=<code>: {"jobs": [...]}, the newest hundred this user may see, when one of them changed."""

    async def follow(self) -> None:
        sent = None
        async with bell.Listener("*") as news:
            while True:
                jobs = await self.newest()
                if jobs != sent:
                    await self.send_json({"jobs": jobs})
                    sent = jobs
                await asyncio.sleep(0.3)
                await news.wait(LOOK_S)

    @database_sync_to_async
    def newest(self) -> list[dict]:
        found = Job.objects.visible_to(self.user).select_related("user")[:100]
        with translation.override(self.language):
            return JobSerializer(found, many=True).data
