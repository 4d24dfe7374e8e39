"""Every field of every fact is public or withheld, and somebody decided which."""

from __future__ import annotations

from dataclasses import fields

import pytest

from aanspraak.domain.consent.events import ConsentMissed
from aanspraak.domain.entitlement.events import EntitlementCreated
from adapters.postgres.event_topics import TOPICS
from projections.public_events import (
    FOR_DASHBOARDS,
    dashboard_data,
    public_data,
    public_fields,
    public_name,
)
from projections.public_fields import PUBLIC, WITHHELD

FIELDS = {field.name for fact in TOPICS.values() for field in fields(fact)}


def test_every_field_of_a_fact_is_public_or_withheld_with_a_reason() -> None:
    assert PUBLIC | WITHHELD.keys() == FIELDS
    assert not PUBLIC & WITHHELD.keys()
    assert all(WITHHELD.values())


def test_no_two_fields_of_a_fact_get_the_same_public_name() -> None:
    for fact in TOPICS.values():
        names = public_fields(fact)
        assert len({public_name(name) for name in names}) == len(names)


def test_what_lies_in_the_vault_is_named_by_nobody_outside() -> None:
    named = public_fields(EntitlementCreated)
    assert "subject_id" in named
    assert "user_reference_id" not in named


def test_dashboards_hear_only_what_is_public() -> None:
    for fact, names in FOR_DASHBOARDS.items():
        assert {*names} <= {*public_fields(fact)}


def test_names_are_spelt_as_those_of_the_edu_v_apis() -> None:
    assert public_name("activation_until_date") == "activationUntilDate"
    assert public_name("turn") == "turn"


def test_of_what_dashboards_do_not_hear_nothing_is_made() -> None:
    with pytest.raises(KeyError):
        dashboard_data(ConsentMissed())


def test_a_fact_without_public_fields_is_published_all_the_same() -> None:
    assert public_data(ConsentMissed()) == {}
