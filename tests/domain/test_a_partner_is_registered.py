from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from aanspraak.domain.errors import PartnerIncomplete
from aanspraak.domain.partner.decide import ROLES
from aanspraak.domain.partner.events import (
    PartnerKeySet,
    PartnerReachable,
    PartnerRegistered,
    PartnerUnreachable,
)
from tests.domain.catalogue import PORTAL, PORTAL_AWAY, PORTAL_KEY
from tests.spec import asked, given


def registered(url: str = "https://portal-a.example/entitlement/v1") -> PartnerRegistered:
    return PartnerRegistered(
        partner="portal-a",
        role="portal",
        title="Portal A",
        client_id="client-a",
        url=url,
        token_url="https://portal-a.example/token",
        scope="eduv.entitlement.portal",
        usage_url="",
        activation_codes_url="",
        consent_url="",
        overdue_seconds=None,
    )


def test_with_an_address_that_ends_without_a_stroke() -> None:
    given().when(PORTAL).then(registered())


@pytest.mark.parametrize("role", ROLES)
def test_in_each_role(role: str) -> None:
    given().when(replace(PORTAL, role=role)).then_kinds(PartnerRegistered)


def test_the_same_again_changes_nothing() -> None:
    given(*asked(PORTAL)).when(PORTAL).nothing_happens()


def test_the_newest_registration_counts() -> None:
    moved = replace(PORTAL, url="https://new.example")
    given(*asked(PORTAL)).when(moved).then(registered("https://new.example"))
    given(*asked(PORTAL, moved)).when(PORTAL).then(registered())


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("partner", "", "partner is empty"),
        ("client_id", "", "client_id is empty"),
        ("url", "", "url is empty"),
        ("usage_url", "ftp://a.example", "usage_url is not an http address"),
        (
            "role",
            "school",
            "role must be one of " + ", ".join(ROLES),
        ),
    ],
)
def test_not_without_what_the_hub_needs(field: str, value: str, detail: str) -> None:
    changed: dict[str, Any] = {field: value}
    given().when(replace(PORTAL, **changed)).refused(PartnerIncomplete, detail)


def test_a_dashboard_is_never_called_and_needs_no_address() -> None:
    dashboard = replace(PORTAL, role="dashboard", url="")
    given().when(dashboard).then_kinds(PartnerRegistered)


def test_a_key_is_set_once_and_stays_whatever_is_registered() -> None:
    key = PartnerKeySet(
        partner="portal-a", public_key=PORTAL_KEY.public_key, reason_id=PORTAL_KEY.reason_id
    )
    given(*asked(PORTAL)).when(PORTAL_KEY).then(key)
    moved = replace(PORTAL, url="https://new.example")
    given(*asked(PORTAL, PORTAL_KEY, moved)).when(
        replace(PORTAL_KEY, reason_id=UUID(int=42))
    ).nothing_happens()


def test_who_reads_kafka_needs_no_address_until_its_key_is_removed() -> None:
    nowhere, removed = replace(PORTAL, url=""), replace(PORTAL_KEY, public_key="")
    given(*asked(PORTAL, PORTAL_KEY)).when(nowhere).then(registered(url=""))
    given(*asked(PORTAL, PORTAL_KEY, nowhere)).when(removed).refused(
        PartnerIncomplete, "url is empty"
    )
    given(*asked(PORTAL, PORTAL_KEY, removed)).when(nowhere).refused(
        PartnerIncomplete, "url is empty"
    )


def test_who_is_to_read_kafka_needs_no_address_from_the_beginning() -> None:
    nowhere = replace(PORTAL, url="", reads_kafka=True)
    given().when(nowhere).then(registered(url=""))
    given(*asked(nowhere)).when(PORTAL_KEY).then_kinds(PartnerKeySet)
    given(*asked(nowhere)).when(nowhere).nothing_happens()
    only = "only who gets messages reads Kafka: shop, registry, portal"
    given().when(replace(nowhere, role="dashboard")).refused(PartnerIncomplete, only)


def test_only_who_is_registered_and_gets_messages_has_a_key() -> None:
    given().when(PORTAL_KEY).refused(PartnerIncomplete, "it is not registered")
    asked_only = replace(PORTAL, role="administration")
    only = "only who gets messages has a key: shop, registry, portal"
    given(*asked(asked_only)).when(PORTAL_KEY).refused(PartnerIncomplete, only)


def test_only_a_registry_has_codes_to_give() -> None:
    offering = replace(PORTAL, activation_codes_url="https://portal-a.example/activationcode/v0")
    given().when(replace(offering, role="registry")).then_kinds(PartnerRegistered)
    given().when(offering).refused(PartnerIncomplete, "only a registry has an activation_codes_url")


def test_a_patience_of_its_own_changes_it_and_must_be_a_time() -> None:
    patient = replace(PORTAL, overdue_seconds=3600)
    given(*asked(PORTAL)).when(patient).then(replace(registered(), overdue_seconds=3600))
    given(*asked(patient)).when(PORTAL).then(registered())
    given().when(replace(PORTAL, overdue_seconds=0)).refused(
        PartnerIncomplete, "overdue_seconds must be at least 1"
    )


def test_that_it_is_away_and_there_again_is_noted_once() -> None:
    since = PORTAL_AWAY.unreachable_since
    assert since is not None
    later = replace(PORTAL_AWAY, unreachable_since=since + timedelta(hours=1))
    there = replace(PORTAL_AWAY, unreachable_since=None)
    away = PartnerUnreachable(partner="portal-a", since=since)
    given(*asked(PORTAL)).when(PORTAL_AWAY).then(away)
    given(*asked(PORTAL, PORTAL_AWAY)).when(later).nothing_happens()
    back = PartnerReachable(partner="portal-a", since=since)
    given(*asked(PORTAL, PORTAL_AWAY)).when(there).then(back)
    given(*asked(PORTAL, PORTAL_AWAY, there)).when(there).nothing_happens()


def test_it_stays_away_whatever_is_registered_meanwhile() -> None:
    moved = replace(PORTAL, url="https://new.example")
    given(*asked(PORTAL, PORTAL_AWAY, moved)).when(PORTAL_AWAY).nothing_happens()


def test_who_is_not_registered_is_not_noted() -> None:
    given().when(PORTAL_AWAY).nothing_happens()
