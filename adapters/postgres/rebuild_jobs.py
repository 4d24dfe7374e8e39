"""Asking for a view to be compared or rebuilt by a job; which views there are, and which not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec

from aanspraak.domain import ids
from aanspraak.domain.job.commands import AskJob
from aanspraak.domain.job.events import COMPARE_VIEW, REBUILD_VIEW
from adapters.postgres import job_orders
from adapters.postgres.differences import Compared, differences
from adapters.postgres.job_story import found_by, is_anybody_able
from adapters.postgres.policy_rebuild import FOLLOWER
from adapters.postgres.rebuild import NOT_REBUILT, projection_named
from adapters.postgres.rebuild_difference import Difference, Example
from adapters.postgres.rebuild_only import ABOUT_ORDERS, require_about_orders
from adapters.wire.jobs_v1 import JobAbout
from adapters.wire.rebuilds_v1 import FoundDifference, LastCompared, View
from projections.registry import PROJECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.postgres.on_behalf import Operator

COUNTS: Final = "`aanspraak rebuild policies` counts anew, while its follower stands still"


class NobodyAble(Exception):
    """No worker was heard lately that may rebuild views; operations.md says what it needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A view, whole or only what is about an order, an entitlement or a school."""

    view: str
    delivery_order_id: UUID | None = None
    entitlement_id: UUID | None = None
    school_id: UUID | None = None

    @property
    def is_part(self) -> bool:
        """Whether it is not the whole view."""
        return any((self.delivery_order_id, self.entitlement_id, self.school_id))


async def views(conn: AsyncConnection[Any]) -> list[View]:
    """Every view and how it compared last; and what else people might want to rebuild, and why not.

    To compare a view takes as long as to rebuild it, so what that came to last is kept.
    """
    last = {one.view: _last(one) for one in await differences(conn)}
    found = [
        View(
            name=one.name,
            rebuilt=True,
            in_part=one.name in ABOUT_ORDERS,
            compared=last.get(one.name),
        )
        for one in PROJECTIONS
    ]
    others = {**NOT_REBUILT, FOLLOWER: COUNTS}
    return found + [View(name=name, rebuilt=False, why_not=why) for name, why in others.items()]


def _last(one: Compared) -> LastCompared:
    return LastCompared(
        compared_at=one.compared_at,
        position=one.position,
        dry_run=one.dry_run,
        appear=one.appear,
        vanish=one.vanish,
        change=one.change,
    )


async def ask_rebuild(
    conn: AsyncConnection[Any],
    by: Operator,
    meant: Meant,
    *,
    dry_run: bool,
    silence_seconds: float,
) -> UUID:
    """Have it compared or rebuilt by a worker; the job's id.

    Raises NotRebuildable or NobodyAble.
    """
    projection = projection_named(meant.view)
    if meant.is_part:
        require_about_orders(projection)
    if not await is_anybody_able(conn, REBUILD_VIEW, silence_seconds):
        raise NobodyAble(NobodyAble.__doc__)
    job_id = uuid4()
    async with conn.transaction():
        await job_orders.ask(conn, by, job_id, _command(meant, dry_run=dry_run), _about(meant))
    return job_id


async def difference_of(conn: AsyncConnection[Any], job_id: UUID) -> FoundDifference | None:
    """What a job found that would change, or that it changed; None when it found nothing yet."""
    found = await found_by(conn, job_id)
    return None if found is None else msgspec.convert(found, FoundDifference)


def difference_in(found: FoundDifference) -> Difference:
    """The difference that was kept."""
    examples = [
        Example(kind=one.kind, key=one.key, fields={x.field: (x.now, x.then) for x in one.fields})
        for one in found.examples
    ]
    return Difference(
        view=found.view,
        appear=found.appear,
        vanish=found.vanish,
        change=found.change,
        examples=tuple(examples),
    )


def as_found(difference: Difference) -> dict[str, Any]:
    """A difference as it is kept with its job."""
    examples = [
        {"kind": one.kind, "key": dict(one.key), "fields": _fields(one.fields)}
        for one in difference.examples
    ]
    counts = {name: getattr(difference, name) for name in ("appear", "vanish", "change")}
    return {"view": difference.view, **counts, "examples": examples}


def _fields(fields: Mapping[str, tuple[object, object]]) -> list[dict[str, object]]:
    return [{"field": name, "now": now, "then": then} for name, (now, then) in fields.items()]


def _command(meant: Meant, *, dry_run: bool) -> AskJob:
    order = meant.delivery_order_id
    return AskJob(
        kind=COMPARE_VIEW if dry_run else REBUILD_VIEW,
        amount=None,
        confirm_above=0,
        order=ids.order_stream(order) if order else None,
        stream_id=meant.entitlement_id or meant.school_id,
        what=meant.view,
    )


def _about(meant: Meant) -> dict[str, Any]:
    about = JobAbout(
        view=meant.view,
        delivery_order_id=meant.delivery_order_id,
        entitlement_id=meant.entitlement_id,
        school_id=meant.school_id,
    )
    return dict(msgspec.to_builtins(about))
