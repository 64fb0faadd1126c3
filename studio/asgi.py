"""What uvicorn serves: pages and API, sockets, and the bell that is hung when the server starts."""

import os
import warnings

from django.core.asgi import get_asgi_application

# WhiteNoise streams the pages' small files in a way that Django reads whole; large files go out through sending.py.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - Django must be set up first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from studio import bell  # noqa: E402
from studio.urls import websocket_urlpatterns  # noqa: E402


async def lifespan(_scope, receive, send) -> None:
    """ASGI lifespan: hang the bell on startup and keep it until shutdown."""
    take_down = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            take_down = await bell.hang()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if take_down is not None:
                take_down()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
        "lifespan": lifespan,
    }
)
