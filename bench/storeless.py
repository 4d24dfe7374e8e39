"""`python -m bench.storeless`: the HTTP application with the store taken out.

Everything else is what `aanspraak serve` runs: uvicorn, routes, tokens, validation, logs, metrics.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from aanspraak.domain.entitlement.decide import decide
from adapters import bootstrap
from adapters.asgi import server
from adapters.cli.working import run, settings
from adapters.http.app import create_app
from adapters.http.services import Services
from adapters.http.signs_of_life import SignsOfLife
from adapters.postgres.committer import Committer, Result
from adapters.postgres.directory import Directory
from adapters.postgres.origins import Origins
from adapters.postgres.reads import Reads
from adapters.postgres.usage_cache import Asked, Source, UsageCache
from adapters.postgres.vault import School, Vault, Verdict
from adapters.security.tokens import TokenVerifier
from adapters.telemetry import configure_logging
from bench.orders import registrations
from projections.entitlements_by_school import SchoolEntitlement
from projections.partners import Partner
from tests.domain.entitlements import CREATE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from psycopg import AsyncConnection

    from aanspraak.application.handle import Submission
    from aanspraak.domain.entitlement.events import EntitlementCreated
    from adapters.config import Settings
    from adapters.security.persons import PersonReference
    from projections.visibility import Viewer

    Connections = AsyncConnectionPool[AsyncConnection[Any]]

CREATED: Final = cast("EntitlementCreated", decide(CREATE, None)[0])
PARTNERS: Final = {each.client_id: Partner(**asdict(each)) for each in registrations()}
SOMEBODY: Final = uuid4()
PRODUCT: Final = SchoolEntitlement(
    school_id=SOMEBODY,
    subject_id=SOMEBODY,
    entitlement_id=SOMEBODY,
    product_id=CREATED.product_id,
    portals=CREATED.portals,
    status="entitled",
    start_date=CREATED.start_date,
    activation_until_date=CREATED.activation_until_date,
    expiration_date=CREATED.expiration_date,
)


class _Committer(Committer):
    @override
    async def submit(self, submission: Submission) -> Result:
        return Result(submission=submission, version=1)


class _Directory(Directory):
    @override
    async def partner_of_client(self, client_id: str) -> Partner | None:
        return PARTNERS.get(client_id)


class _Vault(Vault):
    @override
    async def same_person(self, subject_id: UUID, reference: PersonReference) -> Verdict:
        return "same"

    @override
    async def find_school(
        self, master: str | None, org_ids: Sequence[tuple[str, str]]
    ) -> School | None:
        return School(SOMEBODY, conflict=False)

    @override
    async def find(self, reference: PersonReference) -> UUID | None:
        return SOMEBODY


class _Origins(Origins):
    @override
    async def created(self, entitlement_id: UUID) -> EntitlementCreated | None:
        return CREATED


class _Reads(Reads):
    @override
    async def products_of_person(
        self,
        viewer: Viewer,
        school_id: UUID,
        subject_id: UUID,
        *,
        today: date,
        status: str | None = None,
    ) -> list[SchoolEntitlement]:
        return [PRODUCT]


@dataclass
class _Usage:
    cache: UsageCache

    async def sources(self, asked: Sequence[Asked], *, fresh: bool) -> list[Source]:
        """Ask nobody."""
        return [Source(each.registry) for each in asked if not fresh]


class _SignsOfLife(SignsOfLife):
    @override
    async def notice(self, partner: str) -> None:
        """Tell nobody."""


def _services(given: Settings) -> Services:
    """The parts of `serve`, without a connection; look-ups answer from memory."""
    nowhere: Connections = AsyncConnectionPool("", open=False)
    parts = Services(
        pool=nowhere,
        committer=_Committer(""),
        directory=_Directory(nowhere),
        vault=_Vault(nowhere, bootstrap.vault_keys(given)),
        tokens=TokenVerifier(
            issuer=given.token_issuer, audience=given.token_audience, keys=given.token_keys
        ),
        settings=given,
        now=bootstrap.utc_now,
        usage=_Usage(UsageCache(nowhere)),
    )
    # These three are made when they are first asked for; here they are there already.
    vars(parts).update(
        reads=_Reads(nowhere), origins=_Origins(nowhere), signs_of_life=_SignsOfLife(nowhere)
    )
    return parts


def main() -> None:
    """Serve on the port of the settings."""
    given = settings()
    configure_logging(given.log_level)
    run(server(create_app(_services(given)), given).serve())


if __name__ == "__main__":
    main()
