"""The local assessor on voices of eSpeak: readings that are right, and readings with one known error.

A synthetic voice is harder to understand than a person, so the bounds here are wider than those measured on
people (docs/pronunciation.md).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest

from jobs.errors import NoSpeech, UnusableInput
from jobs.providers.base import Answer, Language
from jobs.providers.local_speech.acoustics import (
    CUT_WITHIN_SECONDS,
    PIECE_SECONDS,
    Posteriors,
    split_at_pauses,
)
from jobs.providers.local_speech.alignment import AlignedWord, Alignment
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.certainty import SURE_PASSES, Signs
from jobs.providers.local_speech.miscues import AddedVowel, added_vowels
from jobs.providers.local_speech.phones import Way
from jobs.providers.local_speech.remarks import AGAIN, ONE_EAR, OTHER_ORDER, OTHER_SPEECH
from jobs.providers.local_speech.verdicts import Said, Sounds, by_both
from jobs.providers.sound import SAMPLE_RATE, waveform
from jobs.providers.speech import Assessment, Recording, WordScore
from tests.speech import noise, seconds_of, silence, speak

HEART = "The heart pumps blood through the arteries to every organ."
SHIP = "I think the ship is very thick and the red rice is here."
OTHER = (
    "Tomorrow we shall visit my grandmother in her village and then all of us will go swimming in "
    "a lake behind that house since weather is so warm."
)
AMERICAN, BRITISH = Language("en-US", "English"), Language("en-GB", "English")

assessor = LocalSpeechAssessor()


@cache
def assessed(pcm: bytes, reference: str, language: Language) -> Answer[Assessment]:
    return assessor.assess(Recording(pcm, reference, language))


def read(pcm: bytes, reference: str, language: Language = AMERICAN) -> Assessment:
    return assessed(pcm, reference, language).value


def remarks_on(pcm: bytes, reference: str) -> tuple[str, ...]:
    return assessed(pcm, reference, AMERICAN).notes


def word(assessment: Assessment, text: str) -> WordScore:
    return next(word for word in assessment.words if word.word == text)


def errors(assessment: Assessment, kind: str) -> list[str]:
    return [word.word for word in assessment.words if word.error == kind]


@pytest.fixture(scope="module")
def good() -> Assessment:
    return read(speak(SHIP), SHIP)


@pytest.mark.parametrize(
    ("voice", "language"), [("en-us", AMERICAN), ("en", BRITISH)], ids=["american", "british"]
)
@pytest.mark.parametrize("text", [HEART, SHIP])
def test_a_good_reading_passes_with_all_its_words(
    voice: str, language: Language, text: str
) -> None:
    assessment = read(speak(text, voice), text, language)

    assert assessment.accuracy > 70
    assert assessment.fluency > 95
    assert assessment.completeness == 100
    assert assessment.pronunciation > 80
    assert not errors(assessment, "Omission")
    assert not errors(assessment, "Insertion")


def test_an_assessment_names_each_word_and_its_phonemes(good: Assessment) -> None:
    assert [word.word for word in good.words] == SHIP.rstrip(".").split()
    assert [phoneme.phoneme for phoneme in word(good, "ship").phonemes] == ["ʃ", "ɪ", "p"]
    assert [phoneme.phoneme for phoneme in word(good, "I").phonemes] == ["aɪ"]
    assert all(0 <= p.accuracy <= 100 for word in good.words for p in word.phonemes)


@pytest.mark.parametrize(
    ("right", "wrong", "phoneme"),
    [("very", "werry", 0), ("thick", "tick", 0), ("rice", "lice", 0), ("ship", "sheep", 1)],
)
def test_one_wrong_sound_is_found_in_its_word(
    good: Assessment, right: str, wrong: str, phoneme: int
) -> None:
    spoken = word(read(speak(SHIP.replace(right, wrong)), SHIP), right)

    assert spoken.error == "Mispronunciation"
    assert spoken.accuracy < word(good, right).accuracy - 15
    assert spoken.phonemes[phoneme].accuracy == min(p.accuracy for p in spoken.phonemes) < 40


@pytest.mark.parametrize(("right", "said"), [("walked", "[[w'O:kId]]"), ("looked", "[[l'UkId]]")])
def test_a_vowel_that_a_word_does_not_have_is_found(right: str, said: str) -> None:
    text = "He walked to school and looked at the big red ship."
    plain, longer = read(speak(text), text), read(speak(text.replace(right, said)), text)

    assert not errors(plain, "Mispronunciation")
    assert errors(longer, "Mispronunciation") == [right]
    assert word(longer, right).heard.endswith("kɪt")


@pytest.mark.parametrize(
    ("behind", "vowel_at", "likely", "found"),
    [
        ("s t ɑ p", 14, 0.55, (1, True)),
        ("s t ɑ p", 8, 0.55, (1, True)),
        ("s t ɑ p", 8, 0.45, (1, False)),
        ("t ɑ p", 14, 0.55, (1, False)),
        ("t ɑ p", 14, 0.65, (1, True)),
        ("t ɑ p", 8, 0.65, (0, True)),
        ("b l æ k", 22, 0.45, (1, True)),
        ("b l æ k", 26, 0.45, (1, False)),
    ],
)
def test_a_vowel_between_words_belongs_to_one_of_them(
    behind: str, vowel_at: int, likely: float, found: tuple[int, bool]
) -> None:
    """Frames 5 to 6 are `big`'s g; from 20 on, each fourth one is a phone of the other word."""
    phones = tuple(behind.split())
    words = [
        AlignedWord(Way(("g",), ("g",)), {0: (5, 6)}),
        AlignedWord(Way(phones, phones), {n: (20 + 4 * n,) * 2 for n in range(len(phones))}),
    ]
    frames = np.zeros((50, 3))
    frames[vowel_at] = 1 - likely, 0, likely
    heard = Posteriors(frames, ["<blank>", "<wb>", "ə"])

    added = added_vowels(Alignment(words, [[], [], []]), heard)

    assert {n: vowel.is_sure for n, vowel in added.items()} == {found[0]: found[1]}


