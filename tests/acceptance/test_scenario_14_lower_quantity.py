"""Scenario 14: a school needs fewer than it bought, and is told how far it may go down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.orders import eck_id, open_order
from tests.acceptance.conftest import BOOK
from tests.acceptance.telling import becomes, in_use, last_answer, links, send, told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SCHOOL = {"organisationMasterIdentifier": "104A158"}


def _of(total: int) -> dict[str, object]:
    return {"deliverySpecification": {"school": SCHOOL, "totalQuantity": total}}


async def test_only_downwards_and_never_below_what_is_in_use(
    start_chain: StartChain, tmp_path: Path
) -> None:
    async with start_chain() as chain:
        roster = tmp_path / "pupils.csv"
        pupils = [f"104A158,{eck_id(number)}" for number in range(8)]
        roster.write_text("\n".join(["school,userMasterIdentifier", *pupils, ""]))
        await chain.verb("roster", "import", str(roster))
        order = open_order("104A158", BOOK, total_quantity=30, portals=("portaal",))
        await send(chain, order.request())
        await becomes(chain, order, "link-placed")
        await chain.sandbox("uitgever", "POST", "activate", {"count": 3})
        await in_use(chain, order, 3)
        await told(chain, {"processed": 1, "licensed": 1})

        await send(chain, order.again(**_of(20)))
        await told(chain, {"processed": 1, "licensed": 2})
        answer = await last_answer(chain, order)
        assert (answer["success"], answer["newTotalQuantity"]) == (True, 20)
        await links(chain, 8)

        await send(chain, order.again(**_of(3)))
        await told(chain, {"processed": 1, "licensed": 2, "refused": 1})
        answer = await last_answer(chain, order)
        assert (answer["success"], answer["status"]) == (False, 4141)
        assert answer["statusMessage"].endswith("4 is the lowest that would be taken now")

        await send(chain, order.again(**_of(25)))
        await told(chain, {"processed": 1, "licensed": 2, "refused": 2})
        await send(chain, order.again(**_of(20), startDate="2026-09-01"))
        await told(chain, {"processed": 1, "licensed": 2, "refused": 3})
        answer = await last_answer(chain, order)
        assert (answer["status"], answer["statusMessage"].rpartition(" ")[2]) == (4160, "startDate")
        await links(chain, 8)
