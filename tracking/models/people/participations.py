import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models import Meeting
from tracking.models.database.collation import bare
from tracking.models.people.states import State


class ParticipationKind(models.TextChoices):
    """As what somebody was represented at a meeting."""

    PARTY = "party", _("Party to the Protocol")
    SIGNATORY = "signatory", _("Signatory of the Protocol")
    NON_PARTY = "non_party", _("Neither party nor signatory")
    ENTITY = "entity", _("Entity with a permanent observer mission")
    ORGANIZATION = "organization", _("Intergovernmental organization")


STATE_KINDS = (
    ParticipationKind.PARTY,
    ParticipationKind.SIGNATORY,
    ParticipationKind.NON_PARTY,
)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def get_by_natural_key(self, code: str, name: str) -> "Participation":
        return self.get(meeting__code=code, name=name)


class Participation(models.Model):
    """Who was represented at a meeting, and in which paragraphs it is said to speak.

    The kind is what the report of that time says; the State's status may have
    changed since.
    """

    meeting = models.ForeignKey(
        Meeting,
        models.CASCADE,
        related_name="participations",
        verbose_name=_("meeting"),
    )
    state = models.ForeignKey(
        State,
        models.PROTECT,
        related_name="participations",
        verbose_name=_("State"),
        null=True,
        blank=True,
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name in the report"), max_length=200)
    kind = models.CharField(
        _("represented as"), max_length=20, choices=ParticipationKind
    )
    represented_in = models.PositiveSmallIntegerField(_("paragraph"))
    statements_in = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("paragraphs that tell of a statement"),
        default=list,
        blank=True,
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "name"], name="participation_once_per_meeting"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=STATE_KINDS, state__isnull=False)
                | ~models.Q(kind__in=STATE_KINDS) & models.Q(state=None),
                name="participation_of_a_state_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.meeting.code, self.name)


# Names that reports used in their time, beside those of the list of States.
FORMER_NAMES = {
    "cabo verde": "CPV",
    "cap vert": "CPV",
    "czech republic": "CZE",
    "ex republique yougoslave de macedoine": "MKD",
    "republique tcheque": "CZE",
    "swaziland": "SWZ",
    "the former yugoslav republic of macedonia": "MKD",
    "turkey": "TUR",
    "turquie": "TUR",
    "united states": "USA",
    "etats unis": "USA",
}


class StateNames:
    """Finds a State by a name that a report prints."""

    def __init__(self) -> None:
        self._by_name: dict[str, State] = {}
        shortened: dict[str, list[State]] = {}
        states = {state.iso3: state for state in State.objects.all()}
        for state in states.values():
            for name in (
                state.name_en,
                state.name_fr,
                state.name_fr_printed,
                state.name_es,
                state.name_ru,
            ):
                if name:
                    self._by_name[_comparable(name)] = state
                    short = _comparable(re.sub(r"\s*\(.*\)", "", name))
                    shortened.setdefault(short, []).append(state)
        for name, iso3 in FORMER_NAMES.items():
            if iso3 in states:
                self._by_name.setdefault(name, states[iso3])
        for name, bearers in shortened.items():
            if len({state.pk for state in bearers}) == 1:
                self._by_name.setdefault(name, bearers[0])

    def find(self, name: str) -> State | None:
        return self._by_name.get(_comparable(name))


def _comparable(name: str) -> str:
    """A name without accents, capitals, apostrophes or hyphens."""
    return " ".join(re.sub(r"[’'\-\u00a0]", " ", bare(name)).split())
