"""Every error this package raises on purpose.

One root, so that a caller can catch all of them; typed fields, so that a program can read them;
and never a resident's data: a message names files, lines, columns, rules and counts, not values.
The exit codes are those of the command line (see ``docs/guide/exit-codes.md``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final, TypedDict, Unpack

_NOTHING: Final[Mapping[str, str | int]] = MappingProxyType({})


class Told(TypedDict, total=False):
    """What every error may be given beside its problem; see :class:`LinkageError`."""

    where: str
    remedy: str
    key: str
    filled: Mapping[str, str | int]


class LinkageError(Exception):
    """The root. ``problem`` says what is wrong, ``where`` the place, ``remedy`` what to do about it.

    ``key``: under which what is refused is said in other languages (:mod:`linkage.review.refusals`), "" where nobody
    has; ``filled``: what is filled in there, states, steps, roles and numbers, never a value of a resident.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        problem: str,
        *,
        where: str = "",
        remedy: str = "",
        key: str = "",
        filled: Mapping[str, str | int] = _NOTHING,
    ) -> None:
        super().__init__(problem, where, remedy)
        self.problem = problem
        self.where = where
        self.remedy = remedy
        self.key = key
        self.filled = filled

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}. {self.remedy}" if self.remedy else text


class UsageError(LinkageError):
    """The command or call itself makes no sense (an option's value, two options together)."""

    exit_code = 2


class UnknownCaseError(UsageError):
    """The queue has no such case, or none that the user may know of; which of the two is never told."""


class InputDataError(LinkageError):
    """A whole file cannot be used: empty, no header, wrong encoding, no name column, damaged NIKs.

    ``code`` is the reject code under which the file is refused.
    """

    exit_code = 65

    def __init__(self, code: str, problem: str, **told: Unpack[Told]) -> None:
        super().__init__(problem, **told)
        self.code = code

    def __str__(self) -> str:
        return f"{super().__str__()} [{self.code}]"


class InputMissingError(LinkageError):
    """A file or folder that was named does not exist."""

    exit_code = 66


class ServiceUnavailableError(LinkageError):
    """A database cannot be reached."""

    exit_code = 69


class InvariantError(LinkageError):
    """Something that must always hold does not: counts that do not balance, a digest that differs."""

    exit_code = 70


class MemoryLimitError(LinkageError):
    """The work needs more memory than ``--memory`` allows, or than there is."""

    exit_code = 71


class OutputError(LinkageError):
    """A file or folder cannot be created or written."""

    exit_code = 73


class LockHeldError(LinkageError):
    """Another run works on this workspace; trying again later is right."""

    exit_code = 75


class CaseConflictError(LinkageError):
    """A case of the review queue is not as the caller believes: changed since, held by another, or the lease is over.

    ``holder`` and ``until`` (UTC) say whose it is until then, when it is somebody's; nothing was changed.
    """

    exit_code = 75

    def __init__(
        self, problem: str, *, holder: str | None = None, until: datetime | None = None, **told: Unpack[Told]
    ) -> None:
        super().__init__(problem, **told)
        self.holder = holder
        self.until = until


class NotPermittedError(LinkageError):
    """The user may not do this (own proposal approved, foreign region)."""

    exit_code = 77


class SignInRefusedError(LinkageError):
    """Who signs in did not prove who they are; which part of it was wrong is never told.

    ``retry_after``: seconds until another attempt is looked at, None when the next one is.
    """

    exit_code = 77

    def __init__(self, problem: str, *, retry_after: float | None = None, **told: Unpack[Told]) -> None:
        super().__init__(problem, **told)
        self.retry_after = retry_after


class CredentialRefusedError(UsageError):
    """A password that was chosen, or the digits that confirm a second factor, cannot be taken.

    ``code`` says why: ``SHORT``, ``LONG``, ``COMMON``, ``NAMED``, ``SAME`` (of a password), ``DIGITS``.
    """

    def __init__(self, code: str, problem: str, **told: Unpack[Told]) -> None:
        super().__init__(problem, **told)
        self.code = code


class TooOftenError(LinkageError):
    """A user searched, opened or exported more often than the settings let them; nothing was done."""

    exit_code = 75


class ConfigurationError(LinkageError):
    """A setting is wrong: ``linkage.toml`` or an environment variable."""

    exit_code = 78


class GateFailedError(LinkageError):
    """What was measured misses a bar of the gate: all went well, and the model may not be released."""

    exit_code = 79


class PublicationStoppedError(LinkageError):
    """The circuit breaker holds a publication back until a supervisor lets it pass; nothing was published."""

    exit_code = 79


class SpecError(ConfigurationError):
    """A linkage spec is wrong: an unknown column, comparison, kernel, level or key form."""


class ModelError(ConfigurationError):
    """A stored model does not fit the spec, or its digest does not fit its content."""


class SchemaError(InvariantError):
    """A table at a hand-over does not have the columns and types its schema states."""
