"""Endpoints of these APIs that other components provide, and methods that none has: 405."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, Response

from adapters.wire.endpoints import ENDPOINTS

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def fixed_paths() -> APIRouter:
    """The paths without an id; before those with one, for none of them is somebody's id."""
    return _refusals([path for path in _PATHS if "{" not in path])


def paths_with_an_id() -> APIRouter:
    """The other paths, behind everything."""
    return _refusals([path for path in _PATHS if "{" in path])


_PATHS: Final = tuple(dict.fromkeys(endpoint.path for endpoint in ENDPOINTS))


def _refusals(paths: list[str]) -> APIRouter:
    """A route per path, for every method that the hub does not answer there."""
    router = APIRouter(include_in_schema=False)
    for path in paths:
        ours = [each for each in ENDPOINTS if each.path == path and "hub" in each.providers]
        allowed = [endpoint.method for endpoint in ours]
        refused = [method for method in METHODS if method not in allowed]
        router.add_api_route(path, _refuse(", ".join(allowed)), methods=refused)
    return router


def _refuse(allowed: str) -> Callable[[], Awaitable[Response]]:
    """`Allow` is empty where the hub answers nothing at all (RFC 9110, 10.2.1)."""

    async def method_not_allowed() -> Response:
        return Response(status_code=405, headers={"Allow": allowed})

    return method_not_allowed
