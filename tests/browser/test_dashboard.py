"""The staff's dashboard: live, on a phone too, and steering with a question asked first."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import STAFF, Visitor
from tests.browser.test_looks import complaints


def _open(visitor: Visitor) -> Page:
    page = visitor.open("/monitoring", web=1)
    page.get_by_label("User name").fill(STAFF[0])
    page.get_by_label("Password").fill(STAFF[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#live")).to_contain_text("Live")
    return page


def _state(visitor: Visitor, page: Page, path: str) -> Any:
    return json.loads(page.request.get(f"{visitor.stack.webs[1].url}{path}").body())


def test_the_page_shows_a_job_while_it_stays_open(visitor: Visitor) -> None:
    page = _open(visitor)
    before = int(page.locator("#completed").inner_text())

    visitor.stack.ended("ann", visitor.stack.submit("ann"))

    expect(page.locator("#completed")).not_to_have_text(str(before))
    expect(page.locator("#jobs-chart rect.first").last).to_be_visible()
    said = page.locator("#jobs-chart .point title").all_text_contents()
    assert len(said) == 60
    assert any(re.search(r"completed [1-9]", words) for words in said)  # others end jobs, too
    expect(page.locator("#jobs-title")).to_have_text(
        "Jobs ended in the last 5 minutes, and by minute"
    )
    expect(page.locator("#worker-count")).to_have_text("1")
    expect(page.get_by_role("img", name="The last hour").first).to_be_visible()


def test_stopping_paid_work_asks_first_and_is_done_by_the_keyboard(visitor: Visitor) -> None:
    page = _open(visitor)
    button = page.get_by_role("button", name="Stop paid work")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert not _state(visitor, page, "/api/admin/budget/status")["budget"]["killSwitchActive"]
    page.keyboard.press("Enter")
    page.get_by_label("Why").fill("looking into it")
    page.get_by_role("button", name="Stop it").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#switch-state")).to_have_text("Paid work is stopped: looking into it")
    page.get_by_role("button", name="Allow paid work again").click()
    page.get_by_role("button", name="Allow it").click()
    expect(page.locator("#switch-state")).to_have_text("Paid work is allowed.")


def test_a_provider_is_taken_out_and_put_back(visitor: Visitor) -> None:
    page = _open(visitor)
    openai = page.locator("#providers [data-name=openai]")
    openai.get_by_role("button", name="Take out").click()
    expect(page.get_by_role("dialog")).to_contain_text("In its line now: 0.")
    page.get_by_role("dialog").get_by_role("button", name="Take out").click()

    expect(openai.locator(".state")).to_have_text("open")
    expect(page.locator("#alerts")).to_contain_text("circuitBreakerOpen")
    openai.get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(openai.locator(".state")).to_have_text("closed")
    page.get_by_text("What the breakers did").click()
    expect(page.locator("#transitions li").first).to_contain_text("openai")


def test_a_kind_is_paused_and_resumed(visitor: Visitor) -> None:
    page = _open(visitor)
    kind = page.locator("#kinds li", has_text="flashcards")
    kind.get_by_role("button", name="Pause flashcards").click()
    expect(page.get_by_role("dialog")).to_contain_text("(0 waiting)")
    page.get_by_label("Why").fill("new prompts")
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()

    expect(kind).to_contain_text("paused: new prompts")
    kind.get_by_role("button", name="Resume flashcards").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(kind).not_to_contain_text("paused")


def test_whoever_is_no_staff_does_not_get_in(visitor: Visitor) -> None:
    page = visitor.open("/monitoring", web=1)

    expect(page).to_have_url(f"{visitor.stack.webs[1].url}/login?next=/monitoring")
    assert page.request.get(f"{visitor.stack.webs[1].url}/monitoring/events").status == 401


def test_an_alert_leads_to_what_is_to_be_done_and_delayed_work_is_no_peace(
    visitor: Visitor,
) -> None:
    page = _open(visitor)
    page.locator("#providers [data-name=openai]").get_by_role("button", name="Take out").click()
    page.get_by_role("dialog").get_by_role("button", name="Take out").click()
    expect(page.locator("#standing")).to_contain_text("The breaker of openai is forced OPEN")
    expect(page.locator("#all-well")).to_be_hidden()
    assert complaints(page) == []
    page.locator("#alerts").get_by_role("link", name="What to do").first.click()
    expect(page.locator(":target")).to_have_text("circuitBreakerOpen")
    assert complaints(page) == []
    page.go_back()
    page.locator("#providers [data-name=openai]").get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(page.locator("#standing")).to_be_empty()


def test_the_dashboard_fits_and_can_be_read(visitor: Visitor) -> None:
    page = _open(visitor)
    assert complaints(page) == []
    page.get_by_role("button", name="Stop paid work").click()
    assert complaints(page) == []
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("link", name="By kind, provider and user").click()
    for window in ("7d", "1h"):
        page.get_by_role("link", name=window, exact=True).click()
        expect(page.get_by_role("row", name="flashcards")).to_be_visible()
        expect(page.get_by_role("row", name="azure-vision")).to_contain_text("not configured")
        assert complaints(page) == []
