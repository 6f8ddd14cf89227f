"""The demonstration: the same each time, by the rules, and marked as invented."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model, QuerySet
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from recommendations.models import AnswerType, Practice, Question
from tests.factories import make_cycle, texts_of
from tracking.demonstration import PASSWORD, PEOPLE, CannotLoadError, load
from tracking.demonstration.pdf import pdf
from tracking.demonstration.phrases import TEXTS, markers, phrases
from tracking.models import (
    Assessment,
    AssessmentContent,
    Cycle,
    Evidence,
    EvidenceContent,
    EvidenceFile,
    Mailing,
    Measure,
    MeasureContent,
    Message,
    ReviewQuestion,
    Role,
    Stage,
    StageChange,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    Support,
    User,
    Visibility,
    announce,
    digest_of,
    document,
    missing,
    tasks_of,
)
from tracking.worker.mail import send_due

pytestmark = pytest.mark.django_db

# Enough for every stage and every language; a smaller one for loading again.
STATES, CYCLES = 12, 2
FEW = {"states": 3, "cycles": 2}

LANGUAGES = sorted(path.stem for path in TEXTS.glob("*.json"))
FREE_TEXTS: dict[type[Model], tuple[str, ...]] = {
    Assessment: texts_of(AssessmentContent),
    Measure: ("title", "authority", "description"),
    Evidence: ("title", "authority", "reference"),
    ReviewQuestion: ("text", "reply"),
    StageChange: ("note",),
}
FREE_TEXTS |= {
    SubmittedAssessment: FREE_TEXTS[Assessment],
    SubmittedMeasure: FREE_TEXTS[Measure],
    SubmittedEvidence: FREE_TEXTS[Evidence],
}


@pytest.fixture(scope="module")
def corpus(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """States and report, without a demonstration; all is undone after the module."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files, transaction.atomic():
        call_command("loaddata", "states", "recommendations", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.mark.xdist_group("demo")
class TestLoaded:
    """What a demonstration that was loaded once holds."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, corpus: None) -> Iterator[None]:
        with transaction.atomic():
            load(states=STATES, cycles=CYCLES)
            yield
            transaction.set_rollback(True)

    @pytest.mark.parametrize("stage", Stage)
    def test_has_submissions_in_every_stage(self, stage: Stage) -> None:
        assert Submission.objects.filter(stage=stage).exists()

    def test_has_a_later_accepted_submission_in_place_of_an_earlier_one(self) -> None:
        accepted = Submission.objects.filter(stage=Stage.ACCEPTED)

        assert accepted.exclude(pk__in=Submission.objects.counted()).exists()

    def test_has_questions_with_and_without_a_reply(self) -> None:
        returned = ReviewQuestion.objects.filter(submission__stage=Stage.RETURNED)

        assert returned.filter(reply="").exists()
        assert returned.exclude(reply="").exists()

    @pytest.mark.parametrize("status", [s for s in Status if s])
    def test_has_submitted_answers_of_every_status(self, status: Status) -> None:
        assert SubmittedAssessment.objects.filter(status=status).exists()

    @pytest.mark.parametrize("visibility", Visibility)
    @pytest.mark.parametrize(
        "model", [SubmittedAssessment, SubmittedMeasure, SubmittedEvidence]
    )
    def test_has_records_of_every_visibility(
        self, model: Any, visibility: Visibility
    ) -> None:
        assert model.objects.filter(shown_to=visibility).exists()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_answers_in_every_language(self, language: str) -> None:
        assert SubmittedAssessment.objects.filter(language=language).exists()

    def test_has_measures_that_serve_several_recommendations(self) -> None:
        assert any(m.recommendations.count() > 2 for m in Measure.objects.all())

    def test_has_an_explained_step_backwards(self) -> None:
        assert SubmittedAssessment.objects.exclude(change_reason="").exists()

    def test_has_the_european_union_and_a_voluntary_contribution(self) -> None:
        states = [submission.state for submission in Submission.objects.all()]

        assert "EUE" in [state.iso3 for state in states]
        assert not all(state.is_party for state in states)

    def test_has_drafts_that_lack_something(self) -> None:
        cycle = Cycle.objects.current()
        states = State.objects.filter(assessments__isnull=False).distinct()
        tasks = [task for state in states for task in tasks_of(state, cycle)]

        drafts = [task for task in tasks if task.assessment.ready_for != cycle]
        assert any(task.assessment.status and task.missing for task in drafts)
        assert not any(task.missing for task in tasks if task not in drafts)

    def test_every_submitted_answer_satisfies_the_rules(self) -> None:
        records = SubmittedAssessment.objects.select_related(
            "recommendation", "submission__cycle"
        ).prefetch_related(
            "recommendation__questions", "evidence", "measures__evidence"
        )
        counted = list(records.counted().order_by("submission__cycle__opens_on"))

        for record in records:
            support = support_of(record, counted)
            assert missing(record, record.recommendation, support) == [], record

    def test_every_digest_is_that_of_its_record(self) -> None:
        for submission in Submission.objects.all():
            assert digest_of(document(submission)) == submission.digest

    def test_nothing_happens_in_the_future_or_before_its_cycle(self) -> None:
        for change in StageChange.objects.select_related("submission__cycle"):
            cycle = change.submission.cycle
            assert change.at < timezone.now()
            assert cycle.opens_on <= timezone.localdate(change.at) <= cycle.closes_on

    @pytest.mark.parametrize("model", FREE_TEXTS)
    def test_every_free_text_says_that_it_is_invented(self, model: Any) -> None:
        known = tuple(f"{marker} " for marker in markers())
        for row in model.objects.values_list(*FREE_TEXTS[model]):
            for text in filter(None, row):
                assert text.startswith(known), text

    def test_every_line_of_an_answer_says_that_it_is_invented(self) -> None:
        lists = Question.objects.filter(answer_type=AnswerType.LIST)
        codes = set(lists.values_list("code", flat=True))
        known = tuple(f"{marker} " for marker in markers())
        lines = [
            line
            for answers in Assessment.objects.values_list("answers", flat=True)
            for code in codes & set(answers)
            for line in answers[code].splitlines()
        ]

        assert lines
        assert all(line.startswith(known) for line in lines)

    def test_links_lead_to_a_domain_that_belongs_to_nobody(self) -> None:
        for evidence in Evidence.objects.exclude(url=""):
            assert evidence.url.startswith("https://example.org/")
        for email in User.objects.values_list("email", flat=True):
            assert email.endswith(("@example.org", ".example.org"))

    def test_files_are_kept_as_received_and_say_that_they_are_invented(self) -> None:
        known = [marker.encode() for marker in markers()]
        kinds = set()
        for file in EvidenceFile.objects.all():
            with file.content.open() as opened:
                content = opened.read()
            kinds.add(file.content_type)
            assert len(content) == file.size
            assert any(marker in content for marker in known)

        assert kinds == {"application/pdf", "text/plain"}

    def test_people_of_every_role_can_sign_in(self) -> None:
        for person in PEOPLE:
            assert User.objects.get(email=person.email).check_password(PASSWORD)

    def test_nobody_else_can_sign_in(self) -> None:
        known = [person.email for person in PEOPLE]
        others = User.objects.exclude(email__in=known)

        assert others.exists()
        assert not any(user.has_usable_password() for user in others)

    def test_what_speakers_told_is_public_with_its_paragraph(self) -> None:
        told = Practice.objects.exclude(state_iso3="")

        assert told.exists()
        for practice in told:
            measure = SubmittedMeasure.objects.public().get(
                submission__state__iso3=practice.state_iso3,
                submission__cycle=Cycle.objects.current(),
                title__endswith=f"par. {practice.paragraph.number}",
            )
            assert practice.summary_fr in measure.description
            assert {r.recommendation for r in measure.assessments.all()} <= set(
                practice.recommendations.all()
            )
            assert measure.evidence.get().reference

    def test_the_last_cycle_is_open_and_every_one_says_what_it_is(self) -> None:
        cycle = Cycle.objects.current()

        assert cycle is not None
        assert cycle.days_left() > 0
        assert Cycle.objects.filter(demonstration=True).count() == CYCLES

    def test_focal_points_have_an_inbox_and_nobody_gets_a_mail(self) -> None:
        cycle = Cycle.objects.current()
        assert cycle is not None
        announce(cycle)  # as the worker does when it starts

        for person in PEOPLE:
            if person.role == Role.FOCAL_POINT:
                told = Message.objects.filter(user__email=person.email)
                assert {"opening", "acceptance"} <= {each.kind for each in told}
        assert send_due() == 0
        assert not Message.objects.exclude(mailing=Mailing.NONE).exists()

    def test_pages_carry_a_banner(self, client: Client) -> None:
        page = client.get("/en/account/login/").content.decode()

        assert "Demonstration:" in page

    def test_loading_again_changes_nothing_and_says_so(self) -> None:
        before = contents()
        out = StringIO()

        call_command("load_demo", stdout=out)

        assert "nothing was changed" in out.getvalue()
        assert contents() == before


def test_the_same_seed_tells_the_same(corpus: None) -> None:
    told = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            load(**FEW, seed=seed)
            told.append(contents())
            transaction.set_rollback(True)

    assert told[0] == told[1] != told[2]


def test_a_state_says_the_same_in_any_company(corpus: None) -> None:
    told = []
    for number in (1, 3):
        with transaction.atomic():
            load(states=number, cycles=2)
            told.append(contents(state__iso3="SEN"))
            transaction.set_rollback(True)

    assert told[0] == told[1]


def test_the_command_prints_what_it_loaded_and_who_can_sign_in(corpus: None) -> None:
    out = StringIO()

    call_command("load_demo", states=1, cycles=1, stdout=out)

    assert "1 States, 1 cycles" in out.getvalue()
    assert PASSWORD in out.getvalue()
    assert all(person.email in out.getvalue() for person in PEOPLE)


def test_production_refuses_it(corpus: None, settings: Settings) -> None:
    settings.EVALUATION = False

    with pytest.raises(CommandError, match="Refused"):
        call_command("load_demo")

    assert not Cycle.objects.exists()


def test_a_database_with_a_real_cycle_refuses_it(corpus: None) -> None:
    make_cycle("2026")

    with pytest.raises(CannotLoadError, match="real cycles"):
        load(**FEW)


@pytest.mark.parametrize("options", [{"states": 0}, {"cycles": 0}, {"cycles": 11}])
def test_nonsense_is_refused(corpus: None, options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="Ask for"):
        call_command("load_demo", **options)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence(language: str) -> None:
    def shape(texts: Any) -> Any:
        if isinstance(texts, dict):
            return {key: shape(value) for key, value in texts.items() if key != "told"}
        return type(texts)

    assert shape(phrases(language).texts) == shape(phrases("en").texts)
    assert len(set(phrases(language).texts["subjects"])) == 24


def test_a_pdf_says_where_its_parts_are() -> None:
    content = pdf(["Two (2) words"])

    table = int(content.split()[-2])
    assert content[table:].startswith(b"xref")
    for number, line in enumerate(content[table:].splitlines()[3:8], 1):
        assert content[int(line[:10]) :].startswith(b"%d 0 obj" % number)


def contents(**narrow: Any) -> list[Any]:
    """All that States wrote and sent, without primary keys."""

    def rows(found: QuerySet[Any], *columns: str) -> list[Any]:
        return list(found.order_by("pk").values_list(*columns))

    def copies(model: Any, content: Any) -> list[Any]:
        columns = [c for c in content.columns() if c != "file_id"]
        return rows(model.objects.filter(**narrow), *columns)

    def records(model: Any, content: Any) -> list[Any]:
        through = {f"submission__{key}": value for key, value in narrow.items()}
        columns = [c for c in content.columns() if c != "file_id"]
        found = rows(model.objects.filter(**through), "shown_to", *columns)
        return sorted(found, key=repr)  # one statement copies in no order

    return [
        rows(Submission.objects.filter(**narrow), "number", "stage", "submitted_at"),
        copies(Assessment, AssessmentContent),
        copies(Measure, MeasureContent),
        copies(Evidence, EvidenceContent),
        records(SubmittedAssessment, AssessmentContent),
        records(SubmittedMeasure, MeasureContent),
        records(SubmittedEvidence, EvidenceContent),
    ]


def support_of(
    record: SubmittedAssessment, counted: list[SubmittedAssessment]
) -> Support:
    """What stood behind a submitted answer; `counted` has all that count, by time."""
    submission = record.submission
    evidence = {
        item.pk: item.dated_on
        for item in [
            *record.evidence.all(),
            *(
                item
                for measure in record.measures.all()
                for item in measure.evidence.all()
            ),
        ]
        if item.dated_on and item.dated_on <= submission.submitted_at.date().isoformat()
    }
    before = [
        other.status
        for other in counted
        if other.submission.state_id == submission.state_id
        and other.recommendation_id == record.recommendation_id
        and other.submission.cycle.opens_on < submission.cycle.opens_on
    ]
    return Support(
        measures=len(record.measures.all()),
        evidence=len(evidence),
        latest_evidence=max(evidence.values(), default=""),
        previous_status=Status(before[-1]) if before else Status.NO_INFORMATION,
    )
