"""List prices of AWS in us-east-1, on demand, in US dollars, of November 2026; each with its public price page.

A tier is the amount up to which its price holds, counted from zero. Free tiers are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

MILLION = 1_000_000
TB = 1024
"""Gigabytes."""

Tiers = Sequence[tuple[float, float]]
"""(up to this amount a month, dollars for one)."""

# https://aws.amazon.com/api-gateway/pricing/ (REST APIs)
API_REQUEST: Tiers = (
    (333 * MILLION, 3.50 / MILLION),
    (1_000 * MILLION, 2.80 / MILLION),
    (20_000 * MILLION, 2.38 / MILLION),
    (inf, 1.51 / MILLION),
)

# https://aws.amazon.com/lambda/pricing/
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND: dict[str, Tiers] = {
    "x86_64": ((6e9, 0.0000166667), (15e9, 0.000015), (inf, 0.0000133334)),
    "arm64": ((7.5e9, 0.0000133334), (18.75e9, 0.0000120001), (inf, 0.0000106667)),
}

# https://aws.amazon.com/dynamodb/pricing/on-demand/
READ_UNIT = 0.125 / MILLION
WRITE_UNIT = 0.625 / MILLION
STREAM_READ = 0.02 / 100_000
STORED_GB = 0.25
POINT_IN_TIME_GB = 0.20

# https://aws.amazon.com/sqs/pricing/
QUEUE_REQUEST = 0.40 / MILLION

# https://aws.amazon.com/fargate/pricing/ (Linux, x86)
CPU_HOUR = 0.04048
MEMORY_GB_HOUR = 0.004445

# https://aws.amazon.com/vpc/pricing/
PUBLIC_ADDRESS_HOUR = 0.005
NAT_GATEWAY_HOUR = 0.045
NAT_GATEWAY_GB = 0.045

# https://aws.amazon.com/elasticloadbalancing/pricing/ (application load balancers)
BALANCER_HOUR = 0.0225
BALANCER_UNIT_HOUR = 0.008
UNIT_CONNECTIONS = 3_000
UNIT_NEW_CONNECTIONS = 25
"""A second."""
UNIT_GB = 1.0
"""An hour."""

# https://aws.amazon.com/cloudfront/pricing/ (pay as you go, North America and Europe)
CDN_REQUEST = 0.010 / 10_000
CDN_FUNCTION = 0.10 / MILLION
CDN_GB: Tiers = (
    (10 * TB, 0.085),
    (50 * TB, 0.080),
    (150 * TB, 0.060),
    (500 * TB, 0.040),
    (1_024 * TB, 0.030),
    (inf, 0.025),
)

# https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer to the internet)
DATA_OUT_GB: Tiers = ((10 * TB, 0.09), (50 * TB, 0.085), (150 * TB, 0.07), (inf, 0.05))

# https://aws.amazon.com/waf/pricing/
FIREWALL = 5.0
FIREWALL_RULE = 1.0
FIREWALL_REQUEST = 0.60 / MILLION

# https://aws.amazon.com/cloudwatch/pricing/
LOG_GB = 0.50
METRIC = 0.30
ALARM = 0.10
DASHBOARD = 3.0

# https://aws.amazon.com/xray/pricing/
TRACE = 5.0 / MILLION

# https://aws.amazon.com/secrets-manager/pricing/
SECRET = 0.40

# https://aws.amazon.com/s3/pricing/
ACCESS_LOG_GB = 0.023


def price(amount: float, tiers: Tiers) -> float:
    """Dollars for an amount a month."""
    dollars, counted = 0.0, 0.0
    for upto, each in tiers:
        within = min(amount, upto) - counted
        if within <= 0:
            break
        dollars, counted = dollars + within * each, counted + within
    return dollars
