"""What Locust runs: learners who ask for cards, ask again, look how far they are, watch, and read their profile.

LOAD_PHASES says how many there are and when, LOAD_FIGURES where what was measured is written as JSON.
"""

import itertools
import json
import os
import random
from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from locust import FastHttpUser, LoadTestShape, between, events, task

from tests.clients import EventStream
from tests.programs.load import phases
from tests.stack import CONTENT

SUBMIT = "/api/ai/generate-flashcards"
PHASES = phases.parse(os.environ["LOAD_PHASES"])
# By phase and name of request: milliseconds of those that went well, and how many did not.
took: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
failed: dict[str, int] = defaultdict(int)
_numbers = itertools.count(1)
_now: list[phases.Phase] = [PHASES[0]]


class Shape(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        phase = phases.at(PHASES, self.get_run_time())
        if phase is None:
            return None
        _now[0] = phase
        return phase.learners, max(1.0, phase.learners / 5)


class Learner(FastHttpUser):
    wait_time = between(1, 3)
    connection_timeout = network_timeout = 30

    def on_start(self) -> None:
        self.name = f"learner-{next(_numbers)}"
        self.asked: dict[str, Any] = {}
        self.job_id = ""
        self.submit_and_watch()

    @task(3)
    def submit_and_watch(self) -> None:
        body = {"content": CONTENT, "subject": f"Biology {next(_numbers)}", "topic": "Cells"}
        key = {"Idempotency-Key": str(uuid4())}
        accepted = self._ask("submit", 202, "POST", SUBMIT, json=body, headers=key)
        if accepted is None:
            return
        self._watch(accepted["eventsUrl"])
        self.asked, self.job_id = body, accepted["jobId"]

    @task(2)
    def ask_again(self) -> None:
        if self.asked:
            self._ask("duplicate", 200, "POST", SUBMIT, json=self.asked)

    @task(3)
    def poll(self) -> None:
        if self.job_id:
            self._ask("poll", 200, "GET", f"/api/job-status/{self.job_id}")

    @task(3)
    def profile(self) -> None:
        self._ask("profile", 200, "GET", f"/api/profile/{self.name}")

    def _ask(
        self,
        name: str,
        status: int,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Any:
        with self.client.request(
            method,
            path,
            name=name,
            headers={"user-id": self.name, **(headers or {})},
            catch_response=True,
            **options,
        ) as response:
            if response.status_code != status:
                response.failure(f"answered {response.status_code}")
                return None
            return json.loads(response.content)

    def _watch(self, path: str) -> None:
        """Counted: how long the stream takes to say the first word. It is read to the end of the job."""
        began = perf_counter()
        error: Exception | None = None
        milliseconds = 0.0
        try:
            with EventStream(self.host or "", path, {}) as stream:
                stream.connected()
                milliseconds = (perf_counter() - began) * 1000
                names = [event.name for event in stream]
                if names[-1:] != ["completed"]:
                    error = RuntimeError(f"ended with {names[-1:]}")
        except (OSError, AssertionError) as failure:
            error = failure
        self.environment.events.request.fire(
            request_type="SSE",
            name="stream",
            response_time=milliseconds,
            response_length=0,
            exception=error,
            context={},
        )


@events.request.add_listener
def _note(name: str, response_time: float, exception: Exception | None, **_: Any) -> None:
    if exception is None:
        took[_now[0].name][name].append(response_time)
    else:
        failed[_now[0].name] += 1


@events.quitting.add_listener
def _write(**_: Any) -> None:
    figures = {"took": took, "failed": failed}
    Path(os.environ["LOAD_FIGURES"]).write_text(json.dumps(figures), encoding="utf-8")


# The same order of tasks in every run.
random.seed(1)
