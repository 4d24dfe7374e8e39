"""Track and trace for the operator: what can be done now, and why a pupil cannot open a product."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from adapters.wire.outgoing import Outgoing


class ExplainedCommand(Outgoing, frozen=True, kw_only=True):
    """One thing that may be asked, and what would come of it now.

    `by` may ask it: operator, shop, registry, portal, or the hub itself. `outcome`: possible
    (`follows` would happen, with these `topics` in the log), unchanged, refused for a `rule`, or
    noted: it is kept, and somebody has to look at it. `why` is the rule in words.
    """

    command: str
    by: str
    partner: str | None = None
    text: str
    outcome: Literal["possible", "unchanged", "refused", "noted"]
    rule: str | None = None
    status: int | None = None
    why: str | None = None
    follows: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Explanation(Outgoing, frozen=True, kw_only=True):
    """What can be done with an order or an entitlement at this moment, out of its own rules.

    `state` is its status as the rules see it; left out for an order never accepted.
    """

    delivery_order_id: UUID
    entitlement_id: UUID | None = None
    state: str | None = None
    as_of: datetime
    commands: tuple[ExplainedCommand, ...]


WRITTEN = (Explanation, ExplainedCommand)
