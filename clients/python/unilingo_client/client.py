"""A client of one server, for one user."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeAlias, Unpack, cast

import httpx
from httpx_sse import connect_sse

from unilingo_client.problem import UniLingoError, checked
from unilingo_client.shapes import Accepted, FlashcardsRequest, JobState, LessonRequest

ENDINGS = ("completed", "failed", "cancelled")
PAUSE_SECONDS = 2.0
# A stream says something every 15 seconds; an upload may take its time.
TIMEOUT = httpx.Timeout(10.0, read=45.0, write=None)

# An open file, or its name and content.
File: TypeAlias = IO[bytes] | tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a job; docs/events.md says what `data` has for each type."""

    type: str
    id: str
    data: dict[str, Any]


class UniLingo:
    """`token`: who is asking; in place of it `user_id`, for a server in development. Closed like a file."""

    def __init__(self, url: str, *, token: str = "", user_id: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {"user-id": user_id}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT)

    def __enter__(self) -> "UniLingo":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def flashcards(self, **asked: Unpack[FlashcardsRequest]) -> Accepted:
        return cast(Accepted, self._answer("POST", "/api/ai/generate-flashcards", json=asked))

    def lesson(self, **asked: Unpack[LessonRequest]) -> Accepted:
        return cast(Accepted, self._answer("POST", "/api/ai/generate-lesson", json=asked))

    def read_document(self, document: File) -> Accepted:
        return self._upload("/api/process-document", {"document": [document]})

    def read_images(self, images: Sequence[File]) -> Accepted:
        return self._upload("/api/process-image", {"images": images})

    def assess(self, audio: File, reference_text: str, language: str = "en-US") -> Accepted:
        fields = {"referenceText": reference_text, "language": language}
        return self._upload("/api/pronunciation-assess", {"audio": [audio]}, fields)

    def status(self, job_id: str) -> JobState:
        return cast(JobState, self._answer("GET", f"/api/job-status/{job_id}"))

    def cancel(self, job_id: str) -> JobState:
        return cast(JobState, self._answer("POST", f"/api/jobs/{job_id}/cancel"))

    def events(self, job_id: str) -> Iterator[Event]:
        """What happens to a job until its end, each event once, over connections that break."""
        last_id, pause = "", PAUSE_SECONDS
        while True:
            try:
                for event, retry in self._connected(job_id, last_id):
                    last_id, pause = event.id, retry or pause
                    yield event
                    if event.type in ENDINGS:
                        return
            except httpx.TransportError:
                pass
            except UniLingoError as error:
                if not error.is_transient:
                    raise
            time.sleep(pause)

    def finished(self, job_id: str) -> JobState:
        """The job once it has completed. Raises UniLingoError when it has failed or was cancelled."""
        for _ in self.events(job_id):
            pass
        job = self.status(job_id)
        if job["status"] != "completed":
            raise UniLingoError(
                job.get("error", "Cancelled."), job.get("code", "JOB_CANCELLED"), 200
            )
        return job

    def _connected(self, job_id: str, last_id: str) -> Iterator[tuple[Event, float]]:
        """The events of one connection, each with the seconds to wait after it, where it says so."""
        headers = {"Last-Event-ID": last_id} if last_id else {}
        query = {"jobId": job_id}
        with connect_sse(
            self.http, "GET", "/api/job-events", params=query, headers=headers
        ) as source:
            checked(source.response)
            for sent in source.iter_sse():
                event = Event(sent.event, sent.id, json.loads(sent.data))
                yield event, (sent.retry or 0) / 1000

    def _upload(
        self,
        path: str,
        files: Mapping[str, Sequence[File]],
        fields: Mapping[str, str] | None = None,
    ) -> Accepted:
        sent = [(name, file) for name, several in files.items() for file in several]
        return cast(Accepted, self._answer("POST", path, files=sent, data=fields))

    def _answer(self, method: str, path: str, **sent: Any) -> Any:
        return checked(self.http.request(method, path, **sent)).json()
