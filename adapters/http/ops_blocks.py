"""The operator's calls that take entitlements back for a while: block, and unblock."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.entitlement.commands import BlockEntitlement, UnblockEntitlement
from aanspraak.domain.errors import SchoolUnknown
from adapters.http.arrays import JSON, Rows, array_of
from adapters.http.openapi import many, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall, Signed
from adapters.http.person_answers import subject_of
from adapters.http.problems import Refused
from adapters.postgres.affected import (
    BLOCKED,
    LIVING,
    Affected,
    Selection,
    affected,
    is_touched,
    require_known,
)
from adapters.postgres.group_commit import Result
from adapters.security.persons import user_reference
from adapters.wire import ops_blocks_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse

UNKNOWN: Final = 4003
"""The user is unknown."""

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.post(
    "/entitlements/block",
    operation_id="block-entitlements",
    summary="Block entitlements for a while",
    responses={200: many(wire.BlockAnswer), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.Block) | OPENED,
)
async def block_entitlements(call: Operating) -> Response:
    """Registry and portals are asked; an answer per entitlement, or with `dryRun` the counts."""
    body = parse(wire.Block, await call.body())
    selection = await selected(call, body.entitlements)
    if body.dry_run:
        return await _counted(call, selection, LIVING)
    signed = await call.sign(body, await _about(call, selection))
    now = call.services.now()
    command = BlockEntitlement(
        reason_id=signed.reason_id, end_date=body.end_date or day_of(now), now=now
    )
    return await _carried_out(call, signed, selection, LIVING, command)


@router.post(
    "/entitlements/unblock",
    operation_id="unblock-entitlements",
    summary="Lift the block of entitlements",
    responses={200: many(wire.BlockAnswer), **problems(400, 403, 404, 413, 415, 503)},
    openapi_extra=taking(wire.Unblock) | OPENED,
)
async def unblock_entitlements(call: Operating) -> Response:
    """They are what they were, and their links come back."""
    body = parse(wire.Unblock, await call.body())
    selection = await selected(call, body.entitlements)
    if body.dry_run:
        return await _counted(call, selection, BLOCKED)
    signed = await call.sign(body, await _about(call, selection))
    command = UnblockEntitlement(reason_id=signed.reason_id, now=call.services.now())
    return await _carried_out(call, signed, selection, BLOCKED, command)


async def _about(call: OperatorCall, selection: Selection) -> UUID | None:
    """The one person that it is about, if it is about one."""
    own = await subject_of(call.services.reads, selection.entitlement_id)
    return own or selection.subject_id


async def selected(call: OperatorCall, meant: wire.Meant) -> Selection:
    """What is meant, in the hub's own ids.

    Raises:
        Refused: 404, nobody knows the user.
        SchoolUnknown, UnknownEntitlement, UnknownDeliveryOrder, ProductUnknown: nor the thing.
    """
    if meant.school is None:
        named = Selection(
            entitlement_id=meant.entitlement_id,
            delivery_order_id=meant.delivery_order_id,
            product_id=meant.product_id,
        )
        return await require_known(call.services.pool, named)
    vault, school = call.services.vault, meant.school
    pairs = [(one.organisation_id_type, one.organisation_id) for one in school.organisation_ids]
    found = await vault.find_school(school.organisation_master_identifier, pairs)
    if found is None:
        raise SchoolUnknown
    school_id = found.school_id
    if meant.user is None:
        return Selection(school_id=school_id)
    names = [(one.user_id_type, one.user_id) for one in meant.user.user_ids]
    person = user_reference(meant.user.user_master_identifier, names, scope=str(school_id))
    subject_id = await vault.find(person)
    if subject_id is None:
        raise Refused(404, UNKNOWN, "Nobody is known under these identifiers.")
    return Selection(school_id=school_id, subject_id=subject_id)


async def _counted(call: OperatorCall, selection: Selection, statuses: Sequence[str]) -> Response:
    meant, by_status = 0, Counter[str]()
    async for one in affected(call.services.pool, selection):
        meant += 1
        if is_touched(one, statuses):
            by_status[one.status] += 1
    counted = wire.BlockCount(
        dry_run=True, meant=meant, touched=by_status.total(), by_status=dict(by_status)
    )
    return Response(encode(counted), media_type=JSON)


async def _carried_out(
    call: OperatorCall,
    signed: Signed,
    selection: Selection,
    statuses: Sequence[str],
    command: object,
) -> Response:
    """What stands otherwise by now is asked too: the rules of each entitlement decide."""

    async def show(rows: Sequence[Affected]) -> list[wire.BlockAnswer]:
        asked = (call.submit(signed, row.entitlement_id, command) for row in rows)
        results = await asyncio.gather(*asked)
        return [_answer(row, result) for row, result in zip(rows, results, strict=True)]

    rows = Rows(rows=_touched(call, selection, statuses), show=show, id_of=_id_of)
    return await array_of(rows, call.request, None)


async def _touched(
    call: OperatorCall, selection: Selection, statuses: Sequence[str]
) -> AsyncIterator[Affected]:
    """One that was named itself gets an answer whatever it is."""
    async for one in affected(call.services.pool, selection):
        if selection.entitlement_id is not None or is_touched(one, statuses):
            yield one


def _answer(row: Affected, result: Result) -> wire.BlockAnswer:
    if result.refusal is not None:
        return wire.BlockAnswer(
            entitlement_id=row.entitlement_id, outcome="refused", message=str(result.refusal)
        )
    return wire.BlockAnswer(
        entitlement_id=row.entitlement_id, outcome="asked" if result.events else "unchanged"
    )


def _id_of(row: Affected) -> UUID:
    return row.entitlement_id
