"""The pages keep up with what they describe."""

import re

from support.aws import REPOSITORY, read_template


def test_the_deploying_page_names_every_parameter_of_the_template() -> None:
    page = (REPOSITORY / "docs" / "deploying.md").read_text()
    missing = [name for name in read_template()["Parameters"] if f"`{name}`" not in page]
    assert missing == []


def test_every_relative_link_in_the_pages_leads_somewhere() -> None:
    pages = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())]
    broken = [f"{page.relative_to(REPOSITORY)} -> {link}" for page, link in links if not (page.parent / link).exists()]
    assert broken == []
