"""What happens to names: misheard, abbreviated, spelled as of old or anew, without their alias, cut, shortened."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.rewriting import Rule, Rules, compile_rules, exchanges, rewrite
from linkage.synthetic.errors.text_columns import differs, matches, reshape
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import pick

Bool = npt.NDArray[np.bool_]

WIDTHS: Final = (25, 30, 55)
"""Characters that a form or an export keeps of a name; 55 was the limit of the register itself."""

_WIDTH_SHARES: Final = (0.35, 0.45, 0.2)
_ALIAS: Final = r"(?:ALIAS|ALS\.?|AL\.|ATAU|@|/)"
_ALIASES: Final = ((rf"^(\S.*?) {_ALIAS} .+$", r"\1", 3.0), (rf"^.*?\S {_ALIAS} (.+)$", r"\1", 1.0))
_INITIALS: Final = (
    (r"^(.+ [A-Z])[A-Z]{2,}$", r"\1.", 5.0),
    (r"^(.+ [A-Z])[A-Z]{2,}$", r"\1", 2.0),
    (r"^(\S+ [A-Z])[A-Z]{2,}( .+)$", r"\1.\2", 3.0),
    (r"^(.+ [A-Z])[A-Z]{2,} ([A-Z])[A-Z]{2,}$", r"\1. \2.", 1.0),
    (r"^([A-Z])[A-Z]{2,} (.*[A-Z]{3})", r"\1. \2", 2.0),
)
_MOTHERS: Final = (
    (r"^(\S{3,}) .+$", r"\1", 30.0),
    (r"^.+ (\S{3,})$", r"\1", 7.0),
    (r"^(\S{3,} \S+) .+$", r"\1", 6.0),
    (r"^(.+ \S)\S+$", r"\1.", 10.0),
    (r"^(.+ \S)\S+$", r"\1", 4.0),
    (r"^([A-Z])[A-Z]+ (.*[A-Z]{3})", r"\1. \2", 9.0),
    (r"^([A-Z]{3}.*)$", r"NY. \1", 6.0),
    (r"^([A-Z]{3}.*)$", r"NY \1", 3.0),
    (r"^([A-Z]{3}\S*) .+$", r"NY. \1", 5.0),
    (r"^([A-Z]{3}\S*) .+$", r"IBU \1", 1.0),
    (r"^([A-Z]{3}[^()]*)$", r"\1 (ALM)", 2.0),
    (r"^([A-Z]{3}[^()]*)$", r"\1 ALM", 2.0),
    (r"^([A-Z]{3}[^()]*)$", r"\1 (ALMH)", 1.5),
    (r"^([A-Z]{3}[^()]*)$", r"ALMH. \1", 2.0),
    (r"^([A-Z]{3}\S*) .+$", r"\1 (ALM)", 1.5),
    (r"^([A-Z]{3}\S*) .+$", r"ALMH. \1", 1.5),
)

_MARKER: Final = r"OE|TJ|DJ|SJ|\bNJ"
_NOT_OLD: Final = r"\b(?:JOEL|NOEL|YOEL|SAMOEL|MANOEL|ZOE|CHLOE|PHOEBE|JOEY|DJ)\b"
_TO_OLD: Final = ((r"J", "DJ"), (r"Y([AEIOU])", r"J\1"), (r"C([AEIOU])", r"TJ\1"), (r"KH", "CH"))
_TO_NEW: Final = (
    ("DJ", "j"),
    ("TJ", "C"),
    ("J", "Y"),
    ("j", "J"),
    ("OE", "U"),
    (r"\bCH", "KH"),
    (r"([A-Z])CH", r"\1KH"),
)
_WITH_OE, _MORE_WORDS = 0.75, 0.6


def hear(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names as a clerk writes down what is said: one sound spelled otherwise, or one name as others spell it."""
    return rewrite(names, _sounds(), rng)


