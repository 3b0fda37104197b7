"""What NIKs say: two of them of each other, and one of the record that carries it."""

import tomllib
from datetime import date
from importlib import resources

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.identifiers import Nik
from linkage.standardise.nik.evidence import (
    LIKENESSES,
    SEX_BIT,
    DateBeside,
    NikPair,
    RegionBeside,
    date_beside,
    newest_regencies,
    nik_beside_record,
    nik_explains_other_date,
    nik_likeness,
    nik_pairs,
    region_beside,
)
from linkage.standardise.nik.numbers import read_niks
from linkage.standardise.nik.words import read_nik_beside_record, read_nik_pair, remark_on_other_date
from linkage.standardise.regions.table import region_table
from tests.oracles.digit_relations import nik_beside_by_text, nik_relation_by_text

BASE = "3273010203900001"
REGENCIES = sorted(region_table().ever)

niks = st.builds(
    "{:04d}{:02d}{:02d}{:02d}{:02d}{:04d}".format,
    st.sampled_from(REGENCIES),
    st.integers(1, 3),
    st.one_of(st.integers(1, 31), st.integers(41, 71)),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1, 9999),
)
births = st.builds("{:04d}{:02d}{:02d}".format, st.integers(1920, 2026), st.integers(0, 12), st.integers(0, 28)).map(
    lambda text: text[:4] + "0000" if text[4:6] == "00" else text
)


def numbers(*texts: str) -> np.ndarray:
    return read_niks(pa.array(list(texts), pa.string()))


@pytest.mark.parametrize(
    ("left", "right", "kinds", "gap"),
    [
        (BASE, BASE, NikPair.EQUAL | NikPair.REGENCY, None),
        (BASE, "3273010203900002", NikPair.FIRST_TWELVE | NikPair.ADJACENT | NikPair.REGENCY, 1),
        (BASE, "3273010203900017", NikPair.FIRST_TWELVE | NikPair.REGENCY, 16),
        (BASE, "3273014203900001", NikPair.DAY_40 | NikPair.REGENCY, None),
        (BASE, "3273014203900007", NikPair.DAY_40 | NikPair.REGENCY, None),
        (BASE, "3273010203910001", NikPair.SLIP | NikPair.REGENCY, None),
        (BASE, "3373010203900001", NikPair.SLIP | NikPair.BIRTH_PART, None),
        (BASE, "3301050203900044", NikPair.BIRTH_PART, None),
        (BASE, "3273050203900044", NikPair.BIRTH_PART | NikPair.REGENCY, None),
        ("9109010203900001", "9404010203900007", NikPair.BIRTH_PART | NikPair.LINEAGE, None),
        ("7319010203900001", "7320020304900007", NikPair(0), None),
        (BASE, "3301051507851234", NikPair(0), None),
        (BASE, "3273010213900001", NikPair.DAMAGED | NikPair.SLIP, None),
        (BASE, "327301020390001", NikPair.DAMAGED | NikPair.FIRST_TWELVE, None),
        (BASE, "3301011313850001", NikPair(0), None),
        (BASE, "", NikPair(0), None),
        ("-", "1111111111111111", NikPair(0), None),
    ],
)
def test_two_numbers_have_in_common_what_the_table_says(left: str, right: str, kinds: NikPair, gap: int | None) -> None:
    for one, other in ((left, right), (right, left)):
        reading = read_nik_pair(one, other)
        assert reading.kinds == kinds
        assert reading.serial_gap == gap
        assert [remark.code for remark in reading.remarks] == [f"PAIR_{kind.name}" for kind in NikPair if kind in kinds]


@given(pair=st.tuples(niks, niks), keep=st.sampled_from([(0, 0), (0, 6), (0, 12), (6, 12), (8, 16)]))
def test_the_evidence_of_a_pair_is_symmetric_and_never_weaker_than_the_relation(
    pair: tuple[str, str], keep: tuple[int, int]
) -> None:
    left, right = pair
    right = right[: keep[0]] + left[keep[0] : keep[1]] + right[keep[1] :]
    if Nik.parse(right) is None:
        return
    there, back = nik_pairs(numbers(left), numbers(right)), nik_pairs(numbers(right), numbers(left))
    assert there.bits.tolist() == back.bits.tolist()
    assert there.serial_gap.tolist() == back.serial_gap.tolist()
    kinds, relation = NikPair(int(there.bits[0])), nik_relation_by_text(left, right)
    assert (NikPair.EQUAL in kinds) == (relation == "EQUAL")
    assert (NikPair.FIRST_TWELVE in kinds) == (relation == "PREFIX")
    assert (NikPair.SLIP in kinds) == (relation == "TYPO")
    assert NikPair.DAY_40 in kinds or relation != "SEX_SHIFT"
    assert (NikPair.REGENCY in kinds) == (left[:4] == right[:4])
    assert (NikPair.BIRTH_PART in kinds) == (left[6:12] == right[6:12] and left[:6] != right[:6])
    assert (there.serial_gap[0] >= 0) == (NikPair.FIRST_TWELVE in kinds)


