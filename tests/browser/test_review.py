"""A reviewer decides on a long submission without looking for the button."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .test_story import sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

QUEUE = "/admin/tracking/submission/"
BUTTON = "button[form=decision], form#decision button[type=submit]"
# Whether the middle of an element is in the window, and nothing lies over it.
WITHIN_REACH = """element => {
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(
        (box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0
        && box.right <= innerWidth && (element.contains(at) || at?.contains(element));
}"""
SCROLL = "share => scrollTo(0, share * document.documentElement.scrollHeight)"


def open_review(visit: Visit, language: str, width: int, height: int) -> Page:
    """A submission under review, without a script, in this language."""
    page = visit(java_script_enabled=False, viewport={"width": width, "height": height})
    sign_in(page, "reviewer@example.org")
    # The admin speaks the language of the page one comes from.
    page.goto(QUEUE, referer=f"{page.url.split('/en/')[0]}/{language}/desk/")
    page.click("#result_list tbody a >> nth=0")
    if page.locator("[name=begin]").count():
        page.click("[name=begin]")
    expect(page.locator("html")).to_have_attribute("lang", language)
    # Long, as those of thirty recommendations are: everything lies open.
    page.evaluate(
        "document.querySelectorAll('main details').forEach(each => each.open = true)"
    )
    return page


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(
    ("width", "height"), [(1280, 600), (1280, 720), (1280, 900), (360, 600)]
)
def test_the_decision_is_within_reach_wherever_one_reads(
    visit: Visit, language: str, width: int, height: int
) -> None:
    page = open_review(visit, language, width, height)
    assert page.evaluate("document.documentElement.scrollHeight") > 5 * height
    for share in (0, 0.2, 0.5, 0.9, 1):
        page.evaluate(SCROLL, share)
        for element in [page.locator(BUTTON), *page.locator("[name=decision]").all()]:
            assert element.evaluate(WITHIN_REACH), (share, element)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_reaches_the_decision_from_a_question(
    visit: Visit, width: int
) -> None:
    page = open_review(visit, "fr", width, 600)
    field = page.locator("textarea[name^=question_]").nth(2)
    field.focus()
    assert field.evaluate(WITHIN_REACH)
    page.keyboard.press("Tab")
    before = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    expect(page.locator("[name=decision]").first).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) < 150
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") == "A":
        page.keyboard.press("Tab")
    expect(page.locator(BUTTON)).to_be_focused()
