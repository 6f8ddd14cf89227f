"""What each variable of the environment is for, and is refused without.

Here is what the values alone tell; what is to be found on the machine (a key, a folder
that can be written) is looked for by `tracking.checks.deployment`.
"""

import re
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from importlib.util import find_spec
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from config.environment import Environment

MAKE_A_KEY = (
    'python -c "import secrets; print(secrets.token_hex(32))" prints one that will do.'
)
# Words of those who mean to change a key later.
PLACEHOLDER = re.compile("change|secret|example|insecure|password|suivi", re.I)
HOST = re.compile(r"\.?([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}|\[[0-9a-f:.]+\]", re.I)
CLAMD = re.compile(r"unix:/\S+|[^\s:/]+:\d{1,5}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
S3_OTHERS = ("S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")


def is_random(key: str) -> bool:
    """Whether a key is long, and looks as if nobody had thought of it.

    The least random keys that pass have 50 hexadecimal digits: some 40 different
    pairs of neighbours. What repeats itself, or counts up, has few pairs or steps.
    """
    pairs = set(pairwise(key))
    steps = {ord(after) - ord(before) for before, after in pairs}
    return (
        len(key) >= 50
        and len(pairs) >= 30
        and len(steps) >= 10
        and not PLACEHOLDER.search(key)
    )


def is_server(address: str) -> bool:
    """Whether an address names a server to be reached with encryption."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(HOST.fullmatch(parts.hostname or ""))
        and not (parts.username or parts.query or parts.fragment)
    )


def is_site(address: str) -> bool:
    """Whether it names a server, and nothing on it."""
    return is_server(address) and not urlsplit(address).path.strip("/")


def is_mail(address: str) -> bool:
    try:
        validate_email(parseaddr(address)[1])
    except ValidationError:
        return False
    return "@localhost" not in address


def _keys(env: Environment) -> Iterator[str]:
    key, address_key = env.text("SECRET_KEY"), env.text("ADDRESS_KEY")
    if not is_random(key):
        yield f"Set SECRET_KEY to at least 50 random characters: {MAKE_A_KEY}"
    if not is_random(address_key) or address_key == key:
        yield (
            "Set ADDRESS_KEY to at least 50 random characters, others than SECRET_KEY: "
            f"{MAKE_A_KEY}"
        )
    if not all(is_random(each) for each in env.words("SECRET_KEY_FALLBACKS")):
        yield (
            "Set SECRET_KEY_FALLBACKS to earlier values of SECRET_KEY, with commas "
            "between them: each at least 50 random characters. Leave out what is weak."
        )
    if not env.text("AUDIT_KEY_FILE").startswith("/"):
        yield (
            "Set AUDIT_KEY_FILE to the whole path of a file with an Ed25519 private "
            "key: openssl genpkey -algorithm ed25519 -out FILE."
        )


def _addresses(env: Environment) -> Iterator[str]:
    hosts = env.words("ALLOWED_HOSTS")
    if not hosts or not all(HOST.fullmatch(host) for host in hosts):
        yield (
            "Set ALLOWED_HOSTS to the names under which this site is reached, with "
            "commas between them, without https:// and without *: suivi.example.org."
        )
    site = env.text("BASE_URL")
    if not is_site(site):
        yield "Set BASE_URL to the address of this site: https://suivi.example.org."
    elif not validate_host(urlsplit(site).hostname or "", hosts):
        yield (
            "Set ALLOWED_HOSTS so that the name in BASE_URL is one of them: links in "
            "mails lead there."
        )
    if not env.text("TRUSTED_PROXIES").strip():
        yield (
            "Set TRUSTED_PROXIES to how many proxies of yours stand before this site: "
            "usually 1, or 0 for none. Attempts to sign in are counted by network, and "
            "behind a proxy that is not trusted everybody is one network."
        )


def _mails(env: Environment) -> Iterator[str]:
    try:
        env.mail("EMAIL_URL")
    except ImproperlyConfigured as error:
        yield str(error)
    if not is_mail(env.text("DEFAULT_FROM_EMAIL")):
        yield (
            "Set DEFAULT_FROM_EMAIL to the address that mails come from: "
            "Suivi <suivi@example.org>."
        )


def _databases(env: Environment) -> Iterator[str]:
    if not env.text("OWNER_DATABASE_URL"):
        return
    try:
        owner = env.database("OWNER_DATABASE_URL")
        site = env.database("DATABASE_URL") if env.text("DATABASE_URL") else None
    except ImproperlyConfigured as error:
        yield str(error)
        return
    if site is None:
        return
    if owner["USER"] in ("", site["USER"]):
        yield (
            "Set OWNER_DATABASE_URL to who owns the tables, and DATABASE_URL to "
            "who does not: two users of the database. See docs/locks.md."
        )
    if _place(owner) != _place(site):
        yield (
            "Set OWNER_DATABASE_URL to the host, port and database of DATABASE_URL: "
            "only its user and its password are others."
        )


def _place(database: dict[str, Any]) -> tuple[str, str, str]:
    """Where a database is: host, port and name."""
    host, port, name = (str(database[part] or "") for part in ("HOST", "PORT", "NAME"))
    return host.lower(), port or "5432", name


def _modes(env: Environment) -> Iterator[str]:
    if env.flag("DEBUG"):
        yield "Set DEBUG to 0: DEBUG must be off in production."
    if not env.flag("MFA_REQUIRED", default=True):
        yield "Leave MFA_REQUIRED out: it cannot be off in production."


def _scanner(env: Environment) -> Iterator[str]:
    address = env.text("CLAMD_ADDRESS")
    port = address.rpartition(":")[2]
    if address and not (
        CLAMD.fullmatch(address)
        and (address.startswith("unix:") or 0 < int(port) < 65536)
    ):
        yield "Set CLAMD_ADDRESS to unix:/run/clamav/clamd.ctl or to host:port."


def _bucket(env: Environment) -> Iterator[str]:
    bucket = env.text("S3_BUCKET")
    if not bucket:
        if found := [name for name in S3_OTHERS if env.text(name)]:
            yield f"Set S3_BUCKET too, or leave {', '.join(found)} out."
        return
    if not BUCKET.fullmatch(bucket):
        yield "Set S3_BUCKET to the name of a bucket, without an address before it."
    if env.text("S3_ENDPOINT_URL") and not is_site(env.text("S3_ENDPOINT_URL")):
        yield "Set S3_ENDPOINT_URL to an address like https://s3.example.org."
    if bool(env.text("S3_ACCESS_KEY")) != bool(env.text("S3_SECRET_KEY")):
        yield "Set both S3_ACCESS_KEY and S3_SECRET_KEY, or neither."
    if not find_spec("storages") or not find_spec("boto3"):
        yield "Install the extra s3, or leave S3_BUCKET out: pip install suivi[s3]."


def _provider(env: Environment) -> Iterator[str]:
    server = env.text("OIDC_SERVER_URL")
    client = [bool(env.text(f"OIDC_CLIENT_{part}")) for part in ("ID", "SECRET")]
    if not server:
        if any(client):
            yield "Set OIDC_SERVER_URL too, or leave the other OIDC settings out."
        return
    if not is_server(server):
        yield (
            "Set OIDC_SERVER_URL to the address of the provider: "
            "https://login.example.org/realm."
        )
    if not all(client):
        yield (
            "Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as the provider at "
            "OIDC_SERVER_URL gave them."
        )
    if not find_spec("jwt") or not find_spec("requests"):
        yield "Install the extra oidc, or leave OIDC_SERVER_URL out."


RULES: tuple[Callable[[Environment], Iterator[str]], ...] = (
    _modes,
    _keys,
    _addresses,
    _databases,
    _mails,
    _scanner,
    _bucket,
    _provider,
)


def refusals(env: Environment) -> list[str]:
    """Why production does not start with these values; each says what to do."""
    return [sentence for rule in RULES for sentence in rule(env)]
