"""A headless Chromium driven by its DevTools protocol alone: pointer input is sent without waiting for each answer."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from websockets.sync.client import connect

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
        raise FileNotFoundError("This bench needs Chromium. Run: apt-get install chromium-headless-shell")
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

    def mouse(self, kind: str, x: float, y: float, pressed: bool = False) -> None:
        """kind: mousePressed, mouseMoved or mouseReleased. Does not wait."""
        has_button = pressed or kind != "mouseMoved"
        button, buttons = ("left" if has_button else "none"), (1 if pressed else 0)
        count = 0 if kind == "mouseMoved" else 1
        params = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": count}
        self._send("Input.dispatchMouseEvent", params | {"pointerType": "mouse"}, is_waiting=False)

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
