"""Whoever of the secretariat reads words that are not public leaves a reading."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from recommendations.models import Question, Recommendation
from tests.access import ACCESS, READERS
from tests.canary import Canary
from tests.factories import make_accepted_submission, make_ready_assessment, make_user
from tests.test_access import ADDRESSES
from tests.test_canary import text_of
from tracking.models import (
    Access,
    AccessKind,
    Cycle,
    Role,
    State,
    SubmittedEvidence,
    User,
    Visibility,
    show_to,
)

SECRETARIAT = (Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
WORD = re.compile(r"qz[a-z]+xk")
# Of each address, so many of the things that may stand in it.
EACH = 2


def report(
    state: State, recommendation: Recommendation, cycle: Cycle, **said: Any
) -> None:
    """One answer that counts."""
    make_ready_assessment(state, recommendation, cycle, **said)
    make_accepted_submission(state, cycle)


def pages(state: State, recommendation: Recommendation) -> dict[str, str]:
    """Pages on which the secretariat meets answers, with the name of each reading."""
    of = {"iso3": state.key, "place": recommendation.key}
    found = {
        "/desk/answers/": reverse("dashboards:answers"),
        "/desk/matrix/": reverse("dashboards:matrix"),
        f"/states/{state.key}/": reverse("public:state", args=[state.key]),
        f"/states/{state.key}/{recommendation.key}/": reverse(
            "public:answer", kwargs=of
        ),
    }
    assert all(url.endswith(name) for name, url in found.items())
    return found


@pytest.mark.parametrize("role", SECRETARIAT)
@pytest.mark.parametrize("shown", [Visibility.SECRETARIAT, Visibility.PARTIES])
def test_what_is_not_public_is_read_with_a_trace(
    role: Role,
    shown: Visibility,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
) -> None:
    report(state, recommendation, cycle, visibility=shown)
    reader = make_user(role)
    client = Client()
    client.force_login(reader)
    for name, address in pages(state, recommendation).items():
        before = Access.objects.count()
        assert client.get(address, {"cycle": cycle.code}).status_code == 200
        reading = Access.objects.first()
        assert reading is not None
        assert Access.objects.count() == before + 1, address
        assert (reading.by, reading.kind) == (reader, AccessKind.PAGE)
        assert (reading.states, reading.name) == ([state.pk], name)
        assert reading.filters == f"cycle={cycle.code}"


def test_what_everybody_reads_leaves_none(
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    reviewer: User,
    focal_point: User,
) -> None:
    report(state, recommendation, cycle, visibility=Visibility.PUBLIC)
    client = Client()
    for reader in (None, reviewer, focal_point):
        if reader:
            client.force_login(reader)
        for address in pages(state, recommendation).values():
            client.get(address)
    assert not Access.objects.exists()

    # The same answer, narrowed since: now it is one.
    record = record_of(state)
    show_to(record, Visibility.PARTIES, by=focal_point)
    client.force_login(reviewer)
    client.get(reverse("dashboards:answers"))
    assert Access.objects.get().states == [state.pk]


def record_of(state: State) -> Any:
    return state.submissions.get().assessments.get()


@pytest.mark.parametrize(
    "said",
    [
        {"assistance_need": "needed", "assistance_details": "Two trainers"},
        {"assistance_offer": "One trainer"},
        {"answers": {"R01-Q1": "yes", "R01-Q9": "in confidence"}},
        {"answers": {"R01-Q1": "yes", "R01-Q8": "asked no more"}},
    ],
)
def test_what_is_never_public_leaves_one_though_the_answer_is(
    said: dict[str, Any],
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    reviewer: User,
    client: Client,
) -> None:
    Question.objects.create(
        recommendation=recommendation,
        code="R01-Q9",
        position=9,
        answer_type="text",
        confidential=True,
        label_en="In confidence?",
    )
    gone = Question.objects.create(
        recommendation=recommendation, code="R01-Q8", position=8, answer_type="text"
    )
    report(state, recommendation, cycle, visibility=Visibility.PUBLIC, **said)
    gone.delete()
    client.force_login(reviewer)
    client.get(reverse("public:answer", args=[state.key, recommendation.key]))

    assert Access.objects.get().states == [state.pk]


def test_a_submission_that_is_opened_is_noted_once_with_its_name(
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    reviewer: User,
    client: Client,
) -> None:
    report(state, recommendation, cycle, visibility=Visibility.SECRETARIAT)
    submission = state.submissions.get()
    client.force_login(reviewer)
    client.get(reverse("admin:tracking_submission_change", args=[submission.pk]))

    reading = Access.objects.get()
    assert (reading.kind, reading.submission) == (AccessKind.READ, submission)


def test_the_state_reads_who_had_it_on_a_page(
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    reviewer: User,
    focal_point: User,
    client: Client,
) -> None:
    report(state, recommendation, cycle, visibility=Visibility.SECRETARIAT)
    client.force_login(reviewer)
    client.get(reverse("dashboards:answers"), {"status": "planned"})
    client.get(reverse("dashboards:answers"))
    client.force_login(focal_point)
    page = client.get(reverse("workspace:readers", args=[state.key])).text

    assert page.count("/desk/answers/\u2069, of your State alone") == 1
    assert reviewer.name in page and "Read on a page" in page


def test_a_page_that_shows_nothing_leaves_nothing(
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    reviewer: User,
    client: Client,
) -> None:
    report(state, recommendation, cycle, visibility=Visibility.SECRETARIAT)
    client.force_login(reviewer)
    for address in (
        reverse("dashboards:dashboard"),
        reverse("dashboards:submissions"),
        reverse("dashboards:states"),
        reverse("admin:tracking_submission_changelist"),
        reverse("public:answer", args=[state.key, "2019/99"]),
    ):
        client.get(address)

    assert not Access.objects.exists()


# Every page -------------------------------------------------------------------


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def canary(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Canary]:
    """Three States with a word in everything; see tests/canary.py."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Canary()
        transaction.set_rollback(True)


