"""A webhook: notices as JSON, signed as Standard Webhooks has it (standardwebhooks.com, v1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from standardwebhooks import Webhook

from adapters.notices.target import NotDelivered
from projections.notice_words import LINES_AT_MOST, line_of, title_of

if TYPE_CHECKING:
    from datetime import datetime

    from projections.notice_rules import Message
    from projections.notices import Notice

TYPE: Final = "aanspraak.notice."
"""What the `type` of every message begins with."""


@dataclass(frozen=True, kw_only=True)
class WebhookTarget:
    """An address; `secret` is `whsec_` and base64, as both sides know it."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    language: str
    timeout_seconds: float
    name: str = "webhook"

    async def deliver(self, message: Message, now: datetime) -> None:
        """POST it; only a 2xx is an answer. Raises NotDelivered."""
        body = msgspec.json.encode(content_of(message, self.language, now))
        message_id = f"msg_{message.message_id}"
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message_id, now, body.decode()),
        }
        timeout = ClientTimeout(total=self.timeout_seconds)
        try:
            async with (
                ClientSession(timeout=timeout) as session,
                session.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except TimeoutError as error:
            raise NotDelivered("timeout") from error
        except (ClientError, OSError) as error:
            raise NotDelivered("no-connection") from error
        except ValueError as error:
            raise NotDelivered("no-address") from error
        if not 200 <= status < 300:  # noqa: PLR2004 - good news of HTTP
            raise NotDelivered(f"http-{status}")


def content_of(message: Message, language: str, now: datetime) -> dict[str, Any]:
    """What the body says: a title for people, and the notices for machines."""
    shown = message.notices[:LINES_AT_MOST]
    return {
        "type": TYPE + message.kind,
        "timestamp": now,
        "data": {
            "title": title_of(message, language),
            "count": len(message.notices),
            "notices": [_shown(each, language) for each in shown],
        },
    }


def _shown(notice: Notice, language: str) -> dict[str, Any]:
    optional = {"what": notice.what, "code": notice.code, "incidentId": notice.incident_id}
    return {
        "id": notice.notice_id,
        "kind": notice.kind,
        "about": notice.about,
        "at": notice.at,
        "number": notice.number,
        "text": line_of(notice, language),
        **{name: value for name, value in optional.items() if value not in (None, "")},
    }
