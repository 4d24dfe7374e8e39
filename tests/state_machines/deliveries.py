"""The machines of a delivery: the order, its entitlements and their links."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from aanspraak.domain.contract_terms import ContractTerms
from aanspraak.domain.delivery_order import state as order_state
from aanspraak.domain.delivery_order.commands import (
    ReleaseDeliveryOrder,
)
from aanspraak.domain.entitlement import events as entitlement_facts
from aanspraak.domain.entitlement import evolve as entitlement_state
from aanspraak.domain.entitlement.commands import (
    ChangePortals,
    RequestLinks,
    SendAgain,
    TellPortals,
)
from tests.domain.entitlements import (
    ACTIVATE,
    BLOCK,
    CANCEL,
    CREATE,
    ENTITLED,
    EVENING,
    RESTORE,
    UNBLOCK,
    WITHDRAW_LINKS,
    activate,
    blocked,
    cancelled,
    portal_says,
    registry_says,
    taken,
)
from tests.domain.orders import END, LICENSE, MORNING, RECEIVE, again, complete, receive
from tests.spec import asked
from tests.state_machines.explore import NOTHING, History, Machine

OPEN = {"delivery_type": "school-all", "users_count": 0, "users_digest": ""}
PAY_FIRST = ContractTerms(contract_id="contract-7", release="manual")
OLD = MORNING - timedelta(days=1)
LATER_END = activate(expiration_date=date(2028, 7, 31))
LINKS = RequestLinks(portals=("portal-a",), now=EVENING)
TELL = TellPortals(portals=("portal-a",), now=EVENING + timedelta(hours=1))
NO_LINK = ("uninitialized", "withdrawn")
ELSEWHERE = ChangePortals(portals=("portal-b",), now=EVENING)
PLACED = portal_says("portal-a")
LOST = portal_says("portal-a", receive_id="lost", processed_timestamp=EVENING, url_status="expired")


def order_name(history: History) -> str:
    order = order_state.replay(history)  # type: ignore[arg-type]
    if order is None:
        return NOTHING
    if order.received is None:
        return "not accepted"
    return f"{order.status.value}, being cancelled" if order.cancelling else order.status.value


def entitlement_name(history: History) -> str:
    entitlement = entitlement_state.replay(history)  # type: ignore[arg-type]
    return entitlement.status.value if entitlement else NOTHING


def taken_back_name(history: History) -> str:
    """The status, and what of it is under way."""
    entitlement = entitlement_state.replay(history)  # type: ignore[arg-type]
    if entitlement is None:
        return NOTHING
    under_way = {
        "being cancelled": entitlement.withdrawal is not None,
        "to be blocked": entitlement.block is not None and not entitlement.blocked,
        "to be unblocked": entitlement.unblock_wanted,
    }
    named = [name for name, is_so in under_way.items() if is_so]
    return ", ".join((entitlement.status.value, *named))


def link_name(history: History) -> str:
    """What is known of the link; a refresh asked for or refused takes nothing from it."""
    name = "uninitialized"
    for fact in history:
        match fact:
            case entitlement_facts.LinkRequested(portal="portal-a") if name in NO_LINK:
                name = "initialized"
            case entitlement_facts.LinkPlaced():
                name = "processed"
            case entitlement_facts.LinkRefused() if name == "initialized":
                name = "refused"
            case entitlement_facts.LinkLost():
                name = "lost"
            case entitlement_facts.LinkWithdrawn():
                name = "withdrawn"
            case _:
                pass
    return name


DELIVERY_ORDER = Machine(
    title="DeliveryOrder",
    prose="The status of an order is what its shop is told. `not accepted` means that every "
    "request for it was refused: nothing is frozen, and it may come again.",
    asks={
        "ReceiveDeliveryOrder": RECEIVE,
        "the same reference, other content": receive(contract_id="another"),
        "a request that asks nothing new": again("second"),
        "a request that is older": again("old", date_last_modified=OLD, contract_id="another"),
        "a request that changes a frozen field": again("third", contract_id="another"),
        "a request for a product nobody knows": receive(reference_id="typo", product=None),
        "a request to become `created`": again("fourth", wished_status="created"),
        "a request to become `cancelled`": again("fifth", wished_status="cancelled"),
        "a request of another shop": receive(shop="another-shop", product=None),
        "CompleteDelivery, all delivered": complete(3, 0),
        "CompleteDelivery, some refused": complete(1, 2),
        "CompleteDelivery, all refused": complete(0, 3),
        "CompleteDelivery, of nothing": complete(0, 0),
        "LicenseDeliveryOrder": LICENSE,
        "EndCancellation, all cancelled": END,
        "EndCancellation, some in use": replace(END, cancelled=2, refused=1, in_use=1),
        "ReleaseDeliveryOrder": ReleaseDeliveryOrder(reason_id=None),
    },
    name=order_name,
    follows=frozenset(
        {
            "ReceiveDeliveryOrder",
            "a request for a product nobody knows",
            "a request to become `cancelled`",
            "CompleteDelivery, all delivered",
            "CompleteDelivery, some refused",
            "CompleteDelivery, all refused",
            "LicenseDeliveryOrder",
            "EndCancellation, all cancelled",
            "EndCancellation, some in use",
        }
    ),
    depth=3,
)
OPEN_ORDER = Machine(
    title="DeliveryOrder that waits, of an open delivery type",
    prose="Under a contract that says so an order waits until it is released. Of an open delivery "
    "type the quantity may be lowered, to no fewer than are in use (here two).",
    asks={
        "ReleaseDeliveryOrder": ReleaseDeliveryOrder(reason_id=None),
        "a lower quantity": again("lower", **OPEN, total_quantity=20, in_use=2),
        "a higher quantity": again("higher", **OPEN, total_quantity=31),
        "fewer than are in use": again("fewer", **OPEN, total_quantity=2, in_use=2),
        "a request to become `cancelled`": again("fifth", **OPEN, wished_status="cancelled"),
    },
    name=order_name,
    given=asked(receive(**OPEN, total_quantity=30, contract=PAY_FIRST)),
    depth=2,
)
ENTITLEMENT = Machine(
    title="Entitlement",
    prose="Only a registry's `entitled` and an InitialActivation change the status of an "
    "entitlement. What a partner refuses, loses or says by mistake is a fact, and changes nothing.",
    asks={
        "CreateEntitlement": CREATE,
        "TakeConfirmation, registry: `entitled`": ENTITLED,
        "TakeConfirmation, registry: refused": registry_says(
            receive_id="no", success=False, status=4099, new_entitlement_status=None
        ),
        "TakeConfirmation, registry: something else": registry_says(
            receive_id="odd", new_entitlement_status="blocked"
        ),
        "TakeConfirmation of an unknown reference": registry_says(reference_id=UUID(int=0)),
        "TakeConfirmation of a partner that was not asked": registry_says(partner="portal-a"),
        "RequestLinks": LINKS,
        "ReportInitialActivation": ACTIVATE,
        "ReportInitialActivation, a later end": LATER_END,
        "ReportInitialActivation of another registry": activate(registry="another-publisher"),
    },
    name=entitlement_name,
)
TAKEN_BACK = Machine(
    title="Entitlement that is taken back",
    prose="Cancelled for good, or blocked for a while, from when the registry has confirmed; what "
    "is only asked is not so yet. A registry that refuses to cancel is told what it is again. This "
    "begins with one that is `entitled` and whose link is placed.",
    asks={
        "CancelEntitlement": CANCEL,
        "TakeConfirmation, registry: `cancelled`": cancelled(),
        "TakeConfirmation, registry: refused": cancelled(success=False, status=4099),
        "RestoreEntitlement": RESTORE,
        "BlockEntitlement": BLOCK,
        "TakeConfirmation, registry: `blocked`": blocked(),
        "UnblockEntitlement": UNBLOCK,
        "RecordRequestTaken, registry: the third message": taken("publisher", 3),
        "ReportInitialActivation": ACTIVATE,
        "RequestLinks": LINKS,
        "WithdrawLinks": WITHDRAW_LINKS,
    },
    name=taken_back_name,
    given=asked(CREATE, ENTITLED, LINKS, PLACED),
    follows=frozenset(
        {
            "CancelEntitlement",
            "TakeConfirmation, registry: `cancelled`",
            "TakeConfirmation, registry: refused",
            "BlockEntitlement",
            "TakeConfirmation, registry: `blocked`",
            "UnblockEntitlement",
            "RecordRequestTaken, registry: the third message",
            "ReportInitialActivation",
        }
    ),
    depth=4,
)
LINK = Machine(
    title="Link in a portal",
    prose="What is known of the link of an entitlement in one portal (`urlStatus`); `lost` is "
    "`expired`, `cancelled` or `blocked`, as the portal reported. Nothing is asked before the "
    "registry has the entitlement ready: this begins with one that is `entitled`. A refresh is not "
    "a lost link: while it is under way, and when it is refused, what is known of the link stays.",
    asks={
        "RequestLinks": LINKS,
        "TellPortals": TELL,
        "ChangePortals, elsewhere": ELSEWHERE,
        "SendAgain": SendAgain(partner="portal-a", now=EVENING + timedelta(hours=2)),
        "TakeConfirmation, portal: `processed`": PLACED,
        "TakeConfirmation, portal: refused": portal_says(
            "portal-a", receive_id="no", success=False, status=4099, url_status=None
        ),
        "TakeConfirmation, portal: `expired`": LOST,
        "TakeConfirmation, portal: something else": portal_says(
            "portal-a", receive_id="odd", url_status="initialized"
        ),
        "ReportInitialActivation, a later end": LATER_END,
        "WithdrawLinks": WITHDRAW_LINKS,
        "TakeConfirmation, portal: `cancelled`": portal_says(
            "portal-a", 2, receive_id="gone", url_status="cancelled"
        ),
        "TakeConfirmation, portal: the refresh `processed`": portal_says("portal-a", 2),
        "TakeConfirmation, portal: the refresh refused": portal_says(
            "portal-a", 2, receive_id="no-2", success=False, status=4099, url_status=None
        ),
    },
    name=link_name,
    given=asked(CREATE, ENTITLED),
    depth=4,
)
