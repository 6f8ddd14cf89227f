"""A passkey, from the page that adds it to signing in with it, in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_a_passkey_is_added_and_then_signs_in(visit: Visit, site: str) -> None:
    # Browsers know no passkeys for a number in the place of a name.
    page = visit("/fr/", base_url=site.replace("127.0.0.1", "localhost"))
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    sign_in(page, "viewer@sen.example.org")
    page.goto("/fr/account/factors/passkeys/add/")
    page.click("[data-passkey-button]")
    expect(page).to_have_url(re.compile("/factors/codes/$"))
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto("/fr/account/logout/")
    page.locator("main form[action$='/logout/'] .btn").click()
    page.goto("/fr/account/login/")
    page.click("[data-passkey-button]")

    expect(page).to_have_url(re.compile("/fr/my/"))


def test_a_device_without_a_passkey_says_so_on_the_page(
    visit: Visit, site: str
) -> None:
    page = visit("/fr/", base_url=site.replace("127.0.0.1", "localhost"))
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": False,
            }
        },
    )
    page.goto("/fr/account/login/")
    page.click("[data-passkey-button]")

    expect(page.locator("[data-passkey-error]")).to_be_visible()
