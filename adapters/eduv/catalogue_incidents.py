"""The incidents of a catalogue: products that are wrong, and a provider that does not answer.

They close by themselves: when the product comes again and is good, when the provider answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid5

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.incident.commands import OpenIncident, ResolveIncident
from aanspraak.domain.incident.events import MENDED
from aanspraak.domain.status_codes import OTHER, SCHEMA_INCORRECT
from adapters.postgres.catalogues import incorrect_products
from adapters.postgres.group_commit import commit_group
from adapters.postgres.vault_texts import FreeText

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from adapters.eduv.catalogue_answer import Bad

MOST_INCIDENTS: Final = 100
"""When more is wrong than this, it is one thing, and the first of it is enough to see which."""
ACTOR: Final = "catalogue"


class TextKeeper(Protocol):
    """The part of the vault that keeps what is wrong in words."""

    async def keep_texts(self, texts: Sequence[FreeText]) -> list[UUID]:
        """Keep many texts and give their ids in order; committed on return."""
        ...


async def report_bad(
    conn: AsyncConnection[Any], texts: TextKeeper, provider: str, bad: Sequence[Bad], story: str
) -> None:
    """Open an incident for each bad product; what is open is not opened again."""
    reported = bad[:MOST_INCIDENTS]
    if not reported:
        return
    streams = [ids.incident_stream(provider, SCHEMA_INCORRECT, one.product_id) for one in reported]
    kept = await texts.keep_texts(
        [
            FreeText(one.faults, text_id=uuid5(stream, one.faults))
            for stream, one in zip(streams, reported, strict=True)
        ]
    )
    submissions = [
        Submission(
            stream_id=stream,
            command=OpenIncident(
                party=provider,
                code=SCHEMA_INCORRECT,
                kind="product-incorrect",
                concerning=one.product_id,
                text_id=text_id,
            ),
            actor=ACTOR,
            correlation_id=story,
            causation_id=f"{story}/incident/{one.product_id}",
        )
        for stream, one, text_id in zip(streams, reported, kept, strict=True)
    ]
    await commit_group(conn, submissions)


async def report_failing(conn: AsyncConnection[Any], provider: str, now: datetime) -> None:
    """Open the one incident about a catalogue that cannot be read."""
    story = f"catalogue/{provider}/{now.isoformat()}"
    command = OpenIncident(
        party=provider, code=OTHER, kind="catalogue-failing", concerning="catalogue"
    )
    submission = Submission(
        stream_id=ids.incident_stream(provider, OTHER, "catalogue"),
        command=command,
        actor=ACTOR,
        correlation_id=story,
        causation_id=f"{story}/incident",
    )
    await commit_group(conn, [submission])


async def resolve(
    conn: AsyncConnection[Any], provider: str, good: Container[str], story: str
) -> None:
    """The provider answers; what was wrong with these products is mended."""
    open_ones = await incorrect_products(conn, provider)
    streams = [
        ids.incident_stream(provider, OTHER, "catalogue"),
        *(ids.incident_stream(provider, SCHEMA_INCORRECT, one) for one in open_ones if one in good),
    ]
    submissions = [
        Submission(
            stream_id=stream,
            command=ResolveIncident(cause=MENDED),
            actor=ACTOR,
            correlation_id=story,
            causation_id=f"{story}/mended/{stream}",
        )
        for stream in streams
    ]
    await commit_group(conn, submissions)
