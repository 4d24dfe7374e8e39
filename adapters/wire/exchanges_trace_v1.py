"""Exchanges as track and trace shows them: what a partner was told, when, and what it answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from adapters.wire.outgoing import Outgoing
from adapters.wire.trace_v1 import AsOf

About = Literal["entitlement", "order", "consent", "codes"]
Kind = Literal["registry", "link", "confirmation", "consent", "codes", "revocation"]


class Attempt(Outgoing, frozen=True, kw_only=True):
    """A try at a message: `outcome` is taken, rejected, failed or dropped, `error` a short code."""

    at: datetime
    outcome: str
    http_status: int | None = None
    code: int | None = None
    error: str | None = None
    duration_ms: int


class Reply(Outgoing, frozen=True, kw_only=True):
    """What the partner said later, in a message of its own; `code` is that of a refusal.

    `what` as in a timeline; `status` what it says it is now, `words` what it wrote (to operators).
    """

    at: datetime
    what: str
    status: str | None = None
    code: int | None = None
    receive_id: str | None = None
    processed_timestamp: datetime | None = None
    words: str | None = None


class Exchange(Outgoing, frozen=True, kw_only=True):
    """The nth message about something to a partner, and what came of it.

    `exchangeId` is the position of its fact. `outcome` is taken, rejected, dropped or given-up,
    left out while there is none; `httpStatus`, `code` and `reason` go with it. `attempts` are kept
    for 90 days; in a list of what was sent they are left out.
    """

    exchange_id: int
    about: About
    id: UUID
    delivery_order_id: UUID | None = None
    partner: str
    number: int
    kind: Kind
    asked: str
    reference_id: str
    asked_at: datetime
    outcome: str | None = None
    outcome_at: datetime | None = None
    http_status: int | None = None
    code: int | None = None
    reason: str | None = None
    replies: tuple[Reply, ...] = ()
    attempts: tuple[Attempt, ...] = ()


class ExchangeTrace(Outgoing, frozen=True, kw_only=True):
    """One exchange with the message itself, without the person in it.

    `said` is what the partner answered at once, the beginning of the last answer that is kept (to
    operators). `asOf`: as it stood then.
    """

    as_of: AsOf | None = None
    exchange: Exchange
    message: dict[str, Any]
    said: str | None = None


class ExchangesTrace(Outgoing, frozen=True, kw_only=True):
    """The exchanges about one thing, in the order in which they were asked for."""

    as_of: AsOf | None = None
    exchanges: tuple[Exchange, ...]


class Sending(Outgoing, frozen=True, kw_only=True):
    """A message that was sent, or tried to be, at a moment, and the exchange it is part of."""

    attempt: Attempt
    exchange: Exchange | None = None


WRITTEN = (ExchangeTrace, ExchangesTrace, Sending)
