"""Tables of people, of other programs and of Anki: what they mean comes along, and nothing is lost untold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import decks
from profiles.errors import NoCards
from profiles.sharing import bare
from profiles.tables import reading
from profiles.tables.export import COLUMNS, csv_lines
from profiles.tables.markup import plain
from profiles.tables.reading import Row
from tests.profiles.rows import NOW, card_content


def read(data: str | bytes) -> list[Row]:
    return reading.read(data.encode() if isinstance(data, str) else data, topic="General")


def card(data: str | bytes) -> Any:
    [row] = read(data)
    assert row.card, row.problem
    return row.card


def pairs(data: str | bytes) -> list[tuple[str, str]]:
    return [(row.card["front"], row.card["back"]) for row in read(data) if row.card]


ANKI = "#separator:tab\n#html:true\n"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>a</b> &amp; b", "a & b"),
        ("one<br>two<div>three</div><div><br></div>four", "one\ntwo\nthree\nfour"),
        ("<ul><li>one</li><li>two</li></ul>end", "• one\n• two\nend"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("H<sub>2</sub>O, m<sup>2</sup>, 10<sup>th</sup>", "H₂O, m², 10ᵗʰ"),
        ("x<sup>π</sup> e<sub>Q z</sub>", "x^π e_(Q z)"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "a | b\n1 | 2",
        ),
        ("<table><tr><td><div>a</div></td><td>b<br>c</td></tr></table>", "a | b c"),
        ("<table><tr><td>one<br>two</td></tr></table>", "one\ntwo"),
        ('<ol start="3"><li>three<li>four<li value=9>nine</ol>', "3. three\n4. four\n9. nine"),
        ("<ruby>漢<rp>(<rt>かん<rp>)</ruby><ruby>字<rt>じ</ruby>は", "漢(かん)字(じ)は"),
        ("SO<sub>4</sub><sup>2−</sup>", "SO₄²⁻"),
        ("<pre>if x:\n    y</pre>a\nb", "if x:\n    y\na b"),
        ("<details><summary>a</summary>b</details>", "a\nb"),
        ("5 < 6 &lt;i&gt; &#91;x]", "5 < 6 <i> [x]"),
        ("<script>alert(1)</script><!-- a > b -->ok<style>x", "ok"),
        ('<img src="x.png" alt="a > b"> <a title="not closed>end</a>', "a > b end"),
        ("never <!-- closed", "never <!-- closed"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
    ],
)
def test_markup_becomes_text_that_means_the_same(markup: str, text: str) -> None:
    assert plain(markup).text == text


def test_rows_that_differ_by_case_or_back_are_cards_of_their_own() -> None:
    table = "front,back\nessen,to eat\nEssen,food\nbank,of a river\nbank,for money\n"

    assert len(pairs(table)) == 4


@pytest.mark.parametrize(
    "head",
    ["#separator:Tab\n#html:True\n", "#SEPARATOR:tab\n# a remark\n#html:true\n", ANKI + "#x:y\n"],
)
def test_ankis_head_is_read_however_it_is_written(head: str) -> None:
    assert pairs(f"{head}# a comment line\n<i>a</i>\tb\n#c\td\n") == [("a", "b")]


def test_deck_tags_and_types_of_anki_are_kept() -> None:
    text = f"{ANKI}#deck:Latin\n#tags:exam\n#guid column:1\n#notetype column:2\n#tags column:5\n"
    [row] = read(text + "g<1>&\tBasic\tamo\tI love\tverbs::first leech\n")

    assert (row.subject, row.card and row.card["topic"]) == ("Latin", "verbs: first")
    assert row.card is not None
    assert row.card["noteId"] == "g<1>&"
    assert row.card["tags"].split() == ["verbs::first", "leech", "exam"]


def test_a_note_with_gaps_asks_for_what_is_in_them() -> None:
    text = ANKI + "#notetype:Cloze\n{{c1::Paris::city}} lies on the {{c2::Seine}}.\tan aside\n"

    found = card(text)

    assert found["front"] == "[city] lies on the […]."
    assert found["back"] == "Paris; Seine\nan aside"
    assert found["example"] == "Paris lies on the Seine."


def test_gaps_are_known_without_the_name_of_the_note_type() -> None:
    found = card("#separator:tab\n#html:true\n#tags column:3\nA {{c1::cell}} lives.\t\tbiology\n")

    assert (found["front"], found["back"], found["topic"]) == ("A […] lives.", "cell", "biology")
    assert card("A {{c1::cell}} lives.\tx\n")["back"] == "cell\nx"


@pytest.mark.parametrize(
    ("gaps", "front", "answer"),
    [
        ("{{c1,3::Paris}} lies there.", "[…] lies there.", "Paris"),
        ("{{c1::a::one::two}} b", "[one::two] b", "a"),
        ("{{c1::was {{c2::made::verb}} here::place}} b", "[place] b", "was made here"),
        ("{{c1::was {{c2::made::verb}} here}} b", "[…] b", "was made here"),
    ],
)
def test_gaps_are_read_as_anki_reads_them(gaps: str, front: str, answer: str) -> None:
    found = card(f"{ANKI}#notetype:Cloze\n{gaps}\t\n")

    assert (found["front"], found["back"]) == (front, answer)


def test_a_note_that_is_not_known_by_its_guid_is_not_written_back() -> None:
    text = "#separator:tab\n#notetype:Basic\n"

    assert "noteType" not in card(text + "a\tb\n")
    assert card(text + "#guid column:1\ng\ta\tb\n")["noteType"] == "Basic"


def test_pictures_and_sounds_are_counted_and_named_where_nothing_else_is_there() -> None:
    hidden = "{{c1::image-occlusion:rect:left=.1:top=.2}}"
    table = f'a [sound:a.mp3]\t<img src="a.png">b\n<img src="b.png">\tc\n{hidden}\td\n'

    rows = read(ANKI + table)

    assert [row.media for row in rows] == [2, 1, 1]
    assert [row.problem for row in rows[1:]] == [reading.ONLY_MEDIA] * 2


def test_the_separator_is_the_one_that_all_rows_agree_on() -> None:
    table = "Haus;house, home, building\nHund;dog\nBaum;tree, or a beam\n"

    assert pairs(table)[1] == ("Hund", "dog")


@pytest.mark.parametrize(
    "table",
    [
        "Haus;house, home\nBaum;tree, timber\n",
        "un, uno;one, 1\ndeux, dos;two, 2\n",
        "pi;3,14\ne;2,71\n",
    ],
)
def test_a_comma_within_sentences_separates_nothing(table: str) -> None:
    assert pairs(table)[0] == tuple(table.split("\n")[0].split(";"))


@pytest.mark.parametrize(
    "head",
    [
        "Vorderseite;Rückseite",
        "mot;Traduction",
        "te\u0301rmino;definicio\u0301n",
        "Term (German);Definition (French)",
        "German;French",
        "sep=;\nfront;back",
    ],
)
def test_a_header_may_be_in_the_learners_language(head: str) -> None:
    assert pairs(f"{head}\nHund;chien\n") == [("Hund", "chien")]


def test_a_quote_that_is_not_closed_costs_its_row_only() -> None:
    table = 'front,back\na,"not closed\nb,c\nd,"two\nlines"\n"e ""f""",g\n'

    rows = read(table)

    assert [row.problem for row in rows] == [reading.BROKEN, "", "", ""]
    assert pairs(table) == [("b", "c"), ("d", "two\nlines"), ('e "f"', "g")]


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ('"yes" and "no";both', ('"yes" and "no"', "both")),
        ('"a" ; "b; c"', ("a", '"b')),
        ('"a" ;"b; ""c"""', ("a", 'b; "c"')),
        ('say "a;b"', ('say "a', 'b"')),
    ],
)
def test_quotes_within_a_text_are_its_own(line: str, pair: tuple[str, str]) -> None:
    assert pairs(f"front;back\n{line}\n") == [pair]