@pytest.mark.parametrize(("is_sure", "error"), [(True, "Mispronunciation"), (False, "None")])
def test_a_vowel_that_was_perhaps_added_leaves_a_right_word_in_doubt(
    is_sure: bool, error: str
) -> None:
    aligned = AlignedWord(Way(("ʃ", "ɪ", "p"), ("ʃ", "ɪ", "p")), {0: (0, 0), 1: (1, 1), 2: (2, 2)})
    frames = Posteriors(np.full((5, 3), 0.1), ["<blank>", "<wb>", "ə"])
    sounds = Sounds([95.0, 95.0, 95.0], 0.0, frozenset())
    said = Said(aligned, sounds, frames, AddedVowel(4, "ə", is_sure))

    judged = by_both("ship", said, Signs(0.0, 0.0, 1.0), in_clear_reading=True)

    assert judged.error == error
    assert (judged.confidence == "unsure") is not is_sure
    assert judged.accuracy < SURE_PASSES


def test_what_was_recognized_is_what_was_said() -> None:
    said = SHIP.replace("ship", "house")

    assert read(speak(said), SHIP).recognized_text == said.rstrip(".")


def test_a_wrong_word_is_told_with_what_was_heard_and_where() -> None:
    assessment = read(speak(SHIP.replace("ship", "house")), SHIP)
    ship = word(assessment, "ship")

    assert errors(assessment, "Mispronunciation") == ["ship"]
    assert not errors(assessment, "Omission") + errors(assessment, "Insertion")
    assert ship.heard.startswith("h")
    assert [phoneme.phoneme for phoneme in ship.phonemes] == ["ʃ", "ɪ", "p"]
    assert ship.start is not None
    assert ship.end is not None
    assert 0.3 < ship.start < ship.end < 1.6


def test_the_scores_of_words_agree_with_what_is_said_of_them(good: Assessment) -> None:
    wrong = read(speak(SHIP.replace("very", "werry")), SHIP)

    for one in good.words + wrong.words:
        is_wrong, is_unsure = one.error != "None", one.confidence == "unsure"
        assert (one.accuracy < 60) == is_wrong
        assert (60 <= one.accuracy < 75) == is_unsure
        assert is_wrong or is_unsure or min(p.accuracy for p in one.phonemes) >= 60


def test_a_word_that_was_left_out_is_an_omission() -> None:
    assessment = read(speak(HEART.replace("every ", "")), HEART)

    assert errors(assessment, "Omission") == ["every"]
    assert assessment.completeness == 90


def test_half_a_sentence_is_not_complete() -> None:
    assessment = read(speak("The heart pumps blood"), HEART)

    assert errors(assessment, "Omission") == HEART.rstrip(".").split()[4:]
    assert assessment.completeness == 40
    assert assessment.pronunciation < 60