def abbreviate(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names with one word as offices abbreviate it (MUH., ABD., WY.), or with initials; seldom written out."""
    changed = rewrite(names, _abbreviations(), rng)
    usual = differs(names, changed) & (rng.random(len(names)) < 0.75)
    return pc.if_else(pa.array(usual), changed, reshape(names, _INITIALS, rng))


def respell(names: pa.StringArray, elder: Bool, rng: np.random.Generator) -> pa.StringArray:
    """Return names in the spelling before 1947 or 1972 (OE, TJ, DJ, J for Y); names that already are, in today's.

    One word at least changes; of an ``elder`` (n,) person's name often all. No nulls.
    """
    lists = pc.split_pattern(names, " ")
    words = lists.values
    owner = pc.list_parent_indices(lists).to_numpy()
    old = matches(words, _MARKER) & ~matches(words, _NOT_OLD)
    holds_old = np.bincount(owner[old], minlength=len(names)) > 0
    with_oe = (rng.random(len(names)) < _WITH_OE)[owner]
    former = _replace_all(words, _TO_OLD)
    former_oe = pc.replace_substring(former, "U", "OE")
    former = pc.if_else(pa.array(with_oe | ~differs(words, former)), former_oe, former)
    target = pc.if_else(
        pa.array(holds_old[owner]), pc.if_else(pa.array(old), _replace_all(words, _TO_NEW), words), former
    )
    able = differs(words, target)
    chance = np.where(able, rng.random(owner.size), 2.0)
    least = np.full(len(names), 2.0)
    np.minimum.at(least, owner, chance)
    more = elder[owner] & (rng.random(owner.size) < _MORE_WORDS)
    changed = pc.if_else(pa.array(able & (more | (chance == least[owner]))), target, words)
    return pc.binary_join(pa.ListArray.from_arrays(lists.offsets, changed), " ")


def drop_alias(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names without what stands behind ALIAS, seldom without what stands before it; others stay."""
    return reshape(names, _ALIASES, rng)


def truncate(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return names cut at 25, 30 or 55 characters, where that cuts something off; shorter ones stay."""
    length = pc.utf8_length(names).fill_null(0).to_numpy(zero_copy_only=False)
    number = pick(rng, _WIDTH_SHARES, length.size)
    fitting = (length[:, None] > np.array(WIDTHS)).sum(axis=1) - 1
    number = np.clip(number, 0, np.maximum(fitting, 0))
    cut = [pc.utf8_rtrim_whitespace(pc.utf8_slice_codeunits(names, 0, width)) for width in WIDTHS]
    return pc.choose(pa.array(number), *cut)


def shorten(names: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return a mother's name as offices shorten it: one word, initials, NY. before it, ALM for one who died."""
    return reshape(names, _MOTHERS, rng)


@lru_cache(maxsize=1)
def _sounds() -> Rules:
    data = read_data("errors_hearing.toml")
    rules: list[Rule] = [(found, put, float(weight)) for found, put, weight in data["sounds"]["rules"]]
    for names in data["spellings"]["names"]:
        rules += exchanges(names.split(), float(data["spellings"]["weight"]))
    return compile_rules(rules)


@lru_cache(maxsize=1)
def _abbreviations() -> Rules:
    data = read_data("errors_abbreviations.toml")
    rules: list[Rule] = [(f"_{short}s", name, 0.15) for short, name in data["expanded"].items()]
    for name, forms in data["words"].items():
        shorts = forms.split()
        weights = [1.0 / (rank + 1.0) for rank in range(len(shorts))]
        rules += [(f"_{name}s", short, weight / sum(weights)) for short, weight in zip(shorts, weights, strict=True)]
    return compile_rules(rules)


def _replace_all(texts: pa.StringArray, steps: tuple[tuple[str, str], ...]) -> pa.StringArray:
    for pattern, put in steps:
        texts = pc.replace_substring_regex(texts, pattern, put)
    return texts
