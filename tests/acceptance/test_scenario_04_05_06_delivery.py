"""Scenarios 4, 5 and 6: an order of a school by name, its part at the registry, and at portals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.orders import employee_order, student_order
from tests.acceptance.conftest import BOOK
from tests.acceptance.telling import (
    becomes,
    entitlements,
    last_answer,
    links,
    send,
    statuses,
    told,
)

if TYPE_CHECKING:
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]


async def test_04_students_and_employees_each_get_their_own_entitlement(
    start_chain: StartChain,
) -> None:
    async with start_chain() as chain:
        students = student_order("104A158", BOOK, range(4), portals=("portaal",))
        teachers = employee_order("104A158", BOOK, ["docent@school.example"], portals=("portaal",))
        for order in (students, teachers):
            await send(chain, order.request())
        for order in (students, teachers):
            await becomes(chain, order, "link-placed")
        await told(chain, {"processed": 2})
        kinds = [each["entitlementType"] for each in await entitlements(chain, students)]
        assert kinds == ["school-student"] * 4
        (teacher,) = await entitlements(chain, teachers)
        assert teacher["entitlementType"] == "school-employee"


async def test_05_of_some_the_registry_refuses_the_others_are_delivered_and_the_shop_told(
    start_chain: StartChain,
) -> None:
    refusing = {"refuseShare": 0.3, "refuseStatus": 4011}
    async with start_chain(behaviour={"uitgever": refusing}) as chain:
        order = student_order("104A158", BOOK, range(40), portals=("portaal",))
        await send(chain, order.request())
        await told(chain, {"processed": 1})
        answer = await last_answer(chain, order)
        refused, _, rest = answer["statusMessage"].partition(" ")
        assert (answer["success"], rest) == (True, "of 40 refused")
        assert 0 < int(refused) < 40
        await statuses(chain, order, {"created": int(refused), "entitled": 40 - int(refused)})
        await links(chain, 40 - int(refused))


async def test_06_two_portals_each_have_their_own_link_and_only_when_it_is_ready(
    start_chain: StartChain,
) -> None:
    slow = {"uitgever": {"delaySeconds": 0.5}}
    async with start_chain(behaviour=slow, others=(("tweede-portaal", "portal"),)) as chain:
        order = student_order("104A158", BOOK, range(5), portals=("portaal", "tweede-portaal"))
        await send(chain, order.request())
        await becomes(chain, order, "link-placed")
        await links(chain, 5)
        await links(chain, 5, "tweede-portaal")
        for portal in ("portaal", "tweede-portaal"):
            effects = await chain.sandbox(portal, "GET", "effects")
            assert (effects["tooEarly"], effects["doubleEffects"]) == (0, 0)
        (first, *_) = await entitlements(chain, order)
        assert {each["urlStatus"] for each in first["urlStatuses"]} == {"processed"}
