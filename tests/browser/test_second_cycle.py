"""A State that reported before finishes its next report with far fewer clicks.

What each cycle takes is counted in a browser and told in docs/second-cycle.md. An
ordinary run changes no file and fails where that page tells other counts;
`make measure` writes it anew.
"""

import datetime
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, served
from tests.browser.test_story import sign_in
from tracking.demonstration import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

DOCUMENT = ROOT / "docs" / "second-cycle.md"
TEXT = "A text of some eighty letters, as an official would write it about a practice."
HOME = "/en/my/nor/"


@dataclass
class Hand:
    """What a person does on a page, counted."""

    page: Page
    clicks: int = 0
    fields: int = 0
    keystrokes: int = 0
    pages: int = 0
    seconds: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._turn)

    def _turn(self, _frame: object) -> None:
        self.pages += 1

    def click(self, target: Locator | str) -> None:
        """Press a button, follow a link, tick a box."""
        found = self.page.locator(target) if isinstance(target, str) else target
        found.first.click()
        self.clicks += 1

    def act(self, value: str) -> None:
        """Press a button of the form, the one that can be seen."""
        button = f'main button[value="{value}"]:not([tabindex="-1"])'
        with self.page.expect_navigation():
            self.click(button)

    def follow(self, target: Locator | str) -> None:
        with self.page.expect_navigation():
            self.click(target)

    def mark(self, name: str, value: str) -> None:
        """Choose one of several by its label."""
        control = self.page.locator(f'[name="{name}"][value="{value}"]')
        self.click(self.page.locator(f'label[for="{control.get_attribute("id")}"]'))
        expect(control).to_be_checked()

    def pick(self, name: str, value: str) -> None:
        """Choose in a drop-down list: one click opens it, one chooses."""
        self.page.select_option(f"[name={name}]", value)
        self.clicks += 2

    def fill(self, name: str, text: str) -> None:
        """Type into a field, reached by the Tab key or by the page itself."""
        self.page.fill(f"[name={name}]", text)
        self.fields += 1
        self.keystrokes += len(text)

    def stop(self) -> "Hand":
        self.seconds = time.monotonic() - self.began
        self.page.remove_listener("framenavigated", self._turn)
        return self


# The answers of the first cycle ------------------------------------------------

NOT_STARTED = (3, 7, 11, 16, 20, 23)
PLANNED = (2, 6, 10, 15, 19, 22)
IN_PROGRESS = (1, 5, 9, 14, 18, 24)
PARTIALLY = (4, 8, 13, 17)
FULLY = (12, 21)
# Answers that everybody may read; all others are for the secretariat.
PUBLIC = (4, 8, 12, 13, 17, 21)


def answer(hand: Hand, number: int) -> None:
    """Fill in one answer, from nothing to ready, with what stands behind it."""
    status = next(
        status
        for status, numbers in (
            ("not_started", NOT_STARTED),
            ("planned", PLANNED),
            ("in_progress", IN_PROGRESS),
            ("partially_implemented", PARTIALLY),
            ("fully_implemented", FULLY),
        )
        if number in numbers
    )
    hand.mark("status", status)
    if status == "planned":
        hand.fill("target_date", "2031-06")
        hand.fill("lead_institution", "Ministry of the Interior")
    elif status == "in_progress":
        hand.fill("practice", TEXT)
    elif status in ("partially_implemented", "fully_implemented"):
        key = f"R{number:02}-Q1"
        if number == 8:  # which asks how many
            hand.fill(key, "3")
        else:
            hand.mark(key, "yes")
        hand.fill("law", TEXT)
    if status == "fully_implemented":
        hand.fill("completed_on", "2020-05")
    if number in PUBLIC:
        hand.mark("visibility", "public")
    hand.mark("ready", "ready")
    if status == "partially_implemented":
        hand.act("add-measure")
        hand.fill("title", f"Directive on recommendation {number}")
        hand.pick("kind", "procedure")
        hand.act("save")
    elif status == "fully_implemented":
        hand.act("add-evidence")
        hand.fill("title", f"Act on recommendation {number}")
        hand.pick("kind", "law")
        hand.fill("url", f"https://example.org/acts/{number}")
        hand.fill("dated_on", "2020-05")
        hand.act("save")
    hand.act("next")


def enter(hand: Hand) -> None:
    """Sign in and come to one's own State."""
    hand.page.goto("/en/account/login/")
    hand.fill("login", "focal@nor.example.org")
    hand.fill("password", PASSWORD)
    hand.follow("main form .btn")
    hand.page.wait_for_url(f"**{HOME}")


def submit(hand: Hand) -> None:
    """Check, consent, submit; the receipt comes."""
    hand.follow(f"nav a[href='{HOME}check/']")
    hand.click("label[for=id_reminder]")
    hand.mark("consent", "yes")
    button = hand.page.locator("main form .save button")
    expect(button).to_contain_text("Submit 24 answers")
    hand.follow(button)
    hand.page.wait_for_url("**/submissions/**")


