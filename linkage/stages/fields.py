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


def linking_fields(spec: LinkageSpec) -> frozenset[str]:
    """Return the fields of the spec that candidates, comparisons, the model, the facts and the decision read."""
    read = {item.field for item in spec.comparisons}
    for rule in spec.rules:
        read |= rule.read_fields | set(rule.refine)
    return frozenset(spec.field_names) & (read | FACT_FIELDS)
