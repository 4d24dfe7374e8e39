"""Which facts take the cause of an incident away, so that it is off the incident's list.

The list is per stream (an entitlement, an order, a consent, a stock): a fact mends what stands on
its own. What only the clock sees (a late confirmation, a partner that answers again, what is over)
is the clock's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from aanspraak.domain.code_stock import events as codes
from aanspraak.domain.consent import events as consent
from aanspraak.domain.delivery_order import events as order
from aanspraak.domain.entitlement import events as entitlement
from aanspraak.domain.entitlement import withdrawal_events as withdrawal

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_TAKEN: Final = frozenset({"request-given-up"})
_NOT_DONE: Final = _NOT_TAKEN | {"request-rejected"}
_CONFIRMED: Final = _NOT_DONE | {"unexpected-confirmation"}
_LINK: Final = frozenset(
    {
        "link-refused",
        "refresh-refused",
        "link-expired",
        "link-cancelled",
        "link-blocked",
        "link-withdrawal-refused",
    }
)
_READY: Final = frozenset({"registry-refused"})
_CANCEL: Final = frozenset({"cancellation-refused"})
_BLOCK: Final = frozenset({"block-refused"})
_ROSTER: Final = frozenset({"waiting-on-roster", "leavers-held-back"})
_REFUSED: Final = frozenset({"order-refused"})
_UNTOLD: Final = frozenset({"confirmation-given-up"})
_CONSENT_UNTOLD: Final = frozenset({"consent-message-given-up"})
_SHORT: Final = frozenset({"fewer-codes-than-asked"})

MENDS: Final[Mapping[type, frozenset[str]]] = {
    entitlement.EntitlementCreated: frozenset({"unknown-entitlement"}),
    entitlement.EntitlementEntitled: _CONFIRMED | _READY,
    entitlement.LinkPlaced: _CONFIRMED | _LINK,
    entitlement.LinkWithdrawn: _CONFIRMED | _LINK,
    entitlement.InitialActivationReported: _READY | _CANCEL,
    entitlement.RequestTaken: _NOT_DONE,
    entitlement.RequestRejected: _NOT_TAKEN,
    entitlement.RequestDropped: _NOT_DONE | _LINK | _READY,
    withdrawal.EntitlementCancelled: _CONFIRMED | _LINK | _READY | _CANCEL | _BLOCK,
    withdrawal.EntitlementBlocked: _READY | _BLOCK,
    withdrawal.EntitlementUnblocked: _BLOCK
    | {"activated-while-blocked", "link-withdrawal-refused"},
    order.DeliveryOrderReceived: _REFUSED,
    order.QuantityLowered: _REFUSED,
    order.DeliveryOrderCancelled: _REFUSED | _ROSTER,
    order.ConfirmationTaken: _UNTOLD | {"confirmation-rejected"},
    order.ConfirmationRejected: _UNTOLD,
    consent.ConsentMessageTaken: _CONSENT_UNTOLD | {"consent-message-rejected"},
    consent.ConsentMessageRejected: _CONSENT_UNTOLD,
    codes.CodesReceived: _SHORT | {"codes-refused"},
    codes.StockRefilled: frozenset({"code-stock-low"}),
    codes.CodeMessageTaken: _NOT_TAKEN,
    codes.CodeMessageRejected: _NOT_TAKEN,
    codes.CodeMessageDropped: _NOT_TAKEN,
}
"""Of each fact: the kinds whose cause is gone with it."""

OF_ANYBODY: Final = frozenset(
    {
        entitlement.EntitlementCreated,
        withdrawal.EntitlementCancelled,
        withdrawal.EntitlementBlocked,
        withdrawal.EntitlementUnblocked,
        order.DeliveryOrderCancelled,
        consent.ConsentMessageTaken,
    }
)
"""These mend whatever the partner is; all others what is the partner's own."""

_PARTNER: Final = ("shop", "registry", "portal", "partner")


class Mended(NamedTuple):
    """Kinds whose cause is gone; `party` None: of every partner."""

    kinds: frozenset[str]
    party: str | None


def mended(event: object, registry: str = "") -> Mended | None:
    """What a fact mends on its own stream; `registry` is that of the entitlement it is about."""
    kinds = MENDS.get(type(event))
    if kinds is None:
        return None
    if isinstance(event, codes.CodesReceived) and event.short:
        kinds -= _SHORT
    if type(event) in OF_ANYBODY:
        return Mended(kinds, None)
    named = (getattr(event, field) for field in _PARTNER if hasattr(event, field))
    return Mended(kinds, next(named, registry))
