"""axe-core (https://github.com/dequelabs/axe-core) on a page as it stands."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RUN = "rules => axe.run({resultTypes: ['violations'], ...(rules.length && {runOnly: rules})}).then(found => found.violations)"
# By colour scheme, those that are looked at: all of them once, since nothing but colours changes between the schemes.
RULES: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": (), "dark": ("color-contrast",)}
SCRIPT = Axe().axe_script


def findings(page: Page, rules: tuple[str, ...]) -> list[str]:
    """What is not as it should be: the rule, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(RUN, list(rules))
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
