"""Which regions may be given, which users fit, who holds what."""

from __future__ import annotations

import pytest

from linkage.errors import UsageError
from linkage.review.backlog import Holding
from linkage.review.cases import State
from linkage.review.people import Role, Scope, User
from linkage.web.views.manage_page import found_users, holders, office_of, region_groups, scope_of
from tests.oracles.queue_cases import NOON, STAFF


def test_a_regency_gives_itself_a_province_what_is_below_and_the_nation_everything():
    assert [group.codes for group in region_groups(Scope("3273"))] == [("3273",)]
    (west_java,) = region_groups(Scope("32"))
    assert west_java.codes[0] == "32"
    assert all(code.startswith("32") for code in west_java.codes)
    assert len(region_groups(Scope(""))) == 38


def test_a_region_of_former_times_that_a_user_has_can_still_be_seen():
    codes = {code for group in region_groups(Scope("32"), "3299") for code in group.codes}
    assert "3299" in codes
    assert not {code for group in region_groups(Scope("32"), "9401") for code in group.codes if code == "9401"}


def test_an_empty_choice_is_never_the_nation():
    assert scope_of("pusat") == Scope("")
    for nothing in ("", "x", "327"):
        with pytest.raises(UsageError):
            scope_of(nothing)


@pytest.mark.parametrize(
    ("given", "scope", "office"),
    [("", "32", "32"), ("pusat", "", ""), ("3273", "32", "3273"), ("pusat", "32", "32"), ("3374", "32", "32")],
)
def test_an_office_out_of_the_region_is_not_looked_at(given, scope, office):
    assert office_of(given, Scope(scope)) == office


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"name": " AN", "region": "32"}, ["ani", "gilang", "hana"]),
        ({"region": "32"}, [user.name for user in STAFF if user.scope.code.startswith("32")]),
        ({"active": False}, ["wati"]),
    ],
)
def test_users_are_found_by_part_of_a_name_region_and_whether_they_work(given, names):
    users = (*STAFF, User("wati", Scope(""), frozenset({Role.AUDITOR}), active=False))
    found = found_users(users, **{"name": "", "region": "", "active": None} | given)
    assert sorted(user.name for user in found) == sorted(names)


def test_who_holds_what_is_told_by_name():
    def held(case, name):
        return Holding(case, "DUPLICATE", State.DALAM_VERIFIKASI, "3273", name, NOON, NOON)

    told = holders([held(2, "dewi"), held(1, "ani"), held(3, "dewi")])
    assert [(one.name, [case.case for case in one.cases]) for one in told] == [("ani", [1]), ("dewi", [2, 3])]
