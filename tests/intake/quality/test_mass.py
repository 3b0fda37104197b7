"""A file as a whole: values that stand for nobody, entry in bulk, runs of serials, too many default dates."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.intake.quality.test_oracle import LATEST_YEAR, found_by_the_house
from tests.oracles.quality import judge_rows

Counts = Callable[..., dict[tuple[str, str], int]]
Row = dict[str, str | None]

MASS = ("NILAI_MASSAL", "NAMA_TANGGAL_MASSAL", "ENTRI_MASSAL", "NIK_BERURUT", "TGL_DEFAULT_BERLEBIH")
MOTHER = "3273035003700001"


def entries(days: int = 12, per_day: int = 4) -> list[Row]:
    """An office's usual days: a few rows each, every one with its own mother."""
    return [
        {
            "nama": f"ANI {chr(65 + day)}{'IU'[number % 2] * (number + 2)}",
            "tanggal_lahir": f"{2 + day:02}-0{1 + number % 9}-{1960 + day + number}",
            "nama_ibu": f"SRI {chr(65 + day)}{chr(65 + number)}A",
            "alamat": f"JL. MAWAR {day * 31 + number}",
            "kode_wilayah": "3273",
            "tgl_entri": f"{1 + day:02}-03-2014",
        }
        for day in range(days)
        for number in range(per_day)
    ]


def bulk(count: int, **alike: str) -> list[Row]:
    rows = [{**row, "tgl_entri": "20-04-2015"} for row in entries(days=1, per_day=count)]
    return [{**row, "nama_ibu": f"TUTI {chr(65 + number % 26)}{chr(65 + number // 26)}A", **alike}
            for number, row in enumerate(rows)]  # fmt: skip


@pytest.mark.parametrize(
    "alike", [{"nama_ibu": "SITI AMINAH"}, {"alamat": "BALAI DESA"}, {"tanggal_lahir": "01-07-1950"}]
)
def test_a_day_of_entry_far_busier_than_usual_and_full_of_one_value_is_told_of(
    counts: Counts, alike: dict[str, str]
) -> None:
    assert counts([*entries(), *bulk(21, **alike)])["tgl_entri", "ENTRI_MASSAL"] == 21
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts([*entries(), *bulk(19, **alike)])
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts([*entries(), *bulk(21)])
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts([*entries(days=8), *bulk(21, **alike)])
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts([*entries(per_day=5), *bulk(21, **alike)])
    diluted = [*entries(), *bulk(21, **alike), *bulk(70)]
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts(diluted)


def test_the_usual_day_is_that_of_the_office(counts: Counts) -> None:
    elsewhere = [{**row, "kode_wilayah": "3374"} for row in entries(per_day=30)]
    many = bulk(21, nama_ibu="SITI AMINAH")
    assert counts([*entries(), *elsewhere, *many])["tgl_entri", "ENTRI_MASSAL"] == 21
    assert ("tgl_entri", "ENTRI_MASSAL") not in counts([*elsewhere, *({**row, "kode_wilayah": "3374"} for row in many)])


@pytest.mark.parametrize(("field", "value", "most"), [("nik_ibu", MOTHER, 20), ("no_akta_lhr", "12/IST/1988", 20)])
def test_a_value_of_too_many_active_rows_is_no_real_one(counts: Counts, field: str, value: str, most: int) -> None:
    rows: list[Row] = [{field: value, "flag_status": "0"} for _ in range(most)]
    history = {field: value, "flag_status": "3"}
    assert (field, "NILAI_MASSAL") not in counts([*rows, history])
    assert counts([*rows, rows[0], history])[field, "NILAI_MASSAL"] == most + 1


def test_a_name_of_one_mother_in_fifty_is_a_word_for_nothing(counts: Counts) -> None:
    others: list[Row] = [{"nama_ibu": f"SRI {chr(65 + n % 26)}{chr(65 + n // 26)}A"} for n in range(300)]
    assert counts([*others, *[{"nama_ibu": "IBU KANDUNG"}] * 200])["nama_ibu", "NILAI_MASSAL"] == 200
    assert ("nama_ibu", "NILAI_MASSAL") not in counts([*others, *[{"nama_ibu": "IBU KANDUNG"}] * 199])


