"""The walls of version 0002, on PostgreSQL: a role that owns nothing, and which rows it may see.

The application says for whom it works in the setting ``linkage.scope``, within a transaction: a region code, ``all``
for the nation and the system; unset or empty is nobody, who sees nothing. A case is seen from the office that decides
and from each region with a record in it; what hangs on it is seen with it. A record's values are seen from its own
region and from the office alone. New decisions are taken where the office is covered, answers where the case is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from linkage.errors import ConfigurationError

ROLE: Final = "linkage_app"

GRANTS: Final = (
    ("SELECT", ("alembic_version",)),
    ("SELECT, UPDATE", ("audit_head",)),
    ("SELECT, INSERT", ("audit", "decision", "judgement", "sighting")),
    ("SELECT, INSERT, UPDATE", ("review_case", "reading", "queue_user", "counter", "outbox")),
    ("SELECT, INSERT, DELETE", ("case_record", "case_pair", "case_region", "record_value")),
    ("UPDATE (brief, nik_digest)", ("case_record",)),
    ("UPDATE (evidence)", ("case_pair",)),
)
"""What the role may do, to the tables of this version; what is kept for a time alone is emptied in its place."""

# As sub-selects, so that a statement asks once and not for each row.
_SCOPE: Final = "(SELECT current_setting('linkage.scope', true))"
_ALL: Final = f"{_SCOPE} = 'all'"


def _covers(region: str) -> str:
    """The scope covers a region. Never LIKE: the scope is text from outside."""
    return f"CASE {_SCOPE} WHEN 'all' THEN true WHEN '' THEN false ELSE starts_with({region}, {_SCOPE}) END"


def _seen(table: str) -> str:
    """The row's case is seen: the case's own policy answers."""
    return f'{_ALL} OR EXISTS (SELECT FROM review_case AS held WHERE held.id = {table}."case")'


def _decided(table: str, also: str = "false") -> str:
    """The row's case is decided here."""
    office = _covers("held.office")
    return f"""
        {_ALL} OR EXISTS (
            SELECT FROM review_case AS held WHERE held.id = {table}."case" AND ({office} OR {also})
        )
    """


_CASE_SEEN: Final = f"""
    {_covers("office")}
    OR EXISTS (SELECT FROM case_region AS held WHERE held."case" = review_case.id AND {_covers("held.region")})
"""

# Who saw a record is told to each region that a case has it in, whichever case it was seen in.
_HELD_HERE: Final = f"""
    EXISTS (
        SELECT FROM case_record AS held
        WHERE held.record_id = sighting.record_id AND {_covers("held.region")}
    )
"""

# Whether a case is seen depends on its regions, so a policy on these that asked the case's policy would never end;
# a function is not looked into.
_DECIDED_HERE: Final = f"""
    CREATE FUNCTION case_decided_here(number bigint) RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path FROM CURRENT AS $$
    BEGIN
        RETURN EXISTS (SELECT FROM review_case AS held WHERE held.id = number AND {_covers("held.office")});
    END $$
"""
_REGION_DECIDED: Final = f'{_ALL} OR ({_covers("region")} AND case_decided_here("case"))'

# A policy cannot compare a row with what it was. Who only answers for a record may bring the case back, no more;
# who decides may hand it to the next tier, and to nobody else.
_OFFICE: Final = """
    CREATE FUNCTION hold_review_case_office() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF starts_with(OLD.office, current_setting('linkage.scope', true)) THEN
            IF starts_with(OLD.office, NEW.office) THEN
                RETURN NEW;
            END IF;
        ELSIF NEW.office = OLD.office AND OLD.state = 'MENUNGGU_DOKUMEN'
            AND NEW.state IN ('MENUNGGU_DOKUMEN', 'DITUGASKAN')
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the case is decided elsewhere' USING ERRCODE = 'insufficient_privilege';
    END $$
"""
_OFFICE_TRIGGER: Final = """
    CREATE TRIGGER review_case_office BEFORE UPDATE ON review_case
    FOR EACH ROW WHEN (COALESCE(current_setting('linkage.scope', true), '') NOT IN ('', 'all'))
    EXECUTE FUNCTION hold_review_case_office()
"""

