"""Texts in other languages than English that say what their terms mean, where no dictionary is installed."""

from pathlib import Path

import pytest

from jobs.providers.base import Language
from jobs.providers.local_text import offers
from jobs.providers.local_text.build import ding
from jobs.providers.local_text.build.entries import write
from jobs.providers.local_text.model import LocalTextModel
from jobs.providers.local_text.own_words import statements
from jobs.providers.local_text.prose import sentences
from tests.jobs.providers.local_text.study import request
from unilingo.common.languages import parse

ENGLISH = Language("en", "English")
SENTENCES = {
    "de": (
        "Die Photosynthese ist ein Prozess, bei dem Pflanzen Licht umwandeln. "
        "Unter Osmose versteht man die Diffusion von Wasser durch eine Membran. "
        "Als Inflation bezeichnet man einen Anstieg der Preise. "
        "Das ist ein gutes Beispiel für Mathematik. Der Grund ist die Wärme der Sonne.",
        {
            "Photosynthese": "ein Prozess, bei dem Pflanzen Licht umwandeln",
            "Osmose": "die Diffusion von Wasser durch eine Membran",
            "Inflation": "ein Anstieg der Preise",
        },
    ),
    "es": (
        "El cloroplasto es un orgánulo de las células vegetales. Se denomina inflación al aumento de los precios. "
        "La ósmosis consiste en el paso de agua a través de una membrana. "
        "Esto es un ejemplo de lo anterior. El problema es la falta de agua en verano.",
        {
            "cloroplasto": "un orgánulo de las células vegetales",
            "inflación": "aumento de los precios",
            "ósmosis": "el paso de agua a través de una membrana",
        },
    ),
    "fr": (
        "L'osmose est le passage de l'eau à travers une membrane. L'inflation désigne une hausse générale des prix. "
        "On appelle respiration cellulaire l'ensemble des réactions qui libèrent l'énergie. "
        "C'est un phénomène monétaire. Il est un roi puissant. Le problème est la mesure de cette hausse.",
        {
            "osmose": "le passage de l'eau à travers une membrane",
            "inflation": "une hausse générale des prix",
            "respiration cellulaire": "l'ensemble des réactions qui libèrent l'énergie",
        },
    ),
    "it": (
        "L'osmosi è il passaggio di acqua attraverso una membrana. "
        "Si definisce inflazione l'aumento generale dei prezzi. "
        "Il contratto di compravendita è un accordo tra due parti. Questo è un esempio di fenomeno naturale.",
        {
            "osmosi": "il passaggio di acqua attraverso una membrana",
            "inflazione": "l'aumento generale dei prezzi",
            "contratto di compravendita": "un accordo tra due parti",
        },
    ),
    "pt": (
        "A osmose é a passagem de água através de uma membrana. Entende-se por inflação o aumento geral dos preços. "
        "O contrato de trabalho é um acordo entre duas partes. Isto é um exemplo de tudo.",
        {
            "osmose": "a passagem de água através de uma membrana",
            "inflação": "o aumento geral dos preços",
            "contrato de trabalho": "um acordo entre duas partes",
        },
    ),
}
# A text, and the terms that it says something of: none of the causes, problems and examples.
TERMS = {
    "nl": (
        "Een chloroplast is een organel waarin de fotosynthese plaatsvindt. Dat is een belangrijk voorbeeld. "
        "Onder osmose verstaat men de verplaatsing van water door een membraan. De oorzaak is een tekort aan licht. "
        "Inflatie betekent een algemene stijging van de prijzen.",
        ["chloroplast", "osmose", "Inflatie"],
    ),
    "sv": (
        "En kloroplast är en organell där fotosyntesen äger rum. Det är ett viktigt exempel. "
        "Med osmos menas transport av vatten genom ett membran. Orsaken är en brist på varor. "
        "Inflation innebär en allmän ökning av priserna.",
        ["kloroplast", "osmos", "Inflation"],
    ),
    "da": (
        "En kloroplast er et organel, hvor fotosyntesen finder sted. Årsagen er en mangel på varer. "
        "Ved osmose forstås transport af vand gennem en membran. Inflation betyder en generel stigning i priserne.",
        ["kloroplast", "osmose", "Inflation"],
    ),
    "nb": (
        "En kloroplast er en organelle der fotosyntesen foregår. Det er et viktig eksempel. "
        "Med osmose menes transport av vann gjennom en membran. Inflasjon betyr en generell økning i prisene.",
        ["kloroplast", "osmose", "Inflasjon"],
    ),
    "pl": (
        "Fotosynteza to proces, w którym rośliny wytwarzają cukry. To jest ważny przykład. "
        "Osmoza jest to przenikanie wody przez błonę. Jeśli popyt rośnie, to ceny idą w górę. "
        "Inflacja oznacza ogólny wzrost cen.",
        ["Fotosynteza", "Osmoza", "Inflacja"],
    ),
    "ru": (
        "Фотосинтез — это процесс, при котором растения создают сахара. Это важный пример. "
        "Осмос - это переход воды через мембрану. Причина — это нехватка товаров. Инфляция означает общий рост цен.",
        ["Фотосинтез", "Осмос", "Инфляция"],
    ),
    "uk": (
        "Фотосинтез — це процес, під час якого рослини створюють цукри. Це важливий приклад. "
        "Осмос - це перехід води через мембрану. Інфляція означає загальне зростання цін.",
        ["Фотосинтез", "Осмос", "Інфляція"],
    ),
    "id": (
        "Kloroplas merupakan organel tempat fotosintesis berlangsung. Ini adalah contoh yang penting. "
        "Osmosis adalah perpindahan air melalui membran. Penyebabnya adalah kurangnya barang di pasar. "
        "Inflasi berarti kenaikan umum harga.",
        ["Kloroplas", "Osmosis", "Inflasi"],
    ),
    "ro": (
        "Cloroplastul este un organit în care are loc fotosinteza. Acesta este un exemplu important. "
        "Prin osmoză se înțelege trecerea apei printr-o membrană. Inflația reprezintă creșterea generală a prețurilor.",
        ["Cloroplastul", "osmoză", "Inflația"],
    ),
}
ENTRIES = {
    "de": "- Erosion: Abtragung durch fließendes Wasser (z. T. auch durch Wind).\n"
    "- Aue: Teil vom Talboden, der bei Hochwasser überflutet wird\n"
    "- Schotter: Ablagerungen im Fluss, die z. B. chem. zersetzt sind\n"
    "- Ej: ein Beispiel von nebenan\n",
    "pl": "Osmoza - przenikanie wody przez błonę\nInflacja - ogólny wzrost cen\nErozja - niszczenie skał przez wodę\n",
    "es": "**Entidad**: cosa distinguible de las demás\n\n**Tupla**: fila de la relación\n\n**Grado**: número de atributos\n",
}


