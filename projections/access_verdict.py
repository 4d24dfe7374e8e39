"""Whether this pupil can open this product: of all that the person has, what comes nearest."""

from __future__ import annotations

from typing import Final, NamedTuple

from projections.access import LINK, Access, Candidate, Cause, Known, chain_of, has_a_link
from projections.access_causes import CHAIN, without_entitlement

HARMLESS: Final = ("assigned-by-school",)
"""What has to be told, and keeps nobody from opening it."""
OVER: Final = (
    "cancelled-with-order",
    "left-the-roster",
    "used-up",
    "forgotten",
    "cancelled",
    "activation-period-over",
    "licence-over",
)
"""What nothing can be done about with this entitlement: another one has to come."""
LATER: Final = ("not-started",)


class _Judged(NamedTuple):
    candidate: Candidate
    causes: tuple[Cause, ...]

    @property
    def can_open(self) -> bool:
        return not self.keeping

    @property
    def keeping(self) -> tuple[Cause, ...]:
        """What of it keeps the person from opening it."""
        linked = has_a_link(self.candidate)
        return tuple(cause for cause in self.causes if _keeps(cause, linked=linked))

    @property
    def nearness(self) -> tuple[bool, bool, bool, int, int]:
        """What can be opened goes first, what is over last; of two alike the newest."""
        keys = {cause.key for cause in self.causes}
        row = self.candidate.row
        return (
            not self.can_open,
            bool(keys & {*OVER}),
            bool(keys & {*LATER}),
            -row.start_date.toordinal(),
            -row.turn,
        )

    @property
    def is_over(self) -> bool:
        return any(cause.key in OVER for cause in self.causes)


def judge(known: Known) -> Access:
    """Whether it can be opened, the chain, and what is wrong, the first thing first.

    When all that the person has is over, why there is nothing new comes first.
    """
    judged = sorted(
        (_Judged(each, _causes(each, known)) for each in known.candidates),
        key=lambda one: one.nearness,
    )
    if not judged:
        causes = tuple(without_entitlement(known))
        return Access(can_open=False, steps=(), causes=causes, row=None, keeps=causes[0])
    best = judged[0]
    newer = _nothing_newer(known, best) if best.is_over and not best.can_open else ()
    wrong = frozenset(
        (cause.step, cause.partner if cause.step in ("registry", LINK) else None)
        for cause in best.causes
        if cause.key not in HARMLESS
    )
    return Access(
        can_open=best.can_open,
        steps=tuple(chain_of(best.candidate, wrong)),
        causes=(*newer, *best.causes),
        row=best.candidate.row,
        keeps=next(iter((*newer, *best.keeping)), None),
    )


def _causes(candidate: Candidate, known: Known) -> tuple[Cause, ...]:
    return tuple(cause for find in CHAIN for cause in find(candidate, known))


def _nothing_newer(known: Known, best: _Judged) -> tuple[Cause, ...]:
    """Why a newer order of the school gives the person nothing; () when there is no such order."""
    others = tuple(
        each for each in known.orders if each.order.order_id != best.candidate.row.order_id
    )
    found = tuple(without_entitlement(known._replace(orders=others))) if others else ()
    told = ("order-cancelled", "other-school-year")
    return tuple(cause for cause in found if cause.key not in told)


def _keeps(cause: Cause, *, linked: bool) -> bool:
    """A link that is missing in one portal keeps nobody from opening it in another."""
    return cause.key not in HARMLESS and not (cause.step == LINK and linked)
