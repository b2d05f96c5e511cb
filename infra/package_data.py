"""botocore's data files, cut down to what the functions need: a cold start reads them with its first call of AWS."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

SERVICES = ("dynamodb", "s3", "secretsmanager", "sqs", "stepfunctions")
"""The services whose descriptions the functions need; botocore brings 400."""

ENDPOINT_NAMES = {"stepfunctions": "states"}
"""Their names in the list of endpoints, where others."""

AUTHORITIES = ("Amazon", "Starfield Technologies, Inc.", "DigiCert Inc")
"""Who signs certificates of AWS: Amazon Trust Services, with the roots of Amazon and Starfield
(https://www.amazontrust.com/repository/). DigiCert did so before."""

_CERTIFICATE = re.compile(r"# Issuer: .*?-----END CERTIFICATE-----\n", re.DOTALL)


def cut(package: Path) -> None:
    """Cut the data files in an unpacked package."""
    data = package / "botocore/data"
    for described in data.glob("*/*/service-2.json.gz"):
        _write(described.with_suffix(""), undocumented(json.loads(gzip.decompress(described.read_bytes()))))
        described.unlink()
    _write(data / "endpoints.json", of_services(json.loads((data / "endpoints.json").read_text())))
    authorities = package / "botocore/cacert.pem"
    authorities.write_text(of_authorities(authorities.read_text()))


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, separators=(",", ":")))


def undocumented(model: Any) -> Any:
    """A service's description without its texts for people, which are most of it."""
    if isinstance(model, list):
        return [undocumented(each) for each in model]
    if not isinstance(model, dict):
        return model
    # A member of a shape may have this name, too: it is no text.
    return {
        key: undocumented(value)
        for key, value in model.items()
        if not (key == "documentation" and isinstance(value, str))
    }


def of_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    """The list of all services' endpoints (1.2 MB, 17 ms of a cold start) with ours only."""
    ours = {ENDPOINT_NAMES.get(service, service) for service in SERVICES}
    partitions = [
        {**partition, "services": {name: of for name, of in partition["services"].items() if name in ours}}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def of_authorities(bundle: str) -> str:
    """The certificates of the authorities that AWS uses. Each new connection loads the bundle: 15 ms for all 127."""
    return "\n".join(
        certificate
        for certificate in _CERTIFICATE.findall(bundle)
        if any(f" O={name}" in certificate.partition("\n")[0] for name in AUTHORITIES)
    )
