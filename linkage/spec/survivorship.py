"""By which rules a value stays where the records of one person differ: the table ``[survivorship]`` of a spec.

Linking reads nothing of it, so it has a digest of its own. Values only; who applies the rules is
:func:`linkage.review.survivorship.survivors`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from linkage.errors import SpecError
from linkage.spec.names import check_known, check_unique
from linkage.spec.toml_values import read_text, read_texts

CERTIFICATE: Final = "certificate"
COMPLETENESS: Final = "completeness"
RECENCY: Final = "recency"
SOURCE_RANK: Final = "source_rank"
WITH_NIK: Final = "with_nik"
SURVIVORSHIP_RULES: Final = (CERTIFICATE, COMPLETENESS, RECENCY, SOURCE_RANK, WITH_NIK)

NIK_FIELD: Final = "nik"
ADDRESS_FIELDS: Final = frozenset(
    {"kelurahan", "kecamatan", "kab_kota", "provinsi", "alamat", "rt", "rw", "kode_wilayah", "no_kk", "shdk"}
)
"""Where a person lives and on whose card: taken together, for parts of two addresses make one that nobody lives at."""

RECORD_FIELDS: Final = frozenset({"status_ktpel", "tgl_entri", "tgl_ubah", "source", "kanal"})
"""What is said of the record or of its NIK, not of the person: never taken from another record."""

_ON_CERTIFICATE: Final = (
    "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "nama_ibu", "nama_ayah", "nik_ibu", "nik_ayah"
)  # fmt: skip
"""What a birth certificate states."""

_CHANGING: Final = ("stat_kwn", "agama", "flag_status", "pekerjaan", "pendidikan")
"""What changes in a life: the latest word counts."""

_DEFAULT: Final = (COMPLETENESS, RECENCY, WITH_NIK)
_FIELDS: Final = (
    *((name, (CERTIFICATE, *_DEFAULT)) for name in _ON_CERTIFICATE),
    *((name, (RECENCY, WITH_NIK)) for name in _CHANGING),
)
_KNOWN_FIELDS: Final = frozenset(name for name, _ in _FIELDS)
_WHERE: Final = "survivorship"


@dataclass(frozen=True)
class SurvivorshipRules:
    """By which rules a value stays; without arguments as where a spec states none.

    ``fields``: for each field named its rules, the first that tells records apart counts. ``default``: of the fields
    not named. ``rank``: what ``rank_by``, a field, says of a record, from the most to the least trusted; case and
    spaces do not count.
    """

    fields: tuple[tuple[str, tuple[str, ...]], ...] = _FIELDS
    default: tuple[str, ...] = _DEFAULT
    rank_by: str = ""
    rank: tuple[str, ...] = ()

    def of(self, field: str) -> tuple[str, ...]:
        """Return the rules of a field, in order."""
        return next((rules for name, rules in self.fields if name == field), self.default)

    def place(self, source: str) -> int:
        """Return the place of a source in the order of trust, from 0; an unknown or missing one comes after all."""
        known = _plain(source)
        return next((place for place, name in enumerate(self.rank) if _plain(name) == known), len(self.rank))

    def digest(self) -> str:
        """Return the SHA-256 hex digest of what they say, in whatever order the fields are named."""
        told = asdict(self) | {"fields": dict(self.fields)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


DEFAULT_SURVIVORSHIP: Final = SurvivorshipRules()
"""The rules of a spec that states none."""


def build_survivorship(table: Any) -> SurvivorshipRules:
    """Return the rules of a ``[survivorship]`` table, not yet checked.

    A table that says nothing of ``default`` leaves what it does not name as it is without a table.
    """
    if not isinstance(table, Mapping):
        raise SpecError("survivorship must be a table", where=_WHERE)
    plain = DEFAULT_SURVIVORSHIP
    named = {name: read_texts(table, name, _WHERE) for name in table if name not in ("default", "rank_by", "rank")}
    unnamed = () if "default" in table else plain.fields
    return SurvivorshipRules(
        fields=tuple((dict(unnamed) | named).items()),
        default=read_texts(table, "default", _WHERE) if "default" in table else plain.default,
        rank_by=read_text(table, "rank_by", _WHERE) if "rank_by" in table else "",
        rank=read_texts(table, "rank", _WHERE),
    )


def stored_survivorship(data: Mapping[str, Any] | None) -> SurvivorshipRules:
    """Return the rules as a manifest carries them; None: it is of a version without them."""
    if data is None:
        return DEFAULT_SURVIVORSHIP
    fields = tuple((name, tuple(rules)) for name, rules in data["fields"])
    return SurvivorshipRules(**{**data, "fields": fields, **{key: tuple(data[key]) for key in ("default", "rank")}})


def check_survivorship(rules: SurvivorshipRules, fields: Sequence[str]) -> None:
    """Refuse what is unknown, given twice or not to be chosen, with a :class:`SpecError`. ``fields``: of the spec."""
    check_unique("field", [name for name, _ in rules.fields], where=_WHERE)
    for name, order in (("default", rules.default), *rules.fields):
        _check_order(name, order, rules.rank)
    for name, _ in rules.fields:
        _check_free(name)
        if name not in _KNOWN_FIELDS:
            check_known(name, fields, "field", where=_WHERE)
    if bool(rules.rank_by) != bool(rules.rank):
        raise SpecError(
            "rank_by and rank belong together",
            where=_WHERE,
            remedy="rank_by names a field such as 'kanal', rank lists its values from the most to the least trusted",
        )
    if rules.rank_by:
        check_known(rules.rank_by, fields, "field", where=f"{_WHERE} rank_by")
    check_unique("source", [_plain(name) for name in rules.rank], where=f"{_WHERE} rank")


def _check_order(name: str, order: Sequence[str], rank: Sequence[str]) -> None:
    where = f"{_WHERE} {name}"
    if not order:
        raise SpecError("no rule is named", where=where, remedy=f"Known: {', '.join(SURVIVORSHIP_RULES)}")
    for rule in order:
        check_known(rule, SURVIVORSHIP_RULES, "rule", where=where)
    check_unique("rule", order, where=where)
    if SOURCE_RANK in order and not rank:
        raise SpecError("source_rank needs an order of sources", where=where, remedy="Give rank_by and rank")


def _check_free(name: str) -> None:
    """Refuse a field whose order is no matter of choice."""
    where = f"{_WHERE} {name}"
    if name == NIK_FIELD:
        raise SpecError(
            "which NIK stays follows an order of its own, fixed by practice of the registry",
            where=where,
            remedy="Leave it out; a steward may choose otherwise in a case, with a reason",
        )
    if name in ADDRESS_FIELDS:
        raise SpecError(
            "an address comes whole from one record, by its own rules",
            where=where,
            remedy=f"Leave out: {', '.join(sorted(ADDRESS_FIELDS))}",
        )
    if name in RECORD_FIELDS:
        raise SpecError(
            "this is said of the record, not of the person, and goes with the NIK",
            where=where,
            remedy=f"Leave out: {', '.join(sorted(RECORD_FIELDS))}",
        )


def _plain(source: str) -> str:
    return " ".join(source.split()).casefold()
