"""What each exported table holds: its rows, its filter, its columns.

Adding a column is one line in its mapping, adding a table one entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import in_order
from tracking.filters import (
    AccessFilter,
    AuditFilter,
    EvidenceFilter,
    ListFilter,
    MeasureFilter,
    NeedFilter,
    RecommendationFilter,
    RecordFilter,
    ReportingFilter,
    StateFilter,
    SubmissionFilter,
    UnreportedFilter,
    by_state_name,
)
from tracking.models import User

from . import auditing, reporting
from .answers import (
    ANSWERS,
    NEEDS,
    QUESTION_ANSWERS,
    answers,
    question_answers,
)
from .catalogue import RECOMMENDATIONS, STATES, recommendations, states
from .columns import Column, Kind
from .library import EVIDENCE, MEASURES, evidence, measures
from .origins import by_state
from .sheets import about, lines_of, workbook

MACHINE = "machine"


@dataclass(frozen=True)
class Table:
    """One file: which rows a reader gets, what may be asked of them, its columns."""

    title: str | Promise
    rows: Callable[[User | AnonymousUser], QuerySet[Any]]
    filter: type[ListFilter]
    columns: Mapping[str, Column]
    order: Callable[[], list[Any]]
    secretariat_only: bool = False
    auditors_only: bool = False
    # Leads from a row to the State whose words it holds, if it holds any.
    state: str = ""

    def open_to(self, user: User | AnonymousUser) -> bool:
        """Whether this reader gets the table at all, be it empty."""
        if self.auditors_only:
            return user.is_authenticated and user.may_take_the_audit
        if not self.secretariat_only:
            return True
        return user.is_authenticated and user.is_secretariat

    def find(self, asked: QueryDict, user: User | AnonymousUser) -> ListFilter:
        """What was asked of the rows that this reader may read."""
        rows = self.rows(user).order_by(*self.order())
        return self.filter(asked, rows, user=user, also=("headers",))

    def cells(
        self, *, machine: bool, plain: bool = False
    ) -> list[tuple[str, Combinable]]:
        """Header and expression of each column."""
        return [
            (
                name if machine else str(column.header),
                column.cell(machine=machine, plain=plain),
            )
            for name, column in self.columns.items()
        ]

    @property
    def kinds(self) -> list[Kind]:
        """What the cells of each column hold."""
        return [column.kind for column in self.columns.values()]


TABLES = {
    "answers": Table(
        _("Answers"), answers, RecordFilter, ANSWERS,
        by_state(*in_order()), state="submission__state",
    ),
    "question_answers": Table(
        _("Answers to the questions"), question_answers, RecordFilter, QUESTION_ANSWERS,
        by_state(*in_order(), "question_position"),
        state="submission__state",
    ),
    "measures": Table(
        _("Measures"), measures, MeasureFilter, MEASURES, by_state("title"),
        state="submission__state",
    ),
    "evidence": Table(
        pgettext_lazy("plural", "Evidence"), evidence, EvidenceFilter, EVIDENCE,
        by_state("title"), state="submission__state",
    ),
    "needs": Table(
        _("Technical assistance"), answers, NeedFilter, NEEDS,
        by_state(*in_order()), secretariat_only=True,
        state="submission__state",
    ),
    "reporting": Table(
        _("How States report"), reporting.states, ReportingFilter, reporting.REPORTING,
        lambda: [by_state_name(), "iso3"], secretariat_only=True,
    ),
    "unreported": Table(
        _("Not reported"), reporting.states, UnreportedFilter, reporting.UNREPORTED,
        lambda: [by_state_name(), "iso3"], secretariat_only=True,
    ),
    "submissions": Table(
        _("Submissions"), reporting.submissions, SubmissionFilter,
        reporting.SUBMISSIONS,
        lambda: ["-cycle__opens_on", by_state_name("state__"), "number"],
        secretariat_only=True, state="state",
    ),
    "audit": Table(
        _("Audit chains"), auditing.entries, AuditFilter, auditing.ENTRIES,
        lambda: ["chain", "position"], secretariat_only=True, auditors_only=True,
        state="chain",
    ),
    "readings": Table(
        _("Readings by the secretariat"), auditing.readings, AccessFilter,
        auditing.READINGS, lambda: ["pk"], secretariat_only=True, auditors_only=True,
    ),
    "recommendations": Table(
        _("Recommendations"), recommendations, RecommendationFilter, RECOMMENDATIONS,
        lambda: list(in_order("")),
    ),
    "states": Table(
        _("States"), states, StateFilter, STATES, lambda: [by_state_name(), "iso3"],
    ),
}  # fmt: skip


def table_workbook(
    table: Table,
    found: ListFilter,
    reader: User | AnonymousUser,
    source: str,
    machine: bool,
) -> IO[bytes]:
    """What was found in a table, as an open workbook; raises TooLongError."""
    headers, expressions = zip(*table.cells(machine=machine, plain=True), strict=True)
    return workbook(
        str(table.title),
        headers,
        table.kinds,
        lines_of(found.qs, expressions, reader),
        about(found, reader, source),
    )
