from __future__ import annotations

import pytest

from aanspraak.application.handle import Submission, decide_in_turn
from aanspraak.domain.catalogue.events import CatalogueFollowed
from aanspraak.domain.delivery_order.events import DeliveryOrderReceived
from aanspraak.domain.entitlement.events import (
    EntitlementCreated,
    EntitlementEntitled,
    LinkRequested,
    RegistryRequested,
)
from aanspraak.domain.errors import UnknownEntitlement
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.incident.events import IncidentOpened
from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.order_users.events import UsersListed
from aanspraak.domain.partner.events import PartnerRegistered
from aanspraak.domain.product.events import ProductListed
from tests.domain.catalogue import BOOK, FOLLOW, PORTAL
from tests.domain.entitlements import CREATE, ENTITLED, ENTITLEMENT, PUPIL, REQUEST_LINKS
from tests.domain.orders import RECEIVE
from tests.spec import asked


def submit(*commands: object) -> list[Submission]:
    return [
        Submission(
            stream_id=ENTITLEMENT,
            command=command,
            actor="a-key",
            correlation_id="story",
            causation_id=f"command-{number}",
        )
        for number, command in enumerate(commands)
    ]


def kinds(history: tuple[object, ...], *commands: object) -> list[list[type]]:
    decisions = decide_in_turn(history, submit(*commands))
    return [[type(event) for event in decision.events] for decision in decisions]


def test_each_on_what_the_ones_before_it_left() -> None:
    assert kinds((), CREATE, ENTITLED, REQUEST_LINKS) == [
        [EntitlementCreated, RegistryRequested],
        [EntitlementEntitled],
        [LinkRequested, LinkRequested],
    ]


def test_the_same_twice_in_one_group_is_decided_once() -> None:
    assert kinds(asked(CREATE), ENTITLED, ENTITLED) == [[EntitlementEntitled], []]


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (RECEIVE, DeliveryOrderReceived),
        (ListUsers(subject_ids=(PUPIL,), user_reference_ids=(PUPIL,)), UsersListed),
        (OpenIncident(party="x", code=4099, kind="x", concerning="x"), IncidentOpened),
        (PORTAL, PartnerRegistered),
        (BOOK, ProductListed),
        (FOLLOW, CatalogueFollowed),
    ],
    ids=lambda value: type(value).__name__,
)
def test_so_it_is_for_every_aggregate(command: object, fact: type) -> None:
    assert kinds((), command, command) == [[fact], []]


def test_a_refusal_stops_nobody_behind_it() -> None:
    submissions = submit(ENTITLED, CREATE)
    refused, created = decide_in_turn((), submissions)
    assert (refused.submission, created.submission) == tuple(submissions)
    assert type(refused.refusal) is UnknownEntitlement
    assert refused.events == ()
    assert created.refusal is None
    assert len(created.events) == 2


def test_a_decision_comes_back_with_its_submission() -> None:
    (submission,) = submit(CREATE)
    (decision,) = decide_in_turn((), [submission])
    assert decision.submission == submission
