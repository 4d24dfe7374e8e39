"""Sending again, by operators: whose messages are meant, how many those are, and the job of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from adapters.wire.message import Id, Maybe, Moment, Name, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing

FASTEST = 10_000
SCOPES = ("entitlement_id", "delivery_order_id", "incident_id")
"""Which of these a request names, beside the partner: one at most."""


class SendMessagesAgain(Act):
    """Have messages sent again: about an entitlement, an order, an incident, or to a partner.

    Those that failed: given up, or failing (they go as they are, under their reference id), refused
    or lost (a new message with the state of now; a shop is told the same answer, with the same
    receive id). Of an incident: what is wrong still on its list. With a partner `since` and `until`
    say when they failed. `everything`: also links of an entitlement or an order that a portal took.
    At most `perSecond` go in a second. `dryRun` counts, and does nothing.
    """

    partner: Maybe[Name] = None
    entitlement_id: Maybe[Id] = None
    delivery_order_id: Maybe[Id] = None
    incident_id: Maybe[Id] = None
    since: Maybe[Moment] = None
    until: Maybe[Moment] = None
    everything: bool = False
    per_second: Annotated[float, Field(gt=0, le=FASTEST, strict=False)] = 10
    dry_run: bool = False

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        given = [name for name in SCOPES if getattr(self, name) is not None]
        if len(given) > 1:
            broken(f"must be left out beside {to_camel(given[0])}", at=to_camel(given[1]))
        if not given and self.partner is None:
            names = ", ".join(map(to_camel, SCOPES))
            broken(f"is missing: give it, or one of {names}", at="partner")
        one = "entitlement_id" in given or "delivery_order_id" in given
        if self.everything and not one:
            broken("is for one entitlement or one order", at="everything")
        return self


class MessageMeant(Outgoing, frozen=True, kw_only=True):
    """A message that would go again; `why`: failed, gave-up, taken, or the kind of an incident."""

    partner: str
    entitlement_id: UUID | None = None
    delivery_order_id: UUID | None = None
    why: str
    since: datetime


class MessagesOfPartner(Outgoing, frozen=True, kw_only=True):
    """How many go to a partner."""

    partner: str
    messages: int


class MessagesMeant(Outgoing, frozen=True, kw_only=True):
    """How many messages go again, to whom, and some of them.

    `outcome` is `planned` (a dry run), `queued`, or `waiting`: so many need a second operator,
    which `confirm` says of a dry run too. `lately`: so many went to these partners without one
    lately, or are to go, and are counted with them. The rest is at `/ops/v1/jobs/{jobId}`.
    """

    outcome: Literal["planned", "queued", "waiting"]
    messages: int
    lately: int
    confirm: bool
    job_id: UUID | None = None
    partners: tuple[MessagesOfPartner, ...]
    sample: tuple[MessageMeant, ...]


READ = (SendMessagesAgain,)
WRITTEN = (MessagesMeant,)
