"""Tombstones: what is kept of an erased record so that it does not come back, as keyed digests alone.

A mark is HMAC-SHA-256 (RFC 2104) under the project's secret of what a record is known by. Whoever holds the file
without the secret finds nobody in it by trying. Marks count in the region that the record was erased from, but for NIK
and particulars together, which count everywhere: another's record elsewhere that shows the same NIK is not the erased
one.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InvariantError

NOT_NAMED: Final = "#"
"""How a text begins that stands in the place of an erased NIK; a digest follows, so that equal ones stay equal."""

_FORMAT: Final = "tunggal/tombstones/1"
_TAG: Final = b"linkage tombstone 1\0"
_NIK: Final = "nik"
_PERSON: Final = ("nama", "tanggal_lahir", "nama_ibu")
_PLACEHOLDER_DIGITS: Final = 32


@dataclass(frozen=True)
class Tombstone:
    """One erasure.

    ``record_ids``: of the standing store. ``fields``: the columns that were corrected, none when the record was erased
    whole. ``marks``: by what its rows are known again, sorted; none of a correction. ``asked_at``: ISO 8601, UTC.
    ``by``, ``approved_by``: two users of the queue. ``done``: every place is cleared. ``lifted_by``: whoever lets the
    record in again, "" for nobody. ``false``: of a correction, the (record, column) of which store or reference held a
    false value when it was asked for.
    """

    record_ids: tuple[str, ...]
    fields: tuple[str, ...]
    marks: tuple[str, ...]
    reason: str
    asked_at: str
    by: str
    approved_by: str
    done: bool = False
    lifted_by: str = ""
    false: tuple[tuple[str, str], ...] = ()


def tombstones_text(tombstones: Iterable[Tombstone]) -> str:
    """Return tombstones as JSON."""
    data = {"format": _FORMAT, "tombstones": [asdict(one) for one in tombstones]}
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def tombstones_of_text(text: str, *, where: str) -> tuple[Tombstone, ...]:
    """Return the tombstones in what :func:`tombstones_text` returned, oldest first.

    Raises:
        InvariantError: it is damaged, or of another version.
    """
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise InvariantError("the tombstones are of another version", where=where)
        return tuple(_tombstone(one) for one in data["tombstones"])
    except (ValueError, LookupError, TypeError) as error:
        raise InvariantError("the tombstones are damaged", where=where, remedy="Restore them from a copy") from error


def _tombstone(data: Mapping[str, Any]) -> Tombstone:
    lists = {name: tuple(data[name]) for name in ("record_ids", "fields", "marks")}
    # Earlier ones do not tell what was false.
    return Tombstone(**{**data, **lists, "false": tuple((record, column) for record, column in data.get("false", ()))})


def finished(tombstones: Iterable[Tombstone], one: Tombstone) -> tuple[Tombstone, ...]:
    """Return the tombstones with this one done."""
    return tuple(replace(other, done=True) if other == one else other for other in tombstones)


def overtaken(kept: Sequence[Tombstone], newer: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """Return the tombstones that a backup kept with those of later: what it does not know of is to be done on it again,
    what was lifted since is lifted."""
    since = {(one.record_ids, one.fields, one.asked_at): one for one in newer}
    known = []
    for one in kept:
        later = since.pop((one.record_ids, one.fields, one.asked_at), one)
        known.append(replace(one, lifted_by=one.lifted_by or later.lifted_by))
    return (*known, *(replace(one, done=False) for one in since.values()))


def barring(tombstones: Iterable[Tombstone]) -> frozenset[str]:
    """Return the marks of the records that may not come back."""
    return frozenset(mark for one in tombstones if not one.lifted_by for mark in one.marks)


def marks_of(rows: pa.Table, fields: Sequence[str], key: bytes) -> tuple[pa.StringArray, ...]:
    """Return by what rows are known again, arrays (n_rows,), null where a row lacks what a mark is made of.

    Args:
        rows: with a column ``region`` and these fields as strings, dates in one form.
        fields: what a record's content is.
        key: the project's secret.

    The marks: the NIK in the region; name, birth date and mother in the region; both anywhere; the content in the
    region.
    """
    n = rows.num_rows
    region = _texts(rows, "region")
    nik = pc.replace_substring_regex(_texts(rows, _NIK), r"[^0-9]", "")
    nik = pc.if_else(pc.equal(pc.utf8_length(nik), 16), nik, pa.scalar(None, pa.string()))
    named = [pc.utf8_upper(_texts(rows, name)) for name in _PERSON]
    named = [pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"[\s.,'’`-]+", " ")) for text in named]
    whole = pc.and_(pc.not_equal(named[0], ""), pc.not_equal(named[1], ""))
    person = pc.if_else(whole, pc.binary_join_element_wise(*named, "\x1f"), pa.scalar(None, pa.string()))
    content = [pc.binary_join_element_wise(pa.scalar(name), _texts(rows, name), "\x1e") for name in sorted(fields)]
    told = {
        "nik": (region, nik),
        "person": (region, person),
        "both": (pa.array([""] * n, pa.string()), pc.binary_join_element_wise(nik, person, "\x1f")),
        "content": (region, pc.binary_join_element_wise(*content, "\x1f") if content else pa.nulls(n, pa.string())),
    }
    return tuple(
        _digests(pc.binary_join_element_wise(pa.scalar(kind), where, text, "\x1d"), key)
        for kind, (where, text) in told.items()
    )


def met(rows: pa.Table, fields: Sequence[str], key: bytes, barred: frozenset[str]) -> npt.NDArray[np.bool_]:
    """Return which rows bear a mark of an erased record, bool (n_rows,); arguments as of :func:`marks_of`."""
    found = np.zeros(rows.num_rows, np.bool_)
    known = pa.array(sorted(barred), pa.string())
    for marks in marks_of(rows, fields, key):
        found |= pc.is_in(marks, value_set=known).to_numpy(zero_copy_only=False)
    return found


def unnamed(nik: str, key: bytes) -> str:
    """Return what stands in the place of an erased NIK: equal for equal numbers, and nothing without the secret."""
    return NOT_NAMED + hmac.digest(key, _TAG + b"place\0" + nik.encode(), "sha256").hex()[:_PLACEHOLDER_DIGITS]


def _digests(texts: pa.Array, key: bytes) -> pa.StringArray:
    coded = _one_chunk(texts).dictionary_encode()
    distinct = [hmac.digest(key, _TAG + text.encode(), "sha256").hex() for text in coded.dictionary.to_pylist()]
    return pa.array(distinct, pa.string()).take(coded.indices)


def _texts(rows: pa.Table, name: str) -> pa.Array:
    if name not in rows.column_names:
        return pa.array([""] * rows.num_rows, pa.string())
    return _one_chunk(pc.fill_null(rows.column(name).cast(pa.string()), ""))


def _one_chunk(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
