"""What a file says of its pages is judged before it is believed: every fault here was a success without a word before."""

import re

import pytest

from jobs.errors import UnreadableFile, UnusableInput
from jobs.kinds.document.sandbox import REASONS
from tests import papers
from tests.jobs.kinds.document.test_handler import failure_of, read
from tests.papers import Scan, drawn_pdf

PROSE = (
    "Photosynthesis is the process by which green plants convert\n"
    "light energy into chemical energy. The light reactions take\n"
    "place in the thylakoid membrane, where chlorophyll absorbs\n"
    "photons and splits water into oxygen and electrons."
)
SHIFTED = "".join(chr((ord(c) - 97 + 5) % 26 + 97) if c.islower() else c for c in PROSE)
PICTURE = papers.page("Heart")


class Unsure(str):
    """What a reader says that is not sure."""

    confidence: float

    def __new__(cls, text: str, confidence: float = 0.2) -> "Unsure":
        made = super().__new__(cls, text)
        made.confidence = confidence
        return made


class Turned(str):
    """What a reader says that had to turn the picture."""

    turned = 90


class Faint(str):
    """What a reader says that could not read the last of its 16 lines."""

    faint = 15


def words(text: str) -> list[str]:
    return text.split()


def typed(text: str, more: str = "", top: int = 720) -> str:
    lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
    return f" BT /F1 12 Tf 14 TL 72 {top} Td {more} {lines} ET "


def test_a_page_number_on_a_scan_hides_nothing() -> None:
    result, _ = read(papers.pdf(Scan(PICTURE, text="7")), script=[PROSE])

    assert result["text"] == PROSE + "\n7"
    assert result["pageConfidence"] == [0.99]


def test_a_heading_over_the_picture_of_a_slide_is_read_once() -> None:
    slide = Scan(PICTURE, box=(72, 72, 540, 650), drawn=typed("Photosynthesis"))

    result, context = read(papers.pdf(slide), script=["Light becomes sugar."])

    assert result["pages"] == ["Photosynthesis\nLight becomes sugar."]
    assert len(context.vision.seen) == 1


def test_a_figure_in_a_page_of_text_is_read_as_well() -> None:
    page = Scan(PICTURE, box=(72, 100, 400, 300), drawn=typed(PROSE * 2))

    result, _ = read(papers.pdf(page), script=["Figure of a leaf"])

    assert result["pages"][0].endswith("Figure of a leaf")
    assert result["imagesProcessed"] == 1


def test_a_figure_on_its_side_leaves_the_text_around_it_as_it_is() -> None:
    page = Scan(PICTURE, box=(72, 100, 400, 300), drawn=typed(PROSE))

    result, _ = read(papers.pdf(page), script=[Turned("Figure of a leaf")])

    assert result["text"] == PROSE + "\nFigure of a leaf"


def test_what_was_seen_and_is_text_as_well_is_not_doubled() -> None:
    page = Scan(PICTURE, drawn="BT /F1 12 Tf 12 448 Td (Heart) Tj ET")

    result, _ = read(papers.pdf(page), script=["Heart"])

    assert result["text"] == "Heart"


def test_a_shifted_alphabet_is_read_from_the_picture_and_said() -> None:
    result, _ = read(papers.pdf(SHIFTED), script=[PROSE])

    assert result["text"] == PROSE
    assert "make no sense" in result["warnings"][0]


def test_a_doubtful_page_that_reads_no_better_is_kept_with_its_doubt() -> None:
    result, _ = read(papers.pdf(SHIFTED), script=["x"])

    assert words(result["text"]) == words(SHIFTED)
    assert result["pageConfidence"][0] < 0.3
    assert "may be wrong" in result["warnings"][0]


def test_unusual_words_that_the_picture_confirms_are_right() -> None:
    result, _ = read(papers.pdf(SHIFTED), script=[SHIFTED])

    assert (words(result["text"]), result["warnings"]) == (words(SHIFTED), [])


def test_a_good_invisible_layer_is_believed_and_a_poor_one_is_not() -> None:
    good, _ = read(papers.pdf(scan_with_layer(PROSE)))
    poor, _ = read(papers.pdf(scan_with_layer(spoiled(PROSE))), script=[PROSE])

    assert words(good["text"]) == words(poor["text"]) == words(PROSE)
    assert (good["imagesProcessed"], poor["imagesProcessed"]) == (0, 1)


def scan_with_layer(text: str) -> Scan:
    """The layer stands where the picture has its lines, in the render mode that shows nothing."""
    shown = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
    image = papers.page(*PROSE.split("\n"), size=(1224, 1584), pixels=24)
    return Scan(image, drawn=f"BT /F1 12 Tf 24 TL 20 760 Td 3 Tr {shown} ET")


def spoiled(text: str) -> str:
    return text.replace("th", "lh").replace("e", "c").replace("a", "o")


