"""The pages about trust name tests that are there."""

import re

import pytest

from support.aws import REPOSITORY

PAGES = ("assurance.md", "threat-model.md")
NAMES = {
    name
    for path in (REPOSITORY / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("page", PAGES)
def test_every_test_a_page_names_is_there(page: str) -> None:
    quoted = re.findall(r"`([^`]+)`", (REPOSITORY / "docs" / page).read_text())
    paths = [text for text in quoted if text.startswith(("tests/", "benchmarks/", "tools/"))]
    names = [text for text in quoted if re.fullmatch(r"test_\w+", text)]
    assert len(paths) > 10
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []
    assert [name for name in names if name not in NAMES] == []


def test_the_assurance_page_counts_the_faults_that_were_tried() -> None:
    tried = len(re.findall(r"^\| [A-Z]\w+ \d+ \|", (REPOSITORY / "docs" / "faults.md").read_text(), re.MULTILINE))
    assert f"{tried} cases" in (REPOSITORY / "docs" / "assurance.md").read_text()
