"""The shape of a filter, and the filters that several lists share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.forms import Form
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ChoiceField

from recommendations.lists import listed
from recommendations.models import (
    FIRST_MEETING,
    Article,
    Meeting,
    RecommendationKey,
    Section,
    Theme,
)
from recommendations.search import Unaccented, found_in
from tracking.models import (
    ASKED_UNDER,
    LANGUAGES,
    Cycle,
    EntityType,
    ProtocolStatus,
    RegionalGroup,
    State,
    User,
    ever_followed,
    where_asked,
)

WORDS_MIN_LENGTH, WORDS_MAX_LENGTH = 2, 200
NAME_LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
# What has no value cannot be asked for in a query string, so it has a name there.
UNSTATED = "unstated"


class Reporter(models.TextChoices):
    """As what somebody reports: what others contribute enters no percentage.

    The European Union is shown with the parties and not counted among the States.
    """

    STATES_PARTIES = "states_parties", _("States parties")
    ORGANIZATIONS = "organizations", _("Regional organizations that are parties")
    OTHERS = "others", _("Others (voluntary contributions)")


# All who are parties, in the figures that everybody reads.
PARTIES = "parties"


def reporter_is(reporter: str, prefix: str = "") -> Q:
    """Condition on a State, reached through `prefix`, to be such a reporter."""
    party = Q(**{f"{prefix}protocol_status": ProtocolStatus.PARTY})
    if reporter == PARTIES:
        return party
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


def cycles() -> list[tuple[str, str]]:
    return list(Cycle.objects.values_list("code", "name"))


def states() -> list[tuple[str, str]]:
    return [(state.key, state.name) for state in State.objects.sorted_by_name()]


def _by_meeting(rows: Iterable[Any], key: Callable[[Any], str]) -> list[Any]:
    """Choices under their meeting each; without it where there is one alone."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.meeting.slug, []).append((key(row), str(row)))
    return next(iter(found.values())) if len(found) == 1 else list(found.items())


def recommendations() -> list[Any]:
    rows = ever_followed().select_related("meeting")
    return _by_meeting(rows, lambda row: str(row.key))


def sections() -> list[Any]:
    named = Cycle.meetings.through.objects.values("meeting")
    rows = Section.objects.filter(meeting__in=named).exclude(letter="")
    return _by_meeting(
        rows.select_related("meeting").order_by("meeting__slug", "position"),
        lambda row: f"{row.meeting.slug}/{row.letter}",
    )


def meetings() -> list[tuple[str, str]]:
    named = Cycle.meetings.through.objects.values("meeting")
    slugs = Meeting.objects.filter(pk__in=named).values_list("slug", flat=True)
    return [(slug, slug) for slug in slugs.order_by("-slug")]


def narrowed(rows: Any, path: str, value: str) -> Any:
    """Rows whose `path` to a recommendation is `value`; a section by its key."""
    if not path.endswith("section"):
        return rows.filter(**{path: value})
    meeting, letter = value.split("/")
    return rows.filter(**{f"{path}__meeting__slug": meeting, f"{path}__letter": letter})


def themes() -> list[tuple[str, str]]:
    return [(theme.code, theme.label) for theme in Theme.objects.all()]


def articles() -> list[tuple[str, str]]:
    return [(article.code, article.label) for article in Article.objects.all()]


class KeyField(ChoiceField):
    """A choice whose capitals do not count: NOR is nor."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


class RecommendationField(ChoiceField):
    """Numbers alone are of the first meeting, as in addresses of that time."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        try:
            return str(RecommendationKey.read(text))
        except ValueError:
            return text


