"""One connection of an event stream."""

from __future__ import annotations

import httpx

from pong_client.caller import body_of, unreachable
from pong_client.errors import ApiError, ProtocolError
from pong_client.stream_settings import StreamSettings


async def connect(
    http: httpx.AsyncClient, url: str, token: str | None, last_event_id: str, settings: StreamSettings
) -> httpx.Response:
    """An accepted connection, after this event. ApiError, ProtocolError or UnreachableError if there is none."""
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-store"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    timeout = httpx.Timeout(settings.connect, read=settings.silence)
    request = http.build_request("GET", url, headers=headers, timeout=timeout)
    try:
        response = await http.send(request, stream=True)
    except httpx.TransportError as error:
        raise unreachable("GET", url, error) from error
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if response.status_code == 200 and kind == "text/event-stream":
        return response
    try:
        await response.aread()
    except httpx.TransportError as error:
        raise unreachable("GET", url, error) from error
    finally:
        await response.aclose()
    if response.status_code >= 400:
        path = response.request.url.path
        raise ApiError(response.status_code, body_of(response), f"GET {path}", response.headers)
    raise ProtocolError(f"GET {url} answered {response.status_code} {kind}, not an event stream")
