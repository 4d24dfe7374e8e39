"""A school, its roster, a shop that orders openly for it, and a registry that answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from aanspraak.application.handle import Submission
from aanspraak.domain import ids
from aanspraak.domain.entitlement.commands import ReportInitialActivation
from aanspraak.domain.entitlement.events import EntitlementCreated, LinkRequested, RegistryRequested
from aanspraak.domain.roster.commands import RecordRosterTaken
from adapters.postgres.event_log import read_after
from adapters.postgres.follower_batch import Bookkeeper
from adapters.postgres.group_commit import commit_group
from adapters.postgres.policies import Policies
from adapters.postgres.policy_rebuild import rebuild_policies
from adapters.postgres.roster import Kind, Membership, TargetKind
from adapters.postgres.roster_take import TakenMember, take
from tests.contracts.partner_answers import link_done, registry_answer
from tests.domain.orders import receive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from psycopg import AsyncConnection

    from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
    from aanspraak.domain.recorded import Recorded

SCHOOL = UUID("5b3c1a52-8c39-4e2e-9e6b-0c8f0d4f8a11")
REGISTRY = "publisher"


def pupil(number: int) -> UUID:
    """The nth pupil."""
    return UUID(int=number + 10**6)


def belongs(kind: TargetKind, *targets: str, **dates: Any) -> tuple[Membership, ...]:  # noqa: ANN401
    """Somebody's studies, groups or roles."""
    return tuple(Membership(target_kind=kind, target_id=each, **dates) for each in targets)


async def nothing_held(_conn: AsyncConnection[Any], _ids: Sequence[UUID]) -> list[Submission]:
    """No activation waits for its entitlement."""
    return []


