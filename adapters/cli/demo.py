"""The demo: a small school start with everything a hub has to deal with, before your eyes."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from rich.live import Live
from rich.table import Table

from adapters.cli.terminal import OUT, Exit, stop
from adapters.cli.working import run
from adapters.config import database_of_environment
from adapters.postgres import embedded
from adapters.postgres.queries import load
from adapters.sandbox.chain import Chain
from adapters.sandbox.deployment import free_port, over_kafka, prepare
from adapters.sandbox.identity import settings_for
from adapters.sandbox.school_start import DOWN, PRODUCTS, SHOP, Planned, orders, partners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from adapters.sandbox.deployment import Deployment

STATE: Final = Path("var")
NAME: Final = "aanspraak_demo"
SECONDS_DOWN: Final = 12.0
PATIENCE_SECONDS: Final = 180.0
SETTLED: Final = ("set-ready", "link-placed", "in-use", "action-needed")
QUICK: Final = {
    "retry_ladder_seconds": "[2, 4, 8, 16]",
    "probe_seconds": "3",
    "overdue_seconds": "60",
    "notice_window_seconds": "5",
    "log_level": "warning",
}
"""The ladder of a partner that is away, in seconds instead of minutes."""
COLOURS: Final = {
    "received": "white",
    "set-ready": "cyan",
    "link-placed": "green",
    "in-use": "bold green",
    "action-needed": "red",
    "overdue": "magenta",
}


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the summary.")] = False,
    port: Annotated[int, typer.Option(help="Where the hub listens; a free one if taken.")] = 8000,
    kafka: Annotated[bool, typer.Option("--kafka", help="Messages go over Apache Kafka.")] = False,
) -> None:
    """Play a small school start on this machine, and keep serving until Ctrl-C."""
    run(_demo(once=once, port=port, settings=_over_kafka() if kafka else {}))


def _over_kafka() -> dict[str, str]:
    """A broker, and topics that no demo before this one has had."""
    from adapters.kafka import embedded as broker  # noqa: PLC0415 - most demos need none
    from adapters.kafka import programs  # noqa: PLC0415 - the same

    OUT.print("Starting Apache Kafka ...")
    try:
        servers = broker.ensure_running(STATE)
    except (programs.BrokerUnavailable, broker.BrokerDidNotStart) as error:
        stop(Exit.OPERATIONAL, str(error))
    return over_kafka(servers, f"demo-{datetime.now(UTC):%Y%m%d%H%M%S}")


async def _demo(*, once: bool, port: int, settings: Mapping[str, str]) -> None:
    _be_the_only_one()
    OUT.print("Starting PostgreSQL, the hub and its partners ...")
    given = database_of_environment()
    url = _empty(given) if given else _new_database(embedded.ensure_running(STATE, None))
    folder, hub_port, identity_port = (STATE / "demo").absolute(), free_port(port), free_port()
    signing_in = settings_for(folder, hub_port, identity_port)
    if hub_port != port:
        OUT.print(f"Port {port} is taken: the hub listens at {hub_port}.", style="yellow")
    deployment = prepare(folder, url, hub_port, **QUICK, **signing_in, **settings)
    deployment.write_environment()
    async with Chain(deployment, partners(), identity_port=identity_port) as chain:
        await chain.register(PRODUCTS)
        await chain.start()
        if "kafka_topic_prefix" in settings:
            chain.start_stream()
        first = await _play(chain)
        if not once:
            _look_further(deployment, first)
            await _serve_on(chain)


async def _play(chain: Chain) -> UUID:
    began = datetime.now(UTC)
    planned = list(orders())
    for each in planned:
        await chain.sandbox(SHOP, "POST", "order", each.order.request())
    mending = asyncio.create_task(_mend(chain))
    traces = await _watch(chain, planned)
    await mending
    _summarise(planned, traces, _delivered(chain.deployment, began))
    await _held_up(chain)
    return planned[0].order.delivery_order_id


async def _mend(chain: Chain) -> None:
    """The portal that is down comes up."""
    await asyncio.sleep(SECONDS_DOWN)
    await chain.sandbox(DOWN, "PUT", "behaviour", {"latencySeconds": 0.01})


async def _watch(chain: Chain, planned: Sequence[Planned]) -> list[Any]:
    """Show where each order is until all have come as far as they will."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    with Live(console=OUT, refresh_per_second=4, transient=True) as live:
        while True:
            chain.processes.check()
            traces = [await chain.trace(each.order.delivery_order_id) for each in planned]
            live.update(_table(planned, traces))
            over = asyncio.get_running_loop().time() > deadline
            if over or all(map(_is_settled, traces)):
                return traces
            await asyncio.sleep(0.5)


def _is_settled(trace: Mapping[str, Any] | None) -> bool:
    if trace is None or trace["status"] not in SETTLED:
        return False
    counts = trace["counts"]
    return bool(counts["settled"] == counts["ordered"] and trace.get("delivered") is not None)


