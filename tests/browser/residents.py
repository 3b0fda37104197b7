"""Invented residents with all that a register tells of them, and the cases they are in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from linkage.review.cases import CaseIn, PairIn, RecordIn
from linkage.review.shown import Kin
from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup, Explained
from tests.oracles.queue_cases import nik_digest

NURHALIZA: Final[Mapping[str, str]] = {
    "nik": "3273055708920003",
    "nama": "NURHALIZA PUTRI",
    "tanggal_lahir": "1992-08-17",
    "nama_ibu": "SITI ROHANI",
    "jenis_kelamin": "P",
    "tempat_lahir": "BANDUNG",
    "nama_ayah": "ASEP SUHERMAN",
    "no_kk": "3273051203080011",
    "nik_ibu": "3273054404680002",
    "alamat": "JALAN CIKUTRA 12",
    "rt": "003",
    "rw": "007",
    "kelurahan": "CIKUTRA",
    "kecamatan": "CIBEUNYING KIDUL",
    "kab_kota": "KOTA BANDUNG",
    "provinsi": "JAWA BARAT",
    "status_ktpel": "CARD_ISSUED",
    "flag_status": "0",
    "shdk": "4",
    "stat_kwn": "1",
    "agama": "1",
    "tgl_entri": "2008-03-12",
    "tgl_ubah": "2019-06-20",
}
NUR_HALIZAH: Final[Mapping[str, str]] = {
    **NURHALIZA,
    "nik": "3273055708920011",
    "nama": "NUR HALIZAH PUTRI",
    "nama_ibu": "SITI ROHANI",
    "no_kk": "3273052009150004",
    "nik_ibu": "",
    "alamat": "JALAN PADASUKA 4",
    "rt": "001",
    "rw": "012",
    "kelurahan": "PADASUKA",
    "status_ktpel": "UNREGISTERED",
    "shdk": "3",
    "stat_kwn": "2",
    "tgl_entri": "2015-09-20",
    "tgl_ubah": "2024-11-05",
}
"""The same woman, entered again when she married and moved: written in two words, and never enrolled again."""

_RARE: Final = {"count": 3, "total": 48_210}
_MOTHER = (("nama", "SITI ROHANI"), ("jenis_kelamin", "P"), ("tanggal_lahir", "1968-04-04"), ("shdk", "3"))
_FATHER = (("nama", "ASEP SUHERMAN"), ("jenis_kelamin", "L"), ("tanggal_lahir", "1965-11-30"), ("shdk", "1"))
_HUSBAND = (("nama", "DADAN RAMDANI"), ("jenis_kelamin", "L"), ("tanggal_lahir", "1990-01-09"), ("shdk", "1"))


def resident(
    record: str, values: Mapping[str, str], *, region: str = "3273", married: bool = False, kin: str = ""
) -> RecordIn:
    """A record of a resident, with the others on the card, or with one other of the name ``kin``."""
    others = ((("nama", kin),),) if kin else (_HUSBAND, _MOTHER) if married else (_FATHER, _MOTHER)
    family = tuple(Kin(f"{record}-{place}", told) for place, told in enumerate(others))
    held = tuple(sorted((field, value) for field, value in values.items() if value))
    return RecordIn(record, region, held, nik_digest(record), family)


def explained(left: str, right: str) -> Explained:
    """What speaks for and against Nurhaliza being Nur Halizah."""
    return Explained(
        left_id=left,
        right_id=right,
        model="supervised",
        weight_log2=6.1,
        probability=0.9856,
        link_threshold=0.5,
        start=(("expectation", -6.5),),
        groups=(
            EvidenceGroup("birth", 7.2, (Finding("birth.equal"),), ()),
            EvidenceGroup("mother", 4.6, (Finding("mother.equal"), Finding("mother.few", _RARE)), ()),
            EvidenceGroup("name", 3.9, (Finding("name.phonetic"), Finding("name.rare_word", {"one_in": 8_000})), ()),
            EvidenceGroup("nik", -1.9, (Finding("nik.first_twelve"),), ()),
            EvidenceGroup("card", -1.2, (Finding("card.different"),), ()),
            EvidenceGroup("sex", 0.2, (Finding("sex.equal"),), ()),
        ),
        calibration=-0.2,
        missing=(Finding("missing.one", {"field": "nik_ibu"}),),
        family=EvidenceGroup("family", 0.0, (Finding("family.kin_on_both", {"count": 1}),), ()),
        guards=(),
        rules=("nik",),
        levels={},
    )


def case_of(*records: RecordIn, kind: str = "DUPLICATE", reasons: Sequence[str] = ("GANDA_ORANG",)) -> CaseIn:
    """A case of these records, with a pair for each two of them, in the office that all of them share."""
    ordered = tuple(sorted(records, key=lambda record: record.record_id))
    ids = [record.record_id for record in ordered]
    pairs = tuple(
        PairIn(
            left, right, hashlib.sha256(f"{left} {right}".encode()).digest(), 0.9856, 6.1, (("nama", "phonetic"),),
            explained=explained(left, right),
        )
        for left, right in combinations(ids, 2)
    )  # fmt: skip
    case_id = hashlib.sha256("\n".join([kind, *ids]).encode()).hexdigest()[:16]
    return CaseIn(case_id, kind, _shared([record.region for record in ordered]), 0.5, ordered, tuple(reasons), pairs)


def twice_entered(name: str, *, regions: tuple[str, str] = ("3273", "3273"), **changed: str) -> CaseIn:
    """The case of a woman who was entered twice, in one regency or in two. ``changed``: of her second record."""
    first = resident(f"{name}-1", NURHALIZA, region=regions[0])
    return case_of(first, resident(f"{name}-2", {**NUR_HALIZAH, **changed}, region=regions[1], married=True))


def _shared(regions: Sequence[str]) -> str:
    first, *others = regions
    if all(region == first for region in others):
        return first
    return first[:2] if all(region[:2] == first[:2] for region in others) else ""
