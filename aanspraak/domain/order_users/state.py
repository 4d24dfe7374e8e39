"""Of a list of users one thing must be remembered: that it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.order_users.events import OrderUsersEvent


def evolve(state: bool, event: OrderUsersEvent) -> bool:  # noqa: ARG001, FBT001 - the shape of every fold
    """The list is written."""
    return True


def replay(history: Iterable[OrderUsersEvent]) -> bool:
    """Fold a history."""
    return any(True for _ in history)
