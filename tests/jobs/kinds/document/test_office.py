"""Documents that are not pages yet: slides, books, web pages and texts; and the bombs that such files can be."""

import io
import zipfile
from typing import Any

import pytest

from jobs.errors import AttemptFailed, UnreadableFile
from jobs.kinds.document import naming
from jobs.kinds.document.handler import read_document
from jobs.kinds.document.sandbox import REASONS
from jobs.kinds.document.sandboxed.plain import decoded
from tests import offices, papers
from tests.jobs.kinds.document.test_handler import Context, ScriptedReader, inputs_of
from tests.offices import docx, odf, paragraph, pptx, rels, shape

PICTURE = papers.encoded(papers.page("Heart"))


def read(content: bytes, script: list[str] | None = None) -> Any:
    context = Context(ScriptedReader(script or []), [content])
    inputs = inputs_of([content])
    inputs["files"][0]["type"] = naming.told(io.BytesIO(content), inputs["files"][0]["type"])
    return read_document(inputs, context)


def refusal(content: bytes) -> str:
    with pytest.raises(AttemptFailed) as failed:
        read(content)
    assert isinstance(failed.value, UnreadableFile)
    return str(failed.value)


def test_a_word_document_has_its_headings_lists_tables_and_pages() -> None:
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>"
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Herz", "heart"))
    body = (
        paragraph("Cells", "Heading1")
        + paragraph("A cell has a membrane.")
        + item.format("nucleus")
        + item.format("ribosome")
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + paragraph("Second page", more="")
        .replace("<w:t>", "<w:lastRenderedPageBreak/><w:t>")
    )  # fmt: skip

    result = read(docx(body))

    assert result["pages"] == [
        "# Cells\n\nA cell has a membrane.\n\n- nucleus\n- ribosome\n\n| Herz | heart |\n| --- | --- |",
        "Second page",
    ]
    assert result["pageConfidence"] == [None, None]


def test_a_formula_is_latex_and_small_digits_stay_small() -> None:
    fraction = (
        "<m:oMath><m:r><m:t>v=</m:t></m:r><m:f><m:num><m:r><m:t>s</m:t></m:r></m:num>"
        "<m:den><m:sSup><m:e><m:r><m:t>t</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
        "</m:den></m:f></m:oMath>"
    )
    water = '<w:p><w:r><w:t>H</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>O</w:t></w:r></w:p>'

    assert read(docx(paragraph("Speed ", more=fraction) + water))["text"] == (
        "Speed $v=\\frac{s}{t^{2}}$\n\nH₂O"
    )


def test_deleted_and_hidden_text_of_a_document_is_not_read_and_text_boxes_are() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('In a box')}</w:txbxContent></w:pict></w:r>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Ignore all that</w:t></w:r>"
    gone = "<w:del><w:r><w:delText>Gone</w:delText></w:r></w:del>"

    assert read(docx(paragraph("Seen", more=hidden + gone + box)))["text"] == "Seen\n\nIn a box"


def test_a_text_box_that_is_written_twice_for_old_programs_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent xmlns:mc='mc'><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    assert read(docx(paragraph("Seen", more=both)))["text"] == "Seen\n\nIn a box"


def test_a_table_that_only_sets_others_on_the_page_doubles_nothing() -> None:
    def table(*cells: str) -> str:
        inside = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
        return f"<w:tbl><w:tr>{inside}</w:tr></w:tbl>"

    control = f"<w:sdt><w:sdtContent><w:tc>{paragraph('heart')}</w:tc></w:sdtContent></w:sdt>"
    inner = table(paragraph("Herz")).replace("</w:tr>", f"{control}</w:tr>")

    assert read(docx(table(paragraph("Left"), paragraph("Right") + inner)))["text"] == (
        "Left\n\nRight\n\n| Herz | heart |\n| --- | --- |"
    )


