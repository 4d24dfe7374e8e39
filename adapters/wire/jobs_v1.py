"""Jobs as operators see them: what each does, with how many things, how far it is, who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing

Kind = Literal[
    "send-again", "retry-dead-letters", "night", "compare-view", "rebuild-view", "replay"
]
Status = Literal["waiting", "queued", "running", "done", "cancelled", "failed"]


class JobAbout(Outgoing, frozen=True, kw_only=True):
    """Which things a job is about; what is left out may be any.

    `what` is a topic or the class of an error, `night` the day on which a nightly run began, `view`
    what is compared or rebuilt, `topic` where the facts from position `first` to `last` go.
    """

    partner: str | None = None
    delivery_order_id: UUID | None = None
    entitlement_id: UUID | None = None
    incident_id: UUID | None = None
    everything: bool = False
    follower: str | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    night: str | None = None
    view: str | None = None
    school_id: UUID | None = None
    topic: str | None = None
    first: int | None = None
    last: int | None = None


class Job(Outgoing, frozen=True, kw_only=True):
    """A job. `total` is left out when nobody knows it; `done` of them are seen.

    `status` is `waiting` for a second operator, `queued` for a worker, `running`, `done`,
    `cancelled` or `failed` (`error` names the class of the error). Of what is done it had an effect
    on `succeeded`, none on `nothing`, and `failed` went wrong. `doing` is a word for what it does
    now, `turns` how often a worker took it up: more than once when one was killed. `cancelWanted`:
    it stops after what it is at. Without `askedBy` the hub itself began it.
    """

    job_id: UUID
    kind: Kind
    status: Status
    about: JobAbout
    total: int | None = None
    done: int
    succeeded: int
    nothing: int
    failed: int
    doing: str | None = None
    turns: int
    per_second: float | None = None
    error: str | None = None
    asked_by: str | None = None
    reason: str | None = None
    confirmed_by: str | None = None
    cancelled_by: str | None = None
    cancel_wanted: bool = False
    asked_at: datetime
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None
    started_at: datetime | None = None
    changed_at: datetime
    ended_at: datetime | None = None


class ConfirmJob(Act):
    """The body with which a second operator agrees to a job."""


class CancelJob(Act):
    """The body that has a job stopped between two things."""


READ = (ConfirmJob, CancelJob)
WRITTEN = (Job,)
