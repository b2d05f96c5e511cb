"""Stream clients of Python, as their documentation uses them, and a program that renews its token with one of them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import httpx
import requests
from httpx_sse import connect_sse
from requests_sse import EventSource, InvalidStatusCodeError
from sseclient import SSEClient

MOST_STREAMS = 20
SILENCE_SECONDS = 45
"""After three pings that didn't come the connection is dead."""


class Heard(NamedTuple):
    """An event, as a client hands it to its program."""

    code: str
    id: str
    data: str


@dataclass(frozen=True)
class Address:
    """Where the product is, and the certificate to verify it with."""

    origin: str
    ca: Path

    @property
    def stream(self) -> str:
        return f"{self.origin}/sse/users/"


Connect = Callable[[Address, str, str], Iterator[Heard]]
"""The events of a stream with this token, after this id. HTTPError of httpx or requests if it is refused."""


def headers(token: str, last_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **({"Last-Event-ID": last_id} if last_id else {})}


def httpx_sse(address: Address, token: str, last_id: str) -> Iterator[Heard]:
    tls = ssl.create_default_context(cafile=str(address.ca))
    with (
        httpx.Client(verify=tls, trust_env=False, timeout=SILENCE_SECONDS) as http,
        connect_sse(http, "GET", address.stream, headers=headers(token, last_id)) as source,
    ):
        source.response.raise_for_status()
        for event in source.iter_sse():
            yield Heard(event.event, event.id, event.data)


def sseclient_py(address: Address, token: str, last_id: str) -> Iterator[Heard]:
    with _session(address) as http:
        answer = http.get(
            address.stream, headers=headers(token, last_id), stream=True, timeout=SILENCE_SECONDS
        )
        answer.raise_for_status()
        for event in SSEClient(iter(answer)).events():
            yield Heard(event.event, event.id or "", event.data)


def requests_sse(address: Address, token: str, last_id: str) -> Iterator[Heard]:
    with (
        _session(address) as http,
        EventSource(
            address.stream,
            headers=headers(token, ""),
            latest_event_id=last_id,
            session=http,
            timeout=SILENCE_SECONDS,
        ) as source,
    ):
        for event in source:
            yield Heard(event.type or "", event.last_event_id, event.data or "")


def _session(address: Address) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(address.ca)
    return session


CLIENTS: dict[str, Connect] = {
    "httpx-sse": httpx_sse,
    "sseclient-py": sseclient_py,
    "requests-sse": requests_sse,
}


@dataclass
class Program:
    """Reads the events of a user, and writes what happens into a journal, in the words of program.mjs.

    A stream isn't closed when its successor opens: it ends by itself, and misses nothing.
    """

    connect: Connect
    address: Address
    access: str
    refresh: str
    journal: list[dict[str, Any]] = field(default_factory=list)
    last_id: str = ""
    seen: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    """Two streams are open at once, each in a thread of its own."""
    stopped: bool = False
    """Set to let the program end with its present tokens: its threads can't be cancelled."""

    def run(self) -> None:
        """Until the last stream has ended."""
        with ThreadPoolExecutor(MOST_STREAMS) as threads:
            self._threads, self._streams = threads, list[Future[None]]()
            self._begin(self.access)
            for stream in self._streams:
                stream.result()

    def _begin(self, token: str) -> None:
        self._streams.append(self._threads.submit(self._read, token, self.last_id))

    def _read(self, token: str, last_id: str) -> None:
        replaced = False
        try:
            for heard in self.connect(self.address, token, last_id):
                if heard.code == "token-expiring":
                    self.journal.append({"what": "expiring"})
                    replaced = self._renew()
                self._take(heard)
        except (httpx.HTTPStatusError, requests.HTTPError, InvalidStatusCodeError) as refusal:
            if refusal.response is None or refusal.response.status_code != HTTPStatus.UNAUTHORIZED:
                raise
        if not replaced:
            self._renew()

    def _take(self, heard: Heard) -> None:
        if heard.code == "lobby-update":
            with self.lock:
                repeated = heard.id in self.seen
                self.last_id = heard.id
                self.seen.add(heard.id)
                n = json.loads(heard.data)["data"]["n"]
                self.journal.append({"what": "event", "id": heard.id, "n": n, "repeated": repeated})

    def _renew(self) -> bool:
        """Open a stream with a new token; False if the session has ended."""
        if self.stopped:
            return False
        with _session(self.address) as http:
            answer = http.post(f"{self.address.origin}/api/auth/refresh/", json={"refresh": self.refresh})
        if answer.status_code != HTTPStatus.OK:
            return False
        self._begin(str(answer.json()["access"]))
        return True
