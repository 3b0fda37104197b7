"""The list of users: who keeps it, and what happens to the work of one who leaves."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linkage.errors import NotPermittedError, UsageError
from linkage.review import rows
from linkage.review.people import Role, User, user_name
from linkage.review.sql.session import EVERYTHING, Change, Look
from linkage.review.tables import queue_user, reading, review_case

_WORKERS: Final = frozenset({Role.PETUGAS, Role.PENYETUJU})


def set_user(change: Change, user: User) -> User:
    """Add or change a user. What one who is no longer active, works elsewhere or lost a role held is free at once.

    The first user is set by the system, which may set no other; later ones by a ``pengelola`` whose region covers the
    user's, the old and the new. Raises :class:`NotPermittedError` for anybody else, and for a ``pengelola`` who would
    shut themselves out; :class:`UsageError` when the first user could not add a second.
    """
    before = _find(change, user.name)
    _check_keeper(change, before, user)
    values = rows.user_values(user)
    if before is None:
        change.connection.execute(sa.insert(queue_user), [values])
    else:
        change.connection.execute(sa.update(queue_user).where(queue_user.c.name == user.name).values(values))
        if not user.active or user.scope != before.scope or _WORKERS & (before.roles - user.roles):
            _free(change, user.name)
    change.append(
        {
            "action": "user",
            "active": user.active,
            "actor": change.actor,
            "at": change.now.isoformat(),
            "hours": None if user.hours is None else str(user.hours),
            "region": user.scope.code,
            "roles": ",".join(sorted(user.roles)),
            "user": user.name,
        }
    )
    return user


def free(change: Change, name: str) -> int:
    """Free all that a user holds or was given, who stays what they are; return how many cases they held.

    For a ``pengelola`` whose region covers theirs; :class:`NotPermittedError` for anybody else.
    """
    keeper, found = change.person, _find(change, user_name(name))
    if found is None or Role.PENGELOLA not in keeper.roles or not keeper.scope.covers(found.scope.code):
        raise NotPermittedError(
            "only who keeps the list of users of that region changes it",
            where=f"user {user_name(name)}",
            remedy="Ask a pengelola",
            key="users.keeper",
        )
    freed = _free(change, found.name)
    change.append({"action": "free", "actor": change.actor, "at": change.now.isoformat(), "user": found.name})
    return freed


def user(look: Look, name: str) -> User:
    """Return a user; :class:`NotPermittedError` when there is none of this name."""
    found = _find(look, user_name(name))
    if found is None:
        raise NotPermittedError(
            "no user of this name", where="user", remedy="See linkage queue user", key="user.unknown"
        )
    return found


def users(look: Look) -> tuple[User, ...]:
    """Return the users of the region of who asks, and below, by name."""
    found = (rows.user_of(row) for row in look.connection.execute(sa.select(queue_user)))
    return tuple(
        sorted(
            (one for one in found if look.user is None or look.user.scope.covers(one.scope.code)),
            key=lambda one: one.name,
        )
    )


def _find(look: Look, name: str) -> User | None:
    row = look.connection.execute(sa.select(queue_user).where(queue_user.c.name == name)).one_or_none()
    return None if row is None else rows.user_of(row)


def _check_keeper(change: Change, before: User | None, after: User) -> None:
    where, keeper = f"user {after.name}", change.user
    stays = after.active and Role.PENGELOLA in after.roles
    if keeper is None:
        if change.connection.execute(sa.select(sa.func.count()).select_from(queue_user)).scalar_one():
            raise NotPermittedError(
                "only the first user needs nobody to add them", where=where, remedy="Say who asks", key="users.unsigned"
            )
        if not stays:
            raise UsageError(
                "the first user adds the others", where=where, remedy="Give them the role pengelola", key="users.first"
            )
        return
    regions = [after.scope.code] if before is None else [before.scope.code, after.scope.code]
    if Role.PENGELOLA not in keeper.roles or not all(keeper.scope.covers(region) for region in regions):
        raise NotPermittedError(
            "only who keeps the list of users of that region changes it",
            where=where,
            remedy="Ask a pengelola",
            key="users.keeper",
        )
    if keeper.name == after.name and not stays:
        raise NotPermittedError(
            "nobody shuts themselves out", where=where, remedy="Ask another pengelola", key="users.oneself"
        )


def _free(change: Change, name: str) -> int:
    """Free what a user held, wherever it is, also outside the region of who keeps the list; return the cases held."""
    if change.connection.dialect.name == "postgresql":
        change.connection.execute(sa.select(sa.func.set_config("linkage.scope", EVERYTHING, True)))
    given = sa.and_(review_case.c.assignee == name, review_case.c.closed_at.is_(None))
    change.connection.execute(sa.update(review_case).where(given).values(assignee=None, assigned_until=None))
    held = review_case.c.lease_owner == name
    nobody = {"lease_token": None, "lease_until": None}
    freed = change.connection.execute(sa.update(review_case).where(held).values(lease_owner=None, **nobody))
    begun = sa.and_(reading.c.reader == name, reading.c.at.is_(None))
    change.connection.execute(sa.update(reading).where(begun).values(reader=None, **nobody))
    return int(freed.rowcount)
