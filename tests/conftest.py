from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db.backends.signals import connection_created
from django.test import override_settings
from django.utils import translation

from recommendations.models import Recommendation
from tests import readers
from tests.factories import make_cycle, make_recommendation, make_state, make_user
from tracking.models import Cycle, Role, State, User


@pytest.fixture(autouse=True, scope="session")
def quick_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No hashed file names, no slow password hashes; files in a folder that goes."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": plain}},
        STATIC_ROOT=None,
        MEDIA_ROOT=tmp_path_factory.mktemp("files"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Every test begins in the source language, whatever the one before it asked."""
    translation.activate("en")


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
