"""The demo page, used as people use it."""

import io
import os
import re
import signal
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import STAFF, Visitor
from tests.browser.steps import (
    PHONE,
    card,
    deck,
    fill_in,
    logged,
    make_cards,
    submit,
)
from tests.stack import frozen_worker

EVENTS = ["connected", "waiting", "active", "progress", "progress", "progress", "completed"]


def test_a_sample_becomes_cards_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_role("button", name="Cardiology").press("Enter")
    expect(page.get_by_label("Subject")).to_have_value("Cardiology")
    page.get_by_label("Study text").press("Control+Enter")

    expect(card(page)).to_be_focused()
    front, back = page.locator(".face.front"), page.locator(".face.back")
    term = page.locator(".front .term").inner_text()
    expect(front).not_to_contain_text(page.locator(".back .meaning").inner_text())
    page.keyboard.press("Space")
    expect(page.locator(".back .example mark").first).to_have_text(re.compile(term, re.IGNORECASE))
    expect(front).to_have_attribute("aria-hidden", "true")
    expect(back).to_have_attribute("aria-hidden", "false")
    expect(page.locator("#spoken")).to_have_text(page.locator(".back .meaning").inner_text())
    page.keyboard.press("Escape")
    expect(back).to_have_attribute("aria-hidden", "true")


def test_the_arrow_keys_walk_through_the_cards_and_stop_at_both_ends(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page)
    count = int(page.locator("#place").inner_text().split()[-1])
    for key, place in [("ArrowRight", 2), ("End", count), ("ArrowRight", count), ("Home", 1)]:
        page.keyboard.press(key)
        expect(page.locator("#place")).to_have_text(f"{place} of {count}")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#place")).to_have_text(f"2 of {count}")


def test_every_step_of_the_work_is_shown(visitor: Visitor) -> None:
    page = visitor.open()
    with frozen_worker(visitor.stack):
        fill_in(page)
        submit(page)
        expect(page.locator("#job-message")).to_have_text("Waiting for a free worker.")
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.get_by_role("progressbar")).to_have_js_property("value", 0)
    expect(deck(page)).to_be_visible()
    expect(page.locator("#log summary")).to_have_text("What happened · 7 events")
    assert logged(page) == EVENTS