# Numbers of what was not said, slow in a database without statistics; and workbooks,
# which the view of the other files notes.
NUMBERS = re.compile(r"(dashboards|exports):(unreported|reporting|states$)|.*_xlsx$")


def addresses(canary: Canary) -> Iterator[str]:
    """Every address that answers the secretariat, each with several things."""
    column = READERS.index("reviewer")
    for name, codes in ACCESS.items():
        if codes[column] not in (200, 403) or NUMBERS.match(name):
            continue
        pattern = ADDRESSES[name].pattern
        wanted = [*pattern.converters, *pattern.regex.groupindex]
        some = canary.arguments(name, wanted)
        for arguments in some[:: max(1, len(some) // EACH)]:
            with translation.override("en"):
                path = reverse(name, kwargs=arguments)
            yield path
        if name in ("public:answer", "dashboards:answers"):
            yield from (f"{path}?cycle={code}" for code in canary.cycles)


@pytest.mark.xdist_group("readings")
@pytest.mark.parametrize(
    "role",
    [
        # The others walk in the longer run, as in `test_canary`.
        pytest.param(role, marks=[] if role == Role.REVIEWER else pytest.mark.security)
        for role in SECRETARIAT
    ],
)
def test_no_word_that_is_not_public_is_read_without_a_trace(
    canary: Canary, role: Role
) -> None:
    """All pages, files and lists, by what comes back: a new page is walked as well."""
    client = Client()
    reader = canary.users[str(role)]
    assert isinstance(reader, User)
    client.force_login(reader)
    keys = {state.iso3: state.pk for state in canary.states}
    forgotten, met = {}, 0
    for path in addresses(canary):
        last = max(Access.objects.values_list("pk", flat=True), default=0)
        words = set(WORD.findall(text_of(client.get(path))))
        whose = {
            keys[owner]
            for word in words & set(canary.words.given)
            for owner, audience, what in [canary.words.given[word]]
            if audience != Visibility.PUBLIC and not APART.search(what)
        }
        if not whose:
            continue
        met += 1
        noted: set[int] = set()
        for reading in Access.objects.filter(pk__gt=last, by=reader):
            noted.update(reading.states)
        if whose - noted:
            forgotten[path] = whose - noted
    assert forgotten == {}
    assert met > 10


# Names of people and of tokens, which are no words of what was sent; and what the
# secretariat itself wrote.
APART = re.compile(r"name of|reason of|note of the|question of the secretariat")


@pytest.mark.xdist_group("readings")
def test_a_file_taken_from_a_public_page_is_noted_as_one(canary: Canary) -> None:
    client = Client()
    client.force_login(canary.reviewer)
    item = (
        SubmittedEvidence.objects.counted()
        .filter(shown_to=Visibility.SECRETARIAT, file__isnull=False)
        .select_related("submission__state")[0]
    )
    state = item.submission.state
    text_of(client.get(reverse("public:evidence_file", args=[state.key, item.pk])))

    reading = Access.objects.first()
    assert reading is not None
    assert (reading.kind, reading.states) == (AccessKind.FILE, [state.pk])
