"""What comes out of the printer, without a click on anything of ours."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from playwright.sync_api import Page

from .test_story import sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

# A sheet of A4, landscape, without its margins.
WIDTH, HEIGHT = 1010, 640
# What would be cut off at the edge of the sheet.
CUT = """() => [...document.querySelectorAll("main table, main .scroll, main td")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1
        || each.getBoundingClientRect().left < -1
        || (getComputedStyle(each).overflowX !== "visible"
            && each.scrollWidth > each.clientWidth + 1 && !each.closest(".mx")))
    .map(each => each.outerHTML.slice(0, 200))"""
LISTS = ["answers", "needs", "states", "submissions", "unreported", "matrix", ""]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_column_fits_the_sheet(visit: Visit, language: str) -> None:
    page = visit()
    sign_in(page, "reviewer@example.org")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    for name in LISTS:
        page.goto(f"/{language}/desk/{name}{'/' if name else ''}")
        page.emulate_media(media="print")
        assert page.evaluate(CUT) == [], name
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as file:
            _left, _bottom, width, height = map(float, file.pages[0].mediabox)
            assert width > height, name
        page.emulate_media(media="screen")


def test_the_printer_gets_every_row_and_the_screen_its_page(visit: Visit) -> None:
    page = visit()
    sign_in(page, "reviewer@example.org")
    page.goto("/en/desk/states/")
    total = int(page.inner_text("h1 .count"))
    rows = page.locator("main tbody tr")
    assert rows.count() < total

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert rows.count() == total
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert rows.count() < total
