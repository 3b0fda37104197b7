"""A workspace of an earlier version goes on: ledger, tables of the store, and nothing that was derived from them."""

from __future__ import annotations

import json
import shutil

import pytest
from deltalake import DeltaTable, write_deltalake

from linkage.nightly.change_log import state_hash
from linkage.nightly.ledger import _MIGRATIONS, LEDGER_VERSION, UNTOLD
from tests.nightly.test_incremental import first_extracts, second_extracts, standing, third_extracts


def as_version_2(project):
    """The workspace as version 2 left it: whole tables instead of logs, no derived files and no snapshot."""
    store, path = project.store, project.home / "workspace" / "ledger.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    for name in told["tables"]:
        rows, folder = store.read(name), str(project.home / "workspace" / "store" / name)
        write_deltalake(folder, rows, mode="overwrite", schema_mode="overwrite")
        told["tables"][name] = DeltaTable(folder).version()
        told["state_hash"][name] = state_hash(rows)
    for folder in ("derived", "snapshots"):
        shutil.rmtree(project.home / "workspace" / folder)
    told["counters"].pop("night")
    told["version"] = 2
    del told["derived"]
    path.write_text(json.dumps(told), encoding="utf-8")


def as_version_1(project):
    """And version 1, whose ledger kept of a file only its run, and of a region only its last place."""
    as_version_2(project)
    path = project.home / "workspace" / "ledger.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["files"] = {mark: entry["run"] for mark, entry in told["files"].items()}
    told["last_extract"] = {code: region["last"] for code, region in told.pop("regions").items()}
    told["version"] = 1
    path.write_text(json.dumps(told), encoding="utf-8")


EARLIER = {1: as_version_1, 2: as_version_2}


def test_every_version_before_this_one_can_be_read_and_is_tried_here():
    assert sorted(EARLIER) == sorted(_MIGRATIONS) == list(range(1, LEDGER_VERSION))


@pytest.mark.slow
@pytest.mark.parametrize("version", EARLIER)
def test_the_next_nights_end_as_those_of_a_workspace_that_always_was_of_this_version(nightly, version):
    present, earlier = nightly("present"), nightly("earlier")
    for project in (present, earlier):
        first_extracts(project)
        project.run()
        second_extracts(project)
        project.run()
    taken = set(earlier.ledger.files)
    EARLIER[version](earlier)
    assert standing(earlier) == standing(present)
    assert set(earlier.ledger.files) == taken
    assert any(entry.code == UNTOLD for entry in earlier.ledger.files.values()) == (version == 1)
    for project in (present, earlier):
        third_extracts(project)
    # Without what the last full run fixed, the next one is full.
    present.run(full=True)
    earlier.run()
    assert standing(earlier) == standing(present)
    assert earlier.ledger.model == present.ledger.model
    assert earlier.queue_content() == present.queue_content()
