"""What regions are called where people read of them."""

import subprocess
import sys

import pytest

from linkage.review.regions import office_name, region_name
from linkage.standardise.regions.table import region_table


@pytest.mark.parametrize(
    ("code", "indonesian", "english"),
    [
        ("6172", "Kota Singkawang", "Kota Singkawang"),
        ("6101", "Kabupaten Sambas", "Kabupaten Sambas"),
        ("61", "Provinsi Kalimantan Barat", "Kalimantan Barat Province"),
        ("34", "Provinsi Daerah Istimewa Yogyakarta", "Daerah Istimewa Yogyakarta Province"),
        ("3174", "Kota Administrasi Jakarta Selatan", "Kota Administrasi Jakarta Selatan"),
        ("", "Pusat", "The centre"),
        ("6473", "Kota Tarakan", "Kota Tarakan"),
        ("7319", "7319", "7319"),
        ("9999", "9999", "9999"),
        ("00", "00", "00"),
        ("61.72", "61.72", "61.72"),
        ("Singkawang", "Singkawang", "Singkawang"),
    ],
)
def test_a_region_bears_its_official_name_and_an_unknown_one_its_code(code, indonesian, english):
    assert (region_name(code), region_name(code, "en")) == (indonesian, english)


def test_every_region_in_force_has_a_name():
    table = region_table()
    codes = [f"{code:04d}" for code in table.current] + [f"{code:02d}" for code in table.provinces]
    assert len(codes) == 514 + 39
    assert all(region_name(code) != code for code in codes)


def test_an_office_is_named_within_a_sentence():
    assert (office_name("6172"), office_name("")) == ("Disdukcapil Kota Singkawang", "pusat")
    assert (office_name("61", "en"), office_name("", "en")) == ("the office of Kalimantan Barat Province", "the centre")


def test_looking_a_name_up_loads_nothing_heavy():
    program = (
        "import sys, linkage.review.refusals, linkage.review.regions as r; r.region_name('6172'); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numba", "numpy", "pandas", "pyarrow", "sqlalchemy"} & set(loaded)
