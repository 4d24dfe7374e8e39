"""Who provides which endpoint of the APIs; every other component answers 405 on it.

Taken over from the paths of Delivery API 2.0.0, Entitlement API 1.1.0, Usage API 1.0.0, Catalogue
API 2.0.0, ActivationCode API 0.9.1 (where it has the Bestelomgeving answer, the hub does for it)
and Consent API 0.9.1 (the hub is sender towards portals, consumer of administrations).
API 2.0.0, ActivationCode API 0.9.1 (where that one has the Bestelomgeving answer, the hub does for
it) and Notifications API 0.9.1, of which the hub is a consumer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from adapters.wire import (
    activationcode_v0,
    catalogue_v2,
    consent_v0,
    delivery_v2,
    entitlement_v1,
    notifications_v0,
    usage_v1,
)

Component: TypeAlias = Literal["hub", "shop", "registry", "portal", "catalogue", "administration"]
"""Aanspraakmanager, Bestelomgeving, Licentieregistratie, Leermiddelenportaal,
Leveranciersspecifieke leermiddelencatalogus, Administratiesysteem."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and a path within an API, and the components that answer there."""

    method: str
    path: str
    providers: tuple[Component, ...]


def provided_by(component: Component) -> tuple[Endpoint, ...]:
    """What this component must answer."""
    return tuple(endpoint for endpoint in ENDPOINTS if component in endpoint.providers)


def left_to_others(component: Component) -> tuple[Endpoint, ...]:
    """What this component answers with 405."""
    return tuple(endpoint for endpoint in ENDPOINTS if component not in endpoint.providers)


def version_of(path: str) -> str | None:
    """The whole version of the API a path belongs to, for the header `API-Version`."""
    return next((version for base, version in VERSIONS.items() if path.startswith(base)), None)


VERSIONS = {
    delivery_v2.BASE_PATH + "/": delivery_v2.VERSION,
    entitlement_v1.BASE_PATH + "/": entitlement_v1.VERSION,
    usage_v1.BASE_PATH + "/": usage_v1.VERSION,
    activationcode_v0.BASE_PATH + "/": activationcode_v0.VERSION,
    catalogue_v2.BASE_PATH + "/": catalogue_v2.VERSION,
    consent_v0.BASE_PATH + "/": consent_v0.VERSION,
    notifications_v0.BASE_PATH + "/": notifications_v0.VERSION,
}

_DELIVERY = delivery_v2.BASE_PATH + "/deliveryorders"
_ENTITLEMENT = entitlement_v1.BASE_PATH + "/entitlements"
_CODES = activationcode_v0.BASE_PATH + "/activationcodes"
_USAGE = usage_v1.BASE_PATH + "/usage"
_PRODUCTS = catalogue_v2.BASE_PATH + "/products"
_CONSENT = consent_v0.BASE_PATH + "/consent"
_NOTIFICATIONS = notifications_v0.BASE_PATH

ENDPOINTS = (
    Endpoint("PUT", _DELIVERY, ("hub",)),
    Endpoint("PUT", _DELIVERY + "/confirmations", ("shop",)),
    Endpoint("GET", _DELIVERY + "/school", ("shop",)),
    Endpoint("POST", _DELIVERY + "/school/user", ("shop",)),
    Endpoint("GET", _DELIVERY + "/contracts/{id}", ("shop",)),
    Endpoint("GET", _DELIVERY + "/{id}", ("shop",)),
    Endpoint("PUT", _ENTITLEMENT, ("registry", "portal")),
    Endpoint("PUT", _ENTITLEMENT + "/confirmations", ("hub",)),
    Endpoint("GET", _ENTITLEMENT + "/deliveryorder/{id}", ("hub",)),
    Endpoint("GET", _ENTITLEMENT + "/school", ("hub",)),
    Endpoint("POST", _ENTITLEMENT + "/school/user", ("hub",)),
    Endpoint("POST", _ENTITLEMENT + "/school/user/products", ("hub",)),
    Endpoint("GET", _ENTITLEMENT + "/contracts/{id}", ("hub",)),
    Endpoint("GET", _ENTITLEMENT + "/{id}", ("hub",)),
    Endpoint("PUT", _USAGE + "/activation", ("hub",)),
    Endpoint("GET", _USAGE + "/entitlements/{id}", ("registry",)),
    Endpoint("GET", _USAGE + "/deliveryorders/{id}", ("registry",)),
    Endpoint("GET", _USAGE + "/school", ("registry",)),
    Endpoint("POST", _USAGE + "/school/user", ("registry",)),
    Endpoint("GET", _USAGE + "/contracts/{id}", ("registry",)),
    Endpoint("PUT", _CODES, ("registry",)),
    Endpoint("PUT", _CODES + "/confirmations", ("hub",)),
    Endpoint("PUT", _CODES + "/revoke", ("registry",)),
    Endpoint("PUT", _CODES + "/revoke/confirmations", ("hub",)),
    Endpoint("GET", _PRODUCTS, ("catalogue",)),
    Endpoint("GET", _PRODUCTS + "/info", ("catalogue",)),
    Endpoint("GET", _PRODUCTS + "/info/{id}", ("catalogue",)),
    Endpoint("GET", _PRODUCTS + "/{id}", ("catalogue",)),
    Endpoint("GET", _CONSENT + "/statuses", ("hub", "portal")),
    Endpoint("GET", _CONSENT + "/statuses/school", ("hub", "portal")),
    Endpoint("PUT", _CONSENT + "/revokes", ("hub", "portal")),
    Endpoint("PUT", _CONSENT + "/notifications", ("hub", "portal")),
    Endpoint("PUT", _CONSENT + "/confirmations", ("hub",)),
    Endpoint("GET", _CONSENT + "/confirmations", ("portal",)),
    Endpoint("PUT", _CONSENT + "/requests", ("hub",)),
    Endpoint("GET", _CONSENT + "/requests", ("portal",)),
    Endpoint("POST", _NOTIFICATIONS + "/notification", ("hub",)),
    Endpoint("POST", _NOTIFICATIONS + "/notifications", ("hub",)),
    Endpoint("GET", _NOTIFICATIONS + "/notifications", ("administration",)),
    Endpoint("POST", _NOTIFICATIONS + "/subscribe/{api}", ("administration",)),
)
"""Fixed paths before those with an id, so that a router may take them in this order."""
