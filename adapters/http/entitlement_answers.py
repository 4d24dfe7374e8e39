"""Entitlements as partners read them: rows of the views, and the persons from the vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import msgspec

from aanspraak.domain.partner.decide import PORTAL
from adapters.http.auth import Call
from adapters.postgres.activations import CODE_TYPES
from adapters.wire import outgoing
from adapters.wire.entitlement_v1 import (
    DeliveryOrderEntitlements,
    Entitlement,
    EntitlementProduct,
    PortalUrlStatus,
    UrlStatus,
    specification,
)
from adapters.wire.message import EntitlementStatus, EntitlementType
from projections.entitlement_details import EntitlementDetails, url_status
from projections.entitlements_by_school import SchoolEntitlement


async def shown(call: Call, rows: Sequence[EntitlementDetails]) -> list[Entitlement]:
    """These entitlements with their persons, which are empty where they were forgotten."""
    given = await call.services.vault.references([row.user_reference_id for row in rows])
    return [_shown(call, row, given.get(row.user_reference_id, {})) for row in rows]


def shown_product(row: SchoolEntitlement) -> EntitlementProduct:
    """What a portal needs in order to show a user's product."""
    return EntitlementProduct(
        entitlement_id=row.entitlement_id,
        product_id=row.product_id,
        entitlement_status=cast("EntitlementStatus", row.status),
        start_date=row.start_date,
        activation_until_date=row.activation_until_date,
        expiration_date=row.expiration_date,
    )


def shown_order(
    delivery_order_id: UUID, contract_id: str | None, entitlements: Sequence[Entitlement]
) -> DeliveryOrderEntitlements:
    """An order of a contract: it counts what it lists. Individual orders have no quantity."""
    statuses = [entitlement.entitlement_status for entitlement in entitlements]
    return DeliveryOrderEntitlements(
        delivery_order_id=delivery_order_id,
        contract_id=contract_id,
        total_created=statuses.count("created"),
        total_entitled=statuses.count("entitled"),
        total_licensed=statuses.count("licensed"),
        total_cancelled=statuses.count("cancelled"),
        total_blocked=statuses.count("blocked"),
        entitlements=tuple(entitlements),
    )


def _shown(call: Call, row: EntitlementDetails, given: Mapping[str, object]) -> Entitlement:
    kind = cast("EntitlementType", row.entitlement_type)
    return Entitlement(
        entitlement_id=row.entitlement_id,
        delivery_order_id=row.delivery_order_id,
        contract_id=row.contract_id,
        product_id=row.product_id,
        start_date=row.start_date,
        activation_until_date=row.activation_until_date,
        expiration_date=row.expiration_date,
        end_date=row.end_date,
        entitlement_type=kind,
        entitlement_specification=specification(kind, _recipient(row, given), _school(row)),
        entitlement_status=cast("EntitlementStatus", row.status),
        url_statuses=_url_statuses(call, row),
        date_created=row.date_created,
        date_last_modified=row.date_last_modified,
    )


def _recipient(
    row: EntitlementDetails, given: Mapping[str, object]
) -> outgoing.UserReference | str:
    if row.entitlement_type in CODE_TYPES:
        return str(given.get("activationCode", ""))
    return msgspec.convert(given, type=outgoing.UserReference)


def _school(row: EntitlementDetails) -> outgoing.SchoolReference | None:
    if row.school_id is None:
        return None
    pairs = (each.partition(" ") for each in row.organisation_ids)
    return outgoing.SchoolReference(
        organisation_master_identifier=row.organisation_master_identifier,
        organisation_ids=tuple(
            outgoing.OrganisationId(organisation_id=value, organisation_id_type=kind)
            for kind, _, value in pairs
        ),
    )


def _url_statuses(call: Call, row: EntitlementDetails) -> tuple[PortalUrlStatus, ...]:
    """A portal sees its own link and no other's."""
    portals = (call.asker,) if call.partner.role == PORTAL else row.portals
    return tuple(
        PortalUrlStatus(portal=portal, url_status=cast("UrlStatus", url_status(row, portal)))
        for portal in portals
    )
