"""Who gets which page: every address × every kind of reader.

A new address without a row in `access.py` fails. 302 leads to the sign-in (or, for
a home page, to one's own); 404 is that of something that does not exist; 405 is an
address that only takes what a form sends, so it has a second row, in POSTED.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from config.addresses import sealed
from recommendations.models import Recommendation, Relation
from tests.access import ACCESS, POSTED, READERS
from tests.factories import (
    analyze,
    make_accepted_submission,
    make_assignment,
    make_cycle,
    make_emergency_reading,
    make_evidence,
    make_measure,
    make_note,
    make_ready_assessment,
    make_submission,
    make_token,
    make_unsaved,
    make_user,
)
from tracking.models import (
    Assignment,
    EvidenceFile,
    Message,
    Note,
    Prepared,
    Proposal,
    Role,
    State,
    SubmittedEvidence,
    SubmittedMeasure,
    Token,
    UnsavedWork,
    User,
    Visibility,
    followed,
)


def names(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every named address, with its namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            yield from names(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


ADDRESSES = dict(names(get_resolver().url_patterns))


class Country:
    """Norway with everything an address can name, on the real corpus."""

    def __init__(self) -> None:
        call_command("loaddata", "states", "recommendations", "participations", "-v0")
        self.state = State.objects.get(iso3="NOR")
        other = State.objects.get(iso3="ITA")
        self.users: dict[str, User | AnonymousUser] = {
            "visitor": AnonymousUser(),
            "stranger": make_user(Role.FOCAL_POINT, other),
            "viewer": make_user(Role.VIEWER, self.state),
            "contributor": make_user(Role.CONTRIBUTOR, self.state),
            "focal_point": make_user(Role.FOCAL_POINT, self.state),
            "reviewer": make_user(Role.REVIEWER),
        }
        Relation.objects.create(
            recommendation=Recommendation.objects.get(key="2019/2"),
            kind=Relation.Kind.UPDATES,
            earlier=Recommendation.objects.get(key="2019/1"),
            source="test",
            dated="2021-10-20",
        )
        self.report()
        analyze()

    def report(self) -> None:
        """Report once, accepted and public, and once more, returned."""
        focal_point, reviewer = self.users["focal_point"], self.users["reviewer"]
        assert isinstance(focal_point, User)
        assert isinstance(reviewer, User)
        self.cycle = make_cycle()
        recommendation = followed().get(number=1)
        public = {"visibility": Visibility.PUBLIC}
        answer = make_ready_assessment(self.state, recommendation, self.cycle, **public)
        self.measure = make_measure(self.state, recommendation, **public)
        file = EvidenceFile.keep(
            SimpleUploadedFile("law.txt", b"Law"),
            state=self.state,
            by=focal_point,
            name="law.txt",
            content_type="text/plain",
        )
        self.evidence = make_evidence(
            self.state, self.measure, answer, file=file, **public
        )
        make_unsaved(focal_point, answer)
        make_token(focal_point)
        make_emergency_reading(self.state)
        for removed in (False, True):
            note = make_note(answer, focal_point)
            if removed:
                note.remove()
        contributor = self.users["contributor"]
        assert isinstance(contributor, User)
        make_assignment(answer, contributor, by=focal_point)
        Proposal.objects.propose(
            state=self.state,
            recommendation=recommendation,
            by=contributor,
            view="workspace:add_evidence",
            arguments={"iso3": self.state.key, "place": "2019/1"},
            payload={"title": ["Law"]},
            file=file,
        )
        self.accepted = make_accepted_submission(
            self.state, self.cycle, reviewer=reviewer
        )
        Prepared.objects.prepare_sending(
            self.state,
            self.cycle,
            {},
            by=make_user(Role.ALTERNATE, self.state),
            consent=True,
        )
        returned = make_submission(self.state, self.cycle)
        returned.begin_review(by=reviewer)
        returned.send_back(by=reviewer, questions={recommendation: "Why?"})

    def key(self, name: str) -> Any:
        """Primary key of the thing that the address `name` shows."""
        if name.startswith(("admin:recommendations_", "admin:tracking_")):
            app_label, model = name.removeprefix("admin:").split("_")[:2]
            first = apps.get_model(app_label, model).objects.first()
            return first.pk if first else 1
        focal_point = self.users["focal_point"]
        assert isinstance(focal_point, User)
        rows: dict[str, Any] = {
            "public:evidence_file": SubmittedEvidence.objects,
            "api:evidence": SubmittedEvidence.objects,
            "api:measure": SubmittedMeasure.objects,
            "inbox:open": Message.objects.filter(user=focal_point),
            "proposal": Proposal.objects,
            "_prepared": Prepared.objects,
            "take_back": Assignment.objects,
            "revoke_token": Token.objects,
            "remove_note": Note.objects.present(),
            "restore_note": Note.objects.removed_by(focal_point),
            "unsaved": UnsavedWork.objects,
            "discard": UnsavedWork.objects,
            "version": self.state.measures,
            "bring_back": self.state.measures,
            "measure": self.state.measures,
            "evidence": self.state.evidence,
            "answer": self.accepted.assessments,
            # Those of whom a focal point may say that they leave.
            "people": self.state.nominations.filter(role=Role.VIEWER),
        }
        found = (rows[mark] for mark in rows if mark in name)
        return next((each.earliest("pk").pk for each in found), 1)

    def arguments(self, name: str) -> dict[str, Any]:
        """What stands in the address `name` of this State's things."""
        values = {
            "iso3": self.state.key,
            "number": 1,
            "place": "2019/1",
            "slug": "2019",
            "kind": "measure",
            "audience": "parties",
            "version": 1,
            "cycle": self.cycle.code,
            "code": self.cycle.code,
            "uidb36": "1",
            "key": "set-password",
            "token": "confirm",
            "url": "none",
            "path": "none",
            "app_label": "tracking",
            "content_type_id": 1,
            "submission": self.accepted.pk,
            "evidence": SubmittedEvidence.objects.get(submission=self.accepted).pk,
            "pk": self.key(name) if not name.endswith("autocomplete") else 1,
        }
        values["object_id"] = values["pk"]
        if name.startswith("api:"):
            values["pk"] = sealed(int(values["pk"]))
        pattern = ADDRESSES[name].pattern
        wanted = [*pattern.converters, *pattern.regex.groupindex]
        return {key: values[key] for key in wanted if key in values}

    def address(self, name: str) -> str:
        """The address `name`, of this State's things."""
        with translation.override("en"):
            return reverse(name, kwargs=self.arguments(name))

    def client(self, reader: str) -> Client:
        client = Client()
        user = self.users[reader]
        if isinstance(user, User):
            client.force_login(user)
        return client


@pytest.fixture
def country(db: None) -> Country:
    return Country()


def test_every_address_has_a_row() -> None:
    assert set(ADDRESSES) == set(ACCESS)


def test_every_address_that_only_takes_forms_has_a_second_row() -> None:
    assert {name for name, codes in ACCESS.items() if 405 in codes} == set(POSTED)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gets_what_the_table_says(country: Country, reader: str) -> None:
    place = READERS.index(reader)
    client = country.client(reader)
    strange = []
    for method, table in ((client.get, ACCESS), (client.post, POSTED)):
        for name, codes in table.items():
            with transaction.atomic():
                response: Any = method(country.address(name))
                for close in response._resource_closers:  # files that were sent
                    close()
                transaction.set_rollback(True)  # so that no row depends on another
            if response.status_code != codes[place]:
                strange.append(f"{name}: {response.status_code}, not {codes[place]}")

    assert strange == []
