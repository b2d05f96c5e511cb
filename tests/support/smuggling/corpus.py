"""Requests that try to be more than one request, or another one than they look like.

Every server is tried with all of them: the edge before a recording server and the SSE process alone
(tests/infra/test_smuggling.py, tests/sse/test_smuggling.py), the whole product in both modes
(tests/e2e/test_smuggling.py).

PATH is a path that is served. INNER is a whole request that must not be carried out, INNER_ENCODED the same,
percent-encoded, and INNER_LENGTH its length in hexadecimal.
"""

from __future__ import annotations

from urllib.parse import quote

BAD_PATH = "path: "

BAD_PATHS = {
    "a whole request": "PATH%20HTTP/1.1%0d%0aHost:%20localhost%0d%0a%0d%0aINNER_ENCODED",
    "a whole request after bare LF": "PATH%20HTTP/1.1%0aHost:%20localhost%0a%0aINNER_ENCODED",
    "a field": "PATH%20HTTP/1.1%0d%0aAuthorization:%20Bearer%20x%0d%0aX-Y:%20",
    "CRLF": "PATH%0d%0a",
    "CR": "PATH%0D",
    "LF": "PATH%0a",
    "LF in overlong UTF-8": "PATH%c0%8a",
    "NUL": "PATH%00",
    "backspace": "PATH%08",
    "tab": "PATH%09x",
    "vertical tab": "PATH%0b",
    "escape": "PATH%1b[31m",
    "delete": "PATH%7f",
    "C1 control": "PATH%c2%85x",
    "no-break space": "PATH%c2%a0x",
    "line separator": "PATH%e2%80%a8x",
    "bidirectional override": "PATH%e2%80%aex",
    "no UTF-8": "PATH%ff",
    "space": "PATH%20",
    "plus and space": "PATH+%20x",
    "encoded slash": "PATHx%2f",
    "encoded slash, capital": "PATHx%2F",
    "encoded slashes upwards": "PATHx%2f..%2f..%2f",
    "encoded dots and slash": "PATH%2e%2e%2fx/",
    "backslashes upwards": "PATH..%5c..%5cx/",
    "dots upwards": "PATH../../x/",
    "parameter and dots": "PATH;/../x/",
    "8,200 bytes": "PATH" + "a" * 8_200,
}
"""Targets of a GET. All are refused."""

ODD_TARGETS = {
    "CR twice encoded in UTF-8": "PATH%c4%8d%c4%8a",
    "slash twice encoded": "PATHx%252fy/",
    "CRLF twice encoded": "PATH%250d%250aX:1",
    "two slashes": "PATH/x/",
    "no hexadecimal digits in the path": "PATH%zz",
    "half an escape": "PATH%0",
    "a whole request in the query": "PATH?q=%20HTTP/1.1%0d%0aHost:%20localhost%0d%0a%0d%0aINNER_ENCODED",
    "a field in the query": "PATH?q=x%0d%0aX-Forged:%201",
    "LF in the query": "PATH?q=%0aX-Forged:%201",
    "NUL in the query": "PATH?q=%00",
    "no UTF-8 in the query": "PATH?%ff=%ff",
    "no hexadecimal digits in the query": "PATH?q=%zz&%",
    "second question mark and fragment": "PATH?q=?&r=%23&s=/../",
    "encoded question mark in it": "PATH?q=%3fx%26y",
}
"""Targets of a GET. They may arrive."""

