"""The data files in the package, which are cut, say the same about the services that we use."""

from __future__ import annotations

import json
import ssl
import time
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.httpsession import DEFAULT_CA_BUNDLE
from botocore.loaders import Loader

from infra.package_data import ENDPOINT_NAMES, SERVICES, of_authorities, of_services

ENDPOINTS = Loader().load_data("endpoints")
REGIONS = ("us-east-1", "eu-west-3", "ap-east-2", "us-gov-west-1", "cn-north-1")

ROOTS = {f"Amazon Root CA {n}" for n in (1, 2, 3, 4)} | {"Starfield Services Root Certificate Authority - G2"}
"""Of Amazon Trust Services (https://www.amazontrust.com/repository/)."""

TWO_YEARS = 2 * 365 * 24 * 3600


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_endpoints_stay_as_they_are_in_all_partitions(service: str) -> None:
    name = ENDPOINT_NAMES.get(service, service)
    whole = {each["partition"]: each["services"].get(name) for each in ENDPOINTS["partitions"]}
    cut = {each["partition"]: each["services"].get(name) for each in of_services(ENDPOINTS)["partitions"]}

    assert whole["aws"]
    assert cut == whole


@pytest.mark.parametrize("service", SERVICES)
def test_clients_have_the_same_addresses(service: str, tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text(json.dumps(of_services(ENDPOINTS)))

    def addresses(loader: Loader) -> list[str]:
        session = botocore.session.Session()
        session.register_component("data_loader", loader)
        return [session.create_client(service, region_name=region).meta.endpoint_url for region in REGIONS]

    # A directory that is named comes before botocore's own.
    cut = Loader(extra_search_paths=[str(tmp_path)])
    assert cut.load_data("endpoints") != ENDPOINTS
    assert addresses(cut) == addresses(Loader())


def test_the_roots_of_awss_certificates_are_there_for_two_years_more() -> None:
    """A failure for a date wants another botocore, or another look at who signs for AWS."""
    context = ssl.create_default_context(cadata=of_authorities(Path(DEFAULT_CA_BUNDLE).read_text()))
    ends: dict[str, str] = {}
    for root in context.get_ca_certs():
        subject: Any = root["subject"]
        ends[dict(pair for pairs in subject for pair in pairs).get("commonName", "")] = str(root["notAfter"])

    assert ends.keys() >= ROOTS
    assert all(ssl.cert_time_to_seconds(ends[root]) > time.time() + TWO_YEARS for root in ROOTS)
    assert len(ends) < 20
