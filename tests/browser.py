"""A real Chromium, driven by its own protocol over two pipes: no driver, no network, no port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)

_FOCUSED = "!document.querySelector('[autofocus]') || document.activeElement !== document.body"


class Page:
    """One open page; :attr:`requests` lists every address it asked for."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._buffer, self._number, self._session, self._loads = b"", 0, "", 0
        self.requests: list[str] = []
        self.messages: list[str] = []

    def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address: str, width: int, height: int = 900, *, script: bool) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        with self.another_page():
            self.call("Page.navigate", url=address)

    @contextmanager
    def another_page(self) -> Iterator[None]:
        """Wait until what is done here has loaded another page."""
        loaded = self._loads
        yield
        while self._loads == loaded:
            self._next()
        # What asks for the focus gets it with the first frame, or not if a test was faster.
        while not self.evaluate(_FOCUSED):
            time.sleep(0.01)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key, as the page gets it from a keyboard."""
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        for kind, typed in (("keyDown", text), ("keyUp", {})):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, modifiers=8 if shift else 0, **typed
            )

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def evaluate(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = os.read(self._answers, 1 << 16)
            if not data:
                raise RuntimeError("the browser ended")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\0", 1)
        event: dict[str, Any] = json.loads(line)
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(event["params"]["request"]["url"])
        if event.get("method") == "Page.loadEventFired":
            self._loads += 1
        if event.get("method") == "Log.entryAdded":
            self.messages.append(event["params"]["entry"]["text"])
        if event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            told = details.get("exception", {}).get("description", "")
            self.messages.append(f"{details['text']} {told}")
        return event


@contextmanager
def open_page(
    program: str, profile: Path, what: Path | str, width: int = 1366, *, script: bool = True
) -> Iterator[Page]:
    """Open a file or an address of this computer in a browser with a profile of its own."""
    address = what if isinstance(what, str) else what.resolve().as_uri()
    # Chromium reads commands from descriptor 3 and answers on descriptor 4.
    command = ["sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 >/dev/null', program, *_FLAGS]
    browser = subprocess.Popen(
        [*command, f"--user-data-dir={profile}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert browser.stdin is not None
    assert browser.stdout is not None
    try:
        page = Page(browser.stdin.fileno(), browser.stdout.fileno())
        page.open(address, width, script=script)
        yield page
        page._session = ""
        page.call("Browser.close")
    finally:
        browser.stdin.close()
        browser.stdout.close()
        # All of its processes: one that hangs would slow down every test after it.
        with suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)
        browser.wait(20)
