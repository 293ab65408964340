"""What this worker process has done since it started."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class WorkerStats:
    succeeded: int = 0
    failed: int = 0
    now_processing: int = 0
    peak_concurrency: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def processing(self) -> Iterator[None]:
        with self._guard:
            self.now_processing += 1
            self.peak_concurrency = max(self.peak_concurrency, self.now_processing)
        try:
            yield
        finally:
            with self._guard:
                self.now_processing -= 1

    def ended(self, *, well: bool) -> None:
        """A job has come to its end here: completed, or failed for good. An attempt that is tried again is neither."""
        with self._guard:
            if well:
                self.succeeded += 1
            else:
                self.failed += 1

    def as_stats(self) -> dict[str, Any]:
        with self._guard:
            processed = self.succeeded + self.failed
            rate = f"{100 * self.succeeded / processed:.1f}%" if processed else "100.0%"
            return {
                "processed": processed,
                "succeeded": self.succeeded,
                "failed": self.failed,
                "currentlyProcessing": self.now_processing,
                "peakConcurrency": self.peak_concurrency,
                "successRate": rate,
            }


worker_stats = WorkerStats()
