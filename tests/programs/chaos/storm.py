"""A storm over the whole program: while jobs run, workers are killed, the broker is emptied and web is restarted.

What it does and when is drawn from a seed. What has become of the jobs is judged by tests/programs/chaos/checker.py.
"""

import json
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.clients import Client
from tests.fakes.openai_faults import schema_of
from tests.fakes.openai_server import FakeOpenAI, Served
from tests.stack import CONTENT, Process, Stack, running_stack, wait_until

FAULTS = ("429-ms", "500", "hang", "drop", "drop-halfway", "truncate")
GENERATE = "/api/ai/generate-flashcards"
ENDED = "SELECT count(*) FROM jobs_job WHERE status IN ('completed', 'failed', 'cancelled')"
# What one call of OpenAI takes is 20,000 characters, so this makes three steps, and none of them asks what another does.
LONG_TEXT = "\n\n".join(
    CONTENT.replace("cell", f"cell {number}") for number in range(1 + 45_000 // len(CONTENT))
)
LONG_TEXT = LONG_TEXT[:45_000]
STEPS = 3


@dataclass(frozen=True)
class Plan:
    """`broker_kills` and `web_restarts` happen when that part of the jobs has ended."""

    jobs: int
    seed: int
    workers: int = 4
    lease_seconds: float = 10.0
    kill_every_seconds: float = 6.0
    broker_kills: tuple[float, ...] = (0.2, 0.5)
    web_restarts: tuple[float, ...] = (0.35,)
    patience_seconds: float = 900.0


@dataclass
class Log:
    """What the storm did. `struck`: the jobs that a killed worker was running, and when it was killed."""

    accepted: dict[str, str] = field(default_factory=dict)
    struck: list[dict[str, Any]] = field(default_factory=list)
    broker_away: list[tuple[float, float]] = field(default_factory=list)
    webs_restarted: int = 0
    workers_left: int = 0
    seconds: float = 0.0


class Storm:
    def __init__(self, plan: Plan, stack: Stack, database_url: str) -> None:
        self.plan = plan
        self.stack = stack
        self.log = Log()
        self._database_url = database_url
        self._random = random.Random(plan.seed)
        self._ready = set(map(id, stack.workers))

    def rage(self) -> None:
        """Until every job has ended."""
        began = time.monotonic()
        with ThreadPoolExecutor(1) as background:
            asking = background.submit(self._ask_for_all)
            self._strike_until_all_have_ended(began)
            asking.result()
        self.log.seconds = time.monotonic() - began

    def _strike_until_all_have_ended(self, began: float) -> None:
        broker, webs = list(self.plan.broker_kills), list(self.plan.web_restarts)
        next_kill = began + self.plan.kill_every_seconds
        while (ended := self._count(ENDED)) < self.plan.jobs:
            assert time.monotonic() < began + self.plan.patience_seconds, f"{ended} jobs have ended"
            part = ended / self.plan.jobs
            if broker and part >= broker[0]:
                broker.pop(0)
                self._kill_broker()
            if webs and part >= webs[0]:
                webs.pop(0)
                self._restart_web()
            if time.monotonic() >= next_kill:
                next_kill = time.monotonic() + self.plan.kill_every_seconds
                self._kill_worker()
            self._replace_workers_that_left()
            time.sleep(0.1)

    def _ask_for_all(self) -> None:
        with ThreadPoolExecutor(4) as pool:
            for name, job_id in pool.map(self._ask, range(self.plan.jobs)):
                self.log.accepted[job_id] = name

    def _ask(self, number: int) -> tuple[str, str]:
        """As a careful client does: with a key, so that it may ask again when it was not answered."""
        name = f"storm-{self.plan.seed}-{number}"
        body = {"content": LONG_TEXT, "subject": name, "topic": "Cells"}
        while True:
            web = self._random.choice([web for web in self.stack.webs if web.is_running])
            client = self.stack.client(f"user-{number % 7}", self.stack.webs.index(web))
            try:
                answer = client.post(GENERATE, body, Idempotency_Key=name)
            except OSError:
                time.sleep(0.2)
                continue
            if answer.status in (200, 202):
                return name, answer.json["jobId"]
            assert answer.status == 503, answer.body
            time.sleep(0.2)

    def _kill_worker(self) -> None:
        """Of those that are up; never the last one, since a machine that starts none does no work either."""
        up = self._up()
        if len(up) < 2:
            return
        worker = self._random.choice(up)
        jobs = self._jobs_of(worker)
        worker.kill()
        self.log.struck.append({"at": time.time(), "jobs": jobs})
        self.stack.launch_worker()

    def _kill_broker(self) -> None:
        began = time.time()
        with self.stack.valkey.away():
            time.sleep(1)
        self.log.broker_away.append((began, time.time()))

    def _restart_web(self) -> None:
        old = self._random.choice(self.stack.webs)
        old.terminate()
        self.stack.launch_web()
        self.log.webs_restarted += 1

    def _replace_workers_that_left(self) -> None:
        """What a supervisor does for a worker that ended by itself."""
        for worker in self.stack.workers:
            if not worker.is_running and worker.popen.returncode != -9:
                worker.popen.returncode = -9
                self.log.workers_left += 1
                self.stack.launch_worker()

    def _up(self) -> list[Process]:
        for worker in self.stack.workers:
            if worker.is_running and id(worker) not in self._ready and _answers(worker):
                self._ready.add(id(worker))
        return [w for w in self.stack.workers if w.is_running and id(w) in self._ready]

    def _jobs_of(self, worker: Process) -> list[str]:
        question = (
            f"SELECT id FROM jobs_job WHERE status = 'active' AND worker LIKE '%:{worker.pid}'"
        )
        return [row[0] for row in self._rows(question)]

    def _count(self, question: str) -> int:
        return int(self._rows(question)[0][0])

    def _rows(self, question: str) -> list[Any]:
        if self._database_url:
            with psycopg.connect(self._database_url) as postgres:
                return postgres.execute(question).fetchall()
        with closing(sqlite3.connect(self.stack.data_dir / "db.sqlite3", timeout=30)) as sqlite:
            return sqlite.execute(question).fetchall()


def _answers(worker: Process) -> bool:
    try:
        return Client(worker.url).get("/health").status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Aftermath:
    plan: Plan
    log: Log
    facts: dict[str, Any]
    calls: int

    @property
    def problems(self) -> list[str]:
        problems: list[str] = self.facts["problems"]
        return problems


def weather(plan: Plan, database_url: str = "") -> Aftermath:
    """One storm, and what it has left behind."""
    with _provider(plan) as provider, _house(plan, provider, database_url) as stack:
        storm = Storm(plan, stack, database_url)
        storm.rage()
        _wait_until_no_call_is_under_way(stack)
        provider.stopping.set()
        facts = judged(stack, provider, storm.log.accepted, storm.log.struck)
        return Aftermath(plan, storm.log, facts, len(provider.served))


@contextmanager
def _provider(plan: Plan) -> Iterator[FakeOpenAI]:
    with FakeOpenAI(latency=0.02, fault_rate=0.15, faults=FAULTS, seed=plan.seed) as server:
        yield server


@contextmanager
def _house(plan: Plan, provider: FakeOpenAI, database_url: str) -> Iterator[Stack]:
    """Two web processes and no limit but those that this is about."""
    with running_stack(
        webs=2,
        workers=plan.workers,
        database_url=database_url,
        PROVIDER_TEXT="openai",
        OPENAI_API_KEY="test",
        OPENAI_BASE_URL=provider.base_url,
        OPENAI_TIMEOUT_SECONDS="2",
        OPENAI_RATE_LIMIT_RPM="0",
        OPENAI_RATE_LIMIT_TPM="0",
        OPENAI_MAX_CONCURRENT="0",
        PROVIDER_RETRIES_PER_MINUTE="0",
        BREAKER_OPENAI_CONSECUTIVE_FAILURES="1000",
        BREAKER_OPENAI_MINIMUM_CALLS="1000",
        USER_MONTHLY_ALLOWANCE_USD="1000",
        JOB_LEASE_SECONDS=str(plan.lease_seconds),
        RETRY_BASE_SECONDS="0.2",
        WORKER_SHUTDOWN_SECONDS="2",
        LOG_LEVEL="error",
    ) as stack:
        yield stack


def _wait_until_no_call_is_under_way(stack: Stack) -> None:
    """The places of calls that died with their worker lapse."""

    def none() -> bool:
        web = next(number for number, web in enumerate(stack.webs) if web.is_running)
        try:
            limits = stack.client(web=web).get("/api/rate-limits/status").json
        except OSError:  # it is about to end, or has only been started
            return False
        return '"inFlight":0' in json.dumps(limits["rateLimits"]["openai"], separators=(",", ":"))

    wait_until(none, 60, "no permit is held")


def judged(
    stack: Stack,
    provider: FakeOpenAI,
    accepted: dict[str, str],
    struck: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """By a process with the stack's own settings, which reads its rows. `accepted`: the subject of each job."""
    calls = [call_of(served) for served in provider.served]
    asked = {"accepted": accepted, "struck": list(struck), "calls": calls}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with stack.python("-m", "tests.programs.chaos.checker", **pipes) as process:
        answer, _ = process.communicate(json.dumps(asked).encode())
    assert process.returncode == 0
    facts: dict[str, Any] = json.loads(answer)
    return facts


def call_of(served: Served) -> dict[str, Any]:
    """`part`: what the call was about, the same for every call of one step."""
    message = str(served.body["messages"][-1]["content"])
    request = json.loads(message[message.index("{") : message.rindex("}") + 1])
    return {
        "job": request["subject"],
        "part": f"{schema_of(served.body)} {hash(message)}",
        "behaviour": served.behaviour,
        "tokens": [served.input_tokens, served.output_tokens],
        "is_billed": served.is_billed,
    }
