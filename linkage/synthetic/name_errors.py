"""What happens to names: heard, abbreviated, spelled as of old, titled, swapped, dropped, joined, cut."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.streams import by_group
from linkage.synthetic.vocabulary import to_old_spelling

PHONETIC: Final = (
    ("SY", "S"),
    (r"\bS([AUO])", r"SY\1"),
    ("DZ", "Z"),
    ("Z", "J"),
    (r"\bJ([AEU])", r"Z\1"),
    ("F", "P"),
    (r"\bP([AEI])", r"F\1"),
    ("V", "F"),
    ("KH", "H"),
    ("CH", "H"),
    (r"([AEIOU])H([AEIOU])", r"\1CH\2"),
    ("Q", "K"),
    (r"([AEIU])K\b", r"\1Q"),
    ("GH", "G"),
    ("DH", "D"),
    ("TH", "T"),
    ("AI", "AE"),
    ("AE", "AI"),
    ("AU", "AO"),
    ("IY", "I"),
    ("IA", "IYA"),
    ("UA", "UWA"),
    (r"O\b", "A"),
    (r"\b([A-Z]+)A([RHM])", r"\1O\2"),
    ("OH", "AH"),
    (r"AH\b", "A"),
    (r"I\b", "Y"),
    (r"Y\b", "I"),
    (r"D\b", "T"),
    (r"T\b", "D"),
    (r"IN\b", "ING"),
    ("LL", "L"),
    ("DD", "D"),
    ("MM", "M"),
    ("NN", "N"),
    ("'", ""),
    (r"\bSR", "SER"),
    ("UTR", "UTER"),
)
"""How a clerk writes what he hears: pattern, replacement."""

ABBREVIATIONS: Final = (
    (r"\bM[UO][HCK]*[AO]M+[AE][DT]\b", "M."),
    (r"\bM[UO][HCK]*[AO]M+[AE][DT]\b", "MUH."),
    (r"\bM[UO][HCK]*[AO]M+[AE][DT]\b", "MOH"),
    (r"\bM[UO][HCK]*[AO]M+[AE][DT]\b", "MUHD"),
    (r"\bSITT?I\b", "ST."),
    (r"\bSITT?I\b", "S."),
    (r"\bABDUL\b", "ABD."),
    (r"\bABDUL\b", "ABD"),
    (r"\bA[CK]?HMAD\b", "ACH."),
    (r"\bA[CK]?HMAD\b", "A."),
    (r"\bNUR ", "N. "),
    (r"\bWAYAN\b", "WY."),
    (r"\bNYOMAN\b", "NYM."),
    (r"\bKETUT\b", "KT."),
    (r"\bNENGAH\b", "NGH."),
    (r"\bIDA BAGUS\b", "IB"),
    (r"\bIDA AYU\b", "IA"),
    (r"\bANAK AGUNG\b", "A.A."),
    (r"\bGUSTI\b", "GST."),
    (r"\bFRANSISKUS\b", "FRANS."),
    (r"\bYOHANES\b", "YOH."),
    (r"\bAGUSTINUS\b", "AGS."),
    (r"\bANDI\b", "A."),
    (r"\bTEUKU\b", "T."),
    (r"\bRADEN\b", "RD."),
    (r"\bMARIA\b", "M."),
    (r"^([A-Z]+ [A-Z]+ [A-Z])[A-Z]+$", r"\1."),
    (r"^([A-Z]+ [A-Z])[A-Z]{5,}$", r"\1."),
)
"""How offices abbreviate: pattern, replacement."""

_TITLES: Final = (
    (("H. ", ""), ("H.", ""), ("DRS. ", ""), ("IR. ", ""), ("", ", S.PD"), ("", ", SE"), ("", " S.H."), ("DR. ", "")),
    (("HJ. ", ""), ("HJ.", ""), ("DRA. ", ""), ("NY. ", ""), ("", ", S.PD"), ("", ", SE"), ("", " S.KM"), ("DR. ", "")),
)
"""Before and behind the name, by sex; the first is the likeliest."""

_WIDTHS: Final = (25, 30)


def apply_rules(texts: pa.StringArray, rules: tuple[tuple[str, str], ...], rng: np.random.Generator) -> pa.StringArray:
    """Apply to each text one rule drawn among those whose pattern it holds, at the first place it holds it."""
    fits = np.column_stack([pc.match_substring_regex(texts, rule[0]).to_numpy(zero_copy_only=False) for rule in rules])
    chosen = np.where(fits.any(axis=1), (rng.random(fits.shape) * fits).argmax(axis=1), -1)
    out = texts.to_numpy(zero_copy_only=False).copy()
    for number, rows in by_group(chosen):
        if number >= 0:
            pattern, replacement = rules[number]
            part = pc.replace_substring_regex(texts.take(pa.array(rows)), pattern, replacement, max_replacements=1)
            out[rows] = part.to_numpy(zero_copy_only=False)
    return pa.array(out, pa.string())


def spell_old(names: pa.StringArray) -> pa.StringArray:
    """Return names as spelled before 1947; names that already are stay."""
    already = pc.match_substring_regex(names, "OE|TJ|DJ")
    return pc.if_else(already, names, to_old_spelling(names))


def add_title(names: pa.StringArray, sex: npt.NDArray[np.integer], rng: np.random.Generator) -> pa.StringArray:
    """Return names with a religious title or a degree; ``sex`` 0 male, 1 female."""
    prefixes = pa.array([pair[0] for code in (0, 1) for pair in _TITLES[code]])
    suffixes = pa.array([pair[1] for code in (0, 1) for pair in _TITLES[code]])
    count = len(_TITLES[0])
    number = pa.array(sex * count + (rng.random(sex.size) ** 2 * count).astype(np.int64))
    return pc.binary_join_element_wise(prefixes.take(number), names, suffixes.take(number), "")


def swap_tokens(names: pa.StringArray) -> pa.StringArray:
    """Return names with the first token behind the rest."""
    return pc.replace_substring_regex(names, r"^(\S+) (.+)$", r"\2 \1")


def drop_token(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names without their first, last or a middle token; the last is the likeliest to be lost."""
    return apply_rules(
        names, ((r"^\S+ (.+)$", r"\1"), (r" \S+$", ""), (r" \S+$", ""), (r"^(\S+) \S+ (.+)$", r"\1 \2")), rng
    )


def join_tokens(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names with one blank left out."""
    return apply_rules(names, ((r"^(\S+) ", r"\1"), (r" (\S+)$", r"\1")), rng)


def truncate(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names cut at 25 or 30 characters; shorter ones stay."""
    width = rng.integers(0, len(_WIDTHS), len(names))
    cut = [pc.utf8_rtrim_whitespace(pc.utf8_slice_codeunits(names, 0, stop)) for stop in _WIDTHS]
    return pc.if_else(pa.array(width == 0), cut[0], cut[1])


def shorten(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return a parent's name as offices shorten it: one token, or all but one as initials."""
    rules = (
        (r"^(\S+) .+$", r"\1"),
        (r"^\S+ (.+)$", r"\1"),
        (r"^(\S)\S+ (.+)$", r"\1. \2"),
        (r"^(\S+ \S)\S+(.*)$", r"\1.\2"),
    )
    return apply_rules(names, rules, rng)
