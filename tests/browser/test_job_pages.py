"""A job's page in the admin and what may be done from it, on a desk and on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import STAFF, Visitor
from tests.browser.test_looks import complaints
from tests.stack import frozen_worker


def staff(visitor: Visitor, path: str) -> Page:
    page = visitor.open(f"/admin/login/?next={path}", reduced_motion="reduce")
    page.get_by_label("Username").fill(STAFF[0])
    page.get_by_label("Password").fill(STAFF[1])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Log out")).to_be_visible()
    return page


def test_a_job_is_read_cancelled_and_tried_again_with_another_input(visitor: Visitor) -> None:
    with frozen_worker(visitor.stack):
        job = visitor.stack.submit("ann", subject="Botany")
        address = f"/admin/jobs/job/{job}"
        page = staff(visitor, f"{address}/change/")
        seen = {"waiting": complaints(page)}
        page.get_by_role("link", name="Cancel").click()
        page.get_by_label("Why").fill("asked for by mail")
        seen["question"] = complaints(page)
        page.keyboard.press("Enter")
        expect(page.locator(".messagelist")).to_have_text("1 cancelled.")
        expect(page.locator(".timeline li").last).to_contain_text("cancelled")
        page.get_by_role("link", name="Retry", exact=True).click()
        page.get_by_text("Change what was asked for").click()
        page.get_by_label("subject").fill("Zoology")
        seen["retry"] = complaints(page)
        page.get_by_role("button", name="Retry").click()
        expect(page.locator(".messagelist")).to_have_text("It is queued anew.")
    visitor.stack.ended("ann", job)
    page.goto(f"{address}/change/")
    expect(page.locator(".timeline tbody tr").first).to_contain_text("local")
    seen["completed"] = complaints(page)
    page.goto("/admin/resilience/operatoraction/")
    expect(page.locator("#result_list tr").nth(1)).to_contain_text("edit_and_retry_job")
    page.goto("/admin/jobs/job/")
    page.get_by_label("User", exact=True).fill("ann")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("user_id=ann"))
    expect(page.get_by_label("Filters that are on")).to_contain_text("user: ann")
    seen["list"] = complaints(page)
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("retry")
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".ask table")).to_contain_text("left out")
    seen["many"] = complaints(page)
    visitor.complaints = [
        c for c in visitor.complaints if "inline style" not in c and "preload" not in c
    ]  # axe's own
    assert {state: found for state, found in seen.items() if found} == {}
