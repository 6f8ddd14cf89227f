"""What a circle of readers reads of the State now, and would read next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recommendations.models import Recommendation
from tracking.filters import published
from tracking.models import (
    Cycle,
    EvidenceContent,
    MeasureContent,
    Preview,
    RecordQuerySet,
    State,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    Task,
    TaskStage,
    User,
    Visibility,
    followed,
    preview,
    reads,
    ready_in,
)


@dataclass(frozen=True)
class Page:
    """The page of a State, as one circle of readers reads it."""

    cycle: Cycle | None = None
    before: Cycle | None = None
    answers: list[published.Answer] = field(default_factory=list)
    measures: list[SubmittedMeasure] = field(default_factory=list)
    evidence: list[SubmittedEvidence] = field(default_factory=list)
    confirmed: dict[int, datetime.datetime] = field(default_factory=dict)
    is_made: bool = True  # of records, not of the working copy
    to_everybody: bool = True

    @property
    def public(self) -> int | None:
        """How many of the answers visitors read too; None where the reader is one."""
        if self.to_everybody:
            return None
        records = [answer.record for answer in self.answers if answer.record]
        return sum(
            record.shown_to == Visibility.PUBLIC and not record.submission.hidden
            for record in records
        )

    @property
    def context(self) -> dict[str, Any]:
        """What the template of the public page asks for."""
        return {
            "shown_cycle": self.cycle,
            "latest": True,
            "before": self.before,
            "answers": self.answers,
            "confirmed": self.confirmed,
            "counts": published.counts_of(self.answers),
            "published": sum(answer.record is not None for answer in self.answers),
            "public": self.public,
            "measures": self.measures,
            "evidence": self.evidence,
            # Records that are not made yet have the files of the working copy.
            "file_view": "" if self.is_made else "workspace:evidence_file",
        }


@dataclass(frozen=True)
class Sight:
    """One circle of readers in front of a State's words."""

    state: State
    audience: Visibility
    tasks: list[Task]
    cycle: Cycle | None

    @property
    def reader(self) -> User | AnonymousUser:
        return published.reader_of(self.audience)

    @property
    def ready(self) -> list[Task]:
        return ready_in(self.tasks)

    def records(self, *, next_time: bool) -> RecordQuerySet[SubmittedAssessment]:
        """Accepted answers they may read; next time, those that still count then."""
        records = published.readable(self.reader, self.state)
        return self._left(records) if next_time else records

    def now(self, *, next_time: bool = False) -> Page:
        """What they read of what was accepted."""
        records = self.records(next_time=next_time)
        measures = published.measures_of(self.state, self.reader)
        evidence = published.evidence_of(self.state, self.reader)
        if next_time:
            measures, evidence = self._left(measures), self._left(evidence)
        cycles = published.cycles_of(records, measures, evidence)
        cycle = cycles[0] if cycles else None
        before = published.cycle_before(cycle, cycles)
        rows = (
            published.with_support(records.filter(submission__cycle=cycle), self.reader)
            .select_related("submission")
            .prefetch_related("recommendation__questions")
        )
        return self._page(
            cycle,
            before,
            rows,
            list(measures.filter(submission__cycle=cycle)),
            list(evidence.filter(submission__cycle=cycle)),
        )

    def next(self) -> Page:
        """What they would read, were what is ready submitted and accepted."""
        held = self.preview()
        if held is None or held.is_empty:
            return self.now(next_time=True)
        records = self.records(next_time=True)
        cycles = published.cycles_of(
            records,
            self._left(published.measures_of(self.state, self.reader)),
            self._left(published.evidence_of(self.state, self.reader)),
        )
        before = published.cycle_before(self.cycle, cycles)
        return self._page(
            self.cycle,
            before,
            held.answers,
            held.measures,
            held.evidence,
            is_made=False,
        )

    def _page(
        self,
        cycle: Cycle | None,
        before: Cycle | None,
        rows: Iterable[SubmittedAssessment],
        measures: list[SubmittedMeasure],
        evidence: list[SubmittedEvidence],
        *,
        is_made: bool = True,
    ) -> Page:
        earlier = published.said_in(self.records(next_time=False), before)
        statuses = {key: record.status for key, record in earlier.items()}
        answers = published.answers(shown_recommendations(), rows, statuses)
        confirmed = published.confirmed_on(answers, earlier, self.reader)
        return Page(
            cycle,
            before,
            answers,
            measures,
            evidence,
            confirmed,
            is_made,
            to_everybody=self.audience == Visibility.PUBLIC,
        )

    def preview(self, *others: Task) -> Preview | None:
        """Records that would be made of what is ready, and of `others`."""
        sent = [*self.ready, *others]
        if self.cycle is None or not sent:
            return None
        return preview(self.state, self.cycle, sent, self.audience)

    def why_not(self, task: Task) -> str | Promise:
        """Why they would not read this answer; empty if they would."""
        if task.stage == TaskStage.TO_START:
            return _("Not begun: it would not be sent.")
        if task.stage != TaskStage.READY:
            return _("Not ready: it would not be sent.")
        if reads(self.audience, task.assessment.visibility):
            return ""
        return HIDDEN[Visibility(task.assessment.visibility)]

    def _left(self, records: Any) -> Any:
        """Without what an acceptance in this cycle would take the place of."""
        if not self.ready:
            return records
        return records.exclude(submission__cycle=self.cycle)


HIDDEN: dict[Visibility, str | Promise] = {
    Visibility.SECRETARIAT: _("Your State lets only the secretariat read it."),
    Visibility.PARTIES: _(
        "Your State lets only the secretariat and States parties read it."
    ),
}


def shown_recommendations() -> list[Recommendation]:
    """The recommendations in the order of the public page."""
    return list(followed().select_related("section", "meeting"))


def differing(
    now: Page, then: Page, reader: User | AnonymousUser
) -> list[Recommendation]:
    """Recommendations of which the two pages say different things."""
    return [
        after.recommendation
        for before, after in zip(now.answers, then.answers, strict=True)
        if published.as_read(before.record, reader)
        != published.as_read(after.record, reader)
    ]


def library_differs(now: Page, then: Page) -> bool:
    """Whether the lists of measures and evidence are not the same."""

    def listed(page: Page) -> list[list[tuple[str, ...]]]:
        return [
            _said(page.measures, MeasureContent),
            _said(page.evidence, EvidenceContent),
        ]

    return listed(now) != listed(then)


def _said(rows: Iterable[Any], content: Any) -> list[tuple[str, ...]]:
    return sorted(published.columns_read(row, content) for row in rows)
