"""The application, put together."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from linkage.version import VERSION
from linkage.web.guard import Guard
from linkage.web.refusals import add_refusals
from linkage.web.routes import ROUTERS
from linkage.web.services import Services
from linkage.web.starting import few_threads

_COMPRESS_FROM = 1024


def create_app(services: Services) -> FastAPI:
    """Return the application over ``services``. Its documentation pages are closed; the API tells its own form."""
    app = FastAPI(
        title="tunggal",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=few_threads,
    )
    app.state.services = services
    everything = APIRouter()
    for router in ROUTERS:
        everything.include_router(router)
    app.include_router(everything)
    add_refusals(app)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESS_FROM)
    # Outermost, around even the page that tells of a failure: no response goes without these headers.
    app.middleware_stack = Guard(app.build_middleware_stack(), services.settings.hosts)
    return app
