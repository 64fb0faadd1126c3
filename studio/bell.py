"""A bell between processes: `ring(job_id)` tells whoever listens to a job that there is news in the table.

Embedded: a datagram to the server's loopback port, which it leaves in the data folder. With Redis: a channel layer.
A lost ring costs nothing but a moment, because listeners also look at the table now and then.

`tell` carries small messages that no table keeps to every process of the server: who looks at which photo.
"""

import asyncio
import logging
import socket
from collections import defaultdict
from collections.abc import Callable

from asgiref.sync import async_to_sync
from django.conf import settings

log = logging.getLogger(__name__)

JOIN_AGAIN_S = 3600.0
AWAY_S = 5.0

Hear = Callable[[dict], None]

_listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
_hearers: dict[str, Hear] = {}
_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def ring(topic: int | str) -> None:
    """There is news about a job (its number) or another topic (a short word). Never raises."""
    if settings.REDIS_URL:
        _ring_redis(str(topic))
        return
    try:
        _socket.sendto(str(topic).encode(), ("127.0.0.1", int(_port_file().read_text())))
    except (OSError, ValueError):
        pass  # no server is listening: the rows are there when it starts


def _ring_redis(topic: str) -> None:
    from channels.layers import get_channel_layer
    from redis.exceptions import RedisError

    try:
        async_to_sync(get_channel_layer().group_send)("bell", {"type": "rung", "topic": topic})
    except (OSError, RedisError):
        pass  # Redis is away: the listeners look at the table by themselves


class Listener:
    """`async with Listener("7") as news: await news.wait(2)`"""

    def __init__(self, *topics: int | str):
        self._topics = [str(topic) for topic in topics]
        self._event = asyncio.Event()

    async def __aenter__(self) -> "Listener":
        for topic in self._topics:
            _listeners[topic].add(self._event)
        return self

    async def __aexit__(self, *_) -> None:
        for topic in self._topics:
            _listeners[topic].discard(self._event)
            if not _listeners[topic]:
                del _listeners[topic]

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell rang for one of the topics, or after a while."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            pass
        self._event.clear()


def rung(topic: str) -> None:
    """Wake the listeners of a topic; those of "*" hear of every job."""
    for name in (topic, "*") if topic.isdecimal() else (topic,):
        for event in _listeners.get(name, ()):
            event.set()


def when_told(topic: str, hear: Hear) -> None:
    """Have every message of a topic given to a function, which must not wait. One function per topic and process."""
    _hearers[topic] = hear


async def tell(topic: str, message: dict) -> None:
    """Give a small message to every process of the server, this one included. Never raises for want of Redis."""
    if settings.REDIS_URL:
        from channels.layers import get_channel_layer
        from redis.exceptions import RedisError

        try:
            await get_channel_layer().group_send("bell", {"type": "told", "topic": topic, "message": message})
            return
        except (OSError, RedisError):
            pass  # Redis is away: at least this process knows
    told(topic, message)


def told(topic: str, message: dict) -> None:
    """Pass a message on to who asked for its topic in this process."""
    if topic in _hearers:
        _hearers[topic](message)


class Doorbell(asyncio.DatagramProtocol):
    """The server's end of the embedded bell."""

    def datagram_received(self, data: bytes, _address) -> None:
        rung(data.decode(errors="replace"))


async def hang() -> Callable[[], object]:
    """Begin to hear rings in this process. Called once when the server starts; what it returns takes it down."""
    if settings.REDIS_URL:
        return asyncio.create_task(_hear_redis()).cancel
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Doorbell, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    fresh = _port_file().with_suffix(".new")
    fresh.write_text(str(port))
    fresh.replace(_port_file())
    return transport.close


async def _hear_redis() -> None:
    from channels.layers import get_channel_layer
    from redis.exceptions import RedisError

    layer = get_channel_layer()
    while True:
        try:
            channel = await layer.new_channel()
            # A channel is forgotten by its group after a day: joining again each hour keeps it in.
            async with asyncio.timeout(JOIN_AGAIN_S):
                await layer.group_add("bell", channel)
                while True:
                    heard = await layer.receive(channel)
                    if heard["type"] == "told":
                        told(heard["topic"], heard["message"])
                    else:
                        rung(heard["topic"])
        except TimeoutError:
            continue
        except (OSError, RedisError):
            log.warning("Redis is away; pages are told of news with a delay")
            await asyncio.sleep(AWAY_S)


def _port_file():
    return settings.DATA / "bell.port"
