"""The tables and plots of docs/measurements.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import document
from bench.load import Result
from bench.routes import title


def findings(path: Path, commit: str, per_second: int, **more: Any) -> Path:
    rows = [Result(title("get_me"), n, [0.01] * per_second, 1.0, 0, {}).row() for n in (1, 16)]
    found = {
        "machine": "two cores",
        "commit": commit,
        "measured_at": "2026-11-27",
        "failures": [],
        "requests": rows,
    }
    path.write_text(json.dumps(found | more))
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "measurements.md"
    page.write_text("# Prose\n\n<!-- bench -->\nold\n<!-- /bench -->\nMore prose.\n")
    return page


def test_findings_take_the_place_of_older_ones_and_prose_stays(page: Path, tmp_path: Path) -> None:
    document.main([str(findings(tmp_path / "a.json", "abc", 500)), "--document", str(page)])
    growth = [
        {"list": "friends", "page": "deepest", "size": 10, "calls": 2, "in_sequence": 2, "read_units": 34.0}
    ]
    counted = {"machine": "engine", "commit": "def", "measured_at": "later", "failures": [], "growth": growth}
    (tmp_path / "growth.json").write_text(json.dumps(counted))
    document.main([str(tmp_path / "growth.json"), "--document", str(page)])
    text = page.read_text()
    measured = "- requests: 2026-11-27, commit abc: two cores\n- growth: later, commit def: engine\n"
    assert text.startswith(f"# Prose\n\n<!-- bench -->\n{measured}")
    assert text.endswith("<!-- /bench -->\nMore prose.\n")
    assert "| GET /users/me/ at 16 connections | ≥ 400/s | 500/s | met |" in text
    assert "| friends, the deepest page   | 2, 34 |" in text
    for name in ("throughput", "growth"):
        assert f"](measurements/{name}.svg)" in text
        assert (tmp_path / "measurements" / f"{name}.svg").read_text().startswith("<svg")


def test_a_run_with_failures_is_no_document(page: Path, tmp_path: Path) -> None:
    failed = findings(tmp_path / "a.json", "abc", 500, failures=["depth: it broke"])
    with pytest.raises(SystemExit, match="it broke"):
        document.main([str(failed), "--document", str(page)])
    assert "old" in page.read_text()


def test_a_measurement_with_uncommitted_changes_is_no_document(page: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="measure a commit"):
        document.main([str(findings(tmp_path / "a.json", "abc+", 500)), "--document", str(page)])
    assert "old" in page.read_text()


def test_the_tables_of_the_page_are_those_of_the_findings_beside_it() -> None:
    kept = document.DOCUMENT.with_suffix("") / "findings.json"
    if not kept.exists():
        pytest.skip("nothing was measured into the page yet")
    text = document.text(json.loads(kept.read_text()))
    assert f"{document.BEGIN}{text}{document.END}" in document.DOCUMENT.read_text()
