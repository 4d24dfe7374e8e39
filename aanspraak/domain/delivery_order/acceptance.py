"""When a new DeliveryOrder is taken: what it must say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain import lanes
from aanspraak.domain.contract_terms import MANUAL
from aanspraak.domain.delivery_order.catalogue_check import check_product, product_warnings
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.delivery_order.quantity import check_quantities
from aanspraak.domain.delivery_order.request import request_digest
from aanspraak.domain.errors import (
    CodeRevokedBefore,
    CodeUnknown,
    CodeUsed,
    DatesReversed,
    DomainError,
    GroupUnknown,
    OrderUnknown,
    PortalUnknown,
    RosterNotImported,
    SelectionMissing,
    StatusNotAskable,
    StudyUnknown,
    SubjectUnknown,
    TooManyUsers,
    UsersMissing,
)

if TYPE_CHECKING:
    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.product_terms import ProductTerms

OPEN_DELIVERY_TYPES: Final = (
    "school-all",
    "school-admin",
    "school-studies",
    "school-subjects",
    "school-groups",
)
"""The delivery types that name no users: the roster of the school knows who they are."""
UNKNOWN_IN_SELECTION: Final[dict[str, type[DomainError]]] = {
    "school-studies": StudyUnknown,
    "school-subjects": SubjectUnknown,
    "school-groups": GroupUnknown,
}
_SAME_IN_FACT: Final = (
    "delivery_order_id",
    "shop",
    "reference_id",
    "contract_id",
    "buyer_school_id",
    "buyer_subject_id",
    "product_id",
    "delivery_type",
    "school_id",
    "organisation_master_identifier",
    "organisation_ids",
    "users_stream",
    "users_count",
    "users_digest",
    "selection",
    "quantities",
    "total_quantity",
    "start_date",
    "activation_until_date",
    "date_created",
    "date_last_modified",
)


def accept(command: ReceiveDeliveryOrder) -> DeliveryOrderReceived:
    """A new order as it is taken; raises the first reason why it cannot be."""
    product = _check(command)
    same = {name: getattr(command, name) for name in _SAME_IN_FACT}
    return DeliveryOrderReceived(
        **same,
        request_digest=request_digest(command),
        portals=tuple(dict.fromkeys(command.portals)),
        registry=product.registry,
        bundled_products=product.bundled_products,
        expiration_date=product.licence_period.expected_end(
            command.start_date, command.activation_until_date
        ),
        held=command.contract.release == MANUAL,
        on_full=command.contract.on_full,
        lane=_lane(command),
        warnings=product_warnings(command, product),
    )


def _check(command: ReceiveDeliveryOrder) -> ProductTerms:
    """The terms a new order is taken on, when there is no reason why it cannot be."""
    _check_wish(command)
    if command.activation_until_date < command.start_date:
        raise DatesReversed
    product = check_product(command)
    if command.unknown_portals:
        raise PortalUnknown(", ".join(f"portals[{place}]" for place in command.unknown_portals))
    if command.delivery_type in OPEN_DELIVERY_TYPES:
        _check_selection(command)
        check_quantities(command)
    else:
        _check_users(command)
    return product


def _check_users(command: ReceiveDeliveryOrder) -> None:
    if not command.users_count:
        raise UsersMissing
    if command.users_count > command.user_limit:
        raise TooManyUsers(f"{command.users_count} named, {command.user_limit} allowed")
    for places, refusal in (
        (command.codes_unknown, CodeUnknown),
        (command.codes_revoked, CodeRevokedBefore),
        (command.codes_taken, CodeUsed),
    ):
        if places:
            raise refusal(", ".join(f"activationCodes[{place}]" for place in places))


def _check_selection(command: ReceiveDeliveryOrder) -> None:
    if command.no_roster:
        raise RosterNotImported
    unknown = UNKNOWN_IN_SELECTION.get(command.delivery_type)
    if unknown is None:
        return
    if not command.selection or not all(command.selection):
        raise SelectionMissing
    if command.unknown_selection:
        raise unknown(", ".join(f"number {place + 1}" for place in command.unknown_selection))


def _lane(command: ReceiveDeliveryOrder) -> str:
    """Nobody knows how many an open order will have, so it goes with the large ones."""
    open_type = command.delivery_type in OPEN_DELIVERY_TYPES
    return lanes.BULK if open_type or command.users_count > command.small_order else lanes.PROMPT


def _check_wish(command: ReceiveDeliveryOrder) -> None:
    if command.wished_status == "created":
        raise StatusNotAskable("created")
    if command.wished_status != "ordered":
        raise OrderUnknown
