"""Lessons on the demo page, read and practised with the keyboard and with fingers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.chromium import MISSING, find_chromium
from tests.browser.conftest import Visitor
from tests.browser.steps import PHONE, fill_in, go_to_task, lesson, make_cards, make_lesson, submit
from tests.browser.test_looks import complaints
from tests.fakes.openai_faults import forgets_terms
from tests.fakes.openai_server import FakeOpenAI
from tests.stack import Stack, frozen_worker, running_stack


@pytest.fixture(scope="module")
def model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(scope="module")
def taught_stack(model: FakeOpenAI) -> Iterator[Stack]:
    """Where a model writes the lessons, with conversations and translations."""
    if find_chromium() is None:
        pytest.skip(MISSING)
    with running_stack(OPENAI_API_KEY="sk", OPENAI_BASE_URL=model.base_url) as running:
        yield running


@pytest.fixture
def taught(taught_stack: Stack, browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser, taught_stack)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


def part(page: Page, name: str) -> Locator:
    page.get_by_role("radio", name=name).check()
    return page.locator(f"#{name.lower()}")


def test_a_lesson_is_asked_for_and_read_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open()
    page.get_by_role("button", name="Cardiology").press("Enter")
    page.get_by_role("radio", name="Flashcards").press("ArrowRight")
    page.get_by_label("Study text").press("Control+Enter")

    title = lesson(page).get_by_role("heading", name="Cardiology - Heart Failure")
    expect(title).to_be_focused()
    for _ in ("Print", "Save as text", "Vocabulary"):
        page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Vocabulary")).to_be_focused()
    expect(page.get_by_role("radio", name="Conversation")).to_be_hidden()
    expect(page.locator("#lesson-why")).to_contain_text("put together from the text")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#exercise .task")).to_be_visible()
    expect(page.locator("#vocabulary")).to_be_hidden()


def test_each_topic_is_a_lesson_of_its_own(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    choice = lesson(page).get_by_role("combobox")
    first = page.locator("#vocabulary strong").all_inner_texts()
    options = choice.locator("option").all_inner_texts()
    choice.select_option(index=1)

    name, count = re.fullmatch(r"(.+) \((\d+)\)", options[1]).groups()  # type: ignore[union-attr]
    expect(page.locator("#lesson-title")).to_have_text(f"Cardiology - {name}")
    expect(page.locator("#vocabulary strong")).to_have_count(int(count))
    assert not set(first) & set(page.locator("#vocabulary strong").all_inner_texts())


def test_terms_have_their_translation_and_are_marked_where_they_stand(taught: Visitor) -> None:
    page = taught.open()
    make_lesson(page, native="Spanish")
    entry = page.locator("#vocabulary li").first
    term = entry.locator("strong").inner_text()
    expect(entry.locator(".entry-translation")).to_have_text(f"{term} [Spanish (es)]")
    expect(entry.locator("mark").first).to_have_text(term)


def test_a_conversation_shows_who_speaks_and_marks_the_terms(taught: Visitor) -> None:
    page = taught.open()
    make_lesson(page)
    talk = part(page, "Conversation")
    expect(talk.locator("li")).to_have_count(12)
    expect(talk.locator(".talk-speaker").nth(0)).to_have_text("Assistant")
    expect(talk.locator(".talk-speaker").nth(1)).to_have_text("You")
    expect(talk.locator("mark").first).to_be_visible()
    expect(page.locator("#conversation-note")).to_be_hidden()
    assert complaints(page) == []


def test_terms_that_a_conversation_lacks_are_named(taught: Visitor, model: FakeOpenAI) -> None:
    model.when("lesson-conversation", *[forgets_terms] * 8, says="Economics")
    page = taught.open()
    make_lesson(page, sample="Economics")
    part(page, "Conversation")
    expect(page.locator("#conversation-note")).to_contain_text("Not used here: ")
    expect(page.locator("#lesson-notes")).to_contain_text("does not use")


def test_a_gap_is_filled_by_the_right_term_only(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    task = go_to_task(page, "cloze")
    text = " ".join(page.locator("#content").input_value().split())
    gapped = task.locator(".task-sentence").inner_text()
    chips = task.locator(".chip").all_inner_texts()
    answer = next(chip for chip in chips if gapped.replace("____", chip) in text)
    task.get_by_role("button").filter(has_not_text=answer).first.click()
    expect(task.get_by_role("status")).to_contain_text("Try another")
    expect(task.locator(".task-sentence")).to_contain_text("____")
    task.get_by_role("button", name=answer, exact=True).click()
    expect(task.get_by_role("status")).to_have_text(f"Right: {answer}.")
    expect(task.locator(".task-sentence")).not_to_contain_text("____")
    expect(page.locator("#exercise-score")).to_have_text("0 of 1 right at the first try")


def test_meanings_are_matched_by_letters(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    task = go_to_task(page, "matching")
    meanings = task.locator(".task-meanings li").all_inner_texts()
    for row in task.locator(".task-pairs li").all():
        term = row.locator("label").inner_text()
        entry = page.locator("#vocabulary li").filter(has=page.locator(f"strong:text-is('{term}')"))
        meaning = entry.locator(".list-meaning").text_content() or ""
        row.get_by_role("combobox").select_option("ABCDEF"[meanings.index(meaning)])
    task.get_by_role("button", name="Check").click()
    expect(task.get_by_role("status")).to_have_text("All of them are right.")
    expect(page.locator("#exercise-score")).to_have_text("1 of 1 right at the first try")


def test_words_are_put_in_order_and_taken_back(visitor: Visitor) -> None:
    page = visitor.open(**PHONE)
    make_lesson(page)
    task = go_to_task(page, "ordering")
    task.get_by_role("button", name="Show the sentence").tap()
    sentence = task.get_by_role("status").inner_text()
    line, left = task.locator(".task-line"), task.locator(".task-choices")
    left.get_by_role("button").first.tap()
    expect(line.get_by_role("button")).to_have_count(1)
    line.get_by_role("button").first.tap()
    expect(line.get_by_role("button")).to_have_count(0)
    for word in sentence.split():
        left.get_by_role("button", name=word, exact=True).first.tap()
    expect(task.get_by_role("status")).to_have_text("Right.")


def test_a_lesson_is_gone_on_with_where_it_was_left_also_on_another_device(
    visitor: Visitor,
) -> None:
    page = visitor.open()
    make_lesson(page)
    task = go_to_task(page, "cloze")
    place = page.locator("#exercise-place").inner_text()
    with page.expect_response("**/api/progress/**") as told:
        task.get_by_role("button").first.click()
    assert told.value.status == 200
    address, user = page.url, page.locator("#demo-user").inner_text()

    other = visitor.open(**PHONE)
    other.evaluate("(name) => localStorage.setItem('unilingo.user', name)", user)
    other.goto("/" + address[address.index("#") :])
    other.reload()
    other.get_by_role("radio", name="Exercises").check()
    expect(other.locator("#exercise-place")).not_to_have_text(place)
    expect(other.locator("#exercise-score")).to_contain_text("of 1 right")


def test_a_lesson_ends_with_a_summary_and_leads_to_the_next(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    page.get_by_role("radio", name="Exercises").check()
    count = int(page.locator("#exercise-place").inner_text().split()[-1])
    for _ in range(count):
        page.get_by_role("button", name="Next", exact=False).last.click()
    end = page.locator("#exercise .end")
    expect(end).to_contain_text(f"0 of {count} exercises were right at the first try")
    assert complaints(page) == []
    end.get_by_role("button", name="Next lesson").click()
    expect(page.locator("#lesson-topic")).to_have_value("1")
    expect(page.locator("#vocabulary")).to_be_visible()


def test_a_lesson_is_taken_along_as_text_and_printed_whole(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    term = page.locator("#vocabulary strong").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as text").click()
    title = page.locator("#lesson-title").inner_text()
    assert download.value.suggested_filename == "-".join(re.findall(r"\w+", title)) + ".md"
    text = download.value.path().read_text()
    assert f"**{term}**" in text
    assert "## Answers" in text
    page.emulate_media(media="print")
    expect(page.locator("#vocabulary")).to_be_visible()
    expect(page.locator("#composer")).to_be_hidden()


def test_kept_lessons_are_listed_and_opened_without_their_job(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    title = page.locator("#lesson-title").inner_text()
    page.goto("/review")
    page.get_by_role("link", name=title).click()
    expect(page.locator("#lesson-title")).to_have_text(title)
    expect(page.locator("#lesson-facts")).to_contain_text("made on")
    expect(page.locator("#job")).to_be_hidden()
    assert complaints(page) == []


def test_a_kept_lesson_leaves_no_button_of_another_job_and_yields_to_what_is_opened_next(
    visitor: Visitor,
) -> None:
    page = visitor.open()
    make_lesson(page)
    kept = visitor.stack.client(page.locator("#demo-user").inner_text()).get("/api/lessons").json
    address = f"/#kept-{kept['lessons'][0]['id']}"
    page.goto("/review")
    page.goto(address)
    expect(page.locator("#lesson-facts")).to_contain_text("made on")
    expect(page.get_by_role("link", name="Cardiology")).to_be_visible()

    held: list[Route] = []
    page.route("**/api/lessons/*", lambda route: held.append(route))
    with frozen_worker(visitor.stack):
        page.get_by_role("radio", name="Flashcards").check()
        fill_in(page, sample="Philosophy")
        submit(page)
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        job = page.url[page.url.index("#") :]
        with page.expect_request("**/api/lessons/*"):
            page.evaluate("(address) => { location.hash = address; }", address[1:])
        page.evaluate("(address) => { location.hash = address; }", job)
        expect(page.locator("#job")).to_be_visible()
        with page.expect_response("**/api/lessons/*"):
            held.pop().continue_()
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        expect(lesson(page)).to_be_hidden()

        page.unroute_all()
        page.evaluate("() => { location.hash = '#kept-there-is-none'; }")
        expect(page.locator("#job-problem")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    visitor.forgive("404")


def test_cards_and_lessons_are_found_again_in_one_list(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page, sample="Philosophy")
    make_lesson(page)
    expect(page.locator("#deck")).to_be_hidden()
    page.reload()
    expect(lesson(page)).to_be_visible()
    page.get_by_role("link", name="Philosophy").click()
    expect(page.locator("#deck")).to_be_visible()
    expect(lesson(page)).to_be_hidden()
    expect(page.locator("#recent .recent-state").first).to_have_text("Lesson · just now")
