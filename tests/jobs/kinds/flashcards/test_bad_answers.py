"""What models have answered wrongly, and what became of it: at the wire, through the real SDK, up to the job's result."""

import json

import pytest

from jobs.errors import AttemptFailed, NoTerms, UnusableAnswer
from jobs.kinds.flashcards.handler import make_flashcards
from jobs.kinds.study.text import AI_SELECTION
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from tests.fakes.openai_faults import says
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.kinds.scripted import ENGLISH, SPANISH, Context, flashcards_input

ARABIC = {"code": "ar", "name": "Arabic"}
GERMAN, RUSSIAN = {"code": "de", "name": "German"}, {"code": "ru", "name": "Russian"}
JAPANESE = {"code": "ja", "name": "Japanese"}
TEXT = (
    "A cell is an excellent example of order. The nucleus of the cell holds the chromosomes. "
    "A membrane surrounds every cell. Enzymes speed up reactions. The hospital keeps a sample. "
    "Sugar is made of water and light. Zucker wird gespeichert."
)
TERMS = {
    "lysosome": "lisosoma", "ribosome": "ribosoma", "vacuole": "vacuola", "cytoplasm": "citoplasma",
    "chloroplast": "cloroplasto", "organelle": "orgánulo", "centriole": "centríolo", "vesicle": "vesícula",
    "flagellum": "flagelo", "cell wall": "pared celular",
}  # fmt: skip
LONG_WORD = "x" * 121
LONG_BACK = "palabra " * 80


def draft(front="cell", back="célula", **said):
    usual = {"topic": "Cells", "difficulty": "beginner", "pronunciation": ""}
    example = f"Here the {front} is shown at work."
    return {"front": front, "back": back, "example": example, **usual, **said}


GOOD = [draft(front, back) for front, back in TERMS.items()]
DEFINED = [draft(front, f"what biologists name a {front[:3]} part") for front in TERMS]


def left_out(why, count=1):
    return [f"Cards left out because {why}: {count}."]


EMPTY = left_out("a side of them is empty")
FOREIGN = left_out("a side of them is in the wrong language")
REPEATS = left_out("their back says the same as their front")
NO_EXAMPLE = left_out("their word stands in no sentence of your text")
HAS_ONE = left_out("there is another one for the same word")
TURNED = ["Cards whose front and back were swapped: 1."]
REPLACED = ["Examples taken from your text instead, since they did not show the word: 1."]
UNSPOKEN = ["Pronunciations left out because they were not in phonetic letters: 1."]
UNREAD = ["Parts of an answer that could not be read: 1."]
CUT = ["An answer broke off before its end; what was whole of it is used."]