def test_a_word_that_was_added_is_an_insertion() -> None:
    said = HEART.replace("every organ", "every single organ")
    assessment = read(speak(said), HEART)

    assert errors(assessment, "Insertion") == ["single"]
    assert assessment.fluency < 100
    assert assessment.completeness == 100


@pytest.mark.parametrize("said", [f"{HEART} {OTHER}", f"{OTHER} {HEART}"], ids=["after", "before"])
def test_other_speech_beside_the_text_does_not_pass_and_is_named(said: str) -> None:
    assessment = read(speak(said), HEART)

    assert assessment.pronunciation < 60
    assert remarks_on(speak(said), HEART) == (OTHER_SPEECH,)


def test_a_word_in_a_long_talk_is_no_reading() -> None:
    assert read(speak(OTHER), "the").pronunciation < 60
    assert (
        read(speak("Guten Morgen, ich fahre heute nach Berlin", "de"), "Hello").pronunciation < 60
    )


def test_words_in_another_order_do_not_pass() -> None:
    said = "Red rice and ship very thick think I here the."

    assert read(speak(said), SHIP).pronunciation < 60
    assert remarks_on(speak(said), SHIP)[-1] == OTHER_ORDER


def test_a_word_that_was_moved_in_a_short_text_does_not_pass() -> None:
    assert read(speak("I must tell you more"), "I tell must you more").pronunciation < 60
    assert read(speak("I must tell you more"), "I must tell you more").pronunciation > 75


@pytest.mark.parametrize(
    "recording",
    [
        speak(HEART) + silence(0.5) + speak(HEART),
        speak(HEART.replace("the arteries", "the art, the arteries")),
    ],
    ids=["twice", "corrected"],
)
def test_what_is_said_again_is_told_and_no_error(recording: bytes) -> None:
    assessment = read(recording, HEART)

    assert not errors(assessment, "Omission")
    assert len(errors(assessment, "Insertion")) <= 2
    assert remarks_on(recording, HEART) == (AGAIN,)
    assert assessment.pronunciation > 70


def test_without_the_second_ear_the_first_judges_alone_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jobs.providers.local_speech.assessor.model_folder", lambda: None)
    answer = LocalSpeechAssessor().assess(Recording(speak(HEART), HEART, AMERICAN))

    assert answer.notes == (ONE_EAR,)
    assert answer.value.completeness == 100
    assert {one.confidence for one in answer.value.words} == {"sure"}


def test_another_text_does_not_pass() -> None:
    other = read(speak("Tomorrow we shall visit my grandmother in the village"), HEART)

    assert other.accuracy < 60
    assert other.pronunciation < 60


@pytest.mark.parametrize("voice", ["de", "es", "it"])
def test_a_foreign_accent_scores_below_a_native_one(voice: str) -> None:
    accented, native = read(speak(HEART, voice), HEART), read(speak(HEART), HEART)

    assert accented.accuracy < native.accuracy - 15
    assert len(errors(accented, "Mispronunciation")) > len(errors(native, "Mispronunciation"))


@pytest.mark.parametrize("pcm", [noise(2), silence(2)], ids=["noise", "silence"])
def test_nothing_said_is_no_score_but_an_error(pcm: bytes) -> None:
    with pytest.raises(NoSpeech):
        read(pcm, HEART)


def test_a_reference_without_words_cannot_be_read() -> None:
    with pytest.raises(UnusableInput):
        read(speak("no"), "… ! 漢字")


def test_a_reading_longer_than_the_model_hears_is_judged_to_its_end() -> None:
    text = " ".join([HEART, SHIP] * 4)[:490]
    recording = speak(text)
    assert seconds_of(recording) > PIECE_SECONDS

    assessment = read(recording, text)

    assert assessment.completeness > 95
    assert assessment.accuracy > 70
    assert not errors(assessment, "Insertion")


def test_a_long_recording_is_cut_where_it_is_quiet() -> None:
    sentence = speak(HEART)
    recording = (sentence + silence(0.6)) * 14

    pieces = split_at_pauses(waveform(recording))

    assert sum(map(len, pieces)) == len(waveform(recording))
    assert len(pieces) > 1
    for piece in pieces[:-1]:
        assert PIECE_SECONDS - CUT_WITHIN_SECONDS <= len(piece) / SAMPLE_RATE <= PIECE_SECONDS
        assert abs(piece[-1600:]).max() < 0.01


def test_threads_get_the_same_answer_as_one() -> None:
    spoken = Recording(speak(SHIP), SHIP, AMERICAN)
    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(lambda _: assessor.assess(spoken).value, range(4)))

    assert answers == {read(speak(SHIP), SHIP)}
