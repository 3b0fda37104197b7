"""The queue: where the day begins, the list, and the next case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from starlette.responses import RedirectResponse, Response

from linkage.review.cases import Action, State
from linkage.review.people import Role
from linkage.web.forms import Posted
from linkage.web.holding import take_next
from linkage.web.pages import page
from linkage.web.undoing import UNDOABLE
from linkage.web.views.case_keys import keys_of
from linkage.web.views.queue_page import KINDS, PAGE, Band, Chosen, Kind, after_cursor, queue_page
from linkage.web.views.work_page import midnight, work_page
from linkage.web.visiting import Serving, Visiting, check_form, needs

router = APIRouter()


class NextForm(Posted):
    """``examine``: a proposal to answer instead of a case to work on."""

    examine: bool = False


def _page_end(text: str) -> str:
    if text:
        after_cursor(text)
    return text


Region = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{2}|[0-9]{4})?$")]
Cursor = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{8}T[0-9]{12}-[0-9]{1,18})?$"), AfterValidator(_page_end)]


class Filters(BaseModel):
    """What stands in the address of a list. Only values that are known, and no others; empty is no filter."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    status: Literal[""] | State = ""
    jenis: Literal[""] | Kind = ""
    wilayah: Region = ""
    giliran: Literal["", "siap", "menunggu"] = ""
    umur: Literal[""] | Band = ""
    saya: Literal["", "1"] = ""
    sesudah: Cursor = ""

    def chosen(self) -> Chosen:
        """Return what the list is filtered by."""
        return Chosen(
            state=State(self.status) if self.status else None,
            kind=self.jenis or None,
            within=self.wilayah,
            ready={"": None, "siap": True, "menunggu": False}[self.giliran],
            band=self.umur or None,
            mine=bool(self.saya),
            after=after_cursor(self.sesudah) if self.sesudah else None,
        )


@router.get("/")
def home(
    request: Request,
    visitor: Visiting,
    services: Serving,
    selesai: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    tadi: Annotated[Action | None, Query()] = None,
    kosong: Annotated[bool, Query()] = False,
) -> Response:
    """Show where the visitor's day begins. ``selesai``: the case just left, ``tadi``: by which step; ``kosong``: there
    was no next one."""
    user, preferences, now = visitor.user, visitor.preferences, datetime.now(UTC)
    queue = services.queue
    shown = work_page(
        queue.desk(by=user.name),
        queue.worked(by=user.name, since=midnight(now, preferences.time_zone)),
        services.figures.counted(user),
        services.figures.agreement(user),
        asked=services.figures.requests(user),
        reader=user.name,
        scope=user.scope,
        preferences=preferences,
        now=now,
    )
    return page(
        request, "home.html", shown=shown, done=selesai, step=tadi, undoable=tadi is None or tadi in UNDOABLE,
        none_left=kosong, keys=keys_of(preferences),
    )  # fmt: skip


@router.get("/antrean")
def show_queue(
    request: Request, visitor: Visiting, services: Serving, filters: Annotated[Filters, Query()]
) -> Response:
    """Show the list of the queue; what it is filtered by stands in its address."""
    user, chosen, now = visitor.user, filters.chosen(), datetime.now(UTC)
    cases = services.queue.list(
        by=user.name,
        state=chosen.state,
        kind=chosen.kind,
        within=chosen.within,
        waiting=None if chosen.ready is None else not chosen.ready,
        assigned=chosen.mine,
        opened=chosen.opened(now),
        after=chosen.after,
        limit=PAGE + 1,
    )
    counted = services.figures.counted(user)
    shown = queue_page(
        chosen,
        cases,
        counts=counted.counts,
        ages=counted.ages,
        counted_at=counted.at,
        scope=user.scope,
        reader=user.name,
        preferences=visitor.preferences,
        now=now,
    )
    return page(
        request,
        "queue.html",
        shown=shown,
        keys=keys_of(visitor.preferences),
        kinds=KINDS,
        states=list(State),
        bands=counted.ages,
    )


@router.post(
    "/kasus/berikut", dependencies=[Depends(check_form), Depends(needs(Role.PETUGAS, Role.PENYETUJU))]
)  # fmt: skip
def next_case(
    request: Request, form: Annotated[NextForm, Form()], visitor: Visiting, services: Serving
) -> RedirectResponse:
    """Hand the next case out; to a button that is pressed twice the same one."""
    once = f"{visitor.session_key} {form.examine} {form.csrf}"
    path = services.handed.get(once, lambda: take_next(services, visitor, examine=form.examine))
    return RedirectResponse(path, 303)
