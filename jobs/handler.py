"""What a handler is given and what it is: a plain function of a job's input and a context."""

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Protocol, TypeVar

from jobs.errors import AttemptFailed
from jobs.providers.base import TextModel
from jobs.providers.speech import SpeechAssessor
from jobs.providers.vision import TextReader
from resilience.errors import CallRefused

T = TypeVar("T")
Input_contra = TypeVar("Input_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class JobContext(Protocol):
    """The outside world of one run. Any method may raise to end the run (cancelled, past its deadline)."""

    @property
    def text(self) -> TextModel: ...

    @property
    def vision(self) -> TextReader: ...

    @property
    def speech(self) -> SpeechAssessor: ...

    def file(self, number: int) -> IO[bytes]:
        """A file that came with the request, by its place in the input's `files`. Raises UnreadableFile when it is gone."""
        ...

    def progress(self, percent: int, message: str) -> None:
        """Tell the learner how far the job is (0 to 100) and what has just been done or is being done."""
        ...

    def partial(self, news: Mapping[str, object]) -> None:
        """Show what is finished of the result: members as it will have them, with `from`, the index of their first.

        It takes the place of whatever was shown from there on. It is news only: what it says may be lost.
        """
        ...

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        """Run a step that costs money or time, or return what it returned for the same inputs before.

        `name` is unique within a job, up to 64 characters. `inputs` and what `run` returns are JSON values
        (dicts, lists, strings, numbers): the inputs are stored as a hash, the returned value as it is.
        Steps may run in several threads of a handler at once.
        """
        ...

    def parallel(self, runs: Sequence[Callable[[], T]]) -> list[T]:
        """What these functions return, run side by side, a few at a time; they may use the context too.

        The first error is raised when those that had begun have ended; the others are not begun.
        """
        ...

    def is_tried_again(self, failure: AttemptFailed | CallRefused) -> bool:
        """Whether the job will have another attempt if this one ends with `failure`."""
        ...

    def left_out(self, failure: AttemptFailed | CallRefused) -> None:
        """The result will lack what `failure` has ended. Where that is no fault of what was asked for, the job answers for
        no other request.
        """
        ...


class Handler(Protocol[Input_contra, Result_co]):
    """Turns a job's input (a TypedDict of JSON values) into its result (another one).

    Raises AttemptFailed. Runs again from the top after a crash, so it must be the same sequence of
    steps for the same input.
    """

    def __call__(self, inputs: Input_contra, context: JobContext, /) -> Result_co: ...
