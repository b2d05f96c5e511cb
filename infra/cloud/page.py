"""What CloudFront needs for the web page, with the page's own security policy."""

from __future__ import annotations

from infra import web_page
from infra.cloud.cloudformation import Part, load, ref
from infra.cloud.sse_container import CONDITION


def fragment() -> Part:
    """Cache, headers and index of the page."""
    made = load("page", condition=CONDITION)
    headers = made["Resources"]["PageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    headers["SecurityHeadersConfig"]["ContentSecurityPolicy"] = {
        "ContentSecurityPolicy": {
            "Fn::Sub": [web_page.policy("wss://${GameHost}"), {"GameHost": _game_host()}]
        },
        "Override": True,
    }
    return made


def _game_host() -> Part:
    """The host of GameUrl, or else of PublicUrl: both are addresses, whose third part is the host."""
    return {"Fn::If": ["HasGameUrl", _host("GameUrl"), _host("PublicUrl")]}


def _host(parameter: str) -> Part:
    return {"Fn::Select": [2, {"Fn::Split": ["/", ref(parameter)]}]}
