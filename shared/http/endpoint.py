"""The decorator that makes a function an endpoint.

The handler's parameters say what it needs, its return annotation says what it answers:

    bp = Blueprint(__name__)

    @endpoint(bp, "GET", "/users/{user_id}/", errors=[NotFound])
    def get_user(me: User, user_id: int) -> UserProfile: ...

- `me: User` or `me: Account`: the caller, read from the table;
- `relations: Relations`, beside `me: Account`: the caller's friends, friend requests and blocks;
- `named: Named`, beside `me: User`: the user with the path's `{user_id}`, unless that user blocks the caller;
- `chat: Chat`, beside `me: Account`: the caller's conversation with the path's `{chat_id}`;
- `place: Code | None`, beside `me: Account`: the lobby, tournament or match with the path's `{code}`;
- `owner: Credential | None`: the owner of the username in the body, and the password that proves it;
- `token: Claims`: what the caller's token says; `client: UserAgent`: the name of their client;
- `body: SomeBody`: the JSON body, validated;
- `query: SomeQuery`: parameters (docs/contract/conventions.md#parameters-of-a-get), validated;
- `page: PageQuery`: limit and offset;
- a name from the path: that part of it.

It returns a model, a list of models, a `Page`, None (then the answer has no body), a `Raw` answer or a `Redirect`. The
decorator admits the caller, answers errors, logs, and runs a handler that loses a race again from its first read.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, get_args, get_type_hints

from chalice.app import Blueprint
from pydantic import BaseModel, TypeAdapter

from shared.domain.errors import DomainError, InternalError, NoSuchPath
from shared.domain.ids import read_id
from shared.domain.limits import Limit
from shared.http import registry
from shared.http.answers import ProxyAnswer, answer, error_answer
from shared.http.bodies import Request, validate
from shared.http.idempotency import REPLAYED, Repeatable, Replay, read_key
from shared.http.lambdas import register
from shared.http.pages import PageQuery
from shared.http.principal import Caller, Named, given, ids_in, loader_of
from shared.http.registry import Auth, Route
from shared.http.throttle import Throttle, client_network
from shared.logs import log
from shared.security_events import Origin, coming_from, report_refusal
from shared.store.accounts.users import Account, User
from shared.store.base import failure
from shared.store.chat.conversations import Chat
from shared.store.play.codes import Code
from shared.store.social.relations import Relations
from shared.usecases.rerun import PATIENT_RERUNS, RERUNS, rerun, turn_of

LambdaFunction = Callable[[Mapping[str, Any], Any], ProxyAnswer]


class _Common(TypedDict):
    """The arguments that every answer to one request shares."""

    request_id: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that isn't JSON made from a model. The endpoint's `produces` is its media type."""

    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """303: the answer is at another URL. A handler that may return it says so beside its model: `Model | Redirect`."""

    url: str


def endpoint(
    bp: Blueprint,
    method: str | Sequence[str],
    path: str,
    *,
    auth: Auth = Auth.USER,
    status: int = 200,
    online: bool = False,
    cpu_heavy: bool = False,
    patient: bool = False,
    repeatable: bool = True,
    produces: str = "application/json",
    attachment: str | None = None,
    alias: str | None = None,
    limits: Sequence[Limit] = (),
    makes_known: bool = False,
    errors: Sequence[type[DomainError] | DomainError] = (),
) -> Callable[[Callable[..., Any]], LambdaFunction]:
    """Make a handler the Lambda function of a route, and enter the route into the registry.

    `path` is without /api and ends with a slash; an `alias` is another path of the same endpoint. `errors` are the
    handler's own; the OpenAPI document adds those of tokens and bodies. The registry's `Route` explains the rest.
    """
    options: dict[str, Any] = {
        "methods": (method,) if isinstance(method, str) else tuple(method),
        "path": path,
        "auth": auth,
        "status": status,
        "errors": tuple(errors),
        "cpu_heavy": cpu_heavy,
        "online": online,
        "repeatable": repeatable,
        "patient": patient or auth is Auth.SERVICE,
        "produces": produces,
        "attachment": attachment,
        "limits": tuple(limits),
        "makes_known": makes_known,
    }

    def decorate(handler: Callable[..., Any]) -> LambdaFunction:
        hints = get_type_hints(handler)
        load = loader_of(hints, auth, online=online)
        route = Route(**options, **_signature(handler, hints, path), load=load)
        registry.add(route)
        if alias is not None:
            registry.add(replace(route, path=alias, is_alias=True))
        return _lambda(bp, handler, _Call(handler, route, hints, _serializer(route.answer)))

    return decorate


def _lambda(bp: Blueprint, handler: Callable[..., Any], call: _Call) -> LambdaFunction:
    def function(event: Mapping[str, Any], context: Any) -> ProxyAnswer:
        return call.answer(event, context)

    return register(bp, handler, function)


