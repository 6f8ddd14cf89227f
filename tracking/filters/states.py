"""What one may ask of recommendations, of States and of how they report."""

from typing import Any

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from recommendations.models import ActionType, Modality, Recommendation
from tracking.models import (
    Cycle,
    ProtocolStatus,
    Stage,
    State,
    Submission,
    SubmittedAssessment,
    followed,
)

from .base import (
    NAME_LANGUAGES,
    ListFilter,
    RowsFilter,
    articles,
    cycle_filter,
    cycles,
    group_filter,
    meeting_filter,
    narrowed,
    one_of,
    recommendation_filter,
    reporter_filter,
    search_in,
    section_filter,
    state_filter,
    theme_filter,
    words,
)

STAGES = [choice for choice in Stage.choices if choice[0] != Stage.RECALLED]


class RecommendationFilter(ListFilter):
    """What one may ask of the recommendations."""

    meeting = meeting_filter(field_name="meeting__slug")
    section = section_filter(field_name="section")
    theme = theme_filter(field_name="themes__code")
    modality = one_of(_("Wording"), Modality.choices, _("All wordings"))
    action = one_of(
        _("Type of action"),
        ActionType.choices,
        _("All types of action"),
        field_name="action_type",
    )
    article = one_of(
        _("Article"),
        articles,
        _("All articles"),
        field_name="articles__code",
        kind=RowsFilter,
    )
    q = words()

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=Recommendation.objects.search(value).values("pk"))


class StateFilter(ListFilter):
    """What one may ask of the list of States."""

    state = state_filter("iso3")
    group = group_filter("regional_group")
    reporter = reporter_filter("")
    protocol = one_of(
        _("Status under the Protocol"),
        ProtocolStatus.choices,
        _("Any status under the Protocol"),
        field_name="protocol_status",
    )
    q = words()

    class Meta:
        model = State
        fields: list[str] = []

    search = search_in("iso3", *(f"name_{code}" for code in NAME_LANGUAGES))


class CycleStateFilter(StateFilter):
    """States as they report for one cycle: the one asked for, or the current one."""

    cycle = one_of(
        _("Cycle"), cycles, _("The current cycle"), method="by_cycle", kind=RowsFilter
    )

    def by_cycle(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows  # read by chosen_cycle()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        cycle = self.chosen_cycle()
        states = queryset.annotate(cycle=Value(cycle.code if cycle else ""))
        return super().filter_queryset(self.for_cycle(states, cycle))

    def chosen_cycle(self) -> Cycle | None:
        code = self.form.cleaned_data.get("cycle")
        if code:
            return Cycle.objects.filter(code=code).first()
        return Cycle.objects.current()

    def for_cycle(self, states: QuerySet[Any], cycle: Cycle | None) -> QuerySet[Any]:
        """The States with what is shown of each."""
        raise NotImplementedError


class ReportingFilter(CycleStateFilter):
    """What the secretariat may ask of who has sent what.

    Adds to each State `last_stage`, `last_number` and `last_sent_at` of what it sent
    last, recalled ones left aside, and `answers`, the number of those that count.
    """

    stage = one_of(
        _("Where the submission stands"),
        [
            *STAGES,
            ("sent", _("Sent, wherever it stands")),
            ("none", _("Nothing received")),
        ],
        _("Anywhere"),
        method="by_stage",
    )

    def for_cycle(self, states: QuerySet[Any], cycle: Cycle | None) -> QuerySet[Any]:
        last = last_submission(cycle)
        counted = (
            SubmittedAssessment.objects.counted()
            .visible_to(self.user)
            .filter(submission__state=OuterRef("pk"), submission__cycle=cycle)
            .order_by()
            .values("submission__state")
        )
        rows: QuerySet[Any] = states.annotate(
            last_stage=Subquery(last.values("stage")[:1]),
            last_number=Subquery(last.values("number")[:1]),
            last_sent_at=Subquery(last.values("submitted_at")[:1]),
            answers=Coalesce(Subquery(counted.values(number=Count("pk"))), 0),
        )
        return rows

    def by_stage(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "none":
            return rows.filter(last_stage=None)
        if value == "sent":
            return rows.filter(last_stage__isnull=False)
        return rows.filter(last_stage=value)


def last_submission(cycle: Cycle | None) -> QuerySet[Submission]:
    """What a State (the outer row) sent last for `cycle`, recalled ones left aside."""
    return (
        Submission.objects.filter(state=OuterRef("pk"), cycle=cycle)
        .exclude(stage=Stage.RECALLED)
        .order_by("-number")
    )


class UnreportedFilter(CycleStateFilter):
    """What the secretariat may ask of what is not reported.

    Adds to each State `unreported`: the keys of the recommendations asked for on
    which no answer of it counts. States that lack none are left out.
    """

    meeting = meeting_filter(method="narrows")
    section = section_filter(method="narrows")
    theme = theme_filter(method="narrows")
    recommendation = recommendation_filter(method="narrows")

    def narrows(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows  # read by for_cycle()

    def for_cycle(self, states: QuerySet[Any], cycle: Cycle | None) -> QuerySet[Any]:
        asked = self.form.cleaned_data
        wanted = followed(cycle)
        paths = {
            "meeting__slug": asked.get("meeting"),
            "section": asked.get("section"),
            "themes__code": asked.get("theme"),
            "key": asked.get("recommendation"),
        }
        for path, value in paths.items():
            if value:
                wanted = narrowed(wanted, path, value)
        reported = (
            SubmittedAssessment.objects.counted()
            .visible_to(self.user)
            .filter(submission__state=OuterRef(OuterRef("pk")), submission__cycle=cycle)
        )
        rows: QuerySet[Any] = states.annotate(
            unreported=ArraySubquery(
                wanted.exclude(pk__in=reported.values("recommendation")).values("key")
            )
        )
        return rows.filter(unreported__len__gt=0)

    def count_answers(self) -> int:
        """How many answers are missing in all that was asked for."""
        if self.form.errors:
            return 0
        found = self.qs.aggregate(
            answers=Sum(
                Func(
                    F("unreported"),
                    function="cardinality",
                    output_field=IntegerField(),
                )
            )
        )
        return found["answers"] or 0


class SubmissionFilter(ListFilter):
    """What the secretariat may ask of the submissions."""

    cycle = cycle_filter("cycle__code")
    state = state_filter("state__iso3")
    group = group_filter("state__regional_group")
    reporter = reporter_filter("state__")
    stage = django_filters.MultipleChoiceFilter(
        label=_("Stage"),
        choices=STAGES,
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = Submission
        fields: list[str] = []
