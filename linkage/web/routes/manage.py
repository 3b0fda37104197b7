"""For administrators: who works here, with which region and roles, their sessions, and what they hold."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from linkage.accounts.sessions import Visitor
from linkage.errors import LinkageError, NotPermittedError, UsageError
from linkage.review.people import Role, User, user_name
from linkage.web.forms import Line, Posted
from linkage.web.pages import page
from linkage.web.refusals import status_of
from linkage.web.services import Services
from linkage.web.views.manage_page import CENTRE, GIVEN, found_users, holders, region_groups, scope_of
from linkage.web.visiting import Serving, Visiting, check_form, check_role, needs

LISTED: Final = 200
"""Users that a list tells of at most."""

router = APIRouter(prefix="/pengelola")
_keeper = [Depends(needs(Role.PENGELOLA))]
_keeping = [Depends(check_form), *_keeper]

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9._@-]{0,99}$")]
Region = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{2}|[0-9]{4})?$")]
Hours = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(?:[0-9]{1,3}(?:[.,][0-9]{1,2})?)?$")]
Given = Literal["petugas", "penyetuju", "pengawas", "pengelola", "auditor"]
Deed = Literal["undang", "akhiri-sesi", "bebaskan", "nonaktifkan", "aktifkan"]
Done = Literal["", "simpan", "akhiri-sesi", "bebaskan", "nonaktifkan", "aktifkan"]


class UserForm(Posted):
    """What a user is. ``region``: a code, or ``pusat`` for the nation; ``hours`` a week, empty where unknown."""

    region: Line
    role: list[Given] = Field(default=[], max_length=5)
    hours: Hours = ""


class NewUserForm(UserForm):
    """A user who is added, under which name."""

    name: Line


class SureForm(Posted):
    """``sure``: the visitor has read what will happen, and wants it."""

    sure: bool = False


@router.get("")
def show_users(
    request: Request,
    visitor: Visiting,
    services: Serving,
    nama: Annotated[str, Query(max_length=100)] = "",
    wilayah: Annotated[Region, Query()] = "",
    aktif: Annotated[Literal["", "ya", "tidak"], Query()] = "",
) -> Response:
    """Show the users of one's own region and below. Auditors, who keep no list, are sent to their own page."""
    if Role.PENGELOLA not in visitor.user.roles and Role.AUDITOR in visitor.user.roles:
        return RedirectResponse("/pengelola/audit", 303)
    check_role(visitor, Role.PENGELOLA)
    active = {"": None, "ya": True, "tidak": False}[aktif]
    found = found_users(services.queue.users(by=visitor.user.name), name=nama, region=wilayah, active=active)
    return page(
        request,
        "manage.html",
        users=found[:LISTED],
        found=len(found),
        listed=LISTED,
        given={"nama": nama, "wilayah": wilayah, "aktif": aktif},
        groups=region_groups(visitor.user.scope),
    )


@router.get("/tambah", dependencies=_keeper)
def show_new(request: Request, visitor: Visiting) -> Response:
    """Show the form to add a user."""
    return _new(request, visitor)


@router.post("/tambah", dependencies=_keeping)
def add_user(request: Request, form: Annotated[NewUserForm, Form()], visitor: Visiting, services: Serving) -> Response:
    """Add a user; one who is there already is not changed by that."""
    try:
        name = user_name(form.name)
        if _known(services, name) is not None:
            raise UsageError("a user of this name is there already", where=f"user {name}", key="users.taken")
        services.queue.set_user(_user(name, form, active=True), by=visitor.user.name)
    except (UsageError, NotPermittedError) as error:
        return _new(request, visitor, problem=error, form=form)
    return RedirectResponse(f"/pengelola/pengguna/{name}?selesai=simpan", 303)


@router.get("/pengguna/{name}", dependencies=_keeper)
def show_user(
    request: Request, name: Name, visitor: Visiting, services: Serving, selesai: Annotated[Done, Query()] = ""
) -> Response:
    """Show a user: region, roles, sessions, what they hold."""
    return _one(request, visitor, services, _own(services, visitor, name), done=selesai)


