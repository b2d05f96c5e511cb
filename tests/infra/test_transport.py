"""Transport: TLS 1.2 and 1.3 and nothing older, on a laptop and on AWS."""

from __future__ import annotations

import socket
import ssl

import pytest

from infra.cloud.template import whole
from tests.infra.conftest import RunningEdge
from tests.infra.test_template import behaviours


def version_agreed_on(edge: RunningEdge, *versions: ssl.TLSVersion) -> str | None:
    """The version of TLS that the edge agrees on with a client that knows these, the oldest first."""
    context = ssl.create_default_context(cafile=str(edge.directory / "ca.pem"))
    # OpenSSL itself refuses old versions unless it is told otherwise.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = versions[0], versions[-1]
    with (
        socket.create_connection(("127.0.0.1", edge.port), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as wrapped,
    ):
        return wrapped.version()


def test_the_edge_prefers_the_latest_version_of_tls(edge: RunningEdge) -> None:
    latest = version_agreed_on(edge, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    assert latest == "TLSv1.3"
    assert version_agreed_on(edge, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_edge_refuses_versions_of_tls_before_1_2(edge: RunningEdge) -> None:
    with pytest.raises(ssl.SSLError) as refused:
        version_agreed_on(edge, ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
    if "NO_PROTOCOLS" in str(refused.value.reason):
        pytest.skip("the OpenSSL of this Python can't speak TLS 1.1")
    assert "ALERT" in str(refused.value.reason)


def test_cloudfront_takes_tls_1_2_and_later_under_a_public_certificate_and_nothing_unencrypted() -> None:
    distribution = whole()["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    certificate = distribution["ViewerCertificate"]
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert certificate["AcmCertificateArn"] == {"Ref": "CertificateArn"}
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours().values()} == {"https-only"}
