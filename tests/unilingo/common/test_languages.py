"""A language may be written in many ways, and becomes one code and one name."""

import pytest

from unilingo.common import languages


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Spanish", "es"),
        ("  spanish ", "es"),
        ("es", "es"),
        ("ES", "es"),
        ("español", "es"),
        ("en-GB", "en-GB"),
        ("en_us", "en-US"),
        ("English (United Kingdom)", "en-GB"),
        ("Chinese (Simplified)", "zh-Hans"),
        ("Simplified Chinese", "zh-Hans"),
        ("Deutsch", "de"),
        ("日本語", "ja"),
        ("Brazilian Portuguese", "pt-BR"),
    ],
)
def test_a_language_is_known_by_name_and_by_code(written: str, code: str) -> None:
    language = languages.parse(written)

    assert language is not None
    assert language.code == code


@pytest.mark.parametrize(
    "written", ["", "xx", "xx-ZZ", "und", "mul", "Klingonese", "e" * 1000, "es;"]
)
def test_what_nobody_speaks_is_none(written: str) -> None:
    assert languages.parse(written) is None


def test_a_language_has_an_english_name() -> None:
    language = languages.parse("de-AT")

    assert language is not None
    assert (language.name, language.base) == ("German (Austria)", "de")


@pytest.mark.parametrize(
    ("named", "reader", "name"),
    [
        ("French", "de", "Französisch"),
        (" spanish ", "es-MX", "español"),
        ("Deutsch", "fr", "allemand"),
        ("Latin", "it", "latino"),
        ("English", "zh-Hant", "英文"),
    ],
)
def test_a_language_is_called_as_its_reader_calls_it(named: str, reader: str, name: str) -> None:
    assert languages.name_in(named, languages.Language(reader, "")) == name


@pytest.mark.parametrize("subject", ["IT", "Art", "Cardiology", "", "es"])
def test_a_subject_that_only_looks_like_a_code_is_no_language(subject: str) -> None:
    assert languages.name_in(subject, languages.Language("de", "German")) == ""
