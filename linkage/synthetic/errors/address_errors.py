"""How address lines are rewritten: words abbreviated or written out, numbers lost, RT and RW put inside."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.rewriting import Rule, Rules, compile_rules, exchanges, rewrite
from linkage.synthetic.errors.slips import slip
from linkage.synthetic.errors.text_columns import Bool, differs, reshape
from linkage.synthetic.fixed_text import digits_text
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import pick

_MANNERS: Final = (0.42, 0.26, 0.22, 0.1)
"""Words exchanged, parts lost or moved, RT and RW put inside, a slip of the hand."""

_STREET: Final = r"(?:JALAN|JLN\.?|JL\.?|GANG|GG\.?)"
_HAMLET: Final = (
    r"(?:DUSUN|DSN\.?|DUKUH|DK\.?|KAMPUNG|KP\.?|LINGKUNGAN|LINGK\.?|LK\.?|BANJAR|BR\.?|JORONG|KORONG|LORONG|LR\.?|"
    r"HUTA|GAMPONG|BLOK|LEMBANG|HANDIL|NEGERI|JAGA)"
)
_NUMBER: Final = r"(?:NO\.?|NOMOR|NMR\.?) ?"
_PARTS: Final = (
    (rf" {_NUMBER}\S+$", "", 4.0),
    (rf" {_NUMBER}(\S+)$", r" \1", 2.0),
    (rf" {_NUMBER}(\S+)$", r" NO.\1", 2.0),
    (rf" {_NUMBER}(\S+)$", r" NO \1", 1.5),
    (rf" {_NUMBER}(\d+)$", r" NO. 0\1", 0.5),
    (rf"^{_HAMLET} (\S.+)$", r"\1", 4.0),
    (rf"^{_STREET} (\S.+)$", r"\1", 1.5),
    (r"^(JL|GG|KP|DS|DSN|BR|LR|LK)\. ", r"\1.", 2.0),
    (rf"(?: BLOK| BLK\.?) (\S+) {_NUMBER}(\d+)", r" BLOK \1/\2", 3.0),
    (rf"(?: BLOK| BLK\.?) (\S+) {_NUMBER}(\d+)", r" BLOK \1-\2", 2.0),
    (rf"(?: BLOK| BLK\.?) (\S+) {_NUMBER}(\d+)", r" \1 \2", 1.0),
    (rf"(?: BLOK| BLK\.?) \S+ {_NUMBER}\S+", "", 2.0),
    (r"^(?:PERUM|PERUMAHAN|KOMP\.?|KOMPLEK) (\S.+)$", r"\1", 2.0),
    (r"^([A-Z]{4,})$", r"DSN. \1", 1.0),
    (r"^([A-Z]{4,})$", r"DUSUN \1", 1.0),
    (r"^([A-Z]{4,})$", r"KP. \1", 0.5),
)
_UNITS: Final = (
    (" RT {} RW {}", True, 4.0),
    (" RT. {} RW. {}", True, 2.0),
    (" RT {}/{}", True, 2.0),
    (" RT.{}/RW.{}", True, 2.0),
    (" RT {} RW {}", False, 2.5),
    (" RT.{}/{}", False, 1.5),
    (" RT/RW {}/{}", True, 1.0),
    (" {}/{}", True, 1.0),
)
_UNIT_INSIDE: Final = r"\bRT\b|\bRW\b|\d/\d"


def rewrite_address(
    lines: pa.StringArray, rt: npt.NDArray[np.integer], rw: npt.NDArray[np.integer], rng: np.random.Generator
) -> pa.StringArray:
    """Return address lines (no nulls) as another office writes them; ``rt`` and ``rw`` (n,) of the record, 0 for none.

    What cannot be rewritten in the manner drawn is rewritten in another, if in any.
    """
    manner = pick(rng, _MANNERS, len(lines))
    results = (rewrite(lines, _words(), rng), reshape(lines, _PARTS, rng), _with_units(lines, rt, rw, rng))
    typed = slip(lines, rng)
    drawn = pc.choose(pa.array(manner), *results, typed)
    for other in results:
        drawn = pc.if_else(pa.array(differs(lines, drawn)), drawn, other)
    return drawn


def _with_units(
    lines: pa.StringArray, rt: npt.NDArray[np.integer], rw: npt.NDArray[np.integer], rng: np.random.Generator
) -> pa.StringArray:
    number = pick(rng, [weight for *_, weight in _UNITS], len(lines))
    padded = np.array([pad for _, pad, _ in _UNITS])[number]
    signs = np.array([form.split("{}") for form, *_ in _UNITS])
    before, between = (pa.array(signs[:, part].tolist()).take(pa.array(number)) for part in (0, 1))
    longer = pc.binary_join_element_wise(lines, before, _unit(rt, padded), between, _unit(rw, padded), "")
    inside = pc.match_substring_regex(lines, _UNIT_INSIDE).to_numpy(zero_copy_only=False)
    return pc.if_else(pa.array((rt > 0) & (rw > 0) & ~inside), longer, lines)


def _unit(number: npt.NDArray[np.integer], padded: Bool) -> pa.StringArray:
    return pc.if_else(pa.array(padded), digits_text(number, 3), pc.cast(pa.array(number.astype(np.int64)), pa.string()))


@lru_cache(maxsize=1)
def _words() -> Rules:
    data = read_data("errors_address.toml")
    rules: list[Rule] = [(found, put, float(weight)) for found, put, weight in data["streets"]["rules"]]
    for words in data["words"]["groups"]:
        rules += exchanges(words, 2.0)
    return compile_rules(rules)
