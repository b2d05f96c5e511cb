"""A download of any size: a file in a bucket takes what an answer can't hold (docs/contract/accounts.md)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from pydantic_core import from_json

from functions.users.download_data import MAX_BYTES, download_data
from infra.local.workers.handlers import Context
from shared.domain.errors import Unavailable
from shared.http.answers import ProxyAnswer
from shared.settings import settings
from shared.store.accounts.export_files import store_export
from tests.support.chats import say, talk
from tests.support.database import leading_to
from tests.support.engine import Engine
from tests.support.players import Player, made_player


@pytest.fixture
def bucket(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A table and a bucket of the embedded engine."""
    account = engine.account()
    name = f"exports-{account.id}"
    account.create_table()
    account.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    monkeypatch.setenv("EXPORT_BUCKET", name)
    settings.cache_clear()
    with leading_to(account.environment):
        yield name
    monkeypatch.undo()
    settings.cache_clear()


def download(player: Player) -> ProxyAnswer:
    event = {
        "headers": {"Authorization": f"Bearer {player.access}"},
        "path": "/users/me/download-data/",
        "pathParameters": None,
        "requestContext": {"requestId": "r"},
    }
    return download_data(event, Context("download_data", "r"))


@pytest.mark.usefixtures("bucket")
def test_more_than_5_mb_are_a_file_that_its_url_alone_leads_to() -> None:
    alice, bobby = made_player("Alice"), made_player("Bobby")
    chat = talk(alice, bobby)
    assert download(alice)["statusCode"] == 200
    text = "\U0001f44b" * 1000
    for _ in range(MAX_BYTES // len(json.dumps(text)) + 1):
        assert say(bobby, chat, text).status == 201

    answer = download(alice)

    assert (answer["statusCode"], answer["body"]) == (303, "")
    url = answer["headers"]["Location"]
    with urllib.request.urlopen(url) as file:
        exported = from_json(file.read())
        assert file.headers["Content-Type"] == "application/json"
        assert file.headers["Content-Disposition"] == 'attachment; filename="pong-data.json"'
    assert {message["content"] for message in exported["chat_data"][0]["messages"]} >= {text}
    assert exported["user_data"]["id"] == alice.id
    (lifetime,) = parse_qs(urlsplit(url).query)["X-Amz-Expires"]
    assert lifetime == "3600"


def test_a_file_is_encrypted_and_has_a_name_that_nobody_guesses(bucket: str) -> None:
    first, second = (urlsplit(store_export(8, b"{}", "data.json")).path for _ in range(2))
    assert first != second
    key = first.removeprefix(f"/{bucket}/")
    client = botocore.session.get_session().create_client("s3")
    stored = client.head_object(Bucket=bucket, Key=key)
    assert stored["ServerSideEncryption"] == "AES256"
    assert len(key) >= 32


@pytest.mark.usefixtures("bucket")
def test_without_the_bucket_the_download_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPORT_BUCKET", "nothing-here")
    settings.cache_clear()
    with pytest.raises(Unavailable):
        store_export(8, b"{}", "data.json")