class SectionField(ChoiceField):
    """Letters alone are of the first meeting, as in addresses of that time."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        return f"{FIRST_MEETING}/{text}" if text and "/" not in text else text


class RowsFilter(django_filters.ChoiceFilter):
    """One of some rows, named by a key of theirs; they are read once per list."""


class StateChoice(RowsFilter):
    field_class = KeyField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return super().filter(qs, value.upper())


class RecommendationChoice(RowsFilter):
    field_class = RecommendationField


class SectionChoice(RowsFilter):
    field_class = SectionField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return narrowed(qs, str(self.field_name), value) if value else qs


@dataclass(frozen=True)
class Asked:
    """One thing that was asked: its filter, its label, its value in words."""

    name: str
    label: str
    words: str


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Choices without the groups in which a list shows them."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


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
        also: tuple[str, ...] = ("page", "page_size", "print"),
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
        return [name for name in self.data or () if name not in known]

    @property
    def form(self) -> Form:
        first = not hasattr(self, "_form")
        form = super().form
        if first and self.is_bound and form.errors is not None:
            for name in self.unknown:
                form.add_error(
                    None,
                    _now("Unknown parameter: %(name)s.") % {"name": name[:100]},
                )
        return form

    @property
    def qs(self) -> QuerySet[Any]:
        """What was asked for; nothing when the question cannot be understood."""
        if self.queryset is not None and self.is_bound and self.form.errors:
            return self.queryset.none()
        return super().qs

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
                labels = dict(_flat(getattr(field, "choices", ())))
                words = [str(labels.get(item, item)) for item in values]
                found.append(Asked(name, str(field.label), listed(words)))
        return found

    def by_reporter(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(reporter_is(value, name))


def one_of(label: Any, choices: Any, empty: Any, **options: Any) -> Any:
    kind: Callable[..., Any] = options.pop("kind", django_filters.ChoiceFilter)
    return kind(label=label, choices=choices, empty_label=empty, **options)


def cycle_filter(field_name: str) -> Any:
    return one_of(
        _("Cycle"), cycles, _("All cycles"), field_name=field_name, kind=RowsFilter
    )


def state_filter(field_name: str) -> Any:
    return one_of(
        pgettext_lazy("country", "State"),
        states,
        _("All States"),
        field_name=field_name,
        kind=StateChoice,
    )


def group_filter(field_name: str) -> Any:
    return one_of(
        _("Regional group"),
        RegionalGroup.choices,
        _("All regional groups"),
        field_name=field_name,
    )


def reporter_filter(prefix: str) -> Any:
    return one_of(
        _("Who reports"),
        [(PARTIES, _("Parties: States and regional organizations")), *Reporter.choices],
        _("All who report"),
        field_name=prefix,
        method="by_reporter",
    )


def section_filter(**options: Any) -> Any:
    return one_of(
        _("Section"), sections, _("All sections"), kind=SectionChoice, **options
    )


def meeting_filter(**options: Any) -> Any:
    empty = options.pop("empty_label", _("All meetings"))
    return one_of(_("Meeting"), meetings, empty, kind=RowsFilter, **options)


def recommendation_filter(**options: Any) -> Any:
    return one_of(
        _("Recommendation"),
        recommendations,
        _("All recommendations"),
        kind=RecommendationChoice,
        **options,
    )


def theme_filter(**options: Any) -> Any:
    return one_of(_("Theme"), themes, _("All themes"), kind=RowsFilter, **options)


def language() -> Any:
    return one_of(_("Language"), LANGUAGES, _("All languages"), field_name="language")


def words() -> Any:
    return django_filters.CharFilter(
        label=_("Words"),
        method="search",
        min_length=WORDS_MIN_LENGTH,
        max_length=WORDS_MAX_LENGTH,
    )


def search_in(*fields: str) -> Callable[..., QuerySet[Any]]:
    def search(
        self: ListFilter, rows: QuerySet[Any], name: str, value: str
    ) -> QuerySet[Any]:
        found = found_in(value, *(name for name in fields if name not in ASKED_UNDER))
        for name in ASKED_UNDER.keys() & fields:
            found |= found_in(value, name) & where_asked(name)
        return rows.filter(found)

    return search