def test_markup_is_read_as_such_where_nothing_says_what_it_is() -> None:
    assert pairs("<b>Hund</b>;dog<br>hound\n")[0] == ("Hund", "dog\nhound")
    assert pairs("List<String>;a < b\n")[0] == ("List<String>", "a < b")
    assert pairs("#separator:tab\n#html:false\n<b>x</b>\ty\n")[0] == ("<b>x</b>", "y")


def test_where_anki_numbers_columns_no_row_is_a_header() -> None:
    text = "#separator:tab\n#guid column:1\ng\tfront\tback\n"

    assert pairs(text) == [("front", "back")]


def test_what_nobody_sees_is_no_side() -> None:
    rows = read("front;back\n\u200b;a\nb;c\n")

    assert [row.problem for row in rows] == [reading.EMPTY, ""]


@pytest.mark.parametrize(
    ("data", "pair"),
    [
        ("“naïve” – œuvre,Œ\n".encode("cp1252"), ("“naïve” – œuvre", "Œ")),
        ("créée,größer\n".encode("cp1252"), ("créée", "größer")),
        ("пульс,pulse\n".encode("utf-16-le"), ("пульс", "pulse")),
        ("пульс,pulse\n".encode("utf-16-be"), ("пульс", "pulse")),
        ("пульс,pulse и".encode()[:-1], ("пульс", "pulse \ufffd")),
        ("e\u0301te\u0301,summer\n", ("été", "summer")),
        ("Word;Meaning\ncanis;dog\n", ("canis", "dog")),
        ("# made by hand\ncanis,dog\n", ("canis", "dog")),
        ("| Front | Back |\n|:---|---|\n| canis | dog |\n", ("canis", "dog")),
        ("Latin,English,German\ncanis,dog,Hund\n", ("canis", "dog")),
        ('{"a": 1};an object\n', ('{"a": 1}', "an object")),
        ("#1 thing,dog\n", ("#1 thing", "dog")),
    ],
)
def test_tables_of_many_hands_are_read(data: str | bytes, pair: tuple[str, str]) -> None:
    assert pairs(data) == [pair]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "＝1+1", "a;=1+1", " @x", "'=1", "x, -y", "''+", "a\n=b",
        "\t=x", '"=1', 'a;"=1"', 'a, " ""\'@x', "plain", "a-b, c=d",
    ],
)  # fmt: skip
def test_no_cell_begins_a_formula_and_every_cell_comes_back(cell: str) -> None:
    row = dict.fromkeys(COLUMNS, "x") | {"front": f"x{cell}", "back": cell}

    table = "".join(csv_lines([row]))

    begun = (',"=', ',"""=', ';""=', ",=", ";=", ",＝", "\n=", ", @", ",@")
    assert not any(sign in table for sign in begun)
    assert card(table)["back"] == cell.strip()


