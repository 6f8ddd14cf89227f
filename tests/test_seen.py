"""What is seen beforehand is what is read afterwards, word for word."""

from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recommendations.models import Question, Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    Measure,
    Role,
    State,
    Status,
    User,
    Visibility,
    submit,
)

AUDIENCES = (Visibility.SECRETARIAT, Visibility.PARTIES, Visibility.PUBLIC)
VOID = {"input", "img", "br", "hr", "meta", "link", "col", "use", "path", "rect"}


class Words(HTMLParser):
    """Text inside elements of some classes, that of some others left out."""

    def __init__(self, inside: set[str], outside: set[str]) -> None:
        super().__init__()
        self.inside, self.outside = inside, outside
        self.open: list[tuple[bool, bool]] = [(False, False)]
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        names = {tag, *(dict(attrs).get("class") or "").split()}
        inside, outside = self.open[-1]
        self.open.append(
            (
                inside or bool(names & self.inside),
                outside or bool(names & self.outside),
            )
        )

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1] == (True, False):
            self.found += data.split()


def words(html: str, inside: set[str], outside: set[str] | None = None) -> str:
    parser = Words(inside, outside or set())
    parser.feed(html[html.index("<main") : html.index("</main>")])
    return " ".join(parser.found)


def real(client: Client, name: str, *place: Any) -> str:
    """Words of a public page: its heading and what it shows; empty without one."""
    response = client.get(reverse(name, args=place))
    if response.status_code == 404:
        return ""
    around = {"nav", "aside", "only-print", "session"}
    return words(response.content.decode(), {"ph", "stack-l"}, around)


def seen(client: Client, name: str, *place: Any, now: bool = False) -> str:
    """Words inside the frame of the page in the workspace."""
    response = client.get(reverse(name, args=place) + ("?now=yes" if now else ""))
    assert response.status_code == 200
    html = response.content.decode()
    end = html.find('id="would-be"')
    return words(html if end < 0 else html[:end] + "</main>", {"seen"}, {"apart"})


@pytest.fixture
def sent(state: State, cycle: Cycle, focal_point: User) -> list[Recommendation]:
    """A State with every visibility of answers, measures and evidence, tied."""
    everything = [make_recommendation(number) for number in range(1, 6)]
    for recommendation in everything:
        Question.objects.create(
            recommendation=recommendation,
            code=f"R{recommendation.number:02}-Q2",
            position=2,
            answer_type="list",
            confidential=True,
            label_en="In confidence?",
        )
    answers = []
    for recommendation, visibility in zip(everything, AUDIENCES, strict=False):
        number = recommendation.number
        answers.append(
            make_ready_assessment(
                state,
                recommendation,
                cycle,
                visibility=visibility,
                law=f"law {number} {visibility}",
                practice=f"practice {number}",
                position="accepted",
                position_note=f"position {number}",
                answers={f"R{number:02}-Q1": "partly", f"R{number:02}-Q2": "reserved"},
                assistance_need="needed",
                assistance_details=f"needs {number}",
                lead_institution=f"lead {number}",
                target_date="2027",
                language="en",
            )
        )
    # A draft that says more than it may be sent for, and one that was not begun.
    make_assessment(
        state,
        everything[3],
        status=Status.PLANNED,
        law="draft",
        visibility=Visibility.PUBLIC,
    )
    make_assessment(state, everything[4])
    measures = [
        make_measure(
            state,
            *everything,
            title=f"{visibility} measure",
            description="said",
            visibility=visibility,
        )
        for visibility in AUDIENCES
    ]
    make_measure(state, everything[3], title="of a draft only", visibility="public")
    hidden = make_measure(
        state, everything[0], title="public, of a hidden answer", visibility="public"
    )
    for visibility, backs in product(AUDIENCES, ("answers", "measures", "file")):
        file = (
            EvidenceFile.keep(
                SimpleUploadedFile("law.txt", b"Law"),
                state=state,
                by=focal_point,
                name="law.txt",
                content_type="text/plain",
            )
            if backs == "file"
            else None
        )
        make_evidence(
            state,
            *(answers if backs == "answers" else [hidden, *measures]),
            title=f"{visibility} evidence {backs}",
            visibility=visibility,
            file=file,
        )
    return everything


@pytest.fixture
def readers(other_state: State, reviewer: User) -> dict[Visibility, Client]:
    found = {audience: Client() for audience in AUDIENCES}
    found[Visibility.SECRETARIAT].force_login(reviewer)
    found[Visibility.PARTIES].force_login(make_user(Role.VIEWER, other_state))
    return found


