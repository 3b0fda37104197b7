"""Protected values, on every store: who may open them, what a search tells, who saw what, and where no value stands."""

import logging
import sqlite3

import pytest
import sqlalchemy as sa

from linkage.errors import LinkageError, NotPermittedError, UsageError
from linkage.review.cases import Action, CaseIn, RecordIn
from linkage.review.nik_digest import nik_digest
from linkage.review.sightings import SEEN
from linkage.review.tables import metadata
from tests.oracles import queue_cases
from tests.oracles.queue_cases import NOON, answer, approved, later, make_case, make_pair, propose, step

KEY = b"a key of the tests only"


@pytest.fixture
def loaded(queue):
    """Case 1 in Bandung, case 2 between Bandung (record c) and Kabupaten Bandung (record d)."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", scope="32")], now=NOON)
    cases = {case.scope: case.id for case in queue.list(by="joko")}
    assert cases == {"3273": 1, "32": 2}
    return queue


def test_fields_are_opened_by_name_and_the_list_says_who_saw_which_and_why(loaded):
    opened = loaded.open_fields(1, "a", ["nik", "nama_ibu", "nik"], "  cocokkan KK ", by="ani", now=later(1))
    assert dict(opened) == {"nama_ibu": "SARI WULAN", "nik": dict(queue_cases.make_record("a").values)["nik"]}
    loaded.view(1, by="budi", now=later(2))
    listed = [(one.actor, one.case, one.what, one.reason, one.at) for one in loaded.seen("a", by="made")]
    assert listed == [("ani", 1, "nama_ibu,nik", "cocokkan KK", later(1)), ("budi", 1, SEEN, "", later(2))]
    assert [one.what for one in loaded.seen("b", by="nanda")] == [SEEN]
    assert loaded.verify().sound


@pytest.mark.parametrize(
    ("by", "case", "record", "allowed"),
    [
        ("ani", 1, "a", True),
        ("eko", 1, "a", True),
        ("fitri", 1, "a", True),
        ("indra", 1, "a", True),
        ("joko", 1, "b", True),
        ("ani", 2, "c", True),
        ("gilang", 2, "d", True),
        ("hana", 2, "c", True),
        ("ani", 2, "d", False),
        ("gilang", 2, "c", False),
        ("made", 1, "a", False),
        ("kepala", 1, "a", False),
    ],
)
def test_values_are_opened_by_the_records_own_office_and_by_the_one_that_decides(loaded, by, case, record, allowed):
    if allowed:
        assert loaded.open_fields(case, record, ["nama"], "aduan", by=by, now=later(1))
        return
    head = loaded.head()
    with pytest.raises(NotPermittedError):
        loaded.open_fields(case, record, ["nama"], "aduan", by=by, now=later(1))
    assert loaded.head() == head


@pytest.mark.parametrize(
    ("case", "record", "fields", "reason", "by"),
    [
        (1, "a", ["nik"], "  ", "ani"),
        (1, "a", [], "aduan", "ani"),
        (1, "a", ["nik", "sidik_jari"], "aduan", "ani"),
        (1, "SARI WULAN", ["nik"], "aduan", "ani"),
        (1, "c", ["nik"], "aduan", "ani"),
        (9, "a", ["nik"], "aduan", "ani"),
        (1, "a", ["nik"], "aduan", "gilang"),
    ],
)
def test_what_is_not_there_or_gives_no_reason_is_refused_without_naming_it(loaded, case, record, fields, reason, by):
    head = loaded.head()
    with pytest.raises(UsageError) as caught:
        loaded.open_fields(case, record, fields, reason, by=by, now=later(1))
    assert not {"SARI", "sidik_jari", "nik"} & set(str(caught.value).replace(".", " ").replace(":", " ").split())
    assert loaded.head() == head
    assert loaded.seen("a", by="nanda") == ()


@pytest.mark.parametrize(
    ("record", "by", "found"),
    [
        ("a", "ani", [1]),
        ("a", "hana", [1]),
        ("a", "joko", [1]),
        ("a", "gilang", []),
        ("c", "ani", [2]),
        ("d", "gilang", [2]),
        ("d", "hana", [2]),
        ("d", "ani", []),
        ("a", "made", [1]),
        ("z", "joko", []),
    ],
)
def test_a_nik_finds_the_cases_in_which_its_digits_are_ones_own_to_open(loaded, record, by, found):
    before = loaded.head().seq
    assert [case.id for case in loaded.find(queue_cases.nik_digest(record), by=by, now=later(1))] == found
    assert loaded.head().seq == before + 1


def test_a_search_needs_a_role_and_a_digest(loaded):
    with pytest.raises(NotPermittedError):
        loaded.find(queue_cases.nik_digest("a"), by="kepala", now=later(1))


@pytest.mark.parametrize("by", ["ani", "fitri", "kepala", "gilang"])
def test_only_an_auditor_is_told_who_saw_a_record(loaded, by):
    with pytest.raises(NotPermittedError):
        loaded.seen("a", by=by)


def test_an_auditor_of_a_region_is_told_of_its_records_and_of_others_as_if_they_were_not(loaded):
    loaded.view(2, by="hana", now=later(1))
    assert [one.actor for one in loaded.seen("c", by="made")] == ["hana"]
    said = set()
    for record in ("d", "nobody's"):
        with pytest.raises(NotPermittedError) as caught:
            loaded.seen(record, by="made")
        said.add(str(caught.value))
    assert len(said) == 1
    assert [one.actor for one in loaded.seen("d", by="nanda")] == ["hana"]


# --- canaries

CANARY = {
    "nik": "3273011705845519",
    "nama": "KENARINAMA SATU",
    "nama_ibu": "KENARIIBU DUA",
    "alamat": "JALAN KENARIALAMAT 77",
    "tanggal_lahir": "1984-05-17",
}
SECRETS = [*CANARY.values(), "KENARINAMA", "KENARIIBU", "KENARIALAMAT", "05845519"]


def canary_case():
    values = tuple(sorted(CANARY.items()))
    records = tuple(
        RecordIn(record, region, values, nik_digest(KEY, CANARY["nik"]))
        for record, region in (("x", "3273"), ("y", "3273"))
    )
    return CaseIn("canary", "DUPLICATE", "3273", 0.5, records, ("GANDA_ORANG",), (make_pair("x", "y"),))


def whole_life(queue):
    """All that can happen to a case and its records; returns what the refusals on the way said."""
    said = []

    def refused(call):
        with pytest.raises(LinkageError) as caught:
            call()
        said.append(f"{caught.value} {caught.value!r}")

    queue.load("run1", [canary_case()], now=NOON)
    refused(lambda: queue.load("run2", [canary_case(), canary_case()], now=NOON))
    queue.view(1, by="ani", now=later(1))
    queue.open_fields(1, "x", sorted(CANARY), "cocokkan KK", by="ani", now=later(2))
    refused(lambda: queue.open_fields(1, "x", [CANARY["nama"]], "x", by="ani", now=later(2)))
    refused(lambda: queue.open_fields(1, CANARY["nik"], ["nik"], "x", by="ani", now=later(2)))
    refused(lambda: queue.view(1, by="gilang", now=later(2)))
    digest = nik_digest(KEY, CANARY["nik"])
    assert digest is not None
    queue.find(digest, by="ani", now=later(3))
    propose(queue, 1, "ani", at=later(4))
    refused(lambda: answer(queue, 1, "ani", at=later(5)))
    answer(queue, 1, "budi", at=later(5), action=Action.RETURN, reason="minta akta")
    refused(lambda: step(queue, 1, "dewi", Action.DIFFERENT, at=later(6), reason=CANARY["nama"]))
    approved(queue, 1, at=later(30), by=("ani", "citra"))
    queue.mark_published([effect.id for effect in queue.pending()], 1, now=later(31))
    queue.load("run3", [], now=later(32))
    queue.seen("x", by="nanda")
    assert queue.verify().sound
    return said


def test_a_whole_life_leaves_no_value_in_a_log_an_error_or_any_table_but_those_for_values(sql_queue, caplog):
    caplog.set_level(logging.DEBUG)
    queue_cases.staff(sql_queue)
    said = [*whole_life(sql_queue), caplog.text]
    allowed = {"record_value", "case_record"}
    reading = sa.create_engine(sql_queue.engine.url, poolclass=sa.NullPool)
    with reading.connect() as connection:
        for table in metadata.sorted_tables:
            held = "\n".join(map(repr, connection.execute(sa.select(table))))
            assert table.name in allowed or not [secret for secret in SECRETS if secret in held], table.name
        briefs = "\n".join(map(repr, connection.execute(sa.select(metadata.tables["case_record"]))))
    assert not [secret for secret in SECRETS if any(secret in text for text in said)]
    # What an office is told of another's record: the name and the year of birth.
    assert not [secret for secret in SECRETS if secret in briefs and secret not in ("KENARINAMA SATU", "KENARINAMA")]


def test_a_search_leaves_nothing_by_which_two_searches_could_be_matched(sql_queue):
    queue_cases.staff(sql_queue)
    digest = nik_digest(KEY, CANARY["nik"])
    assert digest is not None
    sql_queue.find(digest, by="joko", now=later(1))
    with sql_queue.engine.connect() as connection:
        body = connection.execute(
            sa.select(sa.func.max(metadata.tables["audit"].c.body)).where(
                metadata.tables["audit"].c.seq == sql_queue.head().seq
            )
        ).scalar_one()
    assert digest.hex()[:8] not in body
    assert "search" in body


def test_an_error_of_the_driver_itself_carries_no_value(tmp_path):
    from linkage.review.sql import open_queue

    queue = open_queue(f"sqlite:///{tmp_path}/queue.db")
    queue_cases.staff(queue)
    raw = sqlite3.connect(tmp_path / "queue.db", isolation_level=None)
    raw.execute("CREATE TRIGGER broken BEFORE INSERT ON record_value BEGIN SELECT RAISE(ABORT, 'no'); END")
    raw.close()
    with pytest.raises(LinkageError) as caught:
        queue.load("run1", [canary_case()], now=NOON)
    queue.close()
    assert not [secret for secret in SECRETS if secret in f"{caught.value!r}{caught.value.__cause__!r}"]