_PARTS: Final = ("case_record", "case_pair", "record_value")

POLICIES: Final = (
    ("review_case", "SELECT", _CASE_SEEN),
    ("review_case", "INSERT", _covers("office")),
    ("review_case", "UPDATE", _CASE_SEEN),
    ("case_region", "SELECT", _covers("region")),
    ("case_region", "INSERT", _REGION_DECIDED),
    ("case_region", "DELETE", _REGION_DECIDED),
    ("case_record", "SELECT", _seen("case_record")),
    ("case_pair", "SELECT", _seen("case_pair")),
    ("record_value", "SELECT", f"{_covers('region')} OR {_decided('record_value')}"),
    *((table, event, _decided(table)) for table in _PARTS for event in ("INSERT", "DELETE")),
    *((table, "UPDATE", _decided(table)) for table in ("case_record", "case_pair")),
    ("decision", "SELECT", _seen("decision")),
    ("decision", "INSERT", _decided("decision", "decision.action = 'answer'")),
    ("judgement", "SELECT", _seen("judgement")),
    ("judgement", "INSERT", _decided("judgement")),
    ("outbox", "SELECT", _seen("outbox")),
    ("outbox", "INSERT", _decided("outbox")),
    ("outbox", "UPDATE", _decided("outbox")),
    ("sighting", "SELECT", f"{_seen('sighting')} OR {_HELD_HERE}"),
    ("sighting", "INSERT", _seen("sighting")),
    *(("reading", event, _seen("reading")) for event in ("SELECT", "INSERT", "UPDATE")),
)
"""(table, statement, which rows): a row that none of a statement's policies names is out of its reach."""


def build_walls(connection: sa.Connection) -> None:
    """Create the role if need be, grant it the least, and put a policy on each statement it may make.

    Raises :class:`ConfigurationError` when there is no such role and the login may not create one.
    """
    ensure_role(connection)
    for statement in _statements():
        connection.execute(sa.text(statement))


def ensure_role(connection: sa.Connection) -> None:
    """Create the role that the walls bind, if the server has none yet; it is no part of a database.

    Raises :class:`ConfigurationError` when the login may not create it.
    """
    known = sa.text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'linkage_app')")
    able = sa.text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not connection.execute(known).scalar_one():
        if not connection.execute(able).scalar_one():
            raise ConfigurationError(
                f"the role {ROLE} is missing, and this login may not create it",
                where="[database] url",
                remedy=f"Let an administrator run: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO (this login)",
            )
        connection.execute(sa.text(_CREATE_ROLE))


# The role is the whole server's: the queue of another database may create it at the same moment.
_CREATE_ROLE: Final = """
    DO $$
    BEGIN
        CREATE ROLE linkage_app NOLOGIN;
        IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('GRANT linkage_app TO %I', current_user);
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
"""

_USE_SCHEMA: Final = """
    DO $$
    BEGIN
        IF NOT has_schema_privilege('linkage_app', current_schema(), 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO linkage_app', current_schema());
        END IF;
    END $$
"""


def _statements() -> Iterator[str]:
    yield from (_DECIDED_HERE, _OFFICE, _OFFICE_TRIGGER, _USE_SCHEMA)
    for rights, tables in GRANTS:
        yield f"GRANT {rights} ON {', '.join(tables)} TO {ROLE}"
    for table, event, rows in POLICIES:
        clause = {"INSERT": f"WITH CHECK ({rows})", "UPDATE": f"USING ({rows}) WITH CHECK ({rows})"}
        yield f"CREATE POLICY {table}_{event.lower()} ON {table} FOR {event} {clause.get(event, f'USING ({rows})')}"
    for table in sorted({table for table, _, _ in POLICIES}):
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
