import json
import re
import time
from contextlib import suppress

import pytest

from jobs.providers.openai.salvage import NoJson, items_in

ITEMS = [{"front": "heart", "back": "corazón {1}"}, {"front": "vein", "back": 'say "vena", ]'}]
WHOLE = json.dumps({"cards": ITEMS}, ensure_ascii=False)
LIST = json.dumps(ITEMS)
FIRST = json.dumps(ITEMS[0])


@pytest.mark.parametrize(
    "content",
    [
        WHOLE,
        "\ufeff" + WHOLE,
        f"```json\n{WHOLE}\n```",
        f"```JSON {WHOLE}```",
        f"~~~\n{WHOLE}\n~~~",
        f"Sure! Here are [two] cards for {{you}}:\n{WHOLE}\nLet me know if you want more {{cards}}.",
        f"<think>Is {{this}} one? [1] {FIRST}</think>{WHOLE}",
        f"So, first {FIRST} ...\n</think>\n\n{WHOLE}",
        f"<THINKING>hm</THINKING>\n```Json\n{WHOLE}```",
        LIST,
        f"Cards: {LIST}",
        WHOLE.replace("cards", "flashcards"),
        WHOLE.replace("cards", "Cards"),
        f'{{"result": {WHOLE}}}',
        WHOLE.replace("}]}", "},]}"),
        WHOLE.replace("}]}", "},\n ],}"),
        WHOLE.replace("[", "[\n\t").replace("say ", "say\t"),
        "\n".join(json.dumps(item) for item in ITEMS),
        WHOLE[:-1],
        WHOLE[:-2],
        WHOLE + WHOLE,
        f"{json.dumps({'cards': ITEMS[:1]})} and\n```\n{json.dumps({'cards': ITEMS[1:]})}\n```",
        json.dumps(WHOLE),
        json.dumps({"cards": LIST}),
        json.dumps({"name": "make", "arguments": WHOLE}),
        json.dumps({"cards": list(map(json.dumps, ITEMS))}),
        json.dumps({"cards": [{"card": item} for item in ITEMS]}),
        json.dumps({"topics": [{"topic": "A", "cards": ITEMS}]}),
        json.dumps({"cards": {"A": ITEMS[:1], "B": ITEMS[1:]}}),
        json.dumps({"A": ITEMS[:1], "B": ITEMS[1:]}),
        json.dumps({"data": {"result": {"cards": ITEMS}}}),
        json.dumps({"data": {"result": {"items": ITEMS}}}),
        json.dumps({"output": json.dumps({"study_cards": ITEMS})}),
        json.dumps({"cards": [], "flashcards": ITEMS}),
        '{"cards": []}\n' + WHOLE,
        '{"properties": {"cards": {"type": "array", "items": {}}}}' + WHOLE,
        WHOLE.replace("}, {", "} {"),
        str({"cards": ITEMS}),
        str({"cards": [{**ITEMS[0], "example": None, "known": True}, ITEMS[1]]}),
        str({"cards": ITEMS})[:-2],
        f"The cards: {str(ITEMS)!s} are what you asked for.",
        re.sub(r'"(front|back|cards)"', r"\1", WHOLE),
        re.sub(r'"(front|back)"', r"\1", WHOLE.replace('"heart"', "'heart'")).replace("}]", "},]"),
        WHOLE.replace("}, {", "}, // the second\n{").replace("[", "[ /* two */ "),
    ],
)
def test_what_is_whole_is_read_however_it_is_wrapped(content: str) -> None:
    found = items_in(content, "cards", "flashcards")

    assert [item["front"] for item in found.items] == ["heart", "vein"]
    assert found.items[0]["back"] == "corazón {1}"
    assert found.lost == 0


@pytest.mark.parametrize("cut", range(len(FIRST) + 14, len(WHOLE) - 3))
def test_of_an_answer_that_breaks_off_the_whole_items_are_read(cut: int) -> None:
    found = items_in(WHOLE[:cut], "cards")

    assert found.items == ITEMS[:1]
    assert found.lost <= 1


@pytest.mark.parametrize(
    "broken",
    [
        '{"front": "a", "back": "b", "example": "an "open" one"}',
        '{front": "a", "back": "b"}',
        '{, "front": "a", "back": "b"}',
        '{"front: "a", "back": "b"}',
        '{"front": "a", "back" "b"}',
    ],
)
def test_what_is_broken_in_the_middle_costs_itself_only(broken: str) -> None:
    found = items_in(f'{{"cards": [{FIRST}, {broken}, {json.dumps(ITEMS[1])}]}}', "cards")

    assert (found.items, found.lost) == (ITEMS, 1)


def test_cards_of_several_lists_are_of_the_topics_that_stand_over_them() -> None:
    card = {"front": "a"}
    named = [{"name": "Heart", "cards": [card]}, {"title": "Lung", "cards": [{"front": "b"}]}]

    for said in ({"topics": named}, {"cards": {"Heart": [card], "Lung": [{"front": "b"}]}}):
        found = items_in(json.dumps(said), "cards")
        assert [item["topic"] for item in found.items] == ["Heart", "Lung"]


def test_words_of_a_list_that_breaks_off_are_whole() -> None:
    assert items_in('{"keywords": ["heart", "coronary art', "keywords").items == ["heart"]


@pytest.mark.parametrize(
    "content", ["", "I cannot help.", "[1] and {so} on", "{", "[" * 9999, "<think>Which", "[1, 2]"]
)
def test_where_there_is_nothing_that_is_said(content: str) -> None:
    with pytest.raises(NoJson):
        items_in(content, "cards")


@pytest.mark.parametrize("end", ["", "\\", "\n", ",]"])
def test_an_answer_that_goes_on_in_escaped_quotes_is_read_in_no_time(end: str) -> None:
    began = time.process_time()
    found = items_in(f'{{"cards": [{FIRST}, {{"front": "' + '\\"[{' * 8000 + end, "cards")

    assert found.items == ITEMS[:1]
    assert time.process_time() - began < 1


def test_prose_of_escaped_quotes_is_given_up_in_no_time() -> None:
    began = time.process_time()
    with pytest.raises(NoJson):
        items_in('\\"[{' * 1000, "cards")

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "content",
    [
        '[{"front": "a" "b"}, ' * 20_000,
        json.dumps({name: [*map(str, range(60_000))] for name in ("cards", "flashcards")}),
    ],
    ids=["broken", "twice"],
)
def test_a_very_long_answer_is_read_or_given_up_soon(content: str) -> None:
    began = time.process_time()
    with suppress(NoJson):
        items_in(content, "cards", "flashcards")

    assert time.process_time() - began < 3
