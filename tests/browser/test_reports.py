"""A report on a screen, on a telephone and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from linkage.nightly.store import Store
from linkage.reports.definitions import definitions
from linkage.reports.document import document_of
from linkage.reports.edition import Edition
from linkage.reports.figures import Figures, tell
from linkage.reports.html import html
from linkage.reports.semesters import Stand, instant
from tests.browser.audit_of_pages import violations

REGENCIES = ("3201", "3204", "3273", "3374", "5171")


def counts(factor: int) -> dict[str, dict[str, int]]:
    """Numbers of every topic, some of them small."""
    kinds = [f"found.{kind}" for kind in ("DUPLICATE", "OPEN_MOVE", "CONFLICT")]
    names = (*kinds, "enrolled", "without", "persons_in_review", "age.0", "age.3", "same", "different", "usulan.GAGAL")
    made = {
        name: {code: 1 + factor * (at + 1) * (place + 1) for place, code in enumerate(REGENCIES)}
        for at, name in enumerate(names)
    }
    for total, parts in (
        ("obliged", ("enrolled", "without")),
        ("found", kinds),
        ("open", ("age.0", "age.3")),
        ("decided", ("same", "different")),
        ("usulan", ("usulan.GAGAL",)),
    ):
        made[total] = {code: sum(made[part][code] for part in parts) for code in REGENCIES}
    made["records"] = {code: 3 * made["obliged"][code] for code in REGENCIES}
    made["missing.nama_ibu"] = dict.fromkeys(REGENCIES, 7)
    made["persons"] = dict.fromkeys(REGENCIES, 900)
    return made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("laporan")
    stand = Stand(
        date(2026, 8, 1), instant(date(2026, 7, 1)), instant(date(2026, 8, 2)), "run", 3, {}, {}, lost=("run",)
    )
    now, before = (tell(Figures.of(counts(factor)), definitions()) for factor in (3, 2))
    edition = Edition(stand, now, stand, before, (), Store(folder), str)
    made = {}
    for region in ("", "32", "3273"):
        made[region] = folder / f"{region or 'pusat'}.html"
        made[region].write_text(html(document_of(edition, region)), encoding="utf-8")
    return made


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    # The page's own policy forbids scripts, axe's among them.
    context = chromium.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("region", ["", "32", "3273"])
def test_a_report_is_readable_for_everybody_and_asks_for_nothing(
    region: str, page: Page, pages: dict[str, Path]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[region].as_uri())
    assert not violations(page)
    assert asked == [pages[region].as_uri()]


def test_a_report_fits_a_telephone_of_320_pixels(page: Page, pages: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(pages[""].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not violations(page)


def test_a_report_is_printed_on_a4_without_its_list_of_contents(page: Page, pages: dict[str, Path]) -> None:
    page.goto(pages["32"].as_uri())
    page.emulate_media(media="print")
    assert not page.locator("nav").filter(visible=True).count()
    paper = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    assert 3 <= len(sizes) <= 9
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {(595, 842)}


def test_a_policy_in_the_page_lets_no_script_run(chromium: Browser, pages: dict[str, Path]) -> None:
    context = chromium.new_context()
    window = context.new_page()
    window.goto(pages[""].as_uri())
    window.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        " document.body.append(one); }"
    )
    assert window.evaluate("window.ran") is None
    context.close()
