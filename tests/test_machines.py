"""What each token opens, and how a machine is refused."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.addresses import sealed
from tests.access import ACCESS
from tests.canary import Canary
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_ready_assessment,
    make_recommendation,
    make_submission,
    make_token,
)
from tests.machines import (
    DEATHS,
    OWN_API,
    READ,
    WRITE,
    answered,
    kill,
    machine,
    signed_in,
)
from tests.test_access import ADDRESSES, Country, country
from tests.test_canary import WORD, text_of
from tests.test_matrix import VERBS
from tracking.models import (
    Cycle,
    Scope,
    State,
    SubmittedAssessment,
    Token,
    User,
    Visibility,
    followed,
)

__all__ = ["answered", "country"]


# Who is let in ---------------------------------------------------------------------


def _headers(response: Any) -> dict[str, str]:
    """All but the number that each request has of its own."""
    return {k: v for k, v in response.items() if k != "X-Request-ID"}


@pytest.mark.parametrize("how", DEATHS)
def test_a_dead_token_is_answered_like_an_unknown_one(
    answered: State, alternate: User, how: str
) -> None:
    token, secret = make_token(alternate)
    assert machine(secret).get(f"{OWN_API}answers/").status_code == 200

    kill(token, how)
    dead = machine(secret).get(f"{OWN_API}answers/")
    unknown = machine("suivi_" + 43 * "a").get(f"{OWN_API}answers/")
    nonsense = machine("x").get(f"{OWN_API}answers/")

    assert dead.status_code == unknown.status_code == nonsense.status_code == 401
    assert dead.content == unknown.content == nonsense.content
    headers = [_headers(each) for each in (dead, unknown, nonsense)]
    assert headers[0] == headers[1] == headers[2]
    assert dead["WWW-Authenticate"].startswith("Bearer")


def test_a_dead_token_opens_no_public_address_either(
    answered: State, focal_point: User
) -> None:
    token, secret = make_token(focal_point)
    kill(token, "revoked")

    assert machine(secret).get("/api/v1/states/").status_code == 401


def test_without_a_token_one_is_asked_for(answered: State) -> None:
    response = Client().get(f"{OWN_API}answers/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_session_opens_nothing_there(answered: State, focal_point: User) -> None:
    assert signed_in(focal_point).get(f"{OWN_API}answers/").status_code == 401


@pytest.mark.parametrize("path", [f"{OWN_API}answers/", "/api/v1/states/"])
def test_a_token_beside_a_session_is_refused(
    answered: State, focal_point: User, path: str
) -> None:
    _token, secret = make_token(focal_point)
    client = signed_in(focal_point)

    response = client.get(path, headers={"Authorization": f"Bearer {secret}"})

    assert response.status_code == 400


@pytest.mark.parametrize("name", ["token", "access_token"])
@pytest.mark.parametrize("path", [f"{OWN_API}answers/", "/api/v1/answers/"])
def test_a_token_in_the_address_is_an_unknown_parameter(
    answered: State, focal_point: User, path: str, name: str
) -> None:
    _token, secret = make_token(focal_point)

    assert Client().get(f"{path}?{name}={secret}").status_code in (400, 401)
    inside = machine(secret).get(f"{path}?{name}={secret}")
    assert inside.status_code == 400
    assert secret not in inside.text


def test_a_token_opens_no_page(answered: State, focal_point: User) -> None:
    _token, secret = make_token(focal_point)
    client = machine(secret)

    for path in ("/en/my/nor/", "/en/my/nor/2019/1/notes/", "/en/my/inbox/", "/admin/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert "login" in response["Location"], path


def test_whatever_a_token_gets_is_kept_nowhere(
    answered: State, focal_point: User
) -> None:
    _token, secret = make_token(focal_point)

    for path in (f"{OWN_API}answers/", "/api/v1/states/", "/api/v1/nothing/"):
        response = machine(secret).get(path)
        assert response["Cache-Control"] == "private, no-store", path
        assert not response.cookies


def test_its_last_use_is_noted_once_a_minute(
    answered: State, focal_point: User
) -> None:
    _token, secret = make_token(focal_point)
    start = timezone.now()

    def used(seconds: int) -> datetime.datetime | None:
        with time_machine.travel(
            start + datetime.timedelta(seconds=seconds), tick=False
        ):
            machine(secret).get(f"{OWN_API}answers/")
        return Token.objects.get().last_used_at

    first = used(1)
    assert first is not None
    assert used(59) == first
    assert used(62) != first


def test_the_database_is_told_who_reads(
    answered: State, other_state: State, focal_point: User, monkeypatch: Any
) -> None:
    """The second lock holds for machines, should the first one be forgotten."""
    make_assessment(other_state, followed().get(), law="Fremdwort")
    monkeypatch.setattr(
        "tracking.models.working_copy.assessments.AssessmentQuerySet.visible_to",
        lambda rows, user: rows.all(),
    )
    _token, secret = make_token(focal_point)

    page = machine(secret).get(f"{OWN_API}answers/")

    assert "Zimtstern" in page.text
    assert "Fremdwort" not in page.text


# What it opens ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "opened"),
    [
        (Scope.READ_DRAFTS, {"answers", "measures", "evidence"}),
        (Scope.WRITE_DRAFTS, {"answers", "measures"}),
        (Scope.WRITE_EVIDENCE, {"evidence"}),
        (Scope.READ_SUBMISSIONS, {"submissions"}),
    ],
)
def test_a_scope_opens_what_it_names(
    answered: State, focal_point: User, scope: Scope, opened: set[str]
) -> None:
    _token, secret = make_token(focal_point, scope)
    lists = ("answers", "measures", "evidence", "submissions")

    codes = {
        name: machine(secret).get(f"{OWN_API}{name}/").status_code for name in lists
    }

    assert codes == {name: 200 if name in opened else 403 for name in lists}


def test_what_was_submitted_takes_the_scope(
    state: State, cycle: Cycle, focal_point: User, stranger: User
) -> None:
    for number, shown in enumerate(Visibility, start=1):
        for each in (state, stranger.state):
            assert each is not None
            recommendation = followed().filter(number=number).first()
            make_ready_assessment(
                each,
                recommendation or make_recommendation(number),
                cycle,
                visibility=shown,
            )
    assert stranger.state is not None
    for each in (state, stranger.state):
        make_accepted_submission(each, cycle)

    def read(*scopes: Scope) -> set[tuple[str, str]]:
        client = machine(make_token(focal_point, *scopes)[1])
        rows = client.get("/api/v1/answers/").json()["results"]
        return {(row["state"], row["visibility"]) for row in rows}

    public = {("NOR", "public"), ("ITA", "public")}
    assert read(Scope.READ_DRAFTS) == public
    assert read(*WRITE) == public
    # All of its own; of others not even what they share with the parties.
    own = {("NOR", "secretariat"), ("NOR", "parties")}
    assert read(Scope.READ_SUBMISSIONS) == public | own


def test_a_confidential_answer_takes_the_scope(
    state: State, cycle: Cycle, focal_point: User
) -> None:
    recommendation = make_recommendation(1)
    recommendation.questions.update(confidential=True)
    make_ready_assessment(
        state,
        recommendation,
        cycle,
        visibility=Visibility.PUBLIC,
        answers={"R01-Q1": "no"},
    )
    make_accepted_submission(state, cycle)
    record = SubmittedAssessment.objects.get()

    def read(*scopes: Scope) -> Any:
        client = machine(make_token(focal_point, *scopes)[1])
        address = f"/api/v1/answers/{sealed(record.pk)}/"
        return client.get(address).json()["answers"]

    assert read(*WRITE) == {}
    assert read(Scope.READ_SUBMISSIONS) == {"R01-Q1": "no"}


def test_a_submission_is_told_word_for_word(
    answered: State, cycle: Cycle, focal_point: User, stranger: User
) -> None:
    answered.assessments.update(status="not_started", ready_for=cycle)
    sent = make_submission(answered, cycle, by=focal_point)
    path = f"{OWN_API}submissions/2026/{sent.number}/"

    found = machine(make_token(focal_point, *READ)[1]).get(path).json()
    theirs = machine(make_token(stranger, *READ)[1]).get(path)

    assert found["digest"] == sent.digest
    assert found["document"]["answers"][0]["law"] == "Zimtstern"
    assert theirs.status_code == 404


# Every address, verb and token -------------------------------------------------------


API = [name for name in ADDRESSES if name.startswith(("own:", "api:"))]
# What each may be answered: what is not here is refused with 401.
OPEN_TO_ALL = {200, 404, 405}


@pytest.fixture
def readers(country: Country) -> dict[str, Client]:
    focal_point, stranger = country.users["focal_point"], country.users["stranger"]
    assert isinstance(focal_point, User)
    assert isinstance(stranger, User)
    found = {
        "no token": Client(),
        "read token": machine(make_token(focal_point, *READ)[1]),
        "write token": machine(make_token(focal_point, *WRITE)[1]),
        "foreign token": machine(make_token(stranger)[1]),
    }
    for how in DEATHS[:2]:
        token, secret = make_token(focal_point)
        kill(token, how)
        found[f"{how} token"] = machine(secret)
    return found


def allowed(name: str, verb: str, reader: str) -> set[int]:
    """Codes that this reader may get there."""
    own = name.startswith("own:")
    if reader.startswith(("expired", "revoked")) or (own and reader == "no token"):
        return {401}
    if not own:
        return {405, 404} if verb not in ("GET", "HEAD") else {200, 404}
    one = name in ("own:answer", "own:measure", "own:evidence", "own:submission")
    if reader == "foreign token" and one and name != "own:answer":
        # What is of another State is not there, whatever is asked of it.
        return {404, 405}
    submissions = name.startswith("own:submission")
    read_only = submissions or name == "own:answers"
    if reader == "read token":
        reads = verb in ("GET", "HEAD")
        if read_only:
            return {200} if reads else {405}
        return {200} if reads else {405} if verb == "OPTIONS" else {403}
    if reader == "write token" and submissions:
        return {403}
    if verb in ("GET", "HEAD"):
        return {200}
    writes = ("PUT", "PATCH") if one else ("POST",)
    if read_only or verb not in writes:
        return {405}
    # Nothing was sent: a change wants its version first, a new row its title.
    return {428} if one else {422}


@pytest.mark.security
def test_every_token_gets_what_the_matrix_says(
    country: Country,
    readers: dict[str, Client],
    record_property: Callable[[str, object], None],
) -> None:
    strange, number = [], 0
    for reader, client in readers.items():
        for name in API:
            path = country.address(name)
            for verb in VERBS:
                with transaction.atomic():
                    response = client.generic(
                        verb, path, "{}", content_type="application/json"
                    )
                    transaction.set_rollback(True)
                number += 1
                if response.status_code not in allowed(name, verb, reader):
                    strange.append(f"{reader} {verb} {name}: {response.status_code}")
    record_property("cells of the access matrix", number)

    assert strange == []


@pytest.mark.security
def test_no_token_gets_anything_by_overriding_the_verb(
    country: Country, readers: dict[str, Client]
) -> None:
    path = country.address("own:answer")
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        response = readers["write token"].get(path, headers={header: "PATCH"})
        assert response.status_code == 200
    posted = readers["write token"].post(f"{path}?_method=PATCH")
    assert posted.status_code in (400, 405)


# Scopes, and whether what the State sent, and its drafts, may be met with them.
TOLD = [
    ((Scope.READ_DRAFTS,), False, True),
    ((Scope.READ_SUBMISSIONS,), True, False),
    (WRITE, False, True),
    (tuple(Scope), True, True),
]


@pytest.mark.security
def test_a_token_meets_no_word_that_was_not_meant_for_it(db: None) -> None:
    canary = Canary()
    by = canary.users["focal_point NOR"]
    assert isinstance(by, User)
    public = canary.words.told_to(None, Visibility.PUBLIC)
    own = {
        word: what
        for word, (owner, _audience, what) in canary.words.given.items()
        if owner == "NOR"
    }
    drafts = {word for word, what in own.items() if what.startswith("draft")}
    # What people say to each other is in no answer of the API.
    talk = ("note", "name of", "question", "reason of", "law that", "reply", "removed")
    sent = {
        word
        for word, what in own.items()
        if word not in drafts and not what.startswith(talk)
    }
    for scopes, of_sent, of_drafts in TOLD:
        allowed = public | (sent if of_sent else set())
        allowed |= drafts if of_drafts else set()
        met = words_met(canary, machine(make_token(by, *scopes)[1]))
        assert canary.words.describe(met - allowed) == [], scopes
        # Or else nothing would have been looked at.
        assert bool(met & drafts) == of_drafts, scopes
        assert bool(met & sent - public) == of_sent, scopes


def words_met(canary: Canary, client: Client) -> set[str]:
    met: set[str] = set()
    for name in API:
        pattern = ADDRESSES[name].pattern
        wanted = [*pattern.converters, *pattern.regex.groupindex]
        for arguments in canary.arguments(name, wanted):
            path = reverse(name, kwargs=arguments)
            met |= set(WORD.findall(text_of(client.get(path))))
    return met & set(canary.words.given)


def test_every_address_of_the_api_is_in_the_matrix() -> None:
    assert set(API) == {n for n in ACCESS if n.startswith(("own:", "api:"))}
    assert settings.API_LIMITS == {}  # or else the matrix would be counted
