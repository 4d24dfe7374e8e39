"""A sandbox partner while it runs: what it was told, how it behaves now, and its post."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from adapters.sandbox.outbox import Outbox
from adapters.sandbox.tokens import TokenDesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.sandbox.behaviour import Behaviour
    from adapters.sandbox.options import SandboxOptions

_PARTNERS = UUID("0b6c7b6e-6a55-5b1c-8c55-0d4f0a6f8a10")


@dataclass(slots=True)
class Partner:
    """One partner; `behaviour` may be replaced at any moment. Made within a running loop."""

    options: SandboxOptions
    behaviour: Behaviour
    chance: Random
    tokens: TokenDesk
    outbox: Outbox
    namespace: UUID

    @classmethod
    def start(cls, options: SandboxOptions) -> Partner:
        """Ready to receive and to send."""
        chance = Random(options.seed)
        return cls(
            options=options,
            behaviour=options.behaviour,
            chance=chance,
            tokens=TokenDesk(options.client_keys),
            outbox=Outbox(options, chance),
            namespace=uuid5(_PARTNERS, options.name),
        )

    def receive_id(self, reference_id: UUID) -> UUID:
        """The id of the confirmation of a request: the same whenever it is sent again."""
        return uuid5(self.namespace, str(reference_id))

    def happens(self, share: float) -> bool:
        """Whether it happens this time, by chance."""
        return share > 0 and self.chance.random() < share

    def send(
        self,
        key: str,
        path: str,
        body: bytes,
        answered: Callable[[int], None],
        after: float = 0,
        *,
        method: str = "PUT",
    ) -> None:
        """Send to the hub as this partner now does: later, more than once, out of order."""
        now = self.behaviour
        for _ in range(now.times):
            self.outbox.post(
                key,
                path,
                body,
                answered,
                after=after + now.delay_seconds,
                out_of_order=now.out_of_order_seconds,
                method=method,
            )
