"""Text as it is written, beside what is said when it is read aloud."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
import typeguard
from hypothesis import example, given
from hypothesis import strategies as st

from jobs.providers.base import Language
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.numbers import _FORMS, NUMBER, spelled_out
from jobs.providers.local_speech.numerals import english
from jobs.providers.local_speech.remarks import NOT_JUDGED
from jobs.providers.local_speech.written import plain, written
from jobs.providers.speech import Recording
from tests.speech import speak

assessor = LocalSpeechAssessor()

# What forms of numbers are made of.
PIECES = (
    *("1", "23", ".", ",", " ", ":", "/", "-", "–", "−", "'", "%", "th", "s", "a", "(", "$", "€"),
    *("US", "A", "Sept", "May", "m", "½", "²", "⁵", "^"),
)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("1,250", "one thousand two hundred fifty"),
        ("$12", "twelve dollars"),
        ("£1", "one pound"),
        ("$3.2 million", "three point two million dollars"),
        ("75 %", "seventy five percent"),
        ("2.75", "two point seven five"),
        ("42nd", "forty second"),
        ("1990s", "nineteen nineties"),
        ("1905", "nineteen oh five"),
        ("2/3", "two thirds"),
        ("24/7", "twenty four seven"),
        ("-8", "minus eight"),
        ("7:05", "seven oh five"),
        ("i.e.", "that is"),
        ("U.K.", "u k"),
        ("VIII", "eight"),
        ("&", "and"),
        ("½", "one half"),
        ("3¼", "three and one quarter"),
        ("2 1/2", "two and one half"),
        ("km", "kilometers"),
        ("km/h", "kilometers per hour"),
        ("°C", "degrees celsius"),
        ("12–15", "twelve to fifteen"),
        ("¥500", "five hundred yen"),
        ("US$5", "five dollars"),
        ("$5-10", "five to ten dollars"),
        ("3/4/2024", "march fourth twenty twenty four"),
        ("2024-11-29", "november twenty ninth twenty twenty four"),
        ("5 May", "may fifth"),
        ("Jan. 5th", "january fifth"),
        ("7:30 pm", "seven thirty p m"),
        ("10 a.m.", "ten a m"),
        ("1 000 000", "one million"),
        ("3,14", "three point one four"),
        ("1st–4th", "first to fourth"),
        ("km²", "square kilometers"),
        ("60's", "sixties"),
        ("Ph.D.", "p h d"),
        ("Prof.", "professor"),
        (".5", "point five"),
        ("2,000th", "two thousandth"),
        ("£4bn", "four billion pounds"),
        ("XLVII", "forty seven"),
        ("MMXIX", "twenty nineteen"),
        ("÷", "divided by"),
        ("³", "cubed"),
        ("5'11\"", "five foot eleven"),
        ("16:9", "sixteen to nine"),
        ("2024/11/29", "november twenty ninth twenty twenty four"),
        ("2/3rds", "two thirds"),
        ("Apt.", "apartment"),
        ("kWh", "kilowatt hours"),
        ("$0.75", "seventy five cents"),
        ("$.99", "ninety nine cents"),
        ("£8.00", "eight pounds"),
        ("Act V", "act five"),
        ("stage X", "stage ten"),
        ("James I", "james the first"),
        ("λ", "lambda"),
        ("vs", "versus"),
        ("w/o", "without"),
    ],
)
def test_it_is_one_word_of_the_text_and_read_as_people_do(token: str, said: str) -> None:
    assert written(f"It is {token}, here").words == ["It", "is", token, "here"]
    assert spelled_out(token)[0] == said


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("25", "twenty five"),
        ("1945", "nineteen forty five"),
        ("2000", "two thousand"),
        ("1000012", "one million twelve"),
        ("007", "zero zero seven"),
    ],
)
def test_a_number_is_read_in_words(digits: str, words: str) -> None:
    assert spelled_out(digits)[0] == words


@pytest.mark.parametrize("word", ["XL", "CD", "MIX", "CIVIL", "Mild", "MBA", "ftp"])
def test_a_word_is_no_numeral_and_no_unit(word: str) -> None:
    assert written(f"A {word}.").words == ["A", word]
    assert not spelled_out(word)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5km", ["5", "km"]),
        ("10-min", ["10", "min"]),
        ("$20/day", ["$20", "/day"]),
        ("12:30:45", ["12:30", "45"]),
        ("mc²", ["mc", "²"]),
        ("2¹⁰", ["2", "¹⁰"]),
        ("10^6", ["10", "^6"]),
        ("H₂O", ["H", "2", "O"]),
        ("② and Ⅳ", ["2", "and", "IV"]),
        ("20°C", ["20", "°C"]),
        ("#MeToo", ["#", "MeToo"]),
        ("www.example.org", ["www", ".example", ".org"]),
        ("an.na@example.com", ["an", ".na", "@", "example", ".com"]),
        ("his/her", ["his", "/her"]),
        ("goin' don`t", ["goin'", "don’t"]),
        ("dogs—cats… “Well”", ["dogs", "cats", "Well"]),
        ("x-5", ["x", "5"]),
        ("-3-4", ["-3", "4"]),
        ("rock 'n' roll", ["rock", "'n'", "roll"]),
        ("'em", ["'em"]),
        ("'emerald'", ["emerald"]),
        ("the class I like", ["the", "class", "I", "like"]),
        ("γ-rays", ["γ", "rays"]),
        ("Δv", ["Δ", "v"]),
    ],
)
def test_what_is_written_together_is_read_apart(text: str, words: list[str]) -> None:
    assert written(text).words == words


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("cafe\u0301", "cafe"),
        ("pro\u00adnounce", "pronounce"),
        ("Trần", "tran"),
        ("Wałęsa", "walesa"),
        ("Søren", "soren"),
        ("don’t", "don't"),
    ],
)
def test_a_word_stays_whole_and_loses_no_letter(word: str, letters: str) -> None:
    assert written(f"A {word}.").words == ["A", word]
    assert plain(word) == letters


def test_no_form_of_a_number_is_passed_by_where_it_begins() -> None:
    number = re.compile(NUMBER)

    for parts in product(PIECES, repeat=3):
        text = "".join(parts)
        found = any(form.match(text) for form, _ in _FORMS)
        assert bool(number.match(text)) == found, text


def test_what_is_no_word_is_named() -> None:
    text = written("I ♥ 😀 you → नमस्ते, λόγος, $ and ٣.")
    assert text.words == ["I", "you", "and"]
    assert text.unreadable == ["♥", "😀", "→", "नमस्ते", "λόγος", "$", "٣"]
    assert text.unread_words == 3


@given(st.text("0123456789$€£¥%&+=@,./:-−^* sthndIVXLe.g'’½²⁵Ⅳ①#°éא字😀amMay", max_size=500))
@example("$1,234,567,890,123.45")
@example("7" * 40 + "th 3/" + "7" * 40)
@example("£\n5 #\n7 6\n%")
def test_odd_text_is_read_in_words_or_left_out(text: str) -> None:
    for word in written(text).words:
        assert all(spelled_out(word))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We had 1, 2, 3 apples in the house.", "We had one, two, three apples in the house."),
        (
            "It costs $5 and 50 % of it is tax.",
            "It costs five dollars and fifty percent of it is tax.",
        ),
        ("He came here on the 21st of May.", "He came here on the twenty first of May."),
        ("She works in IT here.", "She works in eye tea here."),
        ("A room is $40/day, 5 min away.", "A room is forty dollars a day, five minutes away."),
        ("We met at 12:30 on 5 May.", "We met at half past twelve on the fifth of May."),
    ],
)
def test_a_right_reading_of_it_passes(text: str, said: str) -> None:
    answer = assessor.assess(Recording(speak(said), text, Language("en-US", "English"))).value

    assert [word.word for word in answer.words] == written(text).words
    assert not [w.word for w in answer.words if w.error != "None" and not w.word.islower()]
    assert answer.pronunciation > 70


def test_a_word_of_another_script_is_named_and_missing() -> None:
    text = "The word привет means hello to you."
    pcm = speak("The word means hello to you.")

    answer = assessor.assess(Recording(pcm, text, Language("en-US", "English")))

    assert NOT_JUDGED.format(words="привет") in answer.notes
    assert answer.value.completeness < 90


def test_the_numbers_take_the_checks_of_types_from_nobody_else():
    english.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        said = [next(iter(way)) for way in threads.map(spelled_out, ["12"] * 4)]

    assert said == ["twelve"] * 4
    with pytest.raises(typeguard.TypeCheckError):
        typeguard.typechecked(plain_number)("12")


def plain_number(number: int) -> int:
    return number