REQUEST_LINES = {
    "absolute form": "GET http://localhostPATH HTTP/1.1",
    "absolute form of another host": "GET http://127.0.0.1:22PATH HTTP/1.1",
    "absolute form with a user": "GET http://a:b@localhostPATH HTTP/1.1",
    "absolute form of a file": "GET file:///etc/passwd HTTP/1.1",
    "host after two slashes": "GET //127.0.0.1:22PATH HTTP/1.1",
    "asterisk": "GET * HTTP/1.1",
    "asterisk of OPTIONS": "OPTIONS * HTTP/1.1",
    "no slash": "GET x HTTP/1.1",
    "CONNECT": "CONNECT 127.0.0.1:22 HTTP/1.1",
    "TRACE": "TRACE PATH HTTP/1.1",
    "unknown method": "SMUGGLE PATH HTTP/1.1",
    "method with NUL": "GE\0T PATH HTTP/1.1",
    "method with a parenthesis": "GET(x) PATH HTTP/1.1",
    "space before the method": " GET PATH HTTP/1.1",
    "CR in the target": "GET PATH\rx HTTP/1.1",
    "LF in the target": "GET PATH\nx HTTP/1.1",
    "NUL in the target": "GET PATH\0 HTTP/1.1",
    "tab in the target": "GET PATH\tx HTTP/1.1",
    "space in the target": "GET PATH x HTTP/1.1",
    "delete in the target": "GET PATH\x7f HTTP/1.1",
    "no ASCII in the target": "GET PATH\xff HTTP/1.1",
    "fragment": "GET PATH#x HTTP/1.1",
    "two versions": "GET PATH HTTP/1.1 HTTP/1.1",
    "version 0.9": "GET PATH HTTP/0.9",
    "version 1.2": "GET PATH HTTP/1.2",
    "version 2 in plain text": "GET PATH HTTP/2.0",
    "no version": "GET PATH",
    "another protocol": "GET PATH FTP/1.1",
    "100,000 bytes": "GET PATH" + "a" * 100_000 + " HTTP/1.1",
}
"""First lines of a request without a body."""

FIELDS = {
    "two hosts": "Host: localhost\r\nHost: 127.0.0.1:22",
    "two equal hosts": "Host: localhost\r\nHost: localhost",
    "no host": "X-Y: 1",
    "host with a path": "Host: localhost/x",
    "host with a space": "Host: localhost x",
    "two tokens": "Host: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b",
    "token with a comma": "Host: localhost\r\nAuthorization: Bearer a, Bearer b",
    "obs-fold": "Host: localhost\r\nX-Y: a\r\n Authorization: Bearer b",
    "obs-fold with a tab": "Host: localhost\r\nX-Y: a\r\n\tTransfer-Encoding: chunked",
    "folded first field": " X-Y: a\r\nHost: localhost",
    "space before the colon": "Host: localhost\r\nX-Y : a",
    "space in a name": "Host: localhost\r\nX Y: a",
    "no colon": "Host: localhost\r\nX-Y",
    "no name": "Host: localhost\r\n: a",
    "NUL in a name": "Host: localhost\r\nX\0Y: a",
    "NUL in a value": "Host: localhost\r\nX-Y: a\0b",
    "CR in a value": "Host: localhost\r\nX-Y: a\rAuthorization: Bearer b",
    "LF in a value": "Host: localhost\r\nX-Y: a\nAuthorization: Bearer b",
    "LF only": "Host: localhost\nX-Y: a\n",
    "CR only": "Host: localhost\rX-Y: a\r",
    "escape in a value": "Host: localhost\r\nX-Y: a\x1b[31m",
    "no ASCII in a value": "Host: localhost\r\nX-Y: \xff\xfe",
    "no ASCII in a name": "Host: localhost\r\nX\xff: 1",
    "name of a field in its own encoding": "Host: localhost\r\nX-Y: %0d%0aX-Forged: 1",
    "fields of the connection": "Host: localhost\r\nConnection: authorization, x-y\r\nX-Y: 1",
    "upgrade to HTTP/2": "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA",
    "upgrade to a web socket": "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "names of a gateway": "Host: localhost\r\nX-Forwarded-For: 1.2.3.4\r\nX-Original-URL: /x/\r\n"
    "X-HTTP-Method-Override: DELETE",
    "call of AWS": "Host: localhost\r\nX-Amz-Target: secretsmanager.PutSecretValue",
    "300 fields": "Host: localhost" + "".join(f"\r\nX-{number}: 1" for number in range(300)),
    "a field of 100,000 bytes": "Host: localhost\r\nX-Y: " + "a" * 100_000,
}  # fmt: skip
"""Fields of a GET."""

