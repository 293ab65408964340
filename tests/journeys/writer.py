"""A process that writes events through jobs/lifecycle.py as a worker does: a line of JSON in, a line of JSON out.

As a script it is that process; `writers(stack, 4)` starts some and drives them.
"""

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Writer:
    """Drives one such process. `begin` and `finish` let several work at the same time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def begin(self, do: str, **arguments: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        self.process.stdin.flush()

    def finish(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def has_answered(self, within_seconds: float) -> bool:
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], within_seconds)[0])

    def do(self, do: str, **arguments: Any) -> Any:
        self.begin(do, **arguments)
        return self.finish()

    def active_job(self, user_id: str) -> dict[str, Any]:
        """The claim of a new job that no worker will touch."""
        claim: dict[str, Any] = self.do("active_job", user_id=user_id)
        return claim


@contextmanager
def writers(stack: Any, count: int) -> Iterator[list[Writer]]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = [Writer(stack.python("-m", __name__, **pipes)) for _ in range(count)]
    try:
        yield started
    finally:
        for writer in started:
            assert writer.process.stdin
            assert writer.process.stdout
            writer.process.stdin.close()
            writer.process.stdout.close()
            writer.process.wait()


def _serve() -> None:
    from dataclasses import asdict

    from django.db import transaction
    from django.utils import timezone

    from jobs import creation, lifecycle
    from jobs.claims import Claim, Failure

    def active_job(user_id: str) -> dict[str, Any]:
        now = timezone.now()
        job = creation.new_job("flashcards", user_id, {}, max_attempts=3, now=now)
        # Written and taken at once: a worker of the stack that asks who is next sees no job that waits.
        with transaction.atomic():
            creation.create([job])
            claim = lifecycle.claim(job.id, worker="test", lease_seconds=3600, now=now)
        assert claim
        return asdict(claim)

    def waiting_job(user_id: str) -> str:
        job = creation.new_job("flashcards", user_id, {}, max_attempts=3, now=timezone.now())
        creation.create([job])
        return job.id

    def progress(claims: list[dict[str, Any]], count: int, size: int = 0) -> int:
        """`count` steps of each of these jobs, in turn; answers how many were written."""
        held = [Claim(**claim) for claim in claims]
        message = "x" * size
        return sum(
            lifecycle.progress(claim, number % 100, message[:190], now=timezone.now())
            for number in range(count)
            for claim in held
        )

    def complete(claim: dict[str, Any], result: dict[str, Any]) -> bool:
        return lifecycle.complete(Claim(**claim), result, now=timezone.now())

    def fail(claim: dict[str, Any]) -> bool:
        failure = Failure("UNUSABLE_INPUT", "Nothing to learn.", is_retryable=False)
        return lifecycle.fail(Claim(**claim), failure, now=timezone.now())

    def claim(job_id: str) -> bool:
        now = timezone.now()
        return lifecycle.claim(job_id, worker="test", lease_seconds=3600, now=now) is not None

    def open() -> None:
        """From here to `commit` everything is one transaction."""
        transaction.set_autocommit(False)

    def commit() -> None:
        transaction.commit()
        transaction.set_autocommit(True)

    functions = (active_job, waiting_job, progress, complete, fail, claim, open, commit)
    commands = {f.__name__: f for f in functions}
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(commands[asked.pop("do")](**asked)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    django.setup()
    _serve()
