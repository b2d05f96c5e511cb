from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from pynamodb.exceptions import GetError, PutError, PynamoDBException, TransactWriteError

from shared.domain.errors import DomainError, Throttled, Unavailable
from shared.store.base import error_code, failure


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "TransactWriteItems")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (TransactWriteError("late", ReadTimeoutError(endpoint_url="http://localhost")), Unavailable),
        (GetError("unreachable", EndpointConnectionError(endpoint_url="http://localhost")), Unavailable),
        (PutError("broken", refused("InternalServerError")), Unavailable),
        (PutError("busy", refused("ProvisionedThroughputExceededException")), Throttled),
    ],
)
def test_a_failure_of_the_database_is_unavailable_or_throttled(
    error: PynamoDBException, meaning: type[DomainError]
) -> None:
    assert isinstance(failure(error), meaning)


@pytest.mark.parametrize("error", [PutError("wrong", refused("ValidationException")), ValueError("wrong")])
def test_an_error_of_the_code_is_no_failure_of_the_database(error: Exception) -> None:
    assert failure(error) is None


def test_a_time_out_has_no_error_code() -> None:
    assert error_code(PutError("late", ReadTimeoutError(endpoint_url="http://localhost"))) is None
