"""Whoever presses a link follows that link, and none that lies over it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_story import sign_in

pytestmark = pytest.mark.browser

# Links whose middle belongs to something else; each scrolled to first.
COVERED = """() => [...document.querySelectorAll("main a[href]")]
  .filter(a => a.checkVisibility() && a.getClientRects().length)
  .filter(a => {
    a.scrollIntoView({block: "center"});
    const box = a.getClientRects()[0];
    const hit = document.elementFromPoint(
      box.left + box.width / 2, box.top + box.height / 2);
    return !hit || hit.closest("a") !== a;
  })
  .map(a => a.getAttribute("href"))"""


@pytest.mark.parametrize("width", [1280, 360])
def test_no_link_covers_another(visit: Callable[..., Page], width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    sign_in(page, "focal@sen.example.org")
    page.goto("/fr/my/sen/6/")
    page.fill("#notes [name=text]", "Une note")
    page.locator("#notes form button").first.click()
    page.goto("/fr/my/sen/")
    row = page.locator(".tasks li", has=page.locator("a[href='/fr/my/sen/6/']"))
    # Its title, its proposal and its note.
    assert row.locator("a").count() == 3

    for path in ("", "6/", "proposals/", "team/", "questions/", "measures/", "check/"):
        page.goto(f"/fr/my/sen/{path}")
        assert page.evaluate(COVERED) == [], path

    page.goto("/fr/my/sen/")
    row.locator("a[href*='/proposals/']").click()
    assert "/proposals/" in page.url
    page.goto("/fr/my/sen/")
    row.locator(".no").click()  # the row is the title's
    assert page.url.endswith("/fr/my/sen/6/")
