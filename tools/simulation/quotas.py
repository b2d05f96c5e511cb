"""What AWS allows, by its documentation in November 2026: us-east-1, defaults of an account that is not new.

Sources: "Best practices for designing and using partition keys" and "Quotas" (DynamoDB developer guide), "Lambda
scaling behavior", "API Gateway quotas", "Step Functions service quotas", "CloudFront quotas".
"""

from __future__ import annotations

PARTITION_READS = 3_000.0
PARTITION_WRITES = 1_000.0
"""Units a second of one partition key."""

TABLE_READS = TABLE_WRITES = 40_000.0
"""Units a second of an on-demand table. Adjustable."""

STREAM_READERS = 2
"""Processes that may read a shard of a table's stream at a time."""

LAMBDA_CONCURRENCY = 1_000
"""Executions of the account at a time. Adjustable. A function gets up to 1,000 more environments every 10 s."""

API_REQUESTS = 10_000.0
"""Requests a second of the account. Adjustable."""

START_EXECUTIONS = 300.0
"""Executions of standard workflows started a second, beyond a bucket of 1,300. Adjustable."""

STATE_TRANSITIONS = 5_000.0
"""State transitions a second. Adjustable."""

CDN_REQUESTS = 250_000.0
"""Requests a second of a CloudFront distribution. Adjustable."""
