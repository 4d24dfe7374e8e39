"""A real Apache Kafka broker on this machine, for the demo, development and tests.

One JVM that is broker and controller in one (KRaft), with a small heap, on ports of 127.0.0.1.
"""

from __future__ import annotations

import base64
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kafka.errors import KafkaError

from adapters.kafka.cluster import Cluster
from adapters.kafka.programs import jars, java

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 5.0
JVM: Final = (
    "-Xms96m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)
SMALL: Final = {
    "auto.create.topics.enable": "false",
    "background.threads": "2",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "log.index.size.max.bytes": "1048576",
    "log.segment.delete.delay.ms": "1000",
    "num.io.threads": "4",
    "num.network.threads": "2",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.segment.bytes": "8388608",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.segment.bytes": "8388608",
}
"""One broker on a laptop: nothing is copied to another, and no memory is set aside for crowds."""


class BrokerDidNotStart(Exception):
    """The broker did not start; its log says why."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """One broker: the folder with its data, its settings and its log; `programs` are its jars.

    `security` is how a client says who it is, where the settings want to know that.
    """

    folder: Path
    programs: Path = field(default_factory=jars)
    settings: Mapping[str, str] = field(default_factory=dict)
    security: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Where its topics are."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What it has to say."""
        return self.folder / "broker.log"

    @property
    def properties(self) -> Path:
        """Its settings, as it reads them."""
        return self.folder / "broker.properties"

    @property
    def bootstrap_servers(self) -> str:
        """Where clients find it; the ports stay the same from one start to the next."""
        return (self.folder / "address").read_text()


def ensure_running(state_dir: Path) -> str:
    """Start the broker under `state_dir`, or find it running, and return its bootstrap servers.

    It outlives this process and its Ctrl-C; `stop` ends it.

    Raises:
        BrokerUnavailable: Java or Maven is missing.
        BrokerDidNotStart: with the last lines of its log.
    """
    return start(Broker(folder=state_dir.resolve() / "kafka"))


def stop(state_dir: Path) -> None:
    """Stop the broker under `state_dir`; does nothing when it does not run."""
    folder = state_dir.resolve() / "kafka"
    if folder.exists():
        halt(Broker(folder=folder, programs=folder))


def start(broker: Broker) -> str:
    """Start a broker unless it runs already; several callers may come at once.

    Raises:
        BrokerUnavailable: Java is missing.
        BrokerDidNotStart: with the last lines of its log.
    """
    broker.folder.mkdir(parents=True, exist_ok=True)
    with _alone(broker):
        if running_pid(broker) is None:
            _configure(broker)
            _format(broker)
            _spawn(broker)
        _wait_until_it_answers(broker)
    return broker.bootstrap_servers


def halt(broker: Broker) -> None:
    """Stop a broker in peace; does nothing when it does not run."""
    _end(broker, signal.SIGTERM)


def kill(broker: Broker) -> None:
    """Kill a broker as a crash would."""
    _end(broker, signal.SIGKILL)


def wipe(broker: Broker) -> None:
    """Lose all its data, as when its disk is gone; it must not run."""
    shutil.rmtree(broker.data, ignore_errors=True)


def running_pid(broker: Broker) -> int | None:
    """The process that is this broker, if it lives; another with the same number is not taken."""
    pid_file = broker.folder / "pid"
    if not pid_file.exists():
        return None
    pid = int(pid_file.read_text())
    _bury(pid)
    asked = ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    return pid if str(broker.properties) in answer and not answer.startswith("Z") else None


@contextmanager
def _alone(broker: Broker) -> Iterator[None]:
    with (broker.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _configure(broker: Broker) -> None:
    """The ports are chosen once, so that clients find a broker that was killed and comes back."""
    address = broker.folder / "address"
    if broker.properties.exists():
        return
    clients, controllers = _free_ports()
    settings = {
        **SMALL,
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controllers}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "CLIENTS",
        "listeners": f"CLIENTS://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controllers}",
        "advertised.listeners": f"CLIENTS://127.0.0.1:{clients}",
        "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(broker.data),
        **broker.settings,
    }
    address.write_text(f"127.0.0.1:{clients}")
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    broker.properties.write_text("".join(lines))


def _format(broker: Broker) -> None:
    """Prepare the data folder, once, with the broker's own tool."""
    if (broker.data / "meta.properties").exists():
        return
    cluster = base64.urlsafe_b64encode(b"\0" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
    tool = ("kafka.tools.StorageTool", "format", "--standalone", "--cluster-id", cluster)
    command = _command(broker, *tool, "--config", str(broker.properties))
    formatted = subprocess.run(command, check=False, capture_output=True, text=True)
    if formatted.returncode:
        raise BrokerDidNotStart(f"{formatted.stdout}{formatted.stderr}"[-2000:])


def _spawn(broker: Broker) -> None:
    """In a session of its own, which keeps Ctrl-C away from it."""
    with broker.log.open("ab") as log:
        process = subprocess.Popen(
            _command(broker, "kafka.Kafka", str(broker.properties)),
            cwd=broker.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (broker.folder / "pid").write_text(str(process.pid))
    process.returncode = 0  # it is to outlive us, and who is asked about it is `running_pid`


def _command(broker: Broker, *arguments: str) -> list[str]:
    return [java(), *JVM, "-cp", f"{broker.programs}/*", *arguments]


def _wait_until_it_answers(broker: Broker) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running_pid(broker) is not None:
        if _answers(broker):
            return
        time.sleep(LOOK_SECONDS)
    tail = broker.log.read_text(errors="replace")[-2000:] if broker.log.exists() else "no log"
    raise BrokerDidNotStart(f"Kafka did not start in {broker.folder}:\n{tail}")


def _answers(broker: Broker) -> bool:
    host, _, port = broker.bootstrap_servers.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=LOOK_SECONDS).close()
        asking = {**broker.security, "bootstrap_timeout_ms": int(ANSWER_SECONDS * 1_000)}
        Cluster(bootstrap_servers=broker.bootstrap_servers, security=asking).admin().close()
    except (OSError, KafkaError):
        return False
    return True


def _end(broker: Broker, how: signal.Signals) -> None:
    pid = running_pid(broker)
    if pid is None:
        return
    os.kill(pid, how)
    until = time.monotonic() + STOP_SECONDS
    while running_pid(broker) is not None:
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(LOOK_SECONDS)


def _bury(pid: int) -> None:
    """A child of ours that has ended stays a zombie until its parent has looked."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
