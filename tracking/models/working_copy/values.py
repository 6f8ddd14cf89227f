"""Value lists of the field. Source: the meanings and needs each value has are
those of the rules in `rules.py`; their order is the order in which they are shown.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What is chosen where a question asks for one of these words.
YES_PARTLY_NO: dict[str, str | Promise] = {
    "yes": pgettext_lazy("answer", "Yes"),
    "partly": pgettext_lazy("answer", "Partly"),
    "no": pgettext_lazy("answer", "No"),
}


class Position(models.TextChoices):
    """Whether the State takes the recommendation on; says nothing of progress."""

    NOT_STATED = "not_stated", pgettext_lazy("position", "Not stated")
    UNDER_CONSIDERATION = (
        "under_consideration",
        pgettext_lazy("position", "Under consideration"),
    )
    ACCEPTED = "accepted", pgettext_lazy("position", "Accepted")
    ACCEPTED_IN_PART = "accepted_in_part", pgettext_lazy("position", "Accepted in part")
    NOTED = "noted", pgettext_lazy("position", "Noted")


class Status(models.TextChoices):
    """How far the State has come, as it declares it."""

    FULLY_IMPLEMENTED = "fully_implemented", _("Fully implemented")
    PARTIALLY_IMPLEMENTED = "partially_implemented", _("Partially implemented")
    IN_PROGRESS = "in_progress", pgettext_lazy("status", "In progress")
    PLANNED = "planned", pgettext_lazy("status", "Planned")
    NOT_STARTED = "not_started", pgettext_lazy("status", "Not started")
    CONSIDERED_NOT_PURSUED = "considered_not_pursued", _("Considered, not pursued")
    OVERTAKEN = "overtaken", pgettext_lazy("status", "Overtaken")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("status", "Not applicable")
    NO_INFORMATION = "", _("No information")

    @property
    def css(self) -> str:
        """Class of its colour and glyph in the style sheet."""
        return STATUS_CLASSES[self]

    @property
    def rank(self) -> int | None:
        """0 (not started) to 4 (fully implemented); None outside the scale."""
        scale = (
            Status.NOT_STARTED,
            Status.PLANNED,
            Status.IN_PROGRESS,
            Status.PARTIALLY_IMPLEMENTED,
            Status.FULLY_IMPLEMENTED,
        )
        return scale.index(self) if self in scale else None


STATUS_CLASSES = {
    Status.FULLY_IMPLEMENTED: "s5",
    Status.PARTIALLY_IMPLEMENTED: "s4",
    Status.IN_PROGRESS: "s3",
    Status.PLANNED: "s2",
    Status.NOT_STARTED: "s1",
    Status.CONSIDERED_NOT_PURSUED: "sc",
    Status.OVERTAKEN: "so",
    Status.NOT_APPLICABLE: "sn",
    Status.NO_INFORMATION: "s0",
}


class Visibility(models.TextChoices):
    """Whom the State lets read; every step includes the ones before."""

    SECRETARIAT = "secretariat", _("The secretariat only")
    PARTIES = "parties", _("States parties")
    PUBLIC = "public", _("Everyone")


VISIBILITY_ORDER = [Visibility.SECRETARIAT, Visibility.PARTIES, Visibility.PUBLIC]


def is_wider(one: str, other: str) -> bool:
    """Whether more readers are let in by `one` than by `other`."""
    order = [str(value) for value in VISIBILITY_ORDER]
    return order.index(one) > order.index(other)


class Confidence(models.TextChoices):
    LOW = "low", pgettext_lazy("confidence", "Low")
    MEDIUM = "medium", pgettext_lazy("confidence", "Medium")
    HIGH = "high", pgettext_lazy("confidence", "High")


class Priority(models.TextChoices):
    HIGH = "high", pgettext_lazy("priority", "High")
    MEDIUM = "medium", pgettext_lazy("priority", "Medium")
    LOW = "low", pgettext_lazy("priority", "Low")


class AssistanceNeed(models.TextChoices):
    NONE = "none", pgettext_lazy("assistance", "Not needed")
    NEEDED = "needed", pgettext_lazy("assistance", "Needed")
    RECEIVED = "received", pgettext_lazy("assistance", "Being received")


class AssistanceType(models.TextChoices):
    LEGAL = "legal", _("Legal advice and drafting")
    POLICY = "policy", _("Policy or institution building")
    TRAINING = "training", _("Training")
    EQUIPMENT = "equipment", _("Equipment and information technology")
    DATA = "data", _("Data and research")
    EXCHANGE = "exchange", _("Exchange of practice")
    ON_SITE = "on_site", _("On-site advice or mentoring")
    OTHER = "other", pgettext_lazy("assistance", "Other")


class MeasureKind(models.TextChoices):
    LAW = "law", _("Law or regulation")
    POLICY = "policy", _("Policy or strategy")
    BODY = "body", _("Institution or mechanism")
    PROCEDURE = "procedure", _("Procedure or guideline")
    AGREEMENT = "agreement", _("Agreement or arrangement")
    TRAINING = "training", _("Training")
    EQUIPMENT = "equipment", _("Equipment or system")
    DATA = "data", _("Data or research")
    AWARENESS = "awareness", _("Awareness-raising")
    OTHER = "other", pgettext_lazy("measure", "Other")


class MeasureStage(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("measure", "Planned")
    IN_PREPARATION = "in_preparation", pgettext_lazy("measure", "In preparation")
    IN_FORCE = "in_force", pgettext_lazy("measure", "In force or operating")
    ENDED = "ended", pgettext_lazy("measure", "Ended")


class EvidenceKind(models.TextChoices):
    LAW = "law", pgettext_lazy("evidence", "Law")
    POLICY = "policy", pgettext_lazy("evidence", "Policy or strategy")
    PROCEDURE = "procedure", pgettext_lazy("evidence", "Procedure or guideline")
    AGREEMENT = "agreement", pgettext_lazy("evidence", "Agreement or memorandum")
    ACT = "act", pgettext_lazy("evidence", "Institutional act")
    TRAINING = "training", pgettext_lazy("evidence", "Training record, in totals")
    STATISTICS = "statistics", pgettext_lazy("evidence", "Statistics, in totals")
    REPORT = "report", pgettext_lazy("evidence", "Public report")
    PROJECT = "project", pgettext_lazy("evidence", "Project document")
    STATEMENT = "statement", pgettext_lazy("evidence", "Statement")


class Classification(models.TextChoices):
    """The State's own marking; strictly confidential is refused by design."""

    UNCLASSIFIED = "unclassified", _("Unclassified")
    CONFIDENTIAL = "confidential", _("Confidential")
