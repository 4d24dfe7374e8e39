"""A small school start: three schools, three publishers, two portals, and what goes wrong there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.sandbox.chain import SandboxPartner
from adapters.sandbox.orders import (
    Order,
    code_order,
    customer_order,
    employee_order,
    product,
    student_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP: Final = "boekhandel-vandam"
PORTALS: Final = ("leerportaal-oost", "leerportaal-west")
DOWN: Final = PORTALS[1]
"""The portal that is down when the orders come, and comes up again later."""
REFUSED_PRODUCT: Final = "9789006300031"
"""The product that its publisher refuses."""
SCHOOLS: Final = {"104A158": PORTALS[0], "107B221": PORTALS[1], "110C305": PORTALS[0]}

PRODUCTS: Final = (
    product("9789006100013", "uitgeverij-noord", "Getal & Ruimte 3 havo"),
    product("9789006100020", "uitgeverij-noord", "Getal & Ruimte 3 vwo"),
    product("9789006200012", "uitgeverij-zuid", "Nieuw Nederlands 3"),
    product("9789006200029", "uitgeverij-zuid", "Stepping Stones 3"),
    product("9789006300017", "uitgeverij-west", "Chemie Overal 3"),
    product(REFUSED_PRODUCT, "uitgeverij-west", "Biologie voor jou 3"),
)
_REGISTRIES: Final = ("uitgeverij-noord", "uitgeverij-zuid", "uitgeverij-west")
_PUPILS_PER_CLASS: Final = 28


@dataclass(frozen=True, kw_only=True)
class Planned:
    """An order with what people call it."""

    title: str
    order: Order


def partners() -> list[SandboxPartner]:
    """The shop, the registries (one pupil in five activates at once) and the portals."""
    activating = {"activateShare": 0.2, "activateAfterSeconds": 2, "latencySeconds": 0.01}
    return [
        SandboxPartner(partner=SHOP, role="shop", title="Boekhandel Van Dam"),
        *(
            SandboxPartner(partner=name, role="registry", behaviour=activating)
            for name in _REGISTRIES[:2]
        ),
        SandboxPartner(
            partner=_REGISTRIES[2],
            role="registry",
            behaviour={
                **activating,
                "refuseProducts": [REFUSED_PRODUCT],
                "refuseStatus": 4011,
                "refuseMessage": "Product niet bekend",
            },
        ),
        SandboxPartner(partner=PORTALS[0], role="portal", behaviour={"latencySeconds": 0.01}),
        SandboxPartner(partner=DOWN, role="portal", behaviour={"down": "closed"}),
    ]


def orders() -> Iterator[Planned]:
    """What the schools order: for classes, for teachers, by code; and one parent."""
    for nth, (master, portal) in enumerate(SCHOOLS.items()):
        first = 1000 * (nth + 1)
        pupils = range(first, first + _PUPILS_PER_CLASS)
        for each in PRODUCTS[nth::2]:
            yield Planned(
                title=f"{each['name']} · {master} · {len(pupils)} pupils",
                order=student_order(
                    master,
                    str(each["productId"]),
                    pupils,
                    portals=(portal,),
                    contract_id="RC-2026-17",
                ),
            )
    teachers = [f"docent{number}@school.example" for number in range(6)]
    yield Planned(
        title="Getal & Ruimte 3 havo · 104A158 · 6 teachers",
        order=employee_order("104A158", "9789006100013", teachers, portals=PORTALS[:1]),
    )
    codes = [f"ABCDE-FGHIJ-KLMNO-PQRST-{number:05}" for number in range(10)]
    yield Planned(
        title="Stepping Stones 3 · 110C305 · 10 codes",
        order=code_order("110C305", "9789006200029", codes),
    )
    yield Planned(
        title="Nieuw Nederlands 3 · a parent",
        order=customer_order("9789006200012", 7, portals=PORTALS[:1]),
    )
