"""What we depend on is locked with hashes, and no lock says where it was fetched."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_has_a_hash(name: str) -> None:
    entries = re.split(r"(?m)^(?=[\w\[])", (ROOT / name).read_text())
    pins = [entry for entry in entries if entry.strip()]
    assert pins
    assert not [
        pin for pin in pins if not re.match(r"[\w.\[\],-]+==\S+ .*\\\n    --hash=sha256:", pin)
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = re.findall(r"(?m)^[A-Za-z][\w.-]*", (ROOT / name.replace(".txt", ".in")).read_text())
    locked = {
        _normal(each) for each in re.findall(r"(?m)^[A-Za-z][\w.-]*", (ROOT / name).read_text())
    }
    assert {_normal(each) for each in asked} <= locked


def test_the_image_runs_the_versions_that_were_tested() -> None:
    tested = _pins("requirements-dev.txt")
    assert {*_pins("requirements.txt"), *_pins("requirements-build.txt")} <= tested


def _pins(name: str) -> set[str]:
    return set(re.findall(r"(?m)^[A-Za-z][\w.-]*(?:\[.*\])?==[^ \n]+", (ROOT / name).read_text()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
