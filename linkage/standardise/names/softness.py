"""Why a token of a name may be missing on one side, as a code per token (N15)."""

from __future__ import annotations

from typing import Final

HARD: Final = 0
"""A given name: it may not be missing."""
RANK: Final = 1
"""Nobility, caste, a religious line: RADEN, ANDI, IDA BAGUS, SAYYID."""
SEX_MARK: Final = 2
"""Balinese I and NI."""
BIRTH_ORDER: Final = 3
"""Balinese WAYAN, MADE, NYOMAN, KETUT and their equals."""
CLAN: Final = 4
"""Marga, fam or suku, and the particle before it (BORU)."""
ADULT_TITLE: Final = 5
"""A title taken at marriage: GELAR SUTAN X."""
NICKNAME: Final = 6
"""A nickname that doubles the first syllable of the name behind it: KOKOM KOMARIAH."""
FATHER: Final = 7
"""What stood after BIN or BINTI; only in names read for :mod:`linkage.standardise.names.judgement`."""
