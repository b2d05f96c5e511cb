"""The page of cold requests, and the share of a processor."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cold_report import Cold, Imported, Steps, page
from bench.vcpu import Vcpu, share


def steps(import_ms: float, first_ms: float) -> Steps:
    return [{"cpu_ms": ms / 2, "ms": ms} for ms in (import_ms, first_ms, 5.0)]


def test_a_cold_request_costs_its_import_its_answer_and_the_request() -> None:
    cold = Cold.of("functions.users.get_me", 1024, [steps(300, 100)] * 3, [steps(600, 100)])

    assert cold.dollars("arm64") == pytest.approx(0.2e-6 + 0.4 * 0.0000133334)
    assert cold.limited_ms == 700


def test_the_page_shows_medians_of_each_size_and_the_slowest_import() -> None:
    runs = [steps(300, 100), steps(200, 50), steps(900, 900)]
    cold = Cold.of("functions.users.get_me", 512, runs, runs)
    imported = [
        Imported(f"functions.users.{name}", ms, ms) for name, ms in (("b", 250.0), ("c", 200.0), ("a", 30.0))
    ]
    text = page({"measured_at": "now", "commit": "abc", "machine": "here"}, imported, [cold], "arm64", (5, 3))

    assert "5 imports of each function, 3 cold requests of each kind" in text
    assert "slowest of 3: `b`" in text
    (line,) = [line for line in text.splitlines() if "`get_me`" in line]
    assert [cell.strip() for cell in line.split("|")[2:8]] == ["512", "150", "50", "300", "100", "400"]


@pytest.mark.parametrize(
    ("files", "written"),
    [
        (["cpu.max"], {"cpu.max": "5789 20000"}),
        ([], {"cpu.cfs_period_us": "20000", "cpu.cfs_quota_us": "5789"}),
    ],
)
def test_512_mb_have_29_percent_of_a_processor_in_both_versions_of_control_groups(
    tmp_path: Path, files: list[str], written: dict[str, str]
) -> None:
    for file in files:
        (tmp_path / file).touch()
    Vcpu(tmp_path).limit(share(512))

    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == written
