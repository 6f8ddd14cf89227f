"""What the tests of proposals share: two browsers, and what they send."""

from typing import Any

import pytest
from django.test import Client

from recommendations.models import Recommendation
from tests.documents import pdf
from tests.factories import (
    make_assessment,
)
from tracking.models import (
    Assessment,
    Cycle,
    Proposal,
    State,
    User,
)

PDF = pdf()


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(
        state, recommendation, law="Loi de 2019", practice="Rien", language="fr"
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer(contributor: User) -> Client:
    return signed_in(contributor)


@pytest.fixture
def chief(focal_point: User) -> Client:
    return signed_in(focal_point)


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back unchanged from the page at `url`."""
    form = client.get(url).context["form"]
    return {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", [])
    }


def propose(client: Client, url: str, **fields: Any) -> Proposal:
    """Change what the page at `url` shows, and send it."""
    response = client.post(url, form_of(client, url) | fields)
    assert response.status_code == 302
    return Proposal.objects.latest("pk")


def choose(client: Client, proposal: Proposal, **fields: Any) -> Any:
    """Decide on a proposal with the choices that its page shows.

    Where it asks whether the answer is then ready, that is for later.
    """
    page = client.get(proposal.get_absolute_url())
    data = {line.input_name: line.choice for line in page.context["lines"]}
    data |= {line.hand_name: line.by_hand for line in page.context["lines"]}
    data |= {"version": page.context["row"].version, "act": "take"}
    if page.context["ready_choices"]:
        data["ready"] = "later"
    return client.post(proposal.get_absolute_url(), data | fields)
