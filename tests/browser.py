"""A real Chromium, driven by its own protocol over two pipes: no driver, no network, no port."""

from __future__ import annotations

import json
import os
import select
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


#: No answer of a healthy browser takes this long; one that hangs is killed and fails its test.
_PATIENCE_S = 60


class Browser:
    """One Chromium for many tests, each of which gets its page as if nobody had been there before.

    It starts with the first page. It is killed, and the next page gets a new one, as soon as it
    hangs or a test fails with it.
    """

    def __init__(self, program: str, profile: Path) -> None:
        self._program, self._profile = program, profile
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer, self._number = b"", 0

    @property
    def pid(self) -> int | None:
        """Of its first process, while it runs."""
        return self._process and self._process.pid

    @contextmanager
    def open(
        self, what: Path | str, width: int = 1366, height: int = 900, *, script: bool = True
    ) -> Iterator[Page]:
        """Open a file or an address of this computer: no cookies, nothing stored, no settings."""
        address = what if isinstance(what, str) else what.resolve().as_uri()
        if self._process is None or self._process.poll() is not None:
            self._start()
        try:
            own = {"browserContextId": self.call("Target.createBrowserContext")["browserContextId"]}
            target = self.call("Target.createTarget", url="about:blank", **own)["targetId"]
            attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
            page = Page(self, attached["sessionId"])
            for domain in ("Page", "Network", "Log", "Runtime"):
                page.call(f"{domain}.enable")
            page.resize(width, height)
            page.call("Emulation.setScriptExecutionDisabled", value=not script)
            with page.another_page():
                page.call("Page.navigate", url=address)
            yield page
            self.call("Target.disposeBrowserContext", **own)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End all of its processes: one that hangs would slow down every test after it."""
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        self._process, self._buffer = None, b""

    def call(self, method: str, page: Page | None = None, **params: Any) -> Any:
        """Ask the browser, or a page of it; what happens meanwhile is told to that page."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        if page:
            message["sessionId"] = page.session
        os.write(self._process.stdin.fileno(), json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next(page)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def next(self, page: Page | None) -> dict[str, Any]:
        """Wait for the next answer or event."""
        assert self._process is not None
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\0" not in self._buffer:
            if not select.select([pipe], [], [], _PATIENCE_S)[0]:
                raise TimeoutError(f"the browser was silent for {_PATIENCE_S} s")
            data = os.read(pipe, 1 << 16)
            if not data:
                raise RuntimeError("the browser ended")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\0", 1)
        told: dict[str, Any] = json.loads(line)
        if page and told.get("sessionId") == page.session:
            page.hear(told)
        return told

    def _start(self) -> None:
        self.kill()
        # Chromium reads commands from descriptor 3 and answers on descriptor 4.
        command = ["sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 >/dev/null', self._program, *_FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={self._profile}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


class Page:
    """One open page; :attr:`requests` lists every address it asked for."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self.session, self._loads = browser, session, 0
        self.requests: list[str] = []
        self.messages: list[str] = []

    def call(self, method: str, **params: Any) -> Any:
        return self._browser.call(method, self, **params)

    @contextmanager
    def another_page(self) -> Iterator[None]:
        """Wait until what is done here has loaded another page."""
        loaded = self._loads
        yield
        while self._loads == loaded:
            self._browser.next(self)
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

    def hear(self, event: dict[str, Any]) -> None:
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
