"""The rules of a school's portals: what an operator decides goes before what orders name."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aanspraak.domain.errors import PortalNotAtSchool
from aanspraak.domain.school.commands import AddPortal, RemovePortal, ReplacePortal
from aanspraak.domain.school.events import PortalAdded, PortalRemoved, PortalReplaced

if TYPE_CHECKING:
    from aanspraak.domain.school.commands import SchoolCommand
    from aanspraak.domain.school.events import SchoolEvent
    from aanspraak.domain.school.state import SchoolPortals


def decide(command: SchoolCommand, state: SchoolPortals) -> tuple[SchoolEvent, ...]:
    """Return the facts that follow; () means it was already so."""
    school_id, portal, reason_id = command.school_id, command.portal, command.reason_id
    match command:
        case AddPortal():
            if portal in state.added:
                return ()
            return (PortalAdded(school_id=school_id, portal=portal, reason_id=reason_id),)
        case RemovePortal():
            if not state.may_have(portal):
                return ()
            return (PortalRemoved(school_id=school_id, portal=portal, reason_id=reason_id),)
        case ReplacePortal():
            return _replace(command, state)
        case _:
            assert_never(command)


def _replace(command: ReplacePortal, state: SchoolPortals) -> tuple[SchoolEvent, ...]:
    """What is gone cannot be replaced; unless it was replaced by just this one."""
    portal, new_portal = command.portal, command.new_portal
    if portal == new_portal:
        return ()
    if not state.may_have(portal):
        if state.instead.get(portal) == new_portal:
            return ()
        raise PortalNotAtSchool
    replaced = PortalReplaced(
        school_id=command.school_id,
        portal=portal,
        new_portal=new_portal,
        reason_id=command.reason_id,
    )
    return (replaced,)
