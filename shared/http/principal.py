"""Loads the caller of a request, and other arguments of its handler, in one read of the table.

LOADERS says which function does it, by the types of the handler's parameters.
The header: docs/contract/accounts.md#the-authorization-header. The errors: docs/contract/accounts.md#codes-of-401.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from shared.auth.service_tokens import is_service_token
from shared.auth.tokens import bearer_token, read_token
from shared.domain.accounts.errors import NoSuchUser
from shared.domain.accounts.tokens import Claims
from shared.domain.errors import (
    GuestNotAllowed,
    ServiceTokenRequired,
    SseConnectionRequired,
    TokenUserNotFound,
)
from shared.domain.ids import is_code
from shared.http.registry import Auth
from shared.store import keys
from shared.store.accounts.users import (
    Account,
    Credential,
    User,
    account_keys,
    accounts_in,
    read_credential,
    read_user,
)
from shared.store.base import Item, Key, read_items, utc_now
from shared.store.chat.conversations import Chat, chat_in, chat_keys
from shared.store.play.codes import Code
from shared.store.social.relations import PairRow, Relations
from shared.usecases.accounts.sessions import require_session


@dataclass(frozen=True, slots=True)
class Named:
    """The user that the path names, as the caller may find them."""

    account: Account
    friendship: PairRow | None
    """Of the caller and the user."""


UserAgent = NewType("UserAgent", str)
"""The request's User-Agent header; empty without one."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller as the request names them, and the endpoint's demands on them."""

    authorization: str | None
    """The Authorization header."""
    auth: Auth
    online: bool
    """Whether the endpoint requires a connection to the event stream."""
    path: Mapping[str, Any]
    """The variable parts of the path."""
    username: str = ""
    """The username in the body, if the endpoint takes one."""
    user_agent: str = ""
    """The User-Agent header."""

    @property
    def token(self) -> Claims:
        """The claims of the access token. Unauthenticated without a valid one."""
        return read_token(bearer_token(self.authorization), "access")

    @property
    def user_id(self) -> int:
        """The user of the access token. Unauthenticated without a valid one."""
        return self.token.user_id

    def admit(self, user: User | None) -> User:
        """The user, if the endpoint is for them. TokenUserNotFound, SessionEnded, GuestNotAllowed."""
        user = require_session(user, self.token)
        if user.is_guest and self.auth is Auth.REGISTERED:
            raise GuestNotAllowed
        return user

    def admit_account(self, items: Mapping[Key, Item], user_id: int) -> Account:
        """The account among items read under `account_keys`, if the endpoint is for it. SseConnectionRequired."""
        account = accounts_in(items, [user_id], utc_now()).get(user_id)
        if account is None:
            raise TokenUserNotFound
        self.admit(account.user)
        if self.online and not account.is_online:
            raise SseConnectionRequired
        return account


Loader = Callable[[Caller], dict[str, Any]]
"""Loads a handler's arguments, by name. One read of the table."""


def require_service(caller: Caller) -> dict[str, Any]:
    """Load nothing. Unauthenticated without a valid token, ServiceTokenRequired for a user's."""
    token = bearer_token(caller.authorization)
    if not is_service_token(token):
        read_token(token, "access")
        raise ServiceTokenRequired
    return {}


def load_user(caller: Caller) -> dict[str, Any]:
    """`me: User`. A GetItem."""
    return {"me": caller.admit(read_user(caller.user_id))}


def load_account(caller: Caller) -> dict[str, Any]:
    """`me: Account`, with its inbox. A BatchGetItem."""
    user_id = caller.user_id
    items = read_items([*account_keys([user_id]), keys.inbox(user_id)])
    return {"me": caller.admit_account(items, user_id)}


