"""Whoever presses a link follows that link, and none that lies over it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import press, sign_in

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


TASK = "/fr/my/sen/2019/6/"


def test_no_link_covers_another(visit: Callable[..., Page]) -> None:
    writer = visit(java_script_enabled=False)
    sign_in(writer, "contributor@sen.example.org")
    writer.goto(TASK)
    writer.fill("[name=practice]", "Une proposition")
    press(writer, "save")
    expect(writer.locator("main")).to_contain_text("Une proposition")
    page = visit(java_script_enabled=False)
    sign_in(page, "focal@sen.example.org")
    page.goto(TASK)
    page.fill("#notes [name=text]", "Une note")
    page.locator("#notes form .btn").first.click()
    expect(page.locator("#notes")).to_contain_text("Une note")

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("", "6/", "proposals/", "team/", "questions/", "check/"):
            page.goto(f"/fr/my/sen/{path}")
            assert page.evaluate(COVERED) == [], (width, path)

    row = page.locator(".tasks li", has=page.locator(f"a[href='{TASK}']")).last
    for link, leads_to in (
        ("a[href*='/proposals/']", r"/6/proposals/[^/]+/$"),
        ("a[href$='#notes']", r"/6/#notes$"),
        (".no", r"/6/$"),
    ):
        page.goto("/fr/my/sen/")
        # What lies over the number is the title, to which the row belongs.
        row.locator(link).first.click(force=link == ".no")
        expect(page).to_have_url(re.compile(leads_to))
