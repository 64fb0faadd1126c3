"""Sockets that follow the job tables: whoever connects gets everything missed, in order, then what is new."""

import asyncio
import logging
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

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
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.task = asyncio.create_task(self.follow_or_close())

    async def follow_or_close(self) -> None:
        """A socket that cannot go on is closed, so that the page connects again instead of waiting for ever."""
        try:
            await self.follow()
        except Exception:
            log.exception("a socket failed")
            await self.close(FAILED)

    async def follow(self) -> None:
        raise NotImplementedError

    async def disconnect(self, _code) -> None:
        if self.task:
            self.task.cancel()


class JobConsumer(Follower):
    """/ws/jobs/<id>/?after=<seq>: {"job": {...}, "events": [...]} whenever there is news of one job."""

    async def follow(self) -> None:
        job_id = self.scope["url_route"]["kwargs"]["job_id"]
        query = parse_qs(self.scope["query_string"].decode())
        asked = query.get("after", ["0"])[0]
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
        return {"job": JobSerializer(job).data, "events": JobEventSerializer(events, many=True).data}


class JobsConsumer(Follower):
    """/ws/jobs/: {"jobs": [...]} with the newest hundred jobs this user may see, whenever one of them changed."""

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
        return JobSerializer(Job.objects.visible_to(self.user).select_related("user")[:100], many=True).data
