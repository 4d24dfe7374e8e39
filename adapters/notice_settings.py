"""The settings of notices: to whom they go, when, and what counts as stuck."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES = range(24, 65)
QUIET_HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"

Kind = Literal["incident", "partner-unreachable", "partner-reachable", "follower-stuck"]


def _is_secret(given: SecretStr) -> SecretStr:
    """As Standard Webhooks has it: the prefix, and 24 to 64 bytes in base64."""
    text = given.get_secret_value()
    try:
        size = len(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True))
    except binascii.Error:
        size = 0
    if not text.startswith(SECRET_PREFIX) or size not in SECRET_BYTES:
        raise ValueError(f"it is {SECRET_PREFIX} and 24 to 64 bytes in base64")
    return given


class NoticeSettings(BaseSettings):
    """The part of the settings that is about notices; without a target they are logged only."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    notice_webhook_secret: Annotated[SecretStr, AfterValidator(_is_secret)] | None = None
    """The secret by which the receiver of the webhook knows our signature (Standard Webhooks)."""
    notice_webhook_url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """The webhook that notices go to."""
    notice_smtp_host: str | None = None
    """The server that notices are mailed by."""
    notice_smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Its port."""
    notice_smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    """How it is spoken to."""
    notice_smtp_username: str | None = None
    """Who the hub is there, if it asks."""
    notice_smtp_password: SecretStr | None = None
    """Its password there."""
    notice_mail_from: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    """The address that notices come from."""
    notice_mail_to: tuple[Annotated[str, Field(pattern=r"^[^@\s,]+@[^@\s,]+$")], ...] = ()
    """The addresses that notices are mailed to."""
    notice_language: Literal["en", "nl"] = "en"
    """The language of notices."""
    notice_window_seconds: NonNegativeFloat = 60
    """How long notices of a kind are gathered before they go together."""
    notice_quiet_hours: Annotated[str, Field(pattern=QUIET_HOURS)] | None = None
    """When (Europe/Amsterdam) only urgent kinds are told; the others go together afterwards."""
    notice_urgent: tuple[Kind, ...] = ("follower-stuck",)
    """The kinds that do not wait for the end of quiet hours."""
    notice_stuck_seconds: PositiveFloat = 300
    """How long a follower may stand still while facts wait for it."""

    @field_validator("notice_webhook_url")
    @classmethod
    def _has_a_secret(cls, given: str | None, info: ValidationInfo) -> str | None:
        if given is not None and info.data.get("notice_webhook_secret") is None:
            raise ValueError("it needs AANSPRAAK_NOTICE_WEBHOOK_SECRET")
        return given

    @field_validator("notice_mail_to")
    @classmethod
    def _has_a_server(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for needed in ("notice_smtp_host", "notice_mail_from"):
            if given and info.data.get(needed) is None:
                raise ValueError(f"it needs AANSPRAAK_{needed.upper()}")
        return given
