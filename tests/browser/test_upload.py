"""A file is sent while the form is being filled in, and refused where it is chosen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, expect

from tests.browser.test_story import press, sign_in
from tests.documents import office, pdf

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
FORM = "/en/my/sen/2019/7/evidence/add/"
WRITER = "focal@sen.example.org"


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


GOOD = payload("law.pdf", pdf())
MACRO = payload("law.docx", office("docx", parts={"word/vbaProject.bin": b"a"}))


def choose(page: Page, file: FilePayload) -> None:
    page.set_input_files("[name=upload]", file)


@pytest.fixture
def page(visit: Visit) -> Page:
    page = visit()
    sign_in(page, WRITER)
    page.goto(FORM)
    page.fill("[name=title]", "A law of ours")
    return page


def test_a_refusal_is_said_at_once_and_a_sound_file_waits(page: Page) -> None:
    mistake, kept = page.locator("[data-upload-error]"), page.locator("[data-waiting]")
    choose(page, MACRO)
    expect(mistake).to_contain_text("contains macros")
    expect(kept).to_be_hidden()
    assert page.input_value("[name=title]") == "A law of ours"

    choose(page, GOOD)
    expect(kept).to_contain_text("is kept")
    expect(mistake).to_be_hidden()
    press(page, "save")  # without its kind, it comes back
    expect(kept).to_contain_text("law.pdf")
    page.select_option("[name=kind]", "law")
    press(page, "save")
    expect(page.locator("main")).to_contain_text("A law of ours")
    expect(page.locator("main")).to_contain_text("law.pdf")


def test_what_is_too_large_is_not_sent(page: Page, tmp_path: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    page.set_input_files("[name=upload]", large)

    expect(page.locator("[data-upload-error]")).to_contain_text("larger than 25 MB")
    assert not [address for address in sent if "upload/" in address]


def test_what_is_not_taken_is_told_without_sending_it(page: Page) -> None:
    sent: list[int] = []

    def weigh(request: Request) -> None:
        if "upload/" in request.url:
            sent.append(len(request.post_data_buffer or b""))

    page.on("request", weigh)
    choose(page, payload("photo.HEIC", b"a" * 100_000))

    mistake = page.locator("[data-upload-error]")
    expect(mistake).to_contain_text("Export the photograph as JPG")
    expect(mistake).to_contain_text("photo.HEIC")
    assert sent
    assert max(sent) < 2000
    assert page.input_value("[name=upload]") == ""


def test_sending_can_be_cancelled(page: Page) -> None:
    page.route("**/evidence/upload/", lambda route: None)  # never answered
    choose(page, GOOD)
    expect(page.locator("[data-progress]")).to_be_visible()

    page.locator("[data-cancel]").click()

    expect(page.locator("[data-upload-state]")).to_contain_text("was not sent")
    assert page.input_value("[name=upload]") == ""


def test_what_cannot_be_sent_now_goes_with_the_form(page: Page) -> None:
    page.route("**/evidence/upload/", lambda route: route.abort("internetdisconnected"))
    choose(page, GOOD)
    expect(page.locator("[data-upload-state]")).to_contain_text("when you save")

    page.select_option("[name=kind]", "law")
    press(page, "save")

    expect(page.locator("main")).to_contain_text("law.pdf")


def test_without_a_script_a_file_travels_with_the_form(
    visit: Visit, page: Page
) -> None:
    plain = visit(
        FORM, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain.fill("[name=title]", "Without a script")
    choose(plain, GOOD)
    press(plain, "save")
    expect(plain.locator("[data-waiting]")).to_contain_text("law.pdf")

    plain.select_option("[name=kind]", "law")
    press(plain, "save")
    expect(plain.locator("main")).to_contain_text("Without a script")


def test_a_refused_file_alone_leaves_nothing_and_the_next_save_says_why(
    visit: Visit,
) -> None:
    page = visit()
    sign_in(page, "alternate@sen.example.org")
    page.clock.install()
    page.goto(FORM)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    choose(page, MACRO)
    expect(page.locator("[data-upload-error]")).to_contain_text("contains macros")
    page.clock.run_for(20_000)
    assert not [each for each in sent if each.endswith("/evidence/add/")]

    page.fill("[name=title]", "A law of ours")
    page.select_option("[name=kind]", "law")
    press(page, "save")
    expect(page.locator(".errors")).to_contain_text("contains macros")
    press(page, "save")
    expect(page.locator(".errors")).to_contain_text("contains macros")
