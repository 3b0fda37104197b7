"""Texts that once broke a rule that must hold of every text, as small as they could be made."""

from __future__ import annotations

from typing import NamedTuple

from tests.standardise.fuzz.fields import seed


class Finding(NamedTuple):
    """``name``: what was wrong. ``target``: what checks the ``data``."""

    name: str
    target: str
    data: bytes


FINDINGS = (
    Finding("NaN in another case was a name, and no name when read again", "name", seed("Nan")),
    Finding("a NIK behind a unit separator was one alone, and none in a column", "nik", seed("\x1f3273010213900001")),
    Finding("a sharp S had two capitals, Arrow's in a column and Python's alone", "place", seed("STRAßE")),
    Finding("a letter behind NO was a house number until its comma was gone", "address", seed("NO. W , NO. W , ASRI")),
    Finding("a second house number ran on when RT 0 was gone", "address", seed("É C3/12 NO. W RT/RW KODE DS")),
    Finding("a house number among words ended in a letter until its comma was gone", "address", seed("12A / E , ABCD")),
    Finding("a part that RT 0 had closed was open without it", "address", seed("BARU-RT/RW-000-KODE-OO1-0-KOTA")),
    Finding("TJ in a house number became TANJUNG, which is no part of one", "address", seed("NO 12TJ")),
    Finding("UTR beside the number of a block became UTARA", "address", seed("BLOK UTR 5")),
    Finding("R.W. before Roman figures was read once they were Arabic", "address", seed("A 40291 B R W IX JAWA BARAT")),
    Finding("words that say what follows stood side by side without RW 0", "address", seed("A KAB RT 0 PERUM 40291 T")),
)