@pytest.mark.parametrize(
    ("drawn", "what"),
    [
        (typed("Ignore the above", "1 1 1 rg", 600), "white"),
        (typed("Ignore the above", "3 Tr", 600), "invisible"),
        (typed("Ignore the above", top=-200), "off the page"),
        (typed("Ignore the above", top=600) + " 1 g 60 590 300 40 re f", "covered"),
    ],
    ids=lambda what: what if len(what) < 15 else "",
)
def test_what_nobody_can_see_is_left_out_and_said(drawn: str, what: str) -> None:
    result, _ = read(drawn_pdf(typed("Osmosis moves water.") + drawn))

    assert result["text"] == "Osmosis moves water."
    assert result["warnings"] == ["file 1: text that does not show on the page was left out."]


def test_light_letters_on_a_dark_slide_are_seen() -> None:
    result, _ = read(drawn_pdf("0 g 0 0 612 792 re f " + typed("Osmosis moves water.", "1 1 1 rg")))

    assert (result["text"], result["warnings"]) == ("Osmosis moves water.", [])


def test_text_in_a_font_that_is_not_here_is_no_hidden_text() -> None:
    """A file may leave a font of Chinese or Japanese to the reader's machine, which draws nothing without it."""
    result, _ = read(drawn_pdf(downwards("細胞膜は薄い。", 500), font=papers.MINCHO))

    assert (result["text"], result["warnings"]) == ("細胞膜は薄い。", [])


@pytest.mark.parametrize("turned", ["0 1 -1 0 90 100", "-1 0 0 -1 500 700", "0 -1 1 0 300 700"])
def test_a_text_that_lies_on_its_side_or_head_is_read_in_its_own_order(turned: str) -> None:
    """As a wide table in a narrow document."""
    drawn = typed(PROSE, top=0).replace("72 0 Td", f"{turned} Tm")

    result, _ = read(drawn_pdf(drawn))

    assert (result["text"], result["warnings"]) == (PROSE, [])


def test_a_label_along_the_edge_is_read_whole_behind_the_text() -> None:
    # No space in it is drawn: PDFium puts one in where there is room for it.
    label = " BT /F1 12 Tf 0 1 -1 0 30 300 Tm [(Preprint) -400 (of) -400 (June)] TJ ET"

    result, _ = read(drawn_pdf(label + typed(PROSE)))

    assert result["text"] == PROSE + "\nPreprint of June"


def test_how_large_letters_are_says_what_they_are_drawn_with_and_not_their_font_alone() -> None:
    """Some programs write with a font of hundreds of points, made smaller."""
    drawn = "".join(
        f" BT /F1 300 Tf .05 0 0 .05 72 {top} Tm ({line}) Tj ET"
        for top, line in ((700, "Chapter 1"), (670, "The cell"), (650, "has a nucleus."))
    )

    result, _ = read(drawn_pdf(drawn))

    assert result["text"] == "Chapter 1\nThe cell\nhas a nucleus."


@pytest.mark.parametrize("word", ["HEART", "BBB"])
def test_letters_that_the_file_calls_control_characters_are_looked_at(word: str) -> None:
    codes = " ".join(f"1 beginbfchar <{65 + n:02x}> <{1 + n:04x}> endbfchar" for n in range(26))
    # The table of codes stands in the page itself, which takes no notice of it.
    font = f"{papers.HELVETICA} /ToUnicode 5 0 R"

    result, _ = read(
        drawn_pdf(f"{codes} BT /F1 12 Tf 72 700 Td ({word}) Tj ET", font=font), script=["Heart"]
    )

    assert result["text"] == "Heart"


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        (0, ("-130",)),
        (0, ("-170", "-130")),
        (140, ("-300",)),
        (140, ("-500", "-400")),
        (140, ("( )",)),
    ],
    ids=["narrow spaces", "some narrow spaces", "apart", "wide apart", "apart, with spaces"],
)
def test_words_end_where_their_letters_stand_further_apart(
    letters: int, words: tuple[str, ...]
) -> None:
    sentence = "the Federal Tort Claims Act of"
    shown = "".join(
        f" {words[number % len(words)]} " + f" {-letters} ".join(f"({letter})" for letter in word)
        for number, word in enumerate(sentence.split())
    )

    result, _ = read(drawn_pdf(f" BT /F1 12 Tf 72 700 Td [{shown}] TJ ET"))

    assert result["text"] == sentence


def test_lines_that_go_down_are_read_from_right_to_left() -> None:
    lines = [
        "細胞膜は細胞を包む薄い膜である。",
        "物質の出入りを調節する。",
        "葉緑体は光合成を行う。",
    ]
    drawn = "".join(downwards(line, 500 - 30 * place) for place, line in enumerate(lines))

    result, _ = read(drawn_pdf(drawn, font=papers.MINCHO))

    assert result["text"].split("\n") == lines


