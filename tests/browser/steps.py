"""What people do on the demo page, and what they see."""

from playwright.sync_api import Locator, Page, expect

PHONE = {
    "viewport": {"width": 360, "height": 760},
    "has_touch": True,
    "is_mobile": True,
}


def fill_in(page: Page, sample: str = "Cardiology", subject: str | None = None) -> None:
    page.get_by_role("button", name=sample).click()
    if subject is not None:
        page.get_by_label("Subject").fill(subject)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Make flashcards").click()


def make_cards(page: Page, sample: str = "Cardiology", subject: str | None = None) -> None:
    fill_in(page, sample, subject)
    submit(page)
    title = deck(page).get_by_role("heading", name=subject or sample, exact=True)
    expect(title).to_be_visible()


def make_lesson(page: Page, sample: str = "Cardiology", native: str = "English") -> None:
    page.get_by_role("radio", name="Lesson").check()
    fill_in(page, sample)
    page.get_by_label("Your own language").fill(native)
    page.get_by_role("button", name="Make a lesson").click()
    expect(lesson(page)).to_be_visible()


def lesson(page: Page) -> Locator:
    return page.locator("#lesson")


def go_to_task(page: Page, kind: str) -> Locator:
    """The first exercise of this kind: cloze, matching or ordering."""
    marks = {"cloze": ".task-sentence", "matching": ".task-pairs", "ordering": ".task-line"}
    page.get_by_role("radio", name="Exercises").check()
    while not page.locator(f"#exercise {marks[kind]}").count():
        page.get_by_role("button", name="Next").click()
    return page.locator("#exercise .task")


def deck(page: Page) -> Locator:
    return page.locator("#deck")


def card(page: Page) -> Locator:
    return page.locator("#card")


def logged(page: Page) -> list[str]:
    """The types of the events in the log, in order, without the signs of life."""
    types = page.locator("#log .log-type").all_text_contents()
    return [event for event in types if event != "heartbeat"]
