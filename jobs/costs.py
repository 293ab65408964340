"""What a job may cost, said before it is begun."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal
from typing import Any

from django.conf import settings
from typing_extensions import TypedDict

from jobs.kind import kind_of
from jobs.providers import registry
from resilience.errors import PriceUnknown
from resilience.runtime import runtime
from resilience.usage import Units

MICRODOLLAR = Decimal("0.000001")


# A model rarely thinks for as long as it may.
USUAL_THOUGHT = 0.25


class EstimatedCost(TypedDict):
    """Dollars: as a rule, and when each call takes the most it may."""

    usd: float
    upTo: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Dollars: as a rule, and at most when each call is made once."""

    usd: Decimal
    up_to: Decimal

    def as_body(self) -> EstimatedCost:
        return {"usd": float(self.usd), "upTo": float(self.up_to)}


def with_thoughts(units: Units, tokens: int) -> Units:
    """They are written, and paid for, like an answer."""
    return replace(units, output_tokens=units.output_tokens + tokens)


def estimate(kind: str, inputs: Mapping[str, Any]) -> Estimate | None:
    """None: it costs nothing, or nobody can say."""
    known = kind_of(kind)
    provider = registry.chosen(known.capability)[0]
    if not provider.limits or not known.expects:
        return None
    expected, ledger = known.expects(inputs), runtime().ledger
    model, thought = provider.model(settings), expected.calls * provider.thinks(settings)
    try:
        usual, most = (
            ledger.cost(provider.name, model, units).quantize(MICRODOLLAR, rounding=ROUND_UP)
            for units in (
                with_thoughts(expected.usual, round(thought * USUAL_THOUGHT)),
                with_thoughts(expected.most, thought),
            )
        )
    except PriceUnknown:
        return None
    return Estimate(min(usual, most), most)
