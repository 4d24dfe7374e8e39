from __future__ import annotations

from dataclasses import replace

import pytest

from aanspraak.domain.catalogue.events import CatalogueFollowed, CatalogueLeft
from aanspraak.domain.errors import CatalogueIncomplete
from tests.domain.catalogue import FOLLOW, LEAVE
from tests.spec import asked, given


def test_with_the_registry_of_its_licences() -> None:
    given().when(FOLLOW).then(CatalogueFollowed(provider="provider", registry="publisher"))


def test_the_same_again_changes_nothing() -> None:
    given(*asked(FOLLOW)).when(FOLLOW).nothing_happens()


def test_the_newest_decision_counts() -> None:
    elsewhere = replace(FOLLOW, registry="another")
    given(*asked(FOLLOW)).when(elsewhere).then_kinds(CatalogueFollowed)
    given(*asked(FOLLOW, LEAVE)).when(FOLLOW).then_kinds(CatalogueFollowed)


def test_it_is_left_once() -> None:
    given(*asked(FOLLOW)).when(LEAVE).then(CatalogueLeft(provider="provider"))
    given(*asked(FOLLOW, LEAVE)).when(LEAVE).nothing_happens()
    given().when(LEAVE).nothing_happens()


@pytest.mark.parametrize("field", ["provider", "registry"])
def test_not_without_provider_and_registry(field: str) -> None:
    given().when(replace(FOLLOW, **{field: ""})).refused(CatalogueIncomplete, f"{field} is empty")
