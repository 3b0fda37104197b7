"""An extract says whose it is and as of when, by a sidecar or by its name, or it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linkage.errors import InputDataError
from linkage.nightly.extract import REGION_UNKNOWN, UNIDENTIFIED, Extract, identify, under_todays_code
from linkage.spec import LinkageSpec, OlderRegion, load_builtin_spec, parse_spec


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3374_full_20260601_1.csv", ("3374", 20260601, 1, "full")),
        ("5171_delta_20260229_12.parquet", None),
        ("5171_delta_20240229_12.parquet", ("5171", 20240229, 12, "delta")),
        ("3374_full_20260601_007.csv.gz", ("3374", 20260601, 7, "full")),
        ("3374_full_20260601.csv", None),
        ("3374_weekly_20260601_1.csv", None),
        ("33_full_20260601_1.csv", None),
        ("3374_full_20261301_1.csv", None),
        ("3374_full_99999999_1.csv", None),
        ("3374_full_00010101_1.csv", None),
        ("3374_FULL_20260601_1.CSV.GZ", ("3374", 20260601, 1, "full")),
        ("3374_full_20260601_1.sql.toml", ("3374", 20260601, 1, "full")),
        ("3374_full_20260601_1.7z", ("3374", 20260601, 1, "full")),
        ("3374_full_20260601_1234567890.csv", None),
        ("٣٣٧٤_full_20260601_1.csv", None),
        ("3374_full_20260601_1", None),
        ("semarang.csv", None),
    ],
)
def test_a_name_tells_region_kind_cut_off_and_sequence_or_nothing(tmp_path, name, expected):
    path = tmp_path / name
    if expected is None:
        with pytest.raises(InputDataError) as caught:
            identify(path)
        assert caught.value.code == UNIDENTIFIED == "EXTRACT_UNIDENTIFIED"
        assert caught.value.where == name
        assert "<region>_<full|delta>_<YYYYMMDD>_<seq>" in caught.value.remedy
    else:
        region, cut_off, sequence, kind = expected
        assert identify(path) == Extract(region, cut_off, sequence, kind, path)


def sidecar(path: Path, text: str) -> None:
    path.with_name(path.name + ".meta.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["3374_full_20260601_1", "3374_full_20260601_1.delta"])
def test_the_name_of_a_folder_needs_no_ending(tmp_path, name):
    (tmp_path / name).mkdir()
    assert identify(tmp_path / name) == Extract("3374", 20260601, 1, "full", tmp_path / name)


GOOD = 'region = "3374"\nkind = "delta"\ncut_off = 2026-06-30\nsequence = 4\n'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("2026-06-30", '"2026-06-30"'),
        GOOD.replace('"3374"', "3374"),
        GOOD.replace('"3374"', '"33.74"'),
        GOOD.replace('"delta"', '"DELTA"'),
        GOOD + 'office = "x"\n',
        GOOD + "[reading]\ndelimiter = ';'\nheader = true\n",
    ],
)
def test_a_sidecar_goes_before_the_name(tmp_path, text):
    path = tmp_path / "5171_full_20250101_1.csv"
    sidecar(path, text)
    assert identify(path) == Extract("3374", 20260630, 4, "delta", path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "region =",
        GOOD.replace("sequence = 4", ""),
        GOOD.replace("sequence = 4", 'sequence = "four"'),
        GOOD.replace('"delta"', '"daily"'),
        GOOD.replace('"3374"', '"33"'),
        GOOD.replace("2026-06-30", '"2026-06-31"'),
        GOOD.replace("2026-06-30", "20269999"),
        GOOD.replace("2026-06-30", "2026-06-30T10:00:00"),
        GOOD.replace("sequence = 4", "sequence = [4]"),
        GOOD.replace("sequence = 4", "sequence = inf"),
        GOOD.replace("sequence = 4", "sequence = -4"),
        GOOD.replace("sequence = 4", "sequence = 1000000000"),
        GOOD.replace("sequence = 4", f"sequence = {'9' * 5000}"),
        GOOD + "since = 2026-07-01\n",
        GOOD + 'since = "June"\n',
        GOOD.replace("delta", "full") + "since = 2026-06-01\n",
        GOOD + "confirmed = 1\n",
        GOOD + 'reading = "fast"\n',
        GOOD + "[reading]\nspeed = 'fast'\n",
        GOOD + "[reading]\nheader = 'perhaps'\n",
        "since = 2026-05-01\nkind = 'delta'\n",
        "x = " + "[" * 20_000,
        "#" * 70_000,
    ],
)
def test_a_sidecar_that_does_not_tell_is_refused_even_when_the_name_would(tmp_path, text):
    path = tmp_path / "3374_full_20260601_1.csv"
    sidecar(path, text)
    with pytest.raises(InputDataError) as caught:
        identify(path)
    assert caught.value.code == UNIDENTIFIED
    assert caught.value.where == "3374_full_20260601_1.csv.meta.toml"


def test_extracts_sort_by_region_cut_off_and_sequence():
    names = [
        "5171_full_20260101_1.csv",
        "3374_delta_20260102_2.csv",
        "3374_full_20260102_10.csv",
        "3374_full_20260101_9.csv",
    ]
    ordered = sorted(identify(Path(name)) for name in names)
    assert [item.path.name for item in ordered] == [names[3], names[1], names[2], names[0]]


def test_a_sidecar_may_leave_the_identity_to_the_name(tmp_path):
    path = tmp_path / "3374_delta_20260601_1.csv"
    sidecar(path, "since = 2026-05-20\nconfirmed = true\n")
    extract = identify(path)
    assert (extract, extract.since, extract.confirmed) == (
        Extract("3374", 20260601, 1, "delta", path),
        20260520,
        True,
    )


def with_nik(older: tuple[OlderRegion, ...] = ()) -> LinkageSpec:
    return replace(load_builtin_spec(), older_regions=older)


OF_CLINICS = parse_spec(
    """
[[field]]
name = "name"
kind = "person_name"
[[comparison]]
name = "name"
field = "name"
kernel = "name"
levels = ["equal"]
[[rule]]
name = "name"
keys = ["name"]
"""
)


@pytest.mark.parametrize(
    ("region", "spec", "today"),
    [
        ("3374", with_nik(), "3374"),
        ("9101", with_nik(), "9301"),
        ("3347", with_nik(), None),
        ("0000", with_nik(), None),
        ("3399", with_nik((OlderRegion(3399, 3374),)), "3374"),
        ("3347", OF_CLINICS, "3347"),
        ("9101", OF_CLINICS, "9101"),
    ],
)
def test_a_region_is_known_by_its_code_of_today_where_the_spec_is_about_residents(region, spec, today):
    extract = Extract(region, 20260630, 1, "full", Path(f"{region}_full_20260630_1.csv"))
    if today is None:
        with pytest.raises(InputDataError, match="no regency of today or of former times") as caught:
            under_todays_code(extract, spec)
        assert caught.value.code == REGION_UNKNOWN == "EXTRACT_REGION_UNKNOWN"
        assert caught.value.where == extract.path.name
    else:
        assert under_todays_code(extract, spec) == replace(extract, region=today)
