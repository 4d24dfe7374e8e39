"""Who a message is about, asked at the last moment: many senders, one question to the vault."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from adapters.security.cipher import Unopenable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    Reference = Mapping[str, object]


class References(Protocol):
    """The part of the vault that the gateway asks."""

    async def references(self, reference_ids: Sequence[UUID]) -> Mapping[UUID, Reference]:
        """Read references as they were given; one that was forgotten is missing."""
        ...


class People:
    """Gathers what is asked while the last question is out, and asks that in one go."""

    def __init__(self, vault: References) -> None:
        self._vault = vault
        self._asked: dict[UUID, asyncio.Future[Reference | None]] = {}
        self._some = asyncio.Event()

    async def reference(self, reference_id: UUID) -> Reference | None:
        """The person as the order named them; None when they are forgotten.

        Raises:
            Unopenable: this row of the vault cannot be read.
        """
        if reference_id not in self._asked:
            self._asked[reference_id] = asyncio.get_running_loop().create_future()
            self._some.set()
        return await asyncio.shield(self._asked[reference_id])

    async def run(self) -> None:
        """Answer until cancelled; an error of the database ends it."""
        while True:
            await self._some.wait()
            self._some.clear()
            asked, self._asked = self._asked, {}
            await self._answer(asked)

    async def _answer(self, asked: Mapping[UUID, asyncio.Future[Reference | None]]) -> None:
        try:
            found = await self._vault.references(list(asked))
        except Unopenable as error:
            await self._answer_each(asked, error)
            return
        for reference_id, answer in asked.items():
            answer.set_result(found.get(reference_id))

    async def _answer_each(
        self, asked: Mapping[UUID, asyncio.Future[Reference | None]], error: Unopenable
    ) -> None:
        """One row that does not open keeps nobody else from being found."""
        if len(asked) == 1:
            for answer in asked.values():
                answer.set_exception(error)
            return
        for reference_id, answer in asked.items():
            await self._answer({reference_id: answer})
