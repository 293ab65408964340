"""What a call costs: the price in force for its model, times its units."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_UP, Decimal
from pathlib import Path
from typing import Any

from django.db import connection, connections

from resilience.errors import PriceUnknown
from resilience.models import PriceVersion
from resilience.policies import TokenPrice
from resilience.usage import Units

GIVEN = "setting"
PRICE_FILE = Path(__file__).parent / "prices.json"
BILLIONTH = Decimal("1e-9")
MILLION = Decimal(1_000_000)
# In SQL for the reason of accounts.py. The newest comes last.
_IN_FORCE = """
SELECT * FROM resilience_priceversion WHERE provider = %s AND model IN (%s, %s) AND valid_from <= %s
ORDER BY valid_from, id"""
SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def price_of(provider: str, model: str, day: date, given: TokenPrice | None = None) -> PriceVersion:
    """A dated snapshot (`gpt-4o-mini-2024-07-18`) costs what its model costs. Raises PriceUnknown.

    `given`: by a setting, for a model that is in no list.
    """
    names = [model, SNAPSHOT.sub("", model)]
    known = PriceVersion.objects.raw(
        _IN_FORCE, [provider, *names, connection.ops.adapt_datefield_value(day)]
    )
    by_name = {price.model: price for price in known}
    for name in names:
        if name in by_name and (given is None or by_name[name].source != GIVEN):
            return by_name[name]
    if given is not None:
        return _given_price(provider, model, day, given, by_name.get(model))
    raise PriceUnknown(detail=f"no price of {provider} {model}")


def _given_price(
    provider: str, model: str, day: date, given: TokenPrice, latest: PriceVersion | None
) -> PriceVersion:
    """As a row, since what was booked says by which price."""
    names = ("input_per_million", "cached_per_million", "output_per_million")
    if latest and tuple(getattr(latest, name) for name in names) == given:
        return latest
    price, _ = PriceVersion.objects.update_or_create(
        provider=provider,
        model=model,
        valid_from=day,
        defaults={**dict(zip(names, given, strict=True)), "source": GIVEN},
    )
    price.refresh_from_db()  # with decimals where it has defaults
    return price


def is_listed(provider: str, model: str) -> bool:
    """Is its price in the file that comes with the program?"""
    listed = json.loads(PRICE_FILE.read_text())["prices"]
    names = {(entry["provider"], entry["model"]) for entry in listed}
    return not names.isdisjoint([(provider, model), (provider, SNAPSHOT.sub("", model))])


def cost_of(price: PriceVersion, units: Units) -> Decimal:
    """Dollars. Cached tokens are part of the input and reasoning tokens part of the output: not added."""
    cached = min(units.cached_tokens, units.input_tokens)
    cost: Decimal = (
        (units.input_tokens - cached) * price.input_per_million / MILLION
        + cached * price.cached_per_million / MILLION
        + units.output_tokens * price.output_per_million / MILLION
        + Decimal(str(units.audio_seconds)) * price.audio_per_hour / 3600
        + units.images * price.images_per_thousand / 1000
    )
    return cost.quantize(BILLIONTH, rounding=ROUND_UP)


def saved_by_cache(price: PriceVersion, units: Units) -> Decimal:
    """What the provider's cache has taken off the price."""
    return cost_of(price, replace(units, cached_tokens=0)) - cost_of(price, units)


def load_price_file() -> int:
    """Add the prices of the file that are not yet known. Returns how many were added."""
    file: dict[str, Any] = json.loads(PRICE_FILE.read_text())
    day = date.fromisoformat(file["version"])
    added = 0
    for entry in file["prices"]:
        names = {"provider": entry.pop("provider"), "model": entry.pop("model")}
        prices = {name: Decimal(value) for name, value in entry.items()}
        latest = PriceVersion.objects.filter(**names).order_by("-valid_from", "-id").first()
        if latest is None or any(getattr(latest, name) != value for name, value in prices.items()):
            _, is_new = PriceVersion.objects.get_or_create(
                **names, valid_from=day, defaults={**prices, "source": f"prices.json {day}"}
            )
            added += is_new
    return added


def load_after_migrate(*, using: str, **signal: Any) -> None:
    """Prices come with the tables, like Django's own permissions."""
    if PriceVersion._meta.db_table in connections[using].introspection.table_names():
        load_price_file()
