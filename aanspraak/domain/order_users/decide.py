"""The rules of a list of users: it is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.order_users.events import OrderUsersEvent, UsersListed

if TYPE_CHECKING:
    from aanspraak.domain.order_users.commands import OrderUsersCommand

USERS_PER_FACT: Final = 500
"""Two facts follow for each user, and a transaction holds at most 1,000."""


def decide(command: OrderUsersCommand, state: bool) -> tuple[OrderUsersEvent, ...]:  # noqa: FBT001 - a state
    """Return the facts that follow; () means it was already so."""
    if state:
        return ()
    return tuple(
        UsersListed(
            subject_ids=command.subject_ids[start : start + USERS_PER_FACT],
            user_reference_ids=command.user_reference_ids[start : start + USERS_PER_FACT],
        )
        for start in range(0, len(command.subject_ids), USERS_PER_FACT)
    )
