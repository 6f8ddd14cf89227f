"""What one may ask of a list: one FilterSet per list, for page, file and API alike.

Values in the query string are those of the data: codes, numbers, ISO 3166 codes.
A filter narrows what it is given and never shows more: rights are in the QuerySet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ChoiceField

from recommendations.models import (
    ActionType,
    Article,
    Modality,
    Recommendation,
    Section,
    Theme,
)
from recommendations.search import Unaccented, found_in
from tracking.models import (
    LANGUAGES,
    AssistanceNeed,
    AssistanceType,
    Cycle,
    EntityType,
    EvidenceKind,
    MeasureKind,
    MeasureStage,
    Position,
    Priority,
    ProtocolStatus,
    RegionalGroup,
    Stage,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedEvidenceAssessment,
    SubmittedEvidenceMeasure,
    SubmittedMeasure,
    SubmittedMeasureAssessment,
    User,
)

WORDS_MIN_LENGTH, WORDS_MAX_LENGTH = 2, 200
NAME_LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
# What has no value cannot be asked for in a query string, so it has a name there.
NO_INFORMATION = "no_information"
UNSTATED = "unstated"


class Reporter(models.TextChoices):
    """As what somebody reports: what others contribute enters no percentage.

    The European Union is shown with the parties and not counted among the States.
    """

    STATES_PARTIES = "states_parties", _("States parties")
    ORGANIZATIONS = "organizations", _("Regional organizations that are parties")
    OTHERS = "others", _("Others (voluntary contributions)")


def reporter_is(reporter: str, prefix: str = "") -> Q:
    """Condition on a State, reached through `prefix`, to be such a reporter."""
    party = Q(**{f"{prefix}protocol_status": ProtocolStatus.PARTY})
    organization = Q(**{f"{prefix}entity_type": EntityType.REIO})
    if reporter == Reporter.STATES_PARTIES:
        return party & ~organization
    if reporter == Reporter.ORGANIZATIONS:
        return party & organization
    return ~party


def by_state_name(prefix: str = "") -> Lower:
    """Order of States by name in the reader's language, accents apart."""
    language = get_language()
    name = f"name_{language if language in NAME_LANGUAGES else 'en'}"
    return Lower(Unaccented(f"{prefix}{name}"))


# Choices that are rows -------------------------------------------------------


def cycles() -> list[tuple[str, str]]:
    return list(Cycle.objects.values_list("code", "name"))


def states() -> list[tuple[str, str]]:
    return [(state.key, state.name) for state in State.objects.sorted_by_name()]


def recommendations() -> list[tuple[str, str]]:
    rows = Recommendation.objects.followed().order_by("number")
    return [(str(row.number), str(row)) for row in rows]


def sections() -> list[tuple[str, str]]:
    rows = Section.objects.filter(meeting__is_followed=True)
    return [(section.letter, str(section)) for section in rows]


def themes() -> list[tuple[str, str]]:
    return [(theme.code, theme.label) for theme in Theme.objects.all()]


def articles() -> list[tuple[str, str]]:
    return [(article.code, article.label) for article in Article.objects.all()]


class KeyField(ChoiceField):
    """A choice whose capitals do not count: NOR is nor."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


class RowsFilter(django_filters.ChoiceFilter):
    """One of some rows, named by a key of theirs; they are read once per list."""


class StateChoice(RowsFilter):
    field_class = KeyField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return super().filter(qs, value.upper())  # type: ignore[no-any-return]


# The shape of a filter -------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One thing that was asked: its filter, its label, its value in words."""

    name: str
    label: str
    words: str


