from __future__ import annotations

from uuid import UUID

from aanspraak.domain.dead_letter.commands import RetryDeadLetter, SkipDeadLetter
from aanspraak.domain.dead_letter.events import DeadLetterRetried, DeadLetterSkipped
from tests.spec import asked, given

WHY = UUID(int=81)
RETRY = RetryDeadLetter(follower="policies", position=7, reason_id=WHY)
SKIP = SkipDeadLetter(follower="policies", position=7, behind=True, reason_id=WHY)


def test_it_is_tried_again_as_often_as_somebody_wants() -> None:
    retried = DeadLetterRetried(follower="policies", position=7, reason_id=WHY)
    given().when(RETRY).then(retried)
    given(*asked(RETRY)).when(RETRY).then(retried)


def test_it_is_skipped_once_and_then_nothing_more_is_decided() -> None:
    skipped = DeadLetterSkipped(follower="policies", position=7, behind=True, reason_id=WHY)
    given(*asked(RETRY)).when(SKIP).then(skipped)
    given(*asked(SKIP)).when(SKIP).nothing_happens()
    given(*asked(SKIP)).when(RETRY).nothing_happens()
