"""The guards of version 0002: what both databases refuse to plain SQL, each condition written once for both.

The actions and states are those of this version, copied: a migration must say tomorrow what it says today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WORKING: Final = ("answer", "ask", "claim", "different", "need", "propose", "set_aside", "start")
"""Who has done one of these in a case never answers a proposal in it; ``start`` is of the first version."""

STANDING: Final = ("examine", "release")
"""What may happen between a proposal and its answer; after anything else there is nothing to answer."""

DONE: Final = ("DISETUJUI", "DILAKSANAKAN_SIAK", "TERKONFIRMASI")
"""States that a case reaches by an approval."""


def _filled(condition: str) -> str:
    """Put the constants above in the place of their names."""
    for name, listed in (("WORKING", WORKING), ("STANDING", STANDING), ("DONE", DONE)):
        condition = condition.replace(f":{name}", ", ".join(f"'{one}'" for one in listed))
    return condition


@dataclass(frozen=True)
class Guard:
    """A row that goes into ``table`` by ``event`` is refused with ``says`` when ``applies`` (about OLD and NEW alone)
    and ``broken`` (a query) both hold."""

    name: str
    table: str
    event: str
    applies: str
    says: str
    broken: str = "true"

    def terms(self) -> dict[str, str]:
        """Return what fills a trigger's text."""
        return {name: _filled(value) for name, value in vars(self).items()}


GUARDS: Final = (
    Guard(
        "decision_four_eyes",
        "decision",
        "INSERT",
        "NEW.action IN ('approve', 'return', 'reject')",
        "four eyes: another person must answer a proposal",
        """
        EXISTS (
            SELECT 1 FROM decision AS earlier
            WHERE earlier."case" = NEW."case" AND earlier.actor = NEW.actor AND earlier.action IN (:WORKING)
        ) OR NOT EXISTS (
            SELECT 1 FROM decision AS proposal
            WHERE proposal."case" = NEW."case" AND proposal.action = 'propose'
            AND proposal.seq = NEW.proposal_seq AND proposal.actor = NEW.proposer
            AND NOT EXISTS (
                SELECT 1 FROM decision AS later
                WHERE later."case" = proposal."case" AND later.seq > proposal.seq
                AND later.action NOT IN (:STANDING)
            )
        )
        """,
    ),
    Guard(
        "decision_published",
        "decision",
        "INSERT",
        "NEW.action = 'reopen'",
        "what is published is undone by a case of its own",
        """
        EXISTS (SELECT 1 FROM review_case WHERE review_case.id = NEW."case" AND review_case.published_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM outbox WHERE outbox."case" = NEW."case" AND outbox.publication IS NOT NULL)
        """,
    ),
    Guard("review_case_starts_new", "review_case", "INSERT", "NEW.state <> 'BARU'", "a case starts as BARU"),
    Guard(
        "review_case_names_case",
        "review_case",
        "INSERT",
        "(NEW.kind = 'REVERT') <> (NEW.reverts IS NOT NULL)",
        "a case of kind REVERT names the case it asks to undo",
    ),
    Guard(
        "review_case_keeps_case",
        "review_case",
        "UPDATE",
        "(NEW.kind = 'REVERT') <> (OLD.kind = 'REVERT') OR COALESCE(NEW.reverts, 0) <> COALESCE(OLD.reverts, 0)",
        "a case of kind REVERT stays one",
    ),
    Guard(
        "review_case_four_eyes",
        "review_case",
        "UPDATE",
        "NEW.state IN (:DONE)",
        "four eyes: nobody approved this case",
        """
        NOT EXISTS (
            SELECT 1 FROM decision AS approval
            WHERE approval."case" = NEW.id AND approval.action = 'approve' AND approval.to_state = 'DISETUJUI'
            AND NOT EXISTS (
                SELECT 1 FROM decision AS later
                WHERE later."case" = NEW.id AND later.action = 'reopen' AND later.seq > approval.seq
            )
        )
        """,
    ),
    Guard(
        "review_case_published",
        "review_case",
        "UPDATE",
        """
        OLD.published_at IS NOT NULL
        AND (NEW.published_at IS NULL OR NEW.state NOT IN (:DONE, 'DIBATALKAN'))
        """,
        "what is published is undone by a case of its own",
    ),
    Guard(
        "review_case_undone",
        "review_case",
        "UPDATE",
        "(NEW.state = 'DIBATALKAN') <> (OLD.state = 'DIBATALKAN')",
        "a case is undone by an approved case of kind REVERT",
        """
        OLD.state = 'DIBATALKAN' OR NOT EXISTS (
            SELECT 1 FROM decision JOIN review_case AS undoing ON undoing.id = decision.successor
            WHERE decision."case" = NEW.id AND decision.action = 'revert'
            AND undoing.reverts = NEW.id AND undoing.kind = 'REVERT' AND undoing.state IN (:DONE)
        )
        """,
    ),
    Guard(
        "outbox_has_effect",
        "outbox",
        "INSERT",
        "true",
        "only an approval or a confirmation has an effect",
        """
        NOT EXISTS (
            SELECT 1 FROM decision
            WHERE decision."case" = NEW."case" AND decision.seq = NEW.seq AND decision.action IN ('approve', 'confirm')
        )
        """,
    ),
    Guard(
        "outbox_published",
        "outbox",
        "UPDATE",
        """
        NEW.id <> OLD.id OR NEW."case" <> OLD."case" OR NEW.seq <> OLD.seq
        OR (OLD.publication IS NOT NULL AND COALESCE(NEW.publication, -1) <> OLD.publication)
        OR (NEW.cancelled AND NEW.publication IS NOT NULL) OR (OLD.cancelled AND NOT NEW.cancelled)
        """,
        "an effect is published or cancelled once and for all",
    ),
)

