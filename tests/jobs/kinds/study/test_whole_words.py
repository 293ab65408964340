import pytest

from jobs.kinds.study.whole_words import holds

# By language: what shows a term, and what only has its letters.
SHOWN = {
    "en": "run: running home | cell: the cell's wall | ion: ions move | heart attack: Heart attacks kill | pH: the pH of",
    "de": "Zelle: Zellen teilen sich | Haus: im Hause | klein: kleine Zellen",
    "es": "célula: las células viven | gato: la gata y los gatos",
    "fr": "eau: l’eau coule | cellule: les cellules",
    "pl": "kot: koty",
    "fi": "talo: talossa",
    "tr": "ev: evler büyük",
    "ru": "атом: атомы малы",
    "ko": "물: 물을 마신다",
    "ar": "قلب: القلب يضخ | قلب: وقلبه كبير | كتاب: للكتاب",
    "he": "לב: הלב פועם",
    "ja": "心: 心が痛い | 水: 水を飲む | イオン: イオン化する | 細胞: 細胞は小さい",
    "zh": "心: 心很大 | 水: 水是生命 | 细胞: 细胞膜很薄",
    "vi": "tim: tim đập",
}
HIDDEN = {
    "en": "cell: excellent | cell: unicellular | ion: million | art: it starts | gene: generation | mass: massive | mouse: mice",
    "de": "Zelle: die Zellmembran | Haus: die Häuser | Art: der Arzt startet | Bau: der Bauer",
    "es": "sal: el salario | mar: marzo | pan: España y el pantalón | luz: las luces",
    "fr": "eau: le bureau | roi: trois",
    "pl": "kot: kotlet",
    "tr": "ev: sevgi",
    "ru": "кот: который",
    "ko": "물: 동물이다",
    "ar": "قلب: انقلب الوضع | دم: قدم الرجل | دم: دماغ كبير",
    "ja": "心: 都市の中心に行く | 人: 人口が多い | イオン: ライオンがいる | パン: パンダがいる",
    "zh": "心: 中心很大 | 学生: 大学生活",
    "vi": "an: anh",
}


def _cases(told):
    return [
        (language, *pair.strip().split(": ", 1))
        for language, pairs in told.items()
        for pair in pairs.split("|")
    ]


@pytest.mark.parametrize(("language", "term", "sentence"), _cases(SHOWN))
def test_a_term_is_shown_as_a_word_of_its_own(language, term, sentence):
    assert holds(sentence, term, language)


@pytest.mark.parametrize(("language", "term", "sentence"), _cases(HIDDEN))
def test_letters_within_another_word_show_no_term(language, term, sentence):
    assert not holds(sentence, term, language)
