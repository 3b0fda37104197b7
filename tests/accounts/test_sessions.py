"""A session lasts while it is used, some hours at most, and as long as its user works where it began."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from linkage.accounts.preferences import Preferences
from linkage.accounts.tables import held_case, web_session
from linkage.errors import NotPermittedError
from linkage.review.people import Role, Scope
from tests.accounts.people import after, set_up, sign_in, told
from tests.oracles.queue_cases import NOON


@pytest.fixture
def phone(accounts) -> str:
    """The secret in the phone of ani, who has an account."""
    return set_up(accounts, "ani", by="kepala")


@pytest.fixture
def token(accounts, phone) -> str:
    """The token of a session of ani's that began a minute after noon."""
    return sign_in(accounts, "ani", phone, after(minutes=1)).token


def is_open(accounts, token, now) -> bool:
    return accounts.visitor(token, now=now) is not None


def test_a_visitor_is_the_user_as_the_queue_knows_them_now(accounts, staffed, token):
    visitor = accounts.visitor(token, now=after(minutes=2))
    assert visitor.user == staffed.user("ani")
    assert (visitor.trusted, visitor.preferences) == (False, Preferences())
    staffed.set_user(replace(staffed.user("ani"), roles=frozenset({Role.AUDITOR})), by="kepala")
    assert accounts.visitor(token, now=after(minutes=2)).user.roles == {Role.AUDITOR}


@pytest.mark.parametrize("wrong", ["", "x", "\0", "\ud800", "a" * 100_000])
def test_a_token_nobody_was_given_is_nobodys(accounts, token, wrong):
    assert accounts.visitor(wrong, now=after(minutes=2)) is None
    assert accounts.visitor(token[:-1], now=after(minutes=2)) is None


def test_tokens_are_long_random_and_new_at_each_sign_in(accounts, phone, token):
    second = sign_in(accounts, "ani", phone, after(minutes=2)).token
    assert len({token, second}) == 2
    assert min(len(token), len(second)) >= 43, "256 bits"
    visitors = [accounts.visitor(one, now=after(minutes=3)) for one in (token, second)]
    assert len({visitor.csrf for visitor in visitors}) == 2
    assert not any(one in f"{visitor.csrf}{visitor.session_key}" for one in (token, second) for visitor in visitors)


def test_a_session_that_is_not_used_is_over(accounts, token):
    assert is_open(accounts, token, after(minutes=30.9))
    assert is_open(accounts, token, after(minutes=60.8)), "it was used meanwhile"
    assert not is_open(accounts, token, after(minutes=90.8))


def test_a_session_that_is_used_all_the_time_is_over_after_some_hours(accounts, token):
    for minutes in range(20, 720, 20):
        assert is_open(accounts, token, after(minutes=minutes))
    assert is_open(accounts, token, after(hours=12))
    assert not is_open(accounts, token, after(hours=12, minutes=1))


def test_that_a_session_is_used_is_written_once_a_minute(accounts, staffed, token):
    seen = sa.select(web_session.c.seen_at)
    times = []
    for seconds in (59, 60, 61, 119, 120, 180):
        assert is_open(accounts, token, after(minutes=1, seconds=seconds))
        with staffed.engine.connect() as connection:
            times.append((connection.execute(seen).scalar_one() - after(minutes=1)).total_seconds())
    assert times == [0, 60, 60, 60, 120, 180]


def test_who_signed_out_comes_in_no_more(accounts, token):
    accounts.sign_out(token)
    accounts.sign_out(token)
    assert not is_open(accounts, token, after(minutes=2))


def test_a_session_with_a_new_token_keeps_what_it_holds_and_the_old_token_is_over(accounts, token):
    accounts.hold(accounts.visitor(token, now=after(minutes=2)).session_key, 7, "lease")
    fresh = accounts.rotate(token, now=after(minutes=2))
    assert not is_open(accounts, token, after(minutes=2))
    assert accounts.held(accounts.visitor(fresh, now=after(minutes=2)).session_key, 7) == "lease"
    assert accounts.rotate(token) is None


@pytest.mark.parametrize(
    "change", [{"active": False}, {"scope": Scope("3204")}, {"scope": Scope("32")}, {"scope": Scope("")}]
)
def test_the_next_request_of_who_is_switched_off_or_moved_finds_no_session_and_none_comes_back(
    accounts, staffed, token, change
):
    before = staffed.user("ani")
    staffed.set_user(replace(before, **change), by="kepala")
    assert not is_open(accounts, token, after(minutes=2))
    staffed.set_user(before, by="kepala")
    assert not is_open(accounts, token, after(minutes=2))


def test_a_change_of_hours_ends_no_session(accounts, staffed, token):
    staffed.set_user(replace(staffed.user("ani"), hours=12.0), by="kepala")
    assert is_open(accounts, token, after(minutes=2))


