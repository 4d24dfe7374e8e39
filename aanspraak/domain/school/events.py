"""Facts about a school's portals. Append-only: never edit a field, add a version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PortalAdded:
    """Everything of the school goes to this portal too, whatever its orders name.

    `reason_id` is where the operator's words lie.
    """

    school_id: UUID
    portal: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PortalRemoved:
    """Nothing of the school goes to this portal any more, whatever its orders name."""

    school_id: UUID
    portal: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class PortalReplaced:
    """What goes to `portal` goes to `new_portal` instead."""

    school_id: UUID
    portal: str
    new_portal: str
    reason_id: UUID


SchoolEvent = PortalAdded | PortalRemoved | PortalReplaced
