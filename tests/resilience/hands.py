"""A clock and a purse that a test moves by hand."""

from resilience.errors import AllowanceExhausted
from resilience.guard import Bill
from resilience.usage import Call

START_SECONDS = 1_800_000_000.0


class HandClock:
    """Time passes only when somebody sleeps or the test advances it."""

    def __init__(self) -> None:
        self.seconds = START_SECONDS
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds - START_SECONDS

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self.seconds = round(self.seconds + seconds, 3)

    def ms(self) -> int:
        return round(self.seconds * 1000)


class Purse:
    """A ledger that pays for `calls` calls and remembers what became of each reservation."""

    def __init__(self, calls: int = 1_000_000) -> None:
        self.calls = calls
        self.reserved: list[Call] = []
        self.ended: list[Bill | None] = []

    def reserve(self, provider: str, call: Call) -> str:
        if len(self.reserved) >= self.calls:
            raise AllowanceExhausted(retry_after=300)
        self.reserved.append(call)
        return f"{provider}-{len(self.reserved)}"

    def settle(self, reservation: str, bill: Bill) -> None:
        self.ended.append(bill)

    def release(self, reservation: str) -> None:
        self.ended.append(None)
