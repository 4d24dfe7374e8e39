"""Replaying a part of the log to Kafka, by operators: which facts, how many, and the job of it."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from adapters.wire.message import LAST_POSITION, Maybe, Moment, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing

TOPIC = r"^[A-Za-z0-9-]{1,100}$"

Position = Annotated[int, Field(ge=1, le=LAST_POSITION)]


class ReplayFacts(Act):
    """Publish a part of the log once more, to a topic `replay.<topic>` that no partner reads.

    From position `first`, or what was recorded after `since`, to position `last`, or what was
    recorded until `until`. `dryRun` counts.
    """

    topic: Annotated[str, Field(pattern=TOPIC)]
    first: Maybe[Position] = None
    last: Maybe[Position] = None
    since: Maybe[Moment] = None
    until: Maybe[Moment] = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _has_ends(self) -> Self:
        if (self.first is None) == (self.since is None):
            broken("is missing: give it or since, and not both", at="first")
        if (self.last is None) == (self.until is None):
            broken("is missing: give it or until, and not both", at="last")
        return self


class FactsMeant(Outgoing, frozen=True, kw_only=True):
    """How many facts of each kind are published; `planned`, or `queued` as a job."""

    outcome: Literal["planned", "queued"]
    facts: int
    first: int
    last: int
    kinds: dict[str, int]
    job_id: UUID | None = None


READ = (ReplayFacts,)
WRITTEN = (FactsMeant,)