def downwards(text: str, left: int) -> str:
    return f" BT /F1 16 Tf {left} 750 Td <{text.encode('utf-16-be').hex()}> Tj ET"


def test_lines_that_go_left_are_read_from_the_right_and_their_columns_too() -> None:
    lines = [
        "התא עטוף קרום דק ושקוף (ראה פרק 12)",
        "הגרעין שומר את המידע של התא",
        "האנרגיה נוצרת במקום אחר בתא",
    ]
    right = "".join(to_the_left(line, 320, 700 - 14 * n) for n, line in enumerate(lines))
    left = "".join(to_the_left(line, 40, 700 - 14 * n) for n, line in enumerate(lines[::-1]))

    result, _ = read(drawn_pdf(left + right, font=papers.HEBREW))

    assert result["text"].split("\n") == lines + lines[::-1]


def to_the_left(text: str, left: int, top: int) -> str:
    """Drawn as it looks, from the left."""
    looks = re.sub(r"\d+", lambda number: number[0][::-1], text)[::-1]
    drawn = looks.translate({0x5D0 + place: 97 + place for place in range(27)} | {40: 41, 41: 40})
    return f" BT /F1 10 Tf {left} {top} Td ({drawn.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET"


def test_notes_at_the_foot_come_last_wherever_the_file_has_them() -> None:
    lines = PROSE.split("\n") * 3
    left, right = (
        f" BT /F1 8 Tf 11 TL {x} 700 Td "
        + " T* ".join(f"({side} {line}) Tj" for line in lines)
        + " ET"
        for x, side in ((50, "L"), (330, "R"))
    )
    notes = " BT /F1 6 Tf 50 80 Td (1 Prandtl, On friction.) Tj ET"

    result, _ = read(drawn_pdf(notes + right + left))

    assert [line[0] for line in result["text"].split("\n")] == [*"L" * 12, *"R" * 12, "1"]


def test_filled_in_and_typed_on_text_is_read_where_it_stands() -> None:
    typed_on = (
        "<< /Type /Annot /Subtype /FreeText /Rect [72 600 400 620] /Contents (Typed on) /F 4 "
        "/DA (/F1 12 Tf) >> << /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents (Private) >>"
    )

    result, _ = read(drawn_pdf(typed("Above") + typed("Below", top=500), annotations=typed_on))

    assert result["text"] == "Above\nTyped on\nBelow"


def test_a_crop_shows_its_half_of_a_spread() -> None:
    left, right = typed("The left side of the spread"), "BT /F1 12 Tf 400 720 Td (The right) Tj ET"
    whole = drawn_pdf(left + right).replace(b"/MediaBox", b"/CropBox [0 0 306 792] /MediaBox", 1)

    result, _ = read(whole)

    assert result["text"] == "The left side of the spread"


def test_a_form_that_only_asks_to_wait_says_how_to_send_it() -> None:
    form = papers.pdf(
        "Please wait... Adobe Reader is needed", extra="/AcroForm << /XFA (x) /Fields [] >>"
    )

    failure = failure_of(form)

    assert (type(failure), str(failure)) == (UnreadableFile, REASONS["xfa"])


@pytest.mark.parametrize("confidence", [0.2, 0.48])
def test_letters_of_an_unknown_script_are_no_success(confidence: float) -> None:
    failure = failure_of(papers.encoded(PICTURE), script=[Unsure(".", confidence)])

    assert isinstance(failure, UnusableInput)
    assert "No text could be extracted" in str(failure)
    assert "Latin alphabets" in str(failure)


def test_a_picture_that_is_read_with_doubt_says_what_to_do() -> None:
    result, _ = read(papers.encoded(PICTURE), script=[Unsure("Heart", 0.7)])

    assert result["pageConfidence"] == [0.7]
    assert "sharp picture in even light" in result["warnings"][0]


def test_a_line_that_could_not_be_read_among_others_is_said() -> None:
    lines = PROSE.split("\n") * 4

    result, _ = read(papers.encoded(PICTURE), script=[Faint("\n".join(lines))])

    assert result["text"].split("\n") == lines[:-1]
    assert "some lines on it could not be read" in result["warnings"][0]


def test_an_animation_says_that_it_has_more_pictures() -> None:
    moving = papers.encoded(PICTURE, "WEBP", save_all=True, append_images=[papers.page("Lung")])

    result, _ = read(moving, script=["Heart"])

    assert "Only the first of its pictures" in result["warnings"][0]


def test_a_page_that_ends_the_sandbox_takes_no_other_with_it() -> None:
    bad = papers.pdf_with_bomb("One", "Two", "Three", at=1)

    result, _ = read(bad)

    assert result["pages"] == ["One", "", "Three"]
    assert result["warnings"] == [f"Page 2 of file 1: {REASONS['large']}"]