def test_slides_are_pages_with_their_title_first_and_their_notes_last() -> None:
    notes = f"<p:notes {offices.SPACES}>{shape('Say this')}</p:notes>"
    links = rels(("notesSlide", "../notesSlides/n.xml"))
    first = shape("A cell has a membrane.", "It has a nucleus.") + shape("Cells", place="title")

    result = read(
        pptx(first, shape("Bye"), links=links, ppt__notesSlides__n_xml=notes).replace(
            b"n_xml", b"n.xml"
        )
    )

    assert result["pages"] == [
        "# Cells\n\nA cell has a membrane.\n\nIt has a nucleus.\n\nSay this",
        "Bye",
    ]
    assert result["pageCount"] == 2


def test_a_picture_on_a_slide_is_read_with_it() -> None:
    shown = '<p:pic><p:blipFill><a:blip r:embed="r0"/></p:blipFill></p:pic>'
    slides = pptx(
        shape("Cells", place="title") + shown,
        links=rels(("image", "../media/i.png")),
        **{"ppt__media__i.png": PICTURE},
    )

    result = read(slides, ["Nucleus"])

    assert result["pages"] == ["# Cells\n\nNucleus"]
    assert (result["imagesProcessed"], result["totalImages"]) == (1, 1)


def test_a_book_is_read_chapter_by_chapter() -> None:
    book = offices.epub(
        "<h1>Cells</h1><p>A cell&nbsp;has a <b>membrane</b>.</p><script>alert(1)</script>",
        "<ul><li>one</li><li>two</li></ul><p style='display:none'>secret</p><p>E = mc<sup>2</sup></p>",
    )

    assert read(book)["pages"] == ["# Cells\n\nA cell has a membrane.", "- one\n- two\n\nE = mc²"]


def test_texts_and_slides_of_libreoffice_are_read() -> None:
    text = odf(
        '<office:text><text:h text:outline-level="2">Cells</text:h><text:p>A <text:span>cell</text:span> lives.</text:p>'
        "<text:p>Next<text:soft-page-break/>page</text:p></office:text>"
    )
    slides = odf(
        "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>One</text:p></draw:text-box></draw:frame></draw:page>"
        "<draw:page><text:p>Two</text:p></draw:page></office:presentation>",
        is_slides=True,
    )

    assert read(text)["pages"] == ["## Cells\n\nA cell lives.\n\nNext", "page"]
    assert read(slides)["pages"] == ["One", "Two"]


def test_notes_and_shapes_of_libreoffice_stand_behind_their_paragraph() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Of animals.</text:p></text:note-body></text:note>"
    )
    figure = "<draw:custom-shape><text:p>A cell</text:p></draw:custom-shape>"
    body = f"<text:p>Cells{note} live.{figure}</text:p>"

    assert read(odf(f"<office:text>{body}</office:text>"))["text"] == (
        "Cells¹ live.\n\nOf animals.\n\nA cell"
    )


def test_small_digits_of_libreoffice_stay_small() -> None:
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties style:text-position="{off}"/></style:style>'
        for name, off in (("a", "super 58%"), ("b", "sub 58%"), ("c", "-33% 58%"), ("d", "0% 100%"))
    )
    spans = "mc<text:span text:style-name='a'>2</text:span> H<text:span text:style-name='b'>2</text:span>O CO<text:span text:style-name='c'>2</text:span> x<text:span text:style-name='d'>2</text:span>"

    assert read(odf(f"{styles}<office:text><text:p>{spans}</text:p></office:text>"))["text"] == (
        "mc² H₂O CO₂ x2"
    )


def test_a_long_document_without_pages_is_read_to_its_end() -> None:
    paragraphs = [f"Paragraph {n} says something of the cell and its parts." for n in range(3000)]
    document = offices.docx("".join(map(offices.paragraph, paragraphs)))

    result = read(document)

    assert result["text"].split("\n\n") == paragraphs
    assert result["pageCount"] == 2


GERMAN = (
    "Größe und Länge der Zelle werden in Mikrometern gemessen. Über die Zellwände wissen wir mehr."
)


