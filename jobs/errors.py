"""Everything that can go wrong with a job.

JobError
├── JobRefused                  told to the caller at once; unilingo/problems.py gives each code its status
│   ├── JobNotFound             JOB_NOT_FOUND          also when it is somebody else's
│   ├── UserMismatch            USER_MISMATCH
│   ├── JobNotCancellable       JOB_NOT_CANCELLABLE
│   ├── JobNotRetryable         JOB_NOT_RETRYABLE
│   ├── IdempotencyKeyInvalid   IDEMPOTENCY_KEY_INVALID
│   ├── IdempotencyKeyReused    IDEMPOTENCY_KEY_REUSED the key came with another request before
│   ├── IdempotentJobEnded      IDEMPOTENT_JOB_ENDED   the key's job has failed or was cancelled
│   ├── FileRefused             one of the files that came with a request; `field` is where
│   │   ├── FileTooLarge        FILE_TOO_LARGE
│   │   ├── UnsupportedFile     UNSUPPORTED_MEDIA_TYPE by its content
│   │   ├── EmptyFile           UNREADABLE_FILE
│   │   └── NoStudyText         VALIDATION_ERROR       a job that is named as a document has none to give
│   ├── TooManyStreams          NOT_READY
│   ├── NotWritten              NOT_READY              the database did not take the job
│   ├── NotStored               NOT_READY              the folder or bucket did not take its files
│   └── JobFailed               the code of the job, for a client that waited for it
└── AttemptFailed               why one attempt of a job ended; the code is shown with the failed job
    ├── ProviderUnavailable     PROVIDER_UNAVAILABLE   connection, 5xx, timeout: worth another attempt
    │   ├── ConnectionLost      PROVIDER_UNAVAILABLE   cut off after sending; it may have been paid for
    │   └── ProviderTimeout     PROVIDER_TIMEOUT       the answer did not come in time; it may have been paid for
    ├── ProviderThrottled       PROVIDER_THROTTLED     429: worth another attempt, not before retry_after
    ├── ProviderRefused         PROVIDER_REFUSED       our request was wrong (400, 404, 422): final
    ├── ProviderMisconfigured   PROVIDER_UNAVAILABLE   bad key, exhausted quota: final until an operator acts
    ├── UnusableAnswer          UNUSABLE_ANSWER        truncated, empty, malformed: asked for once more
    │   └── ThoughtAway         UNUSABLE_ANSWER        thinking took all of its room: final until it is given more
    ├── ContentRefused          CONTENT_REFUSED        the model refused or a filter stopped it: final
    ├── UnusableInput           UNUSABLE_INPUT         nothing can be made of what was handed in: final
    │   ├── NoTerms             UNUSABLE_INPUT         the text was read, and holds none
    │   └── NoSpeech            NO_SPEECH              silence, noise, or nothing that was understood
    ├── UnreadableFile          UNREADABLE_FILE        broken, locked, too much to read, or no longer here: final
    │   └── RecordingTooLong    UNREADABLE_FILE        longer than 60 seconds
    ├── StorageAway             UNREADABLE_FILE        the folder or bucket does not answer: worth another attempt
    └── DeadlineExceeded        JOB_DEADLINE_EXCEEDED  the run took longer than its kind allows
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal


class JobError(Exception):
    """Base of the tree. `str(error)` is a sentence for people: never provider text, paths or prompts."""

    code: ClassVar[str]
    message: ClassVar[str]

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class JobRefused(JobError):
    """A request that is refused at once. `members`: what the body has beside those of every error."""

    details: Mapping[str, Any] = {}
    members: Mapping[str, Any] = {}
    headers: Mapping[str, str] = {}


class CostLimitExceeded(JobRefused):
    code = "COST_LIMIT_EXCEEDED"
    message = "This could cost more than maxCost allows; nothing was called."

    def __init__(self, up_to: float) -> None:
        super().__init__()
        self.details = {"upTo": up_to}


class JobNotFound(JobRefused):
    code = "JOB_NOT_FOUND"
    message = "Job not found. It may have been completed and removed."
    members = {"status": "not_found"}


class UserMismatch(JobRefused):
    code = "USER_MISMATCH"
    message = "The userId in the body is not the user who is signed in."


class JobNotCancellable(JobRefused):
    code = "JOB_NOT_CANCELLABLE"
    message = "This job has already ended."


class JobNotRetryable(JobRefused):
    code = "JOB_NOT_RETRYABLE"
    message = "Only a failed or cancelled job can be retried."


class IdempotencyKeyInvalid(JobRefused):
    code = "IDEMPOTENCY_KEY_INVALID"
    message = "An Idempotency-Key has 1 to 255 printable characters."


class IdempotencyKeyReused(JobRefused):
    code = "IDEMPOTENCY_KEY_REUSED"
    message = "This Idempotency-Key was used for another request."


class IdempotentJobEnded(JobRefused):
    """The text is the job's own; it is asked anew with another key, or retried."""

    code = "IDEMPOTENT_JOB_ENDED"
    headers = {"Idempotent-Replayed": "true"}

    def __init__(self, job_id: str, code: str, error: str, *, is_retryable: bool) -> None:
        super().__init__(error)
        self.members = {"jobId": job_id, "retryable": is_retryable}
        self.details = {"code": code, "error": error, **self.members}


