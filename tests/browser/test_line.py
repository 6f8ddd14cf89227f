"""The line breaks while somebody saves: no word goes, and nothing is done twice."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.line import Line
from tests.browser.test_story import press, sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
WRITER = "focal@sen.example.org"
STATE = "[data-state]"


def stay_when_asked(page: Page) -> list[str]:
    """Stay on a page that warns before it is left; what it asked is in the list."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


@pytest.fixture
def line(site: str) -> Iterator[Line]:
    line = Line(site)
    yield line
    line.close()


def test_a_save_without_a_line_stays_and_is_sent_when_it_is_back(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/9/")
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.method))
    page.context.set_offline(True)
    page.fill("[name=practice]", "Written without a line")
    press(page, "save")
    state = page.locator(f"form:has([name=practice]) {STATE}")
    expect(state).to_contain_text("Not saved yet: no connection")
    expect(state).to_have_attribute("role", "status")
    expect(page.locator("[name=practice]")).to_have_value("Written without a line")
    with page.expect_download() as told:
        press(page, "download")
    text = Path(told.value.path()).read_text()
    assert "What is done in practice" in text
    assert "Written without a line" in text
    # What is typed while it waits goes along.
    page.fill("[name=law]", "And this, later")
    sent.clear()

    page.context.set_offline(False)

    expect(page.locator("main .notice.ok")).to_contain_text("Saved")
    expect(page.locator("[name=practice]")).to_have_value("Written without a line")
    expect(page.locator("[name=law]")).to_have_value("And this, later")
    assert sent.count("POST") == 1
    expect(page.locator("a[href*='unsaved=']")).to_have_count(0)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_an_answer_lost_on_its_way_does_nothing_twice(visit: Visit, line: Line) -> None:
    page = visit("/en/", base_url=line.address)
    sign_in(page, WRITER)
    page.clock.install()
    page.goto("/en/my/sen/2019/9/notes/")
    page.fill("[name=text]", "Said once")
    line.how = "no answer"
    page.get_by_role("button", name="Add the note").click()
    state = page.locator(f"form:has([name=text]) {STATE}")
    expect(state).to_contain_text("Not saved yet: no connection")
    expect(page.locator("[name=text]")).to_have_value("Said once")

    line.how = "whole"
    page.clock.run_for(6000)

    expect(page).to_have_url(re.compile("/my/sen/2019/9/#note-"))
    expect(page.locator("#notes li", has_text="Said once")).to_have_count(1)


def test_a_site_that_is_away_is_asked_again(visit: Visit, line: Line) -> None:
    page = visit("/en/", base_url=line.address)
    sign_in(page, WRITER)
    page.clock.install()
    page.goto("/en/my/sen/2019/9/measures/add/")
    page.fill("[name=title]", "Written while the site was away")
    page.select_option("[name=kind]", "law")
    line.how = "away"
    press(page, "save")
    expect(page.locator(f"form:has([name=title]) {STATE}")).to_contain_text(
        "the site does not answer"
    )

    line.how = "whole"
    page.clock.run_for(6000)

    expect(page.locator("main .notice.ok")).to_contain_text("Measure saved")


def test_a_mistake_is_shown_as_ever(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/9/measures/add/")
    page.fill("main [name=description]", "Words without a title")

    press(page, "save")

    expect(page.locator(".errors")).to_contain_text("There are")
    expect(page.locator("main [name=description]")).to_have_value(
        "Words without a title"
    )


def test_a_save_after_the_session_has_ended_waits_for_the_next(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/10/notes/")
    page.fill("[name=text]", "Said after the session")
    page.context.clear_cookies()
    page.get_by_role("button", name="Add the note").click()
    link = page.locator("form:has([name=text]) [data-signed-out] a")
    expect(link).to_be_visible()
    with page.context.expect_page() as opened:
        link.click()
    sign_in(opened.value, WRITER)
    opened.value.close()

    page.bring_to_front()
    page.get_by_role("button", name="Add the note").click()

    expect(page.locator("#notes li", has_text="Said after")).to_have_count(1)


def test_nobody_else_sends_it_who_has_signed_in_since(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/2019/11/notes/")
    page.fill("[name=text]", "Said by the first")
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, "alternate@sen.example.org")
    with page.expect_response("**/11/notes/"):
        page.locator("[name=text]").press("End")
        page.locator("[name=text]").dispatch_event("input")  # a draft goes first

    page.get_by_role("button", name="Add the note").click()

    expect(page.locator("form:has([name=text]) [data-signed-out]")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Said by the first")
    other.goto("/en/my/sen/2019/11/notes/")
    expect(other.locator("#notes")).not_to_contain_text("Said by the first")


def test_leaving_warns_while_something_is_nowhere_else(visit: Visit) -> None:
    page = visit()
    sign_in(page, WRITER)
    page.goto("/en/my/sen/team/")
    asked = stay_when_asked(page)
    page.fill("[name=note]", "A word")
    page.locator("header .site").click()
    expect(page.locator("[name=note]")).to_have_value("A word")
    page.fill("[name=note]", "")

    page.locator("header .site").click()

    expect(page).to_have_url(re.compile("/en/$"))
    assert asked == ["beforeunload"]


def test_a_question_of_a_review_outlives_the_page(visit: Visit) -> None:
    page = visit()
    sign_in(page, "reviewer@example.org")
    page.goto("/admin/tracking/submission/?stage=under_review")
    page.click("#result_list tbody a >> nth=0")
    review = page.url
    page.locator("textarea[name^=question_]").first.fill("Which law is meant?")
    asked = stay_when_asked(page)
    page.locator("header .site").click()
    expect(page).to_have_url(review)
    assert asked == ["beforeunload"]
    expect(page.locator("form#decision [data-state]")).to_contain_text("Draft saved")
    page.close()

    again = page.context.new_page()
    again.goto(review)
    again.locator("a[href*='?unsaved=']").click()
    field = again.locator("textarea[name^=question_]").first
    expect(field).to_have_value("Which law is meant?")
    again.context.set_offline(True)
    again.check("[name=decision][value=return]")
    again.locator("form#decision .btn").press("Enter")
    expect(again.locator("form#decision [data-state]")).to_contain_text("no connection")
    again.context.set_offline(False)
    expect(again.locator(".messagelist")).to_contain_text("Returned with questions")
