"""Whether this pupil can open this product: of all that the person has, what comes nearest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from projections.access import (
    LINK,
    Access,
    Candidate,
    Cause,
    Known,
    Step,
    chain_of,
    has_a_link,
)
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
    """`keeping`: what of the causes keeps the person from opening it."""

    candidate: Candidate
    causes: tuple[Cause, ...]
    keeping: tuple[Cause, ...]

    @property
    def can_open(self) -> bool:
        return not self.keeping

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
    best = _best(known)
    access = _access(known, best)
    return access._replace(steps=tuple(_chain(best))) if best else access


def judge_without_chain(known: Known) -> Access:
    """The same without the steps: of many at once nobody looks at those."""
    return _access(known, _best(known))


def _best(known: Known) -> _Judged | None:
    judged = [_judged(each, known) for each in known.candidates]
    if len(judged) > 1:
        judged.sort(key=lambda one: one.nearness)
    return judged[0] if judged else None


def _access(known: Known, best: _Judged | None) -> Access:
    if best is None:
        causes = tuple(without_entitlement(known))
        return Access(can_open=False, steps=(), causes=causes, row=None, keeps=causes[0])
    newer = _nothing_newer(known, best) if best.is_over and not best.can_open else ()
    return Access(
        can_open=best.can_open,
        steps=(),
        causes=(*newer, *best.causes),
        row=best.candidate.row,
        keeps=next(iter((*newer, *best.keeping)), None),
    )


def _chain(best: _Judged) -> Iterator[Step]:
    wrong = frozenset(
        (cause.step, cause.partner if cause.step in ("registry", LINK) else None)
        for cause in best.causes
        if cause.key not in HARMLESS
    )
    return chain_of(best.candidate, wrong)


def _judged(candidate: Candidate, known: Known) -> _Judged:
    causes = tuple(cause for find in CHAIN for cause in find(candidate, known))
    if not causes:
        return _Judged(candidate, (), ())
    linked = has_a_link(candidate)
    keeping = tuple(cause for cause in causes if _keeps(cause, linked=linked))
    return _Judged(candidate, causes, keeping)


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
