"""What gives a copy away without comparing it to anything: ``python -m benchmarks.register_leaks [records]``.

In life, too, a second entry is often late, alone on its family card, or refused a card. But whatever tells more than
that was put in by the generator, and a model would learn it. The figure is the area under the ROC curve with which
gradient boosting tells further records from first ones, on the half of the register it has not seen; .5 is chance.
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from linkage.synthetic import RegisterPlan, make_register

SEED = 20_262
Float64 = npt.NDArray[np.float64]


def days(texts: pa.ChunkedArray) -> Float64:
    """Return ``yyyy-mm-dd`` as days."""
    dates = pc.cast(pc.strptime(texts, format="%Y-%m-%d", unit="s"), pa.date32())
    return pc.cast(dates, pa.int32()).to_numpy().astype(np.float64)


def codes(texts: pa.ChunkedArray) -> Float64:
    """Return a number for each distinct text, NaN for null."""
    encoded = texts.combine_chunks().dictionary_encode()
    return pc.cast(encoded.indices, pa.float64()).to_numpy(zero_copy_only=False)


def size_of_group(texts: pa.ChunkedArray) -> Float64:
    """Return how many records bear the same text, NaN for null."""
    number = codes(texts)
    known = ~np.isnan(number)
    sizes = np.bincount(number[known].astype(np.int64))
    return np.where(known, sizes[np.where(known, number, 0).astype(np.int64)], np.nan)


def date_in(numbers: pa.ChunkedArray) -> Float64:
    """Return the day that digits 7 to 12 of a family card say, NaN for null."""
    parts = [pc.cast(pc.utf8_slice_codeunits(numbers, at, at + 2), pa.float64()) for at in (6, 8, 10)]
    day, month, year = (part.to_numpy(zero_copy_only=False) for part in parts)
    return (2000 + year - 1970) * 365.25 + (month - 1) * 30.44 + day


def features(records: pa.Table) -> dict[str, Float64]:
    """Return columns that one record has by itself."""
    entered = days(records["tgl_entri"])
    empty = ("no_akta_lhr", "nik_ibu", "nama_ayah", "alamat")
    return {
        "day of entry": entered,
        "days from entry to last change": days(records["tgl_ubah"]) - entered,
        "days from family card to entry": entered - date_in(records["no_kk"]),
        "age at entry": entered - days(records["tanggal_lahir"]),
        "records on the family card": size_of_group(records["no_kk"]),
        "relation to the head": codes(records["shdk"]),
        "serial of the NIK": codes(pc.utf8_slice_codeunits(records["nik"], 12, 16)),
        "status of the card": codes(records["status_ktpel"]),
        "status of the record": codes(records["flag_status"]),
        "empty fields": np.sum([records[name].is_null().to_numpy() for name in empty], axis=0).astype(np.float64),
    }


def told_apart(columns: Float64, further: npt.NDArray[np.bool_]) -> float:
    """Return the area under the curve on every second record, learned on the others."""
    learned = np.arange(further.size) % 2 == 0
    model = HistGradientBoostingClassifier(max_iter=60, random_state=1).fit(columns[learned], further[learned])
    return float(roc_auc_score(further[~learned], model.predict_proba(columns[~learned])[:, 1]))


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
    register = make_register(RegisterPlan(records, 20, SEED, preset="hard"))
    further = pc.not_equal(register.truth["duplicate_of_kind"], "").to_numpy()
    columns = features(register.records)
    print("| column of a single record | area under the curve |\n|--|--:|")
    for name, values in columns.items():
        print(f"| {name} | {told_apart(values[:, None], further):.2f} |")
    print(f"| all together | {told_apart(np.column_stack(list(columns.values())), further):.2f} |")


if __name__ == "__main__":
    main()
