"""Is a finished run still what its manifest says?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from linkage.engine.base import Engine
from linkage.errors import InvariantError
from linkage.lookback.repetition import repeat_night
from linkage.lookback.reread import (
    check_inputs,
    given_inputs,
    standing_residents,
    stated_limits,
    stated_reading,
    stored_spec,
    stored_table,
)
from linkage.progress import Observer
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.run.one_off import Request, run_to_folder

_STORE = "store/"
_FOUND = ("pairs", "cases", "clusters")


def verify_run(path: Path, *, rerun: bool, engine: Engine, observer: Observer) -> tuple[str, ...]:
    """Check a run against its manifest and return what was checked, a sentence each.

    Balances of counts, digests of the spec, output files and inputs; for a nightly run the tables of the store. With
    ``rerun`` the run is repeated: in a temporary folder, where it must give the same bytes; of a nightly run by
    :func:`linkage.lookback.repetition.repeat_night`.

    Raises:
        InvariantError: something differs; says which file or table. Of ``rerun`` also what ``repeat_night`` says.
    """
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    manifest.check_balance()
    done = [f"counts balance: {manifest.counts['rows_read']} rows read"]
    spec = stored_spec(manifest)
    done.append("the spec has its digest")
    files = {name: digest for name, digest in manifest.outputs.items() if not name.startswith(_STORE)}
    _compare(folder, files)
    done.append(f"{len(files)} output files have their digests")
    if manifest.command == "run":
        residents = standing_residents(manifest)
        done.append(f"the standing residents have their state hash ({residents.num_rows} open records)")
        for name in _FOUND:
            if f"{name}_version" in manifest.options:
                done.append(f"the store's {name} have their state hash ({stored_table(manifest, name).num_rows})")
        if rerun:
            done += repeat_night(manifest, spec, residents, engine=engine, observer=observer)
        return tuple(done)
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
