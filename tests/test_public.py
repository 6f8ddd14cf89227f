"""What everybody may read: exactly what a State made public, and nothing more."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from recommendations.models import Question, Recommendation
from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
)
from tracking.models import (
    Cycle,
    EvidenceFile,
    State,
    Status,
    SubmittedAssessment,
    SubmittedEvidence,
    User,
    Visibility,
    followed,
    show_to,
)
from tracking.public import figures, matrix

PRACTICE, MEASURE, EVIDENCE = "Said in practice.", "A measure told.", "Evidence shown."


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def publish(
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    visibility: Visibility = Visibility.PUBLIC,
    **fields: Any,
) -> SubmittedAssessment:
    """Accept an answer with a measure and evidence, all of one visibility."""
    assessment = make_ready_assessment(
        state, recommendation, cycle,
        **{"practice": PRACTICE, "language": "en", "visibility": visibility, **fields},
    )  # fmt: skip
    measure = make_measure(state, recommendation, title=MEASURE, visibility=visibility)
    make_evidence(state, measure, assessment, title=EVIDENCE, visibility=visibility)
    submission = make_accepted_submission(state, cycle)
    return submission.assessments.get(recommendation=recommendation)


def read(client: Client, name: str, *args: Any, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    return response.content.decode() if response.status_code == 200 else ""


PAGES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "overview": ("public:home", ()),
    "recommendation": ("public:recommendation", ("2019/1",)),
    "State": ("public:state", ("nor",)),
    "answer": ("public:answer", ("nor", "2019/1")),
    "measures": ("public:measures", ()),
}
# What a reader who may read the answer finds on each page.
OF_ONE_STATE = ("State", "answer")
TRACES = {
    "overview": [">Not started<td"],
    "recommendation": ["1 of 2 parties", MEASURE],
    "State": [PRACTICE, MEASURE, EVIDENCE],
    "answer": [PRACTICE, MEASURE, EVIDENCE],
    "measures": [MEASURE],
}
READERS = ("visitor", "stranger", "focal_point", "reviewer")
MAY_READ = {
    Visibility.PUBLIC: set(READERS),
    Visibility.PARTIES: {"stranger", "focal_point", "reviewer"},
    Visibility.SECRETARIAT: {"focal_point", "reviewer"},
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("visibility", Visibility)
def test_pages_show_what_the_reader_may_read(
    reader: str,
    visibility: Visibility,
    client: Client,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    request: pytest.FixtureRequest,
    focal_point: User,
    stranger: User,
) -> None:
    publish(state, recommendation, cycle, visibility)
    if reader != "visitor":
        client.force_login(request.getfixturevalue(reader))

    pages = {page: read(client, name, *args) for page, (name, args) in PAGES.items()}

    for page, text in pages.items():
        # Figures and lists are of what is public, whoever looks.
        may = (
            reader in MAY_READ[visibility]
            if page in OF_ONE_STATE
            else visibility == Visibility.PUBLIC
        )
        for trace in TRACES[page]:
            assert (trace in text) == may, (page, trace)


def test_a_page_without_anything_to_read_looks_like_none(
    client: Client, state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    publish(state, recommendation, cycle, Visibility.SECRETARIAT)

    hidden = client.get(reverse("public:answer", args=["nor", "2019/1"]))
    absent = client.get(reverse("public:answer", args=["nor", "2019/99"]))

    assert hidden.status_code == absent.status_code == 404


@pytest.mark.parametrize(
    "stage", ["submitted", "under review", "returned", "withdrawn"]
)
def test_only_what_was_accepted_is_shown(
    stage: str,
    client: Client,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    make_ready_assessment(
        state, recommendation, cycle, practice=PRACTICE, visibility="public"
    )
    submission = make_submission(state, cycle, by=focal_point)
    if stage != "submitted":
        submission.begin_review(by=reviewer)
    if stage == "returned":
        submission.send_back(by=reviewer, questions={recommendation: "Why?"})
    if stage == "withdrawn":
        submission.accept(by=reviewer)
        submission.withdraw(by=focal_point, reason="A mistake.")

    assert PRACTICE not in read(client, "public:state", "nor")
    assert not figures.read_statuses(cycle, list(followed(cycle)))


def test_narrowing_hides_at_once(
    client: Client,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    focal_point: User,
) -> None:
    record = publish(state, recommendation, cycle)
    show_to(record, Visibility.PARTIES, by=focal_point)

    text = read(client, "public:state", "nor")

    assert PRACTICE not in text
    assert MEASURE in text  # still public, but its tie to the answer is not
    assert "Serves:" not in text


def test_ties_to_hidden_answers_stay_hidden(
    client: Client, state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    make_ready_assessment(state, recommendation, cycle, visibility="secretariat")
    make_measure(state, recommendation, title=MEASURE, visibility="public")
    make_accepted_submission(state, cycle)

    assert MEASURE in read(client, "public:measures")
    assert "Serves:" not in read(client, "public:measures")
    assert MEASURE not in read(client, "public:measures", recommendation="1")
    assert MEASURE not in read(client, "public:recommendation", "2019/1")


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("visitor", False),
        ("stranger", False),
        ("focal_point", True),
        ("reviewer", True),
    ],
)
def test_answers_to_confidential_questions_stay_with_state_and_secretariat(
    reader: str,
    seen: bool,
    client: Client,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    focal_point: User,
    request: pytest.FixtureRequest,
) -> None:
    Question.objects.create(
        recommendation=recommendation,
        code="R01-Q2",
        position=2,
        answer_type="list",
        confidential=True,
        label_en="Which posts?",
    )
    publish(
        state, recommendation, cycle,
        answers={"R01-Q1": "partly", "R01-Q2": "The northern post"},
    )  # fmt: skip
    if reader != "visitor":
        client.force_login(request.getfixturevalue(reader))

    text = read(client, "public:answer", "nor", "2019/1")

    assert "Partly" in text
    assert ("The northern post" in text) == seen
    assert ("Which posts?" in text) == seen


def test_words_of_a_state_are_escaped(
    client: Client, state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    state.name_en = "<b>&Norway"
    state.save()
    publish(state, recommendation, cycle, practice="<script>alert(1)</script>")

    for name, args in PAGES.values():
        text = read(client, name, *args)
        assert "<script>alert" not in text
        assert "<b>&Norway" not in text


def test_state_page_lists_every_recommendation(client: Client, state: State) -> None:
    for number in (1, 2, 3):
        make_recommendation(number)

    text = read(client, "public:state", "nor")

    assert "This State has not yet published answers" in text
    assert all(f"{number}. Title {number}" in text for number in (1, 2, 3))


def test_an_earlier_cycle_can_be_read_and_says_so(
    client: Client, state: State, recommendation: Recommendation
) -> None:
    assessment = make_ready_assessment(
        state, recommendation, make_cycle("2025"), practice="Then.", visibility="public"
    )
    make_accepted_submission(state, Cycle.objects.get(code="2025"))
    assessment.ready_for = make_cycle("2026")
    assessment.practice = "Now."
    assessment.save()
    make_accepted_submission(state, Cycle.objects.get(code="2026"))

    for name, args in (PAGES["State"], PAGES["answer"]):
        assert "Now." in read(client, name, *args)
        earlier = read(client, name, *args, cycle="2025")
        assert "Then." in earlier
        assert "Now." not in earlier
        assert "This is an earlier cycle." in earlier


@pytest.mark.parametrize("code", ["1999", "\0", "2026\0"])
def test_an_unknown_cycle_is_no_page(client: Client, cycle: Cycle, code: str) -> None:
    assert client.get(reverse("public:home"), {"cycle": code}).status_code == 404


def test_a_cycle_that_has_not_opened_is_no_page(client: Client, cycle: Cycle) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make_cycle("2099", opens_on=tomorrow)

    assert client.get(reverse("public:home"), {"cycle": "2099"}).status_code == 404


def test_overview_without_any_cycle(client: Client, state: State) -> None:
    assert "No reporting cycle has opened yet." in read(client, "public:home")


# Figures ---------------------------------------------------------------------


def test_european_union_counts_as_a_party_and_not_as_a_state(
    client: Client, state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    union = make_state("EUE", entity_type="reio", regional_group="none")
    publish(union, recommendation, cycle)
    statuses = figures.read_statuses(cycle, list(followed(cycle)))
    parties = [state, union]

    groups = matrix.groups(parties, [recommendation], statuses)
    rows = figures.count_by_group(statuses, parties, recommendation)

    found = figures.overview(cycle, statuses, parties, [recommendation])
    assert (found.parties, found.states, found.publishing) == (2, 1, 1)
    assert [(group.states, group.answering) for group in groups] == [(1, 0), (1, 1)]
    assert [row.parties for row in rows] == [1]


def test_contributions_of_others_enter_no_figure(
    client: Client, state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    publish(make_state("COL", protocol_status="none"), recommendation, cycle)

    text = read(client, "public:home")

    assert figures.overview(
        cycle,
        figures.read_statuses(cycle, list(followed(cycle))),
        [state],
        [recommendation],
    ) == figures.Overview(1, 0, 0, 0, 1, 0, 0)
    assert "Voluntary contributions" in text
    assert "COL en" in text


@pytest.mark.parametrize(
    ("members", "published", "shown"), [(6, 4, False), (6, 5, True), (4, 4, True)]
)
def test_small_groups_show_no_distribution(
    members: int,
    published: int,
    shown: bool,
    recommendation: Recommendation,
) -> None:
    parties = [State(pk=pk, regional_group="WEOG") for pk in range(members)]
    statuses = {pk: {recommendation.pk: Status.PLANNED} for pk in range(published)}

    [row] = figures.count_by_group(statuses, parties, recommendation)

    assert row.published == published
    assert (row.counts is not None) == shown


def test_sections_count_every_party(
    state: State, other_state: State, recommendation: Recommendation, cycle: Cycle
) -> None:
    publish(state, recommendation, cycle)

    [row] = figures.count_by_section(
        figures.read_statuses(cycle, list(followed(cycle))),
        [state, other_state],
        [recommendation],
    )

    assert row.counts[Status.NOT_STARTED] == 1
    assert row.counts[Status.NO_INFORMATION] == 1
    assert row.total == 2


@pytest.mark.parametrize(
    ("published", "css"),
    [(0, "k0"), (1, "k1"), (8, "k1"), (9, "k2"), (16, "k2"), (17, "k3"), (23, "k3"),
     (24, "k4")],
)  # fmt: skip
def test_coverage_has_five_steps(published: int, css: str) -> None:
    assert matrix.coverage(published, 24) == css


# Lists -----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["egypte", "ÉGYPTE", "مصر", "egy", "Egipto"])
def test_a_state_is_found_by_any_of_its_names(
    client: Client, db: None, words: str
) -> None:
    make_state(
        "EGY",
        name_en="Egypt",
        name_fr="Égypte",
        name_ar="مصر",
        name_es="Egipto",
    )
    make_state("NOR", name_en="Norway")

    text = read(client, "public:states", q=words)

    assert "/states/egy/" in text
    assert "/states/nor/" not in text


def test_states_are_sorted_in_the_readers_language(client: Client, db: None) -> None:
    for iso3, name in (("ZMB", "Zambie"), ("EGY", "Égypte"), ("ESP", "Espagne")):
        make_state(iso3, name_fr=name)

    with translation.override("fr"):
        text = read(client, "public:states")

    places = [text.index(f"/states/{key}/") for key in ("egy", "esp", "zmb")]
    assert places == sorted(places)


# Files -----------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("visibility", Visibility)
def test_a_file_opens_for_those_who_may_read_it(
    reader: str,
    visibility: Visibility,
    client: Client,
    media: None,
    state: State,
    recommendation: Recommendation,
    cycle: Cycle,
    focal_point: User,
    request: pytest.FixtureRequest,
) -> None:
    file = EvidenceFile.keep(
        SimpleUploadedFile("décret.html", b"<script>alert(1)</script>"),
        state=state, by=focal_point, name="décret.html", content_type="text/html",
    )  # fmt: skip
    assessment = make_ready_assessment(state, recommendation, cycle)
    make_evidence(state, assessment, file=file, url="", visibility=visibility)
    make_accepted_submission(state, cycle)
    evidence = SubmittedEvidence.objects.get()
    if reader != "visitor":
        client.force_login(request.getfixturevalue(reader))

    url = reverse("public:evidence_file", args=["nor", evidence.pk])
    response = client.get(url)
    elsewhere = client.get(url.replace("/nor/", "/ita/"))

    assert elsewhere.status_code == 404
    if reader not in MAY_READ[visibility]:
        assert response.status_code == 404
        return
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    assert content == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert "sandbox" in response["Content-Security-Policy"]


# Work ------------------------------------------------------------------------

QUERIES = {
    "public:home": 8,
    "public:recommendation": 16,
    "public:states": 5,
    "public:state": 11,
    "public:answer": 12,
    "public:measures": 7,
    "public:help": 1,
}


@pytest.mark.parametrize("states", [1, 4])
def test_queries_do_not_grow_with_rows(
    states: int, client: Client, recommendation: Recommendation, cycle: Cycle
) -> None:
    second = make_recommendation(2)
    for iso3 in ("NOR", "ITA", "FRA", "ESP")[:states]:
        state = make_state(iso3)
        make_ready_assessment(state, second, cycle, visibility="public")
        for _number in range(states):
            measure = make_measure(state, second, visibility="public")
            make_evidence(state, measure, visibility="public")
        publish(state, recommendation, cycle)
    arguments: dict[str, tuple[Any, ...]] = {
        "public:recommendation": ("2019/1",),
        "public:state": ("nor",),
        "public:answer": ("nor", "2019/1"),
    }

    found = {}
    for page in QUERIES:
        url = reverse(page, args=arguments.get(page, ()))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found[page] = len(queries)

    assert found == QUERIES
