"""What `make deploy` answers before it deploys anything."""

from __future__ import annotations

import pytest

from infra.deploy import __main__ as command
from infra.deploy import stages
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import package


@pytest.mark.parametrize(("stage", "stack"), [("prod", "pong"), ("dev", "pong-dev")])
def test_a_stage_is_a_stack(stage: str, stack: str) -> None:
    assert stages.stack_name(stage) == stack


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["deploy", "PublicUrl=https://pong.example.com"], "Name a bucket of the account for code"),
        (["deploy", "--bucket", "none-such"], "The bucket none-such can't be used"),
        (["rollback", "--bucket", "code"], "pong has no release to go back to"),
    ],
)
def test_what_can_not_be_done_is_said_and_ends_with_an_error(
    words: list[str],
    reason: str,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["deploy", *words])

    assert command.main() == 1
    assert reason in capsys.readouterr().err


def test_it_has_to_be_said_what_becomes_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.arguments(["undeploy", "--data", ""])

    assert "keep" in capsys.readouterr().err


def test_another_bucket_than_the_stacks_own_is_refused_since_lock_and_releases_are_there(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.deploy(package())
    Site("another")
    capsys.readouterr()
    monkeypatch.setattr("sys.argv", ["deploy", "status", "--stage", "test", "--bucket", "another"])

    assert command.main() == 1
    assert capsys.readouterr().err == (
        "pong-test has its code, its releases and its lock in the bucket code: leave out --bucket another.\n"
    )
