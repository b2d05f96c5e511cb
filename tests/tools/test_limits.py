"""The table of rate limits in the contract."""

from tools import limits


def test_the_contract_has_the_table_of_all_limits() -> None:
    assert limits.FILE.read_text(encoding="utf-8") == limits.text(), "run `make openapi`"
