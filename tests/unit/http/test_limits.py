"""How long a URI may be."""

from __future__ import annotations

import pytest

from shared.domain.errors import UriTooLong
from shared.http.limits import MAX_URI_BYTES, check_uri


@pytest.mark.parametrize("query", ["", "q=1"])
def test_a_uri_at_the_limit_is_read_and_a_longer_one_is_refused(query: str) -> None:
    longest = "/" + "a" * (MAX_URI_BYTES - 1 - len("?" + query if query else ""))

    check_uri(longest, query)
    check_uri(longest.encode(), query.encode())
    with pytest.raises(UriTooLong):
        check_uri(longest + "a", query)
