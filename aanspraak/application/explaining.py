"""What can be done now: every command that there is, decided on the state, and left at that.

Nothing here knows a rule: `decide` has the only word. What it gives is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from aanspraak.application.aggregates import aggregate_of
from aanspraak.domain.delivery_order.events import (
    ConfirmationIssued,
    DeliveryOrderRequestRefused,
    UnchangedRequestTaken,
)
from aanspraak.domain.entitlement.events import (
    InitialActivationReported,
    LateConfirmationReceived,
    UnexpectedConfirmationReceived,
)
from aanspraak.domain.entitlement.withdrawal_events import CancellationRefused
from aanspraak.domain.errors import DomainError
from aanspraak.domain.status_codes import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Outcome = Literal["possible", "unchanged", "refused", "noted"]
POSSIBLE: Final = "possible"
UNCHANGED: Final = "unchanged"
REFUSED: Final = "refused"
NOTED: Final = "noted"

OPERATOR: Final = "operator"
SHOP: Final = "shop"
REGISTRY: Final = "registry"
PORTAL: Final = "portal"
HUB: Final = "hub"
"""Who may ask: a person here, a partner by its role, or the hub itself because of some fact."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A command whose arguments stand for any; `name` is what it is called in words.

    `by` may give it; `partner` is the one that it is about.
    """

    name: str
    by: str
    command: object
    partner: str | None = None


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What would come of it.

    `outcome`: `possible` (`facts` would follow), `unchanged` (it is so already, or nothing is asked
    by it), `refused` because of a `rule` with its functional `code`, or `noted`: kept as a fact,
    and somebody has to look at it. `detail` is what the refusal says besides its rule.
    """

    ask: Ask
    outcome: Outcome
    facts: tuple[object, ...] = ()
    rule: str = ""
    code: int | None = None
    detail: str = ""


def explain(state: object, asks: Sequence[Ask]) -> tuple[Explained, ...]:
    """Decide each of these on the state, in order."""
    return tuple(_explained(state, ask) for ask in asks)


def _explained(state: object, ask: Ask) -> Explained:
    try:
        facts = aggregate_of(ask.command).decide(ask.command, state)
    except DomainError as refusal:
        return Explained(
            ask=ask,
            outcome=REFUSED,
            rule=type(refusal).__name__,
            code=code_of(refusal),
            detail=refusal.detail,
        )
    return _judged(ask, facts)


def _judged(ask: Ask, facts: tuple[object, ...]) -> Explained:
    """A refusal may be a fact, and a fact may be none that anybody wants."""
    match facts:
        case ():
            return Explained(ask=ask, outcome=UNCHANGED)
        case (UnchangedRequestTaken(), *_):
            return Explained(ask=ask, outcome=UNCHANGED, facts=facts)
        case (DeliveryOrderRequestRefused() as refused, *told):
            return _refused(ask, facts, refused, told)
        case (CancellationRefused(reason=reason), *_):
            return Explained(ask=ask, outcome=REFUSED, facts=facts, rule=reason)
        case (UnexpectedConfirmationReceived() | LateConfirmationReceived(), *_):
            return Explained(ask=ask, outcome=NOTED, facts=facts, rule="not-what-was-asked")
        case (InitialActivationReported(anomalies=(first, *_)), *_):
            return Explained(ask=ask, outcome=NOTED, facts=facts, rule=first)
        case _:
            return Explained(ask=ask, outcome=POSSIBLE, facts=facts)


def _refused(
    ask: Ask,
    facts: tuple[object, ...],
    refused: DeliveryOrderRequestRefused,
    told: Sequence[object],
) -> Explained:
    """The detail stands in what the shop would be told."""
    messages = [each.status_message for each in told if isinstance(each, ConfirmationIssued)]
    _, _, detail = (messages[-1] or "").partition(": ") if messages else ("", "", "")
    return Explained(
        ask=ask,
        outcome=REFUSED,
        facts=facts,
        rule=refused.reason,
        code=refused.status,
        detail=detail,
    )
