"""What is kept for the learner beside the job's result, written in the transaction that completes the job."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jobs.kind import JobKind
from profiles.services import save_lessons

# Of (job id, user id, result, now); returns the result as it is to be stored. A job that is run again keeps nothing twice.
CompletionHook = Callable[[str, str, Mapping[str, Any], datetime], dict[str, Any]]

COMPLETION_HOOKS: dict[JobKind, CompletionHook] = {
    JobKind.LESSON: save_lessons,
}
