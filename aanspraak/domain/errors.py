"""What the domain refuses: one class per reason; its docstring is what the partner reads."""

from __future__ import annotations


class DomainError(Exception):
    """The request conflicts with the rules of the domain."""

    def __init__(self, detail: str = "") -> None:
        """Take a detail that names the field or number at fault, never a value that was given."""
        rule = (type(self).__doc__ or "").strip().rstrip(".")
        super().__init__(f"{rule}: {detail}" if detail else f"{rule}.")
        self.detail = detail


# Answered at once, with a 4xx.


class NotYours(DomainError):
    """This belongs to another partner."""


class UnknownReference(DomainError):
    """No request with this reference id was sent."""


class UnknownEntitlement(DomainError):
    """There is no entitlement with this id."""


class UnknownDeliveryOrder(DomainError):
    """There is no delivery order with this id."""


class ProviderReferenceUnknown(DomainError):
    """No consent has this providerReferenceId."""


class ProviderReferenceUsed(DomainError):
    """The providerReferenceId was used already; a new consent has a new one."""


class ConsumerReferenceUnknown(DomainError):
    """No consent has this consumerReferenceId."""


class ConsumerReferenceUsed(DomainError):
    """The consumerReferenceId was used already; a new consent has a new one."""


class ConsentNotExchanged(DomainError):
    """The hub does not exchange this api and scope with you."""


class UnknownIncident(DomainError):
    """There is no incident with this id."""


class UnknownJob(DomainError):
    """There is no job with this id."""


class NothingToDo(DomainError):
    """There is nothing that this job would be about."""


class SecondOperatorNeeded(DomainError):
    """It is about so many that another operator than the one who asked must confirm it."""


class SecondOperatorUnproven(DomainError):
    """It was asked through this client, whose word for who uses it is not enough to confirm it."""


class JobIsOver(DomainError):
    """The job is over, or cancelled."""


# Answered by a confirmation with success=false.


class UsersMissing(DomainError):
    """The order names nobody who may use the product."""


class TooManyUsers(DomainError):
    """The order names more users than one order may have."""


class ProductUnknown(DomainError):
    """The productId is not in the catalogue."""


class ProductPhysical(DomainError):
    """A physical product gives no entitlements."""


class ProductNotYetForSale(DomainError):
    """The product is not yet for sale."""


class ProductNoLongerForSale(DomainError):
    """The product is no longer for sale."""


class StartsBeforePublication(DomainError):
    """The startDate lies before the product is published."""


class DeliveryTypeNotOffered(DomainError):
    """The product is not offered for this deliveryType."""


class DatesReversed(DomainError):
    """The activationUntilDate lies before the startDate."""


class PortalUnknown(DomainError):
    """The order names a portal that this hub does not serve."""


class OrderUnknown(DomainError):
    """The deliveryOrderId is not known, so its status cannot change."""


class CancelledBeforeReceived(DomainError):
    """A newer request already cancelled this delivery order."""


class StatusNotAskable(DomainError):
    """A delivery order cannot be asked to become this status."""


class InUse(DomainError):
    """Somebody uses it already; lower the quantity or block instead."""


class CancellationUnderWay(DomainError):
    """The cancellation of this delivery order is under way."""


class AlreadyCancelled(DomainError):
    """A cancelled delivery order stays cancelled; use a new deliveryOrderId."""


class NewQuantityNotAllowed(DomainError):
    """This quantity is not allowed."""


class QuantityTooSmall(DomainError):
    """A quantity must be at least 1."""


class QuantitiesDoNotAddUp(DomainError):
    """The quantities per study year, subject or group must add up to totalQuantity."""


class StudyUnknown(DomainError):
    """The school has no study year with this id."""


class SubjectUnknown(DomainError):
    """The school has no subject with this id."""


class GroupUnknown(DomainError):
    """The school has no group with this id."""


class RosterNotImported(DomainError):
    """No roster of this school was imported, and its sector has no student administration."""


class SelectionMissing(DomainError):
    """The order names no study year, subject or group."""


class CodeUnknown(DomainError):
    """The activation code was given for another product."""


class CodeRevokedBefore(DomainError):
    """The activation code is revoked."""


class CodeUsed(DomainError):
    """The activation code is used by another delivery order."""


class NotHeld(DomainError):
    """This delivery order does not wait for its release."""


class EntitlementIsCancelled(DomainError):
    """The entitlement is cancelled, and stays so."""


class FrozenFieldChanged(DomainError):
    """Only status, quantity (downwards) and endDate may change once the order is accepted."""


class NothingDelivered(DomainError):
    """Not one entitlement of the order could be delivered."""


class NobodyHeldBack(DomainError):
    """Nobody of this order is held back from leaving it."""


class PartnerIncomplete(DomainError):
    """A partner needs an id, a role, a client id and an address."""


class ContractIncomplete(DomainError):
    """A contract needs an id and known rules."""


class ForecastIncomplete(DomainError):
    """A forecast needs a product, a period and a number."""


class RosterNotFollowable(DomainError):
    """A roster is followed at a student administration of primary or secondary education."""


class ProductIncomplete(DomainError):
    """A product needs an id, a type and a status; a digital one a registry and a licence period."""


class ProductOfAnother(DomainError):
    """The catalogue of another provider lists this product."""


class ProductUnlisted(DomainError):
    """Only a listed product can be described."""


class CatalogueIncomplete(DomainError):
    """To follow a catalogue the hub needs its provider and a registry."""


class CodesNotOffered(DomainError):
    """The publisher of this product has not agreed that the hub requests activation codes."""


class QuantityNotAllowed(DomainError):
    """The quantity is not one that may be asked for."""


class RequestIdReused(DomainError):
    """This request id was used for something else before."""


class TooFewCodesInStock(DomainError):
    """There are fewer unused activation codes in stock."""


class PersonUnknown(DomainError):
    """Nobody is known by these identifiers."""


class PersonAmbiguous(DomainError):
    """These identifiers belong to more than one person; forget them one by one."""


class SchoolUnknown(DomainError):
    """No school is known under this id."""


class PortalNotServed(DomainError):
    """This hub serves no portal of this name."""


class PortalNotAtSchool(DomainError):
    """Nothing of this school goes to this portal any more."""


class PersonStillNeeded(DomainError):
    """This person is in a followed roster or has a live entitlement; it can be forced."""