def test_the_deck_can_be_taken_to_anki(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open()
    make_cards(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Anki deck").click()
    assert download.value.suggested_filename == "cardiology.apkg"
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    collection = Path(archive.extract("collection.anki2", tmp_path))
    with closing(sqlite3.connect(collection)) as database:
        (notes,) = database.execute("SELECT count(*) FROM notes").fetchone()
    expect(page.locator("#place")).to_have_text(f"1 of {notes}")


def test_errors_are_said_at_their_fields(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Study text").fill("x" * 100_001)
    page.get_by_label("Your own language").fill("Klingonish")
    expect(page.locator("#counter")).to_have_text("100,001 of 100,000 characters")
    submit(page)
    expect(page.locator("#subject-error")).to_have_text("This field is required.")
    expect(page.get_by_label("Subject")).to_be_focused()
    page.get_by_label("Subject").fill("X")
    submit(page)
    expect(page.locator("#content-error")).to_contain_text("100000")
    expect(page.locator("#nativeLanguage-error")).to_contain_text("not a language")
    expect(page.get_by_label("Study text")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Subject")).to_have_attribute("aria-invalid", "false")
    visitor.forgive("400")


def test_a_topic_of_ones_own_is_asked_for_and_used(visitor: Visitor) -> None:
    page = visitor.open()
    fill_in(page, "Economics")
    page.get_by_label("One of my own").check()
    page.get_by_label("Your topic").fill("Central banks")
    submit(page)
    expect(page.locator(".card-topic")).to_have_text("Central banks")
    expect(page.get_by_label("Topic", exact=True).locator("option")).to_have_count(2)


def test_a_topic_narrows_the_cards_and_the_list(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page)
    option = page.get_by_label("Topic", exact=True).locator("option").nth(1).inner_text()
    topic, count = re.fullmatch(r"(.+) \((\d+)\)", option).groups()  # type: ignore[union-attr]
    page.get_by_label("Topic", exact=True).select_option(label=option)
    expect(page.locator("#place")).to_have_text(f"1 of {count}")
    page.get_by_role("radio", name="List").check()
    expect(page.locator("#list h3")).to_have_text(topic)
    expect(page.locator("#list li")).to_have_count(int(count))


def test_a_short_text_gives_a_short_deck_that_says_so(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Study text").fill("The mitochondrion makes adenosine triphosphate.")
    page.get_by_label("Subject").fill("Biology")
    submit(page)
    expect(page.locator("#deck-notes")).to_contain_text("fewer terms")


def test_a_text_without_terms_fails_with_a_reason(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_label("Study text").fill("and or but " * 5)
    page.get_by_label("Subject").fill("Nothing")
    submit(page)
    expect(page.locator("#job-problem")).to_contain_text("No terms worth learning")
    expect(deck(page)).to_be_hidden()


def test_a_page_outlives_the_web_process_and_misses_nothing(visitor: Visitor) -> None:
    page = visitor.open()
    with frozen_worker(visitor.stack):
        fill_in(page)
        submit(page)
        expect(page.locator("#connection")).to_have_text("Live")
        os.kill(visitor.stack.webs[0].pids[1], signal.SIGKILL)
        expect(page.locator("#connection")).to_have_text("Connection lost, trying again")
        expect(page.locator("#connection")).to_have_text("Live")
    expect(deck(page)).to_be_visible()
    assert [event for event in logged(page) if event != "connected"] == EVENTS[1:]
    visitor.forgive("ERR_")


def test_a_finished_set_is_opened_again_by_its_address_and_from_the_list(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page, subject="First")
    make_cards(page, sample="Philosophy", subject="Second")
    page.reload()
    expect(deck(page).get_by_role("heading", name="Second")).to_be_visible()
    page.get_by_role("link", name="First").click()
    expect(deck(page).get_by_role("heading", name="First")).to_be_visible()
    page.goto("/#flashcards-of-somebody-else")
    expect(page.locator("#job-problem")).to_contain_text("Job not found")
    visitor.forgive("404")


def test_what_people_type_is_never_taken_for_markup(visitor: Visitor) -> None:
    page = visitor.open()
    subject = "<img src=/x onerror=alert(1)>"
    make_cards(page, subject=subject)
    expect(deck(page).get_by_role("heading", name=subject)).to_be_visible()
    assert page.locator("img[src='/x']").count() == 0


def test_a_swipe_on_a_phone_brings_the_next_card(visitor: Visitor) -> None:
    page = visitor.open(**PHONE)
    make_cards(page)
    swipe = """(card) => {
      const touch = (type, x) => card.dispatchEvent(new TouchEvent(type, { bubbles: true, cancelable: true,
        changedTouches: [new Touch({ identifier: 1, target: card, clientX: x })] }));
      touch("touchstart", 300); touch("touchend", 100);
    }"""
    card(page).evaluate(swipe)
    expect(page.locator("#place")).to_contain_text("2 of")


def test_where_names_are_not_believed_people_sign_in_first(visitor: Visitor) -> None:
    page = visitor.open("/", web=1)
    assert page.get_by_role("button", name="Make flashcards").count() == 0
    page.get_by_role("link", name="Sign in to make flashcards").click()
    page.get_by_label("User name").fill(STAFF[0])
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill(STAFF[1])
    page.get_by_role("button", name="Sign in").click()
    make_cards(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in to make flashcards")).to_be_visible()


def test_a_job_is_cancelled_and_tried_again_with_two_buttons(visitor: Visitor) -> None:
    page = visitor.open()
    with frozen_worker(visitor.stack):
        fill_in(page, subject="Second thoughts")
        submit(page)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("alert").filter(has_text="cancelled")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#job-message")).to_have_text("Waiting for a free worker.")
    expect(card(page)).to_be_visible()
    assert logged(page)[:2] == ["connected", "waiting"]
