"""Whether the machine has what the settings name: looked at before the site starts.

`manage.py check --deploy` asks the same. What the values alone tell is refused by
`config.production` already.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from tracking.models.audit.signing import signing_key

# Proxies of one's own that stand one behind the other: more are hardly meant.
MOST_PROXIES = 5


@checks.register("machine", deploy=True)
def check_machine(**options: Any) -> list[checks.CheckMessage]:
    """One message per thing that is missing."""
    return [*_trial(), *_key(), *_folders(), *_scanner(), *_proxies()]


def _trial() -> Iterator[checks.CheckMessage]:
    if settings.EVALUATION:
        yield checks.Error(
            "EVALUATION is 1: this is a trial. It asks for no HTTPS and no second "
            "factor, sends no mail, and believes values that production refuses.",
            hint="Leave EVALUATION out, in the environment and in the file .env.",
            id="tracking.E014",
        )


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
        try:
            # What the system says of root is not always so: a file tells.
            with NamedTemporaryFile(dir=place):
                pass
        except OSError:
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
    if settings.TRUSTED_PROXIES > MOST_PROXIES:
        yield checks.Warning(
            f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}: few sites stand behind so "
            "many.",
            hint="Count your proxies only, one behind the other. With more than there "
            "are, whoever asks can say which network they are.",
            id="tracking.W014",
        )