def first_cycle(page: Page) -> Hand:
    """All 24 answers, from nothing to the receipt."""
    hand = Hand(page)
    enter(hand)
    hand.follow("main a[data-key=n]")
    for number in range(1, 25):
        assert page.url.endswith(
            f"{HOME}2019/{number}/"
        )  # and not #measures of the last
        answer(hand, number)
    submit(hand)
    return hand.stop()


def second_cycle(page: Page) -> Hand:
    """Three answers changed, evidence brought up to date, the rest confirmed."""
    hand = Hand(page)
    enter(hand)
    for number, status in ((2, "in_progress"), (3, "planned"), (5, "in_progress")):
        hand.follow(f".tasks a[href='{HOME}2019/{number}/']")
        if number != 5:
            hand.mark("status", status)
        if status == "planned":
            hand.fill("target_date", "2032")
            hand.fill("lead_institution", "Ministry of Justice")
        else:
            hand.fill("practice", f"{TEXT} There is news of it.")
        hand.mark("ready", "ready")
        hand.act("save")
        hand.follow(f"nav a[href='{HOME}']")
    hand.follow(f"nav a[href='{HOME}evidence/']")
    hand.follow("main a:text('Act on recommendation 12')")
    hand.fill("url", "https://example.org/acts/12/consolidated")
    hand.act("save")
    hand.follow(f"nav a[href='{HOME}']")
    hand.follow(f"main a[href='{HOME}unchanged/']")
    hand.act("all")
    submit(hand)
    return hand.stop()


# Time passes ---------------------------------------------------------------------


def accept(page: Page) -> None:
    sign_in(page, "reviewer@example.org")
    page.goto("/admin/tracking/submission/?q=NOR")
    page.click("#result_list tbody a >> nth=0")
    page.click("[name=begin]")
    page.check("[name=decision][value=accept]")
    page.locator("form#decision .btn").click()
    expect(page.locator("#changelist")).to_be_visible()


def open_the_next_cycle(page: Page) -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    yesterday = today - datetime.timedelta(days=1)
    sign_in(page, "administrator@example.org")
    # Two cycles do not cross: the one that is open closes first.
    page.goto("/admin/tracking/cycle/")
    page.click("#result_list tbody a >> nth=0")
    page.fill("[name=closes_on]", yesterday.isoformat())
    page.check("[name=is_over]")
    page.click("[name=_save]")
    expect(page.locator("#changelist")).to_be_visible()
    page.goto("/admin/tracking/cycle/add/")
    page.fill("[name=code]", "next")
    page.fill("[name=name]", "Next")
    page.fill("[name=opens_on]", today.isoformat())
    page.fill("[name=closes_on]", (today + datetime.timedelta(days=150)).isoformat())
    page.click("[name=_save]")
    expect(page.locator("#result_list")).to_contain_text("Next")


# What is told --------------------------------------------------------------------

COUNTS = ("clicks", "fields", "keystrokes", "pages")
WORDS = {
    "clicks": "Clicks",
    "fields": "Fields typed into",
    "keystrokes": "Characters typed",
    "pages": "Pages opened",
}


def table(first: Hand, second: Hand) -> str:
    lines = ["| | First cycle | Second cycle | Second of first |", "|---|--:|--:|--:|"]
    for name in COUNTS:
        before, after = getattr(first, name), getattr(second, name)
        lines.append(
            f"| {WORDS[name]} | {before:,} | {after:,} | {after / before:.0%} |"
        )
    return "\n".join(lines)


def described(first: Hand, second: Hand) -> str:
    text = (Path(__file__).parent / "second_cycle.md").read_text()
    return text.format(
        table=table(first, second),
        first=round(first.seconds),
        second=round(second.seconds),
        not_started=len(NOT_STARTED),
        planned=len(PLANNED),
        in_progress=len(IN_PROGRESS),
        partially=len(PARTIALLY),
        fully=len(FULLY),
        public=len(PUBLIC),
    )


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """A site of its own, for cycles open and close in it; Norway has not begun."""
    with served(states=1, cycles=1) as (address, _var):
        yield address


def test_the_second_cycle_takes_a_quarter_of_the_clicks(visit: Visit) -> None:
    first = first_cycle(visit("/en/"))
    accept(visit("/en/"))
    open_the_next_cycle(visit("/en/"))

    second = second_cycle(visit("/en/"))

    found = table(first, second)
    print(f"\n{found}\n{first.seconds:.0f} s, then {second.seconds:.0f} s")  # noqa: T201
    assert second.clicks * 4 <= first.clicks
    assert second.fields * 4 <= first.fields
    if os.environ.get("MEASURE"):
        DOCUMENT.write_text(described(first, second))
    assert found in DOCUMENT.read_text(), "Other counts than told: run make measure."
