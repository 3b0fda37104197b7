"""What a proposal may not choose, and what only with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import UsageError
from linkage.review.cases import REVERT, SHARED_NIK
from linkage.review.choosing import check_choices
from linkage.review.resolution import PersonOut, one_person
from linkage.review.survivorship import default_persons, survivors
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules
from tests.web.views.posed import WHOLE, posed

ONE, TWO, BROKEN = "3273014101800007", "3273014101800008", "3273014199800001"
UNTOLD = {"status_ktpel": "", "tgl_entri": "", "tgl_ubah": ""}


def records(*given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Records a, b, c ... as they were sent."""
    return {
        name: {field: text for field, text in {**WHOLE, **own}.items() if text}
        for name, own in zip("abcd", given, strict=False)
    }


def refused(
    whole: Mapping[str, Mapping[str, str]],
    *persons: PersonOut,
    kind: str = "DUPLICATE",
    reason: str = "",
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> str:
    """The key under which a proposal is refused, "" when it is not."""
    try:
        check_choices(posed(*whole.values(), kind=kind), persons, reason, whole, rules)
    except UsageError as error:
        return error.key
    return ""


def both(keeps: str | None, **fields: str) -> PersonOut:
    """Both records as one person."""
    return PersonOut(("a", "b"), keeps, tuple(sorted(fields.items())))


@pytest.mark.parametrize("lacking", ["", BROKEN, "00"])
@pytest.mark.parametrize("reason", ["", "KTP-el ditunjukkan"])
def test_no_reason_lets_a_record_without_a_nik_stay_beside_one_that_has_one(lacking: str, reason: str) -> None:
    whole = records({"nik": lacking}, {"nik": TWO, "status_ktpel": "UNREGISTERED"})
    assert refused(whole, both("a"), reason=reason) == "survivorship.no_nik"
    assert not refused(whole, both("b"), reason=reason)
    assert not refused(whole, both(None), reason=reason)


def test_a_nik_that_is_chosen_as_a_field_is_looked_at_like_that_of_the_record_that_stays() -> None:
    whole = records({"nik": BROKEN}, {"nik": TWO})
    assert refused(whole, both("b", nik="a"), reason="akta") == "survivorship.no_nik"
    assert refused(whole, both(None, nik="a"), reason="akta") == "survivorship.no_nik"
    assert not refused(whole, both("b", nik="b"))


def test_where_no_record_of_the_person_has_a_nik_any_may_be_named() -> None:
    whole = records({"nik": ""}, {"nik": BROKEN}, {"nik": ONE})
    assert not refused(whole, both("b"), PersonOut(("c",), "c"), reason="akta")


def test_the_owner_of_a_shared_nik_has_it() -> None:
    whole = records({"nik": ""}, {"nik": ONE})
    persons = (PersonOut(("a",), "a"), PersonOut(("b",)))
    assert refused(whole, *persons, kind=SHARED_NIK, reason="akta") == "survivorship.no_nik"


def test_another_nik_than_the_rules_needs_a_reason() -> None:
    whole = records({"nik": ONE}, {"nik": TWO, "status_ktpel": "UNREGISTERED"})
    assert not refused(whole, both("a"))
    assert refused(whole, both("b"), reason="  ") == "survivorship.reason"
    assert not refused(whole, both("b"), reason="KTP-el")


def test_another_value_than_the_rules_needs_a_reason_and_the_same_value_of_another_record_does_not() -> None:
    whole = records({"status_ktpel": "CARD_ISSUED"}, {"nama": "R DEWI", "nama_ibu": "sari  wulan"})
    assert refused(whole, both("a", nama="b")) == "survivorship.reason"
    assert not refused(whole, both("a", nama="b"), reason="akta")
    assert not refused(whole, both("a", nama="a", nama_ibu="b"))


def test_where_nothing_tells_the_records_apart_any_choice_goes_without_a_reason() -> None:
    whole = records({"nik": ONE, **UNTOLD}, {"nik": TWO, **UNTOLD})
    assert not any(refused(whole, both(keeps)) for keeps in ("a", "b"))
    enrolled = records({"nik": ONE, "tgl_entri": ""}, {"nik": TWO, "tgl_entri": ""})
    assert not any(refused(enrolled, both(keeps), kind="BOTH_ENROLLED") for keeps in ("a", "b"))


def test_of_several_persons_each_is_looked_at_alone() -> None:
    whole = records({"nik": ONE}, {"nik": TWO, "status_ktpel": "UNREGISTERED"}, {"nik": "3273014101800009"})
    assert refused(whole, PersonOut(("a", "b"), "b"), PersonOut(("c",), "c")) == "survivorship.reason"
    assert not refused(whole, PersonOut(("a",), "a"), PersonOut(("b", "c"), "c"))


def test_the_rules_are_those_of_the_spec() -> None:
    whole = records({"nama": "R DEWI", "kanal": "LOKET"}, {"nama": "RATNA DEWI", "kanal": "DARING"})
    rules = SurvivorshipRules(fields=(("nama", ("source_rank",)),), rank_by="kanal", rank=("LOKET", "DARING"))
    assert refused(whole, both("a", nama="a")) == "survivorship.reason"
    assert not refused(whole, both("a", nama="a"), rules=rules)


def test_of_records_whose_values_are_not_known_and_of_an_undoing_nothing_is_refused() -> None:
    case = posed({}, {})
    check_choices(case, one_person(["a", "b"], "b"), "", {})
    check_choices(posed({}, {}, kind=REVERT), (), "", records({}, {}))


RECORD = st.fixed_dictionaries(
    {
        "nik": st.sampled_from([ONE, TWO, BROKEN, ""]),
        "status_ktpel": st.sampled_from(["CARD_ISSUED", "BIO_CAPTURED", "DUPLICATE_RECORD", ""]),
        "tgl_entri": st.sampled_from(["", "2001-01-01", "2010-01-01"]),
        "nama": st.sampled_from(["SRI", "SRI AYU", "sri", "DEWI"]),
    }
)


@given(
    st.lists(RECORD, min_size=2, max_size=4),
    st.sampled_from(["DUPLICATE", "OPEN_MOVE", "CONFLICT", "BOTH_ENROLLED", SHARED_NIK]),
)
def test_what_a_proposal_says_by_default_is_never_refused(given_: list[dict[str, str]], kind: str) -> None:
    whole = records(*given_)
    persons = default_persons(kind, sorted(whole), survivors(whole, kind))
    assert not refused(whole, *persons, kind=kind)
