"""What every test may ask for: a real PostgreSQL server and a new, migrated database on it.

A real Kafka broker is in `tests/broker.py`.

`AANSPRAAK_TEST_POSTGRES=15` takes Debian's PostgreSQL 15, `DATABASE_URL` any server whose role may
create databases; otherwise it is the embedded PostgreSQL 18.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from adapters.postgres.embedded import Server, halt, start, wheel_binaries
from adapters.postgres.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

ROOT = Path(__file__).parents[1]
ALSO_ON_15 = {"contracts", "migrations"}
WITH_SOCKETS = {"acceptance", "adapters", "conformance", "console", "contracts", "migrations"}
LOCALHOST = ["127.0.0.1", "::1", "localhost"]
QUICK = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
"""Tests kill processes, never the machine: what the kernel has taken is safe enough."""

pytest_plugins = ("tests.broker",)

_numbers = count(1)

settings.register_profile("ours", deadline=None, database=None, print_blob=True)
settings.register_profile("ci", settings.get_profile("ours"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "ours")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the folders that are about I/O sockets to this machine; every other test has none."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in WITH_SOCKETS:
            item.add_marker(pytest.mark.allow_hosts(LOCALHOST))
        if folder in ALSO_ON_15:
            item.add_marker(pytest.mark.pg15)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Let every asynchronous test and fixture run on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of the maintenance database of a running server."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="aanspraak-postgres-"))
    server = Server(folder=folder, binaries=_binaries())
    try:
        start(server, port=None, options=QUICK)
        yield server.url("postgres")
    finally:
        halt(server)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template_database(postgres_server: str) -> Iterator[str]:
    """Give the name of a database onto which all migrations were applied, to make copies of."""
    with _database(postgres_server, f"aanspraak_template_{os.getpid()}") as url:
        asyncio.run(migrate(url))
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def database_url(postgres_server: str, template_database: str) -> Iterator[str]:
    """Give the URL of a new database with all migrations applied; it is dropped afterwards."""
    with _database(postgres_server, _new_name(), template_database) as url:
        yield url


@pytest.fixture(scope="session")
def databases(
    postgres_server: str, template_database: str
) -> Callable[[], AbstractContextManager[str]]:
    """Give as many new databases as a test needs, each dropped when it is left."""
    return lambda: _database(postgres_server, _new_name(), template_database)


@pytest.fixture
def empty_database_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a new database without any of our schemas."""
    with _database(postgres_server, _new_name()) as url:
        yield url


def _binaries() -> Path:
    major = os.environ.get("AANSPRAAK_TEST_POSTGRES", "18")
    return wheel_binaries() if major == "18" else Path(f"/usr/lib/postgresql/{major}/bin")


def _new_name() -> str:
    return f"aanspraak_test_{os.getpid()}_{next(_numbers)}"


@contextmanager
def _database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    create = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
    drop = SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create)
    try:
        yield _url(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


def _url(server: str, database: str) -> str:
    parts = conninfo_to_dict(server)
    user, password = parts.get("user", "postgres"), parts.get("password")
    secret = f":{password}" if password else ""
    host, port = parts.get("host", "127.0.0.1"), parts.get("port", 5432)
    return f"postgresql://{user}{secret}@{host}:{port}/{database}"
