"""The operator's look through the log: which facts, and the story that one belongs to."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from aanspraak.domain.status_codes import OTHER
from adapters.http.arrays import JSON
from adapters.http.fact_answers import answer_facts, answer_story
from adapters.http.openapi import one, problems
from adapters.http.operators import OPENED, Operating
from adapters.http.parameters import LARGEST_PART, Plain
from adapters.http.problems import Refused
from adapters.postgres.reads_facts import SPAN, Asked, streams_named
from adapters.wire import facts_v1 as wire
from adapters.wire import ops_v1
from adapters.wire.message import LAST_POSITION
from adapters.wire.outgoing import encode

USUAL: Final = 100

router = APIRouter(prefix=ops_v1.BASE_PATH + "/facts", tags=["Operations"])

Position = Annotated[int, Path(alias="position", ge=1, le=LAST_POSITION)]


class FactFilter(BaseModel):
    """Which facts, the newest first."""

    model_config = ConfigDict(frozen=True)

    topic: Plain | None = Field(None, description="Of this kind.")
    of: Plain | None = Field(
        None, description="About this entitlementId, deliveryOrderId, stream, partner or productId."
    )
    actor: Plain | None = Field(None, description="By this actor, a key.")
    correlation: Plain | None = Field(None, description="Of this story.")
    first: AwareDatetime | None = Field(None, alias="from", description="Recorded then or later.")
    last: AwareDatetime | None = Field(None, alias="to", description="Recorded before.")
    before: int | None = Field(None, ge=1, le=LAST_POSITION, description="Before this position.")
    limit: int = Field(USUAL, ge=1, le=LARGEST_PART, description="At most so many.")

    def asked(self) -> Asked:
        """What is asked for."""
        return Asked(
            topic=self.topic,
            streams=streams_named(self.of) if self.of else None,
            actor=self.actor,
            correlation=self.correlation,
            first=self.first,
            last=self.last,
            before=self.before,
            limit=self.limit,
        )


@router.get(
    "",
    operation_id="list-facts",
    summary="Which facts are in the log?",
    description=(
        "The newest first. Without `of`, at most "
        f"{SPAN:,} positions are looked through at a time; go on with the `before` of the answer."
    ),
    responses={200: one(wire.FactsFound), **problems(400, 403, 503)},
    openapi_extra=OPENED,
)
async def list_facts(call: Operating, wanted: Annotated[FactFilter, Query()]) -> Response:
    """The newest facts that are what is asked for, and how far was looked."""
    async with call.services.pool.connection() as conn:
        answer = await answer_facts(conn, call.services.vault, wanted.asked())
    return Response(encode(answer), media_type=JSON)


@router.get(
    "/{position}/story",
    operation_id="show-story",
    summary="What does a fact come of, and what came of it?",
    responses={200: one(wire.Story), **problems(400, 403, 404, 503)},
    openapi_extra=OPENED,
)
async def show_story(call: Operating, position: Position) -> Response:
    """All facts with the same correlation id, each after the one it came of."""
    async with call.services.pool.connection() as conn:
        answer = await answer_story(conn, call.services.vault, position)
    if answer is None:
        raise Refused(404, OTHER, "There is no fact at this position.")
    return Response(encode(answer), media_type=JSON)
