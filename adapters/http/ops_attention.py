"""The operator's question in the morning: what needs somebody now?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from adapters.http.arrays import JSON
from adapters.http.attention_answers import attention
from adapters.http.openapi import one, problems
from adapters.http.operators import OPENED, Operating
from adapters.http.trace_viewers import moment_of
from adapters.wire import attention_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.outgoing import encode

router = APIRouter(prefix=ops_v1.BASE_PATH, tags=["Operations"])


@router.get(
    "/attention",
    operation_id="show-attention",
    summary="What needs somebody now?",
    responses={200: one(wire.Attention), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def show_attention(
    call: Operating,
    language: Annotated[Literal["en", "nl"], Query(description="The language of the texts.")] = (
        "en"
    ),
) -> Response:
    """Open incidents, partners that get nothing, what is overdue, waits, failed, or stands."""
    services = call.services
    answer = await attention(
        services.pool,
        moment_of(services),
        over_kafka=services.settings.channel == "kafka",
        language=language,
    )
    return Response(encode(answer), media_type=JSON)
