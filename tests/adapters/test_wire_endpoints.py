"""The table of endpoints is that of the official texts."""

from __future__ import annotations

import pytest

from adapters.wire.endpoints import ENDPOINTS, VERSIONS, left_to_others, provided_by, version_of
from tests.adapters.wire_case import official

COMPONENTS = {
    "Aanspraakmanager": "hub",
    "Bestelomgeving leermiddelen": "shop",
    "Licentieregistratie": "registry",
    "Leermiddelenportaal": "portal",
    "Leveranciersspecifieke leermiddelencatalogus": "catalogue",
    "Producer": "administration",
    "Consumer": "hub",
}


@pytest.mark.parametrize("api", ["delivery", "entitlement", "usage", "catalogue", "notifications"])
def test_every_official_endpoint_is_there_with_its_providers(api: str) -> None:
    text = official(api)
    base = f"/{api}/v{text['info']['version'][0]}"
    published = {
        (method.upper(), base + path, tuple(COMPONENTS[tag] for tag in of["tags"]))
        for path, methods in text["paths"].items()
        for method, of in methods.items()
        if method != "parameters"
    }
    ours = {(e.method, e.path, e.providers) for e in ENDPOINTS if e.path.startswith(base + "/")}
    assert ours == published
    assert VERSIONS[base + "/"] == text["info"]["version"]


def test_of_consents_the_hub_is_sender_and_consumer_and_a_portal_receiver() -> None:
    roles = {
        "hub": {"Consent API Verzender", "Consent API Afnemer"},
        "portal": {"Consent API Ontvanger"},
    }
    text = official("consent")
    published = {
        (method.upper(), path, tuple(name for name, tags in roles.items() if tags & {*of["tags"]}))
        for path, methods in text["paths"].items()
        if path.startswith("/")
        for method, of in methods.items()
        if method != "parameters"
    }
    base = "/consent/v0"
    ours = {
        (each.method, each.path.removeprefix(base), each.providers)
        for each in ENDPOINTS
        if each.path.startswith(base + "/")
    }
    assert ours == published
    assert VERSIONS[base + "/"] == text["info"]["version"]


def test_what_we_do_not_provide_is_left_to_others() -> None:
    assert {e.path for e in provided_by("hub")} >= {"/usage/v1/usage/activation"}
    assert {(e.method, e.path) for e in left_to_others("hub")} >= {
        ("PUT", "/entitlement/v1/entitlements"),
        ("GET", "/delivery/v2/deliveryorders/{id}"),
    }
    assert version_of("/entitlement/v1/entitlements/school") == "1.1.0"
    assert version_of("/trace/v1/orders") is None


def test_where_a_shop_would_answer_about_codes_the_hub_does() -> None:
    text = official("activationcode")
    base = "/activationcode/v0"
    instead = {**COMPONENTS, "Bestelomgeving leermiddelen": "hub"}
    published = {
        (method.upper(), base + path, tuple(instead[tag] for tag in of["tags"]))
        for path, methods in text["paths"].items()
        for method, of in methods.items()
    }
    ours = {(e.method, e.path, e.providers) for e in ENDPOINTS if e.path.startswith(base + "/")}
    assert ours == published
    assert VERSIONS[base + "/"] == text["info"]["version"]
