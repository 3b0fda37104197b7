"""Regions: the table of codes, codes that were replaced, names, and the region of a record."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import InvariantError
from linkage.standardise.regions.resolve import (
    known_regencies,
    newest,
    province_of,
    province_of_name,
    record_regions,
    regency_of_code,
    regency_of_name,
    region_name,
    resolve_regions,
    scope_of,
    written_regency,
)
from linkage.standardise.regions.table import region_table

# Codes of the new provinces in the order of the old ones that they replaced.
REPLACED = {
    "Papua Selatan": {9101: 9301, 9116: 9302, 9117: 9303, 9118: 9304},
    "Papua Tengah": {9104: 9401, 9107: 9402, 9108: 9403, 9109: 9404, 9125: 9405, 9126: 9406, 9127: 9407, 9128: 9408},
    "Papua Pegunungan": {
        9102: 9501,
        9112: 9502,
        9113: 9503,
        9114: 9504,
        9121: 9505,
        9122: 9506,
        9123: 9507,
        9124: 9508,
    },
    "Papua Barat Daya": {9201: 9601, 9204: 9602, 9205: 9603, 9209: 9604, 9210: 9605, 9271: 9671},
    "Kalimantan Utara": {6404: 6501, 6406: 6502, 6405: 6503, 6410: 6504, 6473: 6571},
}
NAMES = {
    9301: "Merauke", 9302: "Boven Digoel", 9303: "Mappi", 9304: "Asmat",
    9401: "Nabire", 9402: "Puncak Jaya", 9403: "Paniai", 9404: "Mimika", 9405: "Puncak", 9406: "Dogiyai",
    9407: "Intan Jaya", 9408: "Deiyai", 9501: "Jayawijaya", 9502: "Pegunungan Bintang", 9503: "Yahukimo",
    9504: "Tolikara", 9505: "Mamberamo Tengah", 9506: "Yalimo", 9507: "Lanny Jaya", 9508: "Nduga",
    9601: "Sorong", 9602: "Sorong Selatan", 9603: "Raja Ampat", 9604: "Tambrauw", 9605: "Maybrat", 9671: "Kota Sorong",
    6501: "Bulungan", 6502: "Malinau", 6503: "Nunukan", 6504: "Tana Tidung", 6571: "Kota Tarakan",
}  # fmt: skip
CROSSWALK = [(old, new, province) for province, codes in REPLACED.items() for old, new in codes.items()]


def column(*texts: str | None) -> tuple[np.ndarray, pa.StringArray]:
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary


def test_there_are_514_regencies_416_kabupaten_and_98_kota_in_38_provinces() -> None:
    current = known_regencies()
    assert len(current) == len(set(current)) == 514
    assert sum(code % 100 <= 69 for code in current) == 416
    assert sum(code % 100 >= 71 for code in current) == 98
    assert len({code // 100 for code in current}) == sum(item.valid for item in region_table().provinces.values()) == 38
    assert list(current) == sorted(current)


def test_the_retired_codes_are_those_replaced_and_five_without_a_known_successor() -> None:
    retired = {code: item.newest for code, item in region_table().regencies.items() if not item.valid}
    assert {old: new for old, new in retired.items() if new} == {old: new for old, new, _ in CROSSWALK}
    assert [old for old, new in retired.items() if not new] == [7319, 7320, 7321, 7323, 7325]
    assert len(CROSSWALK) == 26 + 5


@pytest.mark.parametrize(("old", "new", "province"), CROSSWALK)
def test_a_retired_code_leads_to_its_regency_of_today(old: int, new: int, province: str) -> None:
    assert newest(old) == newest(new) == new
    assert region_name(province_of(old)) == province
    assert region_name(new) == region_name(old) == (NAMES[new] if "Kota" in NAMES[new] else f"Kabupaten {NAMES[new]}")
    assert regency_of_code(f"{old // 100}.{old % 100:02d}") == new
    assert regency_of_name(region_name(new), old // 100) == new


def test_every_regency_is_found_by_its_name_alone_and_within_its_province() -> None:
    names = {code: region_name(code) for code in known_regencies()}
    for spell in (str, str.upper, lambda name: name.replace("Kabupaten", "KAB.").replace("-", " ")):
        assert {code: regency_of_name(spell(name)) for code, name in names.items()} == {code: code for code in names}
        assert all(regency_of_name(spell(name), code // 100) == code for code, name in names.items())


@pytest.mark.parametrize(
    ("text", "province", "code"),
    [
        ("KAB. BANDUNG", 0, 3204),
        ("KABUPATEN BANDUNG", 32, 3204),
        ("KOTA BANDUNG", 32, 3273),
        ("KODYA BANDUNG", 32, 3273),
        ("BANDUNG", 0, 3204),
        ("CIMAHI", 0, 3277),
        ("BANJAR", 32, 3279),
        ("BANJAR", 63, 6303),
        ("BANJAR", 0, 6303),
        ("PONTIANAK", 61, 6171),
        ("KAB. PONTIANAK", 61, 6102),
        ("KOTA BARU", 63, 6302),
        ("KAB. KOTABARU", 63, 6302),
        ("Jakarta Selatan", 31, 3174),
        ("KAB. ADM. KEP. SERIBU", 31, 3101),
        ("TOLI TOLI", 72, 7204),
        ("PARE-PARE", 73, 7372),
        ("TJ. PINANG", 21, 2172),
        ("KAB. TOBA SAMOSIR", 12, 1212),
        ("KAB. MAMUJU UTARA", 76, 7601),
        ("MIMIKA", 91, 9404),
        ("KOTA SORONG", 91, 9671),
        ("KOTA TARAKAN", 64, 6571),
        ("KAB. SERANG", 32, 3604),
        ("KAB. BANDUNG", 35, 0),
        ("ATLANTIS", 0, 0),
        ("KOTA", 0, 0),
        ("-", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_name_leads_to_its_regency(text: str, province: int, code: int) -> None:
    assert regency_of_name(text, province) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3273", 3273),
        ("32.73", 3273),
        (" 3273 ", 3273),
        ("3273 Kota Bandung", 3273),
        ("32.73_KOTA_BANDUNG", 3273),
        ("327301", 3273),
        ("32.73.01", 3273),
        ("3273011001", 3273),
        ("32.73.01.1001", 3273),
        ("32 73 01 1001", 3273),
        ("3273 2024", 3273),
        ("91.09 Mimika", 9404),
        ("32", 0),
        ("32730", 0),
        ("20240105", 0),
        ("32730110011", 0),
        ("3299", 0),
        ("7319", 0),
        ("Disdukcapil", 0),
        ("", 0),
    ],
)
def test_a_code_is_read_at_the_head_of_a_text(text: str, code: int) -> None:
    assert regency_of_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("JAWA BARAT", 32),
        ("Prov. Jawa Barat", 32),
        ("JABAR", 32),
        ("DKI Jakarta", 31),
        ("DAERAH KHUSUS JAKARTA", 31),
        ("D.I. YOGYAKARTA", 34),
        ("KEP. BANGKA BELITUNG", 19),
        ("KEPRI", 21),
        ("IRIAN JAYA", 91),
        ("32", 32),
        ("99", 0),
        ("", 0),
    ],
)
def test_a_province_is_found_by_name_abbreviation_or_number(text: str, code: int) -> None:
    assert province_of_name(text) == code


def test_the_sending_office_goes_before_the_region_code_and_that_before_the_name() -> None:
    found = resolve_regions(
        source=column("3273", "x", None, "91.09", None, None),
        kode_wilayah=column("3301", "33.02.01", "32", None, None, None),
        kab_kota=column("KOTA SOLO", "KOTA SOLO", "KOTA SOLO", "KOTA SOLO", "MIMIKA", None),
        provinsi=column(None, None, "JAWA TENGAH", None, "PAPUA", "PAPUA"),
    )
    assert found.dtype == np.int32
    assert found.tolist() == [3273, 3302, 3372, 9404, 9404, 0]


def test_a_province_alone_leaves_the_region_unknown() -> None:
    found = resolve_regions(source=None, kode_wilayah=None, kab_kota=None, provinsi=column("JAWA BARAT", None))
    assert found.tolist() == [0, 0]


def test_without_any_column_nothing_can_be_resolved() -> None:
    with pytest.raises(InvariantError):
        resolve_regions(source=None, kode_wilayah=None, kab_kota=None, provinsi=None)


def test_a_file_without_records_has_no_regions() -> None:
    empty = column()
    assert resolve_regions(source=empty, kode_wilayah=empty, kab_kota=empty, provinsi=empty).shape == (0,)


@pytest.mark.parametrize(
    ("codes", "scope"),
    [
        ([3273], "3273"),
        ([3273, 3273], "3273"),
        ([3273, 3204], "32"),
        ([3273, 3301], ""),
        ([3273, 0], ""),
        ([0], ""),
        ([], ""),
    ],
)
def test_the_scope_is_the_smallest_region_that_covers_all(codes: list[int], scope: str) -> None:
    assert scope_of(codes) == scope


def test_an_unknown_code_has_no_name_no_successor_and_no_province() -> None:
    assert (region_name(3299), newest(3299), province_of(3299)) == ("", 0, 0)
    assert (region_name(32), region_name(54), newest(7319)) == ("Jawa Barat", "Timor Timur", 0)


@pytest.mark.parametrize(
    ("text", "code"), [("3273", 3273), ("91.01", 9101), ("9301 MERAUKE", 9301), ("3299", 0), ("32", 0), ("BANDUNG", 0)]
)
def test_a_region_code_is_read_as_it_is_written_if_there_ever_was_one(text: str, code: int) -> None:
    assert written_regency(text) == code


def test_the_region_of_records_is_read_from_whatever_columns_there_are() -> None:
    codes = (np.array([0, -1], np.int32), pa.array(["91.01"]))
    names = (np.array([0, 0], np.int32), pa.array(["KOTA BANDUNG"]))
    assert record_regions({"kode_wilayah": codes, "kab_kota": names, "nama": names}, 2).tolist() == [9301, 3273]
    assert record_regions({"nama": names}, 2).tolist() == [0, 0]
