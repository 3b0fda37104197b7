"""What is refused is said in Bahasa Indonesia and in English: what happened, whose case it is, what to do now."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from linkage.errors import CaseConflictError, LinkageError, NotPermittedError, UsageError
from linkage.review.cases import (
    Action,
    Case,
    Decision,
    Judgement,
    Lease,
    Record,
    Standing,
    State,
    Verdict,
    family_of,
)
from linkage.review.leases import token_digest
from linkage.review.people import Role, Scope, User
from linkage.review.refusals import Refusal, refusal, sentences
from linkage.review.rules import Command, take
from linkage.review.terminal_layout import Style
from linkage.review.terminal_refusals import refusal_line

PACKAGE = Path(__file__).resolve().parents[2] / "linkage"
FOR_PERSONS = {
    "CaseConflictError", "LockHeldError", "NotPermittedError", "ServiceUnavailableError", "UnknownCaseError",
    "UsageError",
}  # fmt: skip
# Met by a caller of the package or by whoever sets the queue up, never by who works on it.
NOT_MET = {
    ("fingerprint.py", "a field is given twice"),
    ("database.py", "the folder of the database does not exist"),
    ("effects.py", "its case was reopened meanwhile"),
}
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@cache
def raised() -> list[tuple[Path, ast.Call]]:
    """Every error that the package makes."""
    return [
        (file, node)
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error")
    ]


def given(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def strings(node: ast.AST | None) -> set[str]:
    found = () if node is None else ast.walk(node)
    return {one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def filled_in(call: ast.Call) -> set[str]:
    filled = given(call, "filled")
    names = {key.value for key in filled.keys} if isinstance(filled, ast.Dict) else set()
    return names | ({"holder"} if given(call, "holder") is not None else set())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def keys_of(call: ast.Call) -> set[str]:
    """The keys an error may carry; of one put together, as ``limit.{what}``, all that begin so."""
    key = given(call, "key")
    if isinstance(key, ast.JoinedStr):
        (begins,) = (text for text in strings(key) if text.endswith("."))
        return {known for known in sentences() if known.startswith(begins)}
    return {text for text in strings(key) if "." in text}


def test_every_key_in_use_has_its_sentences_and_every_sentence_is_in_use():
    assert {key for _, call in raised() for key in keys_of(call)} == set(sentences())


def test_whatever_is_refused_to_a_person_has_a_key():
    keyless = {
        (file.name, call.args[0].value if isinstance(call.args[0], ast.Constant) else ast.unparse(call.args[0]))
        for file, call in raised()
        if call.func.id in FOR_PERSONS and file.is_relative_to(PACKAGE / "review") and not keys_of(call)
    }
    assert keyless == NOT_MET


@pytest.mark.parametrize("key", sentences())
def test_both_languages_say_what_happened_and_what_to_do_in_whole_sentences(key):
    entry = sentences()[key]
    assert set(entry) == {"problem", "remedy"}
    calls = [call for _, call in raised() if key in keys_of(call)]
    for said in entry.values():
        assert set(said) == {"id", "en"}
        assert placeholders(said["id"]) == placeholders(said["en"])
        assert all(placeholders(said["id"]) <= filled_in(call) for call in calls)
        for text in said.values():
            assert text.endswith((".", "linkage run")), text
            assert text[0].isupper() or text.startswith(("{", "--")), text


ANI = User("ani", Scope("6172"), frozenset({Role.PETUGAS}))
SARI = User("sari", Scope("6172"), frozenset({Role.PETUGAS, Role.PENYETUJU}))


def lease(owner: str, minutes: int = 10) -> Lease:
    return Lease(owner, token_digest("secret-token"), NOW + timedelta(minutes=minutes))


def case(state: State = State.BARU, **changes: object) -> Case:
    records = tuple(Record(name, region, (), own=True) for name, region in (("rec-1", "6172"), ("rec-2", "6101")))
    plain = Case(
        id=7, case_id="c7", kind="DUPLICATE", scope="6172", office="6172", priority=0.5, state=state, version=3,
        reasons=(), assignee=None, assigned_until=None, lease=None, due_at=None, run_id="run1", model="model",
        opened_at=NOW, closed_at=None, turn_at=NOW, waiting=False, records=records, pairs=(), history=(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def held(by: str = "ani", minutes: int = 10, **changes: object) -> Case:
    return case(State.DALAM_VERIFIKASI, lease=lease(by, minutes), **changes)


PROPOSED = Decision(7, 1, Action.PROPOSE, "ani", State.DALAM_VERIFIKASI, State.DIUSULKAN, NOW)
ASKED = replace(PROPOSED, action=Action.ASK, to_state=State.MENUNGGU_DOKUMEN, region="6101")
OWN = replace(PROPOSED, actor="sari")
APPROVED = Judgement("rec-1", "rec-2", family_of("DUPLICATE"), Standing.SAME, b"", 3)
DIFFERENT = replace(APPROVED, standing=Standing.DIFFERENT)


def said(of: Case, action: Action, *, by: User = ANI, language: str = "id", **asked: object) -> Refusal:
    """What a user is told who asks for a step and is refused."""
    with pytest.raises(LinkageError) as caught:
        take(of, Command(action, **asked), by=by, now=NOW)  # type: ignore[arg-type]
    assert "rec-" not in str(refusal(caught.value, "id"))
    return refusal(caught.value, language)  # type: ignore[arg-type]


HOLDING = {"token": "secret-token"}


@pytest.mark.parametrize(
    ("of", "asked", "problem", "remedy"),
    [
        (held("sari"), {"action": Action.CLAIM}, "Kasus ini sedang dikerjakan oleh sari.",
         "Tunggu sampai selesai, atau ambil kasus berikutnya."),
        (held(minutes=0), {"action": Action.PROPOSE, **HOLDING},
         "Waktu Anda memegang kasus ini sudah habis, atau kasus ini belum Anda ambil.",
         "Ambil lagi kasus ini, lalu ulangi langkah Anda."),
        (held(), {"action": Action.PROPOSE, "token": "another"},
         "Kasus ini sudah Anda buka lagi di jendela atau perangkat lain.",
         "Lanjutkan di sana, atau ambil lagi kasus ini di sini."),
        (held(), {"action": Action.PROPOSE, "version": 2, **HOLDING},
         "Kasus ini sudah berubah sejak ditampilkan kepada Anda.",
         "Langkah Anda belum dicatat. Lihat isinya yang terbaru, lalu putuskan lagi."),
        (case(State.KEMBAR), {"action": Action.PROPOSE},
         "Status kasus ini sekarang “kembar: orang yang berbeda”, sehingga langkah “usulkan” tidak dapat dilakukan.",
         "Lihat lagi kasusnya; langkah yang tersedia tercantum di sana."),
        (case(State.DIUSULKAN), {"action": Action.APPROVE},
         "Untuk langkah “setujui usulan” diperlukan peran penyetuju usulan.",
         "Mintalah rekan dengan peran itu, atau hubungi pengelola hak akses."),
        (case(State.DIUSULKAN, history=(OWN,)), {"action": Action.EXAMINE, "by": SARI},
         "Anda pernah mengerjakan kasus ini, jadi usulannya harus dijawab oleh orang lain.",
         "Serahkan kepada penyetuju usulan lain, dan ambil kasus berikutnya."),
        (case(State.DIUSULKAN, history=(PROPOSED,)), {"action": Action.TAKE_BACK, "by": SARI},
         "Usulan ini dibuat oleh ani, dan hanya pengusulnya yang dapat menariknya kembali.",
         "Mintalah ani menariknya, atau tunggu jawaban penyetuju usulan."),
        (case(office="61"), {"action": Action.CLAIM},
         "Kasus ini ditangani oleh Disdukcapil Provinsi Kalimantan Barat.",
         "Hubungi kantor itu bila ada yang perlu disampaikan."),
        (case(office=""), {"action": Action.CLAIM}, "Kasus ini ditangani oleh pusat.",
         "Hubungi kantor itu bila ada yang perlu disampaikan."),
        (case(assignee="sari", assigned_until=NOW + timedelta(days=2)), {"action": Action.CLAIM},
         "Kasus ini ditugaskan kepada sari.",
         "Ambil kasus berikutnya, atau mintalah pengawas antrean menugaskannya kepada Anda."),
        (held(), {"action": Action.NEED, **HOLDING}, "Alasannya belum diisi.", "Tuliskan alasannya."),
        (held(), {"action": Action.NEED, "reason": "3273014101800001", **HOLDING},
         "Alasannya memuat nomor 16 angka, seperti NIK atau nomor KK.",
         "Sebutkan dokumennya saja, tanpa nomor penduduk."),
        (held(), {"action": Action.NEED, "reason": "akta", "due_at": NOW + timedelta(days=400), **HOLDING},
         "Batas waktunya harus dalam 180 hari ke depan.", "Pilih hari lain."),
        (held(), {"action": Action.PROPOSE, "verdict": Verdict.SPLIT, **HOLDING},
         "Usulan itu tidak sesuai dengan kasus jenis “satu orang banyak NIK atau data ganda”.",
         "Yang dapat diusulkan: orang yang sama, satu NIK dipertahankan (duplicate)."),
        (held(), {"action": Action.DIFFERENT, "reason": "cousins", **HOLDING},
         "Sebabnya belum dipilih, atau tidak dikenal.",
         "Pilih salah satu: kembar (twins), saudara kandung (siblings), senama (namesakes),"
         " orang berbeda, sebab lain (other)."),
        (held(kind="SHARED_NIK"), {"action": Action.DIFFERENT, "reason": "other", **HOLDING},
         "Kasus jenis “satu NIK banyak orang” tidak selesai dengan menyatakan orang yang berbeda.",
         "Yang dapat diusulkan: orang berbeda, pemilik NIK ditetapkan (split)."),
        (held(settled=(DIFFERENT,)), {"action": Action.PROPOSE, "verdict": Verdict.DUPLICATE, **HOLDING},
         "Dua data di antaranya sudah diputus sebagai orang yang berbeda dalam kasus 3.",
         "Pisahkan kedua data itu dalam usulan Anda."),
        (held(history=(ASKED,)), {"action": Action.ASK, "reason": "kenal?", "region": "6101", **HOLDING},
         "Pertanyaan kepada Disdukcapil Kabupaten Sambas sudah dikirim dan belum dijawab.",
         "Tunggu jawabannya. Bila batas waktu lewat, kasus diteruskan ke tingkat atas."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_happened_whose_case_it_is_and_what_to_do(of, asked, problem, remedy):
    told = said(of, **asked)
    assert (told.problem, told.remedy, told.where) == (problem, remedy, "Kasus 7")


def test_who_holds_the_case_and_until_when_is_told_beside_the_sentence():
    for of, until in (
        (held("sari"), NOW + timedelta(minutes=10)),
        (case(assignee="sari", assigned_until=NOW + timedelta(days=2)), NOW + timedelta(days=2)),
        (case(State.MENUNGGU_DOKUMEN, assignee="sari", due_at=NOW + timedelta(days=9)), NOW + timedelta(days=9)),
    ):
        told = said(of, Action.CLAIM)
        assert (told.holder, told.until) == ("sari", until)
        assert "sari" in told.problem


def test_the_second_language_says_the_same():
    told = said(held("sari"), Action.CLAIM, language="en")
    assert told.problem == "sari is working on this case."
    assert told.remedy == "Wait for them, or take the next case."
    assert said(case(office="61"), Action.CLAIM, language="en").problem == (
        "This case is with the office of Kalimantan Barat Province."
    )


def test_an_error_that_nobody_translated_keeps_its_english_text():
    error = UsageError("a field is given twice", where="field nama", remedy="Name it once")
    assert refusal(error) == Refusal("a field is given twice", "Name it once", "Elemen data nama")
    assert refusal(LinkageError("the disk is full")) == Refusal("the disk is full", "")


def test_what_the_system_did_is_told_as_a_word():
    error = NotPermittedError("", key="reopen.foreign", filled={"person": "sistem"})
    assert refusal(error, "en").problem.startswith("Only the system, who decided,")


def test_the_terminal_tells_in_one_line_until_when():
    error = CaseConflictError("", where="case 7", key="lease.held", holder="sari", until=NOW)
    assert refusal_line(error, Style(zone=timezone(timedelta(hours=7), "WIB"))) == (
        "Kasus 7: Kasus ini sedang dikerjakan oleh sari. Sampai 2026-11-23 14:00 WIB."
        " Tunggu sampai selesai, atau ambil kasus berikutnya."
    )
    assert refusal_line(UsageError("no"), Style()) == "no"
