"""Where values differ: marked on the whole values, told on the masked ones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.review.differences import CHANGED, LONGEST, SAME, SPACE, mark_differences, parts_of_two
from linkage.review.masking import compared, masked

_KINDS = {"=": SAME, "!": CHANGED, "_": SPACE}


def parts(told: str) -> tuple[tuple[str, str], ...]:
    """``=NUR|_ |=HALIZA|!H`` as parts."""
    return tuple((part[1:], _KINDS[part[0]]) for part in told.split("|")) if told else ()


@pytest.mark.parametrize(
    ("field", "left", "right", "left_parts", "right_parts"),
    [
        ("nama", "NURHALIZA", "NUR HALIZAH", "=NURHALIZA", "=NUR|_ |=HALIZA|!H"),
        ("nama", "NURHALIZA BINTI UMAR", "NUR HALIZA BINTI OMAR",
         "=NURHALIZA BINTI |!U|=MAR", "=NUR|_ |=HALIZA BINTI |!O|=MAR"),
        ("nama", "BUDI SANTOSO", "Budi Santosa", "=BUDI SANTOS|!O", "=Budi Santos|!a"),
        ("nama", "SITI AMINAH", "AMINAH SITI", "=SITI |!AMINAH", "!AMINAH|= SITI"),
        ("nama", "SITI AMINAH", "SITI NUR AMINAH", "=SITI AMINAH", "=SITI |!NUR|= AMINAH"),
        ("nama", "SRI AYU", "DEWI LESTARI", "!SRI|= |!AYU", "!DEWI|= |!LESTARI"),
        ("nama", "M YUSUF", "MUHAMMAD YUSUF", "!M|= YUSUF", "!MUHAMMAD|= YUSUF"),
        ("nama", "JOSÉ BERE", "JOSE\u0301 BELE", "=JOSÉ BE|!R|=E", "=JOSE\u0301 BE|!L|=E"),
        ("nama", "JOSÉ", "JOSE", "=JOS|!É", "=JOS|!E"),
        ("nama", "I KETUT  SARI", "I KETUT SARA", "=I KETUT  SAR|!I", "=I KETUT SAR|!A"),
        ("nama", "SITI\u200b", "SITI", "=SITI|!?", "=SITI"),
        ("nama", "\u202eITIS", "ITIS", "!?|=ITIS", "=ITIS"),
        ("nama", "SITI\x1b[2J", "SITI", "=SITI|!?[2J", "=SITI"),
        ("nama", "SITI\u200b", "SITI?", "=SITI|!?", "=SITI|!?"),
        ("tempat_lahir", "SINGKAWANG", "SINKAWANG", "=SIN|!G|=KAWANG", "=SINKAWANG"),
        ("nik", "3273014101800001", "3273014110800001", "=327301**|!**|=**0001", "=327301**|!**|=**0001"),
        ("nik", "3273.0141.0180.0001", "3273014101800012", "=327301******00|!01", "=327301******00|!12"),
        ("nik", "3273014101800001", "327301410180001", "!327301******0001", "!" + "*" * 15),
        ("no_akta_lhr", "AL-7", "AL-8", "=***|!*", "=***|!*"),
        ("nama_ibu", "SITI AMINAH", "SITI  AMINA", "=S*** |!A*****", "=S*** |!A****"),
        ("nama_ibu", "SITI NUR AMINAH", "SITI AMINAH", "=S*** |!N**|= A*****", "=S*** A*****"),
        ("tanggal_lahir", "1980-01-02", "1980-10-02", "=1980-|!**|=-**", "=1980-|!**|=-**"),
        ("tanggal_lahir", "1980-01-02", "1981-01-02", "!1980|=-**-**", "!1981|=-**-**"),
        ("tanggal_lahir", "1980", "1980-01-02", "=1980-|!**|=-|!**", "=1980-|!**|=-|!**"),
        ("tanggal_lahir", "01/02/1980", "1980-01-02", "!1980-**-**", "!1980-**-**"),
        ("tgl_entri", "2011-05-01", "2011-06-01", "=2011-|!05|=-01", "=2011-|!06|=-01"),
        ("tgl_entri", "2011", "2011-06-01", "!2011", "!2011-06-01"),
        ("alamat", "JL MELATI 7", "JL MAWAR 7", "!***", "!***"),
        ("alamat", "JL MELATI 7", "jl  melati 7", "=***", "=***"),
        ("status_ktpel", "CARD_ISSUED", "CARD_PRINTED", "!CARD_ISSUED", "!CARD_PRINTED"),
        ("nama", "SITI", " siti ", "=SITI", "= siti "),
        ("nama", "SITI", " ", "!SITI", ""),
        ("nik", "3273014101800001", "", "!327301******0001", ""),
    ],
)  # fmt: skip
def test_two_values_are_cut_where_they_differ(field, left, right, left_parts, right_parts):
    assert parts_of_two(field, left, right) == (parts(left_parts), parts(right_parts))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("A" * LONGEST, "AB" * (LONGEST // 2)),
        ("A " * (LONGEST // 2), "A B " * (LONGEST // 4)),
        ("S" + "I" * 10_000, "\u202e" * 10_000),
        ("E" + "\u0301" * 299, "E" + "\u0300" * 299),
    ],
)
def test_texts_made_to_be_slow_are_marked_as_a_whole(left, right):
    for value, cut in zip((left, right), parts_of_two("nama", left, right), strict=True):
        assert {kind for text, kind in cut if text.strip()} == {CHANGED}
        assert "".join(text for text, _ in cut) == masked("nama", value)


def told(*records: dict[str, str]) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    marked = mark_differences(dict(zip("abcd", records, strict=False)))
    assert len({(one.field, one.record_id) for one in marked}) == len(marked)
    return {(one.field, one.record_id): one.parts for one in marked}


def test_of_two_records_each_is_marked_against_the_other():
    found = told({"nama": "DEWI A", "agama": "1", "rt": "1"}, {"nama": "DEWI B", "agama": "1", "rw": "1"})
    assert found == {("nama", "a"): parts("=DEWI |!A"), ("nama", "b"): parts("=DEWI |!B")}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("DEWI A", "DEWI B", "Dewi A"), {"b": "=DEWI |!B"}),
        (("DEWI A", "DEWI B", "DEWI C", "DEWI B"), {"b": "=DEWI |!B", "c": "=DEWI |!C", "d": "=DEWI |!B"}),
        (("", "DEWI B", "DEWI C"), {"c": "=DEWI |!C"}),
        (("DEWI", "", " "), {}),
        (("DEWI", "DEWI", "DEWI"), {}),
    ],
)
def test_of_more_records_all_are_marked_against_the_first_that_has_a_value(names, expected):
    found = told(*({"nama": name} for name in names))
    assert found == {("nama", record): parts(marks) for record, marks in expected.items()}


def test_of_very_many_records_those_beyond_the_fiftieth_value_are_marked_as_a_whole():
    values = {f"{number:03d}": {"nama": f"DEWI {number}"} for number in range(1000, 1060)}
    cut = [one.parts for one in mark_differences(values)]
    assert len(cut) == 59
    assert cut[49] == parts("=DEWI 10|!5|=0")
    assert cut[50:] == [parts(f"!DEWI {number}") for number in range(1051, 1060)]


FIELDS = ("nama", "nik", "nama_ibu", "tanggal_lahir", "alamat", "tgl_entri", "agama", "no_akta_lhr", "rt")
TEXT = st.one_of(
    st.text(st.sampled_from("AB ab\u0301É?\u202e\u200b\t\n"), max_size=12),
    st.text(max_size=12),
    st.from_regex(r"32730141018[0-9]{4,6}", fullmatch=True),
    st.from_regex(r"19[0-9]{2}(-0[1-3](-0[1-3])?)?", fullmatch=True),
)


@given(st.sampled_from(FIELDS), TEXT, TEXT)
def test_the_parts_are_the_masked_value_and_something_is_marked_if_and_only_if_values_differ(field, left, right):
    both = parts_of_two(field, left, right)
    differ = compared(field, left) != compared(field, right)
    for value, cut in zip((left, right), both, strict=True):
        assert "".join(text for text, _ in cut) == masked(field, value)
        assert all(text and kind in (SAME, CHANGED, SPACE) for text, kind in cut)
        assert all(text.isspace() for text, kind in cut if kind == SPACE)
        assert all(one[1] != other[1] for one, other in pairwise(cut))
        if not differ:
            assert {kind for _, kind in cut} <= {SAME}
    marked = any(kind != SAME for cut in both for _, kind in cut)
    assert marked == (differ and any(both))


@given(
    st.sampled_from(["nik", "no_kk", "nama_ibu", "nama_ayah", "tanggal_lahir", "alamat", "rt", "no_akta_lhr"]),
    st.integers(0, 10**6 - 1),
    st.integers(0, 10**6 - 1),
)
def test_no_part_holds_what_masking_hides(field, secret, other):
    values = {
        "nama_ibu": "S{} A{}", "nama_ayah": "B{}", "alamat": "JL {} NO {}", "rt": "{}", "no_akta_lhr": "AL-{}",
        "tanggal_lahir": "1980-{:.2}-{:.2}",
    }  # fmt: skip
    # Letters for digits: stars and the first and last digits of a number cannot hold them by chance.
    hidden, beside = (
        f"{number:06d}".translate(str.maketrans("0123456789", "КЛМНПРСТУФ")) for number in (secret, other)
    )
    left, right = (
        values[field].format(text, text) if field in values else f"327301{number:06d}0001"
        for text, number in ((hidden, secret), (beside, other))
    )
    for value, cut in zip((left, right), parts_of_two(field, left, right), strict=True):
        shown = "".join(text for text, _ in cut)
        assert shown == masked(field, value)
        assert not set(shown) & set("КЛМНПРСТУФ")
        assert field not in ("nik", "no_kk") or shown == "327301******0001"
