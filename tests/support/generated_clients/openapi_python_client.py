"""A guest, by the client that openapi-python-client makes."""

from __future__ import annotations

import json
import os

from pong_generated import AuthenticatedClient, Client
from pong_generated.api.auth import create_guest
from pong_generated.api.play import list_matches
from pong_generated.api.users import get_me, get_user
from pong_generated.models import Error, MatchInstancePage, Tokens, UserMeInstance

ORIGIN, CA = os.environ["ORIGIN"], os.environ["NODE_EXTRA_CA_CERTS"]

tokens = create_guest.sync(client=Client(base_url=ORIGIN, verify_ssl=CA))
assert isinstance(tokens, Tokens)
client = AuthenticatedClient(base_url=ORIGIN, verify_ssl=CA, token=tokens.access)

me = get_me.sync(client=client)
assert isinstance(me, UserMeInstance)
nobody = get_user.sync(1, client=client)
assert isinstance(nobody, Error)
page = list_matches.sync(me.id, client=client, limit=5)
assert isinstance(page, MatchInstancePage)
first = page.results[0].code if page.results else None
print(json.dumps({"guest": me.is_guest, "error": nobody.code, "count": page.count, "first": first}))
