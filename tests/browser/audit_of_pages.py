"""What can be measured of a page: WCAG 2.2 AA by axe, its width, the size of what one taps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_LOOKS: Final = ("color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block")
"""Rules on what colours and widths can change; the others are of the document, however it looks."""
TARGET: Final = 44
"""Pixels that a target is high at least."""

_TARGETS = """least => [...document.querySelectorAll(
    'button, .button, summary, select, textarea, nav a, input:not([type=hidden])'
)].filter(one => one.checkVisibility()).flatMap(one => {
    const tapped = one.matches('[type=checkbox], [type=radio]') ? one.closest('label') : one;
    const height = Math.round(tapped.getBoundingClientRect().height);
    return height > 0 && height < least ? [`${one.outerHTML.slice(0, 90)}: ${height}`] : [];
})"""

_OPEN_ALL = """() => {
    for (const one of document.querySelectorAll('main details')) { one.removeAttribute('name'); one.open = true; }
}"""


def unfold(page: Page) -> None:
    """Open all that can be opened, at once."""
    page.evaluate(_OPEN_ALL)


def violations(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """Return what axe finds against the standard, or against some of its rules."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": STANDARD}
    found = page.evaluate("options => axe.run(options)", {"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """Return what is there to be tapped and is lower than a fingertip."""
    found: list[str] = page.evaluate(_TARGETS, TARGET)
    return found
