"""What may be asked of a partner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RegisterPartner:
    """Make a partner known, or change what is known of it; only a registry has codes to give."""

    partner: str
    role: str
    title: str
    client_id: str
    url: str
    token_url: str
    scope: str
    usage_url: str = ""
    activation_codes_url: str = ""
    consent_url: str = ""
    overdue_seconds: int | None = None


PartnerCommand = RegisterPartner
