"""How far an entitlement is, for counting: its outcome, and its step at each partner."""

from __future__ import annotations

from typing import NamedTuple

from projections import side as sides
from projections.entitlement_details import EntitlementDetails


class Progress(NamedTuple):
    """`settled`: it has an outcome. `delivered`: the user can use it. `steps`: per partner.

    `linked`: delivered with a link: it goes to some portal, and the school consents to one of them.
    """

    settled: bool
    delivered: bool
    linked: bool
    action_needed: bool
    steps: tuple[tuple[str, str], ...]


def progress_of(row: EntitlementDetails) -> Progress:
    """Every link placed, refused, lost or not sent is an outcome, and so is a refusing registry.

    What is cancelled has its outcome, and nobody can use it.
    """
    registry = row.sides.get(row.registry)
    ready = row.ready
    settled = ready or sides.settled(registry)
    placed = failed = withheld = False
    steps = [(row.registry, sides.step(registry))]
    for portal in row.portals:
        link = row.sides.get(portal)
        steps.append((portal, sides.step(link)))
        if ready and not sides.settled(link):
            settled = False
        elif link is not None:
            placed = placed or link.known == "placed"
            withheld = withheld or link.known == sides.WITHHELD
            failed = failed or (link.known in sides.FAILED and link.known != link.asked)
    cancelled = row.status == "cancelled"
    # What a registry refused of it matters no more; a link that was not taken away does.
    to_look_at = [side for partner, side in row.sides.items() if partner != row.registry]
    if registry is not None and not cancelled:
        to_look_at.append(registry)
    delivered = settled and ready and (placed or not failed) and not cancelled
    return Progress(
        settled or cancelled,
        delivered,
        delivered and bool(row.portals) and (placed or not withheld),
        any(map(sides.needs_action, to_look_at)),
        tuple(steps),
    )
