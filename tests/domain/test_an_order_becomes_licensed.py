from __future__ import annotations

from datetime import date

import pytest

from aanspraak.domain.delivery_order.commands import LicenseDeliveryOrder
from aanspraak.domain.delivery_order.events import DeliveryOrderLicensed
from tests.domain.orders import EVENING, LICENSE, RECEIVE, answer, complete, receive
from tests.spec import asked, given

LICENSED = DeliveryOrderLicensed(usage_date=date(2026, 9, 1))


def test_by_the_first_activation_and_the_shop_is_told_about_its_request() -> None:
    given(*asked(RECEIVE, complete(3, 0))).when(LICENSE).then(
        LICENSED, answer(2, new_status="licensed", processed_timestamp=EVENING)
    )


def test_it_may_be_before_it_is_processed() -> None:
    given(*asked(RECEIVE)).when(LICENSE).then(
        LICENSED, answer(1, new_status="licensed", processed_timestamp=EVENING)
    )


def test_it_may_be_though_no_portal_has_a_link() -> None:
    given(*asked(RECEIVE, complete(0, 3))).when(LICENSE).then(
        LICENSED, answer(2, new_status="licensed", processed_timestamp=EVENING)
    )


def test_it_happens_once() -> None:
    next_pupil = LicenseDeliveryOrder(usage_date=date(2026, 9, 2), now=EVENING)
    given(*asked(RECEIVE, LICENSE)).when(next_pupil).nothing_happens()


@pytest.mark.parametrize("history", [(), asked(receive(product=None))])
def test_what_was_never_accepted_is_never_licensed(history: tuple[object, ...]) -> None:
    given(*history).when(LICENSE).nothing_happens()
