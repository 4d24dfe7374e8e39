"""Processes of a hub and its sandbox partners on this machine: started, killed, stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

STOP_SECONDS = 25.0


class ProcessEnded(Exception):
    """A process ended that should have gone on; the message says where its log is."""


class Processes:
    """Runs verbs of the command line, each with its log in `folder`; all are stopped at the end."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        """Nothing is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything, politely first."""
        self.stop_all()

    def start(self, name: str, *verb: str, **environment: str) -> None:
        """Start `aanspraak <verb>` under a name, with these variables different from the others'.

        A name that ran before goes on in the same log.
        """
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "adapters.cli", *verb],
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def finish(self, *verb: str) -> str:
        """Run `aanspraak <verb>` to its end; what it printed, whatever its exit code."""
        return self._finish("adapters.cli", *verb)

    def finish_all(self, verbs: Sequence[Sequence[str]]) -> str:
        """Run verbs one after the other in one process, which saves the start of the others."""
        return self._finish("adapters.cli.several", json.dumps(verbs))

    def _finish(self, module: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", module, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return (done.stdout + done.stderr).decode()

    def pid(self, name: str) -> int:
        """The process id of a process that runs."""
        return self._running[name].pid

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal; a killed process is waited for."""
        process = self._running[name]
        process.send_signal(number)
        if number is signal.SIGKILL:
            process.wait()

    def check(self) -> None:
        """Raise ProcessEnded when one ended of itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                where = self._folder / f"{name}.log"
                raise ProcessEnded(f"{name} ended with {process.returncode}; see {where}")

    def stop_all(self) -> None:
        """SIGTERM to all, and SIGKILL to what has not stopped in time."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
