"""Pictures and PDFs on the demo page: dropped, read, and gone on with to cards."""

import base64
import html
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests import papers
from tests.browser.conftest import Visitor
from tests.browser.steps import card, lesson, submit
from tests.offices import pptx, shape
from tests.stack import CONTENT

# Those that are not wider than the page.
LINES = "\n".join(line for line in papers.lines_of(CONTENT, 20).splitlines() if len(line) < 90)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SLIDES = [
    (
        "Transport",
        [
            "Osmosis is the movement of water through a membrane.",
            "Diffusion is the spread of particles from a crowded place to an empty one.",
        ],
    ),
    (
        "Energy",
        [
            "Respiration is the release of energy from sugar.",
            "A mitochondrion is the part of a cell in which respiration takes place.",
        ],
    ),
]
DROP = """([encoded, name]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "application/pdf" }));
  const content = document.getElementById("content");
  for (const type of ["dragenter", "dragover", "drop"])
    content.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def choose(page: Page, name: str, kind: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType=kind, buffer=content)
    page.get_by_label("Read a document").set_input_files([file])


def test_a_pdf_that_is_dropped_becomes_study_text_and_then_cards(visitor: Visitor) -> None:
    page = visitor.open()
    encoded = base64.b64encode(papers.pdf(LINES, "Page two.")).decode()
    page.evaluate(DROP, [encoded, "cells.pdf"])

    content = page.get_by_label("Study text")
    expect(content).to_have_value(LINES + "\n\nPage two.")
    expect(page.locator("#documents-state span")).to_have_text("Read 2 pages.")
    page.get_by_label("Subject").fill("Biology of a PDF")
    submit(page)
    expect(card(page)).to_be_visible()


def test_a_picture_that_is_chosen_is_read(visitor: Visitor) -> None:
    page = visitor.open()
    choose(page, "notes.png", "image/png", papers.encoded(papers.page("The heart pumps blood.")))

    expect(page.get_by_label("Study text")).to_have_value("The heart pumps blood.", timeout=60_000)


def test_a_web_page_is_read_like_any_document(visitor: Visitor) -> None:
    page = visitor.open()
    page_of_web = b"<html><body><h1>Cells</h1><p>The cell wall is stiff.</p></body></html>"
    choose(page, "notes.html", "text/html", page_of_web)

    expect(page.get_by_label("Study text")).to_have_value(re.compile("The cell wall is stiff"))


def test_a_photo_on_its_side_becomes_cards_that_say_where_they_are_from_and_go_to_anki(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open()
    photo = papers.page(*LINES.split("\n"), size=(1700, 1400)).rotate(90, expand=True)
    choose(page, "notes.jpg", "image/jpeg", papers.encoded(photo, "JPEG"))
    expect(page.get_by_label("Study text")).to_have_value(re.compile("glucose"), timeout=60_000)
    page.get_by_label("Subject").fill("A photo")
    submit(page)

    card(page).press("Space")
    expect(card(page).locator(".source")).to_contain_text("Page 1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Anki deck").click()
    text = page.get_by_label("Study text").input_value()
    for source in sources_of(download.value.path(), tmp_path):
        quote = re.fullmatch(r"“(.+)” \(page 1\)", source)
        assert quote
        assert quote[1] in text


def sources_of(package: Path, folder: Path) -> list[str]:
    archive = zipfile.ZipFile(package)
    with closing(sqlite3.connect(archive.extract("collection.anki2", folder))) as database:
        return [
            html.unescape(fields.split("\x1f")[-1])
            for (fields,) in database.execute("SELECT flds FROM notes")
        ]


def test_slides_become_a_lesson(visitor: Visitor) -> None:
    page = visitor.open()
    slides = [shape(heading, place="title") + shape(*lines) for heading, lines in SLIDES]
    choose(page, "week 1.pptx", PPTX, pptx(*slides))
    expect(page.get_by_label("Study text")).to_have_value(re.compile("Osmosis"))
    page.get_by_role("radio", name="Lesson").check()
    page.get_by_label("Subject").fill("Week 1")
    page.get_by_role("button", name="Make a lesson").click()

    expect(lesson(page)).to_contain_text("Osmosis")


def test_a_file_that_is_refused_is_told_beside_the_text(visitor: Visitor) -> None:
    page = visitor.open()
    choose(page, "notes.png", "image/png", b"<svg/>")
    state = page.locator("#documents-state span")
    expect(state).to_contain_text("The file must be JPEG, PNG, WebP or HEIC")
    visitor.forgive("415")

    choose(page, "notes.pdf", "application/pdf", papers.locked_pdf())
    expect(state).to_contain_text("The file is locked with a password.")
    expect(page.get_by_label("Study text")).to_have_value("")
