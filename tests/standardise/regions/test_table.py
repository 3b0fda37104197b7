"""Older regency codes: those a user adds to the table, from a spec or a file, and what they change."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import SpecError
from linkage.spec import OlderRegion, OlderRegions
from linkage.standardise.nik.numbers import NIK_WARN, standardise_nik
from linkage.standardise.places.places import standardise_place
from linkage.standardise.regions.older import older_regions_from_csv
from linkage.standardise.regions.resolve import (
    known_regencies,
    newest,
    province_of,
    regency_of_code,
    regency_of_name,
    region_name,
    resolve_regions,
)
from linkage.standardise.regions.table import region_table

OLDER: OlderRegions = (OlderRegion(7320, 7605, "Kabupaten Majene Lama"), OlderRegion(3220, 3672))


def column(*texts: str | None) -> tuple[np.ndarray, pa.StringArray]:
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary


def test_without_older_codes_it_is_the_table_that_ships() -> None:
    assert region_table(()) is region_table()
    assert region_table(OLDER) is region_table(tuple(OLDER))


def test_an_older_code_leads_to_its_successor_and_the_table_itself_stays_as_it_is() -> None:
    assert (newest(7320), newest(7320, OLDER)) == (0, 7605)
    assert (newest(3220), newest(3220, OLDER)) == (0, 3672)
    assert (province_of(7320, OLDER), province_of(3220, OLDER)) == (76, 36)
    assert region_name(7320, OLDER) == "Kabupaten Majene Lama"
    assert region_name(3220, OLDER) == "Kota Cilegon", "without a name of its own it bears that of its successor"
    assert region_table(OLDER).current == known_regencies()
    assert region_table(OLDER).ever == region_table().ever | {3220}
    assert list(region_table(OLDER).regencies) == sorted(region_table(OLDER).regencies)


def test_what_a_user_says_of_a_retired_code_goes_before_the_table() -> None:
    assert newest(9109, (OlderRegion(9109, 9401),)) == 9401
    assert newest(9109) == 9404


@pytest.mark.parametrize(
    ("text", "code"), [("7320", 7605), ("32.20.01", 3672), ("3220011001", 3672), ("3273", 3273), ("7321", 0)]
)
def test_a_region_code_is_read_with_the_older_codes(text: str, code: int) -> None:
    assert regency_of_code(text, OLDER) == code


def test_a_former_name_leads_to_the_successor_and_takes_nothing_from_another_place() -> None:
    assert regency_of_name("KAB. MAJENE LAMA", 73, OLDER) == 7605
    assert regency_of_name("KAB. MAJENE LAMA", 73) == 0
    taken = (OlderRegion(7320, 7605, "Kabupaten Bone"), OlderRegion(7321, 7605, "Kabupaten Mamuju Utara"))
    assert regency_of_name("KABUPATEN BONE", 0, taken) == 7308
    assert regency_of_name("KABUPATEN MAMUJU UTARA", 0, taken) == 7601
    both = standardise_place(pa.array(["BONE", "MAMUJU UTARA"]), taken).values.to_pylist()
    assert both == standardise_place(pa.array(["BONE", "MAMUJU UTARA"])).values.to_pylist()


def test_records_sent_under_an_older_code_or_name_belong_to_todays_regency() -> None:
    columns = {
        "source": column("7320", None, None, "7605"),
        "kode_wilayah": column(None, "32.20", None, None),
        "kab_kota": column(None, None, "Majene Lama", None),
        "provinsi": None,
    }
    assert resolve_regions(**columns, older=OLDER).tolist() == [7605, 3672, 7605, 7605]
    assert resolve_regions(**columns).tolist() == [0, 0, 0, 7605]


def test_a_nik_with_an_older_code_raises_no_warning() -> None:
    niks = pa.array(["3220010203900001", "3299010203900001", "3273010203900001"])
    plain, told = standardise_nik(niks).flags, standardise_nik(niks, OLDER).flags
    assert plain is not None
    assert told is not None
    assert plain.tolist() == [NIK_WARN * odd for odd in (True, False, True)], "sorted: 3220, 3273, 3299"
    assert told.tolist() == [NIK_WARN * odd for odd in (False, False, True)]


def test_a_place_of_birth_under_a_former_name_is_todays_place() -> None:
    former = pa.array(["KAB. MAJENE LAMA", "MAJENE"])
    assert standardise_place(former, OLDER).values.to_pylist() == ["MAJENE"]
    assert len(standardise_place(former).values) == 2


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (OlderRegion(3273, 3204), "3273 is in force today"),
        (OlderRegion(7320, 7699), "7699 is not a regency code in force"),
        (OlderRegion(7320, 9109), "9109 is not a regency code in force"),
        (OlderRegion(2201, 3204), "2201: there never was a province 22"),
    ],
)
def test_an_older_code_that_does_not_fit_is_refused(item: OlderRegion, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        region_table((item,))
    with pytest.raises(SpecError, match=f"^codes.csv, line 3: {says}"):
        older_regions_from_csv(f"code,newest\n7321,7602\n{item.code},{item.newest}\n", where="codes.csv")


@pytest.mark.parametrize(
    "text",
    [
        "code,newest,name\n7320,7605,Kabupaten Majene Lama\n3220,3672,\n",
        "newest;Name;CODE\n76.05;Kabupaten Majene Lama;73.20\n\n3672;;32.20\n",
        "\ufeffcode, newest, name\r\n7320, 7605, Kabupaten Majene Lama\r\n,,\r\n3220,3672,\r\n",
    ],
)
def test_a_file_of_older_codes_is_read_whatever_its_divider_and_order(text: str) -> None:
    assert older_regions_from_csv(text) == OLDER


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "region codes: the first line must name the columns"),
        ("7320,7605\n", "region codes: the first line must name the columns"),
        ("code,newest,since\n7320,7605,2004\n", "region codes: the first line must name the columns"),
        ("code,code,newest\n7320,7320,7605\n", "region codes: the first line must name the columns"),
        ("code,newest\n7320\n", "region codes, line 2: 1 values, 2 columns"),
        ("code,newest\n732,7605\n", "region codes, line 2: code must be a regency code of four digits"),
        ("code,newest\n73201,7605\n", "region codes, line 2: code must be a regency code of four digits"),
        ("code,newest\n7320,Majene\n", "region codes, line 2: newest must be a regency code of four digits"),
        ("code,newest\n7320,7605\n73.20,7604\n", "region codes, line 3: 7320 is given twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_line(text: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        older_regions_from_csv(text)
    assert str(caught.value).startswith(says)
