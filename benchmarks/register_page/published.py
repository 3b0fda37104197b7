"""What was published about Indonesia's residents, as far as the synthetic register is held against it."""

from __future__ import annotations

import csv
import gzip
import os
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.synthetic.places.gazetteer import load_regions

Float64 = npt.NDArray[np.float64]

RESIDENTS: Final = 288_315_089
"""Cleaned consolidated data (DKB), 31 December 2025, Ministry of Home Affairs; the next ones too."""

MEN, WOMEN = 145_498_092, 142_816_997
OBLIGED, ENROLLED = 211_826_747, 206_467_957
"""Residents who must have a KTP-el, and those of them with recorded biometrics."""

NAMES: Final = {
    "NURHAYATI": 254_922,
    "SULASTRI": 192_979,
    "SUTRISNO": 144_497,
    "SLAMET": 115_354,
    "MULYADI": 111_685,
    "HERMAN": 101_990,
    "SUPARDI": 93_202,
    "ISMAIL": 89_732,
    "SUPRIYANTO": 87_929,
    "WAHYUDI": 85_502,
    "JUNAIDI": 85_375,
    "SUPARMAN": 84_749,
}
"""Residents who bear exactly this name, as the Ministry counted them."""

BEARING_YEARS: Final = 60
"""Years of birth over which the arithmetic of namesakes spreads the bearers of a name."""

FIRST_OF_JULY, THREE_DATES, ORDINARY_DAY = 9_800_000, 17_500_000, 520_000
"""Voters of 2019 born on 1 July; on 1 July, 31 December or 1 January; on an ordinary day: claims on their list."""

VOTER_BORN: Final = 2002
"""Last year of birth of nearly all voters of 2019."""

FAMILY_CARDS: Final = (271_300_000, 86_400_000)
"""Residents and family cards of 2020, Ministry of Home Affairs: 3.1 people a card."""

CENSUS_HOUSEHOLD: Final = 3.9
"""Mean people of a household, census of 2020, BPS: those who cook together, not those on one card."""

DUPLICATES: Final = (
    ("2009-10", "double NIKs found when the register was brought up to date", 9_000_000, None, "Ministry"),
    ("since 2012", "double enrolments in Lebak, one regency", 15_000, None, "regency"),
    ("2015-17", "people enrolled more than once, all years", 1_900_000, None, "Ministry"),
    ("2016", "double records in Sleman, one regency", 116_174, 1_100_000, "regency; its size is our estimate"),
    ("2018", "double records in Kotamobagu, one city", 1_190, None, "city"),
    ("2018", "voters alike in NIK, name and date within a regency", 1_013_067, 91_001_344, "press"),
    ("2018", "the same, a longer list", 2_612_814, 151_244_567, "press"),
    ("2023", "double voters in the provisional list", 616_743, 204_656_053, "press; of the potential voters of 2022"),
)
"""Year, what was counted, how many, of how many where that is known, and who said so."""

SHARED_NIK: Final = (10, 622_000)
"""Fewer than the first number of NIKs held by two people among the second number of voters, Temanggung 2024."""

CULTURES: Final = (
    ("Javanese", ("javanese",), ("Javanese", "Cirebonese"), 95_217_022 + 1_877_514),
    ("Sundanese", ("sundanese",), ("Sundanese",), 36_701_670),
    (
        "Malay",
        ("malay",),
        ("Malay", "South Sumatran", "Jambi", "Lampung", "other Sumatran", "West Nusa Tenggara without Sasak"),
        5_365_399 + 5_119_581 + 1_415_547 + 1_381_660 + 2_204_472 + 1_280_094,
    ),
    (
        "Bugis-Makassar, Toraja",
        ("bugis", "toraja"),
        ("Bugis", "Makassar", "Gorontalo", "other Sulawesi without Minahasa"),
        6_359_700 + 2_672_590 + 1_251_494 + 7_634_262,
    ),
    ("Batak", ("batak",), ("Batak", "Nias"), 8_466_969 + 1_041_925),
    ("Madurese", ("madurese",), ("Madurese",), 7_179_356),
    ("Betawi", ("betawi",), ("Betawi",), 6_807_968),
    ("Minang", ("minang",), ("Minangkabau",), 6_462_713),
    ("Banten", ("banten",), ("Bantenese",), 4_657_784),
    ("NTT", ("ntt",), ("East Nusa Tenggara",), 4_184_923),
    ("Banjar", ("banjar",), ("Banjar",), 4_127_124),
    ("Acehnese", ("acehnese",), ("Aceh",), 4_091_451),
    ("Balinese", ("balinese",), ("Balinese",), 3_946_416),
    ("Sasak", ("sasak",), ("Sasak",), 3_173_127),
    ("Dayak", ("dayak",), ("Dayak", "other Borneo"), 3_009_494 + 1_968_620),
    ("Chinese", ("chinese",), ("Chinese",), 2_832_510),
    ("Papuan", ("papuan",), ("Papuan",), 2_693_630),
    ("Moluccan", ("maluku",), ("Moluccan",), 2_203_415),
    ("Minahasa", ("minahasa",), ("Minahasa",), 1_237_177),
    ("Arab", ("arab",), (), None),
)
"""Naming cultures of the register, the nearest ethnic groups of the census of 2010 (BPS), and their citizens."""

CENSUS_CITIZENS: Final = 236_728_379


def residents_by_regency() -> tuple[dict[int, int], str]:
    """Return residents by regency code at the end of 2024, and where they come from.

    From ``id_region/penduduk_2024_kabkota.csv.gz`` in the folder ``LINKAGE_DATA``; without it, from the table of the
    package, which is rounded to thousands.
    """
    path = Path(os.environ.get("LINKAGE_DATA", ""), "id_region", "penduduk_2024_kabkota.csv.gz")
    if not path.is_file():
        return {region.code: round(region.population * 1000) for region in load_regions()}, "the package's table"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = {row["code"]: int(row["total"]) for row in csv.DictReader(file)}
    return {int(code.replace(".", "")): total for code, total in rows.items() if len(code) == 5}, "published"


def province_names() -> dict[int, str]:
    """Return the provinces by their 2-digit code."""
    return {region.code // 100: region.province for region in load_regions()}


def pyramid() -> tuple[Float64, Float64]:
    """Return men and women by five-year group of age, from 0, as shares of all residents."""
    path = resources.files("linkage.synthetic") / "data" / "pyramid.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter=";"))
    men, women = (np.array([float(row[sex]) for row in rows]) for sex in ("men", "women"))
    total = men.sum() + women.sum()
    return men / total, women / total
