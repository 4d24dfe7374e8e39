"""The eventsourcing library's own projection runner, which keeps rows one event a transaction."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection as LibraryProjection
from eventsourcing.projection import ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier
from typing_extensions import override

from aanspraak.domain.recorded import Recorded
from adapters.postgres.event_log import LibraryEvent, LogApplication
from adapters.postgres.views_rows import array, dump, load
from adapters.postgres.views_tables import table_in
from bench.surroundings import Rate, Timed
from projections import delivery_order_status
from projections.registry import PROJECTIONS
from projections.runner import Changes, Wanted, fold_batch, with_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventsourcing.persistence import Tracking
    from eventsourcing.utils import EnvType
    from psycopg import Cursor

    from adapters.postgres.views_tables import Table
    from projections.registry import Projection

SUFFIX: Final = "_library"
PATIENCE_SECONDS: Final = 600.0
KEPT: Final = with_sources(
    next(each for each in PROJECTIONS if each.name == delivery_order_status.NAME)
)
"""entitlement_details and delivery_order_status, which counts what changed in it."""


def run_projection(url: str, facts: int) -> Rate:
    """How quickly it goes through the first so many facts of the log, with tables of its own."""
    _make_tables(url)
    with (
        Timed() as timed,
        ProjectionRunner(
            application_class=_Log, projection_class=_KeepRows, view_class=_Rows, env=_env(url)
        ) as runner,
    ):
        runner.wait(facts, timeout=PATIENCE_SECONDS)
        done = runner.view.max_tracking_id(runner.app_name) or 0
    what = f"the library's ProjectionRunner, both, the first {facts:,} facts"
    return Rate.of(what, done, timed)


class _Log(LogApplication):
    """Our log, opened by the runner."""

    def __init__(self, env: EnvType) -> None:
        super().__init__(env["BENCH_URL"])


class _Rows(PostgresTrackingRecorder):
    """The rows, and how far they are."""

    def fold(self, recorded: Recorded, tracking: Tracking) -> None:
        """Fold one fact, in one transaction with the position of it."""
        with self.datastore.transaction(commit=True) as cursor:
            folding = fold_batch([recorded], KEPT)
            rows: Mapping[Any, Any] | None = None
            with suppress(StopIteration):
                while True:
                    step = folding.send(rows)
                    rows = _read(cursor, step) if isinstance(step, Wanted) else None
                    if isinstance(step, Changes):
                        _write(cursor, step)
            self._insert_tracking(cursor, tracking)


class _KeepRows(LibraryProjection[_Rows]):
    """What is done with an event."""

    name = "bench"

    @override
    def process_event(self, domain_event: LibraryEvent, tracking: Tracking) -> None:
        self.view.fold(_recorded(domain_event, tracking.notification_id), tracking)


def _read(cursor: Cursor[Any], wanted: Wanted) -> Mapping[Any, Any]:
    table = _own_table(wanted.projection)
    keys = zip(table.key, zip(*wanted.keys, strict=True), strict=True)
    cursor.execute(table.read, [array(column, values) for column, values in keys])
    rows = load(wanted.projection.row, [tuple(row.values()) for row in cursor.fetchall()])
    return wanted.projection.by_key(rows)


def _write(cursor: Cursor[Any], changes: Changes) -> None:
    statement = _own_table(changes.projection).write
    cursor.execute(statement, dump(changes.projection.row, changes.written))


def _own_table(projection: Projection) -> Table:
    return table_in(projection, "view", projection.name + SUFFIX)


def _recorded(event: LibraryEvent, position: int) -> Recorded:
    """The library does not read the time; any will do."""
    return Recorded(
        position=position,
        stream_id=event.originator_id,
        version=event.originator_version,
        recorded_at=datetime.now(UTC),
        actor=event.actor,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        event=event.event,
    )


def _make_tables(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        for projection in KEPT:
            live = Identifier("view", projection.name)
            own = Identifier("view", projection.name + SUFFIX)
            conn.execute(SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(own, live))


def _env(url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    return {
        "BENCH_URL": url,
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
        "POSTGRES_SCHEMA": "view",
    }