BODIES = {
    "length and chunks": "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER",
    "chunks and length": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2\r\n{}\r\n0\r\n\r\nINNER",
    "length of the first chunk's head": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    "INNER_LENGTH\r\nINNER\r\n0\r\n\r\n",
    "two lengths": "Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}INNER",
    "two lengths, the second longer": "Content-Length: 0\r\nContent-Length: 2\r\n\r\n{}INNER",
    "two lengths in one field": "Content-Length: 2, 0\r\n\r\n{}INNER",
    "two equal lengths": "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "length with a plus": "Content-Length: +2\r\n\r\n{}INNER",
    "negative length": "Content-Length: -2\r\n\r\n{}INNER",
    "length in hexadecimal": "Content-Length: 0x2\r\n\r\n{}INNER",
    "length with a space": "Content-Length: 2 2\r\n\r\n{}INNER",
    "length with a point": "Content-Length: 2.0\r\n\r\n{}INNER",
    "length in foreign digits": "Content-Length: \xb2\r\n\r\n{}INNER",
    "length of 2^64 + 2": "Content-Length: 18446744073709551618\r\n\r\n{}INNER",
    "no length": "Content-Length: \r\n\r\nINNER",
    "space before the colon of the length": "Content-Length : 2\r\n\r\n{}INNER",
    "folded length": "Content-Length:\r\n 2\r\n\r\n{}INNER",
    "chunked, then identity": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nINNER",
    "identity": "Content-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n{}INNER",
    "two encodings": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nINNER",
    "chunked twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER",
    "chunked twice in one field": "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\nINNER",
    "unknown encoding": "Content-Length: 2\r\nTransfer-Encoding: xchunked\r\n\r\n{}INNER",
    "encoding after a tab": "Content-Length: 2\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\nINNER",
    "encoding after a vertical tab": "Content-Length: 2\r\nTransfer-Encoding: \x0bchunked\r\n\r\n{}INNER",
    "space before the colon of the encoding": "Content-Length: 2\r\nTransfer-Encoding : chunked\r\n\r\n{}INNER",
    "folded encoding": "Content-Length: 2\r\nTransfer-Encoding:\r\n chunked\r\n\r\n{}INNER",
    "encoding after a bare LF": "Content-Length: 2\r\nX-Y: a\nTransfer-Encoding: chunked\r\n\r\n{}INNER",
    "encoding in quotes": 'Content-Length: 2\r\nTransfer-Encoding: "chunked"\r\n\r\n{}INNER',
    "chunk extension": "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\nINNER",
    "chunk extension with a bare LF": "Transfer-Encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\nINNER",
    "chunk extension with a bare CR": "Transfer-Encoding: chunked\r\n\r\n2;\rxx\r\n{}\r\n0\r\n\r\nINNER",
    "chunk extension of 100,000 bytes": "Transfer-Encoding: chunked\r\n\r\n2;" + "a" * 100_000
    + "\r\n{}\r\n0\r\n\r\nINNER",
    "chunks that end with LF": "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\nINNER",
    "chunk that ends early": "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\nINNER",
    "chunk with a sign": "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\nINNER",
    "chunk in hexadecimal": "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\nINNER",
    "chunk of 2^64 + 2": "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\nINNER",
    "chunk with a space": "Transfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\nINNER",
    "trailers": "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer b\r\nHost: x\r\n\r\nINNER",
    "chunks in HTTP/1.0": "HTTP/1.0 Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER",
}  # fmt: skip
"""Fields and body of a POST."""


def attacks(path: str, inner: str) -> dict[str, bytes]:
    """What is sent on a connection, by name."""
    lines = {f"{BAD_PATH}{name}": f"GET {target} HTTP/1.1" for name, target in BAD_PATHS.items()}
    lines |= {f"target: {name}": f"GET {target} HTTP/1.1" for name, target in ODD_TARGETS.items()}
    lines |= {f"line: {name}": line for name, line in REQUEST_LINES.items()}
    made = {name: f"{line}\r\nHost: localhost\r\n\r\n" for name, line in lines.items()}
    made |= {f"field: {name}": f"GET PATH HTTP/1.1\r\n{fields}\r\n\r\n" for name, fields in FIELDS.items()}
    made |= {f"body: {name}": _post(rest) for name, rest in BODIES.items()}
    return {name: _filled(text, path, inner) for name, text in made.items()}


def is_refused(name: str) -> bool:
    """Whether an attack must not come through at all. Others may, as exactly one request."""
    return name.startswith(BAD_PATH)


def _post(rest: str) -> str:
    version = "HTTP/1.0" if rest.startswith("HTTP/1.0 ") else "HTTP/1.1"
    fields = "Host: localhost\r\nContent-Type: application/json\r\n"
    return f"POST PATH {version}\r\n{fields}{rest.removeprefix('HTTP/1.0 ')}"


def _filled(text: str, path: str, inner: str) -> bytes:
    filled = text.replace("INNER_ENCODED", quote(inner, safe="/:?=")).replace(
        "INNER_LENGTH", f"{len(inner):x}"
    )
    filled = filled.replace("INNER", inner)
    return filled.replace("PATH", path).encode("latin-1")
