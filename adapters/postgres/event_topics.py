"""The topics of stored events in one table: history does not depend on where a class lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aanspraak.domain.catalogue import events as catalogue
from aanspraak.domain.code_stock import events as code_stock
from aanspraak.domain.consent import events as consent
from aanspraak.domain.contract import events as contract
from aanspraak.domain.dead_letter import events as dead_letter
from aanspraak.domain.delivery_order import events as delivery_order
from aanspraak.domain.entitlement import events as entitlement
from aanspraak.domain.entitlement import withdrawal_events as withdrawal
from aanspraak.domain.forecast import events as forecast
from aanspraak.domain.incident import events as incident
from aanspraak.domain.job import events as job
from aanspraak.domain.order_users import events as order_users
from aanspraak.domain.partner import events as partner
from aanspraak.domain.person import events as person
from aanspraak.domain.product import events as product
from aanspraak.domain.resolution import events as resolution
from aanspraak.domain.roster import events as roster
from aanspraak.domain.school import events as school

if TYPE_CHECKING:
    from collections.abc import Callable

    Upcast = Callable[[dict[str, Any]], dict[str, Any]]

TOPICS: dict[str, type] = {
    "consent.registered": consent.ConsentRegistered,
    "consent.requested": consent.ConsentRequested,
    "consent.notified": consent.ConsentNotified,
    "consent.confirmed": consent.ConsentConfirmed,
    "consent.given": consent.ConsentGiven,
    "consent.declined": consent.ConsentDeclined,
    "consent.revoked": consent.ConsentRevoked,
    "consent.missed": consent.ConsentMissed,
    "consent.took-effect": consent.ConsentTookEffect,
    "consent.ended": consent.ConsentEnded,
    "consent.message-issued": consent.ConsentMessageIssued,
    "consent.message-taken": consent.ConsentMessageTaken,
    "consent.message-rejected": consent.ConsentMessageRejected,
    "consent.message-given-up": consent.ConsentMessageGivenUp,
    "dead-letter.retried": dead_letter.DeadLetterRetried,
    "dead-letter.skipped": dead_letter.DeadLetterSkipped,
    "delivery-order.received": delivery_order.DeliveryOrderReceived,
    "delivery-order.request-refused": delivery_order.DeliveryOrderRequestRefused,
    "delivery-order.unchanged-request-taken": delivery_order.UnchangedRequestTaken,
    "delivery-order.reference-reused": delivery_order.ReferenceReused,
    "delivery-order.confirmation-issued": delivery_order.ConfirmationIssued,
    "delivery-order.processed": delivery_order.DeliveryOrderProcessed,
    "delivery-order.undelivered": delivery_order.DeliveryOrderUndelivered,
    "delivery-order.licensed": delivery_order.DeliveryOrderLicensed,
    "delivery-order.released": delivery_order.DeliveryOrderReleased,
    "delivery-order.quantity-lowered": delivery_order.QuantityLowered,
    "delivery-order.cancellation-requested": delivery_order.CancellationRequested,
    "delivery-order.cancelled": delivery_order.DeliveryOrderCancelled,
    "delivery-order.cancellation-refused": delivery_order.DeliveryOrderCancellationRefused,
    "delivery-order.confirmation-taken": delivery_order.ConfirmationTaken,
    "delivery-order.confirmation-rejected": delivery_order.ConfirmationRejected,
    "delivery-order.confirmation-given-up": delivery_order.ConfirmationGivenUp,
    "order-users.listed": order_users.UsersListed,
    "entitlement.created": entitlement.EntitlementCreated,
    "entitlement.registry-requested": entitlement.RegistryRequested,
    "entitlement.entitled": entitlement.EntitlementEntitled,
    "entitlement.registry-refused": entitlement.RegistryRefused,
    "entitlement.link-requested": entitlement.LinkRequested,
    "entitlement.link-placed": entitlement.LinkPlaced,
    "entitlement.link-refused": entitlement.LinkRefused,
    "entitlement.link-lost": entitlement.LinkLost,
    "entitlement.link-withdrawn": entitlement.LinkWithdrawn,
    "entitlement.cancellation-asked": withdrawal.CancellationAsked,
    "entitlement.cancellation-refused": withdrawal.CancellationRefused,
    "entitlement.cancelled": withdrawal.EntitlementCancelled,
    "entitlement.block-asked": withdrawal.BlockAsked,
    "entitlement.blocked": withdrawal.EntitlementBlocked,
    "entitlement.unblock-asked": withdrawal.UnblockAsked,
    "entitlement.unblocked": withdrawal.EntitlementUnblocked,
    "entitlement.portals-changed": entitlement.PortalsChanged,
    "entitlement.late-confirmation-received": entitlement.LateConfirmationReceived,
    "entitlement.unexpected-confirmation-received": entitlement.UnexpectedConfirmationReceived,
    "entitlement.initial-activation-reported": entitlement.InitialActivationReported,
    "entitlement.request-taken": entitlement.RequestTaken,
    "entitlement.request-rejected": entitlement.RequestRejected,
    "entitlement.request-dropped": entitlement.RequestDropped,
    "entitlement.request-given-up": entitlement.RequestGivenUp,
    "contract.rules-set": contract.ContractRulesSet,
    "forecast.given": forecast.ForecastGiven,
    "codes.requested": code_stock.CodesRequested,
    "codes.received": code_stock.CodesReceived,
    "codes.request-refused": code_stock.CodesRequestRefused,
    "codes.taken-out": code_stock.CodesTakenOut,
    "codes.low-water-mark-set": code_stock.LowWaterMarkSet,
    "codes.ran-low": code_stock.StockRanLow,
    "codes.refilled": code_stock.StockRefilled,
    "codes.revocation-requested": code_stock.CodeRevocationRequested,
    "codes.revoked": code_stock.CodeRevoked,
    "codes.revocation-refused": code_stock.CodeRevocationRefused,
    "codes.message-taken": code_stock.CodeMessageTaken,
    "codes.message-rejected": code_stock.CodeMessageRejected,
    "codes.message-dropped": code_stock.CodeMessageDropped,
    "codes.message-given-up": code_stock.CodeMessageGivenUp,
    "incident.opened": incident.IncidentOpened,
    "incident.extended": incident.IncidentExtended,
    "incident.reopened": incident.IncidentReopened,
    "incident.sent-again": incident.IncidentSentAgain,
    "incident.closed": incident.IncidentClosed,
    "job.asked": job.JobAsked,
    "job.confirmed": job.JobConfirmed,
    "job.cancelled": job.JobCancelled,
    "job.ended": job.JobEnded,
    "partner.registered": partner.PartnerRegistered,
    "partner.key-set": partner.PartnerKeySet,
    "partner.paused": partner.PartnerPaused,
    "partner.resumed": partner.PartnerResumed,
    "partner.unreachable": partner.PartnerUnreachable,
    "partner.reachable": partner.PartnerReachable,
    "catalogue.followed": catalogue.CatalogueFollowed,
    "catalogue.left": catalogue.CatalogueLeft,
    "person.forgotten": person.PersonForgotten,
    "person.revealed": person.PersonRevealed,
    "product.listed": product.ProductListed,
    "product.described": product.ProductDescribed,
    "product.missed": product.ProductMissed,
    "resolution.users-resolved": resolution.UsersResolved,
    "resolution.leavers-held-back": resolution.LeaversHeldBack,
    "resolution.leavers-released": resolution.LeaversReleased,
    "resolution.holding-back-ended": resolution.HoldingBackEnded,
    "resolution.following-ended": resolution.FollowingEnded,
    "roster.followed": roster.RosterFollowed,
    "roster.taken": roster.RosterTaken,
    "roster.take-failed": roster.RosterTakeFailed,
    "school.portal-added": school.PortalAdded,
    "school.portal-removed": school.PortalRemoved,
    "school.portal-replaced": school.PortalReplaced,
}
"""Topic and the class of its newest version. A topic is never renamed and never used again."""

UPCASTS: dict[str, tuple[Upcast, ...]] = {}
"""Per topic the steps from version 1 to 2, 2 to 3, ...: data in, data of the next version out."""
