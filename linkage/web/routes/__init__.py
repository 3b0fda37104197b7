"""The routes of the page, by what they are about."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from linkage.web import trial
from linkage.web.api import routes as api
from linkage.web.routes import (
    audit,
    case,
    exports,
    help,
    manage,
    oidc,
    profile,
    queue,
    requests,
    search,
    sign_in,
    static,
    steps,
    supervise,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    static.router,
    sign_in.router,
    oidc.router,
    trial.router,
    queue.router,
    search.router,
    requests.router,
    help.router,
    case.router,
    exports.router,
    steps.router,
    supervise.router,
    audit.router,
    manage.router,
    profile.router,
    api.router,
)
