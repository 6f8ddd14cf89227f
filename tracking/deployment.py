"""Whether the machine has what the settings name: looked at before the site starts.

`manage.py check --deploy` asks the same. What the values alone tell is refused by
`config.production` already.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from tracking.sealing import signing_key


@checks.register("machine", deploy=True)
def check_machine(**options: Any) -> list[checks.CheckMessage]:
    """One message per thing that is missing."""
    return [*_key(), *_folders(), *_scanner(), *_proxies()]


def _key() -> Iterator[checks.CheckMessage]:
    path = Path(settings.AUDIT_KEY_FILE)
    try:
        signing_key()
    except ImproperlyConfigured as error:
        yield checks.Error(
            str(error),
            hint=f"Make one: openssl genpkey -algorithm ed25519 -out {path}. Only the "
            "user of the site should read it.",
            id="tracking.E011",
        )
    else:
        if path.exists() and path.stat().st_mode & stat.S_IROTH:
            yield checks.Warning(
                f"AUDIT_KEY_FILE: everybody on this machine can read {path}.",
                hint=f"chmod o= {path}",
                id="tracking.W011",
            )


def _folders() -> Iterator[checks.CheckMessage]:
    for number, name, folder in (
        ("E012", "AUDIT_DIR", settings.AUDIT_DIR),
        ("E013", "VAR_DIR", settings.VAR_DIR),
    ):
        # What is not there is made by the site itself, where it may.
        place = Path(folder)
        while not place.exists() and place != place.parent:
            place = place.parent
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            yield checks.Error(
                f"{name}: {folder} is no folder that this user can write to.",
                hint="Make it, give it to the user of the site, or name another.",
                id=f"tracking.{number}",
            )


def _scanner() -> Iterator[checks.CheckMessage]:
    scheme, _colon, path = settings.CLAMD_ADDRESS.partition(":")
    if scheme == "unix" and not Path(path).is_socket():
        # It may start later; until then every file waits for it.
        yield checks.Warning(
            f"CLAMD_ADDRESS: there is no clamd at {path}.",
            hint="Start clamd, or name its LocalSocket. Files wait until it answers.",
            id="tracking.W012",
        )


def _proxies() -> Iterator[checks.CheckMessage]:
    if not settings.TRUSTED_PROXIES:
        yield checks.Warning(
            "TRUSTED_PROXIES is 0: what a proxy says of who asks, and how, is not "
            "believed.",
            hint="Behind a proxy everybody is then one network, whose attempts to sign "
            "in are counted as one's. Set it to how many of yours stand before the "
            "site; silence this warning only where the site ends TLS itself.",
            id="tracking.W013",
        )
