"""The engine's kept expressions and plain copies give what MiniStack's own give, and MiniStack still needs them."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.support.engine_probe import probe

PROBE = """
import copy, json
from ministack.services import dynamodb

ITEM = {
    "pk": {"S": "A#1"}, "sk": {"S": "05"}, "rev": {"N": "7"}, "name": {"S": "x"}, "tags": {"SS": ["a", "b"]},
    "deep": {"M": {"l": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}]}}},
}
VALUES = {":pk": {"S": "A#1"}, ":low": {"S": "01"}, ":high": {"S": "09"}, ":n": {"N": "7"}, ":one": {"SS": ["a"]}}
NAMES = {"#0": "pk", "#1": "sk", "#2": "rev", "#3": "tags"}
CONDITIONS = [
    "#0 = :pk AND #1 BETWEEN :low AND :high", "(attribute_exists (#0) AND #2 = :n)", "attribute_not_exists (#0)",
    "#2 < :n", "contains (#3, :high)", "size (#3) > :n", "((#0 = :pk))", "#0 = = :pk",
]
UPDATES = ["SET #2 = #2 + :n REMOVE #1", "ADD #2 :n DELETE #3 :one"]

def result(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as error:
        return str(error)

def all_results():
    conditions = [result(dynamodb._evaluate_condition, text, ITEM, VALUES, NAMES) for text in CONDITIONS]
    updates = [result(dynamodb._apply_update_expression, ITEM, text, VALUES, NAMES) for text in UPDATES]
    return [conditions, [[item, sorted(names)] for item, names in updates]]

parsed = []
own = dynamodb._tokenize
dynamodb._tokenize = lambda text: parsed.append(text) or own(text)
theirs = all_results()
all_results()
parses = {"theirs": len(parsed)}
dynamodb._tokenize = own

import infra.local.engine.app
from infra.local.engine import expressions

before = copy.deepcopy(ITEM)
ours = [all_results() for _ in range(3)][-1]
copied = dynamodb.copy.deepcopy(ITEM)
copied["deep"]["M"]["l"]["L"].append(1)
parses["ours"] = dynamodb._tokenize.cache_info().misses
print(json.dumps({
    "theirs": theirs, "ours": ours, "unchanged": ITEM == before, "parses": parses,
    "others": type(expressions.copied({"a": {1}})["a"]).__name__, "expressions": len(CONDITIONS + UPDATES),
}))
"""


@cache
def probed() -> dict[str, Any]:
    found: dict[str, Any] = probe(PROBE)
    return found


def test_expressions_that_are_kept_have_the_same_results() -> None:
    assert probed()["ours"] == probed()["theirs"]


def test_a_copy_shares_nothing_with_its_original() -> None:
    assert probed()["unchanged"]


def test_what_json_does_not_know_is_copied_too() -> None:
    assert probed()["others"] == "set"


def test_an_expression_is_parsed_once_and_ministack_itself_would_parse_it_each_time() -> None:
    parses, expressions = probed()["parses"], probed()["expressions"]
    assert parses["ours"] == expressions
    assert parses["theirs"] == 2 * expressions, "MiniStack keeps expressions itself: delete expressions.py"
