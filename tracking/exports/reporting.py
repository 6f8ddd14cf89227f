"""Files for the secretariat: who has sent what, and what is not reported."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Func, IntegerField, QuerySet
from django.utils.translation import gettext_lazy as _

from tracking.models import Stage, State, Submission, User

from .columns import Column, Kind
from .origins import state_columns

STAGES = [choice for choice in Stage.choices if choice[0] != Stage.RECALLED]


def states(user: User | AnonymousUser) -> QuerySet[Any]:
    return State.objects.all()


def submissions(user: User | AnonymousUser) -> QuerySet[Any]:
    return Submission.objects.visible_to(user)


CYCLE = Column(_("Cycle"), _("Code of the reporting cycle."), Kind.CODE, "cycle")

REPORTING = {
    "cycle": CYCLE,
    **state_columns(""),
    "stage": Column(
        _("Where the submission stands"),
        _("Stage of what the State sent last for the cycle; empty if nothing."),
        Kind.CODE,
        "last_stage",
        STAGES,
    ),
    "submission": Column(
        _("Number of the submission"),
        _("Counts the submissions of a State in a cycle, from 1."),
        Kind.NUMBER,
        "last_number",
    ),
    "submitted_at": Column(
        _("Submitted on"),
        _("When the focal point submitted it."),
        Kind.TIME,
        "last_sent_at",
    ),
    "answers": Column(
        _("Answers that count"),
        _("Number of answers in the last submission accepted."),
        Kind.NUMBER,
        "answers",
    ),
}

UNREPORTED = {
    "cycle": CYCLE,
    **state_columns(""),
    "number": Column(
        _("Answers not reported"),
        _("Number of recommendations without an answer that counts."),
        Kind.NUMBER,
        lambda: Func(
            F("unreported"), function="cardinality", output_field=IntegerField()
        ),
    ),
    "recommendations": Column(
        _("Recommendations"),
        _("Meeting and number of each recommendation without an answer that counts."),
        Kind.RECOMMENDATIONS,
        "unreported",
    ),
}

SUBMISSIONS = {
    "cycle": Column(
        _("Cycle"), _("Code of the reporting cycle."), Kind.CODE, "cycle__code"
    ),
    **state_columns("state__"),
    "submission": Column(
        _("Number of the submission"),
        _("Counts the submissions of a State in a cycle, from 1."),
        Kind.NUMBER,
        "number",
    ),
    "stage": Column(
        _("Stage"), _("Where the submission stands."), Kind.CODE, "stage", STAGES
    ),
    "submitted_at": Column(
        _("Submitted on"),
        _("When the focal point submitted it."),
        Kind.TIME,
        "submitted_at",
    ),
    "digest": Column(
        _("Digest"),
        _("SHA-256 of its canonical JSON, in hexadecimal."),
        Kind.CODE,
        "digest",
    ),
    "demonstration": Column(
        _("Invented for demonstration"),
        _("Yes: invented, says nothing about any State."),
        Kind.BOOLEAN,
        "cycle__demonstration",
    ),
}
