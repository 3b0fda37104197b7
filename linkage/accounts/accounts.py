"""The accounts as one object: every method is one step of who signs in, whose work stands in the modules beside.

A password is hashed outside of any transaction: it takes a tenth of a second, for which no steward should wait.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Any, Final

import sqlalchemy as sa

from linkage.accounts import codes, sessions, throttle, totp
from linkage.accounts.codes import Invited
from linkage.accounts.keys import Keys, digest
from linkage.accounts.passwords import Hasher, check_password
from linkage.accounts.preferences import Preferences
from linkage.accounts.sessions import SessionInfo, SignedIn, Visitor
from linkage.accounts.settings import DEFAULTS, AccountSettings
from linkage.accounts.tables import account, web_session
from linkage.errors import CredentialRefusedError, NotPermittedError, SignInRefusedError, UsageError
from linkage.review.people import user_name
from linkage.review.sql.session import Change, Sessions
from linkage.review.tables import queue_user

_LONGEST_SUBJECT: Final = 500
_ANY_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Accounts:
    """Who signs in to the page of the queue behind ``sessions``: its users, its clock, its lock, its audit chain.

    ``secret``: the project's, of at least 32 bytes; :class:`ConfigurationError` for a shorter one.
    """

    def __init__(self, sessions: Sessions, settings: AccountSettings = DEFAULTS, secret: bytes = b"") -> None:
        self._sessions = sessions
        self._settings = settings
        self._keys = Keys(secret)
        self._hasher = Hasher(settings)
        self._nobody = totp.new_secret()

    # --- invitations

    def invite(self, name: str, *, by: str | None, now: datetime | None = None) -> str:
        """Invite a user and return the code to tell them, which holds for a day; also after a lost password or phone.

        What the account had ends at once: password, second factor, sessions. ``by``: who keeps the list of users of
        that region; None for the first account of one who will. Raises :class:`NotPermittedError` for anybody else.
        """
        plain = user_name(name)
        with self._sessions.change(by, f"invitation of {plain}", now) as change:
            code = codes.invite(change, self._keys, self._settings, plain)
            throttle.succeed(change.connection, [self._keys.subject(throttle.ACCOUNT, plain)])
            return code

    def open_invitation(self, code: str, *, now: datetime | None = None) -> Invited:
        """Return who is invited and the second factor to set up, always the same one; the code stays good.

        Raises :class:`SignInRefusedError` when the code is none, was used, or is older than a day.
        """
        row = self._invitation(code, now)
        secret = self._keys.decrypt(row.totp_secret, row.name)
        return Invited(row.name, secret, totp.uri_of(secret, row.name))

    def accept(self, code: str, password: str, totp_code: str, *, now: datetime | None = None) -> None:
        """Set the password of who was invited, confirm the second factor and use the code up.

        Raises :class:`SignInRefusedError` as :meth:`open_invitation`; :class:`CredentialRefusedError` when the password
        or the digits cannot be taken, and the code stays good.
        """
        row = self._invitation(code, now)
        check_password(password, row.name)
        proof: dict[str, Any] = {"totp_secret": None, "totp_step": None}
        if self._settings.second_factor:
            step = totp.matching_step(self._keys.decrypt(row.totp_secret, row.name), totp_code, row.asked_at)
            if step is None:
                raise CredentialRefusedError(
                    "DIGITS",
                    "these are not the digits of now",
                    where="second factor",
                    remedy="Check the phone's clock",
                    key="digits.wrong",
                )
            proof = {"totp_secret": row.totp_secret, "totp_step": step}
        proof["password_hash"] = self._hasher.hash(password)
        with self._sessions.change(row.name, f"account of {row.name}", now) as change:
            if not codes.use_up(change, code):
                raise _not_invited()
            change.connection.execute(sa.update(account).where(account.c.name == row.name).values(proof))
            codes.note(change, "account", second_factor=str(self._settings.second_factor).lower())

    def _invitation(self, code: str, now: datetime | None) -> sa.Row[Any]:
        with self._sessions.glance(now) as (connection, clock):
            row = codes.find(connection, clock, code)
        if row is None:
            raise _not_invited()
        return row

    # --- signing in

    def sign_in(
        self, name: str, password: str, totp_code: str, *, address: str, now: datetime | None = None
    ) -> SignedIn:
        """Begin a session for who proves to be a user.

        Raises :class:`SignInRefusedError`, the same and about as fast whatever is wrong; with ``retry_after`` when too
        many attempts failed for this account or from this address.
        """
        plain = _plain(name)
        subjects = [self._keys.subject(throttle.ACCOUNT, plain or name), self._keys.subject(throttle.ADDRESS, address)]
        last = self._attempt(subjects, now)
        row = self._account(plain, now)
        fits = self._hasher.verify(None if row is None else row.password_hash, password)
        step = self._step(row, totp_code)
        if row is None or not fits or not row.active or (step is None and self._settings.second_factor):
            if last and row is not None:
                self._note_refusals(row.name, now)
            raise _refused()
        values: dict[str, Any] = {} if step is None else {"totp_step": step}
        if self._hasher.outdated(row.password_hash):
            values["password_hash"] = self._hasher.hash(password)
        try:
            with self._sessions.change(row.name, f"sign in of {row.name}", now) as change:
                if not self._still(change, row, step, values):
                    raise _refused()
                throttle.succeed(change.connection, subjects)
                throttle.forget_old(change.connection, self._settings, change.now)
                return self._begin(change, trusted=False)
        except NotPermittedError:
            raise _refused() from None

    def sign_in_trusted(self, subject: str, *, now: datetime | None = None) -> SignedIn:
        """Begin a session for whom another service vouches under ``subject`` (:meth:`link_oidc`).

        Raises :class:`SignInRefusedError` when no active user is linked to it.
        """
        query = sa.select(account.c.name).where(account.c.subject == subject)
        with self._sessions.glance(now) as (connection, _):
            name = None if "\0" in subject else connection.execute(query).scalar_one_or_none()
        if name is None:
            raise _refused()
        try:
            with self._sessions.change(name, f"sign in of {name}", now) as change:
                return self._begin(change, trusted=True)
        except NotPermittedError:
            raise _refused() from None

    def link_oidc(self, name: str, subject: str | None, *, by: str, now: datetime | None = None) -> None:
        """Let whom another service knows as ``subject`` (issuer and its subject together) sign in as a user.

        None ends that, and the sessions that began so. Raises :class:`NotPermittedError` for who does not keep the
        list of users of that region; :class:`UsageError` for a subject that is another's, or none.
        """
        plain = user_name(name)
        if subject is not None and not (0 < len(subject) <= _LONGEST_SUBJECT and subject.isprintable()):
            raise UsageError(
                "the subject is empty, too long or not printable", where=f"user {plain}", key="account.subject"
            )
        with self._sessions.change(by, f"account of {plain}", now) as change:
            user = codes.active_user(change.connection, plain)
            if user is None:
                raise NotPermittedError(
                    "no active user of this name", where="user", remedy="See linkage queue user", key="user.stranger"
                )
            codes.check_keeps_list(change, user.scope.code, plain)
            taken = sa.select(account.c.name).where(account.c.subject == subject, account.c.name != plain)
            if subject is not None and change.connection.execute(taken).first() is not None:
                raise UsageError("another user is linked to this subject", where=f"user {plain}", key="account.taken")
            linked = sa.select(account.c.subject).where(account.c.name == plain)
            if change.connection.execute(linked).scalar_one_or_none() == subject:
                return
            changed = sa.update(account).where(account.c.name == plain).values(subject=subject)
            if not change.connection.execute(changed).rowcount:
                change.connection.execute(sa.insert(account), codes.new_account(plain, subject))
            ended = sa.delete(web_session).where(web_session.c.name == plain, web_session.c.trusted)
            change.connection.execute(ended)
            told = None if subject is None else self._keys.subject("oidc", subject)
            codes.note(change, "link", user=plain, subject=told)

    # --- sessions

    def visitor(self, token: str, *, now: datetime | None = None) -> Visitor | None:
        """Return who asks with this token, as the queue knows them now; None when the session is over, and when its
        user is no longer active or works elsewhere since."""
        key = digest(token)
        with self._sessions.glance(now) as (connection, clock):
            row = sessions.find(connection, clock, key)
        if row is None or not sessions.is_live(row, self._settings):
            return None
        if row.asked_at - row.seen_at >= sessions.SEEN_EVERY:
            with self._sessions.beside("session", now) as (connection, moment):
                seen = sa.update(web_session).where(web_session.c.key == key, web_session.c.seen_at < moment)
                connection.execute(seen.values(seen_at=moment))
        user = sessions.user_of(row)
        return Visitor(user, key, sessions.preferences_of(row), self._keys.csrf(token), row.trusted)

    def rotate(self, token: str, *, now: datetime | None = None) -> str | None:
        """Give a session a new token, which then alone is good, and return it; None when there is no such session."""
        with self._sessions.beside("session", now) as (connection, moment):
            return sessions.renew(connection, token, moment)

    def sign_out(self, token: str, *, now: datetime | None = None) -> None:
        """End a session; that there is none is no error."""
        with self._sessions.beside("session", now) as (connection, _):
            connection.execute(sa.delete(web_session).where(web_session.c.key == digest(token)))

    def end_sessions(self, name: str, *, by: str, keep: str | None = None, now: datetime | None = None) -> int:
        """End the sessions of a user, but for the one of the token ``keep``, and return how many that were.

        Raises :class:`NotPermittedError` for who is neither that user nor keeps the list of users of their region.
        """
        plain = user_name(name)
        with self._sessions.change(by, f"sessions of {plain}", now) as change:
            if change.person.name != plain:
                query = sa.select(queue_user.c.region).where(queue_user.c.name == plain)
                region = change.connection.execute(query).scalar_one_or_none()
                codes.check_keeps_list(change, region or "", plain)
            ended = sessions.end(change.connection, plain, keep=keep)
            codes.note(change, "end_sessions", user=plain, sessions=ended)
            return ended

    def sessions_of(self, name: str, *, now: datetime | None = None) -> tuple[SessionInfo, ...]:
        """Return the live sessions of a user, the one last used first."""
        with self._sessions.glance(now) as (connection, clock):
            return sessions.live_sessions(connection, clock, self._settings, user_name(name))

    # --- what is a user's own

    def set_password(self, name: str, old: str, new: str, *, keep: str, now: datetime | None = None) -> None:
        """Change a password and end the user's sessions but for the one of the token ``keep``.

        Raises :class:`SignInRefusedError` when the old one is wrong, with ``retry_after`` when it was too often;
        :class:`CredentialRefusedError` when the new one cannot be taken.
        """
        plain = user_name(name)
        check_password(new, plain)
        subjects = [self._keys.subject(throttle.ACCOUNT, plain)]
        last = self._attempt(subjects, now)
        row = self._account(plain, now)
        if not self._hasher.verify(None if row is None else row.password_hash, old) or row is None:
            if last and row is not None:
                self._note_refusals(plain, now)
            raise _refused()
        if self._hasher.verify(row.password_hash, new):
            raise CredentialRefusedError(
                "SAME", "the new password is the old one", where="password", key="password.same"
            )
        hashed = self._hasher.hash(new)
        with self._sessions.change(plain, f"account of {plain}", now) as change:
            if not self._still(change, row, None, {"password_hash": hashed}):
                raise _refused()
            throttle.succeed(change.connection, subjects)
            ended = sessions.end(change.connection, plain, keep=keep)
            codes.note(change, "password", sessions=ended)

    def preferences(self, name: str) -> Preferences:
        """Return how a user wants the page; the usual one for who has no account."""
        query = sa.select(
            account.c.language, account.c.time_zone, account.c.shortcuts_on, account.c["keys"].label("shortcuts")
        ).where(account.c.name == user_name(name))
        with self._sessions.glance() as (connection, _):
            row: Any = connection.execute(query).one_or_none()
        return Preferences() if row is None else sessions.preferences_of(row)

    def set_preferences(self, name: str, preferences: Preferences, *, now: datetime | None = None) -> None:
        """Store how a user wants the page.

        Raises :class:`NotPermittedError` for who has no account.
        """
        values = {
            "language": preferences.language,
            "time_zone": preferences.time_zone,
            "shortcuts_on": preferences.shortcuts_on,
            "keys": dict(preferences.keys),
        }
        with self._sessions.beside("preferences", now) as (connection, _):
            stored = sa.update(account).where(account.c.name == user_name(name)).values(values)
            if not connection.execute(stored).rowcount:
                raise NotPermittedError("this user has no account", where="user", key="account.none")

    # --- cases that a browser holds

    def hold(self, session_key: str, case: int, token: str) -> None:
        """Keep the token of a case's lease with a session; a session that is over meanwhile holds nothing."""
        with self._sessions.apart(f"case {case}") as connection:
            sessions.hold(connection, session_key, case, token)

    def held(self, session_key: str, case: int) -> str | None:
        """Return the token of a case's lease that a session holds, None when it holds none."""
        with self._sessions.glance() as (connection, _):
            return sessions.held(connection, session_key, case)

    def let_go(self, session_key: str, case: int) -> bool:
        """Forget the token of a case's lease; False when the session held none, which is no error."""
        with self._sessions.apart(f"case {case}") as connection:
            return sessions.let_go(connection, session_key, case)

    # --- steps of the above

    def _attempt(self, subjects: list[str], now: datetime | None) -> bool:
        """Count an attempt, and return whether it is the last that is looked at if it fails."""
        with self._sessions.beside("sign in", now) as (connection, moment):
            wait, last = throttle.begin(connection, self._settings, subjects, moment)
        # Not before the count is stored.
        if wait is not None:
            raise SignInRefusedError(
                "too many attempts",
                where="sign in",
                remedy="Wait, then try again",
                key="account.often",
                filled={"minutes": ceil(wait / 60)},
                retry_after=wait,
            )
        return last

    def _account(self, plain: str | None, now: datetime | None) -> sa.Row[Any] | None:
        with self._sessions.glance(now) as (connection, clock):
            query = (
                sa.select(account, queue_user.c.active, clock.label("asked_at"))
                .join(queue_user, queue_user.c.name == account.c.name)
                .where(account.c.name == (plain or ""))
            )
            return connection.execute(query).one_or_none()

    def _step(self, row: sa.Row[Any] | None, typed: str) -> int | None:
        """Return the step of the digits, None when they do not fit; where there is no secret, in the same time."""
        if not self._settings.second_factor:
            return None
        if row is None or row.totp_secret is None:
            totp.matching_step(self._nobody, typed, _ANY_TIME if row is None else row.asked_at)
            return None
        return totp.matching_step(self._keys.decrypt(row.totp_secret, row.name), typed, row.asked_at)

    def _still(self, change: Change, row: sa.Row[Any], step: int | None, values: dict[str, Any]) -> bool:
        """Store ``values`` if the account is as it was when it was looked at and the step's digits were not used."""
        columns = account.c
        same = sa.and_(columns.name == row.name, columns.password_hash == row.password_hash)
        if step is not None:
            same = sa.and_(same, sa.or_(columns.totp_step.is_(None), columns.totp_step < step))
        stored = sa.update(account).where(same).values(values or {"password_hash": row.password_hash})
        return bool(change.connection.execute(stored).rowcount)

    def _begin(self, change: Change, *, trusted: bool) -> SignedIn:
        token = sessions.begin(change.connection, self._settings, change.person, change.now, trusted=trusted)
        codes.note(change, "sign_in", means="oidc" if trusted else "password")
        return SignedIn(token, change.person)

    def _note_refusals(self, name: str, now: datetime | None) -> None:
        """Append that an account is closed for a while: once for all its attempts, which strangers can make many."""
        with self._sessions.change(None, f"sign in of {name}", now) as change:
            codes.note(change, "sign_in_closed", user=name, minutes=self._settings.attempt_minutes)


def _plain(name: str) -> str | None:
    """Return a name as users have it, None for one that none can have."""
    try:
        return user_name(name)
    except UsageError:
        return None


def _refused() -> SignInRefusedError:
    return SignInRefusedError(
        "name, password or digits are not right",
        where="sign in",
        remedy="Try again with the next digits",
        key="account.refused",
    )


def _not_invited() -> SignInRefusedError:
    return SignInRefusedError(
        "this code is no longer good",
        where="invitation",
        remedy="Ask who keeps the list of users for another",
        key="account.code",
    )