_REPLACED: Final = (
    ("decision_four_eyes", "decision"),
    ("review_case_starts_new", "review_case"),
    ("review_case_four_eyes", "review_case"),
)

_SQLITE_KEPT: Final = """
    CREATE TRIGGER {name} BEFORE {event} ON {table}
    BEGIN SELECT RAISE(ABORT, '{says}'); END
"""

_SQLITE: Final = """
    CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN ({applies}) AND ({broken})
    BEGIN SELECT RAISE(ABORT, '{says}'); END
"""

_POSTGRESQL_KEPT: Final = """
    CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

_FUNCTION: Final = """
    CREATE FUNCTION hold_{name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF {broken} THEN
            RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
"""

_TRIGGER: Final = """
    CREATE TRIGGER {name} BEFORE {event} ON {table}
    FOR EACH ROW WHEN ({applies}) EXECUTE FUNCTION hold_{name}()
"""


def replaced(*, on_sqlite: bool) -> Iterator[str]:
    """Yield the statements that take away the guards of the first version which stronger ones replace."""
    for name, table in _REPLACED:
        yield f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}"
    if not on_sqlite:
        yield "DROP FUNCTION hold_four_eyes(), hold_case_start(), hold_case_approval()"


def guards(*, on_sqlite: bool) -> Iterator[str]:
    """Yield the statements that set up the guards."""
    if on_sqlite:
        for table, event, says in (
            ("sighting", "UPDATE", "sighting is append-only"),
            ("sighting", "DELETE", "sighting is append-only"),
            ("outbox", "DELETE", "an effect is never deleted"),
        ):
            yield _SQLITE_KEPT.format(name=f"{table}_no_{event.lower()}", event=event, table=table, says=says)
        for guard in GUARDS:
            yield _SQLITE.format(**guard.terms())
        return
    # A table that the caller makes for the session alone must not stand in for the real one inside a guard.
    yield "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
    yield _POSTGRESQL_KEPT.format(name="sighting_append_only", events="UPDATE OR DELETE OR TRUNCATE", table="sighting")
    yield _POSTGRESQL_KEPT.format(name="outbox_no_delete", events="DELETE OR TRUNCATE", table="outbox")
    for guard in GUARDS:
        yield _FUNCTION.format(**guard.terms())
        yield _TRIGGER.format(**guard.terms())
