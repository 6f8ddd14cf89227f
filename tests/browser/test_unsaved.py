"""No word is lost: in a browser, with a script and without one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import press, sign_in
from tracking.demonstration import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SAVED = re.compile(r"Draft saved at \d\d:\d\d|Brouillon enregistré à \d\d:\d\d")
WRITER, COLLEAGUE = "focal@sen.example.org", "alternate@sen.example.org"


def type_into(page: Page, text: str, field: str = "practice") -> None:
    page.locator(f"[name={field}]").press_sequentially(text)


def test_a_draft_outlives_the_page(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/fr/my/sen/2019/3/")
    version = page.input_value("[name=version]")
    page.fill("[name=practice]", "")
    type_into(page, "Un brouillon qui survit")
    expect(page.locator("[data-state]").first).to_have_text(SAVED)
    page.close()

    again = page.context.new_page()
    again.goto("/fr/my/sen/2019/3/")
    assert again.input_value("[name=version]") == version  # the row did not move
    again.locator("a[href*='unsaved=']").click()
    expect(again.locator("[name=practice]")).to_have_value("Un brouillon qui survit")
    press(again, "save")
    expect(again.locator("[name=practice]")).to_have_value("Un brouillon qui survit")
    expect(again.locator("a[href*='unsaved=']")).to_have_count(0)


def test_offline_is_said_and_catches_up(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/4/")
    page.context.set_offline(True)
    type_into(page, "Hors ligne")
    expect(page.locator("[data-state]").first).to_have_text(
        "Offline, kept in this page"
    )

    page.context.set_offline(False)
    expect(page.locator("[data-state]").first).to_have_text(SAVED)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_session_ends_in_the_middle_of_a_sentence(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/5/")
    page.fill("[name=practice]", "")
    type_into(page, "Une phrase ")
    page.context.clear_cookies()
    type_into(page, "interrompue")
    link = page.locator("[data-signed-out] a").first
    expect(link).to_be_visible()

    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    sign_in(other, WRITER)
    other.close()
    page.bring_to_front()
    type_into(page, ", puis finie.")
    expect(page.locator("[data-signed-out]").first).to_be_hidden(timeout=20_000)
    expect(page.locator("[data-state]").first).to_have_text(SAVED)
    press(page, "save")
    expect(page.locator("[name=practice]")).to_have_value(
        "Une phrase interrompue, puis finie."
    )


def test_the_session_ends_before_the_form_is_sent_without_a_script(
    visit: Visit,
) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, WRITER)
    page.goto("/fr/my/sen/2019/6/")
    page.fill("[name=practice]", "Envoyé trop tard")
    page.context.clear_cookies()
    press(page, "save")
    page.fill("[name=login]", WRITER)
    page.fill("[name=password]", PASSWORD)
    page.click("main form .btn")

    expect(page.locator("[name=practice]")).to_have_value("Envoyé trop tard")
    press(page, "save")
    expect(page.locator("[name=practice]")).to_have_value("Envoyé trop tard")
    expect(page.locator("a[href*='unsaved=']")).to_have_count(0)


def test_a_warning_comes_before_the_end_and_one_may_stay(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.clock.install()
    page.goto("/en/my/sen/2019/7/")
    warning = page.locator("[data-session]")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("11:56:00")
    expect(warning).to_be_visible()
    warning.locator("button").click()
    expect(warning).to_be_hidden()
    expect(page).to_have_url(re.compile("/en/my/sen/2019/7/$"))


def test_two_people_cross_and_nothing_is_lost(visit: Visit) -> None:
    mine, theirs = visit(), visit()
    sign_in(mine, WRITER)
    sign_in(theirs, COLLEAGUE)
    for page in (mine, theirs):
        page.goto("/fr/my/sen/2019/8/")
    before = mine.input_value("[name=law]")
    theirs.fill("[name=law]", "Leur loi")
    press(theirs, "save")
    expect(theirs.locator("[name=law]")).to_have_value("Leur loi")

    mine.fill("[name=law]", "Ma loi")
    press(mine, "save")
    expect(mine.locator(".versus")).to_contain_text("Leur loi")
    expect(mine.locator(".versus")).to_contain_text("Ma loi")
    expect(mine.locator(".versus")).to_contain_text(before or "(")
    waiting = mine.context.new_page()
    waiting.goto("/fr/my/unsaved/")
    waiting.locator("summary").first.click()
    expect(waiting.locator("main")).to_contain_text("Ma loi")

    mine.check("[name=keep-law][value=hand]")
    mine.fill("[name=hand-law]", "Leur loi et ma loi")
    press(mine, "save")
    expect(mine.locator("[name=law]")).to_have_value("Leur loi et ma loi")
    waiting.reload()
    expect(waiting.locator("main")).not_to_contain_text("Ma loi")
