"""Style, script and signs: the page's own files, which browsers may keep for ever under the name of their content."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from linkage.web.pages import static_path

router = APIRouter()

_KINDS: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    folder = resources.files("linkage.web").joinpath("static")
    kinds = {file.name: file.name.rpartition(".")[2] for file in folder.iterdir()}
    return {
        static_path(name): (folder.joinpath(name).read_bytes(), _KINDS[kind])
        for name, kind in kinds.items()
        if kind in _KINDS
    }


@router.get("/static/{name}")
def static_file(name: str) -> Response:
    """Answer with one of the page's own files."""
    found = _files().get(f"/static/{name}")
    if found is None:
        raise HTTPException(404)
    content, kind = found
    return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