@router.post("/pengguna/{name}/ubah", dependencies=_keeping)
def change_user(
    request: Request, name: Name, form: Annotated[UserForm, Form()], visitor: Visiting, services: Serving
) -> Response:
    """Change region, roles and hours of a user."""
    known = _own(services, visitor, name)
    try:
        services.queue.set_user(_user(name, form, active=known.active), by=visitor.user.name)
    except (UsageError, NotPermittedError) as error:
        return _one(request, visitor, services, known, problem=error)
    return RedirectResponse(f"/pengelola/pengguna/{name}?selesai=simpan", 303)


@router.post("/pengguna/{name}/tindakan/{deed}", dependencies=_keeping)
def act_on_user(
    request: Request,
    name: Name,
    deed: Deed,
    form: Annotated[SureForm, Form()],
    visitor: Visiting,
    services: Serving,
) -> Response:
    """Do what cannot be taken back; first say what will happen, then, for who is sure, do it."""
    known, by = _own(services, visitor, name), visitor.user.name
    if not form.sure and deed != "aktifkan":
        return page(request, "manage_sure.html", known=known, deed=deed, held=_held(services, by, name))
    try:
        if deed == "undang":
            code = services.accounts.invite(name, by=by)
            # Told once, in this response alone: no address, no cookie, no list holds it.
            return page(request, "manage_code.html", known=known, code=code)
        if deed == "akhiri-sesi":
            services.accounts.end_sessions(name, by=by)
        elif deed == "bebaskan":
            services.queue.free_user(name, by=by)
        else:
            changed = User(name, known.scope, known.roles, deed == "aktifkan", known.hours)
            services.queue.set_user(changed, by=by)
    except (UsageError, NotPermittedError) as error:
        return _one(request, visitor, services, known, problem=error)
    return RedirectResponse(f"/pengelola/pengguna/{name}?selesai={deed}", 303)


@router.get("/pegangan", dependencies=_keeper)
def show_holdings(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show who holds which cases now."""
    return page(request, "manage_held.html", holders=holders(services.queue.holdings(by=visitor.user.name)))


def _new(
    request: Request, visitor: Visitor, *, problem: LinkageError | None = None, form: NewUserForm | None = None
) -> Response:
    return page(
        request,
        "manage_new.html",
        status=status_of(problem) if problem else 200,
        problem=problem or "",
        form=form,
        groups=region_groups(visitor.user.scope),
        centre=CENTRE,
        given_roles=GIVEN,
    )


def _one(
    request: Request,
    visitor: Visitor,
    services: Services,
    known: User,
    *,
    problem: LinkageError | None = None,
    done: Done = "",
) -> Response:
    return page(
        request,
        "manage_user.html",
        status=status_of(problem) if problem else 200,
        problem=problem or "",
        done=done,
        known=known,
        sessions=services.accounts.sessions_of(known.name),
        held=_held(services, visitor.user.name, known.name),
        groups=region_groups(visitor.user.scope, known.scope.code),
        centre=CENTRE,
        given_roles=GIVEN,
    )


def _held(services: Services, by: str, name: str) -> tuple[int, ...]:
    return tuple(one.case for one in services.queue.holdings(by=by) if one.holder == name)


def _own(services: Services, visitor: Visitor, name: str) -> User:
    """Return a user whose region the visitor keeps the list of; another region's is as unknown as nobody."""
    known = _known(services, name)
    if known is None or not visitor.user.scope.covers(known.scope.code):
        raise HTTPException(404)
    return known


def _known(services: Services, name: str) -> User | None:
    try:
        return services.queue.user(name)
    except NotPermittedError:
        return None


def _user(name: str, form: UserForm, *, active: bool) -> User:
    hours = float(form.hours.replace(",", ".")) if form.hours else None
    return User(name, scope_of(form.region), frozenset(Role(role) for role in form.role), active, hours)
