"""Is what was restored what its ledgers say? Asked of the files, before they take anybody's place."""

from __future__ import annotations

import json
from pathlib import Path

from linkage.errors import InvariantError
from linkage.nightly.change_log import state_hash
from linkage.nightly.ledger import LEDGER_NAME, LEDGER_VERSION
from linkage.nightly.store import Store
from linkage.reference.folders import REFERENCE_FOLDER
from linkage.reference.store import Reference


def check_store(workspace: Path) -> int:
    """Check every table that the ledger names against its state hash, and return how many there are.

    A ledger of an older version is only brought up to this one: what its hashes were made of may have been another.

    Raises:
        InvariantError: a table is gone, or differs.
    """
    store = Store(workspace)
    told = json.loads((workspace / LEDGER_NAME).read_text(encoding="utf-8"))["version"]
    for name, version in store.ledger.tables.items():
        rows = store.read_log(name, version)
        if told == LEDGER_VERSION and state_hash(rows) != store.ledger.state_hash[name]:
            raise InvariantError(f"the store's {name} has another state hash than the ledger says", where=LEDGER_NAME)
    return len(store.ledger.tables)


def check_reference(workspace: Path, secret: bytes, publication: int) -> None:
    """Check the reference against the last row of its ledger.

    Raises:
        InvariantError: it ends at another publication, or has another state hash.
    """
    reference = Reference(workspace / REFERENCE_FOLDER, secret)
    if reference.number != publication:
        raise InvariantError(
            f"the reference ends at publication {reference.number}, not {publication}", where=REFERENCE_FOLDER
        )
    if reference.rows() and reference.state_hash() != reference.rows()[-1].state_hash:
        raise InvariantError("the reference has another state hash than its ledger says", where=REFERENCE_FOLDER)
