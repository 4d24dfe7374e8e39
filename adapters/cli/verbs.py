"""The verbs of the command line: where each is found, and the line that help has for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import typer
from typer.main import get_group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer._click import Command

VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "block": (
        "blocking:block",
        "Block entitlements at the registry, and take their links away, until they are unblocked.",
    ),
    "unblock": (
        "blocking:unblock",
        "Make entitlements again what they were before they were blocked.",
    ),
    "migrate": (
        "operating:apply_migrations",
        "Bring the database to this release; safe to run twice, or twice at once.",
    ),
    "check": (
        "operating:check",
        "Show every setting as it is in force, and whether the database belongs to this release.",
    ),
    "serve": (
        "serving:serve",
        "Answer partners: the Edu-V APIs, track and trace, health and metrics.",
    ),
    "follow": (
        "following:follow",
        "Follow the log; a second process of the same name waits for its turn.",
    ),
    "consume": (
        "consuming:consume",
        "Take orders, confirmations and activations of the partners that write to Kafka.",
    ),
    "work": (
        "working_on:work",
        "Carry out jobs: what operators have done with many things, and what is done every night.",
    ),
    "demo": (
        "demo:demo",
        "Play a small school start on this machine, and keep serving until Ctrl-C.",
    ),
    "history": (
        "history:history",
        "Show the facts of a stream, with time (Europe/Amsterdam), actor and cause.",
    ),
    "facts": (
        "facts:facts",
        "Look through the log, the newest facts first; or show the story that one belongs to.",
    ),
    "explain": ("explaining:explain_app", "What can be done now, and what is in the way."),
    "find": (
        "finding:find",
        "Find orders, entitlements, schools, products, contracts, partners, incidents and pupils.",
    ),
    "rebuild": (
        "rebuild:rebuild_view",
        "Build a view anew from the log; it is read and kept up to date meanwhile.",
    ),
    "replay": (
        "replaying:replay",
        "Publish a part of the log once more, to a topic that no partner reads.",
    ),
    "reveal": (
        "revealing:reveal",
        "Show whose an entitlement is; that you looked, and why, is on record before you see it.",
    ),
    "forget": (
        "forgetting:forget",
        "Forget a person; when partners must hear something first, run it again later.",
    ),
    "partner": ("registering:partner_app", "The partners of the hub."),
    "catalogue": ("catalogue:catalogue_app", "The products that can be ordered."),
    "contract": ("agreeing:contract_app", "The rules of contracts."),
    "forecast": ("agreeing:forecast_app", "What schools expect to need."),
    "order": ("releasing:order_app", "Orders that wait for somebody."),
    "report": ("reporting:report_app", "What it came to."),
    "codes": ("codes:codes_app", "Activation codes."),
    "consent": ("consents:consent_app", "What schools let partners exchange."),
    "portal": ("portals:portal_app", "Where the links of a school go."),
    "roster": ("rosters:roster_app", "Who studies what at a school."),
    "sandbox": ("sandboxing:sandbox_app", "Partners for trying out, not for production."),
    "usage": ("using:usage_app", "How products are used, as registries say."),
    "reconcile": ("reconciling:reconcile_app", "Compare the hub with registries and shops."),
    "copies": ("copying:copies_app", "Views as they were at some moment, beside the live ones."),
    "trace": ("tracing:trace_app", "Where something stands, and who holds it up."),
    "attention": (
        "attending:show_attention",
        "Show what needs somebody now: incidents, partners that get nothing, what waits or stands.",
    ),
    "pace": (
        "pace:pace",
        "Show how fast it goes: orders, links and activations per minute, and partners as lanes.",
    ),
    "notify": (
        "notifying:notify",
        "Send a notice to every address that is configured, to see that it gets there.",
    ),
    "incidents": ("incidents:incidents_app", "What has to be looked at."),
    "send-again": (
        "sending_again:send_again",
        "Send again what failed; without --yes it is only counted, and some of it shown.",
    ),
    "jobs": ("jobs:jobs_app", "What is done with many things, and how far that is."),
    "channel": ("republishing:channel_app", "Messages to partners, and what holds them."),
    "dead-letters": ("mending:dead_letters_app", "Facts that a follower could not handle."),
    "vault": ("vault:vault_app", "Where people are kept."),
    "leavers": ("leavers:leavers_app", "Users who would lose what they have, too many at once."),
}
"""Per verb its module in this package and its name there: a function, or an app of more verbs.

The line is the first sentence of the function, or the help of the app.
"""


def load(verb: str) -> Command:
    """Import a verb, and all that it needs."""
    where, _ = VERBS[verb]
    module, name = where.split(":")
    found = getattr(import_module(f"adapters.cli.{module}"), name)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=verb)
    else:
        holder.command(verb)(found)
    return get_group(holder).commands[verb]
