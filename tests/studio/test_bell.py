"""The bell between processes."""

import asyncio

from studio import bell


async def test_a_ring_is_heard_by_who_listens_to_its_topic(data_folder):
    take_down = await bell.hang()
    async with bell.Listener(7) as news:
        bell.ring(8)
        bell.ring(7)

        await asyncio.wait_for(news.wait(30), 10)

    take_down()


def test_a_ring_that_nobody_can_hear_is_no_failure(data_folder, settings):
    bell.ring(7)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [settings.REDIS_URL]}}
    }

    bell.ring(7)
