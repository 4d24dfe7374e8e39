"""The image and compose.yaml start what exists, and watch over it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())[
    "services"
]
HUB = {name: service for name, service in SERVICES.items() if service["image"] == "aanspraak"}
FOLLOWERS = {
    *("policies", "projections", "publisher", "gateway", "stream", "clock"),
    *("catalogue", "roster", "notices"),
}


@pytest.mark.parametrize("name", sorted(HUB))
def test_every_command_of_compose_is_one_of_the_command_line(name: str) -> None:
    verb, *arguments = HUB[name]["command"]
    explained = _help(verb)
    assert [each for each in arguments if not re.search(rf"\b{each}\b", explained)] == []


def test_the_image_starts_the_command_line_of_the_project_with_an_existing_verb() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (entry,) = _instruction("ENTRYPOINT")
    (verb,) = _instruction("CMD")
    assert entry in project["scripts"]
    assert _help(verb)


def test_each_follower_is_a_process_of_its_own() -> None:
    commands = [service["command"] for service in HUB.values()]
    assert {command[1] for command in commands if command[0] == "follow"} == FOLLOWERS
    assert len(commands) == len(FOLLOWERS) + len(["serve", "migrate", "consume", "work"])


def test_every_service_is_started_again_when_it_ends() -> None:
    again = {name: service.get("restart") for name, service in SERVICES.items()}
    assert again.pop("migrate") == "on-failure"
    assert set(again.values()) == {"unless-stopped"}


def test_nothing_of_the_hub_starts_before_the_migrations_are_done() -> None:
    for name in HUB.keys() - {"migrate"}:
        assert HUB[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_nothing_of_the_hub_starts_before_the_brokers_answer_and_all_of_it_uses_them() -> None:
    for name in HUB.keys() - {"migrate"}:
        assert HUB[name]["depends_on"]["kafka"]["condition"] == "service_healthy"
        assert HUB[name]["environment"]["AANSPRAAK_CHANNEL"] == "kafka"
        assert HUB[name]["environment"]["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"


def test_the_broker_is_the_one_that_the_tests_run_on() -> None:
    (version,) = re.findall(r"<kafka.version>(.+)</", (ROOT / "adapters/kafka/pom.xml").read_text())
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version}"


def test_servers_and_serve_are_watched() -> None:
    assert "/livez" in DOCKERFILE
    assert "healthcheck" not in HUB["serve"]  # the image's own
    assert "test" in SERVICES["postgres"]["healthcheck"]
    assert "test" in SERVICES["kafka"]["healthcheck"]


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    assert int(re.findall(r"(?m)^USER (\d+)$", DOCKERFILE)[-1]) > 0
    assert "--require-hashes" in DOCKERFILE


def test_every_image_has_a_version() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in HUB]
    images += re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)
    assert not [image for image in images if not re.search(r":\d", image)]


def test_compose_gives_the_hub_no_setting_that_does_not_exist() -> None:
    example = (ROOT / "config.example.env").read_text()
    given = {key for service in HUB.values() for key in service["environment"]}
    assert not [key for key in given if f"{key}=" not in example]


def _instruction(name: str) -> list[str]:
    (words,) = re.findall(rf"(?m)^{name} (\[.*\])$", DOCKERFILE)
    found: list[str] = json.loads(words)
    return found


@cache
def _help(verb: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", "from adapters.cli import main; main()", verb, "--help"],
        check=True,
        cwd=ROOT,
        env={"PATH": os.defpath, "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    return answer.stdout
