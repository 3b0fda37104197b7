"""Fill the page of the synthetic register with figures and charts: ``python -m benchmarks.register_page [records]``.

Makes register A (1,000,000 records unless told, all regencies, preset ``default``) and register B (a tenth as many,
preset ``hard``), counts them part by part, prints every table and writes it between its markers in
``docs/synthetic/README.md``, with the charts beside. ``LINKAGE_DATA`` names a folder with ``id_region``, for the exact
published sizes of regencies. Needs the extra ``charts``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
import time
from pathlib import Path
from typing import Final

from benchmarks.measure import machine, run_command
from benchmarks.register_page.charts import write_charts
from benchmarks.register_page.counts import count_parts
from benchmarks.register_page.published import NAMES
from benchmarks.register_page.reference import dialect_table, plan_table, shares_list, truth_table
from benchmarks.register_page.statistics import Made
from benchmarks.register_page.tables import all_blocks, table
from linkage.synthetic import RegisterPlan, register_parts

FOLDER: Final = Path(__file__).parents[2] / "docs" / "synthetic"
_WORK: Final = Path(__file__).parents[1] / "work"
_SEED: Final = 20_261
_REGIONS: Final = 514
_WIDTH: Final = 120
_MARKER: Final = re.compile(r"(<!-- figures: ([\w-]+) -->\n)(.*?)(<!-- /figures -->)", re.DOTALL)


def make(plan: RegisterPlan) -> Made:
    """Make and count a register."""
    began = time.perf_counter()
    made = Made(plan, count_parts(register_parts(plan), plan.cut_off, tuple(NAMES)))
    print(f"{plan.records:,} records made and counted in {time.perf_counter() - began:.1f} s", flush=True)
    return made


def timed(plan: RegisterPlan, *, large: bool) -> str:
    """Return what the command takes to write register A, and with ``large`` one of ten times its size, each in a
    process of its own."""
    out = _WORK / "register_page"
    tasks = [
        (plan.records, "extracts of all regencies, with truth", out / "all"),
        (plan.records, "one Parquet file, with truth", out / "one.parquet"),
    ]
    tasks += [(plan.records * 10, tasks[-1][1], tasks[-1][2])] * large
    rows = []
    for records, what, target in tasks:
        arguments = ("--records", str(records), "--regions", str(plan.regions), "--seed", str(plan.seed))
        taken = run_command("synth", *arguments, "--out", str(target))
        files = [path for path in out.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        rows.append((f"{records:,}", what, f"{size:,.0f}", f"{taken.seconds:.0f}", f"{taken.peak_gib:.1f}"))
        shutil.rmtree(out)
    return f"{machine()}.\n\n" + table("> records | written | > MB | > seconds | > peak GiB", rows)


def filled(page: str, blocks: dict[str, str]) -> str:
    """Return the page with every block between its markers.

    Raises:
        ValueError: markers of the page and blocks are not the same.
    """
    marked = {found[1] for found in _MARKER.findall(page)}
    if odd := sorted(marked ^ blocks.keys()):
        raise ValueError(f"markers or blocks without their other half: {', '.join(odd)}")
    return _MARKER.sub(lambda found: f"{found[1]}\n{_wrapped(blocks[found[2]])}\n\n{found[4]}", page)


def _wrapped(text: str) -> str:
    """Return the text with paragraphs that are no table in lines of the page's width."""
    parts = text.split("\n\n")
    return "\n\n".join(
        part if part.startswith("|") else textwrap.fill(part, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for part in parts
    )


def _standing(page: str, name: str) -> str:
    return next(found[3].strip() for found in _MARKER.finditer(page) if found[2] == name)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--no-timing", action="store_true", help="leave the measured times of the page as they are")
    parser.add_argument("--large", action="store_true", help="time a register ten times as large, too")
    chosen = parser.parse_args()
    usual = make(RegisterPlan(records=chosen.records, regions=_REGIONS, seed=_SEED))
    hard = make(RegisterPlan(records=max(chosen.records // 10, 1), regions=_REGIONS, seed=_SEED, preset="hard"))
    path = FOLDER / "README.md"
    page = path.read_text(encoding="utf-8")
    blocks = all_blocks(usual, hard)
    blocks |= {"plan": plan_table(), "shares": shares_list(), "dialects": dialect_table(), "truth": truth_table()}
    blocks["time"] = _standing(page, "time") if chosen.no_timing else timed(usual.plan, large=chosen.large)
    for name, text in blocks.items():
        print(f"\n## {name}\n\n{text}")
    path.write_text(filled(page, blocks), encoding="utf-8")
    for chart in write_charts(usual, hard, FOLDER):
        print(f"{chart.name}: {chart.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
