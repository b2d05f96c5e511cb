"""From a request's Authorization header to who is asking (behaviour.md, section 2)."""

from __future__ import annotations

from shared.auth.tokens import Claims, TokenType, bearer_token, read_token
from shared.domain.errors import Forbidden, GuestNotAllowed, Unauthenticated
from shared.domain.ids import is_code
from shared.http.registry import Auth
from shared.store import keys
from shared.store.accounts.users import Account, User, account_keys, accounts_in, read_accounts, read_user
from shared.store.base import read_items, utc_now
from shared.store.chat.conversations import Chat, chat_in, chat_keys
from shared.store.play.codes import Code
from shared.store.social.relations import Relations


def require_service(header: str | None) -> None:
    """Unauthenticated without a valid token, Forbidden with a user's."""
    kinds: tuple[TokenType, ...] = ("service", "access")
    if read_token(bearer_token(header), *kinds).kind != "service":
        raise Forbidden("This endpoint is for services only.", "service_token_required")


def load_user(header: str | None, auth: Auth) -> User:
    """The user who is asking. One GetItem."""
    user = read_user(_claims(header).user_id)
    if user is None:
        raise Unauthenticated("user_not_found")
    _admit(user, auth)
    return user


def load_account(header: str | None, auth: Auth, *, online: bool) -> Account:
    """The account of the user who is asking. One BatchGetItem.

    With `online`, Unauthenticated (`sse_connection_required`) unless they are connected.
    """
    user_id = _claims(header).user_id
    account = read_accounts([user_id], utc_now(), inbox_of=user_id).get(user_id)
    return _admitted(account, auth, online=online)


def load_relations(header: str | None, auth: Auth, *, online: bool) -> tuple[Account, Relations]:
    """The account of the user who is asking, and their relations. One BatchGetItem."""
    user_id = _claims(header).user_id
    found = read_items([*account_keys([user_id]), keys.inbox(user_id), keys.relations(user_id)])
    account = accounts_in(found, [user_id], utc_now()).get(user_id)
    relations = found.get(keys.relations(user_id))
    if not isinstance(relations, Relations):
        raise Unauthenticated("user_not_found")
    return _admitted(account, auth, online=online), relations


def load_chat(header: str | None, auth: Auth, chat_id: int) -> tuple[Account, Chat]:
    """The account of the user who is asking, and a conversation of theirs. One BatchGetItem.

    NotInChat if it isn't theirs.
    """
    user_id = _claims(header).user_id
    found = read_items([*account_keys([user_id]), *chat_keys(user_id, chat_id)])
    account = accounts_in(found, [user_id], utc_now()).get(user_id)
    return _admitted(account, auth, online=False), chat_in(found, user_id, chat_id)


def load_place(header: str | None, auth: Auth, code: str, *, online: bool) -> tuple[Account, Code | None]:
    """The account of the user who is asking, and which living place has a code, if any. One BatchGetItem."""
    user_id = _claims(header).user_id
    codes = [keys.code(code)] if is_code(code) else []
    found = read_items([*account_keys([user_id]), *codes])
    account = accounts_in(found, [user_id], utc_now()).get(user_id)
    place = found.get(codes[0]) if codes else None
    return _admitted(account, auth, online=online), place if isinstance(place, Code) else None


def _admitted(account: Account | None, auth: Auth, *, online: bool) -> Account:
    if account is None:
        raise Unauthenticated("user_not_found")
    _admit(account.user, auth)
    if online and not account.is_online:
        raise Unauthenticated("sse_connection_required")
    return account


def _claims(header: str | None) -> Claims:
    return read_token(bearer_token(header), "access")


def _admit(user: User, auth: Auth) -> None:
    if user.is_guest and auth is Auth.REGISTERED:
        raise GuestNotAllowed
