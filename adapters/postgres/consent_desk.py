"""What an operator asks about consents: of a school, to a partner, all there are or some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aanspraak.domain import ids
from aanspraak.domain.consent.commands import Consented, GiveConsent, RevokeConsent
from aanspraak.domain.consent_scopes import Scope, exchanged
from aanspraak.domain.errors import ConsentNotExchanged
from adapters.postgres.reads import NOBODY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from adapters.postgres.vault import Vault
    from adapters.wire.references import SchoolReference

    FindPartner = Callable[[str], Awaitable["Known | None"]]


class Known(Protocol):
    """What must be known of a partner."""

    @property
    def partner(self) -> str:
        """Its id."""

    @property
    def role(self) -> str:
        """Its role."""

    @property
    def consent_url(self) -> str:
        """Where it is told about consents, if anywhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """The consents that an operator means; `tells`: their partner has a Consent API."""

    partner: Known
    school_id: UUID
    about: tuple[Consented, ...]

    @property
    def tells(self) -> bool:
        """Whether the partner can be told."""
        return bool(self.partner.consent_url)

    def given(
        self,
        reason_id: UUID | None,
        *,
        confirmed: bool,
        their_reference: str | None = None,
    ) -> list[tuple[UUID, GiveConsent]]:
        """Commands by which our side accepts; `confirmed`: and so does theirs, as we know."""
        return [
            (
                stream_of(each),
                GiveConsent(
                    about=each,
                    confirmed=confirmed,
                    their_reference=their_reference,
                    tells=self.tells,
                    reason_id=reason_id,
                ),
            )
            for each in self.about
        ]

    def revoked(self, reason_id: UUID | None) -> list[tuple[UUID, RevokeConsent]]:
        """Commands by which our side takes it back."""
        command = RevokeConsent(tells=self.tells, reason_id=reason_id)
        return [(stream_of(each), command) for each in self.about]


class ConsentDesk:
    """Finds out what is meant; `partner_of` knows who is a partner."""

    def __init__(self, vault: Vault, partner_of: FindPartner) -> None:
        self._vault = vault
        self._partner_of = partner_of

    async def meant(
        self,
        partner: str,
        school: SchoolReference,
        *,
        api: str | None = None,
        scopes: Sequence[str] = (),
        writes: bool = True,
    ) -> Meant:
        """The consents of a school to a partner; `writes`: a school nobody knew is known from now.

        Raises:
            ConsentNotExchanged: nothing of the kind is exchanged with this partner.
        """
        found = await self._partner_of(partner)
        if found is None:
            raise ConsentNotExchanged("partner is not known")
        wanted = [each for one in scopes or (None,) for each in exchanged(found.role, api, one)]
        if not wanted or len(wanted) < len(scopes):
            raise ConsentNotExchanged("api or scopes")
        school_id = await self._school_id(school, writes=writes)
        about = tuple(_consented(school_id, school, partner, each) for each in wanted)
        return Meant(partner=found, school_id=school_id, about=about)

    async def _school_id(self, school: SchoolReference, *, writes: bool) -> UUID:
        pairs = [(one.organisation_id_type, one.organisation_id) for one in school.organisation_ids]
        master = school.organisation_master_identifier
        if writes:
            return (await self._vault.school_id(master, pairs)).school_id
        known = await self._vault.find_school(master, pairs)
        return known.school_id if known else NOBODY


def stream_of(about: Consented) -> UUID:
    """The stream of a consent."""
    return ids.consent_stream(about.school_id, about.partner, about.api, about.scope)


def _consented(school_id: UUID, school: SchoolReference, partner: str, scope: Scope) -> Consented:
    return Consented(
        school_id=school_id,
        organisation_master_identifier=school.organisation_master_identifier,
        organisation_ids=tuple(
            f"{one.organisation_id_type} {one.organisation_id}" for one in school.organisation_ids
        ),
        partner=partner,
        api=scope.api,
        scope=scope.scope,
    )
