"""Clients of event streams that others wrote, each following one job in a process or page of its own."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from clients.tests.gate import Gate
from clients.tests.tools import BUILD, CLIENTS, told
from tests.stack import Stack

IN_NODE = (
    "eventsource",
    "eventsource, left open",
    "react-native-sse",
    "react-native-sse, left open",
    "fetch-event-source",
    "hey-api",
    "typescript/",
    "typescript/ in React Native",
)
ENDINGS = ("completed", "failed", "cancelled")
# What docs/events.md asks of a page.
_PAGE = """([path, types, endings]) => {
    window.told = [];
    const source = new EventSource(path);
    for (const type of types) source.addEventListener(type, (event) => {
        window.told.push({ type, id: event.lastEventId });
        if (endings.includes(type)) source.close();
    });
}"""
TYPES = ("connected", "waiting", "active", "progress", *ENDINGS)


class Follower:
    """One client behind a gate of its own. `events`: what it has handed to its page, heartbeats apart."""

    def __init__(self, name: str, stack: Stack) -> None:
        self.name = name
        self.gate = Gate(stack.url)

    @property
    def events(self) -> list[dict[str, str]]:
        raise NotImplementedError

    @property
    def ids(self) -> list[str]:
        """Of the job's own events, `connected` apart."""
        return [event["id"] for event in self.events if event["type"] != "connected"]

    @property
    def has_ended(self) -> bool:
        return any(event["type"] in ENDINGS for event in self.events)

    def close(self) -> None:
        self.gate.close()


class InProcess(Follower):
    def __init__(self, name: str, stack: Stack, command: Callable[[str], list[str]]) -> None:
        super().__init__(name, stack)
        self._told: list[dict[str, str]] = []
        at_gate = {"UNILINGO_URL": self.gate.url, "PYTHONPATH": str(CLIENTS / "python")}
        environment = stack.environment | told(stack, "ann") | at_gate
        self._process = subprocess.Popen(
            command(self.gate.url), cwd=CLIENTS, env=environment, stdout=subprocess.PIPE
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def events(self) -> list[dict[str, str]]:
        return list(self._told)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        super().close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                event = json.loads(line)
                if event["type"] != "heartbeat":
                    self._told.append(event)


class InPage(Follower):
    def __init__(self, name: str, stack: Stack, browser: Any, path: str) -> None:
        super().__init__(name, stack)
        self._page = browser.new_context().new_page()
        self._page.goto(self.gate.url + "/livez")
        self._page.evaluate(_PAGE, [path, TYPES, ENDINGS])

    @property
    def events(self) -> list[dict[str, str]]:
        told: list[dict[str, str]] = self._page.evaluate("window.told")
        return told


def followers(stack: Stack, path: str, browser: Any) -> list[Follower]:
    """All of them, following the job at `path`; the browser's only where there is a browser."""
    script = str(BUILD / "js/stream.mjs")
    started: list[Follower] = [
        InProcess(name, stack, lambda url, name=name: ["node", script, name, path])
        for name in IN_NODE
    ]
    foreign = str(CLIENTS / "tests/follow_httpx_sse.py")
    ours = str(CLIENTS / "tests/follow_unilingo_client.py")
    job_id = parse_qs(urlsplit(path).query)["jobId"][0]
    started += [
        InProcess("httpx-sse", stack, lambda url: [sys.executable, foreign, url + path]),
        InProcess("python/", stack, lambda url: [sys.executable, ours, url, job_id]),
    ]
    if browser:
        started.append(InPage("browser", stack, browser, path))
    return started
