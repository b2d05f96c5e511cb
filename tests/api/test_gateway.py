"""What is true of every endpoint: paths, methods, bodies, limits, CORS (docs/contract/conventions.md)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.conftest import ORIGIN
from tests.support.people import PASSWORD, People, Person, bearer

REGISTER = "/api/auth/register/"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def person(people: People) -> Person:
    """Somebody registered."""
    return people.user()


def post(
    client: httpx.Client, content: bytes | str, content_type: str = "application/json"
) -> httpx.Response:
    """A body as it is, to where a body is read before anything else."""
    return client.post(REGISTER, content=content, headers={"Content-Type": content_type})


def code_of(answer: httpx.Response) -> str:
    """The code of an error that is about no field."""
    body = answer.json()
    assert set(body) == {"detail", "code"}
    assert isinstance(body["detail"], str)
    assert body["detail"]
    return str(body["code"])


# ── paths and methods ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/api/users/me/", "/api/users/me"])
def test_a_path_works_with_and_without_its_closing_slash(
    client: httpx.Client, person: Person, path: str
) -> None:
    assert client.get(path, headers=person.headers).json()["id"] == person.id


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/openapi.json/"])
def test_the_document_is_found_with_and_without_a_slash(client: httpx.Client, path: str) -> None:
    assert client.get(path).json()["openapi"].startswith("3.1")


def test_the_document_of_events_is_served_with_the_address_of_the_stack(client: httpx.Client) -> None:
    document = client.get("/api/asyncapi.json").json()
    assert document["asyncapi"] == "3.0.0"
    assert document["servers"]["public"]["host"] == client.base_url.netloc.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing/",
        "/api//users/me/",
        "/api/users//me/",
        "/api/users/me//",
        "/users/me/",
        "/api/users/me/%2e%2e/",
    ],
)
def test_an_unknown_path_is_404_in_json(client: httpx.Client, person: Person, path: str) -> None:
    answer = client.get(path, headers=person.headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert code_of(answer) == "not_found"


@pytest.mark.parametrize(
    "part",
    [
        "me2",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "%31x",
        "٣",
        "１２",
        "0x10",
        "%00",
        "%20",
        "true",
    ],
)
def test_an_id_in_a_path_that_is_not_all_digits_is_404(
    client: httpx.Client, person: Person, part: str
) -> None:
    answer = client.get(f"/api/users/{part}/", headers=person.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("digits", ["9007199254740992", "9" * 17, "9" * 1000, "9" * 5000])
def test_a_number_beyond_all_ids_names_nothing(client: httpx.Client, person: Person, digits: str) -> None:
    for path, refusal in (
        (f"/api/users/{digits}/", (404, "user_not_found")),
        (f"/api/chat/{digits}/", (403, "not_in_chat")),
        (f"/api/{digits}/messages/", (403, "not_in_chat")),
        (f"/api/game/tournaments/{digits}/", (404, "tournament_not_found")),
        (f"/api/users/me/friends/{digits}/", (404, "friendship_not_found")),
    ):
        method = "POST" if path.endswith("/messages/") else "GET"
        answer = client.request(method, path, headers=person.headers)
        assert (answer.status_code, code_of(answer)) == refusal


@pytest.mark.parametrize("path", ["/api/", "/api/health/", "/api/users/me/", "/api/chat/", "/api/docs/"])
def test_head_answers_as_get_does_without_the_body(client: httpx.Client, person: Person, path: str) -> None:
    got, asked = client.get(path, headers=person.headers), client.head(path, headers=person.headers)
    assert (asked.status_code, asked.content) == (got.status_code, b"") == (200, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]
    assert client.get(path, headers=person.headers).content == got.content  # the connection is still in step


def test_the_root_says_where_the_documentation_is(client: httpx.Client) -> None:
    answer = client.get("/api/")
    assert answer.status_code == 200
    assert client.get("/api").json() == answer.json()
    assert set(answer.json()) == {"docs", "openapi", "asyncapi"}
    for url in answer.json().values():
        assert client.get(url).status_code == 200


def test_a_wrong_method_is_405_and_says_what_is_allowed(client: httpx.Client, person: Person) -> None:
    answer = client.post("/api/users/me/", headers=person.headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    assert code_of(answer) == "method_not_allowed"


def test_a_fixed_path_wins_over_an_id_and_keeps_its_own_methods(client: httpx.Client, people: People) -> None:
    answer = client.get("/api/private/match/create/", headers=bearer(people.service))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_without_a_token_an_unknown_path_and_a_wrong_method_look_the_same_as_with_one(
    client: httpx.Client,
) -> None:
    assert client.get("/api/nothing/").status_code == 404
    assert client.put("/api/users/me/").status_code == 405


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        "  \n",
        "{",
        "{]",
        "nope",
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": -Infinity}',
        "\ufeff{}",
        '{"a": "\n"}',
    ],
)
def test_broken_json_is_400(client: httpx.Client, body: str) -> None:
    answer = post(client, body.encode())
    assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


@pytest.mark.parametrize("body", ["[]", "3", "null", "true", '"text"', '[{"username": "alice"}]'])
def test_json_that_is_no_object_is_400(client: httpx.Client, body: str) -> None:
    answer = post(client, body)
    assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_an_absent_body_lacks_every_required_field(client: httpx.Client, body: bytes) -> None:
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer.json() == {
        "username": ["This field is required."],
        "password": ["This field is required."],
    }


@pytest.mark.parametrize("value", [3, 3.5, True, None, [], {}, ["alice"]])
def test_a_field_of_a_wrong_type_is_400_on_that_field(client: httpx.Client, value: Any) -> None:
    answer = client.post(REGISTER, json={"username": value, "password": PASSWORD})
    assert answer.status_code == 400
    assert list(answer.json()) == ["username"]


def test_types_are_not_converted(client: httpx.Client, person: Person) -> None:
    for value in ("true", 1, 0, "no", None):
        answer = client.patch("/api/users/me/", headers=person.headers, json={"accept_friend_request": value})
        assert (answer.status_code, list(answer.json())) == (400, ["accept_friend_request"])


def test_unknown_fields_are_ignored(client: httpx.Client, person: Person) -> None:
    body = {"accept_friend_request": True, "id": 1, "is_guest": True, "trophies": 10**6, "__class__": {}}
    answer = client.patch("/api/users/me/", headers=person.headers, json=body)
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["trophies"]) == (person.id, 0)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "json",
        "*/*",
    ],
)
def test_a_body_of_another_media_type_is_415(client: httpx.Client, content_type: str) -> None:
    answer = post(client, "{}", content_type)
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;charset=latin-1",
        "application/json ; x=y",
    ],
)
def test_json_is_json_whatever_parameters_its_type_has(client: httpx.Client, content_type: str) -> None:
    answer = post(client, "{}", content_type)
    assert answer.json() == {
        "username": ["This field is required."],
        "password": ["This field is required."],
    }


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-8"])
def test_a_body_that_is_not_utf_8_is_400_whatever_charset_it_claims(
    client: httpx.Client, charset: str
) -> None:
    for body in (
        '{"username": "é"}'.encode("latin-1"),
        '{"username": "é"}'.encode("utf-16"),
        b'{"a": "\xff"}',
    ):
        answer = post(client, body, f"application/json; charset={charset}")
        assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


@pytest.mark.parametrize(
    "text", [r'"\ud800"', r'"a\udfffb"', r'"\udc00\ud800"'], ids=["high", "low", "wrong way round"]
)
@pytest.mark.parametrize("field", ["username", "other"])
def test_half_a_surrogate_pair_is_400_because_no_answer_could_repeat_it(
    client: httpx.Client, text: str, field: str
) -> None:
    answer = post(client, f'{{"{field}": {text}, "password": "{PASSWORD}"}}')
    assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


def test_what_json_escapes_as_a_whole_pair_is_text(client: httpx.Client, people: People) -> None:
    body = {"users_id": [0], "event_code": "lobby-update", "data": {"x": "🏓"}, "kwargs": None}
    answer = client.post(
        "/api/private/users/", content=json.dumps(body), headers={**JSON, **bearer(people.service)}
    )
    assert answer.status_code == 404  # nobody has the id 0: the body was fine


def test_a_nul_in_a_text_is_an_ordinary_wrong_character(client: httpx.Client) -> None:
    answer = client.post(REGISTER, json={"username": "ali\0ce", "password": PASSWORD})
    assert (answer.status_code, list(answer.json())) == (400, ["username"])


@pytest.mark.parametrize("number", ["9007199254740992", "-1", "1" + "0" * 400, "1" * 5000])
def test_an_id_beyond_what_ids_can_be_is_400(client: httpx.Client, people: People, number: str) -> None:
    answer = client.post(
        "/api/private/users/result-tournament/",
        content=f'{{"winner": {number}}}',
        headers={**JSON, **bearer(people.service)},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("depth", [33, 300, 20_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_json_that_is_nested_too_deep_is_400(
    client: httpx.Client, people: People, depth: int, brackets: str
) -> None:
    step, end = (("[", "]"), ('{"a":', "}"))[brackets == "{}"]
    count = min(depth, 64_000 // (len(step) + len(end)) - 20)
    deep = step * count + "1" + end * count
    answer = client.post(
        "/api/private/users/",
        content=f'{{"users_id": [0], "event_code": "lobby-update", "data": {{"x": {deep}}}}}',
        headers={**JSON, **bearer(people.service)},
    )
    assert (answer.status_code, code_of(answer)) == (400, "malformed_body")


def test_a_body_over_64_kib_is_413(client: httpx.Client) -> None:
    answer = post(client, json.dumps({"username": "a" * 64 * 1024}))
    assert (answer.status_code, code_of(answer)) == (413, "payload_too_large")


def test_a_uri_over_8_kib_is_414(client: httpx.Client) -> None:
    answer = client.get("/api/health/?" + "q" * 8 * 1024)
    assert (answer.status_code, code_of(answer)) == (414, "uri_too_long")


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/health/"), ("POST", "/api/auth/guest/"), ("GET", "/api/users/me/"), ("GET", "/api/nothing/"),
     ("PUT", "/api/health/"), ("GET", "/api/docs/"), ("GET", "/api/openapi.json"), ("POST", REGISTER)],
)  # fmt: skip
def test_no_answer_is_kept_by_caches_and_each_has_an_id(client: httpx.Client, method: str, path: str) -> None:
    one, two = client.request(method, path), client.request(method, path)
    assert one.headers["cache-control"] == "no-store"
    assert one.headers["x-request-id"] != two.headers["x-request-id"]


def test_401_says_how_to_authenticate(client: httpx.Client) -> None:
    assert client.get("/api/users/me/").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/health/", 200), ("GET", "/api/users/me/", 401), ("GET", "/api/no/", 404)],
)
def test_a_page_of_an_allowed_origin_may_read_answers_and_errors(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path, headers={"Origin": ORIGIN})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        ORIGIN + ".evil.example",
        ORIGIN.replace("https", "http"),
        ORIGIN + ":444",
        "",
    ],
)
def test_a_page_of_another_origin_may_not(client: httpx.Client, origin: str) -> None:
    answer = client.get("/api/health/", headers={"Origin": origin})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_preflight_of_an_allowed_origin_names_methods_and_headers(client: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
    answer = client.options("/api/users/me/", headers={"Origin": ORIGIN, **asked})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, HEAD, PATCH"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_of_another_origin_allows_nothing(client: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Origin": "https://evil.example"}
    answer = client.options("/api/users/me/", headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_links_of_a_page_lead_to_the_other_pages(client: httpx.Client, people: People) -> None:
    winner, looser = people.user(), people.user()
    for _ in range(3):
        people.finished_match(winner, looser)
    path = f"/api/game/matches/{winner.id}/"
    everything = client.get(path, headers=winner.headers).json()
    assert (everything["count"], everything["next"], everything["previous"]) == (3, None, None)
    url, seen = f"{path}?limit=1&x=a%20b", []
    while url:
        page = client.get(url, headers=winner.headers).json()
        seen += page["results"]
        url = page["next"]
        assert url is None or (url.startswith(str(client.base_url)) and "x=a+b" in url)
    assert seen == everything["results"]
    assert client.get(page["previous"], headers=winner.headers).json()["results"] == [seen[1]]


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "limit=", "limit=0", "offset=-3", "offset=1.5", "limit=%00"]
)
def test_a_limit_or_offset_that_is_no_number_counts_as_absent(
    client: httpx.Client, person: Person, query: str
) -> None:
    path = "/api/users/me/stats/ranked/"
    assert (
        client.get(f"{path}?{query}", headers=person.headers).json()
        == client.get(path, headers=person.headers).json()
    )
