"""``verify --rerun`` of a nightly run: linking everything anew, as the run knew it, gives what the run left."""

from __future__ import annotations

import hashlib
import json
import shutil
from copy import copy
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError, InvariantError, ServiceUnavailableError, UsageError
from linkage.lookback.verification import verify_run
from linkage.progress import Silent
from tests.nightly.conftest import Nightly
from tests.nightly.test_incremental import decide_something, first_extracts, second_extracts, third_extracts
from tests.small_register import SEMARANG, people

NEW_OPTIONS = ("pairs_version", "cases_version", "clusters_version", "last_judgement", "model")


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """Two nights, and what stood after each: the first, and one after a steward told two people apart."""
    home = tmp_path_factory.mktemp("nights")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
        one = Nightly(home / "one")
        first_extracts(one)
        one.first = one.run()
        two = moved(one, home / "two", one.first)
        assert decide_something(two) == 1
        second_extracts(two)
        return one, two, two.run()


@pytest.fixture
def project(nights, tmp_path, monkeypatch) -> Nightly:
    """A project after its first night."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    one, _, _ = nights
    return moved(one, tmp_path / "one", one.first)


@pytest.fixture
def project_of_two(nights, tmp_path, monkeypatch) -> Nightly:
    """A project after its second night, which is :func:`second`."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    _, two, night = nights
    return moved(two, tmp_path / "two", two.first, night)


@pytest.fixture
def second(project_of_two):
    return project_of_two.results_moved[1]


def moved(project, home, *results):
    """A copy of a project in another folder, and of its results."""
    shutil.copytree(project.home, home)
    made = copy(project)
    made.home, made.file = home, home / "linkage.toml"
    made.results_moved = [replace(result, folder=home / "out" / result.folder.name) for result in results]
    for result in made.results_moved:
        change_manifest(result, lambda data: data["options"].update(project=str(made.file)))
    made.first = made.results_moved[0]
    return made


def verify(result, *, rerun=True):
    return verify_run(result.folder, rerun=rerun, engine=LocalEngine(2), observer=Silent())


def change_manifest(result, change):
    path = result.folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def forget(*names):
    """As an older version wrote the manifest."""

    def change(data):
        for name in names:
            del data["options"][name]

    return change


