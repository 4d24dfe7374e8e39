"""The notifications of a sandbox administration: who subscribed, and what they are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec
from aiohttp import web

from adapters.sandbox.control import shown
from adapters.sandbox.front import OTHER, answer
from adapters.wire.notifications_v0 import BASE_PATH, SUBSCRIBED_APIS

if TYPE_CHECKING:
    from adapters.sandbox.partner import Partner

PATH: Final = BASE_PATH + "/notifications"
CHANGED: Final = ("Student", "Enrollment", "Group")


class Notices:
    """There is one subscriber, the hub; what is told is kept for who was away."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner
        self._kept: list[dict[str, Any]] = []
        self.apis: list[str] = []
        self.sent = 0
        """Messages that the hub has answered."""

    def routes(self) -> list[web.RouteDef]:
        """What a producer of notifications provides."""
        return [
            web.post(BASE_PATH + "/subscribe/{api}", self.subscribe),
            web.get(PATH, self.since),
        ]

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /subscribe/{api}: from now on; twice is once."""
        api = request.match_info["api"]
        if api not in SUBSCRIBED_APIS:
            return answer(400, OTHER, "no such API here")
        if api not in self.apis:
            self.apis.append(api)
        return web.Response()

    async def since(self, request: web.Request) -> web.StreamResponse:
        """Answer GET /notifications?since=, oldest first."""
        given = request.query.get("since", "")
        try:
            after = datetime.fromisoformat(given) if given else datetime.min.replace(tzinfo=UTC)
        except ValueError:
            return answer(400, OTHER, "since is no moment")
        return shown([each for each in self._kept if _created(each) > after])

    def tell(self, school: dict[str, Any]) -> None:
        """That much changed at a school; told when somebody subscribed, kept in any case."""
        created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        notifications = [
            {
                "id": str(uuid4()),
                "notificationType": "bulk",
                "objectType": each,
                "school": school,
                "created": created,
            }
            for each in CHANGED
        ]
        self._kept += notifications
        if self.apis:
            body = msgspec.json.encode(notifications)
            self._partner.send("notifications", PATH, body, self._answered, method="POST")

    def _answered(self, _status: int) -> None:
        self.sent += 1


def _created(notification: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(notification["created"])
