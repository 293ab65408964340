"""What a call costs, and that the price file says what the vendors say."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import genai_prices
import pytest

from resilience.errors import PriceUnknown
from resilience.models import PriceVersion
from resilience.prices import PRICE_FILE, cost_of, load_price_file, price_of
from resilience.usage import Units

TODAY = date(2027, 1, 1)
PRICES: list[dict[str, Any]] = json.loads(PRICE_FILE.read_text())["prices"]
OPENAI = [entry for entry in PRICES if entry["provider"] == "openai"]


@pytest.mark.parametrize("entry", OPENAI, ids=lambda entry: entry["model"])
def test_the_price_file_agrees_with_genai_prices(entry: dict[str, Any]) -> None:
    def theirs(**usage: int) -> Decimal:
        usage_of_call = genai_prices.Usage(**usage)
        price = genai_prices.calc_price(usage_of_call, entry["model"], provider_id="openai")
        return price.total_price

    million = 1_000_000
    assert theirs(input_tokens=million) == Decimal(entry["input_per_million"])
    assert theirs(output_tokens=million) == Decimal(entry["output_per_million"])
    cached = theirs(input_tokens=million, cache_read_tokens=million)
    assert cached == Decimal(entry["cached_per_million"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("provider", "model", "units", "dollars"),
    [
        ("openai", "gpt-4o-mini", Units(input_tokens=1), "0.00000015"),
        ("openai", "gpt-4o-mini", Units(input_tokens=1_000, cached_tokens=400), "0.00012"),
        ("openai", "gpt-4o-mini", Units(output_tokens=500, reasoning_tokens=300), "0.0003"),
        ("openai", "gpt-4o-mini-2024-07-18", Units(output_tokens=1_000), "0.0006"),
        ("azure-speech", "pronunciation-assessment", Units(audio_seconds=36), "0.013"),
        ("azure-vision", "read", Units(images=3), "0.0045"),
    ],
)
def test_a_call_costs_its_units(provider: str, model: str, units: Units, dollars: str) -> None:
    assert cost_of(price_of(provider, model, TODAY), units) == Decimal(dollars)


@pytest.mark.django_db
def test_the_newest_price_in_force_counts() -> None:
    for day, dollars in ((date(2027, 1, 1), 7), (date(2027, 2, 1), 9)):
        PriceVersion.objects.create(
            provider="openai",
            model="gpt-4o-mini",
            valid_from=day,
            output_per_million=dollars,
            source="a test",
        )

    assert price_of("openai", "gpt-4o-mini", date(2027, 1, 31)).output_per_million == 7
    assert price_of("openai", "gpt-4o-mini", date(2027, 2, 1)).output_per_million == 9


@pytest.mark.django_db
def test_a_model_nobody_priced_has_no_price() -> None:
    with pytest.raises(PriceUnknown):
        price_of("openai", "gpt-4o-mini-ish", TODAY)


@pytest.mark.django_db
def test_the_price_file_is_loaded_once() -> None:
    assert load_price_file() == 0
    assert PriceVersion.objects.count() == len(PRICES)
