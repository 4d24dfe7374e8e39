"""What we must remember of a contract: its terms, to see whether they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.contract_terms import ContractTerms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aanspraak.domain.contract.events import ContractEvent


def evolve(state: ContractTerms | None, event: ContractEvent) -> ContractTerms:  # noqa: ARG001 - the shape of every fold
    """The newest rules count."""
    return ContractTerms(
        contract_id=event.contract_id,
        release=event.release,
        on_full=event.on_full,
        quantity_floor=event.quantity_floor,
    )


def replay(history: Iterable[ContractEvent]) -> ContractTerms | None:
    """Fold a history."""
    state: ContractTerms | None = None
    for event in history:
        state = evolve(state, event)
    return state
