"""What an InitialActivation means: the registry is right about what happened, always."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aanspraak.domain.entitlement.events import EntitlementEvent, InitialActivationReported
from aanspraak.domain.entitlement.state import Activation, Entitlement
from aanspraak.domain.errors import NotYours

if TYPE_CHECKING:
    from aanspraak.domain.entitlement.commands import ReportInitialActivation

DISTRIBUTED_BY_SCHOOL: Final = "school-admin"
"""What officials of a school get they hand out within it: others use it, and each counts."""


RECONCILED: Final = "reconciled"
"""The source of a use that the registry told when we asked."""


def report_initial_activation(
    command: ReportInitialActivation, entitlement: Entitlement
) -> tuple[EntitlementEvent, ...]:
    """Repeated word for word it counts once; another product or a later end is a new fact.

    What we found ourselves is none when we have a use of the product that lasts as long: a registry
    may tell its first use otherwise when it is asked.
    """
    if command.registry != entitlement.created.registry:
        raise NotYours
    activation = Activation(
        user_subject_id=command.user_subject_id,
        product_id=command.product_id,
        usage_date=command.usage_date,
        expiration_date=command.expiration_date,
    )
    if activation in entitlement.activations or _was_reported(command, entitlement):
        return ()
    had = entitlement.expiration_date
    reported = InitialActivationReported(
        registry=command.registry,
        user_subject_id=command.user_subject_id,
        product_id=command.product_id,
        usage_date=command.usage_date,
        expiration_date=command.expiration_date,
        first=not entitlement.activations,
        expiration_moved=had is None or command.expiration_date > had,
        anomalies=_anomalies(command, entitlement),
        source=command.source,
    )
    return (reported,)


def _was_reported(command: ReportInitialActivation, entitlement: Entitlement) -> bool:
    return command.source == RECONCILED and any(
        known.product_id == command.product_id and known.expiration_date >= command.expiration_date
        for known in entitlement.activations
    )


def _anomalies(command: ReportInitialActivation, entitlement: Entitlement) -> tuple[str, ...]:
    """What should not have been, and somebody has to look at; the fact is kept all the same.

    The usageDate is judged, not the arrival. What is in use stays so after the activation period.
    """
    created = entitlement.created
    too_early = command.usage_date < created.start_date
    too_late = command.usage_date > created.activation_until_date and not entitlement.activations
    found = {
        "activated-while-cancelled": entitlement.cancelled,
        "activated-while-blocked": entitlement.blocked,
        "activated-by-another-user": command.another_user
        and created.delivery_type != DISTRIBUTED_BY_SCHOOL,
        "activated-outside-period": too_early or too_late,
        "activated-another-product": command.product_id
        not in (created.product_id, *created.bundled_products),
        "activation-ends-before-it-begins": command.expiration_date < command.usage_date,
    }
    return tuple(anomaly for anomaly, is_so in found.items() if is_so)