def _signature(handler: Callable[..., Any], hints: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The parts of a route from its handler's signature and docstring."""
    summary, _, description = inspect.cleandoc(handler.__doc__ or "").partition("\n")
    return {
        "name": handler.__name__,
        "module": handler.__module__,
        "summary": summary,
        "description": description.strip(),
        "int_params": ids_in(hints, path),
        "body": hints.get("body"),
        "answer": _model(hints["return"]),
        "redirects": Redirect in get_args(hints["return"]),
        "query": hints.get("query"),
        "paged": "page" in hints,
    }


def _model(returns: Any) -> Any:
    """The return annotation without `Redirect`."""
    kinds = get_args(returns)
    return next(kind for kind in kinds if kind is not Redirect) if Redirect in kinds else returns


def _serializer(returns: Any) -> Callable[[Any], str]:
    if isinstance(returns, type) and issubclass(returns, BaseModel):
        return lambda value: value.model_dump_json()
    adapter: TypeAdapter[Any] | None = None

    def serialize(value: Any) -> str:
        nonlocal adapter
        adapter = adapter or TypeAdapter(returns)
        return adapter.dump_json(value).decode()

    return serialize


@dataclass(frozen=True, slots=True)
class _Call:
    """An endpoint, ready to be called with API Gateway's proxy events."""

    handler: Callable[..., Any]
    route: Route
    hints: Mapping[str, Any]
    serialize: Callable[[Any], str]

    def answer(self, event: Mapping[str, Any], context: Any) -> ProxyAnswer:
        """The answer to one request. It never raises."""
        started = time.perf_counter()
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        request_id = str((event.get("requestContext") or {}).get("requestId") or context.aws_request_id)
        common: _Common = {"request_id": request_id, "origin": headers.get("origin")}
        throttle = Throttle(self.route)
        with coming_from(Origin(request_id, self.route.name, lambda: client_network(event, headers))):
            result = self._result(event, headers, common, throttle)
        result["headers"] |= throttle.fields()
        # Only for debugging: the gateway's access log has every request, and a line costs more than reading the token.
        ms = round((time.perf_counter() - started) * 1000, 1)
        facts = {"request_id": request_id, "route": self.route.name, "status": result["statusCode"]}
        log().debug("request", extra={**facts, "ms": ms})
        return result

    def _result(
        self, event: Mapping[str, Any], headers: Mapping[str, str], common: _Common, throttle: Throttle
    ) -> ProxyAnswer:
        try:
            return self._run(event, headers, common, throttle)
        except DomainError as error:
            report_refusal(error, of_service=self.route.auth is Auth.SERVICE)
            return error_answer(throttle.in_place_of(error), **common)
        except Exception as error:  # noqa: BLE001 (the client gets an answer, the log the error)
            extra = {"request_id": common["request_id"], "route": self.route.name}
            log().error("request failed", exc_info=error, extra=extra)
            return error_answer(failure(error) or InternalError(), **common)

    def _run(
        self, event: Mapping[str, Any], headers: Mapping[str, str], common: _Common, throttle: Throttle
    ) -> ProxyAnswer:
        # API Gateway has no patterns for the variable parts of a path, so it lets other texts than ids through.
        if not all(registry.is_int(event["pathParameters"][name]) for name in self.route.int_params):
            raise NoSuchPath
        request = Request(event, headers)
        throttle.begin(request)
        value = rerun(lambda: self._value(request, throttle), **self._contention(event["path"]))
        throttle.succeeded()
        if isinstance(value, Replay):
            return answer(value.status, value.body, headers=REPLAYED, **common)
        if isinstance(value, Raw):
            extra = {"Content-Type": self.route.produces, **value.headers}
            return answer(self.route.status, value.text, headers=extra, **common)
        if isinstance(value, Redirect):
            return answer(303, None, headers={"Location": value.url}, **common)
        body = self._body(value)
        file = self.route.attachment
        extra = {"Content-Disposition": f'attachment; filename="{file}"'} if file else {}
        return answer(self.route.status, body, headers=extra, **common)

    def _contention(self, path: str) -> dict[str, Any]:
        return {"reruns": PATIENT_RERUNS, "turn": turn_of(path)} if self.route.patient else {"reruns": RERUNS}

    def _value(self, request: Request, throttle: Throttle) -> Any:
        """What the handler returns; or the stored answer to an earlier request with the same idempotency key."""
        takes_key = self.route.takes_key(request.event.get("httpMethod", ""))
        key = read_key(request.headers) if takes_key else None
        arguments = self._arguments(request, throttle)
        if key is None:
            return self.handler(**arguments)
        repeatable = Repeatable.of(key, _user_id(arguments.get("me")), request.event)
        return repeatable.run(
            lambda: self.handler(**arguments), lambda value: Replay(self.route.status, self._body(value))
        )

    def _body(self, value: Any) -> str | None:
        return None if value is None else self.serialize(value)

    def _arguments(self, request: Request, throttle: Throttle) -> dict[str, Any]:
        event, headers = request.event, request.headers
        path = {name: self._path_part(name, event["pathParameters"][name]) for name in self.route.params}
        caller = Caller(
            headers.get("authorization"),
            self.route.auth,
            self.route.online,
            path,
            username=request.username,
            user_agent=headers.get("user-agent", ""),
        )
        arguments = given(self.hints, caller)
        if self.route.load is not None:
            arguments |= self.route.load(caller)
        throttle.require()
        sent = request.sent
        if self.route.body is not None:
            arguments["body"] = validate(self.route.body, sent)
        if self.route.query is not None:
            query = {name: values[-1] for name, values in _query(event).items()}
            arguments["query"] = validate(self.route.query, {**sent, **query})
        if "page" in self.hints:
            arguments["page"] = PageQuery.read(event["path"], _query(event))
        return {**arguments, **{name: path[name] for name in self.route.params if name in self.hints}}

    def _path_part(self, name: str, text: str) -> int | str:
        """A variable part of the path, in the type of the handler's parameter."""
        return read_id(text) if name in self.route.int_params else text


def _user_id(me: Account | User | None) -> int | None:
    """The id of the caller; None for a service."""
    user = me.user if isinstance(me, Account) else me
    return None if user is None else user.id


def _query(event: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    many: Mapping[str, Sequence[str]] | None = event.get("multiValueQueryStringParameters")
    return many or {}


__all__ = ["Account", "Auth", "Chat", "Code", "Named", "PageQuery", "Raw", "Relations", "User", "endpoint"]
