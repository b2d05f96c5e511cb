"""Registering Lambda functions with Chalice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from chalice.app import Blueprint

from shared.garbage import ON_LAMBDA, import_ends
from shared.store.base import connection

Function = TypeVar("Function", bound=Callable[..., Any])


def register(bp: Blueprint, handler: Callable[..., Any], function: Function) -> Function:
    """Register the Lambda function that calls a handler, under the handler's module and name.

    Chalice makes the Lambda's handler string from these two.
    """
    function.__name__ = function.__qualname__ = handler.__name__
    function.__module__ = handler.__module__
    function.__doc__ = handler.__doc__
    bp.lambda_function(name=handler.__name__)(function)
    _prepare()
    return function


def _prepare() -> None:
    """On Lambda, do with the import what the first requests would do: it has a whole processor, they a part of one.

    Make DynamoDB's client, and end the import.
    """
    if ON_LAMBDA:
        connection()
    import_ends()
