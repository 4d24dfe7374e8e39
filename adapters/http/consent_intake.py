"""A partner's messages about a consent as commands, one for each scope that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID, uuid5

from aanspraak.domain import ids
from aanspraak.domain.consent.commands import (
    Consented,
    TakeConsentConfirmation,
    TakeConsentNotification,
    TakeConsentRequest,
    TakeConsentRevoke,
)
from aanspraak.domain.consent.events import ConsentEvent
from aanspraak.domain.consent.state import replay
from aanspraak.domain.consent_scopes import CONSUMER, PROVIDER, exchanged, hub_is
from aanspraak.domain.errors import (
    ConsentNotExchanged,
    ConsumerReferenceUsed,
    ProviderReferenceUsed,
)
from adapters.http.auth import Call
from adapters.http.incidents import SCHOOL_DISAGREES, open_incident
from adapters.http.problems import Refused
from adapters.postgres.event_log import read_many

if TYPE_CHECKING:
    from adapters.wire.consent_v0 import (
        ConsentConfirmation,
        ConsentNotification,
        ConsentRequest,
        ConsentRevoke,
    )

    AboutConsent = ConsentConfirmation | ConsentNotification | ConsentRequest | ConsentRevoke

SCHOOL_CODE: Final = 4109
ORGANISATION_UNKNOWN: Final = 23


@dataclass(frozen=True, kw_only=True)
class _Named:
    """The consents that a message names: one for each scope, and how the hub names each."""

    about: tuple[Consented, ...]
    hub_is: str

    @property
    def streams(self) -> list[UUID]:
        return [
            ids.consent_stream(each.school_id, each.partner, each.api, each.scope)
            for each in self.about
        ]


async def take_request(call: Call, message: ConsentRequest) -> None:
    """A consumer asks for what the hub provides."""
    named = await _named(call, message, PROVIDER)
    theirs = message.consumer_reference_id
    await _refuse_used(call, named, theirs)
    tells = bool(call.partner.consent_url)
    commands = [
        TakeConsentRequest(about=each, their_reference=theirs, tells=tells) for each in named.about
    ]
    await _submit(call, named, commands, f"request/{theirs}")


async def take_confirmation(call: Call, message: ConsentConfirmation) -> None:
    """A consumer answers what the hub told it."""
    named = await _named(call, message, PROVIDER)
    ours, theirs = message.provider_reference_id, message.consumer_reference_id
    await _refuse_used(call, named, theirs)
    commands = [
        TakeConsentConfirmation(
            our_reference=each or ours, their_reference=theirs, status=message.consumer_status
        )
        for each in await _as_each_is_named(call, named, ours)
    ]
    await _submit(call, named, commands, f"confirmation/{ours}/{theirs}/{message.consumer_status}")


async def take_notification(call: Call, message: ConsentNotification) -> None:
    """A provider tells what the hub may take."""
    named = await _named(call, message, CONSUMER)
    ours, theirs = message.consumer_reference_id, message.provider_reference_id
    await _refuse_used(call, named, theirs)
    references = await _as_each_is_named(call, named, ours or "")
    commands = [
        TakeConsentNotification(
            about=about,
            our_reference=reference or None,
            their_reference=theirs,
            status=message.provider_status,
        )
        for about, reference in zip(named.about, references, strict=True)
    ]
    await _submit(call, named, commands, f"notification/{theirs}/{message.provider_status}")


async def take_revoke(call: Call, message: ConsentRevoke) -> None:
    """Either side takes it back; which one the hub is follows from the API."""
    named = await _named(call, message, hub_is(message.api))
    provider, consumer = message.provider_reference_id, message.consumer_reference_id
    ours, theirs = (provider, consumer) if named.hub_is == PROVIDER else (consumer, provider)
    commands = [
        TakeConsentRevoke(our_reference=each or "", their_reference=theirs)
        for each in await _as_each_is_named(call, named, ours)
    ]
    await _submit(call, named, commands, f"revoke/{ours}/{theirs}")


async def _named(call: Call, message: AboutConsent, side: str) -> _Named:
    """Raises ConsentNotExchanged; or Refused (400), for a partner's word makes no school."""
    role = call.partner.role
    if hub_is(message.api) != side or not all(
        exchanged(role, message.api, scope) for scope in message.scopes
    ):
        raise ConsentNotExchanged
    reference = message.school
    pairs = [(one.organisation_id_type, one.organisation_id) for one in reference.organisation_ids]
    master = reference.organisation_master_identifier
    school = await call.services.vault.find_school(master, pairs)
    if school is None:
        raise Refused(400, ORGANISATION_UNKNOWN, "This school is not known.")
    if school.conflict:
        await open_incident(call, SCHOOL_DISAGREES, SCHOOL_CODE)
    about = tuple(
        Consented(
            school_id=school.school_id,
            organisation_master_identifier=master,
            organisation_ids=tuple(f"{kind} {value}" for kind, value in pairs),
            partner=call.asker,
            api=message.api,
            scope=scope,
        )
        for scope in dict.fromkeys(message.scopes)
    )
    return _Named(about=about, hub_is=side)


async def _refuse_used(call: Call, named: _Named, theirs: str) -> None:
    """A reference names the consent of one school for one API."""
    first = named.about[0]
    consents = call.services.consents
    if await consents.used_elsewhere(call.asker, theirs, first.school_id, first.api):
        raise ConsumerReferenceUsed if named.hub_is == PROVIDER else ProviderReferenceUsed


async def _as_each_is_named(call: Call, named: _Named, given: str) -> list[str | None]:
    """Of several scopes each has a reference of its own: naming one of them names them all.

    None is a consent that nobody heard of yet.
    """
    if len(named.about) == 1 or not given:
        return [given] * len(named.about)
    async with call.services.pool.connection() as conn:
        histories = await read_many(conn, named.streams)
    references: list[str | None] = []
    for stream in named.streams:
        facts = [recorded.event for recorded in histories[stream]]
        consent = replay(cast("list[ConsentEvent]", facts))
        references.append(consent.our_references[-1] if consent else None)
    return references if given in references else [given] * len(references)


async def _submit(call: Call, named: _Named, commands: Sequence[object], cause: str) -> None:
    """The same message again is the same command; what the rules refuse is answered at once."""
    for stream, command in zip(named.streams, commands, strict=True):
        causation = str(uuid5(stream, f"{call.asker}/{cause}"))
        result = await call.services.committer.submit(call.submission(stream, command, causation))
        if result.refusal is not None:
            raise result.refusal
