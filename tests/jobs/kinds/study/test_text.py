from jobs.kinds.study.sources import page_starts
from jobs.kinds.study.text import StudyText


def test_sentences_of_wrapped_text_and_of_lists():
    text = StudyText("The heart is\nweak. It beats!\n\n- edema\n- dyspnoea\n\n第一。第二。")

    assert text.sentence_with("weak") == "The heart is weak."
    assert text.sentence_with("edema") == "edema"
    assert text.sentence_with("二") == "第二。"


def test_words_that_end_like_an_abbreviation_end_a_sentence():
    text = StudyText(
        "It lives in an animal. The cell is in Africa. Many (e.g. Smith et al. in 1990) saw it."
    )

    assert text.sentence_with("animal") == "It lives in an animal."
    assert text.sentence_with("Africa") == "The cell is in Africa."
    assert text.sentence_with("Smith") == "Many (e.g. Smith et al. in 1990) saw it."


def test_a_text_of_which_nothing_is_left_stays_as_it_is():
    assert StudyText("```\nx = 1\n```").clean == "```\nx = 1\n```"


def test_pages_begin_where_their_joined_text_has_them():
    pages = ["One.", "", "Three."]

    assert page_starts(pages) == [0, 6, 6]
    assert "\n\n".join(filter(None, pages))[6:] == "Three."
