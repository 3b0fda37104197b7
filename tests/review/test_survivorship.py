"""Which value would stay: the rules and their order, on invented people."""

from __future__ import annotations

import re
from datetime import date
from itertools import permutations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.identifiers import Nik
from linkage.review.cases import KINDS, REVERT
from linkage.review.resolution import PersonOut, check_persons
from linkage.review.survivorship import (
    FINISHED,
    Rule,
    default_keeps,
    default_persons,
    enrolment_progress,
    survivors,
)
from linkage.review.words import codes, word
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules
from linkage.spec.survivorship import SURVIVORSHIP_RULES
from linkage.standardise.codes import CARD_DUPLICATE, CARD_ENROLLED, standardise_code

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "survivorship.md"

ONE, TWO, BROKEN = "3273014101800001", "3273014101800002", "3273014199800001"
DONE = {"status_ktpel": "CARD_ISSUED"}
CERTIFICATE = {"no_akta_lhr": "3273-LU-01012010-0007"}


def entered(year: int, changed: int | None = None) -> dict[str, str]:
    return {"tgl_entri": f"{year}-03-01"} | ({} if changed is None else {"tgl_ubah": f"{changed}-03-01"})


def chosen(
    field: str,
    *records: dict[str, str],
    kind: str = "DUPLICATE",
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> tuple[str, str]:
    """The record, a or b or c, whose value stays, and the rule."""
    named = dict(zip("abc", records, strict=False))
    (found,) = [one for one in survivors(named, kind, rules=rules) if one.field == field]
    return found.record_id, found.rule


@pytest.mark.parametrize(
    ("kind", "records", "expected"),
    [
        ("DUPLICATE", ({"nik": ONE}, {"nik": TWO} | DONE), ("b", Rule.ENROLLED)),
        ("DUPLICATE", ({"nik": ONE, "status_ktpel": "PRINT_READY_RECORD"}, {"nik": TWO}), ("a", Rule.ENROLLED)),
        ("DUPLICATE", ({"nik": ONE} | CERTIFICATE | entered(2001), {"nik": TWO} | DONE), ("b", Rule.ENROLLED)),
        ("DUPLICATE", ({"nik": BROKEN} | DONE, {"nik": TWO}), ("b", Rule.ONLY_VALID)),
        ("DUPLICATE", (DONE, {"nik": TWO}), ("b", Rule.ONLY_VALID)),
        ("DUPLICATE", (DONE, {"nik": BROKEN}), ("b", Rule.NO_VALID)),
        ("DUPLICATE", ({"nama": "SRI"}, {"nama": "SRI"} | DONE), ("b", Rule.NO_VALID)),
        ("BOTH_ENROLLED", ({"nik": ONE} | DONE | entered(2012), {"nik": TWO} | DONE | entered(2009)),
         ("b", Rule.FIRST_ENROLLED)),
        ("BOTH_ENROLLED", ({"nik": ONE} | DONE, {"nik": TWO} | DONE | entered(2009)), ("b", Rule.FIRST_ENROLLED)),
        ("BOTH_ENROLLED", ({"nik": ONE} | DONE, {"nik": TWO} | DONE | CERTIFICATE), ("a", Rule.NO_EVIDENCE)),
        ("BOTH_ENROLLED", ({"nik": ONE} | DONE | entered(2009), {"nik": TWO} | DONE | entered(2009)),
         ("a", Rule.NO_EVIDENCE)),
        ("BOTH_ENROLLED", ({"nik": TWO} | DONE | entered(2012), {"nik": ONE} | DONE | entered(2009),
                           {"nik": ONE} | DONE | entered(2009)), ("b", Rule.FIRST_ENROLLED)),
        ("DUPLICATE", ({"nik": ONE, "status_ktpel": "DUPLICATE_RECORD"} | entered(2001), {"nik": TWO} | entered(2009)),
         ("b", Rule.NOT_REPEATED)),
        ("DUPLICATE", ({"nik": ONE} | CERTIFICATE, {"nik": TWO, "status_ktpel": "BIO_CAPTURED"}),
         ("b", Rule.ENROLLING)),
        ("DUPLICATE", ({"nik": ONE} | entered(2001), {"nik": TWO} | CERTIFICATE | entered(2009)),
         ("b", Rule.BIRTH_CERTIFICATE)),
        ("DUPLICATE", ({"nik": ONE} | entered(2009), {"nik": TWO, "no_akta_lhr": "TIDAK ADA"} | entered(2001)),
         ("b", Rule.FIRST_ENTERED)),
        ("DUPLICATE", ({"nik": ONE}, {"nik": TWO}), ("a", Rule.NO_EVIDENCE)),
        ("DUPLICATE", ({"nik": ONE} | entered(2001), {"nik": ONE} | DONE), ("b", Rule.AGREE)),
        ("DUPLICATE", ({"nik": ONE}, {"nik": "3273.0141.0180.0001"}), ("a", Rule.AGREE)),
        ("DUPLICATE", ({"nik": ONE} | DONE | entered(2012), {"nik": ONE} | entered(2001), {"nik": TWO}),
         ("a", Rule.ENROLLED)),
        ("CONFLICT", ({"nik": ONE} | entered(2009), {"nik": ONE} | entered(2001)), ("b", Rule.AGREE)),
        ("SHARED_NIK", ({"nik": ONE} | entered(2001), {"nik": ONE} | DONE), ("b", Rule.ENROLLED)),
        ("SHARED_NIK", ({"nik": ONE} | DONE | entered(2012), {"nik": ONE} | DONE | entered(2009)),
         ("b", Rule.FIRST_ENROLLED)),
        ("SHARED_NIK", ({"nik": ONE} | entered(2009), {"nik": ONE} | entered(2001)), ("b", Rule.FIRST_ENTERED)),
        ("OPEN_MOVE", ({"nik": ONE} | DONE | entered(2009, 2025), {"nik": ONE} | entered(2024)), ("b", Rule.RESIDENCE)),
        ("OPEN_MOVE", ({"nik": ONE} | entered(2009), {"nik": ONE} | entered(2009, 2024)), ("b", Rule.RESIDENCE)),
        ("OPEN_MOVE", ({"nik": ONE} | DONE | entered(2009), {"nik": ONE} | entered(2020), {"nik": TWO} | entered(2024)),
         ("b", Rule.RESIDENCE)),
        ("OPEN_MOVE", ({"nik": ONE}, {"nik": ONE}), ("a", Rule.NO_EVIDENCE)),
    ],
)  # fmt: skip
def test_which_nik_stays_follows_the_order_of_the_rules(kind, records, expected):
    assert chosen("nik", *records, kind=kind) == expected


A, B = {"nik": ONE} | DONE, {"nik": TWO}  # a's NIK stays
OLD, NEW = entered(2010), entered(2010, 2024)


@pytest.mark.parametrize(
    ("field", "records", "expected"),
    [
        ("nama", (A | {"nama": "NUR  HALIZAH"}, B | {"nama": "Nur Halizah"}), ("a", Rule.AGREE)),
        ("nama", (A, B | {"nama": "NUR HALIZAH"}), ("b", Rule.ONLY_VALUE)),
        ("nama", (A | {"nama": "-"}, B | {"nama": "NUR HALIZAH"}), ("b", Rule.ONLY_VALUE)),
        ("nama", (A | {"nama": "NUR HALIZAH"} | NEW, B | {"nama": "NURHALIZA"} | CERTIFICATE),
         ("b", Rule.BIRTH_CERTIFICATE)),
        ("nama", (A | {"nama": "NURHALIZA"} | CERTIFICATE, B | {"nama": "NUR HALIZAH"} | CERTIFICATE),
         ("b", Rule.FULLER)),
        ("nama_ibu", (A | {"nama_ibu": "S. AMINAH"} | NEW, B | {"nama_ibu": "SITI AMINAH"} | OLD), ("b", Rule.FULLER)),
        ("nama_ayah", (A | {"nama_ayah": "UMAR"} | OLD, B | {"nama_ayah": "OMAR"} | NEW), ("b", Rule.NEWER)),
        ("nama_ayah", (B | {"nama_ayah": "UMAR"}, A | {"nama_ayah": "OMAR"}), ("b", Rule.WITH_NIK)),
        ("tanggal_lahir", (A | {"tanggal_lahir": "1980"} | NEW, B | {"tanggal_lahir": "1980-05-17"}),
         ("b", Rule.FULLER)),
        ("tanggal_lahir", (A | {"tanggal_lahir": "1980-07-01"} | NEW, B | {"tanggal_lahir": "1980-05-17"}),
         ("b", Rule.FULLER)),
        ("tanggal_lahir", (A | {"tanggal_lahir": "1980-12-31"} | NEW, B | {"tanggal_lahir": "1979-07-01"} | OLD),
         ("a", Rule.NEWER)),
        ("tanggal_lahir", (A | {"tanggal_lahir": "2015-07-01"} | NEW, B | {"tanggal_lahir": "2015-05-17"} | OLD),
         ("a", Rule.NEWER)),
        ("tempat_lahir", (A | {"tempat_lahir": "SINGKAWANG"}, B | {"tempat_lahir": "SAMBAS"} | CERTIFICATE),
         ("b", Rule.BIRTH_CERTIFICATE)),
        ("jenis_kelamin", (A | {"jenis_kelamin": "L"} | NEW, B | {"jenis_kelamin": "P"} | CERTIFICATE),
         ("b", Rule.BIRTH_CERTIFICATE)),
        ("stat_kwn", (A | {"stat_kwn": "1"} | CERTIFICATE | OLD, B | {"stat_kwn": "2"} | NEW), ("b", Rule.NEWER)),
        ("agama", (A | {"agama": "4"} | OLD, B | {"agama": "1"} | NEW), ("b", Rule.NEWER)),
        ("flag_status", (A | {"flag_status": "0"} | OLD, B | {"flag_status": "2"} | NEW), ("b", Rule.NEWER)),
        ("agama", (A | {"agama": "4"} | NEW, B | {"agama": "1"} | entered(2024)), ("a", Rule.WITH_NIK)),
        ("gol_darah", (A | {"gol_darah": "1"} | OLD, B | {"gol_darah": "5"} | NEW), ("b", Rule.NEWER)),
        ("nama", (B | {"nama": "SRI"}, {"nik": TWO, "nama": "SRIE"}, A), ("a", Rule.NO_EVIDENCE)),
        ("nama", (A | {"nama": "SRI A"}, B | {"nama": "SRI A"}, B | {"nama": "SRI AYU"}), ("c", Rule.FULLER)),
        ("status_ktpel", (A, B | {"status_ktpel": "UNREGISTERED"} | NEW), ("a", Rule.WITH_NIK)),
        ("status_ktpel", (A, A), ("a", Rule.AGREE)),
        ("tgl_entri", (A, B | OLD), ("a", Rule.WITH_NIK)),
    ],
)  # fmt: skip
def test_which_value_stays_depends_on_the_kind_of_field(field, records, expected):
    assert chosen(field, *records) == expected


JAVA = {"alamat": "JL MELATI 7", "kelurahan": "SUKAJADI", "kab_kota": "BANDUNG"}
BORNEO = {"alamat": "JL RAJAWALI 2", "kelurahan": "PASIRAN", "kab_kota": "SINGKAWANG"}


@pytest.mark.parametrize(
    ("field", "kind", "records", "expected"),
    [
        ("alamat", "DUPLICATE", (A | JAVA | OLD, B | BORNEO | NEW), ("b", Rule.NEWER)),
        ("alamat", "DUPLICATE", (B | BORNEO, A | JAVA), ("b", Rule.WITH_NIK)),
        ("no_kk", "DUPLICATE", (A | JAVA | OLD | {"no_kk": ONE}, B | BORNEO | NEW | {"no_kk": TWO}), ("b", Rule.NEWER)),
        ("rt", "DUPLICATE", (A | JAVA | OLD | {"rt": "003"}, B | BORNEO | NEW), ("b", Rule.NEWER)),
        ("rt", "DUPLICATE", (A | JAVA | OLD | {"rt": "003"}, B | JAVA | NEW), ("a", Rule.ONLY_VALUE)),
        ("rt", "DUPLICATE", (A | JAVA | {"rt": "1"} | OLD, B | JAVA | {"rt": "2"} | entered(2015), B | JAVA | NEW),
         ("b", Rule.NEWER)),
        ("rw", "DUPLICATE", (A | JAVA | {"rw": "05"}, B | JAVA | NEW | {"rw": "05"}), ("b", Rule.AGREE)),
        ("alamat", "OPEN_MOVE", (A | JAVA | entered(2009, 2025), A | BORNEO | entered(2024)), ("b", Rule.RESIDENCE)),
    ],
)  # fmt: skip
def test_an_address_comes_whole_from_one_record(field, kind, records, expected):
    assert chosen(field, *records, kind=kind) == expected


LOKET, VILLAGE = {"kanal": "LOKET"}, {"kanal": "jemput_bola"}
RANKED = {"rank_by": "kanal", "rank": ("LOKET", "JEMPUT_BOLA")}


@pytest.mark.parametrize(
    ("order", "records", "expected"),
    [
        (("certificate",), (A | {"nama": "SRI A"}, B | {"nama": "SRI"} | CERTIFICATE), ("b", Rule.BIRTH_CERTIFICATE)),
        (("certificate",), (A | {"nama": "SRI A"}, B | {"nama": "SRI"} | NEW), ("a", Rule.NO_EVIDENCE)),
        (("completeness",), (A | {"nama": "SRI"} | NEW, B | {"nama": "SRI AYU"}), ("b", Rule.FULLER)),
        (("recency",), (A | {"nama": "SRI AYU"} | OLD, B | {"nama": "SRI"} | NEW), ("b", Rule.NEWER)),
        (("with_nik",), (B | {"nama": "SRI AYU"} | NEW, A | {"nama": "SRI"}), ("b", Rule.WITH_NIK)),
        (("source_rank",), (A | {"nama": "SRI"} | VILLAGE, B | {"nama": "DEWI"} | LOKET), ("b", Rule.SOURCE_RANK)),
        (("source_rank",), (A | {"nama": "SRI"}, B | {"nama": "DEWI"} | VILLAGE), ("b", Rule.SOURCE_RANK)),
        (("source_rank",), (A | {"nama": "SRI"} | {"kanal": "MIGRASI"}, B | {"nama": "DEWI"}), ("a", Rule.NO_EVIDENCE)),
        (("source_rank", "recency"), (A | {"nama": "SRI"} | LOKET | OLD, B | {"nama": "DEWI"} | LOKET | NEW),
         ("b", Rule.NEWER)),
        (("recency", "completeness"), (A | {"nama": "SRI AYU"} | OLD, B | {"nama": "SRI"} | NEW), ("b", Rule.NEWER)),
        (("completeness", "recency"), (A | {"nama": "SRI AYU"} | OLD, B | {"nama": "SRI"} | NEW), ("a", Rule.FULLER)),
        (("recency", "completeness"), (A | {"nama": "SRI"} | NEW, B | {"nama": "SRI AYU"} | entered(2024)),
         ("b", Rule.FULLER)),
        (("source_rank",), (A | {"nama": "SRI"} | VILLAGE, B | {"nama": "Sri"} | LOKET), ("a", Rule.AGREE)),
        (("source_rank",), (A | LOKET, B | {"nama": "SRI"} | VILLAGE), ("b", Rule.ONLY_VALUE)),
    ],
)  # fmt: skip
def test_a_spec_says_which_rules_choose_a_value_and_in_which_order(order, records, expected):
    named = SurvivorshipRules(fields=(("nama", order),), **RANKED)
    assert chosen("nama", *records, rules=named) == expected
    assert chosen("nama", *records, rules=SurvivorshipRules(fields=(), default=order, **RANKED)) == expected


def test_the_nik_the_address_and_what_is_said_of_the_record_keep_their_own_order():
    records = {"a": A | JAVA | OLD | VILLAGE, "b": B | BORNEO | NEW | LOKET | {"status_ktpel": "NO_CARD"}}
    own = {"nik", "status_ktpel", "tgl_entri", "tgl_ubah", "kanal", *JAVA}
    found = survivors(records, "DUPLICATE", rules=SurvivorshipRules(fields=(), default=("source_rank",), **RANKED))
    assert {one.field for one in found} == own
    assert found == survivors(records, "DUPLICATE")


def test_each_field_that_a_record_has_is_told_once_the_nik_first_with_its_source_and_date():
    records = {"b": B | {"nama": "SRI"} | OLD, "a": A | {"agama": "1", "alamat": " "} | NEW}
    found = survivors(records, "DUPLICATE")
    assert [one.field for one in found] == ["nik", "status_ktpel", "agama", "tgl_entri", "tgl_ubah", "nama"]
    assert found[0].at == date(2024, 3, 1)
    assert found[-1].at == date(2010, 3, 1)
    assert survivors({"a": A, "b": B | {"tgl_entri": "kemarin"}}, "DUPLICATE")[0].at is None


def test_of_several_persons_on_one_nik_only_the_owner_is_told_and_of_a_request_to_undo_nothing():
    records = {"a": A | {"nama": "SRI"}, "b": A | {"nama": "DEWI"}}
    assert [one.field for one in survivors(records, "SHARED_NIK")] == ["nik"]
    assert survivors(records, REVERT) == ()
    assert survivors({"a": {}, "b": {"nama": "-"}}, "DUPLICATE") == ()


@pytest.mark.parametrize("kind", [*KINDS, REVERT])
def test_what_is_proposed_by_default_parts_the_records_as_the_kind_asks(kind):
    records = {"b": {"nik": ONE} | DONE, "a": {"nik": ONE}}
    found = survivors(records, kind)
    persons = default_persons(kind, list(records), found)
    expected = {
        "SHARED_NIK": (PersonOut(("a",)), PersonOut(("b",), "b")),
        "OPEN_MOVE": (PersonOut(("a", "b"), "a"),),
        REVERT: (),
    }
    assert persons == expected.get(kind, (PersonOut(("a", "b"), "b"),))
    assert default_keeps(kind, found) == next((person.keeps for person in persons if person.keeps), None)
    if persons:
        check_persons(persons, ["a", "b"], where="case 1")


@pytest.mark.parametrize(
    ("status", "progress"),
    [("CARD_SHIPPED", 4), ("print ready record", 4), ("RECEIVED_AT_CENTRAL", 3), ("PROCESSING", 2), ("NO_CARD", 0),
     ("ENROLL_FAILURE_AT_CENTRAL", 0), ("", 0), ("DUPLICATE_RECORD", -1), ("SOMETHING_NEW", 0)],
)  # fmt: skip
def test_an_enrolment_is_finished_where_the_runs_call_it_so(status, progress):
    assert enrolment_progress(status) == progress
    flags = standardise_code("card_status", pa.array([status])).flags if status else None
    raised = 0 if flags is None or not flags.size else int(flags[0])
    assert bool(raised & CARD_ENROLLED) == (progress == FINISHED)
    assert bool(raised & CARD_DUPLICATE) == (progress < 0)


def test_every_rule_has_its_words_in_both_languages_and_its_line_in_the_guide():
    assert codes("survivorship") == set(Rule)
    assert all(word("survivorship", rule, "id") and word("survivorship", rule, "en") for rule in Rule)
    assert set(re.findall(r"`([a-z_]+)`", GUIDE.read_text(encoding="utf-8"))) >= set(Rule)


RECORD = st.fixed_dictionaries(
    {},
    optional={
        "nik": st.sampled_from([ONE, TWO, BROKEN, "", "00"]),
        "status_ktpel": st.sampled_from(["CARD_ISSUED", "BIO_CAPTURED", "DUPLICATE_RECORD", "UNREGISTERED"]),
        "no_akta_lhr": st.sampled_from(["3273-1", "-"]),
        "tgl_entri": st.sampled_from(["2001-01-01", "2010-01-01", "2010", "2010-02-31"]),
        "tgl_ubah": st.sampled_from(["2005-01-01", "2020-01-01"]),
        "nama": st.sampled_from(["SRI", "SRI AYU", "sri", "DEWI"]),
        "alamat": st.sampled_from(["JL MELATI", "JL MAWAR"]),
        "kelurahan": st.sampled_from(["SUKAJADI", "PASIRAN"]),
        "rt": st.sampled_from(["001", "002"]),
        "agama": st.sampled_from(["1", "2"]),
        "kanal": st.sampled_from(["LOKET", "JEMPUT_BOLA", "DARING"]),
    },
)
ORDER = st.lists(st.sampled_from(SURVIVORSHIP_RULES), min_size=1, unique=True).map(tuple)
RULES = st.one_of(
    st.just(DEFAULT_SURVIVORSHIP),
    st.builds(
        SurvivorshipRules,
        fields=st.dictionaries(st.sampled_from(["nama", "agama"]), ORDER).map(lambda named: tuple(named.items())),
        default=ORDER,
        rank_by=st.just("kanal"),
        rank=st.permutations(["LOKET", "JEMPUT_BOLA"]).map(tuple),
    ),
)


@given(st.lists(RECORD, min_size=2, max_size=4), st.sampled_from([*KINDS, REVERT]), RULES)
def test_the_order_of_the_records_changes_nothing_and_an_impossible_nik_never_stays_beside_a_possible_one(
    given, kind, rules
):
    records = dict(zip("abcd", given, strict=False))
    found = survivors(records, kind, rules=rules)
    for order in permutations(records):
        again = survivors({record: records[record] for record in order}, kind, rules=rules)
        assert again == found
    for one in found:
        assert one.record_id in records
        assert one.rule in set(Rule)
    if found and any(Nik.parse(values.get("nik", "")) for values in given):
        assert Nik.parse(records[found[0].record_id]["nik"])
    told = [one.field for one in found]
    assert len(told) == len(set(told))
    assert told[:1] in ([], ["nik"])
