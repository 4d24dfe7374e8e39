"""Where streams live: ids follow from what they name, so asking twice names the same thing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from datetime import date

HUB = UUID("5d1f6f5e-8a53-5c0e-9b0a-3d6c1a0f7e21")
"""The namespace of everything this hub names. Changing it would rename all history."""

_PREFIX_BYTES = 6
_REMEMBERED = 2_000


def order_stream(delivery_order_id: UUID) -> UUID:
    """The stream of a DeliveryOrder."""
    return uuid5(HUB, str(delivery_order_id))


@lru_cache(maxsize=_REMEMBERED)
def entitlement_id(order: UUID, subject_id: UUID, turn: int) -> UUID:
    """The Entitlement of a person (or code) in an order; a user who comes back gets the next turn.

    It begins with the first six bytes of the order's stream, so that an order lies together in the
    log and is read, rebuilt or cut by one index range. Remembered, for it is asked by whoever
    addresses an entitlement, and again by its rules.
    """
    return _beside(order, f"{subject_id}/{turn}")


def users_stream(order: UUID, request: str) -> UUID:
    """The stream with the list of users that one request named.

    `request` tells its reference id and its users: the same reference id may come with others.
    """
    return _beside(order, f"users/{request}")


def order_range(order: UUID) -> tuple[UUID, UUID]:
    """The first and last id that can lie beside this order."""
    prefix = order.bytes[:_PREFIX_BYTES]
    return UUID(bytes=prefix + bytes(10)), UUID(bytes=prefix + b"\xff" * 10)


def partner_stream(partner: str) -> UUID:
    """The stream of a partner of the hub."""
    return uuid5(HUB, f"partner/{partner}")


def product_stream(product_id: str) -> UUID:
    """The stream of a product in the catalogue."""
    return uuid5(HUB, f"product/{product_id}")


def catalogue_stream(provider: str) -> UUID:
    """The stream of whether a provider's catalogue is followed."""
    return uuid5(HUB, f"catalogue/{provider}")


def school_stream(school_id: UUID) -> UUID:
    """The stream of what an operator decided about a school: its portals."""
    return uuid5(HUB, f"school/{school_id}")


def roster_stream(school_id: UUID) -> UUID:
    """The stream of a school's roster: where it comes from, and each time it was taken."""
    return uuid5(HUB, f"roster/{school_id}")


def resolution_stream(order: UUID) -> UUID:
    """The stream with who joined and who left an order of an open delivery type."""
    return _beside(order, "resolution")


def contract_stream(contract_id: str) -> UUID:
    """The stream of a contract and its rules."""
    return uuid5(HUB, f"contract/{contract_id}")


def consent_stream(school_id: UUID, client: str, api: str, scope: str) -> UUID:
    """The stream of one consent: of a school, to a client, for a scope of an API."""
    return uuid5(HUB, f"consent/{school_id}/{client}/{api}/{scope}")


def consent_reference(consent: UUID, nth: int) -> UUID:
    """By which we name a consent to its partner: another one each time it is given again."""
    return uuid5(consent, f"reference/{nth}")


def code_stock_stream(product_id: str) -> UUID:
    """The stream of the activation codes in stock for a product."""
    return uuid5(HUB, f"codes/{product_id}")


def night_job(night: date) -> UUID:
    """The job, and the stream, of what is done in the night that began on this day."""
    return uuid5(HUB, f"night/{night}")


def dead_letter_stream(follower: str, position: int) -> UUID:
    """The stream of what was decided about a fact that a follower could not handle."""
    return uuid5(HUB, f"dead-letter/{follower}/{position}")


def forecast_stream(school_id: UUID, product_id: str, first: date, last: date) -> UUID:
    """The stream of what a school expects to need of a product from one day up to another."""
    return uuid5(HUB, f"forecast/{school_id}/{first}/{last}/{product_id}")


def person_stream(subject_id: UUID) -> UUID:
    """The stream of what is known of a pseudonym: that the person was forgotten."""
    return uuid5(HUB, f"person/{subject_id}")


def somebody_else(entitlement_id: UUID) -> UUID:
    """The pseudonym of whoever used this entitlement and is nobody we know; it leads nowhere."""
    return uuid5(entitlement_id, "somebody else")


def code_request_reference(product_id: str, number: int) -> str:
    """The reference id of the nth message about the codes of a product; it tells which stock."""
    return f"{code_stock_stream(product_id)}-{number}"


def code_request_of(reference_id: str) -> tuple[UUID, int] | None:
    """The stock and the number that such a reference id tells; None when it is none of ours."""
    stock, _, number = reference_id.rpartition("-")
    try:
        return UUID(stock), int(number)
    except ValueError:
        return None


def incident_stream(party: str, code: int, concerning: str) -> UUID:
    """The stream of the one incident per party, code and order (or other thing concerned)."""
    return uuid5(HUB, f"incident/{party}/{code}/{concerning}")


def request_reference(stream: UUID, partner: str, number: int) -> UUID:
    """The reference id of the nth message about a stream to a partner.

    It begins as the order does, so that what somebody reads out on the phone leads to it.
    """
    return _beside(stream, f"{partner}/{number}")


def confirmation_receive_id(order: UUID, number: int) -> UUID:
    """The receive id of the nth confirmation about an order; sent again, it stays the same."""
    return _beside(order, f"confirmation/{number}")


def _beside(order: UUID, name: str) -> UUID:
    return UUID(bytes=order.bytes[:_PREFIX_BYTES] + uuid5(order, name).bytes[_PREFIX_BYTES:])
