"""The functional status codes of the hub, in one table.

Edu-V publishes 0 to 99; its lists inside 40xx (entitlement) and 41xx (delivery) are not public.
Ours follow the list of the predecessor (SEM) by number: 4000 + n for an entitlement, 4100 + n for a
delivery.
"""

from __future__ import annotations

from typing import Final

from aanspraak.domain import errors

OK: Final = 0
SCHEMA_INCORRECT: Final = 11
SCOPE_REQUIRED: Final = 21
CONSENT_REQUIRED: Final = 22
OTHER: Final = 99
ENTITLEMENT_OTHER: Final = 4099
CODE_TAKEN: Final = 4151
USERS_MISSING: Final = 4102
DELIVERY_OTHER: Final = 4199

STATUS_CODES: Final[dict[type[errors.DomainError], int]] = {
    errors.NotYours: SCOPE_REQUIRED,
    errors.UnknownReference: 4040,
    errors.UnknownEntitlement: 4040,
    errors.UnknownDeliveryOrder: 4140,
    errors.ProviderReferenceUnknown: 1001,
    errors.ProviderReferenceUsed: 1002,
    errors.ConsumerReferenceUnknown: 1003,
    errors.ConsumerReferenceUsed: 1004,
    errors.ConsentNotExchanged: OTHER,
    errors.UnknownIncident: OTHER,
    errors.UnknownJob: OTHER,
    errors.NothingToDo: OTHER,
    errors.SecondOperatorNeeded: OTHER,
    errors.SecondOperatorUnproven: OTHER,
    errors.JobIsOver: OTHER,
    errors.UsersMissing: USERS_MISSING,
    errors.TooManyUsers: 4121,
    errors.ProductUnknown: 4111,
    errors.ProductPhysical: 4111,
    errors.ProductNotYetForSale: 4112,
    errors.ProductNoLongerForSale: 4113,
    errors.StartsBeforePublication: 4114,
    errors.DeliveryTypeNotOffered: 4121,
    errors.DatesReversed: DELIVERY_OTHER,
    errors.PortalUnknown: DELIVERY_OTHER,
    errors.OrderUnknown: 4140,
    errors.CancelledBeforeReceived: DELIVERY_OTHER,
    errors.StatusNotAskable: DELIVERY_OTHER,
    errors.InUse: 4142,
    errors.CancellationUnderWay: DELIVERY_OTHER,
    errors.AlreadyCancelled: DELIVERY_OTHER,
    errors.NewQuantityNotAllowed: 4141,
    errors.QuantityTooSmall: 4130,
    errors.QuantityNotAllowed: 4130,
    errors.QuantitiesDoNotAddUp: 4141,
    errors.StudyUnknown: 4105,
    errors.SubjectUnknown: 4105,
    errors.GroupUnknown: 4107,
    errors.SelectionMissing: 4104,
    errors.CodeUnknown: 4150,
    errors.CodeUsed: 4151,
    errors.CodeRevokedBefore: 4152,
    errors.NotHeld: DELIVERY_OTHER,
    errors.EntitlementIsCancelled: ENTITLEMENT_OTHER,
    errors.FrozenFieldChanged: 4160,
    errors.NothingDelivered: DELIVERY_OTHER,
    errors.NobodyHeldBack: DELIVERY_OTHER,
    errors.RosterNotImported: 4121,
    errors.CodesNotOffered: 4121,
    errors.RequestIdReused: DELIVERY_OTHER,
    errors.TooFewCodesInStock: DELIVERY_OTHER,
    errors.PartnerIncomplete: OTHER,
    errors.ProductIncomplete: OTHER,
    errors.ContractIncomplete: OTHER,
    errors.ForecastIncomplete: OTHER,
    errors.ProductOfAnother: OTHER,
    errors.ProductUnlisted: OTHER,
    errors.SchoolUnknown: 4109,
    errors.PortalNotServed: OTHER,
    errors.PortalNotAtSchool: OTHER,
    errors.PersonUnknown: OTHER,
    errors.PersonAmbiguous: OTHER,
    errors.PersonStillNeeded: OTHER,
    errors.CatalogueIncomplete: OTHER,
    errors.RosterNotFollowable: OTHER,
}


def code_of(refusal: errors.DomainError) -> int:
    """The functional status code of a refusal."""
    return STATUS_CODES[type(refusal)]
