"""What an index holds of a record: a few blocking keys, as digests that nobody can make without the passphrase."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.blocking.keys import RuleKeys
from linkage.blocking.placeholders import find_placeholders, without_placeholders
from linkage.encode import EncodedRecords
from linkage.errors import InputDataError
from linkage.spec import LinkageSpec, RuleSpec
from linkage.spec.rules import check_rule
from linkage.standardise.column import Int32, UInt64

NIK: Final = "nik"
KINDS: Final = (
    RuleSpec(NIK, ("nik",)),
    RuleSpec("name_mother", ("nama.full", "nama_ibu.first", "tanggal_lahir.year")),
    RuleSpec("date_mother", ("tanggal_lahir", "nama_ibu.first", "jenis_kelamin")),
    RuleSpec("certificate", ("no_akta_lhr",)),
    RuleSpec("name_date", ("nama.full", "tanggal_lahir", "jenis_kelamin")),
)
"""Keys of a record; names of kinds have at most sixteen letters. ``name_date`` stands in an index only for records
without a mother's name: beside the others it would bring namesakes and little else."""

WITHOUT: Final = {"name_date": "date_mother"}
"""A kind that an index holds only for records without another."""

_SECRET_BYTES: Final = 20
_GROUP: Final = 4
_PURPOSE: Final = b"linkage precheck 1\0"


@dataclass(frozen=True, repr=False)
class IndexKeys:
    """What one passphrase is good for. ``digests``: makes the digests. ``seal``: seals the index."""

    digests: bytes
    seal: bytes


def passphrase_for(secret: bytes, export_id: str) -> str:
    """Return the passphrase of one export, 160 bits in groups of letters and digits; the same again for the same two.

    HKDF-Extract with the project's secret as key material (RFC 5869): a passphrase tells nothing of another's.
    """
    raw = hmac.digest(secret, _PURPOSE + export_id.encode(), hashlib.sha256)[:_SECRET_BYTES]
    text = base64.b32encode(raw).decode()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def keys_of(passphrase: str) -> IndexKeys:
    """Return the keys that a passphrase stands for; small letters and blanks do not matter.

    Raises:
        InputDataError: it is no passphrase (code KEY_UNREADABLE).
    """
    try:
        raw = base64.b32decode("".join(passphrase.split()).replace("-", "").upper())
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _SECRET_BYTES:
        raise InputDataError(
            "KEY_UNREADABLE", "the key is not a whole passphrase", where="key", remedy="It has eight groups of four"
        )
    return IndexKeys(hmac.digest(raw, b"digests", hashlib.sha256), hmac.digest(raw, b"seal", hashlib.sha256))


def check_spec(spec: LinkageSpec) -> None:
    """Raise :class:`SpecError` when a spec lacks a field or form that the keys are made of."""
    kinds = {field.name: field.kind for field in spec.fields}
    for kind in KINDS:
        check_rule(kind, kinds)


def fields_read() -> frozenset[str]:
    """Return the fields that the keys are made of."""
    return frozenset[str]().union(*(kind.read_fields for kind in KINDS))


def key_entries(records: EncodedRecords, key: bytes) -> dict[str, tuple[Int32, UInt64]]:
    """Return for each kind the (record, digest) entries, int32 ascending and uint64 (n_entries,).

    A record has none where a field is missing or a placeholder, and several where a name sounds in several ways.
    ``key``: that of the digests. Work is done once per distinct key.
    """
    placeholders = find_placeholders(records.columns)
    made = {}
    for kind in KINDS:
        columns, _, _ = without_placeholders(kind, records.columns, placeholders)
        parts = list(RuleKeys(kind, columns, records.n_records).chunks())
        rows = np.concatenate([np.zeros(0, np.int32), *(part[0] for part in parts)])
        plain = np.concatenate([np.zeros(0, np.uint64), *(part[1] for part in parts)])
        distinct, place = np.unique(plain, return_inverse=True)
        made[kind.name] = (rows, _digests(distinct, kind.name, key)[place])
    return made


def _digests(plain: UInt64, kind: str, key: bytes) -> UInt64:
    """Return BLAKE2b of each key, keyed, 64 bits (RFC 7693); kinds never share a digest by more than chance."""
    begun = hashlib.blake2b(key=key, digest_size=8, person=kind.encode())
    raw = plain.astype("<u8").tobytes()
    made = bytearray()
    for at in range(0, len(raw), 8):
        one = begun.copy()
        one.update(raw[at : at + 8])
        made += one.digest()
    return np.frombuffer(bytes(made), "<u8").astype(np.uint64)
