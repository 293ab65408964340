"""Clients of event streams that others wrote, used as docs/events.md says: each event once, and rest after the end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.tests.followers import Follower, followers
from tests.browser.chromium import find_chromium, running_chromium
from tests.journeys.writer import Writer
from tests.stack import Stack, wait_until

QUIET_SECONDS = 15
LAST = 12
CARDS = {"success": True, "flashcards": [{"front": "cell", "back": "the unit of life"}]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if find_chromium() is None:
        yield None
    else:
        with running_chromium() as started:
            yield started


@pytest.fixture(scope="module")
def ended(stack: Stack, writer: Writer, scripts: None, browser: Any) -> Iterator[list[Follower]]:
    """All clients, cut off once in the middle of the job, sent away once, and QUIET_SECONDS after its end."""
    claim = writer.active_job("ann")
    status = stack.client("ann").get(f"/api/job-status/{claim['job_id']}").json
    leaving = stack.start_web()
    started = followers(stack, status["eventsUrl"], browser)
    try:
        _until(started, lambda one: "2" in one.ids)
        writer.do("progress", claims=[claim], count=4)
        _until(started, lambda one: "6" in one.ids)
        for one in started:
            one.gate.target = leaving.url
            one.gate.drop()
        writer.do("progress", claims=[claim], count=4)
        _until(started, lambda one: "10" in one.ids)
        for one in started:
            one.gate.target = stack.url
        leaving.terminate()
        _until(started, lambda one: len(one.gate.asked) >= 3)
        writer.do("progress", claims=[claim], count=1)
        writer.do("complete", claim=claim, result=CARDS)
        _until(started, lambda one: one.has_ended)
        time.sleep(QUIET_SECONDS)
        yield started
    finally:
        for one in started:
            one.close()


def _until(all_of: list[Follower], holds: Callable[[Follower], bool]) -> None:
    def left() -> list[str]:
        return [f"{one.name}: {one.events}" for one in all_of if not holds(one)]

    try:
        wait_until(lambda: not left(), 30, "every client has got so far")
    except AssertionError:
        pytest.fail("\n".join(left()))


def test_every_client_gets_every_event_once_over_a_connection_that_breaks(
    ended: list[Follower],
) -> None:
    expected = [str(number) for number in range(1, LAST + 1)]

    assert {one.name: one.ids for one in ended} == {one.name: expected for one in ended}


def test_every_client_comes_back_with_the_last_id_that_it_has_seen(ended: list[Follower]) -> None:
    came_back = {one.name: [asked.last_id for asked in one.gate.asked[:3]] for one in ended}

    assert came_back == {one.name: ["", "6", "10"] for one in ended}


def test_every_client_rests_after_the_end(ended: list[Follower]) -> None:
    """One request, one more after the break and after the process that ended, and at most one more, after the end or over a connection that ends."""
    requests = {one.name: len(one.gate.asked) for one in ended}

    assert {name: count for name, count in requests.items() if not 3 <= count <= 4} == {}


def test_no_client_asks_on_for_a_stream_that_is_refused(
    stack: Stack, scripts: None, browser: Any
) -> None:
    started = followers(stack, "/api/job-events?jobId=flashcards-none", browser)
    try:
        _until(started, lambda one: len(one.gate.asked) > 0)
        time.sleep(QUIET_SECONDS)
        requests = {one.name: len(one.gate.asked) for one in started}
    finally:
        for one in started:
            one.close()

    # It cannot be told to stop at a status, but to try less often and to give up.
    assert requests.pop("hey-api") <= 3
    assert requests == dict.fromkeys(requests, 1)
