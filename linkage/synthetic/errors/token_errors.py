"""What happens to the words of a name: swapped, dropped, joined, parted."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.text_columns import reshape

_SWAPPED: Final = (
    (r"^([^ ,]+) ([^,]+)", r"\2 \1", 4.0),
    (r"^([^,]+) ([^ ,]+)", r"\2 \1", 3.0),
    (r"^([^ ,]+) ([^ ,]+) ([^,]+)", r"\2 \1 \3", 2.0),
    (r"^([^,]+) ([^ ,]+) ([^ ,]+)", r"\1 \3 \2", 1.5),
)
"""Of names with a degree behind a comma only what stands before the comma."""

_DROPPED: Final = (
    (r"^\S+ (.*[A-Z]{3}.*)$", r"\1", 3.0),
    (r"^(.*[A-Z]{3}.*) \S+$", r"\1", 4.5),
    (r"^(\S+) \S+ (.+)$", r"\1 \2", 2.0),
    (r"^(\S+ \S+) \S+ (.+)$", r"\1 \2", 1.0),
    (r"^(.*[A-Z]{3}) (?:BIN|BINTI|BTE?\.?) .+$", r"\1", 9.0),
)
_DANGLING: Final = r"(?: (?:BIN|BINTI|BTE?|ALIAS))?[ ,]*$"
_JOINED: Final = (
    (r"^(\S+) ", r"\1", 4.0),
    (r" (\S+)$", r"\1", 3.0),
    (r"^(\S+ \S+) (\S)", r"\1\2", 1.5),
)
_HEADS: Final = (
    "NUR|ABDUL|ABDUR|ABDUS|SITI|SRI|MUHAMMAD|MUHAMAD|TRI|DWI|EKA|AHMAD|ALI|DEWI|AYU|PUTRI|HADI|WAHYU|INDRA|SETIA|SURYA|"
    "KARTIKA|RATNA|RETNO|NING|UMMI|UMMU|ZAINAL|SAIFUL|KHAIRUL|SYAMSUL|BAHRUL|MIFTAHUL|FATHUR|NURUL|ROHMAT|RAHMAT|BUDI|AGUS"
)
_TAILS: Final = (
    "HAYATI|AISYAH|AINI|JANNAH|JANAH|HIDAYAH|HIDAYAT|NINGSIH|NINGRUM|ASTUTI|YANTI|YANTO|WATI|WIJAYA|KUSUMA|NINGTYAS|RAHAYU|"
    "LESTARI|PUTRA|PUTRI|SARI|UDDIN|UDIN|ULLAH|LLAH|RAHMAN|ROHMAN|RAHIM|SALAM|MANSYUR|WIBOWO|PRATAMA|SAPUTRA|HARTONO|DIANA"
)
_SPLIT: Final = (
    (rf"\b({_HEADS})([A-Z]{{3,}})", r"\1 \2", 8.0),
    (rf"\b([A-Z]{{2,}})({_TAILS})\b", r"\1 \2", 8.0),
    # Elsewhere a blank falls between two syllables.
    (r"\b([A-Z]{2,3}[AEIOU])([B-DF-HJ-NP-TV-Z][AEIOU][A-Z]{2,})", r"\1 \2", 0.6),
    (r"\b([A-Z]{1,2}[AEIOU][B-DF-HJ-NP-TV-Z])([B-DF-HJ-NP-TV-Z][AEIOU][A-Z]{2,})", r"\1 \2", 0.6),
    (r"\b([A-Z]{3,}[AEIOU])([B-DF-HJ-NP-TV-Z][A-Z]*[AEIOU][A-Z]{2,})", r"\1 \2", 0.4),
)


def swap_tokens(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names with the first word last, the last first, or two neighbours exchanged; mononyms stay."""
    return reshape(names, _SWAPPED, rng)


def drop_token(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names without one word, the last the likeliest; more than an initial is left. Mononyms stay."""
    return pc.replace_substring_regex(reshape(names, _DROPPED, rng), _DANGLING, "")


def join_tokens(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names with one blank left out; mononyms stay."""
    return reshape(names, _JOINED, rng)


def split_token(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names with a compound parted (NURHAYATI, NUR HAYATI) or a blank inside a long word; short words stay."""
    return reshape(names, _SPLIT, rng)
