from collections import Counter

from jobs.kinds.lesson.vocabulary import checked
from jobs.kinds.study.text import StudyText
from jobs.providers.base import Entry


def entry(keyword, **fields):
    given = {
        "definition": f"What {keyword} is.",
        "translation": "",
        "example_target": f"This is {keyword}.",
        "example_native": "",
    }
    return Entry(keyword=keyword, **{**given, **fields})


def check(drafts, keywords, text=""):
    remarks = Counter()
    return checked(drafts, keywords, StudyText(text), remarks), dict(remarks)


def test_an_entry_for_no_keyword_is_left_out():
    kept, remarks = check([entry("atrium"), entry("phlogiston")], ["atrium"])

    assert [e.keyword for e in kept] == ["atrium"]
    assert remarks == {"Words left out because they are not among those of the topic": 1}


def test_entries_stand_in_the_order_and_spelling_of_the_keywords():
    kept, _ = check([entry("valve"), entry("ATRIUM"), entry("atrium")], ["Atrium", "valve"])

    assert [e.keyword for e in kept] == ["Atrium", "valve"]


def test_terms_in_other_languages_than_english_are_checked_alike():
    kept, remarks = check([entry("Herzinfarkt"), entry("Baum")], ["Herzinfarkt"])

    assert [e.keyword for e in kept] == ["Herzinfarkt"]
    assert len(remarks) == 1


def test_a_keyword_without_an_explanation_is_left_out_and_counted():
    kept, remarks = check([entry("atrium", definition=" "), entry("valve")], ["atrium", "valve"])

    assert [e.keyword for e in kept] == ["valve"]
    assert remarks == {"Words left out because no explanation was found": 1}


def test_an_example_without_its_keyword_is_replaced_by_a_sentence_of_the_text():
    draft = entry("atrium", example_target="It pumps.", example_native="Bombea.")

    kept, remarks = check([draft], ["atrium"], "The left atrium fills. It pumps.")

    assert (kept[0].example_target, kept[0].example_native) == ("The left atrium fills.", "")
    assert remarks == {"Examples taken from your text instead, since they did not show the word": 1}


def test_an_inflected_example_stays_where_the_text_has_no_better_one():
    kept, remarks = check([entry("atrium", example_target="Both atria fill.")], ["atrium"])

    assert kept[0].example_target == "Both atria fill."
    assert remarks == {}