@pytest.mark.parametrize(
    ("birth", "kind"),
    [
        ("19900302", DateBeside.EQUAL),
        ("20900302", DateBeside.EQUAL),
        ("19900203", DateBeside.SWAPPED),
        ("19900312", DateBeside.ONE_DIGIT),
        ("19910302", DateBeside.ONE_DIGIT),
        ("19900320", DateBeside.ONE_DIGIT),
        ("19901101", DateBeside.YEAR),
        ("19850719", DateBeside.DIFFERS),
        ("19900000", DateBeside.AS_FAR_AS_KNOWN),
        ("19900300", DateBeside.AS_FAR_AS_KNOWN),
        ("19900400", DateBeside.YEAR),
        ("19850000", DateBeside.DIFFERS),
        ("0", DateBeside.UNKNOWN),
        ("-1", DateBeside.UNKNOWN),
    ],
)
def test_the_date_in_a_number_is_graded_beside_the_birth_date(birth: str, kind: DateBeside) -> None:
    for number in (BASE, "3273014203900001"):
        bits = nik_beside_record(numbers(number), np.array([int(birth)]), np.zeros(1, np.int8), np.zeros(1, np.int32))
        assert date_beside(bits).tolist() == [kind]


@given(nik=niks, birth=births, sex=st.sampled_from(["L", "P", ""]))
def test_date_and_sex_beside_a_record_are_those_of_the_texts(nik: str, birth: str, sex: str) -> None:
    sexes = np.array([{"L": 1, "P": 2, "": 0}[sex]], np.int8)
    bits = nik_beside_record(numbers(nik), np.array([int(birth)]), sexes, np.zeros(1, np.int32))
    kind, other_sex = nik_beside_by_text(nik, birth, sex, sex)
    assert DateBeside(int(date_beside(bits)[0])).name == kind
    assert bool(bits[0] & SEX_BIT) == other_sex


@pytest.mark.parametrize(
    ("nik", "region", "kind"),
    [
        (BASE, 3273, RegionBeside.SAME),
        (BASE, 3204, RegionBeside.OTHER),
        ("9109010203900001", 9404, RegionBeside.LINEAGE),
        ("9109010203900001", 9109, RegionBeside.SAME),
        ("9404010203900001", 9109, RegionBeside.LINEAGE),
        ("7319010203900001", 7604, RegionBeside.UNLISTED),
        ("3299010203900001", 3273, RegionBeside.UNLISTED),
        (BASE, 0, RegionBeside.UNKNOWN),
    ],
)
def test_the_region_in_a_number_is_graded_beside_the_regency_of_the_record(
    nik: str, region: int, kind: RegionBeside
) -> None:
    bits = nik_beside_record(numbers(nik), np.zeros(1, np.int64), np.zeros(1, np.int8), np.array([region], np.int32))
    assert region_beside(bits).tolist() == [kind]


@given(nik=niks, born=st.dates(date(1900, 1, 1)), sex=st.sampled_from("LP"), regency=st.sampled_from(REGENCIES))
def test_the_findings_on_a_number_and_its_evidence_tell_the_same(nik: str, born: date, sex: str, regency: int) -> None:
    parsed = Nik.parse(nik)
    assert parsed is not None
    codes = {finding.code for finding in parsed.findings(birth_date=born, sex=sex, regency=regency)}
    reading = read_nik_beside_record(nik, birth_date=born, sex=sex, regency=regency)
    assert (reading.date is not DateBeside.EQUAL) == ("DATE_DIFFERS" in codes)
    assert reading.sex_differs == ("SEX_DIFFERS" in codes)
    assert (reading.region is not RegionBeside.SAME) == ("REGION_DIFFERS" in codes)


@pytest.mark.parametrize("nik", ["", "-", "1234567890123456", "3273010213900001", "327301020390001"])
def test_a_missing_or_damaged_number_neither_fits_nor_contradicts_a_record(nik: str) -> None:
    reading = read_nik_beside_record(nik, birth_date=date(1990, 3, 2), sex="L", regency=3273)
    assert (reading.date, reading.sex_differs, reading.region) == (DateBeside.UNKNOWN, None, RegionBeside.UNKNOWN)
    assert reading.remarks == ()
    assert remark_on_other_date(nik, date(1991, 3, 2), date(1990, 3, 2)) is None


