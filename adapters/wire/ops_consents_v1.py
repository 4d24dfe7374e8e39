"""Operations 1.0.0 about consents: given or taken back at our side, for a school and a partner."""

from __future__ import annotations

from uuid import UUID

from adapters.wire.consent_v0 import Api, Scope
from adapters.wire.message import Few, Maybe, Name
from adapters.wire.ops_v1 import Act
from adapters.wire.outgoing import Outgoing
from adapters.wire.references import SchoolReference


class RevokeConsents(Act):
    """Take back what a school consented to; without `api` and `scopes` all of a partner.

    `dryRun` counts what it would touch, and does nothing.
    """

    school: SchoolReference
    partner: Name
    api: Maybe[Api] = None
    scopes: Few[Scope] = ()
    dry_run: bool = False


class GiveConsents(RevokeConsents):
    """Give a school's consent; `confirmed`: the partner accepts too, as is known otherwise."""

    confirmed: bool = False


class ConsentOutcome(Outgoing, frozen=True, kw_only=True):
    """What came of it for one scope; `outcome` is given, revoked, unchanged, refused or planned.

    `ours` and `theirs` are the sides before that, as far as the views had followed.
    """

    consent_id: UUID
    api: str
    scope: str
    outcome: str
    ours: str | None = None
    theirs: str | None = None
    message: str | None = None


class ConsentsTouched(Outgoing, frozen=True, kw_only=True):
    """An answer per scope, and how many entitlements the partner may see by these consents."""

    dry_run: bool
    entitlements: int
    consents: tuple[ConsentOutcome, ...]


READ = (GiveConsents, RevokeConsents)
WRITTEN = (ConsentsTouched,)
