"""The socket of a photo: whoever has it open hears of new edits at once, and sees who else is there."""

import asyncio
import time
import uuid

from channels.db import database_sync_to_async

from annotator.services import access, comments, company, masks
from studio import bell
from studio.consumers import LOOK_S, NOT_FOUND, Follower
from studio.errors import Refused

NOT_UNDERSTOOD = 4400
TELL_PAUSE_S = 0.1  # people who move are told about at most ten times a second
# A page speaks five times a second. What a stalled line held back comes at once, and is no reason to hang up.
MESSAGES_PER_S, MESSAGES_AT_ONCE = 10.0, 100.0


class ImageConsumer(Follower):
    """/ws/images/<id>/: says {"client"} once, {"seq"} whenever the photo has new edits, {"talk"} whenever something was
    said about it or its state changed, and {"people"} whenever others come, look elsewhere or go.
    Hears {"viewport": [left, top, right, bottom], "cursor": [x, y] | null, "tool"}.
    """

    glance: company.Glance | None = None  # the last one heard
    is_admitted = False

    async def connect(self) -> None:
        self.image_id: int = self.scope["url_route"]["kwargs"]["image_id"]
        self.client = uuid.uuid4().hex[:12]
        self.allowance, self.heard_at = MESSAGES_AT_ONCE, time.monotonic()
        await super().connect()

    async def follow(self) -> None:
        if await self.seq() is None:
            await self.close(NOT_FOUND)
            return
        self.is_admitted = True
        await self.send_json({"client": self.client})
        await self.show()
        tasks = [asyncio.create_task(self.tell_edits()), asyncio.create_task(self.tell_people())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def tell_edits(self) -> None:
        """Ends when the photo is not shown to this person any more."""
        sent = talked = None
        topics = masks.topic_of(self.image_id), comments.topic_of(self.image_id)
        async with bell.Listener(*topics) as news:
            while True:
                # Access is asked every time: a member who is removed stops hearing.
                seq = await self.seq()
                if seq is None:
                    self.is_admitted = False
                    await company.leave(self.image_id, self.client)
                    await self.close(NOT_FOUND)
                    return
                if seq != sent:
                    await self.send_json({"seq": seq})
                    sent = seq
                talk = await self.talk()
                if talk != talked:
                    await self.send_json({"talk": talk})
                    talked = talk
                await news.wait(LOOK_S)

    async def tell_people(self) -> None:
        sent = None
        async with bell.Listener(company.topic_of(self.image_id)) as news:
            while True:
                people = company.people(self.image_id, but=self.client)
                if people != sent:
                    await self.send_json({"people": people})
                    sent = people
                await asyncio.sleep(TELL_PAUSE_S)
                await news.wait(LOOK_S)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_) -> None:
        if not self.may_speak():
            await self.hang_up(f"Too many messages: a page may send {MESSAGES_PER_S:.0f} a second.")
            return
        try:
            self.glance = company.glance(text_data or "")
        except Refused as refused:
            await self.hang_up(refused.problem)
            return
        if self.is_admitted:
            await self.show()

    async def show(self) -> None:
        if self.glance is not None:
            await company.show(self.image_id, self.client, self.user, self.glance)

    async def hang_up(self, problem: str) -> None:
        self.is_admitted = False
        await self.send_json({"problem": problem})
        await self.close(NOT_UNDERSTOOD)

    async def disconnect(self, code) -> None:
        await super().disconnect(code)
        self.is_admitted = False
        await company.leave(self.image_id, self.client)

    def may_speak(self) -> bool:
        now = time.monotonic()
        self.allowance = min(MESSAGES_AT_ONCE, self.allowance + (now - self.heard_at) * MESSAGES_PER_S)
        self.heard_at = now
        self.allowance -= 1
        return self.allowance >= 0

    @database_sync_to_async
    def talk(self) -> str:
        return comments.mark_of(self.image_id)

    @database_sync_to_async
    def seq(self) -> int | None:
        return access.seq_for(self.user, self.image_id)
