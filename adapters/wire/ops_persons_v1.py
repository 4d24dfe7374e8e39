"""Operations on persons: to forget one, as the law gives them a right to."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.wire.message import Maybe
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference, UserReference


class ForgetUser(Act):
    """The body that names whom to forget; an ASI holds within a school, so that goes with it.

    `force`: also somebody who is in a followed roster or has a live entitlement. `atOnce`: without
    waiting for messages about them that are under way; those are dropped. `dryRun`: only count.
    """

    user: UserReference
    school: Maybe[SchoolReference] = None
    force: bool = False
    at_once: bool = False
    dry_run: bool = False


class PersonForgetting(Outgoing, frozen=True, kw_only=True):
    """What came of it, and how much it touched or would touch.

    `outcome`: would-be-forgotten, would-be-refused, under-way or forgotten. `underWay`: how many
    entitlements a partner has to hear of first; ask again later.
    """

    outcome: str
    subject_id: UUID
    identifiers: int
    references: int
    texts: int
    held_activations: int
    answers: int
    rosters: int
    live_entitlements: int
    unused_entitlements: int
    under_way: int


READ: Final = (ForgetUser,)
WRITTEN: Final = (PersonForgetting,)