def test_a_row_changed_past_the_queue_is_obeyed_too(accounts, staffed, token):
    with staffed.engine.begin() as connection:
        connection.execute(sa.update(web_session).values(region="3204"))
    assert not is_open(accounts, token, after(minutes=2))


# --- many sessions


def test_sessions_are_listed_and_ended_by_their_user_or_who_keeps_the_list(accounts, staffed, phone, token):
    sign_in(accounts, "ani", phone, after(minutes=5))
    listed = accounts.sessions_of("ani", now=after(minutes=6))
    assert [one.started_at for one in listed] == [after(minutes=5), after(minutes=1)]
    assert accounts.sessions_of("ani", now=after(minutes=33)) == listed[:1]
    for name in ("budi", "fitri"):
        with pytest.raises(NotPermittedError):
            accounts.end_sessions("ani", by=name)
    assert accounts.end_sessions("ani", by="kepala", now=after(minutes=6)) == 2
    assert accounts.end_sessions("ani", by="ani", now=after(minutes=6)) == 0
    assert not is_open(accounts, token, after(minutes=6))
    assert [(body["actor"], body["sessions"]) for body in told(staffed)[-2:]] == [("kepala", 2), ("ani", 0)]
    assert staffed.verify().sound


def test_a_user_ends_their_other_sessions_and_keeps_the_one_they_ask_from(accounts, staffed, phone, token):
    here = sign_in(accounts, "ani", phone, after(minutes=5)).token
    assert accounts.end_sessions("ani", by="ani", keep=here, now=after(minutes=6)) == 1
    assert (is_open(accounts, here, after(minutes=7)), is_open(accounts, token, after(minutes=7))) == (True, False)


def test_sessions_that_are_over_are_deleted_when_somebody_signs_in(accounts, staffed, phone, token):
    sign_in(accounts, "ani", phone, after(hours=2))
    with staffed.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(web_session)).scalar() == 1


# --- cases a browser holds


def test_a_session_holds_the_token_of_a_cases_lease_until_it_lets_go(accounts, token):
    key = accounts.visitor(token, now=after(minutes=2)).session_key
    assert accounts.held(key, 7) is None
    accounts.hold(key, 7, "first")
    accounts.hold(key, 7, "second")
    accounts.hold(key, 8, "other")
    assert (accounts.held(key, 7), accounts.held(key, 8), accounts.held("x", 7)) == ("second", "other", None)
    assert [accounts.let_go(key, 7), accounts.let_go(key, 7)] == [True, False]
    assert (accounts.held(key, 7), accounts.held(key, 8)) == (None, "other")


def test_what_a_session_holds_goes_with_it_and_one_that_is_over_holds_nothing(accounts, staffed, token):
    key = accounts.visitor(token, now=after(minutes=2)).session_key
    accounts.hold(key, 7, "lease")
    accounts.sign_out(token)
    accounts.hold(key, 8, "lease")
    with staffed.engine.connect() as connection:
        assert connection.execute(sa.select(held_case)).all() == []


# --- preferences


def test_preferences_come_with_each_visit(accounts, token):
    chosen = Preferences("en", False, {"same": "s", "next": "ñ"}, "Asia/Jayapura")
    accounts.set_preferences("ani", chosen)
    assert accounts.preferences("ani") == chosen
    assert accounts.visitor(token, now=after(minutes=2)).preferences == chosen
    assert accounts.preferences("budi") == Preferences()
    with pytest.raises(NotPermittedError):
        accounts.set_preferences("budi", chosen)


def test_preferences_outlive_a_new_invitation(accounts, token):
    accounts.set_preferences("ani", Preferences("en"))
    accounts.invite("ani", by="kepala", now=NOON)
    assert accounts.preferences("ani") == Preferences("en")


# --- the database's own clock


def test_without_a_time_of_the_tests_the_clock_of_the_database_counts(accounts):
    accounts.link_oidc("ani", "sso|42", by="kepala")
    token = accounts.sign_in_trusted("sso|42").token
    assert accounts.visitor(token).user.name == "ani"
    assert [one.trusted for one in accounts.sessions_of("ani")] == [True]
    assert accounts.rotate(token) is not None


def test_who_visits_is_asked_in_one_query(accounts, staffed, token):
    asked = []

    def note(connection, cursor, statement, *_):
        asked.append(statement)

    sa.event.listen(staffed.engine, "before_cursor_execute", note)
    accounts.visitor(token)
    accounts.visitor(token, now=after(minutes=1, seconds=30))
    sa.event.remove(staffed.engine, "before_cursor_execute", note)
    assert [statement.split()[0] for statement in asked if not statement.startswith("BEGIN")] == ["SELECT", "SELECT"]


def test_two_tabs_that_take_a_case_up_at_once_hold_it_both(accounts, token):
    key = accounts.visitor(token, now=after(minutes=2)).session_key
    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(lambda place: accounts.hold(key, 1, f"lease-{place}"), range(40)))
    assert accounts.held(key, 1).startswith("lease-")