def test_a_text_in_an_old_encoding_is_read() -> None:
    assert read(GERMAN.encode("cp1252"))["text"] == GERMAN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_is_told_in_any_encoding(encoding: str) -> None:
    assert decoded(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "¿Dónde está el niño? ¡Qué rico!, dijo la señora mañana en España."),
        ("cp1252", "Kvinnan åt köttbullar på ön. Det är en bra dag för små älgar, frågade mannen."),
        ("cp1250", "Česká republika je země v Evropě. Děkuji, řekl kůň příliš dobře."),
        ("cp1250", "Dober dan, želim si kavo. Čebela leti čez travnik, šola je zaprta."),
        ("cp1254", "Güneş doğuyor ve kuşlar uçuyor. İstanbul büyük bir şehirdir, ışık hızı değişmez."),
        ("cp1257", "Lietuvių kalba yra sena, žąsys skrenda į pietus. Ačiū už pagalbą, labas vakaras."),
        ("cp1251", "Фотосинтез это процесс, при котором растения используют свет для получения энергии."),
        ("cp1251", "The plan of the course is in English, " * 9 + "а клетка имеет мембрану и ядро."),
        ("cp1253", "Η φωτοσύνθεση είναι η διαδικασία με την οποία τα φυτά παράγουν ενέργεια από το φως."),
        ("shift_jis", "光合成は植物が光のエネルギーを使って糖を作る過程である。"),
        ("gb18030", "光合作用是植物利用光能把二氧化碳和水变成糖的过程。"),
        ("euc_kr", "광합성은 식물이 빛을 이용하여 이산화탄소와 물로 양분을 만드는 과정이다."),
    ],
)  # fmt: skip
def test_an_encoding_that_nobody_names_is_told_by_the_words_it_makes(
    encoding: str, text: str
) -> None:
    assert decoded(text.encode(encoding)) == text


def test_formulas_of_web_pages_stand_once_and_keep_their_exponents() -> None:
    page = (
        "<html><body><p>So <math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>, "
        "<math><mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math> and "
        "<math><semantics><mrow><mi>y</mi></mrow><annotation encoding='application/x-tex'>y_1</annotation></semantics></math>"
        "<span aria-hidden='true'>y1</span>.</p></body></html>"
    )

    assert read(page.encode())["text"] == r"So E=mc^{2}, \frac{1}{x+1} and y_1."


def test_markdown_web_pages_and_rtf_are_told_by_their_content() -> None:
    assert read(b"# Cells\n\n- one\n- two")["text"] == "# Cells\n\n- one\n- two"
    assert (
        read(b"<!DOCTYPE html><html><body><h2>Cells</h2><nav>x</nav></body></html>")["text"]
        == "## Cells"
    )
    assert read(rb"{\rtf1\ansi A cell \b has\b0  a membrane.\par Two}")["text"].split("\n") == [
        "A cell has a membrane.",
        "Two",
    ]


def test_a_picture_and_a_pdf_are_documents_as_well() -> None:
    assert read(PICTURE, ["Heart"])["text"] == "Heart"
    assert read(papers.pdf("The heart pumps."))["text"] == "The heart pumps."


def bomb(levels: int = 9) -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(levels)
    )
    return f"<!DOCTYPE x [{entities}]><w:document {offices.SPACES}><w:body><w:p><w:r><w:t>&l{levels - 1};</w:t></w:r></w:p></w:body></w:document>".encode()


def test_entities_and_what_they_lead_to_are_refused() -> None:
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {offices.SPACES}>&e;</w:document>'

    assert refusal(docx("", **{"word__document.xml": bomb()})) == REASONS["entities"]
    assert refusal(docx("", **{"word__document.xml": outside})) == REASONS["entities"]


def test_a_member_that_inflates_without_end_is_refused() -> None:
    vast = b"<w:document>" + b" " * (100 << 20)

    assert refusal(docx("", **{"word__document.xml": vast})) == REASONS["large"]


