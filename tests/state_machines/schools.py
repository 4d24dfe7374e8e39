"""The machine of a school's portals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aanspraak.domain.school.state import replay
from tests.domain.schools import add, remove, swap
from tests.state_machines.explore import NOTHING, Machine

if TYPE_CHECKING:
    from tests.state_machines.explore import History

NAMED = "oost"


def school_name(history: History) -> str:
    """Where an order goes that names one portal."""
    if not history:
        return NOTHING
    portals = replay(history).of([NAMED])  # type: ignore[arg-type]
    return " and ".join(portals) or "nowhere"


SCHOOL = Machine(
    title="Portals of a school",
    prose="What operators decided, which goes before what orders name. The states are where an "
    "order goes that names the portal `oost`.",
    asks={
        "AddPortal `west`": add("west"),
        "RemovePortal `oost`": remove("oost"),
        "RemovePortal `west`": remove("west"),
        "ReplacePortal `oost` by `west`": swap("oost", "west"),
        "ReplacePortal `west` by `oost`": swap("west", "oost"),
    },
    name=school_name,
)
