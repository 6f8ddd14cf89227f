"""OpenID Connect: opens accounts in office by a verified address, and makes none."""

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import connection
from django.urls import NoReverseMatch, reverse

from tests.factories import make_state, make_user
from tests.oidc import CLIENT, Provider, provided
from tracking.models import Role, User

ROOT = Path(__file__).resolve().parent.parent
ENTRY = "/en/account/oidc/login/"


@contextmanager
def site(provider: Provider) -> Iterator[str]:
    """The site with the extra, in a process of its own over the test database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = connection.get_connection_params()
    owner = connection.owner_login()  # type: ignore[attr-defined] # of our own engine
    database = {
        "ENGINE": "config.postgresql",
        "OWNER": {name.upper(): word for name, word in owner.items()},
        "NAME": found["dbname"],
        **{
            name.upper(): found.get(name, "")
            for name in ("host", "port", "user", "password")
        },
    }
    process = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-m", "tests.oidc", str(port)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EVALUATION": "1",
            "MFA_REQUIRED": "1",
            "TEST_DATABASE": json.dumps(database),
            "OIDC_SERVER_URL": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT[0],
            "OIDC_CLIENT_SECRET": CLIENT[1],
        },
        cwd=ROOT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(300):
            assert process.poll() is None, "the site stopped while starting"
            try:
                urllib.request.urlopen(f"{address}/healthz")  # noqa: S310 - our own
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(60)


class Browser:
    """Follows what it is told, keeps its cookies."""

    def __init__(self, site: str) -> None:
        self.site = site
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar)
        )

    def get(self, path: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        """Where one ends up, and the page there."""
        body = urllib.parse.urlencode(data).encode() if data else None
        try:
            response = self.opener.open(self.site + path, body)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return urllib.parse.urlsplit(response.url).path, response.read().decode()

    def enter(self) -> tuple[str, str]:
        """Press the button of the sign-in page."""
        _path, page = self.get("/en/account/login/")
        assert ENTRY in page
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
        assert found
        return self.get(ENTRY, {"csrfmiddlewaretoken": found[1]})


@pytest.mark.django_db(transaction=True)
def test_an_address_that_the_provider_verified_opens_the_account_in_office() -> None:
    state = make_state("NOR")
    viewer = make_user(Role.VIEWER, state)
    reviewer = make_user(Role.REVIEWER)
    left = make_user(Role.VIEWER, state)
    left.nominations.get().end(by=None)
    invited = make_user(Role.VIEWER, state, password=None)
    with_factor = make_user(Role.CONTRIBUTOR, state)
    TOTP.activate(with_factor, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    before = User.objects.count()
    refused = "/en/account/oidc/login/callback/"
    with provided() as provider, site(provider) as address:

        def arrive(email: str, verified: object = True) -> str:
            provider.person = {
                "sub": email,
                "email": email,
                "email_verified": verified,
            }
            return Browser(address).enter()[0]

        assert arrive(viewer.email.upper()).startswith("/fr/my/")
        # The rule of the second factor is ours, whatever the provider asked for.
        assert arrive(reviewer.email).endswith("/account/factors/")
        assert arrive(with_factor.email).endswith("/account/factors/sign-in/")
        # Nobody else comes in, and nobody is made.
        assert arrive(viewer.email, verified=False) == refused
        assert arrive(viewer.email, verified="true") == refused
        assert arrive("stranger@example.org") == refused
        assert arrive(left.email) == refused
        assert arrive(invited.email) == refused

    assert User.objects.count() == before
    assert not EmailAddress.objects.exists()


def test_without_its_settings_the_extra_is_not_there() -> None:
    assert not [name for name in settings.INSTALLED_APPS if "socialaccount" in name]
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=["oidc"])
