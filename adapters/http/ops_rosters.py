"""The operator's calls about rosters: from where a school's comes, and one out of a file."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response

from aanspraak.domain.errors import RosterNotFollowable
from aanspraak.domain.partner.decide import ADMINISTRATION
from adapters.http.arrays import JSON
from adapters.http.openapi import one, problems, taking
from adapters.http.operators import OPENED, Operating, OperatorCall, Signed
from adapters.postgres.roster_desk import Asker, RosterDesk, RosterSource, asked_as
from adapters.postgres.roster_import import Imported, import_lines
from adapters.wire import ops_rosters_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode
from adapters.wire.parsing import parse
from adapters.wire.roster_file import BadLine, judge

router = APIRouter(prefix=ops_v1.BASE_PATH + "/rosters", tags=["Operations"])


@router.post(
    "/follow",
    operation_id="follow-roster",
    summary="Take a school's roster from its administration from now on",
    responses={200: one(wire.RosterFollowed), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.FollowRoster) | OPENED,
)
async def follow_roster(call: Operating) -> Response:
    """The newest counts; an administration is asked at once, without one there are only files."""
    body = parse(wire.FollowRoster, await call.body())
    await _require_administration(call, body.provider)
    named = body.school.aliases()
    school = await call.services.vault.school_id(*named)
    asker = _asker(call, await call.sign(body))
    source = RosterSource(provider=body.provider, sector=body.sector, asked=asked_as(*named))
    result = await _desk(call).follow(school.school_id, source, asker)
    if result.refusal is not None:
        raise result.refusal
    if school.conflict:
        await _desk(call).report_names(school.school_id, asker)
    outcome = "followed" if result.events else "unchanged"
    return Response(encode(wire.RosterFollowed(outcome=outcome)), media_type=JSON)


@router.post(
    "/import",
    operation_id="import-rosters",
    summary="Take rosters out of a file",
    responses={200: one(wire.RostersImported), **problems(400, 403, 413, 415, 503)},
    openapi_extra=taking(wire.ImportRosters) | OPENED,
)
async def import_rosters(call: Operating) -> Response:
    """Each line is judged alone, and the good ones count."""
    body = parse(wire.ImportRosters, await call.body())
    lines = judge(enumerate(body.lines, start=1), body.school)
    asker = _asker(call, await call.sign(body))
    imported = await import_lines(_desk(call), call.services.vault, lines.good, asker)
    answer = wire.RostersImported(
        taken=tuple(map(_taken, imported)), refused=tuple(map(_refused, lines.bad))
    )
    return Response(encode(answer), media_type=JSON)


async def _require_administration(call: OperatorCall, provider: str | None) -> None:
    if provider is None:
        return
    partner = await call.services.directory.partner(provider)
    if partner is None or partner.role != ADMINISTRATION:
        raise RosterNotFollowable("provider is no student administration")


def _desk(call: OperatorCall) -> RosterDesk:
    services = call.services
    grace = timedelta(seconds=services.settings.leaver_grace_seconds)
    return RosterDesk(services.pool, services.vault, now=services.now, grace=grace)


def _asker(call: OperatorCall, signed: Signed) -> Asker:
    return Asker(
        actor=signed.actor,
        party="operator",
        correlation_id=call.correlation_id,
        reason_id=signed.reason_id,
    )


def _taken(imported: Imported) -> wire.RosterTaken:
    taken = imported.taken
    return wire.RosterTaken(
        school=imported.school,
        version=taken.version,
        members=taken.members,
        joined=taken.joined,
        left=taken.left,
    )


def _refused(bad: BadLine) -> wire.LineRefused:
    return wire.LineRefused(line=bad.number, message="; ".join(map(str, bad.problems)))
