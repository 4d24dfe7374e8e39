"""The machines of the hub: of each, what can be asked that makes a difference."""

from __future__ import annotations

from dataclasses import replace

from aanspraak.domain.catalogue import events as catalogue_facts
from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.partner import state as partner_state
from aanspraak.domain.product import state as product_state
from tests.domain.catalogue import (
    BOOK,
    DESCRIBE_BOOK,
    END_PAUSE,
    FOLLOW,
    LEAVE,
    MISS_BOOK,
    PAUSE,
    PORTAL,
    PORTAL_AWAY,
    PORTAL_KEY,
    RESUME,
)
from tests.domain.entitlements import (
    PUPIL,
)
from tests.state_machines.agreements import CONTRACT, FORECAST
from tests.state_machines.code_stock import CODE_STOCK
from tests.state_machines.consents import CONSENTS
from tests.state_machines.deliveries import (
    DELIVERY_ORDER,
    ENTITLEMENT,
    LINK,
    OPEN_ORDER,
    TAKEN_BACK,
)
from tests.state_machines.explore import NOTHING, History, Machine
from tests.state_machines.incidents import INCIDENT
from tests.state_machines.jobs import DEAD_LETTER, JOB
from tests.state_machines.messages import ANSWER, MESSAGE
from tests.state_machines.persons import PERSON
from tests.state_machines.resolution import RESOLUTION
from tests.state_machines.rosters import ROSTER
from tests.state_machines.schools import SCHOOL


def product_name(history: History) -> str:
    if not history:
        return NOTHING
    missed = product_state.replay(history).missed  # type: ignore[arg-type, union-attr]
    return "missed" if missed else "listed"


def partner_name(history: History) -> str:
    """Whether the partner reads Kafka itself, and whether an operator holds it."""
    partner = partner_state.replay(history)  # type: ignore[arg-type]
    if partner is None:
        return NOTHING
    way = "reads Kafka" if partner.public_key else "called over HTTP"
    paused = ", paused" if partner.paused else ""
    return way + paused + (", away" if partner.unreachable_since else "")


def catalogue_name(history: History) -> str:
    match history:
        case (*_, catalogue_facts.CatalogueFollowed()):
            return "followed"
        case (*_, catalogue_facts.CatalogueLeft()):
            return "left"
        case _:
            return NOTHING


USERS = Machine(
    title="List of users",
    prose="The users that one request for an order named; 500 to a fact.",
    asks={"ListUsers": ListUsers(subject_ids=(PUPIL,), user_reference_ids=(PUPIL,))},
    name=lambda history: "written" if history else NOTHING,
)
PARTNER = Machine(
    title="Partner",
    prose=(
        "The newest registration, the newest key and the newest pause count; "
        "the hub notes when it is away."
    ),
    asks={
        "RegisterPartner": PORTAL,
        "RegisterPartner, something else": replace(PORTAL, title="Another title"),
        "RegisterPartner, incomplete": replace(PORTAL, url=""),
        "SetPartnerKey": PORTAL_KEY,
        "SetPartnerKey, none": replace(PORTAL_KEY, public_key=""),
        "PausePartner": PAUSE,
        "ResumePartner": RESUME,
        "EndPause": END_PAUSE,
        "NoteReachability, away": PORTAL_AWAY,
        "NoteReachability, there": replace(PORTAL_AWAY, unreachable_since=None),
    },
    name=partner_name,
)
PRODUCT = Machine(
    title="Product",
    prose="The newest listing counts.",
    asks={
        "ListProduct": BOOK,
        "ListProduct, something else": replace(BOOK, title="Another title"),
        "ListProduct, incomplete": replace(BOOK, registry=""),
        "ListProduct, of another provider": replace(BOOK, provider="another"),
        "DescribeProduct": DESCRIBE_BOOK,
        "MissProduct": MISS_BOOK,
    },
    name=product_name,
)
CATALOGUE = Machine(
    title="Catalogue of a provider",
    prose="The newest decision counts.",
    asks={
        "FollowCatalogue": FOLLOW,
        "FollowCatalogue, another registry": replace(FOLLOW, registry="another"),
        "FollowCatalogue, incomplete": replace(FOLLOW, registry=""),
        "LeaveCatalogue": LEAVE,
    },
    name=catalogue_name,
)
MACHINES = (
    DELIVERY_ORDER,
    OPEN_ORDER,
    ENTITLEMENT,
    TAKEN_BACK,
    LINK,
    MESSAGE,
    ANSWER,
    USERS,
    INCIDENT,
    JOB,
    DEAD_LETTER,
    PARTNER,
    PRODUCT,
    CONTRACT,
    FORECAST,
    PERSON,
    CATALOGUE,
    RESOLUTION,
    CODE_STOCK,
    ROSTER,
    SCHOOL,
    *CONSENTS,
)
