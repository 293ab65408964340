"""Pictures and PDFs on the demo page: dropped, read, and gone on with to cards."""

import base64
import re

from playwright.sync_api import FilePayload, Page, expect

from tests import papers
from tests.browser.conftest import Visitor
from tests.browser.steps import card, submit
from tests.stack import CONTENT

# Those that are not wider than the page.
LINES = "\n".join(line for line in papers.lines_of(CONTENT, 20).splitlines() if len(line) < 90)
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
    html = b"<html><body><h1>Cells</h1><p>The cell wall is stiff.</p></body></html>"
    choose(page, "notes.html", "text/html", html)

    expect(page.get_by_label("Study text")).to_have_value(re.compile("The cell wall is stiff"))


def test_a_file_that_is_refused_is_told_beside_the_text(visitor: Visitor) -> None:
    page = visitor.open()
    choose(page, "notes.png", "image/png", b"<svg/>")
    state = page.locator("#documents-state span")
    expect(state).to_contain_text("The file must be JPEG, PNG, WebP or HEIC")
    visitor.forgive("415")

    choose(page, "notes.pdf", "application/pdf", papers.locked_pdf())
    expect(state).to_contain_text("The file is locked with a password.")
    expect(page.get_by_label("Study text")).to_have_value("")
