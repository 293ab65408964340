"""axe-core (https://github.com/dequelabs/axe-core) on a page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()


def findings(page: Page) -> list[str]:
    """What is not as it should be: the rule, and where."""
    found = _axe.run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
