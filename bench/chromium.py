"""A headless Chromium driven by its DevTools protocol alone."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.uri import parse_uri

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--js-flags=--expose-gc",
]
# Without these a machine that has no GPU draws WebGL2 slowly and Canvas2D quickly; with them it is the other way round.
SWIFTSHADER = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
ANSWER_S = 60.0
# Modifiers of a key, as the DevTools protocol counts them.
CONTROL, SHIFT = 2, 8
# The browser without a window comes first: Chromium draws its own bars even where nobody sees them, on the same cores.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """The browser to drive. Raises FileNotFoundError where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        raise FileNotFoundError("There is no Chromium here. Run: apt-get install chromium-headless-shell")
    return path


class Chromium:
    """A browser of its own folder. Use as a context manager."""

    def __init__(self, flags: list[str], size: tuple[int, int] = (1280, 800)):
        path = program()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [path, *FLAGS, *flags, f"--user-data-dir={self._folder.name}", f"--window-size={size[0]},{size[1]}"]
        # Some of these programs are scripts that start the browser: it ends with everything they started.
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self._process = subprocess.Popen([*command, "about:blank"], start_new_session=True, **pipes)
        self.port = self._port()
        self.size = size

    def _port(self) -> int:
        for line in self._process.stderr:
            found = re.search(rb"ws://[^:]+:(\d+)/", line)
            if found:
                threading.Thread(target=self._process.stderr.read, daemon=True).start()
                return int(found[1])
        raise RuntimeError("Chromium did not start")

    def tab(self) -> "Tab":
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(request) as answer:
            tab = Tab(json.load(answer)["webSocketDebuggerUrl"])
        width, height = self.size
        tab.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        for domain in ("Page", "Runtime", "Network"):
            tab.call(f"{domain}.enable")
        # Leaving a page with unsent strokes asks; a bench always goes.
        tab.on("Page.javascriptDialogOpening", lambda _: tab.post("Page.handleJavaScriptDialog", accept=True))
        return tab

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(self, *_) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._folder.cleanup()


class Tab:
    """One page. `call` waits for the answer, `post` does not; `on` hears events, on another thread."""

    def __init__(self, address: str):
        self.hand = Hand(address)
        self._socket = connect(address, max_size=None, compression=None)
        self._number = 0
        self._lock = threading.Lock()
        self._answers: dict[int, dict | None] = {}
        self._news = threading.Condition()
        self._listeners: dict[str, list[Callable[[dict], None]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def call(self, method: str, **params: object) -> dict:
        number = self._send(method, params, is_waiting=True)
        with self._news:
            if not self._news.wait_for(lambda: self._answers[number] is not None, ANSWER_S):
                raise TimeoutError(f"{method} was not answered within {ANSWER_S:.0f} s")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def post(self, method: str, **params: object) -> None:
        self._send(method, params, is_waiting=False)

    def on(self, event: str, hear: Callable[[dict], None]) -> None:
        self._listeners.setdefault(event, []).append(hear)

    def quiet(self, *events: str) -> None:
        """Stop hearing these events."""
        for event in events:
            self._listeners.pop(event, None)

    def run(self, script: str) -> object:
        """The value of an expression in the page; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            found = answer["exceptionDetails"]
            raise RuntimeError(found.get("exception", {}).get("description") or found["text"])
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 30.0) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                if self.run(script):
                    return
            except RuntimeError:
                pass  # The page is between two documents.
            if time.monotonic() > until:
                raise TimeoutError(f"not true within {seconds:.0f} s: {script}")
            time.sleep(0.02)

    def go(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def key(self, key: str, code: str = "", modifiers: int = 0) -> None:
        text = {"text": key} if len(key) == 1 and not modifiers & 7 else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code, modifiers=modifiers, **text)
        if modifiers & SHIFT:
            # Let go of, or the page goes on as if Shift were held.
            self.call("Input.dispatchKeyEvent", type="keyUp", key="Shift", code="ShiftLeft")

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        self.hand.close()
        self.post("Page.close")
        self._socket.close()

    def _send(self, method: str, params: dict, is_waiting: bool) -> int:
        with self._lock:
            self._number += 1
            number = self._number
            if is_waiting:
                self._answers[number] = None
            self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        return number

    def _listen(self) -> None:
        try:
            for message in self._socket:
                found = json.loads(message)
                if "method" in found:
                    for hear in self._listeners.get(found["method"], ()):
                        hear(found["params"])
                elif found["id"] in self._answers:
                    with self._news:
                        self._answers[found["id"]] = found
                        self._news.notify_all()
        except Exception:  # noqa: BLE001 -- the browser was closed; whoever still waits is told by its timeout
            return


class Hand:
    """The mouse of a page, at next to no cost for the cores that page and browser share with it.

    All that is sent for a path is made before it begins, and the answers wait until it is over.
    """

    def __init__(self, address: str):
        uri = parse_uri(address)
        self._socket = socket.create_connection((uri.host, uri.port), ANSWER_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._protocol = ClientProtocol(uri)
        self._protocol.send_request(self._protocol.connect())
        for data in self._protocol.data_to_send():
            self._socket.sendall(data)
        while self._protocol.state is State.CONNECTING:
            self._protocol.receive_data(self._socket.recv(4096))
        self._protocol.events_received()
        self._sent = 0

    def move(self, *places: tuple[float, float], per_s: float, is_pressed: bool = False) -> None:
        """From place to place, in CSS pixels of the window; is_pressed: with the button down between first and last."""
        steps = [("mouseMoved", place, is_pressed) for place in places]
        if is_pressed:
            steps[0] = ("mousePressed", places[0], True)
            steps.append(("mouseReleased", places[-1], False))
        made = [self._made(*step) for step in steps]
        self._sent += len(made)
        began = time.monotonic()
        for number, data in enumerate(made):
            rest = began + number / per_s - time.monotonic()
            if rest > 0:
                time.sleep(rest)
            self._socket.sendall(data)

    def wait(self) -> None:
        """Until the browser answered all that was sent. Raises RuntimeError for what it refused."""
        while self._sent:
            self._protocol.receive_data(self._socket.recv(1 << 16))
            for event in self._protocol.events_received():
                answer = json.loads(event.data)
                if "error" in answer:
                    raise RuntimeError(f"The mouse: {answer['error'].get('message')}")
                self._sent -= 1

    def close(self) -> None:
        self._socket.close()

    def _made(self, kind: str, place: tuple[float, float], is_down: bool) -> bytes:
        has_button = kind != "mouseMoved" or is_down
        params = {
            "type": kind,
            "x": place[0],
            "y": place[1],
            "button": "left" if has_button else "none",
            "buttons": int(is_down),
            "clickCount": int(kind != "mouseMoved"),
            "pointerType": "mouse",
        }
        call = {"id": 1, "method": "Input.dispatchMouseEvent", "params": params}
        return Frame(Opcode.TEXT, json.dumps(call).encode()).serialize(mask=True)
