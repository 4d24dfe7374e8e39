"""Rebuilding views, by operators: which there are, asking for it, and what it found or changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import model_validator

from adapters.wire.message import Id, Maybe, Name, broken
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing


class RebuildView(Act):
    """Have a view built anew from the log by a job; `dryRun`: only say what would change.

    Of a view that is about orders also only what belongs to one order, entitlement or school (such
    as 104A158, or TYPE:value).
    """

    view: Name
    delivery_order_id: Maybe[Id] = None
    entitlement_id: Maybe[Id] = None
    school: Maybe[Name] = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        given = (self.delivery_order_id, self.entitlement_id, self.school)
        if sum(one is not None for one in given) > 1:
            broken("must be left out beside another id", at="school")
        return self


class LastCompared(Outgoing, frozen=True, kw_only=True, omit_defaults=False):
    """How many rows of a view the last comparison with the log found that differ.

    `dryRun`: they still do, unless they were put right since; otherwise it was rebuilt then.
    """

    compared_at: datetime
    position: int
    dry_run: bool
    appear: int
    vanish: int
    change: int

    @property
    def rows(self) -> int:
        """How many rows differed."""
        return self.appear + self.vanish + self.change


class View(Outgoing, frozen=True, kw_only=True):
    """A view, or a follower; `whyNot` says why it cannot be rebuilt.

    `inPart`: also for one order, entitlement or school. `compared`: when it was, as a whole.
    """

    name: str
    rebuilt: bool
    in_part: bool = False
    why_not: str | None = None
    compared: LastCompared | None = None


class FieldThatDiffers(Outgoing, frozen=True, kw_only=True):
    """A column: what is in it now, and what the log says. Of persons only that they differ."""

    field: str
    now: Any = None
    then: Any = None


class RowThatDiffers(Outgoing, frozen=True, kw_only=True):
    """A row by its key, which appears, vanishes or changes; a few of each are told."""

    kind: Literal["appear", "vanish", "change"]
    key: dict[str, Any]
    fields: tuple[FieldThatDiffers, ...] = ()


class FoundDifference(Outgoing, frozen=True, kw_only=True, omit_defaults=False):
    """How many rows of a view appear, vanish and change: would, or did."""

    view: str
    appear: int
    vanish: int
    change: int
    examples: tuple[RowThatDiffers, ...]

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return self.appear + self.vanish + self.change


class JobLine(Outgoing, frozen=True, kw_only=True):
    """What a job came to be, or to do, at a moment, and how far it was then."""

    at: datetime
    status: str
    doing: str | None = None
    turn: int
    done: int


class JobProgress(Outgoing, frozen=True, kw_only=True):
    """How a job goes: line by line, and while it runs how fast what it is doing now goes."""

    lines: tuple[JobLine, ...] = ()
    per_second: float | None = None
    seconds_left: float | None = None


READ = (RebuildView,)
WRITTEN = (View, FoundDifference, JobProgress)
