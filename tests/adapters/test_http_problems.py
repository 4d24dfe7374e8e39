"""Every refusal of the domain has an answer: a status at once, or a confirmation later."""

from __future__ import annotations

from collections.abc import Iterator

from aanspraak.domain import errors
from aanspraak.domain.errors import DomainError
from aanspraak.domain.status_codes import STATUS_CODES
from adapters.http.problems import PROBLEMS

BY_CONFIRMATION = {
    errors.RosterNotImported,
    errors.UsersMissing,
    errors.TooManyUsers,
    errors.ProductUnknown,
    errors.ProductPhysical,
    errors.ProductNotYetForSale,
    errors.ProductNoLongerForSale,
    errors.DeliveryTypeNotOffered,
    errors.DatesReversed,
    errors.PortalUnknown,
    errors.OrderUnknown,
    errors.CancelledBeforeReceived,
    errors.StartsBeforePublication,
    errors.StatusNotAskable,
    errors.InUse,
    errors.CancellationUnderWay,
    errors.AlreadyCancelled,
    errors.NewQuantityNotAllowed,
    errors.QuantityTooSmall,
    errors.QuantitiesDoNotAddUp,
    errors.StudyUnknown,
    errors.SubjectUnknown,
    errors.GroupUnknown,
    errors.SelectionMissing,
    errors.CodeUnknown,
    errors.CodeUsed,
    errors.CodeRevokedBefore,
    errors.FrozenFieldChanged,
    errors.NothingDelivered,
}
AT_THE_TERMINAL = {
    errors.CatalogueIncomplete,
    errors.PartnerIncomplete,
    errors.ProductIncomplete,
    errors.ProductOfAnother,
    errors.ProductUnlisted,
}


def test_every_refusal_is_answered_in_exactly_one_way() -> None:
    ways = [set(PROBLEMS), BY_CONFIRMATION, AT_THE_TERMINAL]
    assert set.union(*ways) == set(_refusals(DomainError))
    assert sum(map(len, ways)) == len(set.union(*ways))


def test_every_refusal_has_a_functional_code() -> None:
    assert set(STATUS_CODES) == set(_refusals(DomainError))


def _refusals(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _refusals(each)
