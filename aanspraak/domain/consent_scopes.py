"""Which consents the hub exchanges, and with whom: as provider of data, or as their consumer.

Nothing that brings names, birth dates or addresses is asked for: no scope of the Students API, and
of the Employees API the roles alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER: Final = "provider"
CONSUMER: Final = "consumer"


class Scope(NamedTuple):
    """A scope of an API, as Consent API 0.9.1 spells both."""

    api: str
    scope: str


PORTAL_SCOPE: Final = Scope("entitlement-api", "entitlement.portal")
DASHBOARD_SCOPE: Final = Scope("entitlement-api", "entitlement.dashboard")
EDUCATION: Final = Scope("education-api", "education")
ASSOCIATION: Final = Scope("association-api", "association")
EMPLOYEE_ROLES: Final = Scope("employees-api", "employee.roles")

EXCHANGED: Final[Mapping[str, tuple[Scope, ...]]] = {
    "portal": (PORTAL_SCOPE,),
    "dashboard": (DASHBOARD_SCOPE,),
    "administration": (EDUCATION, ASSOCIATION, EMPLOYEE_ROLES),
}
"""Per role of a partner."""

READ_BY_THE_HUB: Final = EXCHANGED["administration"]
READ_FOR_ROSTERS: Final = (EDUCATION, ASSOCIATION)
"""Without these two nobody can say who studies what; roles of employees come on top."""


def read_by(role: str) -> Scope | None:
    """What a partner of this role reads of the hub by a school's consent; None: it needs none."""
    return next((each for each in EXCHANGED.get(role, ()) if hub_is(each.api) == PROVIDER), None)


def hub_is(api: str) -> str:
    """Whether the hub provides the data of this API, or consumes them."""
    return CONSUMER if api in {each.api for each in READ_BY_THE_HUB} else PROVIDER


def exchanged(role: str, api: str | None, scope: str | None) -> tuple[Scope, ...]:
    """What is exchanged with a partner of this role: all, those of an API, or one scope."""
    return tuple(
        each
        for each in EXCHANGED.get(role, ())
        if api in (None, each.api) and scope in (None, each.scope)
    )
