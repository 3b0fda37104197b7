"""The queue as text on a terminal, drawn from cases written by hand."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.review.cases import (
    Action,
    Case,
    CaseSummary,
    Count,
    Decision,
    Family,
    Judgement,
    Lease,
    Pair,
    Record,
    Standing,
    State,
    Verdict,
)  # fmt: skip
from linkage.review.effects import Effect
from linkage.review.leases import token_digest
from linkage.review.people import Role, Scope, User
from linkage.review.resolution import PersonOut
from linkage.review.shown import Survivor
from linkage.review.steps import open_steps
from linkage.review.terminal import render_case
from linkage.review.terminal_json import case_json
from linkage.review.terminal_layout import Style, command_lines
from linkage.review.terminal_lists import render_counts, render_list, render_pending
from linkage.review.terminal_records import evidence_words
from linkage.spec import load_builtin_spec
from tests.oracles.queue_cases import NOON, later, make_explained


def user(name: str, region: str, *roles: Role) -> User:
    return User(name, Scope(region), frozenset(roles or (Role.PETUGAS,)))


ANI = user("ani", "3273")
SARI = user("sari", "3273", Role.PENYETUJU, Role.PETUGAS)
BUDI = user("budi", "3273", Role.PENGAWAS)
MADE = user("made", "3374")
PUSAT = user("pusat", "", Role.PETUGAS)

VALUES = (("nama", "RATNA SARI"), ("nik", "327301******0012"), ("tanggal_lahir", "1980-**-**"))
OTHER = (("nama", "RATNA SAHRI"), ("nik", "327301******0012"), ("tanggal_lahir", "1980-**-**"))


def case(**changes: object) -> Case:
    """A case of two records of 3273 whose numbers look alike under the mask, and are not."""
    pair = Pair("rec-1", "rec-2", b"", 0.9, 3.5, (("nama", "similar"),), Standing.PROPOSED)
    plain = Case(
        id=7, case_id="c7", kind="DUPLICATE", scope="3273", office="3273", priority=0.5, state=State.BARU, version=1,
        reasons=("GANDA_ORANG", "nama:similar"), assignee=None, assigned_until=None, lease=None, due_at=None,
        run_id="run1", model="0123456789abcdef", opened_at=NOON, closed_at=None, turn_at=NOON, waiting=False,
        records=(Record("rec-1", "3273", VALUES, own=True), Record("rec-2", "3273", OTHER, own=True)),
        pairs=(pair,), history=(),
        agreements=(("nama", "differs"), ("nik", "differs"), ("tanggal_lahir", "same")),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def entry(seq: int, action: Action, actor: str, before: State, after: State, **more: object) -> Decision:
    made = Decision(7, seq, action, actor, before, after, later(seq))
    return replace(made, **more)  # type: ignore[arg-type]


def held(by: str = "ani") -> Case:
    lease = Lease(by, token_digest("secret-token"), NOON + timedelta(minutes=30))
    taken = entry(1, Action.CLAIM, by, State.BARU, State.DALAM_VERIFIKASI)
    return case(state=State.DALAM_VERIFIKASI, version=2, lease=lease, history=(taken,))


def proposed() -> Case:
    persons = (PersonOut(("rec-1", "rec-2"), "rec-2", (("nama", "rec-1"),)),)
    told = entry(2, Action.PROPOSE, "ani", State.DALAM_VERIFIKASI, State.DIUSULKAN, verdict=Verdict.DUPLICATE,
                 persons=persons, reason="KTP-el")  # fmt: skip
    return case(state=State.DIUSULKAN, version=3, history=(*held().history, told))


def moved() -> Case:
    """A case of two regencies that waits for the answer of one of them."""
    asked = entry(2, Action.ASK, "pusat", State.DALAM_VERIFIKASI, State.MENUNGGU_DOKUMEN, region="3374",
                  reason="masih tinggal di sana?", due_at=later(20_000))  # fmt: skip
    brief = Record("rec-2", "3374", (("nama", "RATNA SAHRI"),), own=False)
    return case(kind="OPEN_MOVE", scope="", office="", state=State.MENUNGGU_DOKUMEN, due_at=later(20_000),
                assignee="pusat", records=(case().records[0], brief), history=(asked,), agreements=())  # fmt: skip


def shown(one: Case, by: User = ANI, width: int = 100, **style: object) -> str:
    return render_case(one, by, Style(width, **style), now=later(5))  # type: ignore[arg-type]


def test_a_case_opens_with_its_number_kind_state_office_and_version() -> None:
    text = shown(held())
    assert text.startswith("Kasus 7 · DUPLICATE · satu orang banyak NIK atau data ganda\n")
    assert "Status: DALAM_VERIFIKASI (dalam verifikasi) · Kantor: 3273" in text
    assert "Versi: 2" in text
    assert "Dipegang: ani (Anda) sampai 2026-11-21 12:30 UTC" in " ".join(text.split())
    assert shown(case(), language="en").startswith("Case 7 · DUPLICATE · one person, several records")


def test_who_found_it_is_told_by_run_and_the_beginning_of_the_models_digest() -> None:
    assert "proses run1, model 0123456789ab" in " ".join(shown(case()).split())


def test_what_differs_under_the_mask_is_told_although_it_looks_alike() -> None:
    (line,) = re.findall(r"^  NIK .*$", shown(case()), re.MULTILINE)
    assert line.split() == ["NIK", "327301******0012", "327301******0012", "beda"]


def test_reasons_are_sentences_or_evidence_and_a_code_without_words_stands_as_it_is() -> None:
    text = shown(case(reasons=("GANDA_ORANG", "nama:similar", "JENIS_BARU")))
    assert "- Satu orang tampak memiliki lebih dari satu NIK. [GANDA_ORANG]\n" in text
    assert "- Nama lengkap: mirip [nama:similar]\n" in text
    assert "- JENIS_BARU\n" in text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("one", [case(), held(), proposed(), moved()], ids=["new", "held", "proposed", "moved"])
def test_no_line_is_wider_than_the_terminal_but_a_word_of_a_command_that_is(one: Case, width: int) -> None:
    for by in (ANI, SARI, MADE):
        for line in shown(one, by, width).splitlines():
            assert len(line) <= max(width, 40) or len(line.split()) <= 4, line


def test_there_is_no_colour_unless_it_is_asked_for() -> None:
    assert "\x1b" not in shown(proposed(), SARI)
    coloured = shown(proposed(), SARI, colour=True)
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == shown(proposed(), SARI)
    assert coloured.count("\x1b[0m") > 5


def test_a_value_from_a_file_cannot_steer_the_terminal() -> None:
    records = (Record("rec-1\x1b[2J", "3273", (("nama", "A\x1b[2J"),), own=True),)
    text = shown(case(records=records, pairs=(), agreements=()))
    assert "\x1b" not in text
    assert "A?[2J" in text


def test_another_regions_record_is_told_as_such_to_whom_it_is_shown_in_brief() -> None:
    assert "2. rec-2 · 3374 · daerah lain, ringkasan saja" in shown(moved())
    assert "ringkasan" not in shown(moved(), PUSAT)


def test_a_waiting_case_tells_who_was_asked_and_who_has_answered() -> None:
    assert "Ditanya, belum menjawab: 3374" in " ".join(shown(moved(), PUSAT).split())
    again = entry(3, Action.ANSWER, "made", State.MENUNGGU_DOKUMEN, State.MENUNGGU_DOKUMEN, region="3374")
    answered = replace(moved(), history=(*moved().history, again))
    assert "Sudah menjawab: 3374" in " ".join(shown(answered, PUSAT).split())


def test_a_proposal_tells_the_persons_and_whose_nik_stays() -> None:
    text = shown(proposed(), SARI)
    assert "Usulan\n  ani: orang yang sama, satu NIK dipertahankan\n" in text
    assert "  Orang 1: 1, 2 · NIK data 2 · Nama lengkap dari 1\n" in text


def test_history_tells_who_did_what_and_why() -> None:
    text = " ".join(shown(proposed(), SARI, 160).split())
    assert "2026-11-21 12:02 UTC ani diusulkan (DALAM_VERIFIKASI → DIUSULKAN)" in text
    assert "KTP-el" in text


def steps(one: Case, by: User) -> list[str]:
    return [step.value for step in open_steps(one, by, now=later(5))]


def test_next_steps_are_those_the_state_role_region_and_lease_allow_this_user() -> None:
    work = ["propose", "different", "set_aside", "need", "escalate"]
    assert steps(case(), ANI) == ["claim", *work]
    assert steps(case(), BUDI) == ["assign"]
    assert steps(case(), MADE) == []
    assert steps(held(), ANI) == ["release", *work]
    assert steps(held("dewi"), ANI) == []
    assert steps(held("dewi"), BUDI) == ["assign", "release", "escalate"]
    assert steps(proposed(), ANI) == ["take_back"]
    assert steps(proposed(), SARI) == ["examine", "approve", "return", "reject"]
    assert steps(moved(), MADE) == ["answer"]


def test_a_user_who_can_do_nothing_is_told_so() -> None:
    assert "Saat ini tidak ada langkah yang dapat Anda ambil." in shown(held("dewi"))


def test_a_shared_nik_is_offered_a_split_and_no_dismissal() -> None:
    one = case(kind="SHARED_NIK")
    assert "different" not in steps(one, ANI)
    assert "propose --verdict split --keeps 1" in shown(one)


def test_a_proposal_is_offered_with_the_record_whose_nik_the_rules_let_stay() -> None:
    told = replace(held(), survivors=(Survivor("nik", "rec-2", "enrolled", None),))
    assert "propose --verdict duplicate --keeps 2" in shown(told)


def settled(left: str, right: str, standing: Standing) -> Judgement:
    return Judgement(left, right, Family.PERSON, standing, b"", case=3)


@pytest.mark.parametrize(
    "before",
    [
        (settled("rec-1", "rec-2", Standing.DIFFERENT),),
        (settled("rec-1", "rec-3", Standing.SAME), settled("rec-1", "rec-2", Standing.DIFFERENT)),
    ],
    ids=["different", "same and different"],
)
def test_a_case_with_records_settled_before_is_still_open_to_a_partition(before: tuple[Judgement, ...]) -> None:
    third = replace(case().pairs[0], left_id="rec-2", right_id="rec-3")
    records = (*case().records, Record("rec-3", "3273", VALUES, own=True))
    assert "propose" in steps(case(records=records, pairs=(third,), settled=before), ANI)


def test_a_shared_nik_of_which_two_records_were_approved_as_one_person_is_still_open_to_a_split() -> None:
    records = (*case().records, Record("rec-3", "3273", VALUES, own=True))
    before = (settled("rec-1", "rec-3", Standing.SAME),)
    assert "propose" in steps(case(kind="SHARED_NIK", records=records, pairs=(), settled=before), ANI)


def evidence_line(language: str, *evidence: tuple[str, str]) -> str:
    pair = replace(case().pairs[0], evidence=evidence)
    text = " ".join(shown(case(pairs=(pair,)), width=400, language=language).split())
    return re.findall(r"[+]3.5(.*?) (?:Langkah berikut|Next steps)", text)[0].removeprefix(" · ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", "Nama lengkap: agak mirip, Jenis kelamin: berbeda, NIK dan tgl lahir: hanya NIK sama, warna mata: sama"),
        ("en", "Full name: somewhat alike, Sex: different, NIK and birth date: only the NIK equal, warna mata: equal"),
    ],
)
def test_evidence_is_told_in_words_and_what_says_nothing_is_left_out(language: str, expected: str) -> None:
    evidence = (
        ("nama", "near"), ("jenis_kelamin", "different"), ("tempat_lahir", "missing"),
        ("nik_dan_tanggal_lahir", "nik_only"), ("status_ktpel", "different"), ("warna_mata", "equal"),
    )  # fmt: skip
    assert evidence_line(language, *evidence) == expected
    assert evidence_line(language, ("status_ktpel", "different"), ("nik", "missing")) == ""


@pytest.mark.parametrize("language", ["id", "en"])
def test_evidence_in_sentences_takes_the_place_of_levels_with_its_bits(language: str) -> None:
    explained = make_explained("rec-1", "rec-2", 0.9)
    pair = replace(case().pairs[0], evidence=(("nama", "equal"),), explained=explained)
    text = shown(case(pairs=(pair,)), width=60, language=language)
    assert max(map(len, text.splitlines())) <= 60
    said = " ".join(text.split())
    assert f"+2.5 {explained.groups[0].sentence(language)}" in said
    assert explained.guards[0].finding.say(language) in said
    assert evidence_words(pair.evidence, Style(language=language))[0] not in said


def test_every_comparison_of_residents_has_words_of_its_own_for_each_level() -> None:
    for comparison in load_builtin_spec("residents").comparisons:
        for level in comparison.level_names[2:]:
            told = [evidence_words(((comparison.name, level),), Style(language=language)) for language in ("id", "en")]
            assert told[0][0].partition(": ")[2] != told[1][0].partition(": ")[2]
            assert not any("_" in words[0] for words in told)


def test_what_is_to_be_published_is_told_with_its_verdict_in_words_under_a_number() -> None:
    effect = Effect(12, 7, "SHARED_NIK", Verdict.SPLIT, (), "ani", "sari", NOON)
    heading, line = render_pending([effect], Style(160)).splitlines()
    assert heading.split()[:2] == ["Nomor", "Kasus"]
    assert "orang berbeda, pemilik NIK ditetapkan" in line
    assert "split" not in line


def test_a_published_decision_is_offered_to_be_undone_and_not_to_be_reopened() -> None:
    done = entry(3, Action.APPROVE, "sari", State.DIUSULKAN, State.DISETUJUI)
    one = case(state=State.DISETUJUI, history=(*proposed().history, done))
    assert "reopen" in steps(one, SARI)
    assert "revert" not in steps(one, SARI)
    assert "reopen" not in steps(replace(one, published=True), SARI)
    assert "revert" in steps(replace(one, published=True), SARI)


def test_a_long_command_is_cut_into_lines_that_a_shell_reads_as_one() -> None:
    lines = command_lines(("linkage queue decide", "7", "propose", "--verdict split", "--keeps 1"), 36)
    assert len(lines) > 1
    assert max(map(len, lines)) <= 36
    assert "".join(line.removesuffix("\\") for line in lines).split() == [
        "linkage", "queue", "decide", "7", "propose", "--verdict", "split", "--keeps", "1",
    ]  # fmt: skip


SUMMARY = CaseSummary(
    id=7, case_id="c7", kind="DUPLICATE", scope="3273", office="", priority=0.5, state=State.BARU, version=1,
    reasons=(), records=2, assignee=None, held_by="ani", held_until=None, due_at=None, opened_at=NOON, turn_at=NOON,
    waiting=False,
)  # fmt: skip


def test_a_list_has_a_heading_and_aligned_columns_and_folds_on_a_narrow_terminal() -> None:
    lines = render_list([SUMMARY], Style(100)).splitlines()
    assert lines[1].split() == ["7", "DUPLICATE", "BARU", "pusat", "0.50", "2", "ani", "-"]
    assert lines[0].index("Jenis") == lines[1].index("DUPLICATE")
    folded = render_list([SUMMARY], Style(40)).splitlines()
    assert max(map(len, folded)) <= 40
    assert folded[0] == "Kasus: 7"
    assert render_list([], Style()) == "Tidak ada kasus."


def test_counts_tell_what_can_be_worked_on_and_what_waits_apart() -> None:
    counts = [Count("DUPLICATE", State.BARU, "3273", waiting, number) for waiting, number in ((False, 3), (True, 1200))]
    lines = render_counts(counts, Style()).splitlines()
    assert lines[1].split() == ["DUPLICATE", "BARU", "3273", "3", "1,200"]
    assert lines[-1].split() == ["Jumlah", "3", "1,200"]


def test_a_case_for_scripts_carries_neither_token_nor_fingerprint() -> None:
    told = case_json(held())
    assert told["lease"] == {"owner": "ani", "until": "2026-11-21T12:30:00+00:00"}
    assert "fingerprint" not in told["pairs"][0]
    assert told["records"][0]["values"]["nama"] == "RATNA SARI"
