"""The broker's programs: Apache Kafka, fetched by Maven once, and the Java that runs it."""

from __future__ import annotations

import fcntl
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from adapters.config import kafka_cache

JAVA_VERSION: Final = 17
"""What Kafka 4 asks for at least."""
POM: Final = Path(__file__).with_name("pom.xml")
FETCH_SECONDS: Final = 900


class BrokerUnavailable(Exception):
    """There can be no broker on this machine; the message says what is missing."""


def java(search_path: str | None = None) -> str:
    """Where Java is, on `PATH` or the given one.

    Raises:
        BrokerUnavailable: it is not there, or too old.
    """
    program = shutil.which("java", path=search_path)
    if program is None:
        raise BrokerUnavailable(f"Java {JAVA_VERSION} is not installed")
    answer = subprocess.run([program, "-version"], check=False, capture_output=True, text=True)
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    if found is None or int(found[1]) < JAVA_VERSION:
        said = answer.stderr.partition("\n")[0]
        raise BrokerUnavailable(f"Java {JAVA_VERSION} or newer is needed, and {program} is {said}")
    return program


def jars(cache: Path | None = None, search_path: str | None = None) -> Path:
    """The folder with the broker's jars under `cache`, or the one of the configuration.

    They are fetched when they are not there yet, with the Maven on `PATH` or the given one.

    Raises:
        BrokerUnavailable: they are not there, and Maven is not, or could not fetch them.
    """
    cache = (cache or kafka_cache()).expanduser()
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / version()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(folder, search_path)
    return folder


def version() -> str:
    """The release of Kafka that is used, from the pom."""
    found = re.search(r"<kafka\.version>(.+)</kafka\.version>", POM.read_text())
    if found is None:
        raise BrokerUnavailable(f"{POM} names no release of Kafka")
    return found[1]


def _fetch(folder: Path, search_path: str | None) -> None:
    """Beside its place, then moved there: so it is there whole or not."""
    maven = shutil.which("mvn", path=search_path)
    if maven is None:
        raise BrokerUnavailable("Maven is not installed, and Kafka was not fetched before")
    fresh = folder.with_suffix(".fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    where = (f"--file={POM}", f"-DoutputDirectory={fresh}", "-DincludeScope=runtime")
    fetched = subprocess.run(
        [maven, "--batch-mode", "--quiet", *where, "dependency:copy-dependencies"],
        check=False,
        cwd=folder.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=FETCH_SECONDS,
    )
    if fetched.returncode:
        raise BrokerUnavailable(f"Maven could not fetch Kafka:\n{fetched.stdout[-2000:]}")
    fresh.rename(folder)
