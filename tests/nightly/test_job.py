"""Nights one after the other: what a run takes, finds again, closes, publishes and asks the stewards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linkage.engine.local import LocalEngine
from linkage.lookback.verification import verify_run
from linkage.nightly import job
from linkage.progress import Silent
from linkage.review.anchors import ANCHOR_NAME, read_anchors
from linkage.review.cases import State
from linkage.schema import CASES, CLUSTERS, REJECTS, pairs_schema
from linkage.spec import parse_spec
from tests.oracles.queue_cases import different
from tests.small_register import CANARY_NIK, DENPASAR, SEMARANG, denpasar, people, residents_spec_text, semarang

LINKED = ("pairs", "clusters", "cases")


@pytest.fixture
def running(project):
    """A project after its first night."""
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())
    project.first = project.run()
    return project


def by_kind(project, kind):
    return next(case for case in project.cases() if case["kind"] == kind)


def case_number(project, kind):
    queue = project.queue()
    (found,) = queue.list(by="joko", kind=kind)
    queue.close()
    return found.id


def call_different(project, kind, reason="namesakes"):
    queue = project.queue()
    different(queue, case_number(project, kind), "joko", reason, at=project.moment())
    queue.close()


def test_the_first_night_is_a_full_run_that_writes_every_row_without_a_change_column(running):
    manifest = running.first.manifest
    assert manifest.options["full"] is True
    assert manifest.counts["records_added"] == manifest.counts["records"] == len(semarang()) + len(denpasar())
    comparisons = tuple(item.name for item in parse_spec(residents_spec_text()).comparisons)
    schemas = {"pairs": pairs_schema(comparisons), "clusters": CLUSTERS, "cases": CASES, "rejects": REJECTS}
    for name, schema in schemas.items():
        assert running.written(running.first, name).schema.equals(schema, check_metadata=False)
    assert running.written(running.first, "clusters").num_rows == manifest.counts["records"]


def test_every_kind_of_case_waits_in_the_queue(running):
    queue = running.queue()
    waiting = {case.kind: case for case in queue.list(by="joko")}
    queue.close()
    assert sorted(waiting) == ["BOTH_ENROLLED", "CONFLICT", "DUPLICATE", "OPEN_MOVE", "SHARED_NIK"]
    assert {case.state for case in waiting.values()} == {State.BARU}
    assert waiting["DUPLICATE"].scope == SEMARANG
    assert waiting["OPEN_MOVE"].scope == waiting["BOTH_ENROLLED"].scope == ""


def test_record_and_cluster_ids_are_opaque(running):
    residents = running.residents()
    assert list(residents) == [f"R{number:012d}" for number in range(1, len(residents) + 1)]
    assert set(running.clusters().values()) <= {f"C{number:012d}" for number in range(1, len(residents) + 1)}
    for name, row in residents.items():
        assert row["nik"] not in name
        assert name[1:] not in row["nik"]


def test_a_night_without_anything_new_does_nothing(running):
    before = running.state()
    folders = running.results()
    assert running.run() is None
    assert running.state() == before
    assert running.results() == folders


def test_a_full_run_on_demand_writes_every_row_again_under_the_same_ids(running):
    residents, clusters = running.residents(), running.clusters()
    result = running.run(full=True)
    assert result.manifest.options["full"] is True
    assert (running.residents(), running.clusters()) == (residents, clusters)
    first, second = ({name: found[name] for name in LINKED} for found in running.results())
    assert first == second, "the same residents give the same bytes, though the store keeps them by province"
    assert running.written(result, "clusters").num_rows == len(residents)
    assert result.load.added == result.load.withdrawn == 0
    assert result.load.kept == 5


def test_a_delta_adds_and_changes_only_what_it_names_and_closes_nothing(running):
    residents = running.residents()
    newcomer = people(151, SEMARANG, seed=77)[150] | {"NAMA_LGKP": "WIBISANA PRAMUDYA"}
    moved_house = semarang()[0] | {"ALAMAT": "JL BARU 1"}
    running.put("3374_delta_20260602_1.csv", [newcomer, moved_house])
    result = running.run()
    assert result.manifest.options["full"] is False
    assert {name: result.manifest.counts[f"records_{name}"] for name in ("added", "kept", "closed")} == {
        "added": 1,
        "kept": 1,
        "closed": 0,
    }
    after = running.residents()
    assert set(after) - set(residents) == {f"R{len(residents) + 1:012d}"}
    changed = [name for name in residents if after[name] != residents[name]]
    assert [after[name]["alamat"] for name in changed] == ["JL BARU 1"]


def test_a_delta_run_writes_only_rows_that_changed_and_says_how(running):
    before = running.clusters()
    copy = semarang()[0] | {"NIK": semarang()[0]["NIK"][:12] + "0997", "TMPT_LHR": ""}
    running.put("3374_delta_20260602_1.csv", [copy])
    result = running.run()
    pairs, cases, clusters = (running.written(result, name) for name in ("pairs", "cases", "clusters"))
    for table in (pairs, cases, clusters):
        assert table.column_names[-1] == "change"
    new = f"R{len(semarang()) + len(denpasar()) + 1:012d}"
    added = running.values(pairs, "change", "added").to_pylist()
    assert [row["right_id"] for row in added] == [new]
    assert [row["kind"] for row in running.values(cases, "change", "added").to_pylist()] == ["DUPLICATE"]
    assert running.values(cases, "change", "closed").num_rows == 0
    (joined,) = clusters.to_pylist()
    assert joined == {"record_id": new, "cluster_id": before[added[0]["left_id"]], "change": "added"}


def test_a_full_extract_closes_who_is_no_longer_in_it_and_their_cases(running):
    gone = running.open_by("nik")[CANARY_NIK]
    case = by_kind(running, "DUPLICATE")
    assert gone in case["record_ids"]
    running.put("3374_full_20260701_1.csv", [row for row in semarang() if row["NIK"] != CANARY_NIK])
    result = running.run()
    assert result.manifest.counts["records_closed"] == 1
    assert running.residents()[gone]["closed_by"] == "3374_full_20260701_1.csv"
    assert gone not in running.clusters()
    closed = running.values(running.written(result, "cases"), "change", "closed").to_pylist()
    assert [row["case_id"] for row in closed] == [case["case_id"]]
    assert running.values(running.written(result, "pairs"), "change", "closed").num_rows == 1
    assert result.load.withdrawn == 1


def test_who_comes_back_has_the_old_record_id(running):
    gone = running.open_by("nik")[CANARY_NIK]
    running.put("3374_full_20260701_1.csv", [row for row in semarang() if row["NIK"] != CANARY_NIK])
    running.run()
    running.put("3374_full_20260801_1.csv", [*semarang()[1:], semarang()[0]])
    running.run()
    assert running.open_by("nik")[CANARY_NIK] == gone
    assert len(running.residents()) == len(semarang()) + len(denpasar())


def test_ids_of_the_closed_are_not_given_to_others(running):
    before = set(running.residents())
    running.put("3374_full_20260701_1.csv", people(20, SEMARANG, seed=99))
    running.describe("3374_full_20260701_1.csv", "confirmed = true")
    running.run()
    fresh = {name for name, row in running.residents().items() if row["region"] == SEMARANG and not row["closed_by"]}
    assert not fresh & before
    clusters = running.clusters()
    assert not {clusters[name] for name in fresh} & {f"C{n:012d}" for n in range(1, len(before) + 1 - 4)}


def test_a_corrected_nik_keeps_the_record_id(running):
    known = running.open_by("nik")[semarang()[5]["NIK"]]
    corrected = semarang()[5] | {"NIK": semarang()[5]["NIK"][:12] + "0996"}
    running.put("3374_delta_20260602_1.csv", [corrected])
    result = running.run()
    assert result.manifest.counts["records_added"] == 0
    assert running.residents()[known]["nik"] == corrected["NIK"]


def test_two_people_on_one_nik_in_one_region_are_two_records_that_stay_apart(project):
    one, other = people(2, SEMARANG, seed=4)
    both = [one, other | {"NIK": one["NIK"]}]
    project.put("3374_full_20260601_1.csv", both)
    project.run()
    names = project.open_by("nama")
    project.put("3374_full_20260701_1.csv", both[::-1])
    result = project.run()
    assert result.manifest.counts["records_kept"] == 2
    assert project.open_by("nama") == names


def test_exact_copies_in_one_extract_are_as_many_records(project):
    person = people(1, SEMARANG, seed=4)
    project.put("3374_full_20260601_1.csv", person * 3)
    project.run()
    assert len(project.residents()) == 3
    assert len(set(project.clusters().values())) == 1
    project.put("3374_full_20260701_1.csv", person * 2)
    result = project.run()
    assert (result.manifest.counts["records_kept"], result.manifest.counts["records_closed"]) == (2, 1)


def test_the_order_of_rows_in_an_extract_gives_the_same_store(nightly):
    one, other = nightly("one"), nightly("two")
    one.put("3374_full_20260601_1.csv", semarang())
    other.put("3374_full_20260601_1.csv", semarang()[::-1])
    for project in (one, other):
        project.run()
    ids = [{row["nik"] + row["nama"]: name for name, row in project.residents().items()} for project in (one, other)]
    assert ids[0] == ids[1]


def test_several_extracts_of_one_region_are_applied_by_cut_off_and_sequence(project):
    first, second = people(2, SEMARANG, seed=4)
    # By name 10 sorts before 2: only the sequence tells their order.
    project.put("3374_full_20260601_10.csv", [second])
    project.put("3374_full_20260601_2.csv", [first])
    project.run()
    assert list(project.open_by("nik")) == [second["NIK"]]


def test_extracts_that_cannot_be_used_are_refused_once_and_stop_no_other(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("semarang-juni.csv", semarang())
    (project.home / "inbox" / "5171_full_20260601_1.csv").write_bytes(b"")
    (project.home / "inbox" / "3375_full_20260601_1.xlsx").write_bytes(b"PK\x03\x04 a workbook")
    (project.home / "inbox" / "3376_full_20260601_1.csv").write_bytes(b"\xef\xbb\xbfNAMA\nA\xff\n")
    (project.home / "inbox" / ".hidden.csv").write_bytes(b"an upload that has not ended")
    (project.home / "inbox" / "3377_full_20260601_1.csv.part").write_bytes(b"another")
    result = project.run()
    rejects = {row["source"]: row for row in project.written(result, "rejects").to_pylist()}
    assert {name: row["code"] for name, row in rejects.items()} == {
        "semarang-juni.csv": "EXTRACT_UNIDENTIFIED",
        "5171_full_20260601_1.csv": "EMPTY_FILE",
        "3375_full_20260601_1.xlsx": "UNREADABLE",
        "3376_full_20260601_1.csv": "ENCODING",
    }
    assert {row["line"] for row in rejects.values()} == {0}
    assert all(row["hint"] for row in rejects.values())
    assert result.manifest.counts["files_read"] == 1
    assert result.manifest.counts["files_refused"] == 4
    assert len(project.residents()) == len(semarang())
    assert project.run() is None, "a refused file is not tried again"


def test_an_extract_that_is_not_newer_is_refused(running):
    before = running.residents()
    running.put("3374_full_20260601_1.csv", semarang()[:5])  # the same name, other content
    running.put("3374_delta_20260531_9.csv", people(1, SEMARANG, seed=3))
    result = running.run()
    rejects = running.written(result, "rejects").to_pylist()
    assert [row["code"] for row in rejects] == ["EXTRACT_NOT_NEWER", "EXTRACT_NOT_NEWER"]
    assert running.residents() == before


def test_a_first_night_with_nothing_usable_ends_well_and_the_next_one_starts_from_there(project):
    project.put("rubbish.csv", [])
    result = project.run()
    assert result.manifest.counts["records"] == 0
    project.put("3374_full_20260601_1.csv", semarang())
    assert project.run().manifest.counts["records"] == len(semarang())


def test_a_sidecar_identifies_a_file_of_any_name(project):
    path = project.put("kota semarang juni.csv", semarang())
    sidecar = path.with_name(path.name + ".meta.toml")
    sidecar.write_text('region = "3374"\nkind = "full"\ncut_off = 2026-06-30\nsequence = 1\n', encoding="utf-8")
    project.run()
    assert {row["region"] for row in project.residents().values()} == {SEMARANG}
    assert {code: state.last for code, state in project.ledger.regions.items()} == {SEMARANG: (20260630, 1)}


def test_a_night_keeps_the_head_of_the_audit_chain_in_its_folder(running):
    anchors = read_anchors(running.first.folder / ANCHOR_NAME)
    queue = running.queue()
    assert queue.verify(anchors=anchors).sound
    assert not queue.verify(anchors=[replace(anchors[0], hash="0" * 64)]).sound
    queue.close()


def test_the_values_of_a_case_are_those_that_were_sent_and_dates_and_codes_in_one_form(running):
    queue = running.queue()
    shown = queue.view(case_number(running, "DUPLICATE"), by="joko", now=running.moment())
    queue.close()
    values = [dict(record.values) for record in shown.records]
    assert {record.region for record in shown.records} == {SEMARANG}
    assert {value["jenis_kelamin"] for value in values} <= {"L", "P"}
    assert all(value["tanggal_lahir"][4:] == "-**-**" and "*" in value["nik"] for value in values)
    assert dict(shown.agreements)["nik"] == "differs"


def test_what_stewards_called_different_is_not_asked_again_and_joins_no_cluster(running):
    case = by_kind(running, "DUPLICATE")
    call_different(running, "DUPLICATE")
    running.put("3374_delta_20260602_1.csv", people(151, SEMARANG, seed=77)[150:])
    result = running.run()
    assert by_kind_or_none(running, "DUPLICATE") is None
    left, right = (running.clusters()[name] for name in case["record_ids"])
    assert left != right
    queue = running.queue()
    assert queue.list(by="joko", kind="DUPLICATE") == ()
    assert len(queue.list(by="joko", state=State.BUKAN_GANDA)) == 1
    queue.close()
    assert result.load.added == 0


def test_it_is_asked_again_when_a_compared_field_has_changed(running):
    case = by_kind(running, "DUPLICATE")
    call_different(running, "DUPLICATE")
    moved = next(row for row in semarang() if row["NIK"] == CANARY_NIK) | {"ALAMAT": "JL YANG LAIN 9"}
    running.put("3374_delta_20260602_1.csv", [moved])
    running.run()
    assert by_kind(running, "DUPLICATE")["record_ids"] == case["record_ids"]
    queue = running.queue()
    (again,) = queue.list(by="joko", kind="DUPLICATE")
    assert "REOPENED_FIELDS_CHANGED" in queue.get(again.id, by="joko").reasons
    queue.close()


def test_it_is_not_asked_again_when_only_another_field_has_changed(running):
    call_different(running, "DUPLICATE")
    printed = next(row for row in semarang() if row["NIK"] == CANARY_NIK) | {"STATUS_KTPEL": "CARD_PRINTED"}
    running.put("3374_delta_20260602_1.csv", [printed])
    running.run()
    assert by_kind_or_none(running, "DUPLICATE") is None


def by_kind_or_none(project, kind):
    return next((case for case in project.cases() if case["kind"] == kind), None)


def test_inactive_records_are_matched_as_history_and_never_proposed(project):
    from tests.small_register import COLUMNS, write_csv

    one, other = people(2, SEMARANG, seed=4)
    rows = [row | {"FLAG_STATUS": "0"} for row in (one, other)] + [one | {"FLAG_STATUS": "3", "ALAMAT": "JL LAMA 1"}]
    write_csv(project.home / "inbox" / "3374_full_20260601_1.csv", rows, (*COLUMNS, "FLAG_STATUS"))
    project.run()
    assert project.cases() == []
    assert project.store.read("pairs").num_rows == 1


def test_a_changed_spec_makes_the_next_run_a_full_one_with_its_own_model(running):
    changed = residents_spec_text().replace("link_threshold = 0.5", "link_threshold = 0.6")
    (running.home / "spec.toml").write_text(changed, encoding="utf-8")
    running.put("3374_delta_20260602_1.csv", people(151, SEMARANG, seed=77)[150:])
    result = running.run()
    assert result.manifest.options["full"] is True
    assert running.ledger.spec_digest == parse_spec(changed).digest()
    assert len(running.residents()) == len(semarang()) + len(denpasar()) + 1


def test_a_delta_run_keeps_the_model_of_the_last_full_run(running):
    model = running.ledger.model
    running.put("5171_delta_20260602_1.csv", people(151, DENPASAR, seed=77)[150:])
    result = running.run()
    assert running.ledger.model == model
    assert result.manifest.model["origin"] == "standing model"
    running.run(full=True)
    assert running.ledger.model != model


def test_the_manifest_of_a_night_balances_and_knows_the_state_of_the_store(running):
    manifest = running.first.manifest
    manifest.check_balance()
    hashes = {name.removeprefix("store/"): digest for name, digest in manifest.outputs.items() if "store/" in name}
    assert hashes == running.ledger.state_hash
    assert sorted(hashes) == ["cases", "clusters", "pairs", "residents"]
    assert manifest.counts["queue"]["added"] == 5


def test_a_night_can_be_verified_and_explained_later_though_the_store_has_moved_on(running):
    from linkage.lookback.explanation import explain_records

    running.put("3374_full_20260701_1.csv", people(20, SEMARANG, seed=99))
    running.describe("3374_full_20260701_1.csv", "confirmed = true")
    running.run()
    said = verify_run(running.first.folder, rerun=False, engine=LocalEngine(1), observer=Silent())
    assert f"the standing residents have their state hash ({len(semarang()) + len(denpasar())} open records)" in said
    for pair in running.written(running.first, "pairs").to_pylist():
        told = explain_records(pair["left_id"], pair["right_id"], running.first.folder)
        assert told.probability == pytest.approx(pair["match_probability"])


@pytest.mark.parametrize("moment", ["move_refused", "_tidy", "publish_folder"])
def test_a_full_run_killed_after_its_commit_and_started_again_is_finished_and_not_done_twice(
    project, monkeypatch, moment
):
    project.put("3374_full_20260601_1.csv", semarang())
    project.run()
    calls = []

    def die(*_):
        calls.append(1)
        if moment == "move_refused" and len(calls) == 1:  # that of the run before
            return ()
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(job, moment, die)
        with pytest.raises(KeyboardInterrupt):
            project.run(full=True)
    ledger = project.ledger
    folder = project.home / "out" / ledger.run_id
    assert not folder.exists()
    said = Told()
    assert project.run(full=True, observer=said) is None
    assert project.ledger == ledger
    assert verify_run(folder, rerun=False, engine=LocalEngine(1), observer=Silent())
    assert [text for text in said.warnings if f"run {ledger.run_id} was cut off after its commit" in text]
    again = project.run(full=True)
    assert again is not None, "nothing is left to finish"
    assert project.ledger.counters["night"] == ledger.counters["night"] + 1


def test_what_came_since_a_full_run_was_killed_after_its_commit_is_taken_by_a_delta(project, monkeypatch):
    project.put("3374_full_20260601_1.csv", semarang())
    with monkeypatch.context() as killed:
        killed.setattr(job, "publish_folder", interrupted)
        with pytest.raises(KeyboardInterrupt):
            project.run(full=True)
    project.put("5171_full_20260601_1.csv", denpasar())
    result = project.run(full=True)
    assert result.manifest.options["full"] is False
    assert len(project.results()) == 2


def interrupted(*_):
    raise KeyboardInterrupt


class Told(Silent):
    """Keeps what was warned of."""

    def __init__(self):
        self.warnings = []

    def warned(self, message):
        self.warnings.append(message)