# Beside ten good cards: what was answered, what of it is shown (None: no card), and what the learner is told.
CARDS = {
    "the example has the term within another word": (
        draft(example="This is excellent work."), {"example": "A cell is an excellent example of order."}, REPLACED),
    "the same, and no sentence has it": (draft("art", "arte", example="Parts of it start."), None, NO_EXAMPLE),
    "the example has the plural": (draft(example="Cells divide."), {"example": "Cells divide."}, []),
    "the example is empty": (
        draft(example=""), {"example": "A cell is an excellent example of order."}, REPLACED),
    "the example is n/a": (
        draft("membrane", "membrana", example="N/A"), {"example": "A membrane surrounds every cell."}, REPLACED),
    "the example is in the native language": (
        draft("hospital", "sanatorio", example="El hospital está cerca del centro de la ciudad."),
        {"example": "The hospital keeps a sample."}, REPLACED),
    "the example is endless": (
        draft(example="The cell " + "grows " * 100), {"example": "A cell is an excellent example of order."}, REPLACED),
    "the back is the front": (draft(back="cell"), None, REPEATS),
    "the back is the front but for case and a dot": (draft(back=" Cell. "), None, REPEATS),
    "the sides are swapped": (
        draft("célula", "cell", example="A cell divides."), {"front": "cell", "back": "célula"}, TURNED),
    "sides and example are swapped": (
        draft("corazón", "heart", example="El corazón late en el pecho de todos."), None, [*TURNED, *NO_EXAMPLE]),
    "sides and example are swapped, and the text has the term": (
        draft("azúcar", "sugar", example="El azúcar se hace de agua y de luz."),
        {"front": "sugar", "example": "Sugar is made of water and light."}, [*TURNED, *REPLACED]),
    "the back is in the language that is learned": (draft(back="the smallest part of life on earth"), None, FOREIGN),
    "the back is a word of the language that is learned": (draft("nucleus", "heart"), None, FOREIGN),
    "the back is a sentence of a third language": (
        draft(back="die kleinste Einheit des Lebens auf der Erde"), None, FOREIGN),
    "the back is in another script": (draft(back="клетка"), None, FOREIGN),
    "the front is in another script": (draft("細胞", example="細胞は小さい。"), None, FOREIGN),
    "the front is in the native language": (draft("corazón", "órgano", example="El corazón late."), None, FOREIGN),
    "a word that both languages have": (
        draft("hospital", "hospital general"), {"front": "hospital", "back": "hospital general"}, []),
    "HTML": (
        draft("<b>cell</b>", "<p>célula</p>", example="A <i>cell</i><br>divides."),
        {"front": "cell", "back": "célula", "example": "A cell divides."}, []),
    "raised and lowered signs": (
        draft("H<sub>2</sub>O", "agua", example="Much H<sub>2</sub>O is drunk."), {"front": "H₂O"}, []),
    "entities": (
        draft("R&amp;D", "investigaci&oacute;n", example="The R&amp;D costs money."),
        {"front": "R&D", "back": "investigación", "example": "The R&D costs money."}, []),
    "entities of entities": (
        draft(back="c&amp;eacute;lula &lt;b&gt;viva&lt;/b&gt;"), {"back": "célula viva"}, []),
    "emphasis": (
        draft("**cell**", "__célula__", example="A **cell** divides `twice`."),
        {"front": "cell", "back": "célula", "example": "A cell divides twice."}, []),
    "one star, and a bullet": (draft("*cell*", "- célula", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "a dot behind the term": (
        draft("cell.", "célula.", example="A cell divides."), {"front": "cell", "back": "célula"}, []),
    "dots behind the term": (draft("cell...", "célula…", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "a short form keeps its dot": (draft("i.e.", "es decir", example="One, i.e. the first."), {"front": "i.e."}, []),
    "quotes": (draft('"cell"', "«célula»", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "pronunciation: n/a": (draft(pronunciation="n/a"), {"pronunciation": ""}, []),
    "pronunciation: none": (draft(pronunciation="None."), {"pronunciation": ""}, []),
    "pronunciation respelled": (draft("nucleus", "núcleo", pronunciation="NOO-klee-us"), {"pronunciation": ""}, UNSPOKEN),
    "pronunciation respelled between slashes": (draft(pronunciation="/SELL/"), {"pronunciation": ""}, UNSPOKEN),
    "pronunciation respelled in small letters": (draft(pronunciation="sel-yoo-lar"), {"pronunciation": ""}, UNSPOKEN),
    "pronunciation without slashes": (draft("nucleus", "núcleo", pronunciation="ˈnjuːkliəs"), {"pronunciation": "/ˈnjuːkliəs/"}, []),
    "pronunciation by a keyboard": (draft("nucleus", "núcleo", pronunciation="/'nu:kliəs/"), {"pronunciation": "/ˈnuːkliəs/"}, []),
    "a front of 121 characters": (
        draft(LONG_WORD), None, left_out("their front is longer than 120 characters")),
    "a back of 640 characters": (draft(back=LONG_BACK), {}, ["Backs shortened to 500 characters: 1."]),
    "no back": (draft(back=" "), None, EMPTY),
    "a back that stands for nothing": (draft(back="N/A"), None, EMPTY),
    "a front of mark-up alone": (draft("**", example="** is here."), None, EMPTY),
    "difficulty: 5": (draft(difficulty=5), {"difficulty": "intermediate"}, []),
    "difficulty: Hard": (draft(difficulty="Hard"), {"difficulty": "expert"}, []),
    "difficulty: null": (draft(difficulty=None), {"difficulty": "intermediate"}, []),
    "a topic of no name": (draft(topic="N/A"), {"topic": "Cells"}, []),
    "the term is null": ({**draft(), "front": None}, None, UNREAD),
    "no card but a word": ("cell", None, UNREAD),
    "the back is missing": ({"front": "cell", "example": "A cell."}, None, UNREAD),
    "the back is a number": (draft("cell", 46, example="A cell."), {"back": "46"}, []),
    "several backs": (draft(back=["célula", "celda"]), {"back": "célula, celda"}, []),
    "other keys": (
        {"Term": "cell", "Translation": "célula", "Sentence": "A cell."}, {"front": "cell", "example": "A cell."}, []),
    "question and answer": (
        {"question": "cell", "answer": "célula", "example": "A cell."}, {"back": "célula"}, []),
    "keys of the learner's language": (
        {"anverso": "cell", "Traducción": "célula", "ejemplo": "A cell."}, {"back": "célula", "example": "A cell."}, []),
    "a pair": (["cell", "célula"], {"front": "cell", "back": "célula"}, REPLACED),
    "sides that are objects": (
        draft({"text": "cell"}, {"es": "célula"}, example="A cell."), {"front": "cell", "back": "célula"}, []),
    "the example is a list": (
        draft(example=["A cell.", "Two."]), {"example": "A cell is an excellent example of order."}, REPLACED),
    "the same card again": (GOOD[0], None, HAS_ONE),
    "the same term in the plural": (
        draft("lysosomes", "lisosomas"), None, ["Cards left out because another one says the same: 1."]),
    "keys by the languages": (
        {"english": "cell", "Spanish": "célula", "example_sentence": "A cell."}, {"front": "cell", "back": "célula", "example": "A cell."}, []),
    "keys of several words": (
        {"frontText": "cell", "back_text": "célula", "exampleSentence": "A cell."}, {"back": "célula", "example": "A cell."}, []),
    "an emoji for a bullet": (draft("✅ cell", "👉 célula", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "quotes of other hands": (draft("‘cell’", "»célula«", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "two forms of the term": (draft("cell / cells", example="A cell."), {"front": "cell"}, []),
    "a soft hyphen as an entity": (draft(example="A cell&shy; divides."), {"example": "A cell divides."}, []),
    "formulas in LaTeX": (
        draft("$H_2O$", "agua", example=r"Much \(H_2O\) for $5 and $6 at $10^{-3}$."),
        {"front": "H₂O", "example": "Much H₂O for $5 and $6 at 10⁻³."}, []),
    "numbers before the sides": (draft("3. cell", "3. célula", example="A cell."), {"front": "cell", "back": "célula"}, []),
    "a number before the term": (draft("3) cell", example="A cell divides."), {"front": "cell"}, []),
    "labels before what is said": (
        draft("Front: cell", "Back: célula", example="Example: A cell."), {"front": "cell", "back": "célula", "example": "A cell."}, []),
    "the translation behind the term": (draft("cell (célula)", example="A cell divides."), {"front": "cell"}, []),
    "an article before the term": (draft("the cell", example="A cell divides."), {"front": "cell"}, []),
    "an article that the example has": (draft("the cell", example="The cell divides."), {"front": "the cell"}, []),
    "a list written as a text": (draft(back="['célula', 'celda']"), {"back": "célula, celda"}, []),
    "a pronunciation within an object": (
        draft("nucleus", "núcleo", pronunciation={"ipa": "/ˈnjuːkliəs/"}), {"pronunciation": "/ˈnjuːkliəs/"}, []),
    "letters by their codes": (draft(back="c\\u00e9lula"), {"back": "célula"}, []),
    "signs that nobody sees": (draft("\u200fce\u00adll\u200e", "célula\u200b", example="The cell."), {"front": "cell", "back": "célula"}, []),
    "an emoji of several signs": (draft("cell 👩\u200d🔬", example="A cell 👩\u200d🔬."), {"front": "cell 👩\u200d🔬"}, []),
    "control characters": (draft("ce\u0000ll", "c\u0301elula\t", example="A ce ll."), {"front": "ce ll"}, []),
}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with FakeOpenAI() as running:
        yield running


@pytest.fixture(scope="module")
def model(server):
    made = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url))
    yield made
    made.close()


@pytest.fixture
def answered(server, model):
    """What becomes of these answers, one after the other; nothing more is in the text when they are used up."""

    def made(*contents, native=SPANISH, target=ENGLISH, topic="Cells", text=TEXT, end="stop"):
        server.script(*(says(said, finish_reason=end) for said in contents), says('{"cards": []}'))
        inputs = flashcards_input(text, topic) | {
            "nativeLanguage": native,
            "targetLanguage": target,
        }
        try:
            return make_flashcards(inputs, Context(model))
        finally:
            server.forget()

    return made


def cards(*drafts):
    return json.dumps({"cards": drafts}, ensure_ascii=False)


def written(form, head=""):
    """The same in words, within prose."""
    cards = "\n".join(form.format(**card) for card in GOOD)
    return f"Sure! Note: here they are.\n\n{head}{cards}\n\nEnjoy! The term: a word, its back: another."


JAVASCRIPT = "{{front: '{front}', back: '{back}', example: '{example}'}}"


PAIRS = {"cell": "célula", "membrane": "membrana", "enzymes": "enzimas", "sugar": "azúcar"}


def pairs(form):
    return "Here you are:\n\n" + "\n".join(form.format(*pair) for pair in PAIRS.items())


@pytest.mark.parametrize("case", CARDS)
def test_a_bad_card_is_mended_or_left_out_and_counted(answered, case):
    bad, shown, told = CARDS[case]

    result = answered(cards(*GOOD, bad))

    others = [card for card in result["flashcards"] if card["front"] not in TERMS]
    assert len(others) == (shown is not None)
    assert not others or shown.items() <= others[0].items()
    assert result.get("warnings", []) == told


OTHER_LANGUAGES = {
    "a Russian back for English is English": (ENGLISH, RUSSIAN, draft(back="cell of life"), FOREIGN),
    "a short form is of every language": (ENGLISH, RUSSIAN, draft("ATP", "АТФ"), []),
    "a Latin reading for Japanese": (JAPANESE, ENGLISH, draft("saibou", "cell", example="saibou desu"), FOREIGN),
    "a reading above a Japanese word": (
        JAPANESE, ENGLISH, draft("<ruby>細胞<rt>さいぼう</rt></ruby>", "cell", example="細胞は小さい。"), []),
    "vowels of an Arabic word": (ARABIC, ENGLISH, draft("الْقَلْبُ", "heart", example="القلب يضخ الدم."), []),
    "a German article behind its word": (GERMAN, ENGLISH, draft("Zelle, die", "cell", example="Eine Zelle lebt."), []),
    "the reading of a Japanese word": (
        JAPANESE, ENGLISH, draft("細胞", "cell", example="細胞は小さい。", pronunciation="さいぼう"), []),
    "a German compound does not show its part": (
        GERMAN, ENGLISH, draft("Zelle", "cell", example="Die Zellmembran ist dünn."), NO_EXAMPLE),
    "a German plural shows its word": (GERMAN, ENGLISH, draft("Zelle", "cell", example="Zellen teilen sich."), []),
    "an English front for German": (GERMAN, ENGLISH, draft("artery", "vessel", example="The artery."), FOREIGN),
    "the term is explained by its definition's side": (
        ENGLISH, ENGLISH, draft("what holds the chromosomes", "nucleus", example="The nucleus is round."), TURNED),
    "a definition in another language": (
        ENGLISH, ENGLISH, draft(back="la unidad más pequeña de todo lo que vive"), FOREIGN),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHER_LANGUAGES)
def test_sides_are_judged_by_the_languages_of_the_request(answered, case):
    target, native, bad, told = OTHER_LANGUAGES[case]

    result = answered(cards(draft("DNA", "ADN", example="DNA."), bad), native=native, target=target)

    assert len(result["flashcards"]) == 1 + (told in ([], TURNED))
    assert [warning for warning in result["warnings"] if warning in told] == told


ANSWERS = {
    "in a fence": (f"Here you are:\n```json\n{cards(*GOOD)}\n```\nEnjoy!", 10, []),
    "a bare list": (json.dumps(GOOD), 10, []),
    "in another object": (json.dumps({"result": {"flashcards": GOOD}}), 10, []),
    "under numbers": (json.dumps({"cards": dict(enumerate(GOOD))}), 10, []),
    "by topics": (json.dumps({"topics": [{"topic": "A", "cards": GOOD[:5]}, {"topic": "B", "cards": GOOD[5:]}]}), 10, []),
    "broken in the middle": (
        cards(*GOOD[:5], draft(example="the 'cell'"), *GOOD[5:]).replace("'", '"'), 10, UNREAD),
    "one card a line": ("\n".join(map(json.dumps, GOOD)), 10, []),
    "behind thoughts": (f"<think>Is {{this}} one?</think>{cards(*GOOD)}", 10, []),
    "without its last brackets": (cards(*GOOD)[:-2], 10, []),
    "within the last card": (cards(*GOOD, draft())[:-40], 10, UNREAD),
    "in a table": (written("| {front} | {back} | {example} |", "| Front | Back (Spanish) | Example |\n|:--|---|:-:|\n"), 10, []),
    "as CSV": (written('{front},{back},"Well, {front} is shown."', "front,back,example\n"), 10, []),
    "as YAML": (written('- front: {front}\n  back: "{back}"\n  example: \'{example}\'', "cards:\n"), 10, []),
    "as a list in bold": (written("1. **Front:** {front}\n   **Back**: {back}\n   **Example:** {example}\n"), 10, []),
    "one on a line": (written("3) Term: {front} Translation: {back}, Example: {example}"), 10, []),
    "under names in the learner's language": (written("Anverso: {front}\nReverso: {back}\nEjemplo: {example}\n"), 10, []),
    "as JavaScript, with quotes within quotes": (
        written('{{\n  front: "{front}",\n  "back": "{back}",\n  example: "A so-called "{front}" is shown."\n}}'), 10, []),
    "in lists": (json.dumps([[[d["front"], d["back"]] for d in [draft("membrane", "membrana"), draft()]]]), 2, []),
    "in lists below a header": (
        json.dumps({"cards": [["term", "translation", "example"], *([d["front"], d["back"], d["example"]] for d in GOOD)]}), 10, []),
    "in quotes of a word processor": (cards(*GOOD).replace('"', "”"), 10, []),
    "the first key of a card in such quotes": (cards(*GOOD[:5]) + cards(*GOOD[5:]).replace('"front"', "“front”"), 10, []),
    "as JavaScript with an apostrophe that ends a text": (
        f"[{', '.join(written(JAVASCRIPT).splitlines()[2:12])}, {{front: 'cell', back: 'célula', example: 'It's a cell.'}}]", 10, UNREAD),
    "a list of pairs": (pairs("1. **{}** - {}"), 4, []),
    "a list of pairs with colons": (pairs("* **{}:** {}"), 4, []),
    "with questions and answers": (written("Q: {front}\nA: {back}\nExample: {example}"), 10, []),
    "without end": (
        cards(*GOOD)[:-2] + f", {json.dumps(draft())}" * 300, 11,
        ["Cards left out because there is another one for the same word: "]),
    "sixty cards": (
        cards(*(draft(f"w{n}", f"palabra {n}") for n in range(60))), 40,
        ["Good cards left out because a set has at most 40: 20."]),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_what_is_whole_of_a_bad_answer_is_used(answered, case):
    content, count, told = ANSWERS[case]

    result = answered(content)

    assert len(result["flashcards"]) == count
    assert all(any(w.startswith(words) for w in result["warnings"]) for words in told)


def test_a_line_that_breaks_off_is_no_side_of_a_card(answered):
    content = "Front: cell\nBack: célula\nFront: nucleus\nBack: núcle"

    result = answered(content, end="length")

    assert [card["front"] for card in result["flashcards"]] == ["cell"]
    assert set(UNREAD + CUT) <= set(result["warnings"])
    assert len(answered(content)["flashcards"]) == 2


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", UnusableAnswer),
        ("   \n", UnusableAnswer),
        ("{}", UnusableAnswer),
        ("I am sorry, I cannot do that.", UnusableAnswer),
        (
            "I cannot, since:\n1. Rules: I have some.\n2. Cells: no.\n3. Law - a work of others.\n",
            UnusableAnswer,
        ),
        ('{"cards": [{"front": "cell", "ba', UnusableAnswer),
        (cards(draft(back="cell"), draft(front="")), UnusableAnswer),
        ('{"error": "overloaded"}', UnusableAnswer),
        (cards(), NoTerms),
    ],
)
def test_where_nothing_is_left_the_reason_is_the_answer_and_not_the_text(answered, content, error):
    with pytest.raises(AttemptFailed) as caught:
        answered(content)

    assert type(caught.value) is error


def test_few_cards_are_the_texts_fault_only_if_nothing_was_left_out(answered):
    few_terms = "The text holds fewer terms worth learning than a full set needs."

    assert answered(cards(*GOOD[:4]))["warnings"] == [few_terms]
    assert few_terms not in answered(cards(*GOOD[:4], draft(back="cell")))["warnings"]
    assert few_terms not in answered(cards(*GOOD[:4], draft())[:-40])["warnings"]


def test_ten_topics_of_four_cards_stay_several(answered):
    drafts = [draft(f"w{n}", f"palabra {n}", topic=f"Part {n % 10}") for n in range(40)]

    result = answered(cards(*drafts), topic=AI_SELECTION)

    assert len(result["topics"]) == 5
    assert "Topics with few cards that were joined to another topic: 5." in result["warnings"]
