"""What is told of a cause in the chain from order to use: whom it waits for, and two languages."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Of a cause: whom it waits for, what is wrong and what to do, in English and Dutch.

    `waits_for`: shop, registry, portal, school, publisher, operator, hub (it goes on by itself) or
    nobody (there is nothing to wait for).
    """

    waits_for: str
    wrong: tuple[str, str]
    advice: tuple[str, str]