def own(code: str) -> Language:
    language = parse(code)
    assert language
    return language


def cards(model: LocalTextModel, text: str, code: str, native: str) -> dict[str, str]:
    answer = model.cards(request(text, native=own(native), target=own(code)))
    assert {card.back_source for card in answer.value} == {"text"}
    return {card.front: card.back for card in answer.value}


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_that_define_are_cards_in_their_own_language(
    model: LocalTextModel, code: str
) -> None:
    text, expected = SENTENCES[code]
    assert cards(model, text, code, native=code) == expected


@pytest.mark.parametrize("code", TERMS)
def test_sentences_of_more_languages_define_as_well(model: LocalTextModel, code: str) -> None:
    text, terms = TERMS[code]
    made = cards(model, text, code, native=code)
    assert list(made) == terms
    assert all(back in text for back in made.values())


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("einen starken Anstieg der Preise", "ein starker Anstieg der Preise"),
        ("den jungen dynamischen Bereich am Rand", "der junge dynamische Bereich am Rand"),
        ("einen Menschen ohne festen Wohnsitz", "einen Menschen ohne festen Wohnsitz"),
    ],
)
def test_what_germans_call_so_is_told_as_what_it_is(said: str, meaning: str) -> None:
    [found] = statements(sentences(f"Als Melange bezeichnet man {said}.", "de"), "de")
    assert found.meaning == meaning


@pytest.mark.parametrize("code", ENTRIES)
def test_entries_are_cards_whatever_the_language(model: LocalTextModel, code: str) -> None:
    made = cards(model, ENTRIES[code], code, native=code)
    assert len(made) == 3
    assert not {"Ej"} & set(made)
    assert all(back in ENTRIES[code] for back in made.values()), "whole, and in the text's words"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("es", "Se entiende por ósmosis el paso de agua por una membrana.", "ósmosis"),
        ("es", "Por inflación se entiende el aumento de los precios.", "inflación"),
        ("fr", "Par osmose, on entend le passage de l'eau.", "osmose"),
        ("fr", "On entend par inflation la hausse des prix.", "inflation"),
        ("fr", "Par conséquent, les prix montent dans le pays.", ""),
        ("fr", "Par exemple, le chat est un animal.", ""),
    ],
)
def test_a_term_is_where_the_phrase_has_it(code: str, text: str, expected: str) -> None:
    found = statements(sentences(text, code), code)
    assert [said.term for said in found] == [expected] * bool(expected)


def test_without_a_dictionary_terms_are_explained_in_the_language_to_learn(
    model: LocalTextModel,
) -> None:
    answer = model.cards(request(SENTENCES["es"][0], native=ENGLISH, target=own("es")))

    assert {card.front: card.back for card in answer.value} == SENTENCES["es"][1]
    assert answer.notes == (
        "No English dictionary is installed, so the terms are explained in Spanish.",
    )


def test_a_text_that_explains_its_terms_is_taken_and_another_is_refused(tmp_path: Path) -> None:
    spanish = own("es")
    assert not offers.refusal(tmp_path, spanish, spanish, ENTRIES["es"])
    assert not offers.refusal(tmp_path, spanish, spanish, SENTENCES["es"][0])
    assert offers.refusal(tmp_path, spanish, spanish, "Ayer fuimos al mercado y compramos pan.")
    assert offers.refusal(tmp_path, spanish, spanish, "")


def test_what_a_dictionary_translates_comes_first_and_what_it_lacks_is_explained(
    engine_dir: Path, tmp_path: Path
) -> None:
    write(tmp_path / "de-en.sqlite", ding.german_english(["Aue {f} :: floodplain"]))
    text = ENTRIES["de"]

    answer = LocalTextModel(engine_dir, tmp_path).cards(
        request(text, native=ENGLISH, target=own("de"))
    )

    assert [(card.front, card.back_source) for card in answer.value] == [
        ("Aue", "translation"),
        ("Erosion", "text"),
        ("Schotter", "text"),
    ]
    assert answer.notes == (
        "2 of 3 terms are not in the English dictionary and are explained in German.",
    )
