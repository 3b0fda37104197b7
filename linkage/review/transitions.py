"""The table of states: which step leads from where to where, and whose it is.

``docs/review-states.md`` is drawn from :data:`TRANSITIONS`; :mod:`linkage.review.rules` applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from linkage.review.cases import REVERT, SHARED_NIK, Action, State, Verdict
from linkage.review.people import Role


@dataclass(frozen=True)
class Transition:
    """From any of ``sources`` to one of ``targets``, by a user with one of ``roles``; ``lease``: who holds the case."""

    sources: tuple[State, ...]
    targets: tuple[State, ...]
    roles: tuple[Role, ...]
    says: str
    lease: bool = False


_WORK: Final = (State.BARU, State.DITUGASKAN, State.DALAM_VERIFIKASI, State.DIKEMBALIKAN, State.MENUNGGU_DOKUMEN)
_HELD: Final = (State.DALAM_VERIFIKASI,)
_DIFFERENT: Final = (State.BUKAN_GANDA, State.KEMBAR)
_ASIDE: Final = (State.WAFAT, State.PINDAH_BELUM_TUNTAS, State.ANOMALI)
_DONE: Final = (State.DISETUJUI, State.DILAKSANAKAN_SIAK, State.TERKONFIRMASI)

OPEN: Final = frozenset({*_WORK, State.DIUSULKAN})
"""States in which the question is not answered yet: these cases are the queue."""

CLOSED: Final = frozenset(State) - OPEN
"""States in which it is answered, or asked no more."""

TRANSITIONS: Final[Mapping[Action, Transition]] = MappingProxyType(
    {
        Action.ASSIGN: Transition(_WORK, (State.DITUGASKAN,), (Role.PENGAWAS,), "the case is given to one person"),
        Action.CLAIM: Transition(
            _WORK, _HELD, (Role.PETUGAS,), "a person takes the case up and holds it for some minutes"
        ),
        Action.EXAMINE: Transition(
            (State.DIUSULKAN,), (State.DIUSULKAN,), (Role.PENYETUJU,), "a second person takes a proposal up"
        ),
        Action.RELEASE: Transition(
            (State.DALAM_VERIFIKASI, State.DIUSULKAN),
            (State.DALAM_VERIFIKASI, State.DIUSULKAN),
            (Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS),
            "the case is given back; a supervisor may take it from who holds it",
        ),
        Action.PROPOSE: Transition(
            _HELD, (State.DIUSULKAN,), (Role.PETUGAS,), "a verdict is proposed: which persons there are", lease=True
        ),
        Action.TAKE_BACK: Transition(
            (State.DIUSULKAN,), _HELD, (Role.PETUGAS,), "who proposed takes it back, while nobody examines it"
        ),
        Action.DIFFERENT: Transition(
            _HELD, _DIFFERENT, (Role.PETUGAS,), "not the same person; KEMBAR when they are twins", lease=True
        ),
        Action.SET_ASIDE: Transition(
            _HELD, _ASIDE, (Role.PETUGAS,), "no question of persons: a death, a move or an error to report", lease=True
        ),
        Action.NEED: Transition(
            _HELD,
            (State.MENUNGGU_DOKUMEN,),
            (Role.PETUGAS,),
            "something is missing; it comes back by itself",
            lease=True,
        ),
        Action.ASK: Transition(
            (State.DALAM_VERIFIKASI, State.MENUNGGU_DOKUMEN),
            (State.MENUNGGU_DOKUMEN,),
            (Role.PETUGAS,),
            "the office of one of the records is asked",
        ),
        Action.ANSWER: Transition(
            (State.MENUNGGU_DOKUMEN,),
            (State.MENUNGGU_DOKUMEN, State.DITUGASKAN),
            (Role.PETUGAS,),
            "the office that was asked answers; the last answer brings the case back",
        ),
        Action.ESCALATE: Transition(
            (State.DALAM_VERIFIKASI, State.MENUNGGU_DOKUMEN),
            (State.BARU,),
            (Role.PETUGAS, Role.PENGAWAS, Role.SISTEM),
            "the next tier decides: the province, then the nation",
        ),
        Action.APPROVE: Transition(
            (State.DIUSULKAN,), (State.DISETUJUI,), (Role.PENYETUJU,), "a second person agrees", lease=True
        ),
        Action.RETURN: Transition(
            (State.DIUSULKAN,),
            (State.DIKEMBALIKAN,),
            (Role.PENYETUJU,),
            "a second person asks for more work",
            lease=True,
        ),
        Action.REJECT: Transition(
            (State.DIUSULKAN,),
            (State.DITOLAK,),
            (Role.PENYETUJU,),
            "a second person refuses; the records stay as they are",
            lease=True,
        ),
        Action.REOPEN: Transition(
            (*_DIFFERENT, *_ASIDE, State.DITOLAK, State.DISETUJUI),
            (State.DIKEMBALIKAN,),
            (Role.PETUGAS, Role.PENYETUJU, Role.PENGAWAS, Role.SISTEM),
            "who decided, or a supervisor, puts the question again; not once it is published",
        ),
        Action.CARRY_OUT: Transition(
            (State.DISETUJUI,), (State.DILAKSANAKAN_SIAK,), (Role.PETUGAS,), "the office has carried it out in SIAK"
        ),
        Action.CONFIRM: Transition(
            (State.DILAKSANAKAN_SIAK,), (State.TERKONFIRMASI,), (Role.PENYETUJU,), "the centre confirms"
        ),
        Action.REVERT: Transition(
            _DONE, (State.DIBATALKAN,), (Role.SISTEM,), "a case of kind REVERT was approved: all is as it was before"
        ),
        Action.REFRESH: Transition(
            (*_WORK, State.DIUSULKAN),
            (*_WORK, State.DIKEMBALIKAN),
            (Role.SISTEM,),
            "a run changed the case's content; a proposal falls, other states stay",
        ),
        Action.WITHDRAW: Transition(
            (*_WORK, State.DIUSULKAN),
            (State.DITARIK,),
            (Role.SISTEM,),
            "a run no longer finds the case, or another took it",
        ),
    }
)

WORKING: Final = frozenset(
    {
        Action.CLAIM,
        Action.PROPOSE,
        Action.DIFFERENT,
        Action.SET_ASIDE,
        Action.NEED,
        Action.ASK,
        Action.ANSWER,
        Action.START,
    }
)
"""Who has done one of these in a case has worked on it as a steward, and never answers a proposal in it."""

VERDICTS: Final[Mapping[str, tuple[Verdict, ...]]] = MappingProxyType(
    {
        SHARED_NIK: (Verdict.SPLIT,),
        "OPEN_MOVE": (Verdict.FINISH_MOVE, Verdict.SPLIT),
        "CONFLICT": (Verdict.RESOLVE, Verdict.SPLIT),
        "DUPLICATE": (Verdict.DUPLICATE,),
        "BOTH_ENROLLED": (Verdict.DUPLICATE,),
        REVERT: (Verdict.REVERT,),
    }
)
"""What may be proposed for each kind, the usual first: a shared NIK is split, never merged."""
