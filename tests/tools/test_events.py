from infra import event_table


def test_the_table_of_events_in_the_docs_is_that_of_the_catalogue() -> None:
    assert event_table.FILE.read_text(encoding="utf-8") == event_table.text(), "run `make openapi`"
