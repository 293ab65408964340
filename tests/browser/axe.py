"""axe-core (https://github.com/dequelabs/axe-core) on a page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Contrast takes more than half of its time; test_looks.py measures it on the same elements, and finds the same.
RUN = """() => axe.run({resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}})
  .then((found) => found.violations)"""
SCRIPT = Axe().axe_script


def findings(page: Page) -> list[str]:
    """What is not as it should be: the rule, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(RUN)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
