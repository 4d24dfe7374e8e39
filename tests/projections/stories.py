"""A log in which everything happens that the projections have a word about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from aanspraak.domain import ids
from aanspraak.domain.delivery_order.commands import (
    RecordConfirmationGivenUp,
    RecordConfirmationRejected,
)
from aanspraak.domain.entitlement.commands import (
    RecordRequestDropped,
    RecordRequestGivenUp,
    RecordRequestRejected,
)
from aanspraak.domain.incident.commands import OpenIncident
from aanspraak.domain.order_users.commands import ListUsers
from aanspraak.domain.partner.commands import RegisterPartner
from aanspraak.domain.product.commands import DescribeProduct, ListProduct, MissProduct
from tests.domain import codes
from tests.domain.consents import GIVE, REQUEST, REVOKE
from tests.domain.contracts import EXPECTED, PAY_FIRST, expects, rules
from tests.projections.facts import PORTAL, PORTAL_B, REGISTRY, Log, Story, named


def eventful_log() -> Log:
    """Orders delivered, refused, under way, activated, given up; partners, products, incidents."""
    log = Log()
    for partner, role in ((REGISTRY, "registry"), (PORTAL, "portal"), (REGISTRY, "registry")):
        _register(log, partner, role)
    _list_product(log, "first title")
    _list_product(log, 'with "quotes", {braces}, \\ and a\nline\tbreak')
    _ordinary(log)
    _refused(log)
    _refreshed(log)
    _outcomes(log)
    _incident(log)
    for command in (EXPECTED, expects(expected=90), expects(period_from=date(2027, 1, 1))):
        days = (command.period_from, command.period_until)
        log.ask(ids.forecast_stream(command.school_id, command.product_id, *days), command)
    _codes(log)
    for rule in (PAY_FIRST, rules(on_full="withdraw")):
        log.ask(ids.contract_stream("C-1"), rule)
    _consent(log)
    return log


def _ordinary(log: Log) -> None:
    story = Story(log, name="ordinary", users=3, portals=(PORTAL, PORTAL_B))
    log.ask(
        ids.users_stream(story.order, "ordinary/1"),
        ListUsers(subject_ids=tuple(story.subjects), user_reference_ids=tuple(story.subjects)),
    )
    story.delivered().activated(1)
    story.received()
    Story(log, name="under way", users=2).received().created().taken(REGISTRY)
    Story(log, name="of a customer", school=None, contract_id=None).delivered()
    Story(log, name="without portal", portals=()).delivered()
    moved = Story(log, name="moved", users=3).delivered().activated(2).moved_to(PORTAL_B)
    moved.taken(PORTAL, 2).confirmed(PORTAL, 2, url_status="cancelled").confirmed(PORTAL_B)
    Story(log, name="by code", entitlement_type="school-activationcode").received().created().taken(
        REGISTRY
    ).entitled().links_requested().taken(PORTAL)


def _refused(log: Log) -> None:
    Story(log, name="never accepted").received(product=None)
    late = Story(log, name="refused, then accepted").received(product=None)
    late.received(reference_id="refused, then accepted/2").created()
    moved = Story(log, name="refused, then another shop's").received(product=None)
    moved.received(shop="shop-2").created().told(1)
    waiting = Story(log, name="another shop's, neither told").received(product=None)
    waiting.received(shop="shop-2").created().confirmed(REGISTRY, success=False).completed(0, 1)
    by_registry = Story(log, name="by registry").received().created().taken(REGISTRY)
    by_registry.confirmed(REGISTRY, success=False).completed(0, 1)
    reused = Story(log, name="reused").received()
    reused.received(contract_id="another")


def _refreshed(log: Log) -> None:
    story = Story(log, name="refreshed", portals=(PORTAL, PORTAL_B)).delivered()
    story.activated().links_requested().taken(PORTAL, 2).confirmed(PORTAL, 2, success=False)
    story.activated(expiration_date=date(2028, 7, 31)).links_requested()
    lost = Story(log, name="lost").delivered()
    lost.confirmed(PORTAL, url_status="expired", receive_id="later")
    early = Story(log, name="used before ready").received().created().activated()
    early.links_requested().confirmed(PORTAL).entitled()


def _outcomes(log: Log) -> None:
    story = Story(log, name="outcomes", users=3, portals=(PORTAL,)).received().created()
    story.taken(REGISTRY).entitled().links_requested()
    rejected, dropped, given_up = story.entitlements
    log.ask(rejected, RecordRequestRejected(partner=PORTAL, number=1, http_status=422, status=None))
    log.ask(dropped, RecordRequestDropped(partner=PORTAL, number=1, reason="forgotten"))
    log.ask(given_up, RecordRequestGivenUp(partner=PORTAL, number=1, attempts=5))
    story.completed(1, 1)
    log.ask(story.order, RecordConfirmationGivenUp(number=1, attempts=5))
    log.ask(story.order, RecordConfirmationRejected(number=1, http_status=400, status=11))


def _register(log: Log, partner: str, role: str) -> None:
    command = RegisterPartner(
        partner=partner,
        role=role,
        title=f"{partner} {len(log.facts)}",
        client_id=f"client-{partner}",
        url="https://partner.example/v1",
        token_url="https://partner.example/token",
        scope="scope",
    )
    log.ask(ids.partner_stream(partner), command)


def _list_product(log: Log, title: str) -> None:
    command = ListProduct(
        product_id="9789000000001",
        provider="catalogue",
        registry=REGISTRY,
        title=title,
        kind="digital",
        status="available",
        licence_variant="schoolyear",
        delivery_types=("school-students", 'a "quoted" one'),
    )
    stream = ids.product_stream("9789000000001")
    log.ask(stream, command)
    info = DescribeProduct(
        product_id="9789000000001", provider="catalogue", default_access_url=None
    )
    log.ask(stream, info)
    log.ask(stream, MissProduct(product_id="9789000000001", provider="catalogue"))
    log.ask(stream, replace(command, first_published_date=date(2026, 5, 1)))


def _consent(log: Log) -> None:
    about = replace(GIVE.about, partner=PORTAL)
    stream = ids.consent_stream(about.school_id, about.partner, about.api, about.scope)
    log.ask(stream, replace(GIVE, about=about, confirmed=True))
    log.ask(stream, REVOKE)
    other = replace(REQUEST.about, partner=PORTAL_B)
    log.ask(
        ids.consent_stream(other.school_id, other.partner, other.api, other.scope),
        replace(REQUEST, about=other),
    )


def _codes(log: Log) -> None:
    stock = ids.code_stock_stream(codes.PRODUCT)
    more = replace(codes.REQUEST, request_id="more")
    refused = codes.sent(number=3, success=False, status=4020)
    kept = codes.revoked(9, 4, success=False, status=4042)
    first = (codes.REQUEST, codes.sent(1, 2, 3), codes.MARK, codes.TAKE, codes.revoke(3))
    for command in (*first, more, refused, codes.revoke(9), kept, codes.revoked(3, 2)):
        log.ask(stock, command)
    log.ask(ids.code_stock_stream("another"), replace(codes.MARK, product_id="another"))


def _incident(log: Log) -> None:
    order = ids.order_stream(named("by registry"))
    command = OpenIncident(
        party=REGISTRY, code=4099, kind="registry-refused", concerning=str(order), order=order
    )
    log.ask(ids.incident_stream(REGISTRY, 4099, str(order)), command)
