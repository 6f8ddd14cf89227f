"""Acting out the stories: one State, one cycle after the other."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from recommendations.models import Practice
from tracking.demonstration.answers import Voice, next_status, write
from tracking.demonstration.library import Library
from tracking.demonstration.stories import Act, Story
from tracking.models import (
    Assessment,
    Cycle,
    State,
    Status,
    Submission,
    User,
    submit,
)

# A continuous recommendation must have been verified in the last 24 months, seen
# from today: what was verified for an older cycle would no longer pass.
OLD_DAYS = 18 * 30
COLUMNS = [
    column.name
    for column in Assessment._meta.concrete_fields
    if not column.primary_key and column.name not in ("state", "recommendation")
]
# What a draft still lacks, by status.
LACKING = {
    Status.PLANNED: "target_date",
    Status.IN_PROGRESS: "practice",
    Status.FULLY_IMPLEMENTED: "completed_on",
    Status.CONSIDERED_NOT_PURSUED: "decided_by",
    Status.OVERTAKEN: "reason",
    Status.NOT_APPLICABLE: "reason",
}


@dataclass
class Teller:
    """A State, its people and its words, through the cycles.

    `coverage` is the share of recommendations it reports on, from 0 to 1.
    """

    state: State
    voice: Voice
    library: Library
    focal_point: User
    writers: list[User]
    reviewers: list[User]
    practices: list[Practice]
    coverage: float
    assessments: list[Assessment]
    told: bool = field(default=False, init=False)

    def tell(
        self, story: Story, cycle: Cycle, moments: Iterator[datetime.datetime]
    ) -> None:
        """Act out one cycle; each act takes the next moment."""
        submission: Submission | None = None
        for act in story:
            at = next(moments)
            if act == Act.SUBMIT:
                submission = submit(
                    self.state,
                    cycle,
                    by=self.focal_point,
                    consent=bool(self.practices) or self.voice.rng.random() < 0.95,
                    at=at,
                )
            elif act in (Act.REPORT, Act.REVISE, Act.DRAFT, Act.NEARLY):
                self._write(act, cycle, at)
            elif submission is not None:
                self._move(submission, act, at)

    def _write(self, act: Act, cycle: Cycle, at: datetime.datetime) -> None:
        chosen = {
            Act.REPORT: self._report,
            Act.REVISE: self._revise,
            Act.DRAFT: self._draft,
            Act.NEARLY: self._nearly,
        }[act](cycle, at)
        for assessment in chosen:
            assessment.version += 1
            assessment.updated_at = at - datetime.timedelta(
                minutes=self.voice.rng.randint(10, 5000)
            )
            assessment.updated_by = self.voice.rng.choice(self.writers)
        Assessment.objects.bulk_create(
            chosen, update_conflicts=True, unique_fields=["id"], update_fields=COLUMNS
        )

    def _report(self, cycle: Cycle, at: datetime.datetime) -> list[Assessment]:
        """Answers that can be submitted: new, moved on, or only confirmed."""
        writer = self.voice.rng.choice(self.writers)
        self.library.move_on(at, writer)
        if not self.told:
            self.told = True
            for practice in self.practices:
                self.library.tell_practice(practice, at, self.focal_point)
        # What a speaker told goes with the answers it serves.
        served = {
            recommendation.pk
            for practice in self.practices
            for recommendation in practice.recommendations.all()
        }
        some = {row.recommendation_id for row in self._some(self.coverage)}
        chosen = [
            row for row in self.assessments if row.recommendation_id in some | served
        ]
        for assessment in chosen:
            if assessment.ready_for is None or self.voice.rng.random() < 0.65:
                self._move_on(assessment, cycle, at)
            self._settle(assessment, cycle, at)
        return chosen + self._begun(cycle, at)

    def _begun(self, cycle: Cycle, at: datetime.datetime) -> list[Assessment]:
        """Some of the answers that were never given, begun and left there."""
        begun = [
            row
            for row in self.assessments
            if row.says_nothing and self.voice.rng.random() < 0.4
        ]
        for assessment in begun:
            self._move_on(assessment, cycle, at)
            self._leave_unfinished(assessment)
        return begun

    def _revise(self, cycle: Cycle, at: datetime.datetime) -> list[Assessment]:
        """Other words, and here and there a step further, in a few answers."""
        ready = [row for row in self.assessments if row.ready_for_id == cycle.pk]
        chosen = self.voice.rng.sample(ready, min(4, len(ready)))
        for assessment in chosen:
            write(self.voice, assessment, Status(assessment.status), at.date())
            self._settle(assessment, cycle, at)
        return chosen

    def _draft(self, cycle: Cycle, at: datetime.datetime) -> list[Assessment]:
        """A few of the answers, most of them unfinished."""
        chosen = self._some(self.voice.rng.uniform(0.1, 0.5))
        for assessment in chosen:
            self._move_on(assessment, cycle, at)
            if self.voice.rng.random() < 0.7:
                self._leave_unfinished(assessment)
            else:
                self.library.back(assessment, at, self.focal_point)
        return chosen

    def _nearly(self, cycle: Cycle, at: datetime.datetime) -> list[Assessment]:
        """Most answers are ready; of the others something is missing."""
        chosen = self._some(0.9)
        for assessment in chosen:
            self._move_on(assessment, cycle, at)
            if self.voice.rng.random() < 0.25:
                self._leave_unfinished(assessment)
            else:
                self._settle(assessment, cycle, at)
        return chosen

    def _some(self, share: float) -> list[Assessment]:
        number = max(1, round(share * len(self.assessments)))
        chosen = self.voice.rng.sample(self.assessments, number)
        return sorted(chosen, key=lambda row: row.recommendation.number)

    def _move_on(
        self, assessment: Assessment, cycle: Cycle, at: datetime.datetime
    ) -> None:
        age = (timezone.localdate() - at.date()).days
        status = next_status(
            self.voice,
            assessment.recommendation,
            Status(assessment.status),
            old=age > OLD_DAYS,
        )
        write(self.voice, assessment, status, at.date())
        assessment.ready_for = None

    def _settle(
        self, assessment: Assessment, cycle: Cycle, at: datetime.datetime
    ) -> None:
        """Give the answer what backs it, and mark it ready."""
        self.library.back(assessment, at, self.voice.rng.choice(self.writers))
        if assessment.verified_on:
            assessment.verified_on = at.date().isoformat()
        assessment.ready_for = cycle
        self.voice.reached(assessment)

    def _leave_unfinished(self, assessment: Assessment) -> None:
        column = LACKING.get(Status(assessment.status))
        if column:
            setattr(assessment, column, "")
        if column == "practice":
            assessment.law = ""
        assessment.answers = {}

    def _move(self, submission: Submission, act: Act, at: datetime.datetime) -> None:
        """What the secretariat decides, or the State does with what it sent."""
        reviewer = self.voice.rng.choice(self.reviewers)
        if act == Act.BEGIN:
            submission.begin_review(by=reviewer, at=at)
        elif act == Act.ACCEPT:
            submission.accept(by=reviewer, at=at)
        elif act == Act.SEND_BACK:
            self._send_back(submission, reviewer, at)
        elif act == Act.RECALL:
            submission.recall(by=self.focal_point, at=at)
        elif act == Act.WITHDRAW:
            reason = self.voice.say("withdrawal")
            submission.withdraw(by=self.focal_point, reason=reason, at=at)
        elif act in (Act.REPLY, Act.REPLY_TO_SOME):
            questions = list(submission.questions.all())
            replied = (
                questions if act == Act.REPLY else questions[: len(questions) // 2]
            )
            for question in replied:
                reply = self.voice.say("reply", question.recommendation.number)
                question.answer(reply, by=self.focal_point, at=at)

    def _send_back(
        self, submission: Submission, reviewer: User, at: datetime.datetime
    ) -> None:
        records = list(submission.assessments.select_related("recommendation"))
        asked = self.voice.rng.sample(
            records, min(self.voice.rng.randint(3, 5), len(records))
        )
        submission.send_back(
            by=reviewer,
            questions={
                record.recommendation: self.voice.say(
                    "review_question", record.recommendation.number
                )
                for record in asked
            },
            note=self.voice.say("review_note"),
            at=at,
        )
