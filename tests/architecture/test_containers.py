"""The container files say what the code says: settings, images, services, limits; and no secret is given away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.nominations.rest.files import LIMIT_BYTES
from services.plans.schemas.readings.asked import DOCUMENT_LIMIT_BYTES
from services.serving import SERVICES
from shared.bus.kafka import TOPIC_MAX_BYTES
from shared.settings import Settings
from tests.real import images

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
WHOLE: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
EDGE = (ROOT / "deploy/edge/nginx.conf").read_text("utf-8")
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
PROFILES = ("identity", "watch")
# a variable of a profile: compose would demand it of everybody, so its container refuses to start without it
ASKED_BY_THE_CONTAINER = {"LANTOA_IDENTITY_PASSWORD", "LANTOA_WATCH_PASSWORD"}
MAY_BE_ABSENT = {"LANTOA_AUTH_CLIENT_SECRET"}  # a public client has none
SECRET = re.compile(r"PASSWORD|SECRET|KEY$")


def variables() -> dict[str, set[str]]:
    """Every `${NAME…}` of the compose file with what follows the name: `:?` demands, `:-` has a default."""
    found: dict[str, set[str]] = {}
    for name, rest in re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-][^}]?)?", COMPOSE):
        found.setdefault(name, set()).add(rest)
    return found


def test_no_secret_has_a_default() -> None:
    secrets = {name: kinds for name, kinds in variables().items() if SECRET.search(name)}

    assert {name for name, kinds in secrets.items() if any(not kind.startswith(":?") for kind in kinds)} == (
        ASKED_BY_THE_CONTAINER | MAY_BE_ABSENT
    )
    assert {name for name in MAY_BE_ABSENT if secrets[name] != {":-"}} == set()
    for name in ASKED_BY_THE_CONTAINER:
        assert f"${{{name}:-}}" in COMPOSE
        assert re.search(rf"\$\$\{{[A-Z_]+:\?set {name}\}}", COMPOSE)


def test_the_example_names_every_variable_that_is_demanded_and_gives_no_secret() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / "deploy/env.example").read_text("utf-8"), re.MULTILINE))
    demanded = {name for name, kinds in variables().items() if any(kind.startswith(":?") for kind in kinds)}

    assert (demanded | ASKED_BY_THE_CONTAINER) - set(example) == set()
    assert set(example) - set(variables()) == set()
    assert {name for name, value in example.items() if SECRET.search(name) and value} == set()


@pytest.mark.parametrize("name", ["migrate", *SERVICES])
def test_a_service_is_told_settings_that_exist(name: str) -> None:
    told = {variable.removeprefix("LANTOA_").lower() for variable in WHOLE[name]["environment"]}

    assert told - set(Settings.model_fields) == set()


def test_every_service_runs_once_it_is_migrated_and_the_edge_once_they_are_healthy() -> None:
    for name in SERVICES:
        assert WHOLE[name]["command"] == ["serve", name]
        assert WHOLE[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert WHOLE["edge"]["depends_on"][name] == {"condition": "service_healthy"}
    assert set(WHOLE["migrate"]["depends_on"]) == {"postgres", "kafka", "minio"}


def test_the_edge_knows_every_service_and_takes_the_largest_file() -> None:
    named = re.search(r"\^/\(\?<service>([a-z|]+)\)", EDGE)
    largest = re.search(r"location = /lantoa \{[^}]*\}\s*client_max_body_size (\d+)m", EDGE)

    assert named is not None
    assert largest is not None
    assert set(named[1].split("|")) == set(SERVICES)
    assert int(largest[1]) * 1024 * 1024 > max(LIMIT_BYTES, DOCUMENT_LIMIT_BYTES)


@pytest.mark.parametrize("name", WHOLE)
def test_a_container_has_no_rights_and_no_endless_log(name: str) -> None:
    container = WHOLE[name]

    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert set(container["logging"]["options"]) == {"max-size", "max-file"}
    assert "mem_limit" in container or container["restart"] == "no"
    assert "privileged" not in container


def test_only_the_edge_is_reached_from_outside() -> None:
    published = {name: container["ports"] for name, container in WHOLE.items() if "ports" in container}

    assert set(published) == {"edge", "grafana"}
    assert published["grafana"][0].startswith("127.0.0.1:")
    assert [name for name in ("postgres", "kafka") if WHOLE[name]["networks"] != ["inside"]] == []
    assert yaml.safe_load(COMPOSE)["networks"]["inside"] == {"internal": True}


def test_the_profiles_are_those_of_the_documentation_and_nothing_else_is_left_out() -> None:
    profiles = {name: container["profiles"] for name, container in WHOLE.items() if "profiles" in container}

    assert {profile for (profile,) in profiles.values()} == set(PROFILES)
    assert set(WHOLE) - set(profiles) == {"postgres", "kafka", "minio", "migrate", *SERVICES, "edge"}


def test_the_tests_take_the_servers_that_are_deployed() -> None:
    assert tuple(WHOLE[name]["image"] for name in ("postgres", "kafka", "minio")) == (
        images.POSTGRES,
        images.KAFKA,
        images.MINIO,
    )
    assert int(WHOLE["kafka"]["environment"]["KAFKA_MESSAGE_MAX_BYTES"]) == TOPIC_MAX_BYTES


def test_every_image_has_a_version() -> None:
    ours = {"lantoa:local", "lantoa-edge:local"}
    images_named = {container["image"] for container in WHOLE.values()} - ours
    images_named |= set(re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE))

    assert [image for image in images_named if not re.search(r":[\w.-]*\d", image)] == []


def test_the_image_is_made_with_the_same_uv_as_the_checkout() -> None:
    pinned = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert pinned is not None
    assert f"uv=={pinned[1]}\n" in DOCKERFILE
