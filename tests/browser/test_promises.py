"""What was typed is never lost, and the button that was pressed answers: limits, cut networks, a service that is away."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visitor
from tests.browser.steps import PHONE, card, deck, fill_in, logged, make_cards, submit
from tests.browser.test_documents import choose
from tests.browser.test_looks import complaints
from tests.papers import pdf
from tests.stack import frozen_worker

ASK = "**/api/ai/generate-flashcards"
PROFILES = pytest.mark.parametrize("profile", [PHONE, {}], ids=["phone", "desktop"])


def _answer(page: Page, status: int, code: str, text: str, **headers: str) -> None:
    body = json.dumps({"success": False, "error": text, "code": code})
    page.route(
        ASK,
        lambda route: route.fulfill(
            status=status, body=body, headers={"Content-Type": "application/json", **headers}
        ),
    )


@PROFILES
def test_a_limit_is_told_at_the_button_and_counted_down(
    visitor: Visitor, profile: dict[str, Any]
) -> None:
    page = visitor.open(**profile)
    _answer(page, 429, "RATE_LIMIT_EXCEEDED", "Too many requests.", **{"Retry-After": "3"})
    fill_in(page)
    submit(page)
    problem = page.locator("#composer-problem")
    expect(problem).to_contain_text("Please wait 3 seconds")
    expect(problem).to_be_in_viewport()
    expect(page.locator("#submit")).to_be_disabled()
    assert complaints(page) == []
    expect(problem).to_be_hidden()
    expect(page.locator("#submit")).to_be_enabled()
    visitor.forgive("429")


@PROFILES
def test_a_network_that_is_away_is_told_and_takes_nothing_along(
    visitor: Visitor, profile: dict[str, Any]
) -> None:
    page = visitor.open(**profile)
    fill_in(page, subject="Precious")
    page.context.set_offline(True)
    submit(page)
    expect(page.locator("#composer-problem")).to_contain_text("You are offline")
    expect(page.locator("#composer-problem")).to_be_in_viewport()
    expect(page.get_by_label("Subject")).to_have_value("Precious")
    page.context.set_offline(False)
    expect(page.locator("#composer-problem")).to_be_hidden()
    submit(page)
    expect(card(page)).to_be_visible()
    visitor.forgive("ERR_")


def test_an_old_result_is_dimmed_while_a_new_one_is_asked_for(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page)
    held: list[Route] = []
    page.route(ASK, lambda route: held.append(route))
    page.get_by_label("Subject").fill("Another")
    submit(page)
    expect(page.locator(".answer.stale")).to_be_visible()
    held[0].continue_()
    expect(page.locator(".answer.stale")).to_have_count(0)
    expect(deck(page).get_by_role("heading", name="Another")).to_be_visible()


def test_what_was_typed_is_there_again_after_the_page_was_closed(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_role("radio", name="Lesson").check()
    page.get_by_label("Study text").fill("half a thought")
    page.get_by_label("One of my own").check()
    page.get_by_label("Your topic").fill("Thinking")
    page.get_by_label("Text to read").fill("She sells sea shells.")
    page.goto("/review")
    page.goto("/")
    expect(page.get_by_label("Study text")).to_have_value("half a thought")
    expect(page.get_by_label("Your topic")).to_have_value("Thinking")
    expect(page.get_by_label("Text to read")).to_have_value("She sells sea shells.")
    expect(page.get_by_role("button", name="Make a lesson")).to_be_visible()


def test_a_job_that_is_opened_again_brings_its_text_and_settings(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page, subject="The first")
    page.get_by_label("Study text").fill("something that was never sent")
    page.get_by_label("Subject").fill("Unsent")
    page.reload()
    expect(deck(page)).to_be_visible()
    expect(page.get_by_label("Study text")).to_have_value("something that was never sent")
    page.get_by_role("button", name="Put back the text of this result").click()
    expect(page.get_by_label("Subject")).to_have_value("The first")
    expect(page.get_by_label("Study text")).to_have_value(re.compile("Heart failure"))


def test_two_documents_brought_one_after_the_other_both_become_text(visitor: Visitor) -> None:
    page = visitor.open()
    with frozen_worker(visitor.stack):
        for text in ("The cell wall is stiff.", "The nucleus holds genes."):
            with page.expect_response("**/api/process-pdf"):
                choose(page, f"{text[4:8]}.pdf", "application/pdf", pdf(text))
    content = page.get_by_label("Study text")
    expect(content).to_have_value(re.compile("wall"))
    expect(content).to_have_value(re.compile("genes"))


def test_a_document_comes_behind_what_is_there_and_can_be_undone(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Study text").fill("My own notes.")
    choose(page, "cells.pdf", "application/pdf", pdf("The cell wall is stiff."))
    content = page.get_by_label("Study text")
    expect(content).to_have_value("My own notes.\n\nThe cell wall is stiff.")
    page.get_by_role("button", name="Undo").click()
    expect(content).to_have_value("My own notes.")


def test_text_files_are_taken_as_they_are_and_others_refused_by_name(visitor: Visitor) -> None:
    page = visitor.open()
    choose(page, "notes.md", "", "# Äpfel\n\nAn apple a day.".encode("cp1252"))
    expect(page.get_by_label("Study text")).to_have_value("# Äpfel\n\nAn apple a day.")
    choose(page, "song.mp3", "audio/mpeg", b"ID3")
    expect(page.locator("#documents-state")).to_contain_text("song.mp3 is not taken")


def test_before_its_script_is_there_the_form_sends_nothing(visitor: Visitor) -> None:
    context = visitor.open().context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, base_url=visitor.stack.url
    )
    page = context.new_page()
    page.goto("/")
    for form in ("#composer", "#speaking"):
        assert page.locator(form).get_attribute("method") == "post"
    expect(page.locator("#submit")).to_be_disabled()
    expect(page.locator("#assess")).to_be_disabled()


def test_what_is_typed_before_a_slow_script_has_come_stays(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Subject").fill("An older draft")
    page.goto("/review")
    scripts: list[Route] = []
    page.route("**/demo.js", lambda route: scripts.append(route))
    page.goto("/", wait_until="commit")
    page.get_by_label("Study text").fill("typed while it loads")
    expect(page.locator("#submit")).to_be_disabled()
    for route in scripts:
        route.continue_()
    expect(page.locator("#submit")).to_be_enabled()
    expect(page.get_by_label("Study text")).to_have_value("typed while it loads")
    assert "?" not in page.url


def test_waiting_says_how_long_it_takes_and_that_nobody_works(visitor: Visitor) -> None:
    page = visitor.open()
    page.route(
        "**/readyz*", lambda route: route.fulfill(json={"checks": {"workers": "none alive"}})
    )
    with frozen_worker(visitor.stack):
        fill_in(page, subject="Patience")
        submit(page)
        expect(page.locator("#job-times")).to_have_text(re.compile(r"usually 10–30 seconds · \d s"))
        expect(page.locator("#job-workers")).to_contain_text("No worker is running")
        assert complaints(page) == []
    expect(card(page)).to_be_visible()


def test_trying_again_is_offered_only_where_it_can_help(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Study text").fill("and or but " * 5)
    page.get_by_label("Subject").fill("Nothing at all")
    submit(page)
    expect(page.locator("#job-problem")).to_contain_text("You can change it and ask again")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_finished_cards_are_shown_while_the_others_are_made(visitor: Visitor) -> None:
    def said(type_: str, **data: Any) -> str:
        body = {"jobId": "flashcards-x", "status": "active", "progress": 10, **data}
        return f"event: {type_}\ndata: {json.dumps(body | {'timestamp': '2026-01-01T00:00:00.000Z'})}\n\n"

    def one(front: str) -> dict[str, str]:
        texts = {"front": front, "back": f"what {front} is", "topic": "T", "example": f"A {front}."}
        return texts | {"difficulty": "beginner", "pronunciation": "", "backSource": "definition"}

    page = visitor.open()
    events = [
        said("connected"),
        said("partial", flashcards=[one("artery"), one("vien")], **{"from": 0}),
        said("partial", flashcards=[one("vein"), one("heart")], **{"from": 1}),
    ]
    page.route(
        "**/api/job-events*",
        lambda route: route.fulfill(body="".join(events), content_type="text/event-stream"),
    )
    page.goto("/#flashcards-x")
    expect(page.locator("#place")).to_have_text("1 of 3")
    expect(page.locator("#deck-facts")).to_have_text("3 cards so far")
    expect(page.get_by_role("button", name="Keep these cards")).to_be_hidden()
    page.get_by_role("radio", name="List").check()
    expect(page.locator("#list strong")).to_have_text(["artery", "vein", "heart"])
    assert logged(page) == ["connected", "partial"]
    assert complaints(page) == []


def test_the_work_of_another_device_is_listed_by_name_documents_too(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page, subject="Of the desk")
    choose(page, "cells.pdf", "application/pdf", pdf("The cell wall is stiff."))
    expect(page.locator("#documents-state")).to_contain_text("Read 1 page")
    user = page.locator("#demo-user").inner_text()

    other = visitor.open(**PHONE)
    other.evaluate("(name) => localStorage.setItem('unilingo.user', name)", user)
    other.reload()
    expect(other.locator("#recent .recent-title")).to_have_text(["cells.pdf", "Of the desk"])
    other.get_by_role("link", name="cells.pdf").click()
    expect(other.locator("#document")).to_contain_text("The cell wall is stiff.")
    assert complaints(other) == []
    other.get_by_role("button", name="Use as study text").click()
    expect(other.get_by_label("Study text")).to_have_value(re.compile("cell wall"))


def test_older_work_is_reached_page_by_page(visitor: Visitor) -> None:
    page = visitor.open()
    user = page.locator("#demo-user").inner_text()
    for number in range(7):
        visitor.stack.submit(user, subject=f"Work {number}")
    page.reload()
    expect(page.locator("#recent li")).to_have_count(5)
    page.get_by_role("button", name="Show older work").click()
    expect(page.locator("#recent li")).to_have_count(7)
    expect(page.get_by_role("link", name="Work 0")).to_be_visible()


def test_the_button_is_above_the_fold_and_a_deep_link_opens_at_its_result(visitor: Visitor) -> None:
    page = visitor.open(viewport={"width": 1280, "height": 900})
    box = page.get_by_role("button", name="Make flashcards").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    expect(page.locator(".sample-card")).to_be_in_viewport()
    make_cards(page)

    phone = visitor.open(**PHONE)
    user = page.locator("#demo-user").inner_text()
    phone.evaluate("(name) => localStorage.setItem('unilingo.user', name)", user)
    phone.goto("/" + page.url[page.url.index("#") :])
    phone.reload()
    expect(card(phone)).to_be_in_viewport(ratio=0.5)
    order = "() => ['composer', 'deck', 'speaking'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
    tops = phone.evaluate(order)
    assert tops == sorted(tops)
