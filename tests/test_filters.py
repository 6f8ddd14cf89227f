"""One filter per list: what it takes, what it refuses, what it must not tell."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override

from recommendations.models import Theme
from tests.factories import (
    make_accepted_submission,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
)
from tracking.filters import (
    EvidenceFilter,
    ListFilter,
    MeasureFilter,
    RecordFilter,
    Reporter,
    ReportingFilter,
    StateFilter,
    UnreportedFilter,
    by_state_name,
)
from tracking.models import (
    Cycle,
    Position,
    State,
    Status,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
    followed,
)


def ask(kind: type[ListFilter], query: str, rows: Any, **options: Any) -> ListFilter:
    return kind(QueryDict(query), rows, **options)


@pytest.fixture
def answers(state: State, other_state: State, cycle: Cycle) -> Any:
    """Norway: 1 planned, 2 fully; Italy: 1 not started."""
    first, second = make_recommendation(1), make_recommendation(2)
    make_ready_assessment(
        state,
        first,
        cycle,
        status=Status.PLANNED,
        target_date="2030",
        lead_institution="Ministry",
        position=Position.ACCEPTED,
        practice="Les réseaux d’experts se réunissent.",
    )
    make_ready_assessment(state, second, cycle, status=Status.NOT_STARTED)
    make_ready_assessment(other_state, first, cycle)
    make_accepted_submission(state, cycle)
    make_accepted_submission(other_state, cycle)
    return SubmittedAssessment.objects.counted()


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("cycle=2026", 3),
        ("state=nor", 2),
        ("state=NOR", 2),
        ("recommendation=1", 2),
        ("section=A", 3),
        ("group=WEOG", 3),
        ("group=GRULAC", 0),
        ("status=planned", 1),
        ("status=planned&status=not_started", 3),
        ("position=accepted", 1),
        ("reporter=states_parties", 3),
        ("reporter=others", 0),
        ("q=reseaux", 1),
        ("q=RÉSEAU", 1),
        ("state=nor&recommendation=2", 1),
    ],
)
def test_answers_are_narrowed(answers: Any, query: str, number: int) -> None:
    assert ask(RecordFilter, query, answers).qs.count() == number


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "status__in=planned",
        "status=fully",
        "cycle=1999",
        "recommendation=99999999999999999999",
        "state=zzz",
        "q=a",
        f"q={'a' * 201}",
        "q=a%00b",
    ],
)
def test_what_is_not_understood_finds_nothing(answers: Any, query: str) -> None:
    found = ask(RecordFilter, query, answers)

    assert found.form.errors
    assert not found.qs.exists()


def test_parameters_of_a_page_are_known(answers: Any) -> None:
    assert not ask(RecordFilter, "page=2", answers).form.errors
    assert ask(RecordFilter, "page=2", answers, also=()).form.errors


def test_theme_is_a_filter(answers: Any, cycle: Cycle) -> None:
    theme = Theme.objects.create(
        code="borders", position=1, label_en="Borders", label_fr="Frontières"
    )
    recommendation = followed().get(number=2)
    recommendation.theme_links.create(theme=theme, position=1)

    assert ask(RecordFilter, "theme=borders", answers).qs.count() == 1


def test_what_was_asked_is_said_in_words(answers: Any) -> None:
    found = ask(RecordFilter, "status=planned&state=nor", answers)

    with override("en"):
        assert [(each.name, each.words) for each in found.asked] == [
            ("state", "NOR en"),
            ("status", "Planned"),
        ]


def test_a_tie_to_a_hidden_answer_finds_nothing(
    state: State, cycle: Cycle, reviewer: User, stranger: User
) -> None:
    public, hidden = make_recommendation(1), make_recommendation(2)
    make_ready_assessment(state, public, cycle, visibility=Visibility.PUBLIC)
    answer = make_ready_assessment(state, hidden, cycle)
    measure = make_measure(state, public, hidden, visibility=Visibility.PUBLIC)
    make_evidence(state, measure, answer, visibility=Visibility.PUBLIC)
    make_accepted_submission(state, cycle)
    lists: list[tuple[type[ListFilter], Any]] = [
        (MeasureFilter, SubmittedMeasure.objects),
        (EvidenceFilter, SubmittedEvidence.objects),
    ]

    for kind, records in lists:
        rows = records.counted().visible_to(reviewer)
        assert ask(kind, "recommendation=1", rows).qs.count() == 1
        assert ask(kind, "recommendation=2", rows).qs.count() == 0
        assert ask(kind, "recommendation=2", rows, user=stranger).qs.count() == 0
        assert ask(kind, "recommendation=2", rows, user=reviewer).qs.count() == 1


def test_the_european_union_is_a_party_and_no_state(db: None) -> None:
    make_state("NOR")
    make_state("EUE", entity_type="reio")
    make_state("ZZZ", protocol_status="none")
    states = State.objects.all()

    found = {
        reporter: [
            state.iso3 for state in ask(StateFilter, f"reporter={reporter}", states).qs
        ]
        for reporter in Reporter.values
    }

    assert found == {
        "states_parties": ["NOR"],
        "organizations": ["EUE"],
        "others": ["ZZZ"],
    }


def test_states_are_found_by_any_of_their_names(db: None) -> None:
    make_state("CIV", name_fr="Côte d’Ivoire")
    make_state("NOR")

    assert [s.iso3 for s in ask(StateFilter, "q=cote", State.objects.all()).qs] == [
        "CIV"
    ]


def test_states_are_in_the_order_of_the_reader(db: None) -> None:
    for iso3, french in [("EGY", "Égypte"), ("ERI", "Érythrée"), ("ESP", "Espagne")]:
        make_state(iso3, name_fr=french)

    with override("fr"):
        names = [state.name_fr for state in State.objects.order_by(by_state_name())]

    assert names == ["Égypte", "Érythrée", "Espagne"]


def test_reporting_knows_what_was_sent_last(
    state: State, other_state: State, cycle: Cycle
) -> None:
    make_accepted_submission(state, cycle)
    make_submission(state, cycle)
    recalled = make_submission(other_state, cycle)
    recalled.recall(by=recalled.submitted_by)
    states = State.objects.all()

    def named(query: str, kind: type[ListFilter] = ReportingFilter) -> list[str]:
        return [each.iso3 for each in ask(kind, query, states).qs]

    assert named("stage=submitted") == ["NOR"]
    assert named("stage=accepted") == []
    assert named("stage=none") == ["ITA"]
    assert named("stage=sent") == ["NOR"]


def test_unreported_lists_what_no_answer_counts_for(
    answers: Any, reviewer: User
) -> None:
    found = ask(UnreportedFilter, "", State.objects.all(), user=reviewer)
    first = ask(
        UnreportedFilter, "recommendation=1", State.objects.all(), user=reviewer
    )

    assert [(state.iso3, state.unreported) for state in found.qs] == [
        ("ITA", ["2019/2"])
    ]
    assert found.count_answers() == 1  # type: ignore[attr-defined]
    assert not first.qs.exists()


def test_an_unknown_parameter_is_refused_everywhere(
    client: Client, reviewer: User, cycle: Cycle
) -> None:
    client.force_login(reviewer)

    codes = {
        address: client.get(address).status_code
        for address in (
            "/en/desk/?colour=red",
            "/en/desk/answers/?colour=red",
            "/en/data/answers.csv?colour=red",
            "/api/v1/answers/?colour=red",
            "/api/v1/cycles/?colour=red",
            "/api/v1/cycles/2026/?colour=red",
        )
    }

    assert list(codes.values()) == [422, 422, 400, 400, 400, 400]
