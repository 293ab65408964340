"""What is counted of a call of an engine that has no guard."""

import pytest

from jobs.errors import NeverMade, ProviderUnavailable, UnusableInput
from jobs.providers.counted import Counted
from unilingo.common.metrics import PROVIDER_CALLS, meter


class Engine:
    def ask(self, error: Exception | None) -> str:
        if error:
            raise error
        return "answer"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (UnusableInput(), "ok"),
        (NeverMade(), None),
        (ProviderUnavailable(), "transient"),
        (ZeroDivisionError(), "interrupted"),
    ],
)
def test_a_call_is_counted_by_how_it_ended(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, outcome: str | None
) -> None:
    counted: list[tuple[object, ...]] = []
    monkeypatch.setattr(meter, "count", lambda *facts, **_: counted.append(facts))
    engine = Counted(Engine(), "engine")
    if error:
        with pytest.raises(type(error)):
            engine.ask(error)
    else:
        assert engine.ask(None) == "answer"
    assert counted == ([(PROVIDER_CALLS, "engine", outcome)] if outcome else [])
