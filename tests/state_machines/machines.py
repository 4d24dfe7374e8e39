"""The machines of the hub: of each, what can be asked that makes a difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from aanspraak.domain.catalogue import events as catalogue_facts
from aanspraak.domain.delivery_order import events as order_facts
from aanspraak.domain.delivery_order import state as order_state
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
)
from aanspraak.domain.entitlement import events as entitlement_facts
from aanspraak.domain.entitlement import state as entitlement_state
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
    RequestLinks,
)
from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.product import state as product_state
from tests.domain.catalogue import BOOK, DESCRIBE_BOOK, FOLLOW, LEAVE, MISS_BOOK, PORTAL
from tests.domain.entitlements import (
    ACTIVATE,
    CREATE,
    ENTITLED,
    EVENING,
    PUPIL,
    activate,
    portal_says,
    registry_says,
)
from tests.domain.orders import LICENSE, MORNING, RECEIVE, again, complete, receive
from tests.spec import asked
from tests.state_machines.agreements import CONTRACT, FORECAST
from tests.state_machines.code_stock import CODE_STOCK
from tests.state_machines.consents import CONSENTS
from tests.state_machines.explore import History, Machine
from tests.state_machines.incidents import INCIDENT
from tests.state_machines.resolution import RESOLUTION
from tests.state_machines.rosters import ROSTER

NOTHING = "nothing yet"
OLD = MORNING - timedelta(days=1)
LATER_END = activate(expiration_date=date(2028, 7, 31))
LINKS = RequestLinks(portals=("portal-a",), now=EVENING)
PLACED = portal_says("portal-a")
LOST = portal_says("portal-a", receive_id="lost", processed_timestamp=EVENING, url_status="expired")


def order_name(history: History) -> str:
    order = order_state.replay(history)  # type: ignore[arg-type]
    if order is None:
        return NOTHING
    return order.status.value if order.received else "not accepted"


def entitlement_name(history: History) -> str:
    entitlement = entitlement_state.replay(history)  # type: ignore[arg-type]
    return entitlement.status.value if entitlement else NOTHING


def product_name(history: History) -> str:
    if not history:
        return NOTHING
    missed = product_state.replay(history).missed  # type: ignore[arg-type, union-attr]
    return "missed" if missed else "listed"


def catalogue_name(history: History) -> str:
    match history:
        case (*_, catalogue_facts.CatalogueFollowed()):
            return "followed"
        case (*_, catalogue_facts.CatalogueLeft()):
            return "left"
        case _:
            return NOTHING


def link_name(history: History) -> str:
    """What is known of the link; a refresh asked for or refused takes nothing from it."""
    name = "uninitialized"
    for fact in history:
        match fact:
            case entitlement_facts.LinkRequested() if name == "uninitialized":
                name = "initialized"
            case entitlement_facts.LinkPlaced():
                name = "processed"
            case entitlement_facts.LinkRefused() if name == "initialized":
                name = "refused"
            case entitlement_facts.LinkLost():
                name = "lost"
            case _:
                pass
    return name


def message_name(history: History) -> str:
    names: dict[type, str] = {
        entitlement_facts.RequestTaken: "taken",
        entitlement_facts.RequestRejected: "rejected",
        entitlement_facts.RequestDropped: "dropped",
        entitlement_facts.RequestGivenUp: "given up",
        order_facts.ConfirmationTaken: "taken",
        order_facts.ConfirmationRejected: "rejected",
        order_facts.ConfirmationGivenUp: "given up",
    }
    return names.get(type(history[-1]), "to be sent")


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
        }
    ),
    depth=3,
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
LINK = Machine(
    title="Link in a portal",
    prose="What is known of the link of an entitlement in one portal (`urlStatus`); `lost` is "
    "`expired`, `cancelled` or `blocked`, as the portal reported. Nothing is asked before the "
    "registry has the entitlement ready: this begins with one that is `entitled`. A refresh is not "
    "a lost link: while it is under way, and when it is refused, what is known of the link stays.",
    asks={
        "RequestLinks": LINKS,
        "TakeConfirmation, portal: `processed`": PLACED,
        "TakeConfirmation, portal: refused": portal_says(
            "portal-a", receive_id="no", success=False, status=4099, url_status=None
        ),
        "TakeConfirmation, portal: `expired`": LOST,
        "TakeConfirmation, portal: something else": portal_says(
            "portal-a", receive_id="odd", url_status="initialized"
        ),
        "ReportInitialActivation, a later end": LATER_END,
        "TakeConfirmation, portal: the refresh `processed`": portal_says("portal-a", 2),
        "TakeConfirmation, portal: the refresh refused": portal_says(
            "portal-a", 2, receive_id="no-2", success=False, status=4099, url_status=None
        ),
    },
    name=link_name,
    given=asked(CREATE, ENTITLED),
)
MESSAGE = Machine(
    title="Message to a registry or a portal",
    prose="What came of sending one message; the first outcome counts. Giving up is no outcome: "
    "the partner may still take it when it is sent again. What the partner confirms later is in "
    "the tables above.",
    asks={
        "RecordRequestTaken": RecordRequestTaken(partner="publisher", number=1),
        "RecordRequestRejected": RecordRequestRejected(
            partner="publisher", number=1, http_status=400, status=11
        ),
        "RecordRequestDropped": RecordRequestDropped(
            partner="publisher", number=1, reason="person-forgotten"
        ),
        "RecordRequestGivenUp": RecordRequestGivenUp(partner="publisher", number=1, attempts=5),
        "any of them for a message that was never sent": RecordRequestTaken(
            partner="publisher", number=2
        ),
    },
    name=message_name,
    given=asked(CREATE),
)
ANSWER = Machine(
    title="Answer to the shop",
    prose="The same for a DeliveryOrderConfirmation, which is never dropped: no person is in it.",
    asks={
        "RecordConfirmationTaken": RecordConfirmationTaken(number=1),
        "RecordConfirmationRejected": RecordConfirmationRejected(
            number=1, http_status=400, status=11
        ),
        "RecordConfirmationGivenUp": RecordConfirmationGivenUp(number=1, attempts=5),
        "any of them for an answer that was never sent": RecordConfirmationTaken(number=2),
    },
    name=message_name,
    given=asked(RECEIVE, complete(3, 0)),
)
USERS = Machine(
    title="List of users",
    prose="The users that one request for an order named; 500 to a fact.",
    asks={"ListUsers": ListUsers(subject_ids=(PUPIL,), user_reference_ids=(PUPIL,))},
    name=lambda history: "written" if history else NOTHING,
)
PARTNER = Machine(
    title="Partner",
    prose="The newest registration counts.",
    asks={
        "RegisterPartner": PORTAL,
        "RegisterPartner, something else": replace(PORTAL, title="Another title"),
        "RegisterPartner, incomplete": replace(PORTAL, url=""),
    },
    name=lambda history: "registered" if history else NOTHING,
)
PRODUCT = Machine(
    title="Product",
    prose="The newest listing counts.",
    asks={
        "ListProduct": BOOK,
        "ListProduct, something else": replace(BOOK, title="Another title"),
        "ListProduct, incomplete": replace(BOOK, registry=""),
        "ListProduct, of another provider": replace(BOOK, provider="another"),
        "DescribeProduct": DESCRIBE_BOOK,
        "MissProduct": MISS_BOOK,
    },
    name=product_name,
)
CATALOGUE = Machine(
    title="Catalogue of a provider",
    prose="The newest decision counts.",
    asks={
        "FollowCatalogue": FOLLOW,
        "FollowCatalogue, another registry": replace(FOLLOW, registry="another"),
        "FollowCatalogue, incomplete": replace(FOLLOW, registry=""),
        "LeaveCatalogue": LEAVE,
    },
    name=catalogue_name,
)
MACHINES = (
    DELIVERY_ORDER,
    ENTITLEMENT,
    LINK,
    MESSAGE,
    ANSWER,
    USERS,
    INCIDENT,
    PARTNER,
    PRODUCT,
    CONTRACT,
    FORECAST,
    CATALOGUE,
    RESOLUTION,
    CODE_STOCK,
    ROSTER,
    *CONSENTS,
)
