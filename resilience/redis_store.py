"""Where the fleet's limits and breakers are kept: one Lua script for each step, on the Redis server's clock."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import redis
from redis.backoff import FullJitterBackoff
from redis.retry import Retry

from resilience.policies import ProviderPolicy, Window
from resilience.scripts import Prepared, Script, ScriptRunner
from resilience.store import (
    AcquireRequest,
    BreakerState,
    CalledUp,
    Command,
    Decision,
    Line,
    ProviderStatus,
    Report,
    StoreUnavailable,
    Taken,
    Transition,
    WindowState,
)
from unilingo.common.redis_wire import Word

STATES = {
    "c": BreakerState.CLOSED,
    "o": BreakerState.OPEN,
    "h": BreakerState.HALF_OPEN,
    "O": BreakerState.FORCED_OPEN,
    "C": BreakerState.FORCED_CLOSED,
}
KEYS = ("state", "leases", "probes", "stats", "line", "due", "turns", "asks")
FORCED = {"o": BreakerState.FORCED_OPEN, "c": BreakerState.FORCED_CLOSED}


def connect(url: str, timeout_seconds: float = 0.25) -> "redis.Redis":
    """A client that gives up after two timeouts: unconfigured ones hang for a minute on a silent server.

    It may send a command twice when an answer is lost, which the scripts bear by their permits.
    """
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(FullJitterBackoff(cap=0.05, base=0.01), 1),
        health_check_interval=0,
    )


class RedisStore:
    """Every method is one atomic step and raises StoreUnavailable.

    `now_ms` is for tests: without it the scripts read the server's clock.

    All keys of one provider carry one hash tag, so they share a slot of a Redis Cluster.
    """

    def __init__(
        self,
        client: "redis.Redis",
        *,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self.client = client
        self._now_ms = now_ms
        self._runner = ScriptRunner(client)
        self._take = Script("take")
        self._prepared: dict[tuple[str, str, str], Prepared] = {}

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = json.loads(
            self._run(
                "acquire",
                policy,
                ask.permit,
                ask.user,
                ask.max_wait_ms,
                ask.waiter or ask.permit,
                ask.held_up_since_ms,
                *ask.costs,
            )
        )
        decision[-1] = _transition(decision[-1])
        return Decision(*decision)

    def release(self, policy: ProviderPolicy, report: Report) -> Transition | None:
        """How this moved the breaker. A permit that holds no place any more changes nothing."""
        answer = self._run(
            "release",
            policy,
            report.permit,
            report.outcome.value,
            report.generation,
            report.at_ms,
            report.duration_ms,
            report.retry_after_ms,
            report.jitter,
            report.reason,
            *report.corrections,
        )
        _, transition = json.loads(answer)
        return _transition(transition)

    def renew(self, policy: ProviderPolicy, permits: list[str]) -> int:
        """How many of the permits are still held."""
        return int(self._run("renew", policy, *permits))

    def leave(self, policy: ProviderPolicy, waiters: Sequence[str]) -> None:
        """Give up places in the line."""
        self._run("leave", policy, *waiters)

    def call_up(self, policy: ProviderPolicy, here_in_ms: int, most: int) -> CalledUp:
        """Those who may ask now, of all who went away: they will be here `here_in_ms` from now."""
        waiters, room = json.loads(self._run("call_up", policy, here_in_ms, most))
        return CalledUp(waiters, int(room))

    def line(self, policy: ProviderPolicy, most: int) -> Line:
        held_by, waiting = json.loads(self._run("line", policy, most))
        return Line(held_by, dict(waiting))

    def stands_in_line(self, policy: ProviderPolicy, waiters: Sequence[str]) -> list[bool]:
        key = self._keys_of(policy)[KEYS.index("line")]
        try:
            scores = self.client.zmscore(key, list(waiters))
        except redis.RedisError as error:
            raise StoreUnavailable from error
        return [score is not None for score in scores]

    def control(self, policy: ProviderPolicy, command: Command, reason: str) -> Transition | None:
        return _transition(json.loads(self._run("control", policy, command, reason)))

    def status(self, policy: ProviderPolicy) -> ProviderStatus:
        state, now, in_flight, probes, waiting, oldest, calls, used = json.loads(
            self._run("status", policy)
        )
        return ProviderStatus(
            state=FORCED.get(state.get("md", "a"), STATES[state.get("st", "c")]),
            generation=int(state.get("gen", 0)),
            at_ms=now,
            changed_at_ms=int(state.get("at", 0)),
            open_until_ms=int(state.get("ou", 0)),
            cooldown_until_ms=int(state.get("cd", 0)),
            reason=state.get("why", ""),
            consecutive_failures=int(state.get("cf", 0)),
            ok=calls[0],
            slow=calls[1],
            failed=calls[2],
            in_flight=in_flight,
            probes=probes,
            waiting=waiting,
            oldest_ms=oldest,
            windows=tuple(
                WindowState(window.limit, total, reset)
                for window, (total, reset) in zip(policy.windows, used, strict=True)
            ),
        )

    def take(self, counts: dict[str, Window], units: int = 1) -> Taken:
        """Take from every window, each under its own key, or from none. Negative units are given back."""
        keys = [f"guard:{{requests}}:{key}" for key in counts]
        arguments = [
            argument
            for window in counts.values()
            for argument in (window.slice_ms, window.slices, window.limit, units)
        ]
        answer = self._ask(Prepared(self._take, keys), self._now(), *arguments)
        wait, states = json.loads(answer)
        return Taken(
            wait,
            tuple(
                WindowState(window.limit, window.limit - remaining, reset)
                for window, (remaining, reset) in zip(counts.values(), states, strict=True)
            ),
        )

    def _run(self, name: str, policy: ProviderPolicy, *arguments: Word) -> Any:
        key = (name, policy.name, policy.in_lua)
        prepared = self._prepared.get(key)
        if prepared is None:
            script = Script(name, policy.in_lua)
            prepared = self._prepared[key] = Prepared(script, self._keys_of(policy))
        return self._ask(prepared, self._now(), *arguments)

    def _ask(self, prepared: Prepared, *others: Word) -> Any:
        try:
            return self._runner.run(prepared, *others)
        except redis.RedisError as error:
            raise StoreUnavailable from error

    def _keys_of(self, policy: ProviderPolicy) -> list[str]:
        return [f"guard:{{{policy.name}}}:{name}" for name in (*KEYS, *policy.units)]

    def _now(self) -> int | str:
        return "" if self._now_ms is None else self._now_ms()


def _transition(packed: list[Any] | None) -> Transition | None:
    if packed is None:
        return None
    before, after, generation, at, open_until, reason = packed
    return Transition(STATES[before], STATES[after], generation, at, open_until, reason)