def everything(project):
    """Every file of the project but the inbox, by digest."""
    files = (path for path in project.home.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def stored(project, name):
    return project.store.read(name).num_rows


def test_the_first_night_is_repeated_with_its_model_and_its_bytes(project):
    n_clusters = len(set(project.clusters().values()))
    assert verify(project.first)[-8:] == (
        f"the store's cases have their state hash ({stored(project, 'cases')})",
        f"the store's clusters have their state hash ({stored(project, 'clusters')})",
        "a second run estimated the same model",
        "it fixed the same frequencies and the same blocking plan for later nights",
        "it gave the same bytes in pairs.parquet and cases.parquet",
        f"a second run over all records gave the same pairs as stand in the store ({stored(project, 'pairs')})",
        f"a second run over all records gave the same cases as stand in the store ({stored(project, 'cases')})",
        f"it put the same records together ({n_clusters} clusters, their names aside)",
    )


def test_a_night_that_linked_what_changed_is_repeated_over_all_records(project_of_two, second):
    assert second.manifest.options["full"] is False
    assert second.manifest.options["last_judgement"] > 0
    n_clusters = len(set(project_of_two.clusters().values()))
    assert verify(second)[-3:] == (
        f"a second run over all records gave the same pairs as stand in the store ({stored(project_of_two, 'pairs')})",
        f"a second run over all records gave the same cases as stand in the store ({stored(project_of_two, 'cases')})",
        f"it put the same records together ({n_clusters} clusters, their names aside)",
    )


def test_a_full_run_after_decisions_is_repeated(project_of_two, second):
    third_extracts(project_of_two)
    decide_something(project_of_two)
    full = project_of_two.run(full=True)
    assert full.manifest.options["full"] is True
    assert verify(full)[-6] == "a second run estimated the same model"


def test_a_run_is_repeated_as_it_was_though_nights_and_decisions_came_since(project_of_two, second):
    assert decide_something(project_of_two) == 1
    third_extracts(project_of_two)
    project_of_two.run()
    assert verify(project_of_two.first)
    assert verify(second)


def test_what_is_decided_while_a_run_works_is_heeded_by_the_next_and_leaves_it_repeatable(project, monkeypatch):
    from linkage.nightly import run_delta

    linking = run_delta.link_delta

    def meanwhile(*given):
        assert decide_something(project) == 1
        return linking(*given)

    monkeypatch.setattr(run_delta, "link_delta", meanwhile)
    second_extracts(project)
    night = project.run()
    monkeypatch.undo()
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    assert verify(night)
    third_extracts(project)
    after = project.run()
    assert after.manifest.options["last_judgement"] > night.manifest.options["last_judgement"]
    assert verify(after)


def test_a_decision_that_the_run_did_not_know_is_no_part_of_it_and_one_that_it_knew_is(project_of_two, second):
    change_manifest(second, lambda data: data["options"].update(last_judgement=0))
    with pytest.raises(InvariantError, match=r"a second run gave other (cases|clusters)"):
        verify(second)


def test_repeating_leaves_everything_as_it_was(project_of_two, second):
    before = everything(project_of_two)
    verify(project_of_two.first)
    verify(second)
    assert everything(project_of_two) == before


def test_nothing_of_what_differs_is_shown(project):
    shown = tampered(project, "pairs", "match_weight_log2", lambda column: pc.add(column, 1e-9))
    with pytest.raises(InvariantError) as caught:
        verify(shown)
    number = stored(project, "pairs")
    assert caught.value.problem == (
        f"a second run gave other pairs: 0 that the store does not have, {number} that differ there, "
        "0 that stand there alone"
    )


def test_a_table_of_the_store_that_was_tampered_with_has_another_state_hash(project):
    shown = tampered(project, "pairs", "match_weight_log2", lambda column: pc.add(column, 1e-9), hashed=False)
    with pytest.raises(InvariantError, match="the store's pairs are not those of this run"):
        verify(shown, rerun=False)


@pytest.mark.parametrize(
    ("name", "column", "change", "problem"),
    [
        ("pairs", "rules", lambda column: pc.add(column, 1), "other pairs"),
        ("cases", "priority", lambda column: pc.add(column, 1e-9), "other cases"),
        ("clusters", "cluster_id", lambda column: pa.array(["C1"] * len(column)), "other clusters: [0-9]+ records"),
        ("clusters", "record_id", lambda column: pc.replace_substring(column, "0", "1"), "clusters of other records"),
    ],
)
def test_results_that_do_not_follow_from_the_records_are_found_whatever_their_digests(
    project, name, column, change, problem
):
    with pytest.raises(InvariantError, match=problem):
        verify(tampered(project, name, column, change))


def test_the_names_of_clusters_are_not_compared(project):
    assert verify(tampered(project, "clusters", "cluster_id", lambda column: pc.replace_substring(column, "C", "C9")))


def tampered(project, name, column, change, *, hashed=True):
    """Let ``change`` alter a column of a table of the store; ``hashed``: and let the manifest agree."""
    table = project.store.read_log(name, project.ledger.tables[name])
    place = table.column_names.index(column)
    values = change(table.column(column).combine_chunks()).cast(table.schema.field(place).type)
    other = table.set_column(place, column, values).drop_columns(["change", "night"])
    version, digest = project.store.write(name, other, night=1)

    def point(data):
        data["options"][f"{name}_version"] = version
        if hashed:
            data["outputs"][f"store/{name}"] = digest

    change_manifest(project.first, point)
    return project.first


def test_an_older_full_run_says_what_of_it_cannot_be_compared(project):
    change_manifest(project.first, forget(*NEW_OPTIONS))
    assert verify(project.first)[-4:] == (
        "a second run estimated the same model",
        "it fixed the same frequencies and the same blocking plan for later nights",
        "it gave the same bytes in pairs.parquet",
        "its cases and clusters are not compared: an older manifest does not say which decisions it knew",
    )


def test_an_older_run_that_linked_what_changed_cannot_be_repeated(second):
    change_manifest(second, forget(*NEW_OPTIONS))
    assert verify(second, rerun=False)
    with pytest.raises(UsageError, match="which decisions the run knew"):
        verify(second)


def test_a_state_that_the_store_keeps_no_longer_is_told(project):
    folder = project.home / "workspace" / "store" / "residents"
    for file in DeltaTable(str(folder)).file_uris():
        (folder / file.removeprefix(str(folder)).removeprefix("/")).unlink()
    with pytest.raises(InvariantError, match="of the store's residents cannot be read") as caught:
        verify(project.first)
    assert "a week" in caught.value.remedy


def test_a_delta_run_cannot_be_repeated_once_a_full_run_has_replaced_what_it_kept_to(project_of_two, second):
    project_of_two.run(full=True)
    project_of_two.put("3374_delta_20260801_1.csv", people(3, SEMARANG, seed=99))
    project_of_two.run()
    with pytest.raises(InvariantError, match="snapshot"):
        verify(second)


def test_a_model_that_was_replaced_since_is_told(project):
    change_manifest(project.first, lambda data: data["model"].update(sha256="0" * 64))
    with pytest.raises(InvariantError, match="estimated another model"):
        verify(project.first)


def test_other_frequencies_than_the_run_fixed_are_told(project):
    change_manifest(project.first, lambda data: data["options"].update(snapshot=["name", "0" * 64]))
    with pytest.raises(InvariantError, match="another blocking plan or other frequencies"):
        verify(project.first)


def test_other_bytes_than_the_run_wrote_are_told(project):
    path = project.first.folder / "pairs.parquet"
    pq.write_table(pq.read_table(path), path, compression="none")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    change_manifest(project.first, lambda data: data["outputs"].update({"pairs.parquet": digest}))
    with pytest.raises(InvariantError, match=r"other bytes in pairs\.parquet"):
        verify(project.first)


def test_other_columns_than_the_run_wrote_are_told(project):
    pairs = project.store.read("pairs").append_column("more", pa.nulls(stored(project, "pairs"), pa.string()))
    version, digest = project.store.write("pairs", pairs, night=1)

    def point(data):
        data["options"]["pairs_version"] = version
        data["outputs"]["store/pairs"] = digest

    change_manifest(project.first, point)
    with pytest.raises(InvariantError, match="other columns of pairs"):
        verify(project.first)


def test_a_queue_that_is_gone_is_not_made_anew(project):
    database = project.home / "workspace" / "queue.db"
    database.unlink()
    with pytest.raises(ServiceUnavailableError, match="queue is gone") as caught:
        verify(project.first)
    assert caught.value.exit_code == 69
    assert not database.exists()


def test_a_queue_that_cannot_be_reached_is_told(project):
    shutil.copy(project.file, project.home / "kept.toml")
    with project.file.open("a", encoding="utf-8") as stream:
        stream.write('\n[database]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    with pytest.raises(ServiceUnavailableError):
        verify(project.first)


def test_a_queue_that_has_lost_decisions_is_told(project_of_two, second):
    change_manifest(second, lambda data: data["options"].update(last_judgement=10_000))
    with pytest.raises(InvariantError, match="no longer holds the last decision"):
        verify(second)


def test_a_secret_that_is_gone_is_not_made_anew(project):
    text = project.file.read_text(encoding="utf-8")
    project.file.write_text(text.replace('[keys]\nenv = "LINKAGE_TEST_KEY"\n', ""), encoding="utf-8")
    with pytest.raises(InputMissingError, match="secret is gone"):
        verify(project.first)
    assert not (project.home / "workspace" / "secret").exists()
