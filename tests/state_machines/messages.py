"""The machines of a message: what came of sending it, to a partner or to the shop."""

from __future__ import annotations

from aanspraak.domain.delivery_order import events as order_facts
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
    RecordConfirmationTaken,
    SendConfirmationsAgain,
)
from aanspraak.domain.entitlement import events as entitlement_facts
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
    RecordRequestTaken,
)
from tests.domain.entitlements import CREATE
from tests.domain.orders import RECEIVE, complete
from tests.spec import asked
from tests.state_machines.explore import History, Machine


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
        "SendConfirmationsAgain": SendConfirmationsAgain(shop=RECEIVE.shop),
        "any of them for an answer that was never sent": RecordConfirmationTaken(number=9),
    },
    name=message_name,
    given=asked(RECEIVE, complete(3, 0)),
)
