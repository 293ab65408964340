"""The pages for staff and developers, under the content security policy of each."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import STAFF, Visitor
from tests.browser.test_looks import complaints


def _signed_in(visitor: Visitor) -> Page:
    page = visitor.open("/admin/")
    page.get_by_label("Username").fill(STAFF[0])
    page.get_by_label("Password").fill(STAFF[1])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".fleet-state")).to_be_visible()
    return page


def test_staff_find_a_job_and_read_what_happened_to_it(visitor: Visitor) -> None:
    page = _signed_in(visitor)
    state = page.locator(".fleet-state")
    expect(state.get_by_role("row", name="Breakers")).to_contain_text("azure-vision")
    page.set_viewport_size({"width": 390, "height": 844})
    assert state.evaluate("it => it.querySelector('table').offsetWidth <= it.offsetWidth")
    page.goto("/admin/jobs/job/?q=warm")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator(".field-state .job-state")).to_have_text("completed")
    expect(page.locator(".timeline li").last).to_contain_text("completed")
    page.locator(".field-input_json summary").click()
    expect(page.locator(".field-input_json pre")).to_contain_text('"subject": "Biology')
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


LISTS = (
    *("resilience/breakertransition/", "resilience/operatoraction/", "resilience/usagerecord/"),
    *("resilience/budgetperiod/", "resilience/killswitch/"),
)


def test_the_admin_fits_and_can_be_read(visitor: Visitor) -> None:
    page = _signed_in(visitor)
    found = {"index": complaints(page)}
    # They share their template with the jobs', which axe has seen (test_job_pages.py).
    for path in LISTS:
        page.goto(f"/admin/{path}")
        found[path] = complaints(page, with_axe=False)
    page.goto("/monitoring/runbook")
    found["runbook"] = complaints(page, with_axe=False)
    page.goto("/admin/jobs/job/?q=warm")
    assert page.locator(".results").evaluate("it => it.scrollWidth <= it.clientWidth")
    assert not {name: seen for name, seen in found.items() if seen}


def test_the_api_is_described_on_a_page_that_opens_where_it_is_asked_for(visitor: Visitor) -> None:
    page = visitor.open("/api/docs#generate_flashcards")
    expect(page.locator("#generate_flashcards").get_by_text("nativeLanguage").first).to_be_visible()
    found = complaints(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    # Axe takes half a minute for so much, and all parts are made like the one that it has seen.
    assert [found, complaints(page, with_axe=False)] == [[], []]


def test_a_page_that_is_not_there_says_so_in_our_own_words(visitor: Visitor) -> None:
    page = visitor.open("/nothing", web=1)
    expect(page.get_by_role("heading")).to_have_text("This page does not exist")
    visitor.forgive("404")
