"""The rules of an incident: what is open is not opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.incident.events import IncidentEvent, IncidentOpened

if TYPE_CHECKING:
    from aanspraak.domain.incident.commands import IncidentCommand


def decide(command: IncidentCommand, state: bool) -> tuple[IncidentEvent, ...]:  # noqa: FBT001 - a state
    """Return the facts that follow; () means it was already so."""
    if state:
        return ()
    return (
        IncidentOpened(
            party=command.party,
            code=command.code,
            kind=command.kind,
            concerning=command.concerning,
            order=command.order,
            entitlement_id=command.entitlement_id,
            text_id=command.text_id,
        ),
    )
