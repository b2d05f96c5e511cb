"""The documented events are those of the catalogue."""

from tools import events


def test_the_table_of_events_in_the_docs_is_that_of_the_catalogue() -> None:
    assert events.FILE.read_text(encoding="utf-8") == events.text(), "run `make openapi`"