def _table(planned: Sequence[Planned], traces: Sequence[Any]) -> Table:
    table = Table("order", "status", "ready", "link", "in use", "waiting on", box=None)
    for each, trace in zip(planned, traces, strict=True):
        if trace is None:
            table.add_row(each.title, "[dim]sent[/]")
            continue
        counts, status = trace["counts"], trace["status"]
        table.add_row(
            each.title,
            f"[{COLOURS.get(status, 'white')}]{status}[/]",
            str(counts["setReady"] + counts["linkPlaced"] + counts["inUse"]),
            str(counts["linkPlaced"] + counts["inUse"]),
            str(counts["inUse"]),
            ", ".join(filter(None, _held_by(trace))),
        )
    return table


def _held_by(trace: Mapping[str, Any]) -> list[str]:
    return [*map(_waiting, trace["waitingOn"]), *map(_refusing, trace["partners"])]


def _refusing(one: Mapping[str, Any]) -> str:
    refused = one["steps"].get("refused")
    return f"[red]{one['partner']} refused {refused}[/]" if refused else ""


def _waiting(one: Mapping[str, Any]) -> str:
    error = f" ({one['lastError']}, {one['attempts']} attempts)" if one.get("lastError") else ""
    return f"{one['partner']}{error}"


def _summarise(
    planned: Sequence[Planned], traces: Sequence[Any], links: tuple[int, float, float]
) -> None:
    OUT.print(_table(planned, traces))
    delivered = sum((trace or {}).get("delivered") or 0 for trace in traces)
    refused = sum((trace or {}).get("refused") or 0 for trace in traces)
    placed, median, slowest = links
    OUT.print()
    OUT.print(f"[bold]{delivered} delivered[/], {refused} refused, {placed} links placed;")
    OUT.print(f"from order to link p50 {median:.1f} s, p99 {slowest:.1f} s ({DOWN} was down).")


async def _held_up(chain: Chain) -> None:
    for partner in await chain.get("/trace/v1/partners"):
        if partner["open"]:
            OUT.print(f"{partner['partner']} holds up {partner['open']} messages", style="yellow")


def _delivered(deployment: Deployment, since: datetime) -> tuple[int, float, float]:
    with psycopg.connect(deployment.environment["DATABASE_URL"]) as conn:
        cursor = conn.execute(load("deliveries")["seconds_to_link"], {"since": since})
        placed, median, slowest = cursor.fetchone() or (0, 0, 0)
    return placed, median or 0, slowest or 0


def _look_further(deployment: Deployment, order: UUID) -> None:
    console = f"{deployment.hub_url}/console"
    OUT.print("\nLook around in a browser, as one of four persons:", style="bold")
    for address in (console, f"{console}/orders/{order}"):
        OUT.print(f"  {address}", highlight=False, soft_wrap=True)
    OUT.print("\nLook further, in another terminal:", style="bold")
    for line in (
        f". {deployment.folder / 'environment'}",
        f".venv/bin/aanspraak trace order {order}",
        f"curl -s {deployment.hub_url}/readyz",
        (
            f'curl -s {deployment.hub_url}/trace/v1/partners -H "Authorization: Bearer $('
            f".venv/bin/aanspraak sandbox token operator --role operator"
            f' --issuer-key {deployment.issuer_key})"'
        ),
        f"ls {deployment.folder / 'logs'}",
    ):
        OUT.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


async def _serve_on(chain: Chain) -> None:
    """Until somebody ends it; a process that ended by itself is said, and its log."""
    OUT.print(f"\nServing at {chain.deployment.hub_url}; Ctrl-C ends it.", highlight=False)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    while not stopped.is_set():
        chain.processes.check()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await stopped.wait()


def _be_the_only_one() -> None:
    """One demo at a time in a folder: the lock is held until this process ends."""
    (STATE / "demo").mkdir(parents=True, exist_ok=True)
    lock = os.open(STATE / "demo" / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stop(Exit.REFUSED, "a demo is already running in this folder")


def _empty(url: str) -> str:
    """The database that was given: the last demo's is made anew, any other must be empty."""
    if str(conninfo_to_dict(url).get("dbname")) == NAME:
        return _new_database(make_conninfo(url, dbname="postgres"), url)
    with psycopg.connect(url) as conn:
        found = conn.execute("SELECT to_regnamespace('log') IS NOT NULL").fetchone()
    if found and found[0]:
        stop(Exit.REFUSED, "DATABASE_URL is a hub's; a demo plays on an empty database only")
    return url


def _new_database(server_url: str, url: str = "") -> str:
    """A database for this run: what an earlier demo left is dropped."""
    name = NAME.encode()
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(b"DROP DATABASE IF EXISTS " + name + b" WITH (FORCE)")
        conn.execute(b"CREATE DATABASE " + name)
    return url or f"{server_url.rsplit('/', 1)[0]}/{NAME}"
