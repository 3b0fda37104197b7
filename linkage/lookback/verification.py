"""Is a finished run still what its manifest says?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from linkage.engine.base import Engine
from linkage.errors import InvariantError, UsageError
from linkage.lookback.reread import (
    check_inputs,
    given_inputs,
    standing_residents,
    stated_limits,
    stated_reading,
    stored_spec,
)
from linkage.progress import Observer
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.run.one_off import Request, run_to_folder

_STORE = "store/"


def verify_run(path: Path, *, rerun: bool, engine: Engine, observer: Observer) -> tuple[str, ...]:
    """Check a run against its manifest and return what was checked, a sentence each.

    Balances of counts, digests of the spec, output files and inputs; for a nightly run the standing residents. With
    ``rerun`` the run is repeated into a temporary folder and must give the same bytes.

    Raises:
        InvariantError: something differs; says which file. UsageError: ``rerun`` of a nightly run.
    """
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    if rerun and manifest.command == "run":
        raise UsageError("--rerun repeats dedupe and link", remedy="A nightly run is verified by its digests")
    manifest.check_balance()
    done = [f"counts balance: {manifest.counts['rows_read']} rows read"]
    stored_spec(manifest)
    done.append("the spec has its digest")
    files = {name: digest for name, digest in manifest.outputs.items() if not name.startswith(_STORE)}
    _compare(folder, files)
    done.append(f"{len(files)} output files have their digests")
    if manifest.command == "run":
        residents = standing_residents(manifest)
        done.append(f"the standing residents have their state hash ({residents.num_rows} open records)")
    else:
        check_inputs(manifest)
        done.append(f"{len(manifest.inputs)} inputs have their digests")
    if rerun:
        with tempfile.TemporaryDirectory(prefix="linkage-verify-") as temporary:
            again = Path(temporary) / "again"
            run_to_folder(_request(manifest), again, engine=engine, observer=observer)
            _compare(again, files)
        done.append("a second run gave the same bytes")
    return tuple(done)


def _compare(folder: Path, files: dict[str, str]) -> None:
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != digest:
            raise InvariantError("the file is gone or not what the run wrote", where=str(path))


def _request(manifest: RunManifest) -> Request:
    options = manifest.options
    return Request(
        mode="link" if manifest.command == "link" else "dedupe",
        inputs=tuple(given_inputs(manifest)),
        spec=stored_spec(manifest),
        model=str(options["model"]),
        train=bool(options["train"]),
        keep=tuple(options["keep"]),
        reading=stated_reading(manifest),
        limits=stated_limits(manifest),
        latest_year=int(options["latest_year"]),
        seed=int(options["seed"]),
    )
