"""One recommendation, all the way, as people do it, in a browser.

Two administrators name the focal point of a State; who writes without a script in
the browser, submits, answers a question and submits again; a reviewer decides in the
admin; the public reads. A colleague of another State gets 404 everywhere.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tracking.demonstration import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

EMAIL = "focal@isl.example.org"
CHOSEN = "phrase de passe pour l’essai"
LAW = "Le texte inventé pour l’essai oblige les services à s’équiper."
PRACTICE = "Dans cet essai, deux services forment leurs agents."
QUESTION = "Quels services sont formés ?"
REPLY = "Les deux services de l’essai."
MEASURE = "Directive inventée pour l’essai"
EVIDENCE = "Journal officiel inventé"


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/fr/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main form .btn")
    expect(page.locator("[name=password]")).to_have_count(0)


def press(page: Page, value: str) -> None:
    """Press the button of a form that carries this value, the visible one."""
    page.locator(f'main button[value="{value}"]:not([tabindex="-1"])').first.click()


def invited_address(mail: Path) -> str:
    """The link in the mail to the person invited, once the worker has sent it."""
    for _attempt in range(100):
        for path in mail.glob("*"):
            text = path.read_text()
            found = re.search(r"https?://[^/]+(/\S*password/reset/key/\S+)", text)
            if EMAIL in text and found:
                return found.group(1)
        time.sleep(0.2)
    raise AssertionError("No invitation has arrived.")


def propose(page: Page) -> str:
    """An administrator proposes the focal point; the address of the nomination."""
    sign_in(page, "administrator@example.org")
    page.goto("/admin/tracking/nomination/add/")
    page.fill("[name=name]", "Personne Inventée")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=note_reference]", "NV 1")
    page.select_option("[name=role]", "focal_point")
    iceland = page.locator(
        "[name=state] option", has_text=re.compile("Islande|Iceland")
    )
    page.select_option("[name=state]", iceland.get_attribute("value"))
    page.click("[name=_save]")
    expect(page).to_have_url(re.compile(r"/nomination/\d+/change/"))
    # Who proposes cannot confirm.
    expect(page.locator("button[value=confirm]")).to_have_count(0)
    return page.url


def confirm(page: Page, address: str) -> None:
    sign_in(page, "administrator2@example.org")
    page.goto(address)
    page.click("button[value=confirm]")
    expect(page.locator(".messagelist")).to_contain_text(EMAIL)


def choose_password(page: Page, address: str) -> None:
    page.goto(address)
    for field in page.locator("main [type=password]").all():
        field.fill(CHOSEN)
    page.click("main form .btn")
    sign_in(page, EMAIL, CHOSEN)
    expect(page).to_have_url(re.compile("/fr/my/isl/$"))


def write_an_answer(page: Page) -> None:
    page.goto("/fr/my/isl/2019/12/")
    page.check("[name=status][value=partially_implemented]")
    page.check("[name='R12-Q1'][value=yes]")
    page.fill("[name=law]", LAW)
    page.fill("[name=practice]", "Un brouillon")
    page.check("[name=visibility][value=public]")
    page.check("[name=ready][value=ready]")
    press(page, "save")
    # A measure is missing: saved all the same, and said.
    expect(page.locator("[name=law]")).to_have_value(LAW)
    expect(page.locator("a[href='#measures']").first).to_be_visible()
    press(page, "add-measure")
    page.fill("[name=title]", MEASURE)
    page.select_option("[name=kind]", "procedure")
    page.check("[name=visibility][value=public]")
    press(page, "save")
    page.goto("/fr/my/isl/2019/12/")
    press(page, "add-evidence")
    page.fill("[name=title]", EVIDENCE)
    page.select_option("[name=kind]", "law")
    page.fill("[name=url]", "https://example.org/journal")
    page.check("[name=visibility][value=public]")
    press(page, "save")
    page.goto("/fr/my/isl/?show=ready")
    expect(page.locator(".tasks a[href='/fr/my/isl/2019/12/']")).to_have_count(1)


def submit(page: Page) -> str:
    """Check, consent, submit; return the address of the receipt."""
    page.goto("/fr/my/isl/check/")
    expect(page.locator("main")).to_contain_text(LAW)
    page.check("[name=reminder]")
    page.check("[name=consent][value=yes]")
    page.locator("main form .save button").click()
    expect(page).to_have_url(re.compile("/submissions/"))
    expect(page.locator("main")).to_contain_text(re.compile("[0-9a-f]{16}"))
    return page.url


def test_one_recommendation_all_the_way(visit: Visit, mail: Path) -> None:
    administrator = visit()
    confirm(visit(), propose(administrator))
    focal_point = visit(java_script_enabled=False)
    choose_password(focal_point, invited_address(mail))
    write_an_answer(focal_point)
    receipt = submit(focal_point)

    stranger = visit()
    sign_in(stranger, "focal@nor.example.org")
    for address in ("/fr/my/isl/", "/fr/my/isl/2019/12/", "/fr/my/isl/check/", receipt):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404
    visitor = visit("/fr/states/isl/2019/12/")
    expect(visitor.locator("body")).not_to_contain_text(LAW)

    reviewer = visit()
    sign_in(reviewer, "reviewer@example.org")
    reviewer.goto("/admin/tracking/submission/?q=Islande")
    reviewer.click("#result_list tbody a >> nth=0")
    expect(reviewer.locator("body")).to_contain_text(LAW)
    reviewer.click("[name=begin]")
    reviewer.check("[name=decision][value=return]")
    reviewer.locator("textarea[name^=question_]").first.fill(QUESTION)
    reviewer.locator("form#decision .btn").click()
    expect(reviewer.locator("#changelist")).to_be_visible()

    focal_point.goto("/fr/my/isl/?show=returned")
    focal_point.click(".tasks a[href='/fr/my/isl/2019/12/']")
    expect(focal_point.locator("main")).to_contain_text(QUESTION)
    focal_point.fill("[name^=reply-]", REPLY)
    focal_point.locator("form:has([name^=reply-]) .btn").click()
    focal_point.goto("/fr/my/isl/2019/12/")
    focal_point.fill("[name=practice]", PRACTICE)
    press(focal_point, "save")
    submit(focal_point)

    reviewer.goto("/admin/tracking/submission/?q=Islande")
    reviewer.click("#result_list tbody a >> nth=0")
    expect(reviewer.locator("body")).to_contain_text(REPLY)
    reviewer.click("[name=begin]")
    reviewer.check("[name=decision][value=accept]")
    reviewer.locator("form#decision .btn").click()
    expect(reviewer.locator("#changelist")).to_be_visible()

    for address in ("/fr/states/isl/2019/12/", "/fr/states/isl/"):
        visitor.goto(address)
        expect(visitor.locator("main")).to_contain_text(PRACTICE)
        expect(visitor.locator("main")).to_contain_text(MEASURE)
    visitor.goto("/fr/recommendations/2019/12/")
    expect(visitor.locator("main")).to_contain_text("Islande")
    visitor.goto("/fr/states/isl/")
    expect(visitor.locator("body")).not_to_contain_text(QUESTION)

    reviewer.goto("/fr/desk/states/?state=isl")
    expect(reviewer.locator("main")).to_contain_text("Islande")
    file = visitor.request.get("/fr/data/answers.csv?state=isl")
    assert PRACTICE in file.text()
    assert "Un brouillon" not in file.text()
