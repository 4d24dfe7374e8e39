"""What is a dashboard told of an entitlement when its school consents, perhaps again?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce

from aanspraak.domain.recorded import Recorded
from projections.entitlement_details import EntitlementDetails, fold
from projections.order_trace import entitlement_has_ended
from projections.public_events import FOR_DASHBOARDS

NOBODY: EntitlementDetails | None = None


def story(
    history: Sequence[Recorded], until: int, ended: int | None, today: date
) -> list[Recorded]:
    """The facts of one entitlement before a position, for a dashboard that may hear of it now.

    All of them for one that lives, and for one that ended while the consent, which once was there
    (`ended` at a position), was not. A dashboard that hears a fact twice knows it by its id.
    """
    known = [recorded for recorded in history if recorded.position < until]
    row = reduce(fold, known, NOBODY)
    if row is None or (entitlement_has_ended(row, today) and not _changed_since(known, ended)):
        return []
    return [recorded for recorded in known if type(recorded.event) in FOR_DASHBOARDS]


def _changed_since(known: Sequence[Recorded], ended: int | None) -> bool:
    """It was there before the consent ended, and something happened to it afterwards."""
    return ended is not None and known[0].position < ended < known[-1].position
