"""How it stands at one partner: what was asked, what is known, and which exchanges are open."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from aanspraak.domain.entitlement.confirmation import LOST

CONFIRMED: Final = {
    "registry": ("created", "cancelled", "blocked"),
    "link": ("initialized", "cancelled", "blocked"),
    "confirmation": (),
}
"""The requests a partner confirms, per kind; every other one is done with its 202 (Entitlement API
1.1.0, and nothing confirms a DeliveryOrderConfirmation)."""

BY_SCHOOL: Final = "assigned-by-school"
"""A portal has it; who sees it there the school decides."""
DONE: Final = ("placed", "entitled")
TOLD_AGAIN: Final = ("entitled", "licensed")
"""What a registry is told of an entitlement that is what it was."""
WITHDRAWN: Final = ("cancelled", "blocked")
"""What is asked, and confirmed, of what is taken back."""
WITHHELD: Final = "no-consent"
"""What is known of a link that was not asked for, because the school does not consent."""
FAILED: Final = ("refused", *LOST)


class Exchange(NamedTuple):
    """A message that waits for its 202, or for its confirmation. Moments are UTC.

    `refresh`: the link was placed when this was asked, so nothing is reopened by it.
    """

    number: int
    kind: str
    asked: str
    reference_id: UUID
    lane: str
    asked_at: datetime
    taken_at: datetime | None = None
    refresh: bool = False
    given_up: bool = False


class Side(NamedTuple):
    """One partner's side of an entitlement or order.

    `asked` is the status last asked. `known` is what came of it: "" while nothing did, `entitled`,
    `placed`, `assigned-by-school`, `refused`, `dropped` or `no-consent` (not sent), or what became
    of it (`expired`, `cancelled`, `blocked`). `code` is the functional code of a refusal that
    nothing has mended yet.
    """

    asked: str = ""
    known: str = ""
    code: int | None = None
    open: tuple[Exchange, ...] = ()


NOBODY: Final = Side()
"""Before anything was asked."""


def ask(side: Side | None, exchange: Exchange) -> Side:
    """A message entered the flow."""
    if side is None:
        return Side(exchange.asked, open=(exchange,))
    if side.known in DONE and exchange.asked not in WITHDRAWN:
        exchange = exchange._replace(refresh=True)
    return Side(exchange.asked, side.known, side.code, (*side.open, exchange))


def take(side: Side, number: int, at: datetime) -> Side:
    """The partner answered with 202; that is all there is to it when nothing confirms it.

    So a registry that is told again what an entitlement is has it, whatever it refused before.
    """
    known, code = side.known, side.code
    still_open = []
    for exchange in side.open:
        if exchange.number != number:
            still_open.append(exchange)
            continue
        if exchange.asked in CONFIRMED[exchange.kind]:
            still_open.append(_taken(exchange, at))
        if exchange.kind == "registry" and exchange.asked in TOLD_AGAIN:
            known, code = "entitled", None
    return Side(side.asked, known, code, tuple(still_open))


def hand_over(side: Side, number: int) -> Side:
    """The portal has it, and need not place anything itself; what it did is better than that."""
    return side if side.known else end(side, number, BY_SCHOOL, side.code)


def confirm(side: Side, reference_id: UUID, known: str) -> Side:
    """The partner did what was asked. Each message tells the whole state: older ones are done."""
    return Side(side.asked, known, None, _open_after(side, reference_id))


def refuse(side: Side, reference_id: UUID, code: int) -> Side:
    """The partner will not do what was asked; what was there before stays there."""
    known = side.known if side.known in DONE else "refused"
    return Side(side.asked, known, code, _open_after(side, reference_id))


def lose(side: Side, reference_id: UUID, known: str) -> Side:
    """The partner reports that what was there is gone."""
    return Side(side.asked, known, side.code, _open_after(side, reference_id))


def close(side: Side, reference_id: UUID) -> Side:
    """A message was answered too late to matter; it is waited for no longer."""
    return side._replace(open=_open_after(side, reference_id))


def end(side: Side, number: int, known: str, code: int | None) -> Side:
    """A message ended without a confirmation: rejected with a 4xx (`refused`), or not sent."""
    kept = side.known if side.known in DONE else known
    still_open = tuple(exchange for exchange in side.open if exchange.number != number)
    return Side(side.asked, kept, code, still_open)


def give_up(side: Side, number: int) -> Side:
    """The last retry failed; the message stays open until somebody does something about it."""
    given_up = tuple(
        exchange._replace(given_up=exchange.given_up or exchange.number == number)
        for exchange in side.open
    )
    return side._replace(open=given_up)


def step(side: Side | None) -> str:
    """Where it is, in one word: what is known, or else how far the last message is."""
    if side is None:
        return "waiting"
    if side.known in DONE or not side.open:
        return side.known or "taken"
    last = side.open[-1]
    if last.given_up:
        return "given-up"
    return "taken" if last.taken_at else "asked"


def settled(side: Side | None) -> bool:
    """It has an outcome: done, refused or not sent; an unreachable partner is none."""
    return side is not None and side.known != "" and step(side) == side.known


def needs_action(side: Side) -> bool:
    """Somebody has to look at it: refused, lost, or given up; a refused refresh as well."""
    if side.code is not None:
        return True
    for exchange in side.open:
        if exchange.given_up:
            return True
    as_asked = side.known in WITHDRAWN and side.asked in WITHDRAWN
    return not side.open and side.known in FAILED and not as_asked


def _taken(exchange: Exchange, at: datetime) -> Exchange:
    """Made plainly: `_replace` takes three times as long, and every message comes through here."""
    return Exchange(
        exchange.number,
        exchange.kind,
        exchange.asked,
        exchange.reference_id,
        exchange.lane,
        exchange.asked_at,
        exchange.taken_at or at,
        exchange.refresh,
    )


def _open_after(side: Side, reference_id: UUID) -> tuple[Exchange, ...]:
    if len(side.open) == 1 and side.open[0].reference_id == reference_id:
        return ()
    answered = [exchange for exchange in side.open if exchange.reference_id == reference_id]
    if not answered:
        return side.open
    return tuple(exchange for exchange in side.open if exchange.number > answered[0].number)
