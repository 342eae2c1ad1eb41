"""Axe on the page that is open: its script given once to a document, and of what it found, the violations alone."""

import json
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = {"wide": 1280, "narrow": 375}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "selectors": False})
VIOLATIONS = f"axe.run({OPTIONS}).then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"
OVERFLOW = "document.scrollingElement.scrollWidth - window.innerWidth"


def violations(page: Page) -> list[str]:
    """The rules that the page breaks, each with the first element that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [f"{rule} : {html[:200]}" for rule, html in page.evaluate(VIOLATIONS)]


def faults(page: Page, *, shot: Path | None = None, always: bool = False) -> Iterator[str]:
    """What is wrong with the page at both widths: broken rules, and what a telephone's width does not hold.

    Photographed as `shot` when something is, or always.
    """
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        wrong = violations(page)
        if (excess := page.evaluate(OVERFLOW)) > 0:
            wrong.append(f"{excess} px de trop")
        if shot and (wrong or always):
            page.screenshot(path=shot.with_name(f"{shot.name}-{name}.png"), full_page=True)
        yield from (f"{page.url} ({name}) : {one}" for one in wrong)
