"""What may be asked of a school: other portals than its orders name."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AddPortal:
    """Have everything of the school go to this portal too; `reason_id` is in the vault."""

    school_id: UUID
    portal: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class RemovePortal:
    """Have nothing of the school go to this portal any more."""

    school_id: UUID
    portal: str
    reason_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReplacePortal:
    """Have what goes to `portal` go to `new_portal` instead."""

    school_id: UUID
    portal: str
    new_portal: str
    reason_id: UUID


SchoolCommand = AddPortal | RemovePortal | ReplacePortal
