"""Putting errors on records: which kind, how many, and a mark for each that took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic import char_matrix, date_errors, name_errors
from linkage.synthetic.draft import Draft
from linkage.synthetic.gazetteer import load_regions
from linkage.synthetic.plan import ERROR_KINDS
from linkage.synthetic.streams import Float64, Int64, by_group, pick

Change = Callable[[Draft, np.random.Generator, int], Mapping[str, Any]]
"""Takes records, a random stream and the cut-off day; returns the columns that are now different."""

_ROUNDS: Final = 30
_BLANKED: Final = ("nama_ibu", "nama_ayah", "no_kk", "tempat_lahir", "alamat")
_ADDRESS_RULES: Final = (
    (r"^JL\. ", "JALAN "),
    (r"^(JL\.|JALAN) ", "JLN "),
    (r"^(JALAN|JLN\.) ", "JL "),
    (r" NO\. ", " NO "),
    (r" NO\. ", " NOMOR "),
    (r" NO\. (\d+)$", r" \1"),
    (r" NO\. \d+$", ""),
    (r"^PERUM ", "PERUMAHAN "),
    (r" BLOK ", " BLK "),
    (r"^(DUSUN|DSN\.) ", "DS. "),
    (r"^DUSUN ", "DSN "),
    (r"^(KP\.|KAMPUNG) ", "KP "),
    (r"^(GANG) ", "GG. "),
    (r"^(LINGKUNGAN) ", "LINGK. "),
    (r"^(BR\.|BANJAR) ", "BR "),
    (r"^[A-Z]+\.? (.+)$", r"\1"),
)


def corrupt(
    draft: Draft,
    counts: npt.NDArray[np.integer],
    shares: Float64,
    rng: np.random.Generator,
    cut_off: int,
    refused: npt.NDArray[np.uint64] | None = None,
) -> Draft:
    """Return the draft with ``counts`` (n,) errors on each record, each of another kind, and marked in ``errors``.

    ``shares`` (n_kinds,) weight the kinds; ``refused`` (n,) masks kinds that a record must not get. A kind that
    changes nothing on a record is drawn again; records that take no more errors keep those they have.
    """
    texts = {name: values.to_numpy(zero_copy_only=False).copy() for name, values in draft.texts.items()}
    numbers = {name: values.copy() for name, values in draft.numbers.items()}
    left = counts.copy()
    barred = np.zeros(draft.count, np.uint64) if refused is None else refused
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(left > 0)
        if rows.size == 0 or not shares.any():
            break
        kinds = pick(rng, shares, rows.size)
        fresh = ((numbers["errors"][rows] | barred[rows]) >> kinds.astype(np.uint64)) & np.uint64(1) == 0
        rows, kinds = rows[fresh], kinds[fresh]
        for kind, places in by_group(kinds):
            took = _put(texts, numbers, rows[places], ERROR_KINDS[kind], rng, cut_off)
            numbers["errors"][took] |= np.uint64(1) << np.uint64(kind)
            left[took] -= 1
    return Draft({name: pa.array(values, pa.string()) for name, values in texts.items()}, numbers)


def _put(
    texts: dict[str, npt.NDArray[Any]],
    numbers: dict[str, npt.NDArray[Any]],
    rows: Int64,
    kind: str,
    rng: np.random.Generator,
    cut_off: int,
) -> Int64:
    part = Draft(
        {name: pa.array(values[rows], pa.string()) for name, values in texts.items()},
        {name: values[rows] for name, values in numbers.items()},
    )
    took = np.zeros(rows.size, np.bool_)
    for name, values in _CHANGES[kind](part, rng, cut_off).items():
        target = texts if name in texts else numbers
        new = values.to_numpy(zero_copy_only=False) if name in texts else np.asarray(values)
        took |= new != target[name][rows]
        target[name][rows] = new
    return rows[took]


def _on_name(change: Callable[[pa.StringArray, np.random.Generator], pa.StringArray], column: str = "nama") -> Change:
    def changed(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
        return {column: _on_present(draft.texts[column], lambda texts: _still_something(texts, change(texts, rng)))}

    return changed


def _still_something(before: pa.StringArray, after: pa.StringArray) -> pa.StringArray:
    """Undo errors that piled up until no letter or digit was left: no office would have accepted that."""
    return pc.if_else(pc.match_substring_regex(after, r"[\p{L}\p{N}]"), after, before)


def _on_present(texts: pa.StringArray, change: Callable[[pa.StringArray], pa.StringArray]) -> pa.StringArray:
    if texts.null_count == 0:
        return change(texts)
    present = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
    out = texts.to_numpy(zero_copy_only=False).copy()
    if present.size:
        out[present] = change(texts.take(pa.array(present))).to_numpy(zero_copy_only=False)
    return pa.array(out, pa.string())


def _typing(texts: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    slips = (char_matrix.substitute, char_matrix.insert, char_matrix.delete, char_matrix.transpose)
    results = [slip(texts, rng) for slip in slips]
    return pc.choose(pa.array(rng.integers(0, len(slips), len(texts))), *results)


def _title(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    names = draft.texts["nama"]
    titled = name_errors.add_title(names, draft.numbers["sex"].astype(np.int64), rng)
    adult = cut_off - draft.numbers["birth"] > 22 * 365
    return {"nama": pc.if_else(pa.array(adult), titled, names)}


def _date(change: Callable[[Int64, int, np.random.Generator], Int64]) -> Change:
    def changed(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
        return {"birth": change(draft.numbers["birth"].astype(np.int64), cut_off, rng)}

    return changed


def _missing_nik(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    return {"nik": pa.nulls(draft.count, pa.string())}


def _blank(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    column = rng.integers(0, len(_BLANKED), draft.count)
    nothing = pa.scalar(None, pa.string())
    return {
        name: pc.if_else(pa.array(column == number), nothing, draft.texts[name]) for number, name in enumerate(_BLANKED)
    }


def _address(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    rewritten = _on_present(draft.texts["alamat"], lambda texts: name_errors.apply_rules(texts, _ADDRESS_RULES, rng))
    parts = [pc.cast(pa.array(draft.numbers[name]), pa.string()) for name in ("rt", "rw")]
    unit = pc.binary_join_element_wise("RT", parts[0], "RW", parts[1], " ")
    longer = pc.binary_join_element_wise(draft.texts["alamat"], unit, " ")
    return {"alamat": pc.if_else(pa.array(rng.random(draft.count) < 0.3), longer, rewritten)}


def _birthplace(draft: Draft, rng: np.random.Generator, cut_off: int) -> Mapping[str, Any]:
    encoded = draft.texts["tempat_lahir"].dictionary_encode()
    others = {name: region.birthplaces for region in load_regions() for name in region.birthplaces}
    values = encoded.dictionary.to_pylist()
    choices = [[name for name in others.get(text, ()) if name != text] or [f"KAB. {text}"] for text in values]
    flat = pa.array([name for row in choices for name in row], pa.string())
    starts = np.cumsum([0, *map(len, choices)])
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    if not values:
        return {}
    number = starts[codes] + (rng.random(codes.size) * np.diff(starts)[codes]).astype(np.int64)
    return {"tempat_lahir": flat.take(pa.array(number, mask=codes < 0))}


_CHANGES: Final[Mapping[str, Change]] = {
    "name_substitution": _on_name(char_matrix.substitute),
    "name_insertion": _on_name(char_matrix.insert),
    "name_deletion": _on_name(char_matrix.delete),
    "name_transposition": _on_name(char_matrix.transpose),
    "name_ocr": _on_name(char_matrix.look_alike),
    "name_phonetic": _on_name(lambda texts, rng: name_errors.apply_rules(texts, name_errors.PHONETIC, rng)),
    "name_old_spelling": _on_name(lambda texts, rng: name_errors.spell_old(texts)),
    "name_abbreviated": _on_name(lambda texts, rng: name_errors.apply_rules(texts, name_errors.ABBREVIATIONS, rng)),
    "title_added": _title,
    "tokens_swapped": _on_name(lambda texts, rng: name_errors.swap_tokens(texts)),
    "token_dropped": _on_name(name_errors.drop_token),
    "tokens_joined": _on_name(name_errors.join_tokens),
    "name_truncated": _on_name(name_errors.truncate),
    "date_day_month_swapped": _date(lambda birth, cut_off, rng: date_errors.swap_day_month(birth, cut_off)),
    "date_default": _date(date_errors.default_date),
    "date_digit": _date(date_errors.change_digit),
    "date_year_slip": _date(date_errors.slip_year),
    "nik_digit": _on_name(char_matrix.change_digit, "nik"),
    "nik_transposed": _on_name(char_matrix.transpose, "nik"),
    "nik_missing": _missing_nik,
    "mother_shortened": _on_name(name_errors.shorten, "nama_ibu"),
    "mother_typing": _on_name(_typing, "nama_ibu"),
    "address_rewritten": _address,
    "birthplace_rewritten": _birthplace,
    "field_missing": _blank,
}
