"""The follower of notices, and who tells them; to which targets is a matter of settings."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from typing import TYPE_CHECKING

from adapters.bootstrap import utc_now
from adapters.bootstrap.following import until_stopped
from adapters.notices.announcer import Announcer
from adapters.notices.mail import MailTarget
from adapters.notices.webhook import WebhookTarget
from adapters.postgres import notices as keeping
from adapters.postgres.dead_letters import DeadLetterTable
from adapters.postgres.follower import Follower
from projections.notice_rules import Rules

if TYPE_CHECKING:
    from adapters.bootstrap.following import Surroundings
    from adapters.config import Settings
    from adapters.notices.target import Target

NAME = "notices"


async def notices(around: Surroundings) -> None:
    """Keeps what facts give notice of, and tells it."""
    follower = Follower(
        url=around.url,
        name=NAME,
        schema="channel",
        handle=keeping.handle,
        dead_letters=DeadLetterTable(NAME),
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(until_stopped(follower, around.stop))
        tasks.create_task(until_stopped(announcer(around.url, around.settings), around.stop))


def announcer(url: str, settings: Settings) -> Announcer:
    """Who tells, as the settings have it."""
    return Announcer(
        url=url,
        targets=targets(settings),
        rules=rules(settings),
        patience=timedelta(seconds=settings.notice_stuck_seconds),
        ladder=[timedelta(seconds=each) for each in settings.retry_ladder_seconds],
        now=utc_now,
    )


def rules(settings: Settings) -> Rules:
    """How notices are gathered and held."""
    quiet = None
    if settings.notice_quiet_hours is not None:
        begin, end = map(time.fromisoformat, settings.notice_quiet_hours.split("-"))
        quiet = begin, end
    return Rules(
        window=timedelta(seconds=settings.notice_window_seconds),
        quiet=quiet,
        urgent=frozenset(settings.notice_urgent),
    )


def targets(settings: Settings) -> list[Target]:
    """To whom notices go; nobody is fine too."""
    return [*_webhook(settings), *_mail(settings)]


def _webhook(settings: Settings) -> list[Target]:
    if settings.notice_webhook_url is None or settings.notice_webhook_secret is None:
        return []
    webhook = WebhookTarget(
        url=settings.notice_webhook_url,
        secret=settings.notice_webhook_secret.get_secret_value(),
        language=settings.notice_language,
        timeout_seconds=settings.request_timeout_seconds,
    )
    return [webhook]


def _mail(settings: Settings) -> list[Target]:
    host, sender = settings.notice_smtp_host, settings.notice_mail_from
    if not settings.notice_mail_to or host is None or sender is None:
        return []
    password = settings.notice_smtp_password
    mail = MailTarget(
        host=host,
        port=settings.notice_smtp_port,
        tls=settings.notice_smtp_tls,
        username=settings.notice_smtp_username,
        password=password.get_secret_value() if password else None,
        sender=sender,
        recipients=settings.notice_mail_to,
        language=settings.notice_language,
        timeout_seconds=settings.request_timeout_seconds,
    )
    return [mail]
