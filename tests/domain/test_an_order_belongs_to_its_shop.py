from __future__ import annotations

import pytest

from aanspraak.domain.errors import NotYours
from tests.domain.orders import RECEIVE, again, complete, receive
from tests.spec import asked, given


@pytest.mark.parametrize("history", [asked(RECEIVE), asked(RECEIVE, complete(3, 0))])
@pytest.mark.parametrize(
    "theirs", [receive(shop="another-shop"), again("second", shop="another-shop")]
)
def test_another_shop_is_turned_away_and_leaves_no_fact(
    history: tuple[object, ...], theirs: object
) -> None:
    given(*history).when(theirs).refused(NotYours)


def test_a_shop_whose_own_request_was_refused_is_turned_away_when_another_has_the_order() -> None:
    first_theirs = receive(shop="another-shop", product=None)
    given(*asked(first_theirs, RECEIVE)).when(first_theirs).refused(NotYours)
