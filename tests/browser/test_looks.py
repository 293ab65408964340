"""What can be measured of how the pages look: they fit, they can be read, and everything has a name."""

from typing import Literal

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import findings
from tests.browser.conftest import Visitor
from tests.browser.steps import (
    card,
    fill_in,
    go_to_task,
    make_cards,
    make_lesson,
    submit,
)
from tests.stack import frozen_worker

# WCAG 2.2, 1.4.3: contrast of each text against what is painted behind it, all that lets something through included.
CONTRASTS = """() => {
  const painted = (css) => {
    const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
    return [r * a, g * a, b * a, a];
  };
  const over = (one, under) => one.map((v, i) => v + under[i] * (1 - one[3]));
  const light = (colour) => colour.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const shown = (element) => {
    let layers = [painted(getComputedStyle(element).color), [0, 0, 0, 0]];
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, opacity } = getComputedStyle(at);
      layers = layers.map((layer) => over(layer, painted(backgroundColor)).map((v) => v * opacity));
    }
    return layers.map((layer) => light(over(layer, [255, 255, 255, 1])));
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".visually-hidden, .skip, :disabled")) continue;
    const [a, b] = shown(element);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return found;
}"""
NAMELESS = """() => [...document.querySelectorAll("input, textarea, select, button, a, progress")]
  .filter((e) => e.type !== "hidden" && e.checkVisibility())
  .filter((e) => !(e.labels?.length || e.ariaLabel || e.title || e.getAttribute("aria-labelledby") || e.innerText.trim() || (e.type === "submit" && e.value)))
  .map((e) => e.outerHTML)"""
REPEATED_IDS = """() => [...document.querySelectorAll("[id]")].map((e) => e.id)
  .filter((id, i, all) => all.indexOf(id) !== i)"""
BROKEN_REFERENCES = """() => ["aria-describedby", "aria-labelledby", "for", "list"]
  .flatMap((name) => [...document.querySelectorAll(`[${name}]`)].flatMap((e) => e.getAttribute(name).split(" ")))
  .filter((id) => !document.getElementById(id))"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .button, input, select, .segmented label, #recent a")]
  .filter((e) => e.checkVisibility() && e.type !== "hidden" && e.type !== "radio")
  .map((e) => (e.matches(".visually-hidden") ? e.labels[0] : e))  // then the label is what one hits
  .filter((e) => e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)
  .map((e) => e.outerHTML)"""
WIDER = """() => [document.documentElement.scrollWidth - innerWidth].filter((pixels) => pixels > 0)
  .map((pixels) => `${pixels} pixels wider than the screen`)"""
CHECKS = (WIDER, CONTRASTS, NAMELESS, REPEATED_IDS, BROKEN_REFERENCES, SMALL_TARGETS)
PHONE, DESK = ViewportSize(width=360, height=760), ViewportSize(width=1280, height=720)


def complaints(page: Page, *, with_axe: bool = True) -> list[str]:
    """What is not as it should be, on a phone by day and on a desk by night, where axe would see nothing new."""
    own = page.viewport_size
    found = _shown(page, DESK, "dark") + _shown(page, PHONE, "light")
    if with_axe:
        found += findings(page)
    if own is not None:
        page.set_viewport_size(own)
    return found


def _shown(page: Page, size: ViewportSize, scheme: Literal["light", "dark"]) -> list[str]:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return [f"{scheme}: {words}" for check in CHECKS for words in page.evaluate(check)]


def test_every_state_of_the_page_fits_and_can_be_read(visitor: Visitor) -> None:
    page = visitor.open()
    seen = {"empty": complaints(page)}
    submit(page)
    expect(page.locator("#content-error")).to_be_visible()
    visitor.forgive("400")
    seen["errors"] = complaints(page)
    with frozen_worker(visitor.stack):
        fill_in(page)
        submit(page)
        expect(page.locator("#connection")).to_be_visible()
        seen["waiting"] = complaints(page)
    expect(card(page)).to_be_visible()
    seen["front"] = complaints(page)
    card(page).click()
    seen["back"] = complaints(page)
    page.get_by_role("radio", name="List").check()
    seen["list"] = complaints(page)
    assert {state: found for state, found in seen.items() if found} == {}


def test_every_part_of_a_lesson_fits_and_can_be_read(visitor: Visitor) -> None:
    page = visitor.open()
    make_lesson(page)
    seen = {"vocabulary": complaints(page)}
    go_to_task(page, "cloze").locator(".chip").first.click()
    seen["cloze"] = complaints(page)
    go_to_task(page, "matching").get_by_role("button", name="Check").click()
    seen["matching"] = complaints(page)
    go_to_task(page, "ordering").get_by_role("button", name="Show the sentence").click()
    seen["ordering"] = complaints(page)
    assert {part: found for part, found in seen.items() if found} == {}


def test_pages_for_whoever_has_not_signed_in_fit_and_can_be_read(visitor: Visitor) -> None:
    seen = {path: complaints(visitor.open(path, web=1)) for path in ("/", "/review", "/login")}
    assert {path: found for path, found in seen.items() if found} == {}


def test_light_and_dark_are_two_looks(visitor: Visitor) -> None:
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = (visitor.open(color_scheme=s).evaluate(paper) for s in ("light", "dark"))
    assert light == "rgb(246, 245, 241)"
    assert dark == "rgb(19, 21, 19)"


def test_who_wants_no_motion_gets_none(visitor: Visitor) -> None:
    page = visitor.open(reduced_motion="reduce")
    make_cards(page)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.getAnimations().length") == 0


def test_what_has_the_focus_is_outlined(visitor: Visitor) -> None:
    page = visitor.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(outline) == "solid", page.evaluate("document.activeElement.outerHTML")