class ListFilter(django_filters.FilterSet):
    """A filter that refuses what it does not know.

    `user` is whom ties between records are shown to; the request's if there is
    one. `also` names the parameters that a page uses beside the filters.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        queryset: QuerySet[Any] | None = None,
        *,
        request: Any = None,
        prefix: str | None = None,
        user: User | AnonymousUser | None = None,
        also: tuple[str, ...] = ("page", "page_size"),
    ) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.user = user or getattr(request, "user", None) or AnonymousUser()
        self.also = also
        for filter_ in self.filters.values():
            choices = filter_.extra.get("choices")
            if callable(choices):
                filter_.extra["choices"] = cache(choices)

    @property
    def unknown(self) -> list[str]:
        """Parameters that mean nothing here."""
        known = {*self.filters, *self.also}
        return [name for name in self.data if name not in known]

    @property
    def form(self) -> BaseForm:
        if not hasattr(self, "_form"):
            form: BaseForm = super().form
            if self.is_bound and form.errors is not None:
                for name in self.unknown:
                    form.add_error(
                        None,
                        _now("Unknown parameter: %(name)s.") % {"name": name[:100]},
                    )
        return self._form

    @property
    def qs(self) -> QuerySet[Any]:
        """What was asked for; nothing when the question cannot be understood."""
        if self.is_bound and self.form.errors:
            return self.queryset.none()
        return super().qs  # type: ignore[no-any-return]

    @property
    def asked(self) -> list[Asked]:
        """What was asked, in words, in the order of the form."""
        if not self.is_bound or self.form.errors:
            return []
        found = []
        for name, value in self.form.cleaned_data.items():
            values = value if isinstance(value, list) else [value]
            if any(item not in (None, "") for item in values):
                field = self.form.fields[name]
                labels = dict(getattr(field, "choices", ()))
                words = [str(labels.get(item, item)) for item in values]
                found.append(Asked(name, str(field.label), ", ".join(words)))
        return found

    def by_reporter(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(reporter_is(value, name))


def _choice(label: Any, choices: Any, empty: Any, **options: Any) -> Any:
    kind: Callable[..., Any] = options.pop("kind", django_filters.ChoiceFilter)
    return kind(label=label, choices=choices, empty_label=empty, **options)


def _cycle(field_name: str) -> Any:
    return _choice(
        _("Cycle"), cycles, _("All cycles"), field_name=field_name, kind=RowsFilter
    )


def _state(field_name: str) -> Any:
    return _choice(
        pgettext_lazy("country", "State"),
        states,
        _("All States"),
        field_name=field_name,
        kind=StateChoice,
    )


def _group(field_name: str) -> Any:
    return _choice(
        _("Regional group"),
        RegionalGroup.choices,
        _("All regional groups"),
        field_name=field_name,
    )


def _reporter(prefix: str) -> Any:
    return _choice(
        _("Who reports"),
        Reporter.choices,
        _("All who report"),
        field_name=prefix,
        method="by_reporter",
    )


def _section(**options: Any) -> Any:
    return _choice(
        _("Section"), sections, _("All sections"), kind=RowsFilter, **options
    )


def _recommendation(**options: Any) -> Any:
    return _choice(
        _("Recommendation"),
        recommendations,
        _("All recommendations"),
        kind=RowsFilter,
        **options,
    )


def _theme(**options: Any) -> Any:
    return _choice(_("Theme"), themes, _("All themes"), kind=RowsFilter, **options)


def _language() -> Any:
    return _choice(_("Language"), LANGUAGES, _("All languages"), field_name="language")


def _words() -> Any:
    return django_filters.CharFilter(
        label=_("Words"),
        method="search",
        min_length=WORDS_MIN_LENGTH,
        max_length=WORDS_MAX_LENGTH,
    )


def _search(*fields: str) -> Callable[..., QuerySet[Any]]:
    def search(
        self: ListFilter, rows: QuerySet[Any], name: str, value: str
    ) -> QuerySet[Any]:
        return rows.filter(found_in(value, *fields))

    return search


# Records ---------------------------------------------------------------------


class RecordFilter(ListFilter):
    """What one may ask of submitted answers."""

    cycle = _cycle("submission__cycle__code")
    state = _state("submission__state__iso3")
    group = _group("submission__state__regional_group")
    reporter = _reporter("submission__state__")
    section = _section(field_name="recommendation__section__letter")
    recommendation = _recommendation(field_name="recommendation__number")
    theme = _theme(field_name="recommendation__themes__code")
    status = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("implementation", "Status"),
        choices=[choice for choice in Status.choices if choice[0]],
    )
    position = _choice(_("Position"), Position.choices, _("All positions"))
    language = _language()
    q = _words()

    class Meta:
        model = SubmittedAssessment
        fields: list[str] = []

    search = _search("law", "practice", "position_note", "reason", "change_reason")


class NeedFilter(RecordFilter):
    """What the secretariat may ask, besides, of technical assistance."""

    assistance = _choice(
        _("Technical assistance"),
        AssistanceNeed.choices,
        _("Any need"),
        field_name="assistance_need",
    )
    assistance_type = _choice(
        _("Kind of assistance"),
        [*AssistanceType.choices, (UNSTATED, _("Not specified"))],
        _("All kinds"),
        method="by_type",
    )
    priority = _choice(
        _("Priority"),
        [*Priority.choices, (UNSTATED, _("Not specified"))],
        _("All priorities"),
        method="by_priority",
    )
    offer = _choice(
        _("Assistance offered"),
        [("yes", _("Offers assistance to others"))],
        _("Offered or not"),
        method="by_offer",
    )

    search = _search("assistance_details", "assistance_offer", "law", "practice")

    def by_type(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == UNSTATED:
            return rows.filter(assistance_types__len=0)
        return rows.filter(assistance_types__contains=[value])

    def by_priority(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(assistance_priority="" if value == UNSTATED else value)

    def by_offer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.exclude(assistance_offer="")


class TiedFilter(ListFilter):
    """What one may ask of measures and evidence, which serve answers.

    Ties to an answer that the reader may not read are not there.
    """

    cycle = _cycle("submission__cycle__code")
    state = _state("submission__state__iso3")
    group = _group("submission__state__regional_group")
    reporter = _reporter("submission__state__")
    section = _section(field_name="section__letter", method="by_recommendation")
    recommendation = _recommendation(field_name="number", method="by_recommendation")
    theme = _theme(field_name="themes__code", method="by_recommendation")
    language = _language()
    q = _words()

    def by_recommendation(
        self, rows: QuerySet[Any], name: str, value: str
    ) -> QuerySet[Any]:
        answers = SubmittedAssessment.objects.visible_to(self.user).filter(
            **{f"recommendation__{name}": value}
        )
        return rows.filter(self.serves(answers))

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        """Condition to serve one of `answers`."""
        raise NotImplementedError


class MeasureFilter(TiedFilter):
    """What one may ask of submitted measures."""

    kind = _choice(_("Kind"), MeasureKind.choices, _("All kinds"))
    stage = _choice(_("Where it stands"), MeasureStage.choices, _("Anywhere"))

    class Meta:
        model = SubmittedMeasure
        fields: list[str] = []

    search = _search("title", "description", "authority")

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        ties = SubmittedMeasureAssessment.objects.filter(assessment__in=answers)
        return Q(Exists(ties.filter(measure=OuterRef("pk"))))


class EvidenceFilter(TiedFilter):
    """What one may ask of submitted evidence."""

    kind = _choice(_("Kind"), EvidenceKind.choices, _("All kinds"))

    class Meta:
        model = SubmittedEvidence
        fields: list[str] = []

    search = _search("title", "authority", "reference")

    def serves(self, answers: QuerySet[SubmittedAssessment]) -> Q:
        direct = SubmittedEvidenceAssessment.objects.filter(assessment__in=answers)
        measures = SubmittedMeasure.objects.visible_to(self.user).filter(
            pk__in=SubmittedMeasureAssessment.objects.filter(
                assessment__in=answers
            ).values("measure")
        )
        through = SubmittedEvidenceMeasure.objects.filter(measure__in=measures)
        return Q(Exists(direct.filter(evidence=OuterRef("pk")))) | Q(
            Exists(through.filter(evidence=OuterRef("pk")))
        )


# Everything else -------------------------------------------------------------


class RecommendationFilter(ListFilter):
    """What one may ask of the recommendations."""

    section = _section(field_name="section__letter")
    theme = _theme(field_name="themes__code")
    modality = _choice(_("Wording"), Modality.choices, _("All wordings"))
    action = _choice(
        _("Type of action"),
        ActionType.choices,
        _("All types of action"),
        field_name="action_type",
    )
    article = _choice(
        _("Article"),
        articles,
        _("All articles"),
        field_name="articles__code",
        kind=RowsFilter,
    )
    q = _words()

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=Recommendation.objects.search(value).values("pk"))


class StateFilter(ListFilter):
    """What one may ask of the list of States."""

    state = _state("iso3")
    group = _group("regional_group")
    reporter = _reporter("")
    protocol = _choice(
        _("Status under the Protocol"),
        ProtocolStatus.choices,
        _("Any status under the Protocol"),
        field_name="protocol_status",
    )
    q = _words()

    class Meta:
        model = State
        fields: list[str] = []

    search = _search("iso3", *(f"name_{code}" for code in NAME_LANGUAGES))


class ReportingFilter(StateFilter):
    """What the secretariat may ask, besides, of how States report.

    `stage`, `recommendation` and `status` are read for one cycle: that of `cycle`,
    or the current one.
    """

    cycle = _choice(
        _("Cycle"), cycles, _("The current cycle"), method="by_cycle", kind=RowsFilter
    )
    stage = _choice(
        _("Where the submission stands"),
        [
            *(choice for choice in Stage.choices if choice[0] != Stage.RECALLED),
            ("sent", _("Sent, wherever it stands")),
            ("none", _("Nothing received")),
        ],
        _("Anywhere"),
        method="by_stage",
    )
    recommendation = _recommendation(method="by_answer")
    status = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("implementation", "Status"),
        choices=[(value or NO_INFORMATION, label) for value, label in Status.choices],
        method="by_answer",
    )
    position = _choice(
        _("Position"),
        [*Position.choices, (NO_INFORMATION, _("No information"))],
        _("All positions"),
        method="by_answer",
    )

    def chosen_cycle(self) -> Cycle | None:
        """The cycle asked for, else the current one."""
        if not hasattr(self, "_chosen_cycle"):
            code = self.form.cleaned_data.get("cycle")
            self._chosen_cycle = (
                Cycle.objects.filter(code=code).first()
                if code
                else Cycle.objects.current()
            )
        return self._chosen_cycle

    def by_cycle(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows

    def by_stage(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        rows = rows.alias(last_stage=last_stage(self.chosen_cycle()))
        if value == "none":
            return rows.filter(last_stage=None)
        if value == "sent":
            return rows.filter(last_stage__isnull=False)
        return rows.filter(last_stage=value)

    def by_answer(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """States whose counted answer is such; read together, and once."""
        asked = self.form.cleaned_data
        first = next(
            key for key in ("recommendation", "status", "position") if asked.get(key)
        )
        if not value or name != first:
            return rows
        answers = SubmittedAssessment.objects.counted().filter(
            submission__state=OuterRef("pk"), submission__cycle=self.chosen_cycle()
        )
        if asked.get("recommendation"):
            answers = answers.filter(recommendation__number=asked["recommendation"])
        wanted = Q()
        statuses, position = set(asked.get("status") or ()), asked.get("position")
        silent = NO_INFORMATION in statuses or position == NO_INFORMATION
        if statuses - {NO_INFORMATION}:
            wanted &= Q(status__in=statuses)
        if position and position != NO_INFORMATION:
            wanted &= Q(position=position)
        if not silent:
            return rows.filter(Exists(answers.filter(wanted)))
        if not wanted:
            return rows.filter(~Exists(answers))
        return rows.filter(~Exists(answers) | Exists(answers.filter(wanted)))


def last_stage(cycle: Cycle | None) -> models.Subquery:
    """Stage of what a State sent last for `cycle`, recalled ones left aside."""
    return models.Subquery(
        Submission.objects.filter(state=OuterRef("pk"), cycle=cycle)
        .exclude(stage=Stage.RECALLED)
        .order_by("-number")
        .values("stage")[:1]
    )


class SubmissionFilter(ListFilter):
    """What the secretariat may ask of the submissions."""

    cycle = _cycle("cycle__code")
    state = _state("state__iso3")
    group = _group("state__regional_group")
    reporter = _reporter("state__")
    stage = django_filters.MultipleChoiceFilter(
        label=_("Stage"),
        choices=[choice for choice in Stage.choices if choice[0] != Stage.RECALLED],
    )

    class Meta:
        model = Submission
        fields: list[str] = []
