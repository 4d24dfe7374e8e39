"""The machine of a school's roster."""

from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.roster import state as roster_state
from tests.domain.rosters import FOLLOW, TAKE_FAILED, taken
from tests.state_machines.explore import History, Machine


def roster_name(history: History) -> str:
    roster = roster_state.replay(history)  # type: ignore[arg-type]
    if roster.failing:
        return roster.failing
    return "taken" if roster.version else "not taken yet"


ROSTER = Machine(
    title="Roster of a school",
    prose="Where it comes from, what changed in it, and whether it can be taken.",
    asks={
        "FollowRoster": FOLLOW,
        "FollowRoster, another sector": replace(FOLLOW, sector="primary"),
        "FollowRoster, of vocational education": replace(FOLLOW, sector="vocational"),
        "FollowRoster, from files alone": replace(FOLLOW, provider=None, sector="vocational"),
        "RecordRosterTaken": taken(version=1),
        "RecordRosterTakeFailed": TAKE_FAILED,
        "RecordRosterTakeFailed, another reason": replace(TAKE_FAILED, reason="refused"),
    },
    name=roster_name,
)
