"""A hub in which the pupils of a school have everything ready and are about to begin."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.consent.commands import Consented, GiveConsent
from aanspraak.domain.consent_scopes import PORTAL_SCOPE
from adapters import bootstrap, config
from adapters.postgres import views
from adapters.postgres.connection import connect
from adapters.postgres.group_commit import commit_group
from adapters.security.persons import user_reference
from bench.following import follow
from bench.orders import PORTAL, PRODUCT, Pupil, registrations
from bench.school_start import history, stories, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.postgres.vault import Vault
    from adapters.sandbox.deployment import Deployment
    from bench.orders import Entitled

SCHOOL: Final = {"organisationMasterIdentifier": "104A158"}
AT_ONCE: Final = 1_000


class Ready(NamedTuple):
    """Bodies of requests, each about another pupil: a first use, and: what can this pupil use?"""

    activations: list[bytes]
    questions: list[bytes]


def prepare(deployment: Deployment, pupils: int) -> Ready:
    """Fill vault, log and views of a migrated database."""
    os.environ.update(deployment.environment)
    return asyncio.run(_prepare(config.load(), pupils))


async def _prepare(settings: config.Settings, pupils: int) -> Ready:
    url = bootstrap.database_url(settings)
    eck_ids = [f"https://ketenid.nl/201703/{number:0128x}" for number in range(pupils)]
    async with bootstrap.pool(url, "bench") as connections:
        vault = bootstrap.vault(connections, settings)
        school = await vault.school_id(SCHOOL["organisationMasterIdentifier"], ())
        known = await _remembered(vault, eck_ids, school.school_id)
    told = list(stories(known, school.school_id))
    write(url, history(told, activated=False))
    await _register(url, school.school_id)
    await follow(views.follower(url))
    entitled = [each for story in told for each in story.entitled()]
    return Ready(
        [_activation(*each) for each in zip(entitled, eck_ids, strict=True)],
        [msgspec.json.encode({"school": SCHOOL, "user": _user(eck_id)}) for eck_id in eck_ids],
    )


async def _remembered(vault: Vault, eck_ids: Sequence[str], school_id: UUID) -> list[Pupil]:
    known = []
    for start in range(0, len(eck_ids), AT_ONCE):
        named = [
            user_reference(eck_id, (), scope=str(school_id))
            for eck_id in eck_ids[start : start + AT_ONCE]
        ]
        known += await vault.remember_many(named)
    return [Pupil(each.subject_id, each.reference_id) for each in known]


async def _register(url: str, school_id: UUID) -> None:
    submissions = [
        Submission(
            stream_id=ids.partner_stream(command.partner),
            command=command,
            actor="bench",
            correlation_id="bench",
            causation_id=command.partner,
        )
        for command in registrations()
    ]
    submissions.append(consent(school_id))
    async with await connect(url, "bench") as conn:
        await commit_group(conn, submissions)


def consent(school_id: UUID) -> Submission:
    """What the school consents to: a portal is asked about its pupils."""
    about = Consented(
        school_id=school_id,
        organisation_master_identifier=SCHOOL["organisationMasterIdentifier"],
        organisation_ids=(),
        partner=PORTAL,
        api=PORTAL_SCOPE.api,
        scope=PORTAL_SCOPE.scope,
    )
    return Submission(
        stream_id=ids.consent_stream(school_id, PORTAL, about.api, about.scope),
        command=GiveConsent(
            about=about, confirmed=True, their_reference=None, tells=False, reason_id=None
        ),
        actor="bench",
        correlation_id="bench",
        causation_id="consent",
    )


def _activation(entitled: Entitled, eck_id: str) -> bytes:
    order = entitled.order
    message = {
        "entitlementId": entitled.entitlement_id,
        "productId": PRODUCT,
        "entitlementType": "school-student",
        "school": SCHOOL,
        "user": _user(eck_id),
        "usageDate": order.start_date,
        "usageType": "initial-activation",
        "expirationDate": order.activation_until_date,
    }
    return msgspec.json.encode(message)


def _user(eck_id: str) -> dict[str, str]:
    return {"userMasterIdentifier": eck_id}
