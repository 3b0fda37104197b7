"""What offices answered, judged against what they were asked: which usulan change, and which rows are not taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from linkage.identifiers import Nik
from linkage.publishing.returned import NEEDED, Answer, Refused
from linkage.publishing.usulan_sheet import ACTION, NEW_NIK, NIK, NOTE, RECORD_ID, STATUS, USULAN_ID
from linkage.reference.usulan import Action, Note, Status, Usulan
from linkage.review.people import Scope
from linkage.words.levels import Language

REASONS: Final[Mapping[str, Mapping[Language, str]]] = MappingProxyType(
    {
        "USULAN_MISSING": {
            "id": "nomor usulan kosong; kirim kembali lembar yang diterima tanpa mengubah kolom itu",
            "en": "the row has no number; send the sheet back without changing that column",
        },
        "USULAN_UNKNOWN": {
            "id": "tidak ada usulan dengan nomor ini",
            "en": "nothing was asked under this number",
        },
        "USULAN_FOREIGN": {
            "id": "usulan ini untuk kantor lain",
            "en": "this was asked of another office",
        },
        "USULAN_MISMATCH": {
            "id": "kolom ini tidak sesuai dengan yang diminta di bawah nomor ini: isi baris tergeser atau nomornya "
            "keliru; isi ulang jawabannya pada lembar yang diterima",
            "en": "this column is not what was asked under this number: the row was shifted, or the number is wrong; "
            "fill the answer in again on the sheet that was received",
        },
        "USULAN_TWICE": {
            "id": "nomor ini sudah dijawab pada baris lain; jawaban pertama yang dihitung",
            "en": "another row answers this number; the first one counts",
        },
        "USULAN_CANCELLED": {
            "id": "usulan ini sudah dibatalkan; bila terlanjur dilaksanakan, kembalikan dan laporkan ke pusat",
            "en": "this is no longer asked for; if it was carried out, undo it and tell the centre",
        },
        "STATUS_UNKNOWN": {
            "id": "isi dengan DILAKSANAKAN atau GAGAL, atau biarkan DIUSULKAN bila belum dikerjakan",
            "en": "write DILAKSANAKAN or GAGAL, or leave DIUSULKAN when it is not done yet",
        },
        "STATUS_BACK": {
            "id": "sudah dilaporkan DILAKSANAKAN; minta pembatalan bila keliru",
            "en": "it was reported as carried out before; ask for it to be undone if that was wrong",
        },
        "NOTE_NEEDED": {
            "id": "GAGAL memerlukan catatan: " + ", ".join(Note),
            "en": "GAGAL needs a note: " + ", ".join(Note),
        },
        "NIK_INVALID": {
            "id": "NIK baru harus 16 angka yang sah dan berbeda dari yang lama",
            "en": "a new NIK is 16 digits that follow the rules, and not the old one",
        },
        "FILE_TWICE": {"id": "berkas yang sama diberikan dua kali", "en": "the same file was given twice"},
        "COLUMNS_MISSING": {
            "id": "lembar harus punya kolom " + ", ".join(NEEDED) + "; kirim kembali lembar yang diterima, utuh",
            "en": "the sheet needs the columns " + ", ".join(NEEDED) + "; send back the sheet that was received, whole",
        },
    }
)
"""Why a row or file of answers is not taken, and what to do. Other codes: those of reading files."""

_OTHERS: Final[Mapping[Language, str]] = MappingProxyType(
    {
        "id": "tidak terbaca; kirim kembali lembar sebagai CSV atau XLSX",
        "en": "it cannot be read; send the sheet back as CSV or XLSX",
    }
)


_SAID: Final[Mapping[str, Mapping[Language, str]]] = MappingProxyType(
    {
        "taken": {"id": "{taken:,} jawaban dicatat", "en": "{taken:,} answers taken"},
        "nothing": {"id": "tidak ada yang baru", "en": "nothing new"},
        "others": {
            "id": "  sudah tercatat {known:,}, belum dijawab {unanswered:,}, tidak diterima {refused:,}",
            "en": "  known before {known:,}, not answered yet {unanswered:,}, refused {refused:,}",
        },
        "carried_out": {
            "id": "  {number:,} kasus yang semua usulannya selesai: {cases}",
            "en": "  {number:,} cases of which all is carried out: {cases}",
        },
        "reply": {
            "id": "  yang tidak diterima, untuk dikirim ke kantor: {file}",
            "en": "  what was refused, to be sent to the office: {file}",
        },
        "left": {
            "id": "  {number:,} kasus selesai, tetapi kantor yang berwenang yang harus menandainya: {cases}",
            "en": "  {number:,} cases of which all is carried out, but the office in charge must say so: {cases}",
        },
    }
)


def said(code: str, language: Language, **filled: object) -> str:
    """Return a sentence on what came of sheets."""
    return _SAID[code][language].format(**filled)


def reason(code: str, language: Language) -> str:
    """Return what to do about a row or file that is not taken; never with a value of it."""
    return REASONS.get(code, _OTHERS)[language]


@dataclass(frozen=True, repr=False)
class Judged:
    """Rows given = ``taken`` + ``known`` + ``unanswered`` + the rows in ``refused``.

    ``taken``: usulan as they stand now. ``known``: answers that were given before, by number. ``unanswered``: rows in
    which nothing was answered yet.
    """

    taken: tuple[Usulan, ...]
    known: tuple[str, ...]
    unanswered: int
    refused: tuple[Refused, ...]


def judge(answers: Sequence[Answer], asked: Mapping[str, Usulan], scope: Scope) -> Judged:
    """Return what the answers of an office change. ``asked``: usulan by number. ``scope``: whose answers they are."""
    taken: list[Usulan] = []
    known: list[str] = []
    refused: list[Refused] = []
    unanswered = 0
    seen: set[str] = set()
    for answer in answers:
        fault = next(_faults(answer, asked.get(answer.usulan_id), scope, seen), None)
        if fault is not None:
            refused.append(Refused(answer.source, answer.line, *fault))
            continue
        if _is_blank(answer):
            unanswered += 1
            continue
        seen.add(answer.usulan_id)
        before = asked[answer.usulan_id]
        now = replace(before, status=Status(_status(answer)), note=_note(answer))
        if now == before:
            known.append(before.usulan_id)
        else:
            taken.append(now)
    return Judged(tuple(taken), tuple(known), unanswered, tuple(refused))


def _faults(answer: Answer, asked: Usulan | None, scope: Scope, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield why an answer cannot be taken, (column, code), the first thing to see to first."""
    if not answer.usulan_id:
        yield USULAN_ID, "USULAN_MISSING"
    if asked is None:
        yield USULAN_ID, "USULAN_UNKNOWN"
        return
    if not scope.covers(asked.region):
        yield USULAN_ID, "USULAN_FOREIGN"
    for column in _other(answer, asked):
        yield column, "USULAN_MISMATCH"
    if _is_blank(answer):
        return
    status = _status(answer)
    if asked.status is Status.DIBATALKAN:
        if status != Status.DIBATALKAN:
            yield USULAN_ID, "USULAN_CANCELLED"
        return
    if status not in (Status.DILAKSANAKAN, Status.GAGAL):
        yield STATUS, "STATUS_UNKNOWN"
    if answer.usulan_id in seen:
        yield USULAN_ID, "USULAN_TWICE"
    if status == Status.GAGAL and asked.status is Status.DILAKSANAKAN:
        yield STATUS, "STATUS_BACK"
    if status == Status.GAGAL and _note(answer) not in set(Note):
        yield NOTE, "NOTE_NEEDED"
    if answer.new_nik and not _is_new_nik(answer.new_nik, asked):
        yield NEW_NIK, "NIK_INVALID"


def _other(answer: Answer, asked: Usulan) -> Iterator[str]:
    """Yield the columns in which a row says otherwise than what was asked under its number. A NIK that is not in the
    sheet, cannot be one, or was erased since is not looked at: spreadsheets damage what is no number of 16 digits."""
    if answer.action.upper() != asked.action:
        yield ACTION
    if answer.record_id != asked.record_id:
        yield RECORD_ID
    number = Nik.parse(asked.nik or "")
    if answer.nik and number is not None and number != Nik.parse(answer.nik):
        yield NIK


def _is_new_nik(text: str, asked: Usulan) -> bool:
    """Whether a NIK that was given anew can be one. It is not kept: the next extract brings it."""
    number = Nik.parse(text)
    return asked.action is Action.NIK_BARU and number is not None and number.digits != asked.nik


def _is_blank(answer: Answer) -> bool:
    return _status(answer) in ("", Status.DIUSULKAN)


def _status(answer: Answer) -> str:
    return answer.status.upper()


def _note(answer: Answer) -> str:
    """Return the note of what failed; what was carried out needs none."""
    return answer.note.upper() if _status(answer) == Status.GAGAL else ""
