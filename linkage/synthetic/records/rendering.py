"""Drafts written out as plain text columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.synthetic.draft import Draft
from linkage.synthetic.fixed_text import characters_text, digits, digits_text, iso_dates
from linkage.synthetic.places.gazetteer import Gazetteer
from linkage.synthetic.records.codes import CARD_STATUS, CHANNELS, FLAGS
from linkage.synthetic.streams import Int64


def render_records(draft: Draft, gazetteer: Gazetteer, serial: Int64) -> pa.Table:
    """Return the records with the plain column names, in the draft's order, all text.

    ``record_id`` is the regency's code and the record's ``serial`` within it, int64 (n,) from 1.
    """
    numbers, texts = draft.numbers, draft.texts
    codes = np.array([region.code for region in gazetteer.regions])
    region = codes[numbers["region"]]
    village = pa.array(numbers["village"])
    columns = {
        "record_id": _record_ids(region, serial),
        "source": digits_text(region, 4),
        "nik": texts["nik"],
        "no_kk": texts["no_kk"],
        "nama": texts["nama"],
        "jenis_kelamin": _coded(["L", "P"], numbers["sex"]),
        "tempat_lahir": texts["tempat_lahir"],
        "tanggal_lahir": iso_dates(numbers["birth"]),
        "nama_ibu": texts["nama_ibu"],
        "nama_ayah": texts["nama_ayah"],
        "alamat": texts["alamat"],
        "rt": digits_text(numbers["rt"], 3),
        "rw": digits_text(numbers["rw"], 3),
        "kelurahan": gazetteer.village_names.take(village),
        "kecamatan": gazetteer.district_names.take(village),
        "kab_kota": _coded([item.name for item in gazetteer.regions], numbers["region"]),
        "provinsi": _coded([item.province for item in gazetteer.regions], numbers["region"]),
        "kode_wilayah": digits_text(gazetteer.village_codes[numbers["village"]], 10),
        "nik_ibu": texts["nik_ibu"],
        "nik_ayah": texts["nik_ayah"],
        "no_akta_lhr": texts["no_akta_lhr"],
        "agama": digits_text(numbers["faith"], 1),
        "shdk": _coded([str(code) for code in range(12)], numbers["relation"]),
        "stat_kwn": digits_text(numbers["marital"], 1),
        "status_ktpel": _coded([status or None for status in CARD_STATUS], numbers["card"]),
        "flag_status": _coded(list(FLAGS), numbers["flag"]),
        "tgl_entri": iso_dates(numbers["entered"]),
        "tgl_ubah": iso_dates(numbers["changed"]),
        "kanal": _coded(list(CHANNELS), numbers["channel"]),
    }
    return pa.table(columns)


def _record_ids(region: Int64, serial: Int64) -> pa.StringArray:
    signs = np.full((region.size, 13), ord("-"), np.uint8)
    signs[:, :4] = digits(region, 4)
    signs[:, 5:] = digits(serial, 8)
    return characters_text(signs)


def _coded(words: list[str | None] | list[str], codes: npt.NDArray[np.integer]) -> pa.StringArray:
    return pa.array(words, pa.string()).take(pa.array(codes))
