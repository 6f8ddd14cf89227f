"""Machines with tokens, and how tokens die: for the tests of the API."""

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_state, make_token
from tracking.models import (
    Assessment,
    Cycle,
    Role,
    Scope,
    State,
    Token,
    User,
    Visibility,
)

READ = (Scope.READ_DRAFTS, Scope.READ_SUBMISSIONS)
WRITE = (Scope.WRITE_DRAFTS, Scope.WRITE_EVIDENCE)
OWN_API = "/api/v1/own/"


def machine(secret: str, **headers: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}", **headers})


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def answered(state: State, cycle: Cycle, recommendation: Recommendation) -> State:
    make_assessment(state, recommendation, law="Zimtstern")
    return state


def kill(token: Token, how: str) -> None:
    by = token.made_by
    now = timezone.now()
    if how == "expired":
        year = datetime.timedelta(days=365)
        Token.objects.filter(pk=token.pk).update(made_at=now - year, expires_at=now)
    elif how == "revoked":
        token.revoke(by=by)
    elif how == "its maker left":
        by.nominations.get().end(by=None)
    elif how == "its maker's day came":
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        by.nominations.update(valid_from=yesterday, valid_until=yesterday)
    elif how == "its maker reads only":
        User.objects.filter(pk=by.pk).update(role=Role.VIEWER)
    elif how == "its maker speaks for another State":
        User.objects.filter(pk=by.pk).update(state=make_state("ITA"))
    elif how == "its maker's account is closed":
        User.objects.filter(pk=by.pk).update(is_active=False)


DEATHS = (
    "expired",
    "revoked",
    "its maker left",
    "its maker's day came",
    "its maker reads only",
    "its maker speaks for another State",
    "its maker's account is closed",
)


# What a machine sends ------------------------------------------------------------

ANSWER = "/api/v1/own/answers/2019/1/"
MEASURES = "/api/v1/own/measures/"
EVIDENCE = "/api/v1/own/evidence/"


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(
        state,
        recommendation,
        law="Loi de 2019",
        practice="Rien",
        answers={"R01-Q1": "no"},
        visibility=Visibility.PARTIES,
    )


@pytest.fixture
def client(focal_point: User) -> Client:
    """A machine that may all."""
    return machine(make_token(focal_point)[1])


def send(
    client: Client,
    verb: str,
    path: str,
    body: Any,
    *,
    match: Any = None,
    **headers: str,
) -> Any:
    if match is not None:
        headers["If-Match"] = f'"{match}"'
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.generic(
        verb, path, text, content_type="application/json", headers=headers
    )


def measure(**values: Any) -> dict[str, Any]:
    return {"title": "Act", "kind": "law", "recommendations": [1], **values}
