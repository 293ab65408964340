"""Memory of each part at rest, after work, and with a thousand streams open: what processes share is counted once."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from tests.programs.bench.report import Table
from tests.stack import Process, Stack, running_stack

STREAMS = 1000


def main() -> None:
    table = Table("Memory (proportional set size), MiB", ("web", "worker", "Redis"))
    with running_stack(LOG_LEVEL="warning") as stack:
        table.row("at rest", *_figures(stack))
        stack.ended("ann", stack.submit("ann"))
        table.row("after one job", *_figures(stack))
        job_id = _unfinished_job(stack)
        asyncio.run(_with_streams(stack, job_id, table))
    table.print()


def _unfinished_job(stack: Stack) -> str:
    for worker in stack.workers:
        worker.kill()
    return stack.submit("ann", topic="Watched")


async def _with_streams(stack: Stack, job_id: str, table: Table) -> None:
    address = urlsplit(stack.url)
    request = (
        f"GET /api/job-events?jobId={job_id} HTTP/1.1\r\nHost: localhost\r\nuser-id: ann\r\n\r\n"
    )
    writers = []
    for _ in range(STREAMS):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(request.encode())
        await reader.readuntil(b"event: waiting")
        writers.append(writer)
    table.row(f"with {STREAMS} streams", *_figures(stack))
    for writer in writers:
        writer.close()


def _figures(stack: Stack) -> list[str]:
    groups: list[list[Process]] = [stack.webs, stack.workers]
    sums = [sum(map(_mib, pids_of(group))) for group in groups]
    return [f"{mib:.0f}" if mib else "-" for mib in [*sums, _mib(stack.valkey.pid)]]


def pids_of(group: list[Process]) -> list[int]:
    return [pid for process in group if process.is_running for pid in process.pids]


def _mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
