"""The containers are described as they would be built and run; no Docker runs here, so their parts are looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.running import NotRunningError, find_stack, state_of
from infra.cloud import template
from infra.local.deployment import compose
from infra.local.settings import run_facts
from infra.package import ROOT
from tests.arch.imports import import_with
from tests.infra.conftest import RunningEdge

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "localstack.yml").read_text())
DOCKERFILES = [ROOT / folder / "Dockerfile" for folder in ("sse", "game", "infra/local")]

each_dockerfile = pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: str(file.relative_to(ROOT)))


@each_dockerfile
def test_an_image_is_built_from_exact_versions_and_doesnt_run_as_root(file: Path) -> None:
    text = file.read_text()
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)

    assert images
    # The container that deploys compiles the functions for the Python that runs them.
    assert all(re.fullmatch(r"python:3\.13\.\d+-slim-\w+", image) for image in images)
    assert users == ["10001"]


@each_dockerfile
def test_an_image_copies_what_is_there(file: Path) -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)", file.read_text(), re.MULTILINE):
        *sources, _ = line.split()
        for source in sources:
            assert list(ROOT.glob(source)), f"{source} isn't there"


@each_dockerfile
def test_a_package_of_this_repository_is_in_the_image_before_pip_looks_for_it(file: Path) -> None:
    """pip takes `-e clients/python` from the directory that it runs in."""
    before, _, installed = file.read_text().partition("pip install ")
    requirements = re.findall(r"-r \S*?(requirements\S*)", installed.partition("\n")[0])
    for local in [each for name in requirements for each in packages_from_here(ROOT / name)]:
        assert f"COPY {local} /app/{local}" in before
        assert "WORKDIR /app" in before


def packages_from_here(requirements: Path) -> list[str]:
    """The directories that a requirements file and those that it includes name as packages."""
    text = requirements.read_text()
    included = re.findall(r"^-r (\S+)", text, re.MULTILINE)
    inner = [local for name in included for local in packages_from_here(requirements.parent / name)]
    return re.findall(r"^-e (\S+)", text, re.MULTILINE) + inner


def test_the_image_that_deploys_has_every_source_that_template_and_edge_read(tmp_path: Path) -> None:
    """The template's roles follow from the code of the functions and of the SSE container."""
    for line in re.findall(r"^COPY (.*)", (ROOT / "infra/local/Dockerfile").read_text(), re.MULTILINE):
        *sources, target = line.split()
        place = tmp_path / target.removeprefix("/app/")
        for source in [found for pattern in sources for found in ROOT.glob(pattern)]:
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, place / source.name if target.endswith("/") else place)

    looked = "from infra.cloud import template; import infra.local.edge.application; template.whole('arm64')"
    ran = subprocess.run(
        [sys.executable, "-c", looked], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr


def test_the_sse_container_needs_only_what_its_image_installs() -> None:
    """Imported with every package hidden that requirements-sse.txt doesn't bring."""
    found = import_with("requirements-sse.txt", "sse.__main__")

    assert "uvicorn" in found.modules
    assert not {"boto3", "chalice", "cryptography", "granian"} & set(found.modules)


def test_the_game_servers_container_needs_only_what_its_image_installs() -> None:
    """The game server needs requirements-game.txt and the client; its token command what a function needs."""
    *python, module = COMPOSE["services"]["game"]["environment"]["TOKEN_COMMAND"].split()
    installed = re.findall(r"-r /build/(\S+)", (ROOT / "game/Dockerfile").read_text())

    assert python == ["python", "-m"]
    assert installed == ["requirements-game.txt", "requirements.txt"]
    assert "websockets" in import_with("requirements-game.txt", "game.__main__").modules
    assert "jwt" in import_with("requirements.txt", module).modules


def test_the_compose_file_gives_the_game_server_what_the_template_gives_it() -> None:
    (task,) = template.whole()["Resources"]["GameTask"]["Properties"]["ContainerDefinitions"]
    arns = {"SecretArn": "arn:1", "ServiceSecretArn": "arn:2"}
    written = compose.environment("http://localstack:4566/_aws/execute-api/a1/api", arns)
    given = dict(line.removeprefix("export ").split("=") for line in written.splitlines())
    game, edge = (COMPOSE["services"][name]["environment"] for name in ("game", "edge"))

    assert given["PONG_URL"] == "http://localstack:4566/_aws/execute-api/a1"
    on_aws = {one["Name"] for one in task["Environment"]} - {"AWS_REGION", "GAME_HOST", "GAME_PORT"}
    assert on_aws <= game.keys() | given.keys()
    dockerfile = (ROOT / "game/Dockerfile").read_text()
    assert "GAME_HOST=0.0.0.0 GAME_PORT=8002" in dockerfile
    assert edge["GAME"] == "http://game:8002"


def test_the_services_depend_on_each_other_and_on_files_that_exist() -> None:
    services = COMPOSE["services"]

    assert list(services) == ["localstack", "deploy", "sse", "game", "edge"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", ()):
            assert volume.startswith("/") or volume.partition(":")[0] in COMPOSE["volumes"]
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).exists()


def test_localstack_is_the_last_version_that_needs_no_token_and_a_token_is_optional() -> None:
    localstack = COMPOSE["services"]["localstack"]

    assert localstack["image"] == "localstack/localstack:${LOCALSTACK_VERSION:-4.14.0}"
    assert localstack["environment"]["LOCALSTACK_AUTH_TOKEN"] == "${LOCALSTACK_AUTH_TOKEN:-}"


def test_nothing_is_published_beyond_this_machine() -> None:
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_every_command_of_the_compose_file_exists() -> None:
    assert COMPOSE["services"]["deploy"]["command"] in compose.COMMANDS
    assert COMPOSE["services"]["edge"]["command"] in compose.COMMANDS
    assert COMPOSE["services"]["edge"]["healthcheck"]["test"][-1] in compose.COMMANDS

    ran = subprocess.run(
        [sys.executable, "-m", "infra.local.deployment.compose", "nothing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "deploy, edge, health, service-token" in ran.stderr


def test_the_edges_health_check_asks_the_api(
    edge: RunningEdge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compose, "STATE", edge.directory)
    monkeypatch.setenv("PORT", str(edge.port))
    assert compose.health() == 1, "the endpoints of this edge have no health"
    monkeypatch.setenv("PORT", "1")
    assert compose.health() == 1
    assert "the edge doesn't answer" in capsys.readouterr().err


DOCKER = """#!/bin/sh
# docker compose -f localstack.yml cp edge:/state/<name> <place>
[ "$1 $2 $3 $4" = "compose -f localstack.yml cp" ] && cp "$VOLUME/${5#edge:/state/}" "$6"
"""


@pytest.mark.parametrize("port", [4711, 4712])
def test_a_stack_of_containers_is_found_by_its_port(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for Docker copies the files as `docker compose cp` does."""
    facts = run_facts("https://localhost:4711", compose.ENGINE, compose.TABLE, {"ServiceSecretArn": "arn"})
    (tmp_path / "run.json").write_text(json.dumps(facts))
    (tmp_path / "ca.pem").write_text("a certificate")
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("VOLUME", str(tmp_path))
    if port == 4711:
        stack = find_stack(state_of(port))
        assert (stack.url, stack.cacert.read_text(), stack.run) == (facts["url"], "a certificate", facts)
    else:
        with pytest.raises(NotRunningError, match="No stack runs on port 4712"):
            find_stack(state_of(port))
