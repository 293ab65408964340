"""Lists of words, whichever language is learned: few of them have a dictionary of their forms, or spaces between words."""

import pytest

from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.study import request
from unilingo.common.languages import parse

DOG_CAT_HOUSE = {
    "ja": ("犬", "猫", "家"),
    "zh": ("狗", "猫", "房子"),
    "ko": ("강아지", "고양이", "집"),
    "th": ("หมา", "แมว", "บ้าน"),
    "vi": ("con chó", "con mèo", "ngôi nhà"),
    "hi": ("कुत्ता", "बिल्ली", "घर"),
    "ar": ("كلب", "قطة", "بيت"),
    "sr": ("пас", "мачка", "кућа"),
    "no": ("hund", "katt", "hus"),
    "eu": ("txakurra", "katua", "etxea"),
}


@pytest.mark.parametrize("sign", [" - ", ": ", "："])
@pytest.mark.parametrize("code", DOG_CAT_HOUSE)
def test_pairs_become_cards_of_the_language_to_learn(
    model: LocalTextModel, code: str, sign: str
) -> None:
    english, other = parse("en"), parse(code)
    assert english
    assert other
    pairs = list(zip(DOG_CAT_HOUSE[code], ("dog", "cat", "house"), strict=True))
    text = "\n".join(sign.join(pair) for pair in pairs)

    learned = model.cards(request(text, native=english, target=other)).value
    known = model.cards(request(text, native=other, target=english)).value

    assert {(card.front, card.back) for card in learned} == set(pairs)
    assert {(card.back, card.front) for card in known} == set(pairs)


def test_two_languages_of_which_nobody_has_a_dictionary_make_cards_as_they_stand(
    model: LocalTextModel,
) -> None:
    basque, maltese = parse("eu"), parse("mt")
    assert basque
    assert maltese
    text = "txakurra - kelb\nkatua - qattus\netxea - dar"

    cards = model.cards(request(text, native=maltese, target=basque)).value

    assert {card.front: card.back for card in cards} == {
        "txakurra": "kelb",
        "katua": "qattus",
        "etxea": "dar",
    }