@dataclass(kw_only=True)
class PoolCase:
    """What happens at one school; `follow` lets the policies handle all of it."""

    conn: AsyncConnection[Any]
    school: UUID = SCHOOL
    registry: str = REGISTRY
    product_id: str = "9789001234567"
    roster_day: datetime = datetime(2026, 8, 24, 12, tzinfo=UTC)
    policies: Policies = field(default_factory=lambda: Policies(nothing_held))
    orders: dict[UUID, ReceiveDeliveryOrder] = field(default_factory=dict)

    async def submit(self, *asks: tuple[UUID, object]) -> None:
        """Commands on streams."""
        await self.submit_all(_submissions(asks))

    async def submit_all(self, submissions: Sequence[Submission]) -> None:
        """Commands as somebody else asks them."""
        await commit_group(self.conn, submissions)

    async def order(self, delivery_type: str = "school-all", **terms: Any) -> UUID:  # noqa: ANN401
        """The shop orders; the stream of the order."""
        delivery_order_id = uuid4()
        open_order = {
            "delivery_order_id": delivery_order_id,
            "reference_id": str(delivery_order_id),
            "school_id": self.school,
            "users_count": 0,
            "users_digest": "",
            "portals": (),
            "start_date": date(2020, 8, 1),
            "activation_until_date": date(2099, 7, 31),
            "quantities": (None,) * len(terms.get("selection", ())),
        }
        command = receive(**{**open_order, "delivery_type": delivery_type, **terms})
        stream = ids.order_stream(delivery_order_id)
        self.orders[stream] = command
        await self.submit((stream, command))
        return stream

    async def roster(
        self, people: Iterable[int], *memberships: Membership, kind: Kind = "student"
    ) -> None:
        """The administration has these people now, and whoever it lacks is gone."""
        await self.rosters([(number, kind, memberships) for number in people])

    async def rosters(self, people: Sequence[tuple[int, Kind, Sequence[Membership]]]) -> None:
        """The same, each with what they belong to; taken twice, so that the grace is over."""
        for _ in range(2):
            self.roster_day += timedelta(days=2)
            await self._take(
                [
                    TakenMember(
                        subject_id=pupil(number),
                        kind=kind,
                        user_reference_id=UUID(int=number + 10**9),
                        memberships=tuple(memberships),
                    )
                    for number, kind, memberships in people
                ]
            )

    async def _take(self, people: Sequence[TakenMember]) -> None:
        targets = {(one.target_kind, one.target_id) for each in people for one in each.memberships}
        async with self.conn.transaction():
            taken = await take(
                self.conn,
                self.school,
                "pull",
                people,
                targets,
                self.roster_day,
                timedelta(hours=24),
            )
            command = RecordRosterTaken(
                school_id=self.school,
                source="pull",
                version=taken.version,
                members=taken.members,
                joined=taken.joined,
                left=taken.left,
                targets=taken.targets,
            )
            await self.submit((ids.roster_stream(self.school), command))

    async def lower(self, order: UUID, total_quantity: int) -> None:
        """The school needs fewer."""
        command = self.orders[order]
        later = replace(
            command,
            reference_id=f"lower-{command.reference_id}",
            total_quantity=total_quantity,
            in_use=1,
            date_last_modified=command.date_last_modified + timedelta(hours=1),
        )
        await self.submit((order, later))

    async def cancel(self, order: UUID) -> None:
        """The shop cancels an order."""
        command = self.orders[order]
        later = replace(
            command,
            reference_id=f"cancel-{command.reference_id}",
            wished_status="cancelled",
            end_date=date(2026, 9, 1),
            date_last_modified=command.date_last_modified + timedelta(hours=1),
        )
        await self.submit((order, later))

    async def follow(self, batches: int = 10**6, size: int = 1000) -> None:
        """Let the policies handle all there is and what comes of it, or so many batches."""
        books = Bookkeeper(
            name="policies", schema="policy", handle=self.policies.handle, dead_letters=None
        )
        position = await books.read_bookmark(self.conn)
        while batches and (facts := await read_after(self.conn, position, size)):
            position = await books.advance(self.conn, position, facts)
            batches -= 1

    async def follow_anew(self) -> None:
        """Build the tables of the policies from the log alone."""
        await rebuild_policies(self.conn)

    async def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the policies have of the orders and entitlements, row by row."""
        return {
            name: sorted(await self.rows(f"SELECT * FROM policy.{name}"), key=str)
            for (name,) in await self.rows(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'policy'"
            )
        }

    async def registry_confirms(
        self, *, success: bool = True, refused: Collection[UUID] = ()
    ) -> None:
        """The registry answers, and what comes of it is followed."""
        await self.registry_answers(success=success, refused=refused)
        await self.follow()

    async def registry_answers(
        self, *, success: bool = True, refused: Collection[UUID] = ()
    ) -> None:
        """The registry confirms whatever it has not been heard about."""
        facts = await self.log()
        heard = {getattr(fact.event, "reference_id", None) for fact in facts if _is_answer(fact)}
        asks = [
            (
                fact.stream_id,
                registry_answer(fact.event, success=success and fact.stream_id not in refused),
            )
            for fact in facts
            if isinstance(fact.event, RegistryRequested) and fact.event.reference_id not in heard
        ]
        await self.submit(*asks)

    async def portals_confirm(self) -> None:
        """Every link that was asked for is placed, or taken away."""
        facts = await self.log()
        heard = {getattr(one.event, "reference_id", None) for one in facts if _is_answer(one)}
        asks = [
            (fact.stream_id, link_done(fact.event))
            for fact in facts
            if isinstance(fact.event, LinkRequested) and fact.event.reference_id not in heard
        ]
        await self.submit(*asks)
        await self.follow()

    async def activate(
        self, order: UUID, *numbers: int, by: int | None = None, turn: int = 1
    ) -> None:
        """These pupils begin to use it, or somebody else does in their place."""
        for number in numbers:
            await self.report(order, pupil(number), turn, by=None if by is None else pupil(by))
        await self.follow()

    async def report(
        self, order: UUID, subject_id: UUID, turn: int, *, by: UUID | None = None
    ) -> None:
        """The registry reports use."""
        command = ReportInitialActivation(
            registry=self.registry,
            user_subject_id=by or subject_id,
            another_user=by is not None,
            product_id=self.product_id,
            usage_date=date(2026, 9, 1),
            expiration_date=date(2027, 7, 31),
        )
        await self.submit((ids.entitlement_id(order, subject_id, turn), command))

    async def log(self) -> list[Recorded]:
        """Every fact there is."""
        facts: list[Recorded] = []
        while page := await read_after(self.conn, facts[-1].position if facts else 0):
            facts += page
        return facts

    async def counted(self) -> Counter[str]:
        """How many facts of each kind."""
        return Counter(type(fact.event).__name__ for fact in await self.log())

    async def given(self, order: UUID) -> dict[int, int]:
        """Who was given an entitlement of an order, and the last turn."""
        created = [fact.event for fact in await self.log()]
        return {
            event.subject_id.int - 10**6: event.turn
            for event in created
            if isinstance(event, EntitlementCreated) and event.order == order
        }

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return await (await self.conn.execute(query.encode())).fetchall()

    async def states(self, order: UUID) -> Counter[str]:
        """How many of an order are in which state."""
        query = "SELECT state, count(*) FROM policy.pool_members WHERE order_id = %s GROUP BY state"
        rows = await (await self.conn.execute(query, (order,))).fetchall()
        return Counter(dict(rows))


def _submissions(asks: Sequence[tuple[UUID, object]]) -> list[Submission]:
    return [
        Submission(
            stream_id=stream,
            command=command,
            actor="test",
            correlation_id="story",
            causation_id=str(uuid4()),
        )
        for stream, command in asks
    ]


def _is_answer(fact: Recorded) -> bool:
    return not isinstance(fact.event, RegistryRequested | LinkRequested)
