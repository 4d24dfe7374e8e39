"""How far an entitlement is, for counting: its outcome, and its step at each partner."""

from __future__ import annotations

from typing import NamedTuple

from projections import side as sides
from projections.entitlement_details import EntitlementDetails


class Progress(NamedTuple):
    """`settled`: it has an outcome. `delivered`: the user can use it. `steps`: per partner."""

    settled: bool
    delivered: bool
    action_needed: bool
    steps: tuple[tuple[str, str], ...]


def progress_of(row: EntitlementDetails) -> Progress:
    """Every link placed, refused or not sent is an outcome, and so is a refusing registry."""
    ready = row.status != "created"
    registry = row.sides.get(row.registry)
    links = [row.sides.get(portal) for portal in row.portals]
    known = [link.known for link in links if link is not None]
    settled = all(map(sides.settled, links)) if ready else sides.settled(registry)
    return Progress(
        settled=settled,
        delivered=settled and ready and ("placed" in known or "refused" not in known),
        action_needed=any(map(sides.needs_action, row.sides.values())),
        steps=(
            (row.registry, sides.step(registry)),
            *zip(row.portals, map(sides.step, links), strict=True),
        ),
    )
