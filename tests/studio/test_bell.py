"""The bell between processes."""

import asyncio

from channels.layers import get_channel_layer

from studio import bell


async def test_a_ring_is_heard_by_who_listens_to_its_topic(data_folder):
    take_down = await bell.hang()
    async with bell.Listener(7) as news:
        bell.ring(8)
        bell.ring(7)

        await asyncio.wait_for(news.wait(30), 10)

    take_down()


async def test_a_message_reaches_who_asked_for_its_topic_in_this_process(data_folder):
    heard = []
    bell.when_told("weather", heard.append)

    await bell.tell("weather", {"rain": True})
    await bell.tell("news", {"rain": False})

    assert heard == [{"rain": True}]


async def test_a_message_reaches_this_process_also_while_redis_is_away(data_folder, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [settings.REDIS_URL]}}
    }
    heard = []
    bell.when_told("weather", heard.append)

    await bell.tell("weather", {"rain": True})

    assert heard == [{"rain": True}]


async def test_messages_and_rings_of_other_processes_come_through_redis(data_folder, settings):
    settings.REDIS_URL = "redis://somewhere"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    heard = []
    bell.when_told("weather", heard.append)
    take_down = await bell.hang()
    await asyncio.sleep(0.05)

    async with bell.Listener("image-7") as news:
        layer = get_channel_layer()
        await bell.tell("weather", {"rain": True})
        await layer.group_send("bell", {"type": "rung", "topic": "image-7"})
        await asyncio.wait_for(news.wait(30), 10)

    take_down()
    assert heard == [{"rain": True}]


async def test_the_list_of_jobs_is_not_woken_by_other_topics(data_folder):
    async with bell.Listener("*") as news:
        bell.rung("image-7")
        assert not news._event.is_set()

        bell.rung("7")
        assert news._event.is_set()


def test_a_ring_that_nobody_can_hear_is_no_failure(data_folder, settings):
    bell.ring(7)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [settings.REDIS_URL]}}
    }

    bell.ring(7)