def test_one_name_and_date_on_many_rows_is_more_than_namesakes(counts: Counts) -> None:
    same: Row = {"nama": "SITI AMINAH", "tanggal_lahir": "12-03-1980"}
    others: list[Row] = [{"nama": f"ANI {n}X", "tanggal_lahir": f"{n % 28 + 1:02}-04-1980"} for n in range(300)]
    assert counts([same] * 20 + others)["nama", "NAMA_TANGGAL_MASSAL"] == 20
    assert ("nama", "NAMA_TANGGAL_MASSAL") not in counts([same] * 19 + others)
    of_all = [{**row, "nama": "SITI AMINAH"} for row in others]
    assert ("nama", "NAMA_TANGGAL_MASSAL") not in counts([same] * 20 + of_all)


@pytest.mark.parametrize(
    ("serials", "days", "found"),
    [(range(1, 11), 1, 10), (range(1, 10), 1, 0), (range(1, 20, 2), 1, 0), (range(1, 21), 2, 0), (range(5, 17), 1, 12)],
)
def test_serials_in_a_row_of_one_day_are_a_batch(counts: Counts, serials: range, days: int, found: int) -> None:
    rows: list[Row] = [
        {"nik": f"327303160785{serial:04}", "tgl_entri": f"{16 + serial % days:02}-07-2014"} for serial in serials
    ]
    assert counts(rows).get(("nik", "NIK_BERURUT"), 0) == found


@pytest.mark.parametrize(("year", "limit"), [(1950, 100), (1990, 50), (2010, 30)])
def test_a_cohort_has_no_more_default_dates_than_policy_and_chance_give_it(
    counts: Counts, year: int, limit: int
) -> None:
    def cohort(defaults: int, rows: int = 200) -> list[Row]:
        born = ["01-07"] * defaults + [f"{day % 12 + 2:02}-{day % 9 + 2:02}" for day in range(rows - defaults)]
        return [{"tanggal_lahir": f"{day}-{year}", "kode_wilayah": "3273"} for day in born]

    told = ("tanggal_lahir", "TGL_DEFAULT_BERLEBIH")
    assert told not in counts(cohort(limit))
    assert counts(cohort(limit + 1))[told] == limit + 1
    assert told not in counts(cohort(limit - 1, rows=199))


@pytest.mark.parametrize("seed", range(4))
def test_the_rules_on_whole_files_find_what_the_oracle_finds(seed: int) -> None:
    dice = random.Random(seed)
    rows: list[Row] = []
    for number in range(700):
        bulky = 200 <= number < 400
        day = date(2014, 3, 3) + timedelta(dice.randrange(40) if not bulky else 100)
        rows.append(
            {
                "nama": dice.choice(["ANI", "SITI AMINAH", f"BUDI {chr(65 + number % 26)}A"]),
                "tanggal_lahir": dice.choice(
                    ["01-07-1950", "12-03-1980" if number % 3 else "13-03-1980", f"{dice.randint(2, 13):02}-05-1990"]
                ),
                "nama_ibu": "SRI" if dice.random() < 0.4 else f"SRI {chr(65 + number % 26)}{chr(65 + number // 26)}A",
                "nik": f"327303160785{number:04}" if bulky else f"32730352079{number // 9:02}{number:03}",
                "nik_ibu": dice.choice([None, MOTHER, f"327303520779{number // 15 + 1:04}"]),
                "alamat": dice.choice(["BALAI DESA", f"JL. MAWAR {number}"]),
                "kode_wilayah": dice.choice(["3273", "3273", "3374"]),
                "flag_status": dice.choice(["0", "0", "2"]),
                "tgl_entri": "2014" if number % 20 == 0 else day.strftime("%d-%m-%Y"),
            }
        )
    house = {item for item in found_by_the_house(rows) if item[2] in MASS}
    oracle = {item for item in judge_rows(rows, latest_year=LATEST_YEAR) if item[2] in MASS}
    assert house == oracle
    assert len({code for _, _, code in house}) >= 3