def load_relations(caller: Caller) -> dict[str, Any]:
    """`me: Account` and `relations: Relations`. A BatchGetItem."""
    user_id = caller.user_id
    items = read_items([*account_keys([user_id]), keys.inbox(user_id), keys.relations(user_id)])
    relations = items.get(keys.relations(user_id))
    if not isinstance(relations, Relations):
        raise TokenUserNotFound
    return {"me": caller.admit_account(items, user_id), "relations": relations}


def load_chat(caller: Caller) -> dict[str, Any]:
    """`me: Account` and `chat: Chat`, the conversation of the path's `{chat_id}`. NotInChat. A BatchGetItem."""
    user_id, chat_id = caller.user_id, caller.path["chat_id"]
    items = read_items([*account_keys([user_id]), *chat_keys(user_id, chat_id)])
    return {"me": caller.admit_account(items, user_id), "chat": chat_in(items, user_id, chat_id)}


def load_place(caller: Caller) -> dict[str, Any]:
    """`me: Account` and `place: Code | None`, the row of the path's `{code}`. A BatchGetItem."""
    user_id, code = caller.user_id, caller.path["code"]
    codes = [keys.code(code)] if is_code(code) else []
    items = read_items([*account_keys([user_id]), *codes])
    place = items.get(codes[0]) if codes else None
    return {
        "me": caller.admit_account(items, user_id),
        "place": place if isinstance(place, Code) else None,
    }


def load_named(caller: Caller) -> dict[str, Any]:
    """`me: User` and `named: Named`, the user with the path's `{user_id}`. NoSuchUser. A BatchGetItem."""
    mine, theirs = caller.user_id, caller.path["user_id"]
    pair = keys.friendship(mine, theirs)
    items = read_items([keys.user(mine), *account_keys([theirs]), pair])
    found = items.get(keys.user(mine))
    me = caller.admit(found if isinstance(found, User) else None)
    account = accounts_in(items, [theirs], utc_now()).get(theirs)
    if account is None or mine in account.user.blocked:
        raise NoSuchUser
    row = items.get(pair)
    friendship = row if isinstance(row, PairRow) and row.are_friends else None
    return {"me": me, "named": Named(account, friendship)}


def load_owner(caller: Caller) -> dict[str, Any]:
    """`owner: Credential | None`, the owner of the username in the body. A GetItem."""
    return {"owner": read_credential(caller.username) if caller.username else None}


LOADERS: Mapping[Any, Loader] = {
    Relations: load_relations,
    Named: load_named,
    Chat: load_chat,
    Code | None: load_place,
    Account: load_account,
    User: load_user,
    Credential | None: load_owner,
}
"""By the type of a handler's parameter. A handler with several gets the first loader here, which loads all."""

LOADED_BY_ID = {"chat": "chat_id", "named": "user_id"}
"""Parameters of handlers, each with the part of the path whose id says what is loaded."""

GIVEN: Mapping[Any, Callable[[Caller], Any]] = {
    Claims: lambda caller: caller.token,
    UserAgent: lambda caller: caller.user_agent,
}
"""By the type of a handler's parameter: what the request itself says of its caller."""


def given(hints: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """The handler's arguments that the request itself gives."""
    return {name: GIVEN[hint](caller) for name, hint in hints.items() if hint in (Claims, UserAgent)}


def loader_of(hints: Mapping[str, Any], auth: Auth, *, online: bool) -> Loader | None:
    """The loader for a handler with these parameters; None for a public endpoint that needs none."""
    if auth is Auth.SERVICE:
        return require_service
    wanted = [*hints.values(), *([Account] if online else [])]
    otherwise = None if auth is Auth.NOBODY else load_user
    return next((load for kind, load in LOADERS.items() if kind in wanted), otherwise)


def ids_in(hints: Mapping[str, Any], path: str) -> frozenset[str]:
    """The variable parts of an endpoint's path that are ids, by the types of its handler's parameters."""
    ids = {name for name, hint in hints.items() if hint is int}
    ids |= {id_ for name, id_ in LOADED_BY_ID.items() if name in hints}
    return frozenset(name for name in ids if f"{{{name}}}" in path)
