"""Telling words from letters that stand for nothing."""

import pytest

from jobs.kinds.document.sandboxed.words import known, mixed

TEXTS = {
    "en": "Photosynthesis is the process by which green plants convert light energy into sugar.",
    "de": "Die Fotosynthese ist der Vorgang, bei dem Pflanzen aus Licht und Wasser Zucker bilden.",
    "es": "La fotosíntesis es el proceso por el cual las plantas convierten la luz en energía.",
    "ru": "Фотосинтез это процесс, при котором растения используют свет для получения энергии.",
    "ar": "عملية البناء الضوئي هي العملية التي تقوم بها النباتات من أجل الحصول على الطاقة",
    "el": "Η φωτοσύνθεση είναι η διαδικασία με την οποία τα φυτά παράγουν ενέργεια από το φως.",
    "zh": "光合作用是植物利用光能把二氧化碳和水变成糖的过程",
    "ko": "광합성은 식물이 빛을 이용하여 이산화탄소와 물로 양분을 만드는 과정이다",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_words_of_a_language_are_known(language: str) -> None:
    found = known(TEXTS[language])

    assert found.share > 0.6
    assert found.language == language


@pytest.mark.parametrize(
    "text",
    [
        "Umtytxdsymjxnx nx ymj uwthjxx gd bmnhm lwjjs uqfsyx htsajwy qnlmy jsjwld",
        "འཕགས་ཀྱི་བོད་ཡིག་གི་ཚིག་མི་ཤེས་པ",
        "뜕쀼 햎뭽쁔 뷁쏐 괢뙗 쓩쏙뵊 휋뢟쏴",
    ],
    ids=["shifted", "Tibetan", "Hangul of nothing"],
)
def test_letters_that_make_no_words_are_not(text: str) -> None:
    assert known(text).share < 0.3


def test_alphabets_that_do_not_belong_together_stand_out() -> None:
    assert mixed("Tхе qиicк bрowи fох") > 0.3
    assert mixed("the β-catenin, 5 µm wide, and the Ω of a resistor") == 0
