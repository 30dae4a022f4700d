"""Makes the pictures of the documentation: `python -m e2e.console.pictures STACK_FILE`, from `tests/`.

Fills the stack with made-up secrets, boots a few VMs, and takes each screen as a person sees it. The stack's own
secrets are deleted first.
"""

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from e2e.console.driver import Person, at_the_console, launch
from support.aws import REPOSITORY
from support.deployed import Stack, Vm

FOLDER = REPOSITORY / "docs" / "console"
WIDE = {"width": 1280, "height": 760}
NARROW = {"width": 320, "height": 640}

_HINTED = "made-up-value-for-a-picture-{}"
_SECRETS: tuple[tuple[str, str, str, bool], ...] = (
    ("anthropic-api-key", "shared", "Claude for the review agents", True),
    ("aws-access-key-id", "project:data", "Loader account", True),
    ("aws-secret-access-key", "project:data", "Loader account", True),
    ("database-url", "project:web", "Read replica of the web database", True),
    ("github-token", "private", "", True),
    ("hf-token", "private", "Model downloads", True),
    ("npm-token", "shared", "Publishes from the release agents", True),
    ("openai-api-key", "private", "Personal key for experiments", True),
    ("openai-api-key", "shared", "Team key, billed to research", True),
    ("redis-url", "project:web", "Session cache", True),
    ("sentry.dsn", "project:web", "", True),
    ("signing-key-pem", "project:data", "Rotates each quarter", False),
    ("slack-webhook", "shared", "Posts to the agents channel", False),
    ("stripe-secret-key", "project:web", "Test mode only", False),
)
_ENVIRONMENTS: dict[str, dict[str, str]] = {
    "production": {"API_BASE": "https://api.example.test", "AWS_REGION": "eu-central-1", "LOG_LEVEL": "warning"},
    "staging": {"API_BASE": "https://staging.example.test", "AWS_REGION": "eu-central-1", "LOG_LEVEL": "debug"},
}


def _fill(stack: Stack) -> None:
    stack.clear()
    for name, scope, description, installed in _SECRETS:
        value = _HINTED.format(name) if scope != "project:data" else "made-up"
        stack.store("alice", name, value, scope=scope, description=description, auto_install=installed)
    for name, variables in _ENVIRONMENTS.items():
        assert stack.call("alice", "PUT", f"/v1/environments/{name}", {"variables": variables}).status in (200, 201)
    for number, project in enumerate(("web", "data", "web", None, "web")):
        extra: dict[str, Any] = {"vm_id": f"vm-{number + 1:02d}-agents", "session_id": f"review-{number + 4101}"}
        if project:
            extra |= {"project": project, "environment": "staging"}
        assert stack.inject(stack.boot_token("alice", **extra), Vm.new()).status == 200


_AGO_SECONDS = (1_500, 10_800, 90_000, 172_800, 691_200, 1_814_400, 5_400_000)


def _aged(route: Route) -> None:
    """Give what was stored a moment ago the ages that such things have."""
    answer = route.fetch()
    body = answer.json()
    for number, item in enumerate(body.get("items", [])):
        for key in ("updated_at", "created_at", "time", "last_injected_at"):
            if item.get(key):
                item[key] = _earlier(item[key], _AGO_SECONDS[number % len(_AGO_SECONDS)])
    route.fulfill(response=answer, json=body)


def _earlier(moment: str, seconds: int) -> str:
    return (datetime.fromisoformat(moment) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def _take(page: Page, name: str) -> None:
    expect(page.locator(".loading")).to_have_count(0)
    page.wait_for_timeout(700)
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")


def _tour(person: Person, suffix: str) -> None:
    page = person.page
    page.route(re.compile(r"/v1/(secrets|boots|audit|environments)\?|/v1/environments$"), _aged)
    person.sign_in()
    expect(page.locator(".table")).to_be_visible()
    _take(page, f"secrets{suffix}")
    person.open_add()
    person.label("Name").fill("database-url")
    person.label("Value").fill("made-up-value-nobody-can-read-back")
    _take(page, f"add{suffix}")
    person.button("Close").click()
    person.button("Import .env").click()
    person.label("Variables").fill("# from the old server\nOPENAI_API_KEY=made-up\nSMTP_PASSWORD='made up'\n")
    person.label("Where a variable exists already").select_option("skip")
    person.button("Preview").click()
    expect(person.sheet.get_by_role("table")).to_be_visible()
    _take(page, f"import{suffix}")
    person.button("Close").click()
    for screen in ("Boots", "Preview", "Environments", "Audit"):
        if person.button("Menu").is_visible():
            person.button("Menu").click()
        page.get_by_role("link", name=screen, exact=True).last.click()
        expect(page.get_by_role("heading", level=1, name=screen)).to_be_visible()
        _take(page, f"{screen.lower()}{suffix}")


def _pictures(browser: Browser, stack: Stack) -> None:
    for theme in ("light", "dark"):
        for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
            options = {"viewport": size, "color_scheme": theme, "reduced_motion": "reduce"}
            with at_the_console(browser, stack, **options) as person:
                _tour(person, f"-{theme}-{width}")


def main() -> None:
    """Fill the stack of the file named on the command line and take all the pictures."""
    stack = Stack(Path(sys.argv[1]).resolve())
    _fill(stack)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        _pictures(browser, stack)
        browser.close()


if __name__ == "__main__":
    main()
