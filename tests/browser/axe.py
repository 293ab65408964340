"""axe-core (https://github.com/dequelabs/axe-core) on a page as it stands, on a phone by day and on a desk by night."""

from collections.abc import Iterator
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RUN = "rules => axe.run({resultTypes: ['violations'], ...(rules.length && {runOnly: rules})}).then(found => found.violations)"
# All rules where there is the least room, and colours once more where they are others: no colour depends on the size.
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], tuple[str, ...]], ...] = (
    ({"width": 360, "height": 760}, "light", ()),
    ({"width": 1280, "height": 720}, "dark", ("color-contrast",)),
)
SCRIPT = Axe().axe_script


def looks(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Shows the page both ways. Yields which way, and what is not as it should be: the rule, and where."""
    own = page.viewport_size
    for size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        yield f"{size['width']} pixels, {scheme}", _findings(page, rules)
    if own is not None:
        page.set_viewport_size(own)


def _findings(page: Page, rules: tuple[str, ...]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(RUN, list(rules))
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
