"""Which fields of a spec linking reads: the others need not be encoded."""

from __future__ import annotations

from typing import Final

from linkage.spec import LinkageSpec

FACT_FIELDS: Final = frozenset(
    {
        *("nama", "nik", "no_kk", "jenis_kelamin", "tanggal_lahir", "nik_ibu", "no_akta_lhr"),
        *("status_ktpel", "flag_status", "source", "kode_wilayah", "kab_kota", "provinsi"),
    }
)
"""What frequencies and the facts of records and pairs are taken from, whatever the spec compares."""

FEATURE_FIELDS: Final = frozenset(
    {"nama_ibu", "nama_ayah", "nik_ayah", "alamat", "rt", "rw", "kelurahan", "kecamatan", "agama", "stat_kwn", "shdk"}
)
"""What the features of a supervised model are taken from besides (:mod:`linkage.features`)."""


def linking_fields(spec: LinkageSpec, *, features: bool = False) -> frozenset[str]:
    """Return the fields of the spec that candidates, comparisons, the model, the facts and the decision read.

    ``features``: and those that a supervised model reads.
    """
    read = {item.field for item in spec.comparisons}
    if features:
        read |= FEATURE_FIELDS
    for rule in spec.rules:
        read |= rule.read_fields | set(rule.refine)
    return frozenset(spec.field_names) & (read | FACT_FIELDS)