@pytest.fixture
def own(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def pages(own: Client, state: State, sent: list[Recommendation]) -> dict[Any, str]:
    """Everything that is seen beforehand, by audience and recommendation."""
    found = {}
    for audience in AUDIENCES:
        found[audience, ""] = seen(own, "workspace:seen", state.key, audience)
        for each in sent:
            found[audience, each.key] = seen(
                own, "workspace:seen_answer", state.key, each.key, audience
            )
    return found


def differences(
    beforehand: dict[Any, str], readers: dict[Visibility, Client], state: State
) -> list[tuple[Any, str, str]]:
    strange = []
    for (audience, key), words_seen in beforehand.items():
        place = [state.key, key] if key else [state.key]
        name = "public:answer" if key else "public:state"
        afterwards = real(readers[audience], name, *place)
        if afterwards != words_seen and (
            afterwards or not words_seen.endswith("No published answer.")
        ):
            strange.append(((audience, key), words_seen, afterwards))
    return strange


def accept(state: State, cycle: Cycle, by: User, reviewer: User) -> None:
    submission = submit(state, cycle, by=by, consent=True)
    submission.begin_review(by=reviewer)
    submission.accept(by=reviewer)


def test_each_circle_of_readers_reads_what_was_seen(
    own: Client,
    readers: dict[Visibility, Client],
    state: State,
    cycle: Cycle,
    sent: list[Recommendation],
    focal_point: User,
    reviewer: User,
) -> None:
    beforehand = pages(own, state, sent)
    accept(state, cycle, focal_point, reviewer)

    assert differences(beforehand, readers, state) == []
    # Or else nothing would have been compared.
    assert "reserved" in beforehand[Visibility.SECRETARIAT, "2019/3"]
    assert "reserved" not in beforehand[Visibility.PARTIES, "2019/3"]
    assert "law 2 parties" in beforehand[Visibility.PARTIES, "2019/2"]
    assert beforehand[Visibility.PUBLIC, "2019/2"].endswith("No published answer.")
    assert "of a hidden answer" in beforehand[Visibility.PUBLIC, ""]


def test_so_it_is_after_earlier_cycles(
    own: Client,
    readers: dict[Visibility, Client],
    state: State,
    sent: list[Recommendation],
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    """What is shown no more goes back to the cycle before, and trends are told."""
    before = make_cycle("2025")
    answers = Assessment.objects.filter(state=state)
    answers.exclude(status="").update(visibility="public", ready_for=before)
    accept(state, before, focal_point, reviewer)
    for answer, visibility in zip(answers.order_by("pk"), AUDIENCES, strict=False):
        answers.filter(pk=answer.pk).update(visibility=visibility, ready_for=cycle)
    accept(state, cycle, focal_point, reviewer)
    answers.filter(recommendation=sent[2]).update(
        status=Status.OVERTAKEN, reason="Since then", law="Said anew"
    )
    answers.filter(recommendation=sent[1]).update(visibility="secretariat")
    beforehand = pages(own, state, sent)
    accept(state, cycle, focal_point, reviewer)

    assert differences(beforehand, readers, state) == []
    assert "law 2" in beforehand[Visibility.PUBLIC, "2019/2"]  # of the cycle before
    assert "changed since 2025" in beforehand[Visibility.PUBLIC, ""]


def test_when_all_is_taken_back_the_cycle_before_is_read_again(
    own: Client,
    readers: dict[Visibility, Client],
    state: State,
    sent: list[Recommendation],
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    before = make_cycle("2025")
    answers = Assessment.objects.filter(state=state, ready_for=cycle)
    answers.update(ready_for=before)
    accept(state, before, focal_point, reviewer)
    Assessment.objects.filter(ready_for=before).update(
        ready_for=cycle, visibility=Visibility.SECRETARIAT
    )
    for model in (Measure, Evidence):
        model.objects.filter(state=state).update(visibility=Visibility.SECRETARIAT)
    beforehand = pages(own, state, sent)
    accept(state, cycle, focal_point, reviewer)

    assert differences(beforehand, readers, state) == []
    assert "law 3" in beforehand[Visibility.PUBLIC, ""]


def test_what_they_read_now_is_shown_too(
    own: Client,
    readers: dict[Visibility, Client],
    state: State,
    sent: list[Recommendation],
    cycle: Cycle,
    focal_point: User,
    reviewer: User,
) -> None:
    accept(state, cycle, focal_point, reviewer)
    Assessment.objects.filter(recommendation=sent[2]).update(law="Said anew")

    for audience in AUDIENCES:
        place = [state.key, "2019/3"]
        now = seen(own, "workspace:seen_answer", *place, audience, now=True)
        page = seen(own, "workspace:seen", state.key, audience, now=True)

        assert now == real(readers[audience], "public:answer", *place)
        assert page == real(readers[audience], "public:state", state.key)
    html = own.get(reverse("workspace:seen", args=[state.key, "public"])).content
    assert "1 answer is not what they read now" in html.decode()


def test_without_anything_ready_they_go_on_reading_what_they_read(
    own: Client, state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_accepted_submission(state, cycle)
    Assessment.objects.update(ready_for=None, law="Said anew")
    place = [state.key, "2019/1", Visibility.PUBLIC]
    html = own.get(reverse("workspace:seen_answer", args=place)).content.decode()

    assert "nothing would be sent" in html
    assert "They read the same now." in html
    assert "Said anew" not in seen(own, "workspace:seen_answer", *place)


def test_a_draft_is_shown_as_it_would_read(
    own: Client, state: State, sent: list[Recommendation]
) -> None:
    address = reverse("workspace:seen_answer", args=[state.key, "2019/4", "public"])
    html = own.get(address).content.decode()

    assert "Not ready: it would not be sent." in html
    assert "If it were ready, they would read" in html
    assert "of a draft only" in html


def test_what_the_secretariat_alone_reads_stands_apart(
    own: Client, state: State, sent: list[Recommendation]
) -> None:
    place = [state.key, "2019/3"]
    for audience in AUDIENCES:
        address = reverse("workspace:seen_answer", args=[*place, audience])
        told = "needs 3" in own.get(address).content.decode()
        assert told == (audience == Visibility.SECRETARIAT)


def test_before_any_cycle_the_page_says_that_nothing_is_sent(
    own: Client, state: State, recommendation: Recommendation
) -> None:
    make_assessment(state, recommendation, status=Status.NOT_STARTED)
    for name, place in (("seen", []), ("seen_answer", ["2019/1"])):
        address = reverse(f"workspace:{name}", args=[state.key, *place, "public"])
        assert "nothing would be sent" in own.get(address).content.decode()


@pytest.mark.parametrize("audience", ["nobody", "contributor"])
def test_an_unknown_circle_of_readers_is_no_page(
    own: Client, state: State, recommendation: Recommendation, audience: str
) -> None:
    for place in ([state.key, audience], [state.key, "2019/1", audience]):
        name = "workspace:seen" if len(place) == 2 else "workspace:seen_answer"
        assert own.get(reverse(name, args=place)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(
    own: Client,
    state: State,
    cycle: Cycle,
    django_assert_num_queries: Any,
    rows: int,
) -> None:
    for number in range(1, rows + 1):
        recommendation = make_recommendation(number)
        answer = make_ready_assessment(
            state, recommendation, cycle, visibility="public"
        )
        measure = make_measure(state, recommendation, visibility="public")
        make_evidence(state, measure, answer, visibility="public")
    make_accepted_submission(state, cycle)
    for name, place, queries in (
        ("seen", [], STATE_QUERIES),
        ("seen_answer", ["2019/1"], ANSWER_QUERIES),
    ):
        address = reverse(f"workspace:{name}", args=[state.key, *place, "parties"])
        own.get(address)
        with django_assert_num_queries(queries):
            own.get(address)


STATE_QUERIES = 27
ANSWER_QUERIES = 23


def test_another_state_never_sees_it(
    readers: dict[Visibility, Client], state: State, recommendation: Recommendation
) -> None:
    make_state("AND")
    for client in list(readers.values())[:2]:
        for place in ([state.key, "public"], [state.key, "2019/1", "public"]):
            name = "workspace:seen" if len(place) == 2 else "workspace:seen_answer"
            assert client.get(reverse(name, args=place)).status_code == 404


def test_a_file_opens_from_where_it_is(
    own: Client,
    state: State,
    cycle: Cycle,
    sent: list[Recommendation],
    focal_point: User,
    reviewer: User,
) -> None:
    """Of the working copy until it is accepted, of the record afterwards."""
    address = reverse("workspace:seen_answer", args=[state.key, "2019/3", "public"])
    copy, record = "/file/", f"/states/{state.key}/evidence/"
    beforehand = own.get(address).content.decode()
    assert copy in beforehand
    assert record not in beforehand

    accept(state, cycle, focal_point, reviewer)
    Assessment.objects.update(ready_for=None)
    afterwards = own.get(f"{address}?now=yes").content.decode()
    assert record in afterwards
    assert copy not in afterwards

    # What is read stands above what would be, each with ids of its own.
    both = own.get(address).content.decode()
    assert record in both
    assert copy in both
    ids = [part.split('"')[0] for part in both.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