def test_elements_within_elements_take_no_time_that_grows_with_their_depth() -> None:
    """Minutes each where every level looks at all below it or above it, and half of one is what a file has."""
    endless = "<w:p>" * 100_000 + "</w:p>" * 100_000
    deep = "<w:p>" * 240 + "<w:r/>" * 250_000 + "<w:r><w:t>Text</w:t></w:r>" + "</w:p>" * 240
    page = b"<!doctype html><html><body>" + b"<div>" * 100_000 + b"<sup>3</sup>Text"

    assert refusal(docx(endless)) == REASONS["large"]
    assert read(docx(deep))["text"] == "Text"
    assert read(page)["text"] == "³Text"


def test_501_slides_and_a_damaged_archive_are_refused() -> None:
    assert refusal(pptx(*["<p:sp/>"] * 501)) == REASONS["pages"]
    assert refusal(docx(paragraph("x"), **{"word__document.xml": "<w:"})) == REASONS["broken"]


def test_no_member_leads_out_of_its_archive() -> None:
    """Nothing is written by its name, neither absolute nor a link, and none is opened for the archive that it may be."""
    link = zipfile.ZipInfo("word/document.xml")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("_rels/.rels", rels(("officeDocument", "word/document.xml")))
        file.writestr(link, "/etc/passwd")
        file.writestr("/etc/passwd", paragraph("away"))
    outside = rels(("officeDocument", "../../../../etc/passwd"))

    assert refusal(out.getvalue()) == REASONS["broken"]
    assert refusal(docx("", **{"word__document.xml": docx(paragraph("x"))})) == REASONS["broken"]
    with pytest.raises(AttemptFailed, match="No text"):
        read(docx("", **{"_rels__.rels": outside}))


def test_links_to_elsewhere_are_not_followed() -> None:
    away = rels(("image", "x")).replace(
        'Target="x"', 'Target="http://127.0.0.1/x.png" TargetMode="External"'
    )
    drawn = '<w:p><w:r><w:drawing><a:blip r:embed="r0"/></w:drawing><w:t>Text</w:t></w:r></w:p>'

    assert read(docx(drawn, away))["text"] == "Text"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            naming._OLD_OFFICE + "PowerPoint Document".encode("utf-16-le"),
            "PowerPoint 97 file: save it as .pptx or PDF",
        ),
        (naming._OLD_OFFICE + "WordDocument".encode("utf-16-le"), "Word 97 file: save it as .docx"),
        (naming._OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (offices.packed({"xl/workbook.xml": "<x/>"}), "spreadsheet"),
        (offices.packed({"Index/Presentation.iwa": "x"}), "Keynote"),
        (offices.packed({"notes.txt": "x"}), "archive: unpack it"),
        (b"\x1f\x8b\x08" + bytes(20), "archive: unpack it"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"II*\x00" + bytes(40), "save it as JPEG or PNG"),
        (bytes(60) + b"BOOKMOBI" + bytes(20), "EPUB"),
        (bytes(range(1, 256)), "unknown kind: save it as PDF"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(content: bytes, said: str) -> None:
    kind = naming.told(io.BytesIO(content), naming_head(content))

    assert kind not in naming.DOCUMENTS | naming.PICTURES
    assert said in naming.advice(kind, "/api/process-document", naming.DOCUMENTS)


def naming_head(content: bytes) -> str:
    from jobs.uploads import media_type

    return media_type(content[:512])


def test_old_addresses_name_the_right_one() -> None:
    kind = naming.told(io.BytesIO(docx("")), "application/zip")

    said = naming.advice(kind, "/api/process-document", naming.PICTURES)

    assert said == "This is a Word document: send it to /api/process-document."


def test_a_document_of_word_in_a_browser_is_one_as_well() -> None:
    """It numbers its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document2.xml", "")

    assert naming.told(out, "application/zip") == naming.DOCX


def test_a_list_of_a_million_members_is_not_read_to_name_a_file() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "")
    whole = bytearray(out.getvalue())
    whole[-10:-6] = (1 << 30).to_bytes(4, "little")

    assert naming.told(io.BytesIO(bytes(whole)), "application/zip") == "application/zip"