def test_a_record_that_tells_nothing_is_not_contradicted() -> None:
    reading = read_nik_beside_record(BASE)
    assert (reading.date, reading.sex_differs, reading.region) == (DateBeside.UNKNOWN, None, RegionBeside.UNKNOWN)


@pytest.mark.parametrize(
    ("own", "other", "explained"),
    [
        (19910302, 19900302, True),
        (19850719, 19900302, True),
        (19900302, 19900302, False),
        (0, 19900302, False),
        (19910302, 0, False),
        (19910302, 19910302, False),
        (19900000, 19900302, False),
        (19910302, 19900000, False),
    ],
)
def test_a_number_explains_the_other_records_date_when_its_own_was_corrected(
    own: int, other: int, explained: bool
) -> None:
    found = nik_explains_other_date(numbers(BASE), np.array([own]), np.array([other]))
    assert found.tolist() == [explained]


def test_a_steward_reads_it_in_indonesian_and_in_english() -> None:
    (remark, _) = read_nik_pair(BASE, "3273014203900001").remarks
    assert remark.indonesian == (
        "Digit hari lahir berbeda 40: jenis kelamin pernah dibetulkan, atau petugas lupa menambah 40."
    )
    explained = remark_on_other_date(BASE, date(1991, 3, 2), date(1990, 3, 2))
    assert explained is not None
    assert explained.english.startswith("The birth date in the NIK is that of the other record")


def test_every_kind_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    text = (resources.files("linkage.standardise") / "data" / "nik_words.toml").read_text(encoding="utf-8")
    words = tomllib.loads(text)
    kinds = {
        "pair": [kind.name for kind in NikPair],
        "date": [kind.name for kind in DateBeside if kind],
        "region": [kind.name for kind in RegionBeside if kind],
        "sex": ["DIFFERS"],
        "other_date": ["EXPLAINED"],
    }
    assert {group: list(entries) for group, entries in words.items()} == {
        group: list(words[group]) for group in ("pair", "date", "sex", "region", "other_date")
    }
    assert {group: sorted(entries) for group, entries in words.items()} == {
        group: sorted(map(str, names)) for group, names in kinds.items()
    }
    sentences = [
        entry[language] for entries in words.values() for entry in entries.values() for language in ("id", "en")
    ]
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


LIKENESS_OF_BITS = (
    (NikPair.EQUAL, "equal"),
    (NikPair.SLIP | NikPair.DAMAGED, "damaged_slip"),
    (NikPair.SLIP, "slip"),
    (NikPair.FIRST_TWELVE | NikPair.ADJACENT, "adjacent"),
    (NikPair.FIRST_TWELVE, "first_twelve"),
    (NikPair.DAY_40, "day_40"),
    (NikPair.BIRTH_PART, "birth_part"),
    (NikPair.REGENCY, "same_regency"),
    (NikPair.LINEAGE, "same_regency"),
)
written = st.one_of(niks, st.sampled_from([BASE, BASE[:15], BASE[:12] + "0000", "3204010203900001", ""]))


@given(written, st.one_of(written, st.integers(0, 15)))
def test_a_likeness_is_the_strongest_thing_that_two_niks_have_in_common(left: str, other: str | int) -> None:
    """``other``: another number, or the place of ``left`` at which a digit is changed."""
    right = other if isinstance(other, str) else left[:other] + "1" + left[other + 1 :]
    one, two = numbers(left, right)
    found = nik_likeness(int(one), int(two), newest_regencies())
    assert found == nik_likeness(int(two), int(one), newest_regencies())
    bits = NikPair(int(nik_pairs(np.array([one]), np.array([two])).bits[0]))
    nothing = "missing" if min(one, two) <= 0 else "different"
    assert LIKENESSES[found] == next((name for all_of, name in LIKENESS_OF_BITS if bits & all_of == all_of), nothing)


def test_likenesses_of_known_pairs_are_in_their_order() -> None:
    others = ("3515105512010009", "3273122108850004", "3304010203900007", "3273014203900001", "3273010203900002")
    others += ("3273010203900017", "373010203900001", "3273010203910001", BASE)
    base, *rest = numbers(BASE, *others)
    found = [LIKENESSES[nik_likeness(int(base), int(number), newest_regencies())] for number in rest]
    assert found == list(LIKENESSES[1:])