class FileRefused(JobRefused):
    """`field`: the field of the form that the file came in."""

    def __init__(self, field: str, message: str | None = None) -> None:
        super().__init__(message)
        self.details = {"fields": {field: str(self)}}


class FileTooLarge(FileRefused):
    code = "FILE_TOO_LARGE"

    def __init__(self, field: str, max_bytes: int) -> None:
        super().__init__(field, f"A file may have at most {max_bytes >> 20} MB.")
        self.details = {**self.details, "maxBytes": max_bytes}


class UnsupportedFile(FileRefused):
    code = "UNSUPPORTED_MEDIA_TYPE"

    def __init__(self, field: str, supported: str, advice: str = "") -> None:
        must = f"The file must be {supported}, whatever its name."
        super().__init__(field, f"{must} {advice}".strip())


class EmptyFile(FileRefused):
    code = "UNREADABLE_FILE"
    message = "The file is empty."


class NoStudyText(FileRefused):
    code = "VALIDATION_ERROR"
    message = "This is no document that has been read."


class TooManyStreams(JobRefused):
    code = "NOT_READY"
    message = "Too many open event streams. Please try again in a few seconds."


class NotWritten(JobRefused):
    code = "NOT_READY"
    message = "The request could not be written down. Please try again in a few seconds."


class NotStored(JobRefused):
    code = "NOT_READY"
    message = "Nothing can be stored at the moment. Please try again later."


class JobFailed(JobRefused):
    """A job that a client has waited for ended without a result; `code` and text are the job's own."""

    def __init__(self, job_id: str, code: str, error: str, *, is_retryable: bool) -> None:
        super().__init__(error)
        self.code = code  # type: ignore[misc]  # the one error whose code is data
        self.members = {"jobId": job_id, "retryable": is_retryable}


class AttemptFailed(JobError):
    """One attempt ended without a result.

    `is_retryable`: another attempt may succeed, though not of itself where an operator has to act first. `retry_after`: seconds to wait at least, when the
    provider said so. `may_be_billed`: the provider may charge for it although no answer came.
    `usage`: what the failed call is known to have consumed (a providers.base.Usage), None if unknown.
    """

    is_retryable: ClassVar[bool] = False
    may_be_billed: ClassVar[bool] = False

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        usage: object | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.usage = usage


class ProviderUnavailable(AttemptFailed):
    code = "PROVIDER_UNAVAILABLE"
    message = "The service that does this work is not available at the moment."
    is_retryable = True


class ConnectionLost(ProviderUnavailable):
    may_be_billed = True


class ProviderTimeout(ProviderUnavailable):
    code = "PROVIDER_TIMEOUT"
    message = "The service that does this work did not answer in time."
    may_be_billed = True


class ProviderThrottled(AttemptFailed):
    code = "PROVIDER_THROTTLED"
    message = "The service that does this work is busy."
    is_retryable = True


class ProviderRefused(AttemptFailed):
    code = "PROVIDER_REFUSED"
    message = "The service that does this work did not accept the request."


class ProviderMisconfigured(AttemptFailed):
    code = "PROVIDER_UNAVAILABLE"
    message = "The service that does this work is not available at the moment."
    is_retryable = True


class UnusableAnswer(AttemptFailed):
    code = "UNUSABLE_ANSWER"
    message = "No usable answer was made from this text."
    is_retryable = True


class ThoughtAway(UnusableAnswer):
    message = "The model thought for so long that it gave no answer. A shorter text may help."


class ContentRefused(AttemptFailed):
    code = "CONTENT_REFUSED"
    message = "The service declined to work on this text."


class UnusableInput(AttemptFailed):
    code = "UNUSABLE_INPUT"
    message = "No terms worth learning were found in this text."


class NoTerms(UnusableInput):
    """An engine has read the text and found none."""


class NeverMade(UnusableInput):
    """This engine makes nothing of the kind, whatever the input. `degraded`: why it was asked in a provider's place."""

    degraded: Literal["breaker", "budget"] | None = None


class NoSpeech(UnusableInput):
    code = "NO_SPEECH"
    message = "No speech recognized. Please speak clearly."


class UnreadableFile(AttemptFailed):
    code = "UNREADABLE_FILE"
    message = "The file cannot be read."


class RecordingTooLong(UnreadableFile):
    message = "The recording is longer than 60 seconds."


class StorageAway(AttemptFailed):
    code = "UNREADABLE_FILE"
    message = "The file cannot be fetched at the moment."
    is_retryable = True


class DeadlineExceeded(AttemptFailed):
    code = "JOB_DEADLINE_EXCEEDED"
    message = "This job took too long and was stopped."
