"""A provider that hangs is known by its silence towards everybody, while each of its calls may yet be answered."""

import pytest

from resilience import listening
from resilience.listening import Listener, silence
from tests.resilience.hands import HandClock


def test_a_provider_is_silent_since_it_has_said_the_last_word_to_who_waits() -> None:
    hands = HandClock()
    one, other = Listener(hands), Listener(hands)

    def silent() -> float:
        return silence([{"openai": one.now()}, {"openai": other.now()}, {}])["openai"]

    hands.advance(60)
    assert silent() == 0  # nobody waits
    with one.call():
        hands.advance(10)
        assert silent() == 10
        with other.call():
            hands.advance(5)
            listening.heard()
            hands.advance(2)
            assert silent() == 2
        hands.advance(3)
        assert silent() == 3  # a call that has ended was heard
        hands.advance(30)
        assert silent() == 33
    assert silent() == 0


def test_a_call_that_fails_has_not_been_heard() -> None:
    hands = HandClock()
    one = Listener(hands)
    with one.call():
        hands.advance(20)
        with pytest.raises(TimeoutError), one.call():
            raise TimeoutError
        assert silence([{"openai": one.now()}]) == {"openai": 20}


def test_nobody_has_said_anything_yet() -> None:
    assert silence([]) == {}
