"""What it costs to ask whether a text is in the wrong language; the tests of cards have what is found."""

import pytest

from jobs.kinds.study.wrong_language import is_foreign
from unilingo.common.languages import Language

ENGLISH, SPANISH = Language("en", "English"), Language("es", "Spanish")


def test_the_languages_that_have_frequencies_are_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_foreign("el corazón bombea la sangre por todo el cuerpo", ENGLISH, [SPANISH])
    assert not is_foreign("the heart pumps blood through the whole body", ENGLISH, [SPANISH])
    monkeypatch.delattr("wordfreq.available_languages")  # reads a folder
    assert not is_foreign("the left ventricle is filled with blood", ENGLISH, [SPANISH])
