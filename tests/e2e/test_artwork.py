"""Pictures and icons as clients get them."""

from __future__ import annotations

import ssl

import httpx
import pytest

from infra.local.runner.stack import Stack
from infra.local.settings import ROOT
from shared.domain.accounts.pictures import PICTURES
from shared.wire.catalogue import CATALOGUE

PICTURE_URLS = [picture.url(size) for picture in PICTURES for size in ("", "large", "medium", "small")]
ICON_URLS = sorted(
    {target.display_icon for kind in CATALOGUE.values() for target in kind.targets if target.display_icon}
)


@pytest.mark.one_mode
@pytest.mark.parametrize(
    ("urls", "kind"),
    [(PICTURE_URLS, "image/png"), (ICON_URLS, "image/svg+xml; charset=utf-8")],
    ids=["pictures", "icons"],
)
def test_every_picture_and_icon_is_served_once_and_then_kept_by_the_client(
    stack: Stack, urls: list[str], kind: str
) -> None:
    context = ssl.create_default_context(cafile=str(stack.ca))
    with httpx.Client(base_url=stack.url, verify=context, timeout=20) as client:
        for url in urls:
            first = client.get(url)
            again = client.get(url, headers={"if-none-match": first.headers["etag"]})

            assert first.status_code == 200, url
            assert first.content == (ROOT / url.removeprefix("/")).read_bytes(), url
            assert first.headers["content-type"] == kind
            assert first.headers["cache-control"] == "public, max-age=86400"
            assert (again.status_code, again.content) == (304, b""), url
            assert again.headers["etag"] == first.headers["etag"]
            assert again.headers["cache-control"] == first.headers["cache-control"]
