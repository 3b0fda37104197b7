"""Invented residents whose values are easy to find wherever they turn up, and some that want to be more than values."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from linkage.review.cases import CaseIn, RecordIn
from linkage.review.shown import Kin
from tests.oracles.queue_cases import make_pair, nik_digest

CANARY: Final = {
    "nik": "3273011705845519",
    "no_kk": "3273010203994421",
    "nama": "KENARINAMA SATU",
    "nama_ibu": "KENARIIBU DUA",
    "nama_ayah": "KENARIAYAH TIGA",
    "nik_ibu": "3273015206617732",
    "nik_ayah": "3273010908598843",
    "no_akta_lhr": "3273LU17051984006677",
    "alamat": "JALAN KENARIALAMAT 77",
    "rt": "KENARIRT",
    "tanggal_lahir": "1984-05-17",
    "jenis_kelamin": "P",
}

KIN: Final = Kin(
    "kin",
    (("nama", "KENARIANAK EMPAT"), ("nik", "3273012911097754"), ("tanggal_lahir", "2009-11-29"), ("shdk", "4")),
)

SHUT: Final = (
    *("3273011705845519", "1705845519", "05845519", "3273010203994421", "03994421"),
    *("KENARIIBU", "KENARIAYAH", "KENARIALAMAT", "3273015206617732", "3273010908598843", "LU17051984", "KENARIRT"),
    *("1984-05", "05-1984", "05/1984", "Mei 1984", "May 1984", "3273012911097754", "2009-11", "November 2009"),
)
"""What no page shows before it is opened: whole numbers, parents' names, the way to a door, day and month of birth."""

NEVER: Final = (*SHUT, "KENARINAMA", "KENARIANAK")
"""What stands in no log, error, address or title at all."""


def canary(record: str, other: str) -> CaseIn:
    """A case of Bandung whose two records agree on everything."""
    records = tuple(
        RecordIn(name, "3273", tuple(sorted(CANARY.items())), nik_digest("canary"), (KIN,))
        for name in sorted((record, other))
    )
    pair = make_pair(*sorted((record, other)))
    return CaseIn(f"case-{record}", "DUPLICATE", "3273", 0.5, records, ("GANDA_ORANG",), (pair,))


HOSTILE: Final = (
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</script><script>alert(1)</script>",
    "<!--",
    "{{ 7*7 }}{% raw %}",
    "${7*7}#{7*7}",
    "javascript:alert(1)",
    "&lt;b&gt;&#x41;",
    "SATU\u202eAUD",
    "NOL\0NUL",
    "\x1b[2J\x1b]0;judul\x07",
    "BARIS\r\nSet-Cookie: a=b\r\n\r\n<b>",
    "\u2028\u2029\ufeff\u200b",
    "%0d%0aLocation: https://jahat.example",
    "%(name)s {0} {name}",
    "PANJANG" * 1_500,
    "\U0001f9ff\u0301\u0301\u0301",
)

FORMULAS: Final = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+62811",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "\ufeff=1",
    "\u200b=1",
    "  =1",
    '=HYPERLINK("https://jahat.example")',
    'KUTIP " DAN , KOMA',
    "DUA\nBARIS",
    "007",
    "1E5",
)


def telling(texts: tuple[str, ...], mark: str) -> CaseIn:
    """A case of Bandung with a record for each text, in every field that a file may fill."""
    fields = ("nama", "tempat_lahir", "kelurahan", "agama", "status_ktpel")
    records = tuple(
        RecordIn(
            f"{mark}{number:02d}",
            "3273",
            tuple(sorted((field, text) for field in fields)),
            nik_digest(f"{mark}{number}"),
            (Kin(f"kin-{mark}{number}", (("nama", text), ("shdk", text))),),
        )
        for number, text in enumerate(texts)
    )
    names = [record.record_id for record in records]
    pairs = tuple(make_pair(left, right) for left, right in pairwise(names))
    return CaseIn(f"case-{mark}", "DUPLICATE", "3273", 0.5, records, ("GANDA_ORANG",), pairs)
