"""What differs between us and a partner, and what does not."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aanspraak.application.comparison import (
    Difference,
    OurOrder,
    Ours,
    TheirOrder,
    Theirs,
    compare_entitlement,
    compare_order,
    is_lacking,
    is_missed,
    unknown_there,
)

ID = UUID(int=7)
USED = date(2026, 9, 1)
END = date(2027, 7, 31)


def ours(status: str = "entitled", **changed: Any) -> Ours:  # noqa: ANN401 - fields
    given = {
        "entitlement_id": ID,
        "product_id": "book",
        "status": status,
        "activated": status == "licensed",
        "expiration_date": END,
        "under_way": False,
        "over": False,
        "refused": False,
    }
    return Ours(**{**given, **changed})


def theirs(status: str = "entitled", **changed: Any) -> Theirs:  # noqa: ANN401 - fields
    given = {
        "entitlement_id": ID,
        "product_id": "book",
        "status": status,
        "first_used": USED if status == "licensed" else None,
        "expiration_date": END,
    }
    return Theirs(**{**given, **changed})


@pytest.mark.parametrize("status", ["entitled", "licensed", "cancelled", "blocked"])
def test_the_same_status_is_no_difference(status: str) -> None:
    assert list(compare_entitlement(ours(status), [theirs(status)])) == []


@pytest.mark.parametrize("status", ["created", "entitled"])
def test_a_use_that_we_lack_is_taken_and_no_difference(status: str) -> None:
    assert is_lacking(ours(status), theirs("licensed"))
    assert list(compare_entitlement(ours(status), [theirs("licensed")])) == []


@pytest.mark.parametrize("status", ["cancelled", "blocked"])
def test_a_use_of_what_we_ended_is_taken_and_a_difference(status: str) -> None:
    assert is_lacking(ours(status), theirs("licensed"))
    (found,) = compare_entitlement(ours(status), [theirs("licensed")])
    assert found == Difference(what="status", entitlement_id=ID, ours=status, theirs="licensed")


def test_a_use_that_was_blocked_there_is_taken_and_a_difference() -> None:
    used_and_blocked = theirs("blocked", first_used=USED)
    assert is_lacking(ours(), used_and_blocked)
    (found,) = compare_entitlement(ours(), [used_and_blocked])
    assert (found.ours, found.theirs) == ("licensed", "blocked")


def test_what_we_have_is_not_lacking() -> None:
    assert not is_lacking(ours("licensed"), theirs("licensed"))
    assert not is_lacking(ours(), theirs())
    earlier = theirs("licensed", expiration_date=USED)
    assert not is_lacking(ours("licensed"), earlier)
    assert not is_lacking(ours("licensed"), theirs("licensed", expiration_date=None))


def test_a_later_end_and_another_product_may_be_lacking() -> None:
    assert is_lacking(ours("licensed"), theirs("licensed", expiration_date=date(2028, 7, 31)))
    assert is_lacking(ours("licensed", expiration_date=None), theirs("licensed"))
    assert is_lacking(ours("licensed"), theirs("licensed", product_id="exercises"))


def test_a_use_without_a_date_is_no_fact_but_seen() -> None:
    undated = theirs("licensed", first_used=None)
    assert not is_lacking(ours(), undated)
    found = list(compare_entitlement(ours(), [undated]))
    assert [each.what for each in found] == ["use-without-a-date", "status"]


@pytest.mark.parametrize("excused", [ours(under_way=True), ours(over=True)])
def test_what_is_under_way_or_over_may_differ(excused: Ours) -> None:
    assert list(compare_entitlement(excused, [theirs("cancelled")])) == []
    assert list(unknown_there([excused], {})) == []


def test_a_confirmation_that_got_lost_is_a_difference() -> None:
    (found,) = compare_entitlement(ours("created"), [theirs("entitled")])
    assert (found.ours, found.theirs) == ("created", "entitled")


def test_of_a_bundle_the_product_itself_tells_the_status() -> None:
    products = [theirs("licensed", product_id="exercises"), theirs("licensed")]
    assert list(compare_entitlement(ours("licensed"), products)) == []


@pytest.mark.parametrize(
    ("status", "missed"),
    [("created", 0), ("entitled", 1), ("licensed", 1), ("blocked", 1), ("cancelled", 0)],
)
def test_what_should_be_there_and_is_not(status: str, missed: int) -> None:
    assert len(list(unknown_there([ours(status)], {}))) == missed
    assert list(unknown_there([ours(status)], {ID: ()})) == []
    assert list(unknown_there([ours(status, refused=True)], {})) == []


def our_order(status: str = "processed", **changed: Any) -> OurOrder:  # noqa: ANN401 - fields
    given = {"status": status, "total_quantity": 30, "cancelling": False, "under_way": False}
    return OurOrder(**{**given, **changed})


@pytest.mark.parametrize("status", ["ordered", "processed", "licensed", "cancelled"])
def test_an_order_that_both_have_alike(status: str) -> None:
    order = TheirOrder(status=status, total_quantity=30)
    assert list(compare_order(our_order(status), order)) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        (our_order(), None, "unknown-there"),
        (our_order(), TheirOrder(status="cancelled", total_quantity=20), "cancelled-there"),
        (our_order(), TheirOrder(status="ordered", total_quantity=30), "status"),
        (our_order("cancelled"), TheirOrder(status="processed", total_quantity=30), "status"),
        (our_order(), TheirOrder(status="processed", total_quantity=20), "quantity"),
        (our_order(), TheirOrder(status="processed", total_quantity=None), "quantity"),
    ],
)
def test_an_order_that_differs(ours: OurOrder, theirs: TheirOrder | None, what: str) -> None:
    (found,) = compare_order(ours, theirs)
    assert found.what == what


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (our_order("cancelled"), None),
        (our_order(cancelling=True), TheirOrder(status="cancelled", total_quantity=30)),
        (our_order(under_way=True), TheirOrder(status="ordered", total_quantity=30)),
        (our_order("ordered"), TheirOrder(status="created", total_quantity=30)),
    ],
)
def test_an_order_that_may_differ(ours: OurOrder, theirs: TheirOrder | None) -> None:
    assert list(compare_order(ours, theirs)) == []


@pytest.mark.parametrize(
    ("status", "missed"),
    [("created", False), ("ordered", True), ("licensed", True), ("cancelled", False)],
)
def test_an_order_that_we_never_got(status: str, missed: bool) -> None:
    assert is_missed(TheirOrder(status=status, total_quantity=None)) is missed
