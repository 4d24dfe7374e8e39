"""The machine of what the roster gives an open order."""

from __future__ import annotations

from aanspraak.domain.resolution import events as resolution_facts
from tests.domain.resolutions import END, RELEASE, holding, joining, leaving
from tests.state_machines.explore import History, Machine

NOTHING = "nothing yet"


def resolution_name(history: History) -> str:
    names: dict[type, str] = {
        resolution_facts.LeaversHeldBack: "leavers held back",
        resolution_facts.FollowingEnded: "not followed any more",
    }
    return names.get(type(history[-1]), "followed") if history else NOTHING


RESOLUTION = Machine(
    title="Resolution of an open order",
    prose="Whom the roster gave the order and whom it took back; what is not on this page is who "
    "that is: it is decided for all orders of a pool together.",
    asks={
        "ResolveUsers, somebody joins": joining(1),
        "ResolveUsers, somebody comes back": joining(1, turn=2),
        "ResolveUsers, somebody leaves": leaving(1),
        "ResolveUsers, too many would leave": holding(20, 100),
        "ReleaseLeavers": RELEASE,
        "EndFollowing": END,
    },
    name=resolution_name,
)
