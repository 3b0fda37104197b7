"""``verify``: a run is what its manifest says, or the command says which file is not."""

from __future__ import annotations

import pytest

from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError, InvariantError, SpecError
from linkage.lookback.verification import verify_run
from linkage.progress import Silent


def verify(path, *, rerun=False):
    return verify_run(path, rerun=rerun, engine=LocalEngine(2), observer=Silent())


def test_a_run_nobody_touched_is_verified_by_its_folder_and_by_its_manifest(small_run):
    said = verify(small_run.folder)
    assert said == verify(small_run.folder / "manifest.json")
    assert said == (
        "counts balance: 145 rows read",
        "the spec has its digest",
        "5 output files have their digests",
        "2 inputs have their digests",
    )


def test_a_rerun_gives_the_same_bytes(small_run):
    assert verify(small_run.folder, rerun=True)[-1] == "a second run gave the same bytes"


@pytest.mark.parametrize("name", ["pairs", "clusters", "cases", "rejects"])
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_an_output_that_changed_or_is_gone_is_named(copy, name, how):
    path = copy.folder / f"{name}.parquet"
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(InvariantError, match="gone or not what the run wrote") as caught:
        verify(copy.folder)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_an_input_that_changed_or_is_gone_is_named(copy, how):
    path = copy.home / "semarang.csv"
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InvariantError, match="gone or not what the run read") as caught:
        verify(copy.folder)
    assert caught.value.where == str(path)


def test_counts_that_no_longer_balance_are_refused(copy):
    copy.change_manifest(lambda data: data["counts"].update(rows_rejected=7))
    with pytest.raises(InvariantError, match="rows_read is 145"):
        verify(copy.folder)


def test_a_spec_that_was_changed_is_refused(copy):
    copy.change_manifest(lambda data: data["spec"].update(link_threshold=0.6))
    with pytest.raises(InvariantError, match="the spec in the manifest is not the one of the run"):
        verify(copy.folder)


def test_a_spec_that_is_none_is_refused(copy):
    copy.change_manifest(lambda data: data["spec"].pop("rules"))
    with pytest.raises(SpecError, match="incomplete or was written by another version"):
        verify(copy.folder)


def test_a_rerun_that_gives_other_bytes_is_told(copy):
    """As if the code had changed since: this time the clusters carry one more column."""
    copy.change_manifest(lambda data: data["options"].update(keep=["NAMA_LGKP"]))
    with pytest.raises(InvariantError, match="not what the run wrote"):
        verify(copy.folder, rerun=True)


def test_a_folder_without_a_run_is_told(tmp_path):
    with pytest.raises(InputMissingError, match="no manifest found"):
        verify(tmp_path)


def test_verifying_leaves_nothing_behind(copy):
    before = sorted(path.relative_to(copy.home) for path in copy.home.rglob("*"))
    verify(copy.folder, rerun=True)
    assert sorted(path.relative_to(copy.home) for path in copy.home.rglob("*")) == before
