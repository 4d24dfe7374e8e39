"""Notices by e-mail, over SMTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

import aiosmtplib

from adapters.notices.target import NotDelivered
from projections.notice_words import lines_of, title_of

if TYPE_CHECKING:
    from datetime import datetime

    from projections.notice_rules import Message

SUBJECT: Final = "[aanspraak] "


@dataclass(frozen=True, kw_only=True)
class MailTarget:
    """A mailbox or more, by way of a server; `tls` is none, starttls or tls."""

    host: str
    port: int
    tls: str
    username: str | None
    password: str | None = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    language: str
    timeout_seconds: float
    name: str = "mail"

    async def deliver(self, message: Message, now: datetime) -> None:
        """Send it; its Message-ID is the same however often. Raises NotDelivered."""
        try:
            await aiosmtplib.send(
                self._written(message, now),
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls == "tls",
                start_tls=self.tls == "starttls",
                timeout=self.timeout_seconds,
            )
        except aiosmtplib.SMTPResponseException as error:
            raise NotDelivered(f"smtp-{error.code}") from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise NotDelivered(type(error).__name__) from error

    def _written(self, message: Message, now: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["Message-ID"] = f"<{message.message_id}@{self.sender.rpartition('@')[2]}>"
        mail["Date"] = format_datetime(now)
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.recipients)
        mail["Subject"] = SUBJECT + title_of(message, self.language)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join(lines_of(message, self.language)) + "\n")
        return mail
