"""Operations on the flow to a partner: paused for a reason until a moment, and resumed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from adapters.wire.message import Maybe, Moment
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class Pause(Act):
    """The body that has nothing sent to a partner until a moment, or until it is resumed."""

    until: Maybe[Moment] = None


class Resume(Act):
    """The body that has a partner sent to again now, paused or unreachable."""


class FlowState(Outgoing, frozen=True, kw_only=True):
    """What holds the flow to a partner: `paused` by an operator, `unreachable`, or `open`."""

    partner: str
    state: Literal["paused", "unreachable", "open"]
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    unreachable_since: datetime | None = None


READ = (Pause, Resume)
WRITTEN = (FlowState,)
