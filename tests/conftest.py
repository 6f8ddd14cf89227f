import gc
import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.test import override_settings
from django.utils import translation

# Registers the kinds of numbers in addresses, before any test imports those of a room.
import config.urls  # noqa: F401
from config.postgresql import as_owner
from recommendations.models import Recommendation
from tests import readers
from tests.factories import make_cycle, make_recommendation, make_state, make_user
from tests.template_database import template
from tracking.models import Cycle, Role, State, User


@pytest.fixture(autouse=True, scope="session")
def quick_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No hashed file names, no slow password hashes; files in a folder that goes."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": plain}},
        STATIC_ROOT=None,
        MEDIA_ROOT=tmp_path_factory.mktemp("files"),
        QUARANTINE_ROOT=tmp_path_factory.mktemp("quarantine"),
        FREE_DISK_FLOOR=0,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        # As in production, although the tests run as an evaluation.
        MFA_REQUIRED=True,
        BASE_URL="http://testserver",
        # Tests come more often than people; `test_tokens` counts.
        API_LIMITS={},
    ):
        yield


def show_both_factors(request: HttpRequest, user: User, **_details: Any) -> None:
    """Whom `force_login` lets in came just now, with a password and a factor."""
    if "REQUEST_METHOD" in request.META:
        return  # a real sign-in, which has to show them itself
    now = time.time()
    request.session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": now},
        {"method": "mfa", "type": "totp", "at": now},
    ]


user_logged_in.connect(show_both_factors)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: not looked through again for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


# The browser's loop runs in the thread of the tests, which wait for it: nothing of the
# site is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """The database of each process is a copy of one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """The database of the tests; none of their connections is left when it goes.

    Under a browser's loop Django opens another connection, and forgets it with the
    loop; PostgreSQL would not drop the database under it.
    """
    with (
        django_db_blocker.unblock(),
        as_owner() as owner,
        owner.cursor() as cursor,
    ):
        if owner.pg_version >= 170_000:
            # For `factories.analyze`: the owner would not see what is not committed.
            site = owner.ops.quote_name(connection.get_connection_params()["user"])
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {site}")
    yield
    with (
        django_db_blocker.unblock(),
        as_owner() as owner,
        owner.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Every test begins in the source language, and reads all, whatever came before.

    A file that was not read to its end leaves the connection to its reader.
    """
    translation.activate("en")
    readers.come_back()


@pytest.fixture(autouse=True, scope="session")
def test_code_reads_all() -> Iterator[None]:
    """Locks open for the code of tests, and are as in production for requests."""
    connection_created.connect(readers.greet)
    request_started.connect(readers.leave)
    request_finished.connect(readers.come_back)
    yield
    connection_created.disconnect(readers.greet)
    request_started.disconnect(readers.leave)
    request_finished.disconnect(readers.come_back)


@pytest.fixture
def state(db: None) -> State:
    return make_state("NOR")


@pytest.fixture
def other_state(db: None) -> State:
    return make_state("ITA")


@pytest.fixture
def recommendation(db: None) -> Recommendation:
    return make_recommendation(1)


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle("2026")


@pytest.fixture
def focal_point(state: State) -> User:
    return make_user(Role.FOCAL_POINT, state)


@pytest.fixture
def alternate(state: State) -> User:
    """The colleague who writes and submits beside the focal point."""
    return make_user(Role.ALTERNATE, state)


@pytest.fixture
def contributor(state: State) -> User:
    return make_user(Role.CONTRIBUTOR, state)


@pytest.fixture
def viewer(state: State) -> User:
    return make_user(Role.VIEWER, state)


@pytest.fixture
def stranger(other_state: State) -> User:
    """The focal point of another State."""
    return make_user(Role.FOCAL_POINT, other_state)


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def administrator(db: None) -> User:
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def auditor(db: None) -> User:
    return make_user(Role.AUDITOR)


@pytest.fixture
def security_log() -> Iterator[list[dict[str, Any]]]:
    """What the security log says during a test, line by line."""
    lines: list[dict[str, Any]] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(record.getMessage()))

    keeper, logger = Keeper(), logging.getLogger("suivi.security")
    logger.addHandler(keeper)
    yield lines
    logger.removeHandler(keeper)


# What tests count, by the name under which they record it, and what went wrong of it.
COUNTED = {
    "hostile inputs": "wrongly passed",
    "real documents": "wrongly refused",
    "cells of the access matrix": "",
    "answers to strangers": "",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was tried, whichever process tried it, and what went wrong."""
    counts: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call":
                for name, value in report.user_properties:
                    counts[name] += int(str(value))
    for name, wrong in COUNTED.items():
        if name in counts:
            errors = f", {counts[wrong]:,} {wrong}" if wrong else ""
            terminalreporter.write_line(f"{counts[name]:,} {name} were tried{errors}.")
