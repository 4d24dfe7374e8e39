"""Browsers get the console's own files here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Response

from adapters.console.assets import assets
from adapters.console.visits import NotThere, Open

FOR_EVER: Final = "public, max-age=31536000, immutable"

router = APIRouter()


@router.get("/static/{name}")
async def asset(guest: Open, name: str) -> Response:
    """Give a file; only under its mark it is kept."""
    found = assets().get(name)
    if found is None:
        raise NotThere
    kept = FOR_EVER if guest.request.query_params.get("v") == found.mark else "no-cache"
    headers = {"Cache-Control": kept}
    return Response(found.content, media_type=found.media_type, headers=headers)
