"""The first thing that anybody tries in the demonstration: check, tick, submit."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_a_state_with_open_questions_submits_the_rest(visit: Visit) -> None:
    page = visit()
    sign_in(page, "focal@sen.example.org")
    page.goto("/fr/my/sen/questions/")
    waiting = page.locator("main textarea").count()
    assert waiting

    page.goto("/fr/my/sen/")
    page.click("main a[href='/fr/my/sen/check/'] >> nth=0")
    page.check("[name=reminder]")
    page.check("[name=consent][value=yes]")
    page.locator("main form .save button").click()

    expect(page).to_have_url(re.compile(r"/my/sen/submissions/[^/]+/2/$"))
    expect(page.locator("main")).to_contain_text(re.compile("[0-9a-f]{16}"))
    # What was asked waits still: nobody has replied to it.
    page.goto("/fr/my/sen/?show=returned")
    assert page.locator(".tasks li").count()
    page.goto("/fr/my/sen/questions/")
    assert 0 < page.locator("main textarea").count() <= waiting
