"""Taking what a catalogue says: each product by itself, in groups of commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.errors import ProductUnlisted
from aanspraak.domain.product.commands import DescribeProduct, ListProduct, MissProduct
from aanspraak.domain.product.events import ProductMissed
from adapters.eduv.catalogue_answer import Bad
from adapters.eduv.catalogue_products import describe_product, list_product
from adapters.postgres.group_commit import commit_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.catalogue.events import CatalogueFollowed
    from adapters.postgres.group_commit import Result
    from adapters.wire.catalogue_v2 import Product, ProductInfo

GROUP: Final = 400
"""Commands decided at once; the log is free for others in between."""

_Command = ListProduct | DescribeProduct | MissProduct


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The products of which something was new, how many were not, and what was not taken."""

    changed: tuple[str, ...] = ()
    unchanged: int = 0
    missed: tuple[str, ...] = ()
    refused: tuple[Bad, ...] = ()


async def take(
    conn: AsyncConnection[Any],
    followed: CatalogueFollowed,
    products: Sequence[Product],
    infos: Sequence[ProductInfo],
    missing: Sequence[str],
    story: str,
) -> Taken:
    """List the products, then describe them; miss what the whole catalogue does not have."""
    provider = followed.provider
    listings = [list_product(each, followed.registry, provider) for each in products]
    described = [describe_product(each, provider) for each in infos]
    missed = [MissProduct(product_id=each, provider=provider) for each in missing]
    results = await _committed(conn, listings, story)
    results += await _committed(conn, described, story)
    results += await _committed(conn, missed, story)
    return _summed_up(results)


async def _committed(
    conn: AsyncConnection[Any], commands: Sequence[_Command], story: str
) -> list[Result]:
    results: list[Result] = []
    for first in range(0, len(commands), GROUP):
        submissions = [_submission(one, story) for one in commands[first : first + GROUP]]
        results += await commit_group(conn, submissions)
    return results


def _submission(command: _Command, story: str) -> Submission:
    return Submission(
        stream_id=ids.product_stream(command.product_id),
        command=command,
        actor=f"partner:{command.provider}",
        correlation_id=story,
        causation_id=f"{story}/{type(command).__name__}/{command.product_id}",
    )


def _summed_up(results: Sequence[Result]) -> Taken:
    refused = list(_refused(results))
    changed: dict[str, bool] = {}
    missed = []
    for result in results:
        product_id = _product_of(result)
        if any(isinstance(event, ProductMissed) for event in result.events):
            missed.append(product_id)
        elif result.refusal is None and not isinstance(result.submission.command, MissProduct):
            changed[product_id] = changed.get(product_id, False) or bool(result.events)
    return Taken(
        changed=tuple(product_id for product_id, is_so in changed.items() if is_so),
        unchanged=sum(not is_so for is_so in changed.values()),
        missed=tuple(missed),
        refused=tuple(refused),
    )


def _refused(results: Iterable[Result]) -> Iterator[Bad]:
    """Each product once: what is not listed cannot be described either."""
    named: set[str] = set()
    for result in results:
        product_id = _product_of(result)
        if result.refusal is None or product_id in named:
            continue
        named.add(product_id)
        unlisted = isinstance(result.refusal, ProductUnlisted)
        faults = "productId is in /products/info alone" if unlisted else str(result.refusal)
        yield Bad(product_id=product_id, faults=faults)


def _product_of(result: Result) -> str:
    command = result.submission.command
    if not isinstance(command, _Command):
        raise TypeError(command)
    return command.product_id
