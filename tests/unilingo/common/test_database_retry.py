"""How long a run waits for a database that is away."""

import pytest
from django.db import OperationalError

from tests.resilience.hands import HandClock
from unilingo.common.database_retry import AT_MOST_SECONDS, retry_on_database_error


def test_it_gives_up_by_the_clock_however_long_each_try_takes() -> None:
    hands, tries = HandClock(), []

    def locked() -> None:
        tries.append(hands.monotonic())
        hands.advance(AT_MOST_SECONDS / 2)
        raise OperationalError("database is locked")

    with pytest.raises(OperationalError):
        retry_on_database_error(locked, hands)

    assert tries == [0, AT_MOST_SECONDS / 2, AT_MOST_SECONDS]
