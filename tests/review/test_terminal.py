"""The queue as text on a terminal."""

import re

import pytest

from linkage.errors import UsageError
from linkage.review.cases import Scope
from linkage.review.masking import masked, visible
from linkage.review.terminal import next_steps, render_case, render_list
from tests.oracles.memory_queue import MemoryQueue
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")
SITI = {
    "nik": "3301034107850012",
    "no_kk": "3301030102100001",
    "nama": "SITI NURHALIZA",
    "nama_ibu": "SRI WAHYUNI",
    "tanggal_lahir": "1985-07-01",
    "alamat": "JL MELATI 7",
    "rt": "",
}
TWICE = SITI | {"nik": "3273014107850003", "nama": "SITI NURHALIZAH", "rt": "002"}


@pytest.fixture
def queue():
    queue = MemoryQueue()
    reasons = ("GANDA_ORANG", "nama:similar")
    queue.load("run1", [make_case("rec-1", "rec-2", reasons=reasons, scope="32")], now=NOON)
    return queue


def shown(queue, width=100, records=None, **kwargs):
    return render_case(queue.get(1, scope=NATION), records, width=width, **kwargs)


def test_a_case_opens_with_its_number_kind_and_meaning(queue):
    first, second, *_ = shown(queue).splitlines()
    assert first == "Kasus 1 · DUPLICATE · satu orang banyak NIK atau data ganda"
    assert second == "Status: BARU (baru) · Wilayah: 32 · Prioritas: 0.50"
    assert shown(queue, language="en").startswith("Case 1 · DUPLICATE · one person, several records")


def test_reasons_are_sentences_and_codes_without_one_stand_as_they_are(queue):
    text = shown(queue)
    assert "- Satu orang tampak memiliki lebih dari satu NIK. [GANDA_ORANG]" in text
    assert "- nama:similar\n" in text


def test_records_stand_side_by_side_and_say_whether_they_agree(queue):
    lines = shown(queue, records={"rec-1": SITI, "rec-2": TWICE}).splitlines()
    table = [line for line in lines if re.match(r"  (nik|nama|rt|alamat|tanggal_lahir|nama_ibu) ", line)]
    assert [line.split() for line in table] == [
        ["nik", "330103******0012", "327301******0003", "beda"],
        ["nama", "SITI", "NURHALIZA", "SITI", "NURHALIZAH", "beda"],
        ["nama_ibu", "S**", "W******", "S**", "W******", "sama"],
        ["tanggal_lahir", "1985-**-**", "1985-**-**", "sama"],
        ["alamat", "***", "***", "sama"],
        ["rt", "-", "***", "tidak", "diketahui"],
    ]
    assert len({line.index("  ", len(line.rstrip().rsplit("  ", 1)[0])) for line in table[:2]}) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_whole(queue, width):
    queue.propose(1, "ani", surviving="rec-2", reason="KTP-el atas nama yang bersangkutan", scope=NATION, now=later(1))
    text = shown(queue, width, {"rec-1": SITI, "rec-2": TWICE})
    body = [line for line in text.splitlines() if "linkage queue" not in line]
    assert max(map(len, body)) <= width
    assert not re.search(r"[0-9]{12}", text)
    assert "WAHYUNI" not in text
    assert "MELATI" not in text
    assert "07-01" not in text


def test_history_tells_who_did_what_and_which_record_stays(queue):
    queue.propose(1, "ani", surviving="rec-2", reason="KTP-el", scope=NATION, now=later(1))
    queue.return_(1, "budi", "minta akta", scope=NATION, now=later(2))
    text = shown(queue, 160)
    assert (
        "2026-11-21 12:01 UTC  ani  diusulkan (BARU → DIUSULKAN) · orang yang sama, satu data dipertahankan"
        " · data yang dipertahankan: 2. · KTP-el"
    ) in text
    assert "2026-11-21 12:02 UTC  budi  dikembalikan (DIUSULKAN → DIKEMBALIKAN)" in text
    assert "minta akta" in text


def test_the_successor_of_a_superseded_case_is_named(queue):
    queue.load("run2", [make_case("rec-1", "rec-2", "rec-3"), make_case("rec-4", "rec-5")], now=later(1))
    queue.load("run3", [make_case("rec-1", "rec-2", "rec-3", "rec-4", "rec-5")], now=later(2))
    assert "diteruskan oleh kasus 1" in render_case(queue.get(2, scope=NATION), None, width=200)


def test_next_steps_are_those_the_state_allows(queue):
    case = queue.get(1, scope=NATION)
    assert [line.split()[4] for line in next_steps(case)] == ["assign", "start", "propose", "different"]
    queue.propose(1, "ani", scope=NATION, now=later(1))
    assert [line.split()[4] for line in next_steps(queue.get(1, scope=NATION))] == ["approve", "return", "reject"]
    queue.approve(1, "budi", scope=NATION, now=later(2))
    assert next_steps(queue.get(1, scope=NATION)) == ["Kasus ini selesai."]


def test_a_shared_nik_is_offered_a_split_and_no_dismissal():
    queue = MemoryQueue()
    queue.load("run1", [make_case("a", "b", kind="SHARED_NIK")], now=NOON)
    steps = next_steps(queue.get(1, scope=NATION))
    assert any("propose --verdict split" in step for step in steps)
    assert not any("different" in step for step in steps)


def test_a_list_has_a_heading_and_aligned_columns(queue):
    queue.load("run2", [make_case("a", "b", scope="", kind="OPEN_MOVE")], complete=False, now=later(1))
    lines = render_list(queue.list(scope=NATION)).splitlines()
    assert lines[0].split() == ["Kasus", "Jenis", "Status", "Wilayah", "Prioritas", "Data", "Petugas"]
    assert lines[1].split() == ["1", "DUPLICATE", "BARU", "32", "0.50", "2", "-"]
    assert lines[2].split() == ["2", "OPEN_MOVE", "BARU", "pusat", "0.50", "2", "-"]
    assert len({line.index(word) for line, word in zip(lines, ("Jenis", "DUPL", "OPEN"), strict=True)}) == 1
    assert render_list([]) == "Tidak ada kasus."


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("nik", "3301034107850012", "330103******0012"),
        ("nik", "33010341078500", "**************"),
        ("nik", " ", ""),
        ("nama_ibu", "S. AMINAH", "S* A*****"),
        ("nama_ayah", "\x1bBUDI  \u202eSANTOSO", "?**** ?*******"),
        ("tanggal_lahir", "01-07-1985", "1985-**-**"),
        ("tanggal_lahir", "01-07-85", "****-**-**"),
        ("alamat", "JL MELATI 7", "***"),
        ("nama", "SITI", "SITI"),
        ("nama", "SITI\x1b[2J\u202e", "SITI?[2J?"),
    ],
)
def test_values_are_masked_and_made_harmless(field, value, expected):
    assert masked(field, value) == expected


def test_what_cannot_be_seen_is_shown():
    assert visible("A\u200bB\tC\nD") == "A?B C D"


@pytest.mark.parametrize("code", ["3", "327", "32 73", "3273\n", "٣٢"])
def test_a_region_that_is_no_code_is_refused(code):
    with pytest.raises(UsageError, match="region"):
        Scope(code)
