"""A process that spends, for test_spending.py: `python -m tests.resilience.spender <jobs>`.

Says "ready", waits for a line, and lets all its jobs reserve at once. Each settles once all have asked.
Prints how many were paid, what is booked by then, and the marks that operators are told of.
"""

import sys
import threading
from decimal import Decimal

import django

django.setup()

from django.db import connections  # noqa: E402

from resilience.errors import BudgetExhausted  # noqa: E402
from resilience.guard import Bill  # noqa: E402
from resilience.ledger import MoneyLedger  # noqa: E402
from resilience.models import BudgetPeriod, UsageRecord  # noqa: E402
from resilience.policies import BudgetPolicy  # noqa: E402
from resilience.usage import Call, Consumed, Units  # noqa: E402
from unilingo.common.clock import SystemClock  # noqa: E402
from unilingo.models import Notice  # noqa: E402

UNITS = Units(output_tokens=1_000)
LIMIT_USD = 10 * Decimal("0.0006")


def main(jobs: int) -> int:
    ledger = MoneyLedger(BudgetPolicy(LIMIT_USD), SystemClock())
    start = threading.Barrier(jobs)
    paid: list[str] = []

    def job(number: int) -> None:
        start.wait()
        try:
            reservation = ledger.reserve(
                "openai", Call(f"job-{number}:1:1", "ana", "flashcards", "gpt-4o-mini", UNITS)
            )
        except BudgetExhausted:
            reservation = ""
        start.wait()
        if reservation:
            ledger.settle(reservation, Bill("ok", 1, Consumed(UNITS)))
            paid.append(reservation)
        connections.close_all()

    threads = [threading.Thread(target=job, args=(number,)) for number in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(paid)


if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    paid = main(int(sys.argv[1]))
    notices = sorted(Notice.objects.values_list("body__data__figures__percent", flat=True))
    fleet = BudgetPeriod.objects.get(scope="fleet")
    print(paid, UsageRecord.objects.count(), float(fleet.spent), float(fleet.reserved), *notices)  # noqa: T201
