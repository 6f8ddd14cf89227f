"""Plain functions that write the smallest valid row; a test names what matters."""

import datetime
from itertools import count
from typing import Any

from django.db import connection
from django.db.models import CharField, Model, TextField
from django.utils import timezone

from recommendations.models import (
    Meeting,
    Question,
    Recommendation,
    RecommendationText,
    Section,
)
from tracking.models import (
    Assessment,
    Assignment,
    Cycle,
    EmergencyReading,
    Evidence,
    EvidenceKind,
    Hiding,
    Measure,
    MeasureKind,
    Note,
    Proposal,
    Role,
    Scope,
    State,
    Status,
    Submission,
    Token,
    UnsavedWork,
    User,
    Visibility,
    Words,
    Writing,
    followed,
    submit,
)

PASSWORD = "un mot de passe assez long"
LANGUAGE_CODES = ("ar", "zh", "en", "fr", "ru", "es")
_numbers = count(1)


PLANNED, UNFOLLOWED = "planned", "2021-vienna"


def analyze() -> None:
    """Tell the database how many rows a test has made.

    Once its tables were looked through while they were empty, it joins as for one row.
    Before PostgreSQL 17 this does nothing: only their owner may.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass",
            [State._meta.db_table],
        )
        (counted,) = cursor.fetchone()
    # Or else nothing was counted, and nobody would see.
    assert counted > 0 or connection.pg_version < 170_000  # type: ignore[attr-defined]


def make_state(iso3: str = "NOR", **fields: Any) -> State:
    names = {f"name_{code}": f"{iso3} {code}" for code in LANGUAGE_CODES}
    return State.objects.create(
        **{
            "iso2": f"{next(_numbers):02x}"[-2:],
            "iso3": iso3,
            **names,
            "entity_type": "un_member",
            "regional_group": "WEOG",
            "protocol_status": "party",
            "protocol_status_source": "test",
            **fields,
        }
    )


def make_user(role: Role, state: State | None = None, **fields: Any) -> User:
    """Somebody in office, by a nomination that nobody had to propose.

    Without `is_active`, the nomination has ended.
    """
    number = next(_numbers)
    user = User.objects.create_user(
        **{
            "email": f"{role}{number}@example.org",
            "name": f"{role} {number}",
            "role": role,
            "state": state,
            "password": PASSWORD,
            **fields,
        }
    )
    user.name_without_proposal()
    if not user.is_active:
        user.nominations.update(ended_at=timezone.now())
    return user


def make_meeting(**fields: Any) -> Meeting:
    """The meeting on which States report; with it, a report that nobody follows."""
    meeting, created = Meeting.objects.get_or_create(
        code="2019-vienna",
        defaults={
            "body": "Groupe de travail",
            "year": 2019,
            "ordinal": 6,
            "starts_on": datetime.date(2019, 9, 11),
            "ends_on": datetime.date(2019, 9, 13),
            "place": "Vienne",
            "chair": "Présidente",
            "chair_state_name": "Italie",
            "sittings": 5,
            "language": "fr",
            **fields,
        },
    )
    if created:
        for cycle in Cycle.objects.all() or [make_planned_cycle()]:
            cycle.meetings.add(meeting)
        make_unfollowed_meeting(meeting)
    return meeting


def make_planned_cycle() -> Cycle:
    """A cycle that is far away: what it asks can be written already."""
    opens_on = timezone.localdate() + datetime.timedelta(days=3650)
    return Cycle.objects.create(
        code=PLANNED,
        name=PLANNED,
        opens_on=opens_on,
        closes_on=opens_on + datetime.timedelta(days=90),
    )


def make_unfollowed_meeting(followed: Meeting) -> None:
    """Another report beside `followed`, with the same numbers: readable, no more.

    It stands beside every test, so that no page can forget to ask which meeting.
    """
    other = Meeting.objects.get(pk=followed.pk)
    other.pk, other.code, other.ordinal = None, UNFOLLOWED, 8
    other.year, other.slug = 2021, ""
    other.save(force_insert=True)
    section = Section.objects.create(
        meeting=other, letter="A", position=1, title="Autres"
    )
    rows = Recommendation.objects.bulk_create(
        Recommendation(
            meeting=other,
            section=section,
            number=number,
            modality="should",
            wording="devraient",
            short_title_en=f"Unfollowed {number}",
            short_title_fr=f"Non suivie {number}",
        )
        for number in (1, 2, 3)
    )
    RecommendationText.objects.bulk_create(
        RecommendationText(
            recommendation=row,
            language="fr",
            text="Les États ne suivent pas ce texte.",
            source="test",
        )
        for row in rows
    )


def make_recommendation(number: int = 1, **fields: Any) -> Recommendation:
    """A recommendation with one key question, RNN-Q1, answered yes, partly or no."""
    meeting = make_meeting()
    section, _created = Section.objects.get_or_create(
        meeting=meeting, letter="A", defaults={"position": 1, "title": "Générales"}
    )
    recommendation = Recommendation.objects.create(
        **{
            "meeting": meeting,
            "section": section,
            "number": number,
            "modality": "should",
            "wording": "devraient",
            "short_title_en": f"Title {number}",
            "short_title_fr": f"Titre {number}",
            **fields,
        }
    )
    RecommendationText.objects.create(
        recommendation=recommendation,
        language="fr",
        text=f"Les États parties devraient agir ({number}).",
        source="test",
    )
    Question.objects.create(
        recommendation=recommendation,
        code=f"R{number:02}-Q1",
        position=1,
        answer_type="yes_partly_no",
        is_key=True,
        label_en=f"Key question {number}?",
        label_fr=f"Question clé {number} ?",
    )
    return recommendation


def make_cycle(code: str = "2026", **fields: Any) -> Cycle:
    """A cycle on the meetings that are followed; no other is planned any more."""
    today = timezone.localdate()
    Cycle.objects.filter(code=PLANNED).delete()
    cycle = Cycle.objects.create(
        **{
            "code": code,
            "name": code,
            "opens_on": today - datetime.timedelta(days=30 * (2027 - int(code))),
            "closes_on": today + datetime.timedelta(days=60),
            **fields,
        }
    )
    cycle.meetings.set(Meeting.objects.exclude(code=UNFOLLOWED))
    return cycle


def texts_of(content: type[Model]) -> tuple[str, ...]:
    """Columns in which a person writes freely, read from the model itself."""
    return tuple(
        column.name
        for column in content._meta.local_fields
        if type(column) in (TextField, CharField) and not column.choices
    )


def make_assessment(
    state: State, recommendation: Recommendation, **fields: Any
) -> Assessment:
    return Assessment.objects.create(
        state=state, recommendation=recommendation, **fields
    )


def make_ready_assessment(
    state: State, recommendation: Recommendation, cycle: Cycle, **fields: Any
) -> Assessment:
    """An answer that can be submitted for `cycle`: not started, nothing missing."""
    return make_assessment(
        state,
        recommendation,
        **{"status": Status.NOT_STARTED, "ready_for": cycle, **fields},
    )


def make_measure(
    state: State, *recommendations: Recommendation, **fields: Any
) -> Measure:
    measure = Measure.objects.create(
        **{
            "state": state,
            "title": f"Measure {next(_numbers)}",
            "kind": MeasureKind.LAW,
            **fields,
        }
    )
    measure.recommendations.set(recommendations)
    return measure


def make_evidence(
    state: State, *backs: Measure | Assessment, **fields: Any
) -> Evidence:
    evidence = Evidence.objects.create(
        **{
            "state": state,
            "title": f"Evidence {next(_numbers)}",
            "kind": EvidenceKind.LAW,
            "url": "https://example.org/law",
            "dated_on": "2020",
            **fields,
        }
    )
    for item in backs:
        if isinstance(item, Measure):
            evidence.measures.add(item)
        else:
            evidence.assessments.add(item)
    return evidence


def make_submission(
    state: State, cycle: Cycle, *, by: User | None = None, consent: bool = True
) -> Submission:
    """Submit what is ready; without anything ready, one public answer is made so."""
    if not Assessment.objects.filter(state=state, ready_for=cycle).exists():
        recommendation = followed(cycle).first() or make_recommendation()
        Assessment.objects.update_or_create(
            state=state,
            recommendation=recommendation,
            defaults={
                "status": Status.NOT_STARTED,
                "ready_for": cycle,
                "visibility": Visibility.PUBLIC,
            },
        )
    by = by or state.users.first() or make_user(Role.FOCAL_POINT, state)
    return submit(state, cycle, by=by, consent=consent)


def make_accepted_submission(
    state: State, cycle: Cycle, *, reviewer: User | None = None, **fields: Any
) -> Submission:
    submission = make_submission(state, cycle, **fields)
    reviewer = reviewer or make_user(Role.REVIEWER)
    submission.begin_review(by=reviewer)
    submission.accept(by=reviewer)
    return submission


def make_hiding(submission: Submission, *, reason: str = "Names a person") -> Hiding:
    """A hiding in force, by two persons of the secretariat."""
    hiding = Hiding.objects.propose(
        submission, by=make_user(Role.REVIEWER), reason=reason
    )
    hiding.confirm(by=make_user(Role.ADMINISTRATOR))
    return hiding


def make_emergency_reading(
    state: State, *, by: User | None = None, reason: str = "An emergency"
) -> EmergencyReading:
    """An emergency reading in force, asked for by an administrator."""
    by = by or make_user(Role.ADMINISTRATOR)
    reading = EmergencyReading.objects.ask(state, by=by, reason=reason)
    reading.confirm(by=make_user(Role.ADMINISTRATOR))
    return reading


def make_unsaved(user: User, answer: Assessment, **payload: list[str]) -> UnsavedWork:
    """A draft of this user on the form of an answer."""
    place = {"iso3": answer.state.key, "place": answer.recommendation.key}
    words = Words("workspace:assessment", place, payload, sequence=1)
    return UnsavedWork.objects.keep(Writing.new(user), words)


def make_assignment(answer: Assessment, to: User, **fields: Any) -> Assignment:
    """A recommendation given to `to` by somebody of the same State."""
    by = fields.pop("by", None) or make_user(Role.ALTERNATE, answer.state)
    return Assignment.objects.assign(answer, to=to, by=by, **fields)


def make_proposal(
    by: User, answer: Assessment, *, ready: bool = False, **payload: list[str]
) -> Proposal:
    """What `by` proposes for an answer that said nothing when it was opened."""
    place = {"iso3": answer.state.key, "place": answer.recommendation.key}
    return Proposal.objects.propose(
        state=answer.state,
        recommendation=answer.recommendation,
        by=by,
        view="workspace:assessment",
        arguments=place,
        payload=payload,
        version=answer.version,
        ready=ready,
    )


def make_note(answer: Assessment, by: User, text: str = "A note") -> Note:
    return Note.objects.create(state=answer.state, assessment=answer, text=text, by=by)


def make_token(by: User, *scopes: Scope, **fields: Any) -> tuple[Token, str]:
    """A token of this person's State, with its secret; without scopes, it may all."""
    assert by.state is not None
    label = fields.pop("label", "Register of the ministry")
    token, secret = Token.objects.make(
        by.state,
        label=label,
        scopes=list(scopes or Scope),
        expires_at=timezone.now() + datetime.timedelta(days=90),
        by=by,
    )
    if fields:
        Token.objects.filter(pk=token.pk).update(**fields)
        token.refresh_from_db()
    return token, secret
