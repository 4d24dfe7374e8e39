"""The embedded server starts, is found again, comes back after a kill, and stops."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psycopg
import pytest

from adapters.postgres.embedded import Server, ensure_running, is_running, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop(tmp_path)


def test_a_second_start_finds_the_first_server(state_dir: Path) -> None:
    assert ensure_running(state_dir, None) == ensure_running(state_dir, None)


def test_what_was_committed_outlives_a_kill_and_the_port_stays(state_dir: Path) -> None:
    url = ensure_running(state_dir, None)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(_pid(state_dir), signal.SIGKILL)
    assert ensure_running(state_dir, None) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_commits_go_to_disk(state_dir: Path) -> None:
    with psycopg.connect(ensure_running(state_dir, None)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_the_server_is_in_a_session_of_its_own_so_ctrl_c_does_not_reach_it(
    state_dir: Path,
) -> None:
    ensure_running(state_dir, None)
    assert os.getsid(_pid(state_dir)) != os.getsid(0)


def test_nobody_else_can_read_the_password(state_dir: Path) -> None:
    ensure_running(state_dir, None)
    assert (state_dir / "postgres" / "password").stat().st_mode & 0o077 == 0


def test_stopping_twice_is_stopping_once(state_dir: Path) -> None:
    ensure_running(state_dir, None)
    stop(state_dir)
    stop(state_dir)
    assert not is_running(Server(folder=state_dir / "postgres"))


def _pid(state_dir: Path) -> int:
    return int((state_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
