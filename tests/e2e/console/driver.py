"""A person at the console: a real Chromium on the deployed stack, and everything it complains about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, Request, expect

from support.aws import REPOSITORY
from support.deployed import Stack

CHROMIUM = Path("/usr/bin/chromium")
AXE = REPOSITORY / "console" / "node_modules" / "axe-core" / "axe.min.js"

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""

_CUT_OFF = """
() => {
  const readable = (element) =>
    element.checkVisibility({visibilityProperty: true}) && !element.closest('.sr-only, .skip, thead, .table-head');
  const speaks = (element) =>
    element.matches('a, button, input, select, textarea') ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const outside = ({left, right}) => left < -1 || right > innerWidth + 1;
  const clipped = (element) => {
    const style = getComputedStyle(element);
    const wide = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    const high = ['hidden', 'clip'].includes(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
    return (wide || high) && !element.title && !element.matches('input, select, textarea');
  };
  const top = document.querySelector('[role=menu], [role=dialog], [role=alertdialog]') ?? document.body;
  return [...top.querySelectorAll('*')]
    .filter((element) => readable(element) && ((speaks(element) && outside(element.getBoundingClientRect())) ||
      clipped(element)))
    .map((element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`);
}
"""
"""What a person cannot see all of: beyond the window's sides, or cut off with nothing that shows the rest."""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium, without the calls home it makes at its start."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)


@dataclass
class Person:
    """One user in front of one page, with what the page said and sent."""

    stack: Stack
    page: Page
    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    http_errors_expected: bool = False

    def watch(self) -> None:
        """Note every message, error and request of the page from now on."""
        self.page.add_init_script(_WATCH)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        self.page.on("request", self._note_request)

    def _note_message(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)
        refused = message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not (refused and self._excused(message)):
            self.errors.append(f"{message.type}: {message.text} {message.location}")

    def _excused(self, message: ConsoleMessage) -> bool:
        # Browsers report refused calls as errors; and the issuer's own pages have no icon.
        return self.http_errors_expected or message.location.get("url", "").endswith("/favicon.ico")

    def _note_request(self, request: Request) -> None:
        self.sent.append((request.url, request.post_data or ""))

    def assert_quiet(self) -> None:
        """The page threw nothing, complained of nothing and broke no policy."""
        violations = self.page.evaluate("window.violations ?? []")
        assert self.errors == []
        assert violations == []

    def start_over(self) -> None:
        """Be alice in front of the empty list, as if she had just come: nothing open, typed, said or routed.

        Her session is kept where there is one; the stack must hold no secrets.
        """
        self.page.unroute_all()
        self.page.context.set_offline(False)
        self.http_errors_expected = True  # Calls that are still under way are dropped.
        if self._signed_in():
            self._leave_and_return()
        else:
            self.page.goto("about:blank")
            self.sign_in("alice")
        expect(self.page.get_by_role("heading", name="No secrets yet")).to_be_visible()
        for heard in (self.said, self.errors, self.sent):
            heard.clear()
        self.http_errors_expected = False

    def _signed_in(self) -> bool:
        here = self.page.url.startswith(self.url) and self.page.locator(".shell").count() == 1
        return here and self.page.get_by_text("Your session has ended").count() == 0

    def _leave_and_return(self) -> None:
        # A screen that is left forgets what was typed, chosen and open in it.
        for screen in ("environments", "secrets"):
            self.page.evaluate("(hash) => { location.hash = hash }", f"#/{screen}")
            expect(self.page.get_by_role("heading", level=1, name=screen.title())).to_be_visible()
        while self.button("Dismiss message").count():
            self.button("Dismiss message").first.click()

    # ------------------------------------------------------------ going places

    @property
    def url(self) -> str:
        """The console's address."""
        return str(self.stack.facts["console_url"])

    def sign_in(self, user: str = "alice", screen: str = "secrets") -> "Person":
        """Open the console and sign in at the issuer's own page."""
        self.page.goto(f"{self.url}#/{screen}")
        self.page.get_by_role("button", name="Sign in").click()
        self.fill_login(user)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self

    def fill_login(self, user: str) -> None:
        """Fill in the issuer's form."""
        self.page.get_by_label("Username").fill(user)
        self.page.get_by_label("Password").fill(str(self.stack.facts["users"][user]["password"]))
        self.page.get_by_role("button", name="Sign in").click()

    def go(self, screen: str) -> None:
        """Choose a screen in the sidebar."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=screen).click()
        expect(self.page.get_by_role("heading", level=1, name=screen)).to_be_visible()

    # ------------------------------------------------------------ things on the page

    def button(self, name: str) -> Locator:
        """A button by its exact name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def label(self, name: str) -> Locator:
        """A control by its label."""
        return self.page.get_by_label(name, exact=True)

    @property
    def sheet(self) -> Locator:
        """The open dialog."""
        return self.page.locator("[role=dialog], [role=alertdialog]")

    def row(self, name: str, scope: str = "Private") -> Locator:
        """A row of the list of secrets."""
        return self.page.get_by_role("row").filter(
            has=self.page.get_by_role("button", name=f"Actions for {name}, {scope}", exact=True)
        )

    def act(self, action: str, name: str, scope: str = "Private") -> None:
        """Choose from a row's menu."""
        self.page.get_by_role("button", name=f"Actions for {name}, {scope}", exact=True).click()
        self.page.get_by_role("menuitem", name=action).click()
        expect(self.sheet).to_be_visible()

    def open_add(self) -> None:
        """Open the form for a new secret."""
        self.button("Add secret").first.click()
        expect(self.sheet.get_by_role("heading", name="Add secret")).to_be_visible()

    def add(self, name: str, value: str, scope: str | None = None) -> None:
        """Add a secret, which must succeed."""
        self.open_add()
        self.label("Name").fill(name)
        if scope:
            self.sheet.get_by_label("Scope").select_option(label=scope)
        self.label("Value").fill(value)
        self.button("Seal and save").click()
        self.told(f"Added {name}")

    def told(self, text: str) -> None:
        """The page says something in its message area."""
        expect(self.page.locator(".toasts")).to_contain_text(text)

    # ------------------------------------------------------------ judging

    def axe(self) -> list[str]:
        """What axe finds wrong with the page as it is."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {[(node['target'], node['failureSummary']) for node in each['nodes']]}"
            for each in found["violations"]
        ]

    def still(self) -> None:
        """Wait until nothing moves or fades any more, and what was asked for is drawn."""
        self.page.evaluate(
            """async () => {
              await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
              const ending = document.getAnimations()
                .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity);
              await Promise.allSettled(ending.map((animation) => animation.finished));
            }"""
        )

    def unseen(self) -> list[str]:
        """What runs off the side of the page as it is, or is cut off in it."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        cut: list[str] = self.page.evaluate(_CUT_OFF)
        return [*([f"{wide} pixels too wide"] if wide > 0 else []), *(f"cut off: {each}" for each in cut)]


@contextmanager
def at_the_console(browser: Browser, stack: Stack, **options: Any) -> Iterator[Person]:
    """A person with a browser of their own, watched; at the end the page must have been quiet."""
    context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(30_000)
    person = Person(stack, context.new_page())
    person.watch()
    try:
        yield person
        person.assert_quiet()
    finally:
        context.close()
