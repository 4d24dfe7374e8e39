"""What somebody does on a page, on record: who they are, and the reason that they gave."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.console.visits import Visit
from adapters.http.operators import OperatorCall, Signed

THROUGH: Final = "console"
SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 2000


class ReasonMissing(Exception):
    """Why it is done must be said, in a few words at least."""


def call_of(visit: Visit) -> OperatorCall:
    """The visit as what the operator's calls of the API work with."""
    return OperatorCall(
        request=visit.request, services=visit.services, through=THROUGH, believed=True
    )


def actor_of(visit: Visit) -> str:
    """How facts name who acts."""
    return f"operator:{visit.session.subject_id}"


async def sign(visit: Visit, about: UUID | None = None) -> Signed:
    """Put the form's reason into the vault, to be forgotten with the person that it is about.

    Raises:
        ReasonMissing: there is none.
    """
    reason = visit.form.get("reason", "").strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissing
    reason_id = await visit.services.vault.keep_text(reason, about)
    return Signed(actor=actor_of(visit), reason_id=reason_id)
