"""What the guard costs: `python -m tests.programs.bench.guard`. Times are medians and 99th percentiles in milliseconds."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resilience.guard import Guard
    from resilience.redis_store import RedisStore

CALLS = 3000
MONEY_CALLS = 400


def measure_guard() -> None:
    """One call through a guard that is paid for already, beside a PING by the same client, in turns."""
    from resilience.policies import Unit, Window
    from resilience.redis_store import RedisStore, connect
    from resilience.usage import Call, Consumed, Units
    from tests.servers import valkey_server

    numbers = count()
    took = Consumed(Units(input_tokens=600))
    with valkey_server() as server:
        for kind, url in (("tcp", server.url), ("socket", server.socket_url)):
            client = connect(url)
            store = RedisStore(client)
            guard = _guard(store)

            def call(guard: "Guard" = guard) -> None:
                units = Units(input_tokens=900)
                one = Call(f"call-{next(numbers)}", "ana", "flashcards", "gpt-4o-mini", units)
                guard.call(one, lambda: took, lambda answer: answer)

            def take(store: RedisStore = store) -> None:
                windows = {"user:ana": Window(Unit.REQUESTS, 1_000_000)}
                store.take({**windows, "address:::1": Window(Unit.REQUESTS, 1_000_000)})

            ping, guarded, taken = _in_turns(CALLS, client.ping, call, take)
            _show(f"{kind}: PING", ping)
            _show(f"{kind}: the guard around one call", guarded, ping)
            _show(f"{kind}: request limit of user and address", taken, ping)
            client.close()


def _guard(store: "RedisStore") -> "Guard":
    from resilience.admission import Admission
    from resilience.guard import Dependencies, Guard
    from resilience.policies import OutagePolicy, ProviderPolicy
    from resilience.retry import Failure, FailureKind
    from tests.resilience.hands import Purse
    from unilingo.common.clock import SystemClock

    clock = SystemClock()
    admission = Admission(store, OutagePolicy("deny"), clock, lambda provider, moved: None)
    dependencies = Dependencies(admission, Purse(), clock, lambda error: Failure(FailureKind.FATAL))
    return Guard(
        ProviderPolicy("openai", 1_000_000, 1_000_000_000, max_concurrent=64), dependencies
    )


def measure_scripts() -> None:
    """Processor time of one script by the product's way and by redis-py's, in turns."""
    from resilience.redis_store import connect
    from resilience.scripts import Prepared, Script, ScriptRunner
    from tests.servers import valkey_server

    script, keys, window = Script("take"), ["user:ana"], ("", 1000, 60, 1_000_000, 1)
    with valkey_server() as server:
        client = connect(server.url)
        runner, prepared = ScriptRunner(client), Prepared(script, keys)
        client.script_load(script.text)

        def own() -> None:
            runner.run(prepared, *window)

        def library() -> None:
            client.evalsha(script.sha, len(keys), *keys, *window)

        ours, theirs = _in_turns(CALLS, own, library, clock=time.thread_time)
        _show("processor time of a script", ours)
        _show("processor time of redis-py's evalsha", theirs)
        client.close()


def measure_ledger() -> None:
    import django

    django.setup()
    from django.db import connection

    from resilience.guard import Bill
    from resilience.ledger import MoneyLedger
    from resilience.policies import BudgetPolicy
    from resilience.usage import Call, Consumed, Units
    from unilingo.common.clock import SystemClock

    ledger = MoneyLedger(BudgetPolicy(), SystemClock())
    units = Units(input_tokens=1_000, output_tokens=500)
    numbers = count()
    open_ones: list[str] = []

    def reserve() -> None:
        number = next(numbers)
        call = Call(f"job-{number}:1:1", f"user-{number % 50}", "flashcards", "gpt-4o-mini", units)
        open_ones.append(ledger.reserve("openai", call))

    def settle() -> None:
        ledger.settle(open_ones.pop(), Bill("ok", 900, Consumed(units)))

    reserved, settled = _in_turns(MONEY_CALLS, reserve, settle)
    _show(f"{connection.vendor}: reserve", reserved)
    _show(f"{connection.vendor}: settle", settled)


def _in_turns(
    rounds: int, *steps: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, spent in zip(steps, times, strict=True):
            began = clock()
            step()
            spent.append((clock() - began) * 1000)
    return [sorted(spent) for spent in times]


def _show(name: str, spent: list[float], ping: list[float] | None = None) -> None:
    p50, p99 = spent[len(spent) // 2], spent[len(spent) * 99 // 100]
    beside = f"  {p50 / ping[len(ping) // 2]:.1f} PINGs" if ping else ""
    print(f"{name:48} p50 {p50:7.3f}  p99 {p99:7.3f}{beside}")  # noqa: T201


@contextmanager
def _databases() -> Iterator[list[dict[str, str]]]:
    from tests.servers import postgres_server

    with tempfile.TemporaryDirectory() as data, postgres_server() as url:
        outside = os.environ
        environment = {**outside, "DATA_DIR": data, "DEBUG": "1", "LOG_LEVEL": "error"}
        environment["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
        environment.pop("DATABASE_URL", None)
        yield [environment, {**environment, "DATABASE_URL": url}]


def main() -> None:
    measure_guard()
    measure_scripts()
    with _databases() as environments:
        for environment in environments:
            migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
            subprocess.run(migrate, env=environment, check=True)
            subprocess.run(
                [sys.executable, "-m", "tests.programs.bench.guard", "ledger"],
                env=environment,
                check=True,
            )


if __name__ == "__main__":
    if sys.argv[1:] == ["ledger"]:
        measure_ledger()
    else:
        main()
