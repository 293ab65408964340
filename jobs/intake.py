"""Where new jobs are written down: all that wait at the same moment share one transaction and one message.

A commit costs about the same for one row and for thirty. So while one batch is being committed, the next one gathers,
and nobody is answered before the commit of their own job. Without `gather` (in commands and tests) a batch is one job.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from django.db import DatabaseError, close_old_connections

from jobs.errors import NotWritten
from jobs.models import Job

logger = logging.getLogger(__name__)

BATCH = 64

Write = Callable[[Sequence[Job]], None]
Item = tuple[Job, "Future[None]"]


class Intake:
    """`write` saves jobs in one transaction; it raises DatabaseError when nothing was saved."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def gather(self) -> None:
        """From now on, write on a thread of this process that batches what comes in together."""
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def add(self, job: Job) -> Future[None]:
        """A future that is done when the job is committed; it raises NotWritten when it could not be."""
        item: Item = (job, Future())
        if self._thread is None:
            self._save([item])
        else:
            self._waiting.put(item)
        return item[1]

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            close_old_connections()
            self._save(batch)

    def _save(self, batch: list[Item]) -> None:
        try:
            self._write([job for job, _ in batch])
        except DatabaseError:
            if len(batch) == 1:
                logger.exception("job not written")
                batch[0][1].set_exception(NotWritten())
                return
            # One bad row must not take its neighbours with it.
            for item in batch:
                self._save([item])
        else:
            for _, saved in batch:
                saved.set_result(None)
