"""Words that were cut at the end of a line, or set apart."""

import pytest

from jobs.kinds.document.cleanup import cleaned, mended


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("photosyn-", "thesis needs light", "photosynthesis\nneeds light"),
        ("the Of-", "fice hours", "the Office\nhours"),
        ("well-", "known facts", "well-known\nfacts"),
        ("long-", "term", "long-term"),
        ("twenty-", "one plants", "twenty-one\nplants"),
        ("COVID-", "19 and", "COVID-19\nand"),
        ("pages 10-", "20 of", "pages 10-\n20 of"),
        ("type A-", "B switch", "type A-B\nswitch"),
        ("self-", "esteem", "self-esteem"),
        ("every\x02", "day life", "everyday\nlife"),
        ("well\x02", "known", "well-known"),
        ("sylla\u00ad", "ble", "syllable"),
        ("a dash -", "and more", "a dash -\nand more"),
        ("non-", "(linear)", "non-\n(linear)"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_where_only_the_line_has_put_it(
    first: str, second: str, whole: str
) -> None:
    assert mended([first, second], "en") == whole


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("C H A P T E R", "CHAPTER"),
        ("\uf0b7 the heart", "- the heart"),
        ("\ufffd the heart", "- the heart"),
        ("the \ufffd heart", "the \ufffd heart"),
        ("A B C D", "A B C D"),
        ("（ 光 合 作 用 ）", "（ 光合作用 ）"),
        ("是 否", "是 否"),
        ("soft syl-la-ble", "soft syllable"),
        ("soft\u00adened", "softened"),
        ("a state-of-the-art lens", "a state-of-the-art lens"),
        ("e\ufb03cient \ufb01sh", "efficient fish"),
    ],
)
def test_letters_and_syllables_that_were_set_apart_stand_together(line: str, whole: str) -> None:
    assert mended(cleaned(line), "en") == whole


def test_german_puts_words_together_freely_and_writes_others_with_a_capital() -> None:
    assert mended(["die Licht-", "reaktion"], "de") == "die Lichtreaktion"
    assert mended(["die U-", "Bahn"], "de") == "die U-Bahn"
