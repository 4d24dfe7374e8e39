"""Consent API 0.9.1: portals and dashboards ask and confirm, administrations notify, all revoke."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from adapters.http.arrays import in_one
from adapters.http.auth import Admission, Call
from adapters.http.consent_intake import (
    take_confirmation,
    take_notification,
    take_request,
    take_revoke,
)
from adapters.http.consent_reads import Narrowed, OfSchool, school_statuses, statuses
from adapters.http.openapi import many, opened_by, problems, taking
from adapters.wire.consent_v0 import (
    BASE_PATH,
    ConsentConfirmation,
    ConsentNotification,
    ConsentRequest,
    ConsentRevoke,
    ConsentStatus,
)
from adapters.wire.parsing import parse

COUNTERPARTS: Final = Admission("eduv.consent")

router = APIRouter(prefix=BASE_PATH, tags=["Consent API"])

_Call = Annotated[Call, Depends(COUNTERPARTS)]
_TAKEN: Final = problems(400, 403, 413, 415, 503)
_SHOWN: Final = {200: many(ConsentStatus), **problems(400, 403, 404, 503)}


@router.get(
    "/consent/statuses",
    operation_id="get-consent-statuses",
    summary="GET ConsentStatuses",
    responses=_SHOWN,
    openapi_extra=opened_by(COUNTERPARTS.scopes),
)
async def get_consent_statuses(call: _Call, asked: Annotated[Narrowed, Query()]) -> Response:
    """All consents between the hub and who asks."""
    return in_one(await statuses(call, api=asked.api, since=asked.since))


@router.get(
    "/consent/statuses/school",
    operation_id="get-consent-statuses-by-school",
    summary="GET ConsentStatuses by School",
    responses=_SHOWN,
    openapi_extra=opened_by(COUNTERPARTS.scopes),
)
async def get_consent_statuses_by_school(
    call: _Call, asked: Annotated[OfSchool, Query()]
) -> Response:
    """Those of a school, or the one that a reference names."""
    return in_one(await school_statuses(call, asked))


@router.put(
    "/consent/requests",
    status_code=202,
    operation_id="put-consent-request",
    summary="PUT a ConsentRequest to Data Provider",
    responses=_TAKEN,
    openapi_extra=taking(ConsentRequest) | opened_by(COUNTERPARTS.scopes),
)
async def put_consent_request(call: _Call) -> Response:
    """A portal or dashboard asks; it waits until it is given here too."""
    await take_request(call, parse(ConsentRequest, await call.body()))
    return Response(status_code=202)


@router.put(
    "/consent/confirmations",
    status_code=202,
    operation_id="put-consent-confirmation",
    summary="PUT a ConsentConfirmation to Data Provider",
    responses=_TAKEN,
    openapi_extra=taking(ConsentConfirmation) | opened_by(COUNTERPARTS.scopes),
)
async def put_consent_confirmation(call: _Call) -> Response:
    """How it stands at a portal or dashboard that was notified."""
    await take_confirmation(call, parse(ConsentConfirmation, await call.body()))
    return Response(status_code=202)


@router.put(
    "/consent/notifications",
    status_code=202,
    operation_id="put-consent-notification",
    summary="PUT a ConsentNotification to Data Consumer",
    responses=_TAKEN,
    openapi_extra=taking(ConsentNotification) | opened_by(COUNTERPARTS.scopes),
)
async def put_consent_notification(call: _Call) -> Response:
    """How it stands at a student administration."""
    await take_notification(call, parse(ConsentNotification, await call.body()))
    return Response(status_code=202)


@router.put(
    "/consent/revokes",
    status_code=202,
    operation_id="put-consent-revoke",
    summary="PUT a ConsentRevoke to Data Provider or Data Consumer",
    responses=_TAKEN,
    openapi_extra=taking(ConsentRevoke) | opened_by(COUNTERPARTS.scopes),
)
async def put_consent_revoke(call: _Call) -> Response:
    """The other side takes its consent back."""
    await take_revoke(call, parse(ConsentRevoke, await call.body()))
    return Response(status_code=202)
