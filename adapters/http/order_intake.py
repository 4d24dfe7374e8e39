"""A shop's DeliveryOrderRequest as commands: persons to the vault, the list, then the order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast
from uuid import UUID, uuid5

from aanspraak.application.handle import Submission, decide_in_turn
from aanspraak.domain import ids
from aanspraak.domain.calendar_days import day_of
from aanspraak.domain.delivery_order.commands import ReceiveDeliveryOrder
from aanspraak.domain.delivery_order.events import DeliveryOrderEvent, DeliveryOrderReceived
from aanspraak.domain.delivery_order.state import replay
from aanspraak.domain.errors import NotYours
from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.partner.decide import PORTAL
from aanspraak.domain.status_codes import SCOPE_REQUIRED
from adapters.http.auth import Call
from adapters.http.incidents import NOT_YOURS, SCHOOL_DISAGREES, USERS_DISAGREE, open_incident
from adapters.http.order_command import Known, receive_command
from adapters.http.order_forgotten import as_listed, forgotten_buyer
from adapters.http.order_persons import (
    NamedSchools,
    NamedUsers,
    customers_of,
    name_schools,
    name_users,
    references_in,
)
from adapters.http.order_roster import InRoster, look_up_selection
from adapters.postgres.codes import FAULTS
from adapters.postgres.event_log import read_many
from adapters.security.persons import PersonReference
from adapters.wire.delivery_v2 import DeliveryOrder, DeliveryOrderRequest

USER_UNKNOWN: Final = 4103
SCHOOL_UNKNOWN: Final = 4109


async def take_order(call: Call, request: DeliveryOrderRequest) -> None:
    """Take a request: what the rules refuse of it, they answer by a confirmation.

    Raises:
        NotYours: the order is another shop's; nothing of the request is kept.
    """
    await _OrderIntake(call=call, request=request).take()


@dataclass(frozen=True, kw_only=True)
class _OrderIntake:
    call: Call
    request: DeliveryOrderRequest

    async def take(self) -> None:
        shop, reads = self.call.asker, self.call.services.reads
        first_used = await reads.order_of_request(shop, self.reference_id)
        if first_used is not None and first_used != self.stream:
            # A reference id names one request of one order: there it is seen that it was reused.
            await self._submit(first_used, self._command(Known()))
            return
        history = await self._history()
        received = await self._received(history)
        known = await self._look_up(received)
        await self._commit(history, known)
        await self._report(known)

    @property
    def order(self) -> DeliveryOrder:
        return self.request.delivery_order

    @property
    def reference_id(self) -> str:
        return str(self.request.delivery_order_reference_id)

    @property
    def stream(self) -> UUID:
        return ids.order_stream(self.order.delivery_order_id)

    async def _history(self) -> list[object]:
        async with self.call.services.pool.connection() as conn:
            found = await read_many(conn, [self.stream])
        return [recorded.event for recorded in found[self.stream]]

    async def _received(self, history: list[object]) -> DeliveryOrderReceived | None:
        """The order as it was taken before. Another's is refused before anything is kept.

        The rules have the last word all the same.
        """
        order = replay(cast("list[DeliveryOrderEvent]", history))
        received = order.received if order else None
        if received and received.shop != self.call.asker:
            await self._report_not_yours()
            raise NotYours
        return received

    async def _look_up(self, received: DeliveryOrderReceived | None) -> Known:
        schools = await name_schools(self.call.services.vault, self.order)
        product = await self.call.services.directory.product(self.order.product_id)
        # An order that was taken stays with its registry, whatever the catalogue says today.
        of_terms = received or product
        references = await self._references(schools, of_terms.registry if of_terms else None)
        users = await self._users(references, received)
        return Known(
            **await self._codes(users),
            schools=schools,
            product=product,
            users=users,
            unknown_portals=await self._unknown_portals(),
            in_roster=InRoster() if received else await self._in_roster(schools),
            in_use=await self.call.services.reads.in_use(self.stream),
            contract=await self.call.services.directory.contract(self.order.contract_id),
        )

    async def _references(
        self, schools: NamedSchools, registry: str | None
    ) -> tuple[PersonReference, ...]:
        scope = str(schools.school.school_id) if schools.school else self.call.asker
        return await references_in(self.order, scope=scope, registry=registry)

    async def _users(
        self, references: tuple[PersonReference, ...], received: DeliveryOrderReceived | None
    ) -> NamedUsers:
        """Of an order that names too many, nobody is kept: it is going to be refused."""
        shop, services = self.call.asker, self.call.services
        if len(references) > services.settings.order_user_limit:
            return NamedUsers(count=len(references))
        if received is None:
            return await name_users(services.vault, self.order, references, shop)
        buyer = await forgotten_buyer(services, received, customers_of(self.order, shop))
        listed = await as_listed(services, received, references)
        unlisted = () if listed else references
        named = await name_users(services.vault, self.order, unlisted, shop, buyer)
        return replace(named, count=len(listed), subject_ids=listed) if listed else named

    async def _codes(self, users: NamedUsers) -> dict[str, Any]:
        """The places of the codes that may not be named, each code counted once."""
        if not self.order.codes() or not users.subject_ids:
            return {}
        services = self.call.services
        faults = await services.codes.faults(
            users.subject_ids,
            order=self.stream,
            product_id=self.order.product_id,
            today=day_of(services.now()),
        )
        codes = list(enumerate(users.subject_ids))
        return {
            f"codes_{fault}": tuple(place for place, code in codes if faults.get(code) == fault)
            for fault in FAULTS
        }

    async def _in_roster(self, schools: NamedSchools) -> InRoster:
        return await look_up_selection(self.call.services, self.order, schools)

    async def _unknown_portals(self) -> tuple[int, ...]:
        if not self.order.portals:
            return ()
        portals = await self.call.services.directory.partners(PORTAL)
        known = {portal.partner for portal in portals}
        return tuple(
            place for place, portal in enumerate(self.order.portals) if portal not in known
        )

    async def _commit(self, history: list[object], known: Known) -> None:
        """The list of users is there before the order that points to it, if it is to be taken."""
        command = self._command(known)
        (foreseen,) = decide_in_turn(history, [self._submission(self.stream, command)])
        if any(isinstance(event, DeliveryOrderReceived) for event in foreseen.events):
            users = known.users
            listed = ListUsers(
                subject_ids=users.subject_ids, user_reference_ids=users.reference_ids
            )
            await self._submit(command.users_stream, listed)
        await self._submit(self.stream, command)

    def _command(self, known: Known) -> ReceiveDeliveryOrder:
        services = self.call.services
        return receive_command(
            self.request, self.call.asker, known, services.settings, services.now()
        )

    def _submission(self, stream: UUID, command: object) -> Submission:
        cause = uuid5(ids.HUB, f"order-request/{self.call.asker}/{self.reference_id}")
        return self.call.submission(stream, command, str(cause))

    async def _submit(self, stream: UUID, command: object) -> None:
        ask = self._submission(stream, command)
        refusal = (await self.call.services.committer.submit(ask)).refusal
        if isinstance(refusal, NotYours):
            await self._report_not_yours()
        if refusal is not None:
            raise refusal

    async def _report_not_yours(self) -> None:
        await open_incident(self.call, NOT_YOURS, SCOPE_REQUIRED, order=self.stream)

    async def _report(self, known: Known) -> None:
        """The order goes on; somebody has to find out who is who."""
        for kind, code, disagree in (
            (SCHOOL_DISAGREES, SCHOOL_UNKNOWN, known.schools.disagree),
            (USERS_DISAGREE, USER_UNKNOWN, known.users.disagree),
        ):
            if disagree:
                await open_incident(self.call, kind, code, order=self.stream)
