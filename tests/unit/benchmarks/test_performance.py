"""The figures' page is what the figures make, and the benchmarks still run."""

import subprocess
import sys

import pytest

from common import page, results
from support.aws import REPOSITORY

BENCHMARKS = REPOSITORY / "benchmarks"


def test_the_page_is_what_the_figures_make() -> None:
    assert (REPOSITORY / "docs" / "performance.md").read_text() == page.text(results.all_of(page.NAMES))


def test_every_plot_the_page_shows_is_there() -> None:
    text = (REPOSITORY / "docs" / "performance.md").read_text()
    shown = [line.partition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    assert shown
    for name in shown:
        assert (REPOSITORY / "docs" / name).read_text().startswith("<?xml"), name


def test_a_summary_has_the_median_and_the_quartiles() -> None:
    found = results.summary([5, 1, 2, 4, 3])
    assert found == {"median": 3, "least": 1, "q1": 2, "q3": 4, "most": 5, "rounds": 5}


def test_one_value_is_its_own_summary() -> None:
    assert results.summary([1.239], 1) == {
        "median": 1.2, "least": 1.2, "q1": 1.2, "q3": 1.2, "most": 1.2, "rounds": 1,
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["redactor", "vm_side", "warm_inject"])
def test_a_benchmark_that_needs_no_stack_runs_and_keeps_no_quick_figure(name: str) -> None:
    before = (BENCHMARKS / "results" / f"{name}.json").read_bytes()
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / f"{name}.py"), "--quick"], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert (BENCHMARKS / "results" / f"{name}.json").read_bytes() == before
