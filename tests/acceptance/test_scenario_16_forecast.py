"""Scenario 16: what schools expect to need, beside what they ordered and use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.sandbox.orders import product, student_order
from tests.acceptance.conftest import BOOK, until

if TYPE_CHECKING:
    from adapters.sandbox.chain import Chain
    from tests.acceptance.conftest import StartChain

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

SCHOOL, OTHER_SCHOOL = "104A158", "25PW"
OTHER_BOOK = "9789006100020"
BOOKS = (product(BOOK, "uitgever", "Getal & Ruimte"), product(OTHER_BOOK, "uitgever", "Chemie"))
FORECASTS = f"""school;productId;periodFrom;periodUntil;expected;source
{SCHOOL};{BOOK};2026-08-01;2027-07-31;10;school
{SCHOOL};{BOOK};2026-08-01;2027-07-31;ten;school
{OTHER_SCHOOL};{BOOK};2026-08-01;2027-07-31;25;school
"""


async def test_schools_say_what_they_expect_and_see_what_became_of_it(
    start_chain: StartChain,
) -> None:
    async with start_chain(products=BOOKS) as chain:
        said = await _import(chain)
        assert "line 3: expected must be a whole number" in said
        await chain.operate("PUT", "/forecasts", {"forecasts": [_chemistry(expected=4)]})
        order = student_order(SCHOOL, BOOK, range(3), portals=("portaal",), contract_id="C-16")
        await chain.sandbox("winkel", "POST", "order", order.request())
        await until(lambda: chain.trace(order.delivery_order_id), _is("link-placed"), seconds=60)
        await chain.sandbox("uitgever", "POST", "activate", {"count": 2})
        of_book = await until(
            lambda: _shown(chain, f"orgMasterId={SCHOOL}&productId={BOOK}"),
            lambda shown: shown == [(BOOK, 10, 3, 2)],
            seconds=60,
        )
        assert of_book
        assert sorted(await _shown(chain, f"orgMasterId={SCHOOL}")) == [
            (BOOK, 10, 3, 2),
            (OTHER_BOOK, 4, 0, 0),
        ]
        assert await _shown(chain, f"orgMasterId={OTHER_SCHOOL}") == [(BOOK, 25, 0, 0)]
        assert await _shown(chain, "contractId=C-16") == [(BOOK, 10, 3, 2)]

        assert await _shown(chain, "", "winkel", "shop") == [(BOOK, 10, 3, 2)]
        assert await _shown(chain, "", "uitgever", "registry") == [(BOOK, 10, 3, 2)]
        assert await _shown(chain, "", "andere-winkel", "shop") == []


async def test_a_school_that_thinks_again_has_its_newest_number(start_chain: StartChain) -> None:
    async with start_chain(products=BOOKS) as chain:
        for expected, outcome in ((4, "given"), (6, "given"), (6, "unchanged"), (4, "given")):
            body = {"forecasts": [_chemistry(expected=expected)]}
            (taken,) = await chain.operate("PUT", "/forecasts", body)
            assert taken["outcome"] == outcome
        await until(
            lambda: _shown(chain, f"productId={OTHER_BOOK}"),
            lambda shown: shown == [(OTHER_BOOK, 4, 0, 0)],
            seconds=30,
        )


async def _import(chain: Chain) -> str:
    file = chain.deployment.folder / "forecasts.csv"
    file.write_text(FORECASTS, encoding="utf-8")
    return await chain.verb("forecast", "import", str(file))


async def _shown(
    chain: Chain, query: str, caller: str = "operator", role: str = "operator"
) -> list[tuple[str, int, int, int]]:
    forecasts = await chain.get(f"/trace/v1/forecasts?{query}", caller, role)
    names = ("productId", "expected", "ordered", "activated")
    return [tuple(each[name] for name in names) for each in forecasts]


def _is(status: str) -> Any:  # noqa: ANN401 - a function
    return lambda trace: bool(trace and trace["status"] == status)


def _chemistry(*, expected: int) -> dict[str, object]:
    return {
        "organisationMasterIdentifier": SCHOOL,
        "productId": OTHER_BOOK,
        "periodFrom": "2026-08-01",
        "periodUntil": "2027-07-31",
        "expected": expected,
    }
