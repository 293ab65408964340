"""The figures of docs/local-engine.md hold, by the program that prints them."""

from pathlib import Path

import pytest

from jobs.providers.local_text.model import LocalTextModel
from tests.programs.quality.__main__ import verdict
from tests.programs.quality.documents import lost, wrong
from tests.programs.quality.measure import Verdict, names, together


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    directory: Path = tmp_path_factory.mktemp("engines")
    model = LocalTextModel(directory, directory / "no-dictionaries")
    return {name: verdict(model, name) for name in names()}


def test_there_are_thirty_texts_of_many_forms(verdicts: dict[str, Verdict]) -> None:
    assert len(verdicts) >= 30
    assert all(one.cards for one in verdicts.values())


def test_the_cards_of_all_texts_are_good(verdicts: dict[str, Verdict]) -> None:
    all_cards = together(verdicts.values())
    assert all_cards.good_fronts >= 0.95 * all_cards.cards
    assert all_cards.used >= 0.93 * all_cards.stated
    assert all_cards.quoted == all_cards.cards
    assert all_cards.marked_up == all_cards.gapped == 0


def test_a_wrong_order_is_told_from_lost_words() -> None:
    assert (wrong("ab cd", "ab cd"), lost("ab cd", "cd ab")) == ("0.0", "0.0")
    assert (wrong("ab cx", "ab cd"), lost("ab cx", "ab cd")) == ("20.0", "50.0")
