"""A bell between processes: `ring(job_id)` tells whoever listens to a job that there is news in the table.

Embedded: a datagram to the server's loopback port, which it leaves in the data folder. With Redis: a channel layer.
A lost ring costs nothing but a moment, because listeners also look at the table now and then.
"""

import asyncio
import logging
import socket
from collections import defaultdict

from asgiref.sync import async_to_sync
from django.conf import settings

log = logging.getLogger(__name__)

_listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def ring(topic: int | str) -> None:
    """There is news about a job (its number) or another topic (a short word). Never raises."""
    try:
        if settings.REDIS_URL:
            from channels.layers import get_channel_layer

            async_to_sync(get_channel_layer().group_send)("bell", {"type": "rung", "topic": str(topic)})
        else:
            _socket.sendto(str(topic).encode(), ("127.0.0.1", int(_port_file().read_text())))
    except (OSError, ValueError):
        pass  # no server is listening: the rows are there when it starts


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
    """Wake the listeners of a topic, and those of "*"."""
    for name in (topic, "*"):
        for event in _listeners.get(name, ()):
            event.set()


class Doorbell(asyncio.DatagramProtocol):
    """The server's end of the embedded bell."""

    def datagram_received(self, data: bytes, _address) -> None:
        rung(data.decode(errors="replace"))


async def hang() -> asyncio.BaseTransport | asyncio.Task:
    """Begin to hear rings in this process. Called once when the server starts; keep what it returns."""
    if settings.REDIS_URL:
        return asyncio.create_task(_hear_redis())
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Doorbell, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    fresh = _port_file().with_suffix(".new")
    fresh.write_text(str(port))
    fresh.replace(_port_file())
    return transport


async def _hear_redis() -> None:
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("bell", channel)
    while True:
        message = await layer.receive(channel)
        rung(message["topic"])


def _port_file():
    return settings.DATA / "bell.port"