def test_a_package_of_anki_is_told_how_to_come() -> None:
    with pytest.raises(NoCards, match="Notes in Plain Text"):
        read(decks.deck_of("Medicine", [card_content()], NOW))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("собака,dog\nдом,house\n", "cp1251"),
        ("собака,dog\nдом,house\n", "koi8-r"),
        ("食べる,to eat\n犬,dog\n電車,train\n", "shift-jis"),
        ("吃饭,to eat\n狗,dog\n电脑,computer\n", "gb18030"),
        ("σκύλος,dog\nνερό,water\n", "cp1253"),
    ],
)
def test_letters_that_cannot_be_told_are_asked_for_in_utf_8(text: str, encoding: str) -> None:
    with pytest.raises(NoCards, match="UTF-8"):
        read(text.encode(encoding))


@pytest.mark.parametrize(
    "data", ['[{"front": "a",\n"back": "b"}]', '{"front": "a", "back": "b"}\n{"front": "c"}\n']
)
def test_json_is_no_table(data: str) -> None:
    with pytest.raises(NoCards, match="JSON"):
        read(data)


def test_what_a_card_has_no_place_for_is_counted() -> None:
    typed = f"{ANKI}#notetype:Vocabulary\n"

    assert [row.without_place for row in read("front;back;picture\na;b;c\nd;e;\n")] == [1, 0]
    assert [row.without_place for row in read(f"{typed}a\tb\tc\td\te\n")] == [2]
    assert [row.without_place for row in read(f"{ANKI}#deck:D\na\tb\tc\n")] == [0]


@given(st.text(max_size=200))
def test_every_text_comes_back_from_ankis_html(text: str) -> None:
    text = text.replace("\x00", "").replace("\r", "\n")

    assert bare(plain(decks.as_html(text)).text) == bare(text)


@pytest.mark.parametrize(
    "head",
    [
        "x" * 200_000 + "\n",
        "," * 200_000 + "\n",
        "#guid column:²\n#separator:tab\n",
        "#guid column:" + "5" * 5000 + "\n#separator:tab\n",
        "#columns:" + "\t" * 90_000 + "\n#separator:tab\n",
        "#separator:\n",
        '#separator:"\n',
    ],
)
def test_a_strange_beginning_is_no_fault_of_ours(head: str) -> None:
    try:
        read(head + "a\tb\nc\td\n")
    except NoCards:
        pass
