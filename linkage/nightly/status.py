"""How a project stands, in words. Apart from the steward's steps, which need neither the store nor the ledger."""

from __future__ import annotations

from pathlib import Path

from linkage.nightly.ledger import UNTOLD
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue
from linkage.nightly.store import Store
from linkage.nightly.succession import region_lines
from linkage.run.manifest import MANIFEST_NAME, read_manifest


def project_status(project_file: Path) -> str:
    """Return, in words: the last committed run, the standing records, where each region stands, and the queue."""
    project = load_project(project_file)
    ledger = Store(project.workspace).ledger
    if not ledger.run_id:
        return "no run yet; start one with: linkage run"
    folder = project.out / ledger.run_id
    lines = [f"last run: {ledger.run_id}", f"results: {folder}"]
    if (folder / MANIFEST_NAME).is_file():
        manifest = read_manifest(folder)
        lines += [
            f"finished: {manifest.finished}",
            f"records: {manifest.counts['records']:,} open; cases found: {manifest.counts['cases']:,}",
            f"warnings: {len(manifest.warnings)}",
        ]
    taken = sum(entry.code in ("", UNTOLD) for entry in ledger.files.values())
    lines.append(f"files taken so far: {taken}, refused: {len(ledger.files) - taken}")
    lines += region_lines(ledger.regions, project.intake.late_after_days)
    tally: dict[tuple[str, str], int] = {}
    with open_project_queue(project_file) as queue:
        counts = queue.counts(by=None)
    for count in counts:
        tally[count.kind, count.state] = tally.get((count.kind, count.state), 0) + count.cases
    lines += ["queue:", *(f"  {number:>8,}  {kind:<14} {state}" for (kind, state), number in sorted(tally.items()))]
    return "\n".join(lines)
