"""What has to be done again and again, by whichever process is alive: it hangs on none.

Workers keep the turn (a lock in Redis that expires by itself), so one of them does it all but what is everybody's. Where
no worker lives, a web process takes the turn for one round at a time, so that a fleet without workers is still noticed and
told. While Redis is away every worker does it: each duty may be done by any number of processes at once.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Literal

import redis
from celery import current_app
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone
from redis.exceptions import LockError
from redis.lock import Lock

from unilingo import probes
from unilingo.common import stopping
from unilingo.common.clock import Clock, SystemClock
from unilingo.monitoring.database_notice import DatabaseNotice
from unilingo.processes import workers

logger = logging.getLogger(__name__)

Role = Literal["worker", "web"]
# Seconds between two rounds. The longer one lets a worker that was started again take its turn first.
PAUSE_SECONDS: dict[Role, float] = {"worker": 1.0, "web": 5.0}
TURN_SECONDS = 2.5
TOLD_AGAIN_SECONDS = 60.0
# A round that lasts longer may be waiting for a database that hangs.
HANGS_SECONDS = 3.0
ALIVE = "housekeeping"
# Seconds from one time to the next, of tasks that Celery runs here and now: what they raise ends them and not the rounds.
DUTIES = {
    "jobs.take_back": 1.0,
    "jobs.sweep": 1.0,
    "jobs.send_webhooks": 1.0,
    "jobs.tell_waiting": 3.0,
    "unilingo.watch": 5.0,
    "jobs.prune": 10.0,
    "jobs.sweep_money": 30.0,
    "jobs.warn_of_allowances": 30.0,
    "jobs.sweep_uploads": 60.0,
}
# Of every worker, whoever has the turn.
EVERYBODYS = ("jobs.take_back",)


class Turn:
    """Whose turn it is, of all processes of the fleet."""

    def __init__(self, role: Role) -> None:
        self.role = role
        server = redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)
        self._lock = Lock(
            server, "unilingo:{housekeeping}", TURN_SECONDS, blocking=False, thread_local=False
        )

    def take(self) -> bool:
        try:
            return self._is_still_ours() or self._lock.acquire()
        except redis.RedisError:
            return self.role == "worker"

    def end_round(self) -> None:
        """A worker keeps the turn, and goes on with it."""
        if self.role == "web":
            self.give_up()

    def give_up(self) -> None:
        try:
            self._lock.release()
        except redis.RedisError:
            return  # somebody else has it, or it expires soon

    def _is_still_ours(self) -> bool:
        try:
            return self._lock.reacquire()
        except LockError:
            return False


class Rounds:
    """`run` does one duty by its name and returns what it raised, if it did."""

    def __init__(self, run: Callable[[str], object], clock: Clock) -> None:
        self._run, self._now = run, clock.monotonic
        self._due = dict.fromkeys(DUTIES, self._now())
        self._silent_until = self._now()
        self._failing = set[str]()
        self._began: float | None = None

    @property
    def seconds(self) -> float:
        """How long the round that is under way has lasted."""
        began = self._began
        return 0.0 if began is None else self._now() - began

    def go(self, duties: Iterable[str]) -> bool:
        """Each of them whose time has come. False: the database is away."""
        self._began = self._now()
        try:
            return self._do_what_is_due(duties)
        finally:
            self._began = None

    def _do_what_is_due(self, duties: Iterable[str]) -> bool:
        for name in duties:
            if self._now() < self._due[name]:
                continue
            self._due[name] = self._now() + DUTIES[name]
            outcome = self._run(name)
            # Until the same duty succeeds, which is tried in each round: on a full disk those that only read do.
            if isinstance(outcome, Error):
                self._failing.add(name)
                self._due[name] = self._now()
                self._say(outcome)
            else:
                self._failing.discard(name)
        return not self._failing

    def _say(self, error: Exception) -> None:
        """One line a minute. All else that went wrong has been logged with its traceback."""
        if self._now() >= self._silent_until:
            self._silent_until = self._now() + TOLD_AGAIN_SECONDS
            facts = {"reason": type(error).__name__}
            logger.error("database away, nothing is swept", extra=facts)


def start(role: Role, name: str) -> None:
    """Begin the rounds on a thread of their own; returns at once."""
    threading.Thread(target=_go_on, args=(role, name), name=ALIVE, daemon=True).start()


def _go_on(role: Role, name: str) -> None:
    current_app.loader.import_default_modules()
    clock = SystemClock()
    turn, notice = Turn(role), DatabaseNotice(clock)
    rounds = Rounds(housekeeper(role, name), clock)
    threading.Thread(target=_watch, args=(rounds, notice), name="rounds", daemon=True).start()
    while not stopping.wait_for_stop(PAUSE_SECONDS[role]):
        go_round(turn, rounds, notice)
    turn.give_up()  # so that the next one need not wait until it expires


def go_round(turn: Turn, rounds: Rounds, notice: DatabaseNotice) -> None:
    if turn.take():
        notice.note(not rounds.go(DUTIES), timezone.now())
        turn.end_round()
    elif turn.role == "worker":
        rounds.go(EVERYBODYS)


def _watch(rounds: Rounds, notice: DatabaseNotice) -> None:
    while not stopping.wait_for_stop(1.0):
        tell_if_hung(rounds, notice)


def tell_if_hung(rounds: Rounds, notice: DatabaseNotice) -> None:
    """A statement waits for as long as the server hangs; only making a new connection has a timeout on our side."""
    if rounds.seconds > HANGS_SECONDS:
        connection.close()
        notice.note(probes.database() != probes.OK, timezone.now())
        connection.close()


def housekeeper(role: Role, name: str) -> Callable[[str], object]:
    """Does a duty by its name, and says before each that somebody keeps house: after an outage a round may be long."""

    def run(duty: str) -> object:
        if duty not in EVERYBODYS:
            workers.say_alive(ALIVE, name, role)
        close_old_connections()
        return current_app.tasks[duty].apply().result

    return run
