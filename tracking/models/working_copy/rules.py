"""What is still missing before an answer can be submitted.

The one room of these rules: form, submission, import and API ask `missing()`.
They warn while drafting and block only the submission of the answer concerned.
A position is independent of the status, and a blank is "no information", never
"no".
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.models.working_copy.answer_fields import ANSWER_FIELDS, ASKED_UNDER
from tracking.models.working_copy.dates import is_future, is_past
from tracking.models.working_copy.values import Position, Status

if TYPE_CHECKING:
    from recommendations.models import Question, Recommendation
    from tracking.models.working_copy.assessments import AssessmentContent

REASON_MIN_LENGTH = 40
VERIFICATION_MAX_MONTHS = 24


@dataclass(frozen=True)
class Missing:
    """One thing to fill in: the field it concerns and what to do there.

    `field` is a name of AssessmentContent, a question code, `measures` or
    `evidence`: the page links to that place.
    """

    field: str
    message: str | Promise


@dataclass(frozen=True)
class Support:
    """What stands behind an answer outside its own row.

    `evidence` counts only items dated on or before today. `previous_status` was
    accepted last, `earlier_status` last in an earlier cycle.
    """

    measures: int = 0
    evidence: int = 0
    latest_evidence: str = ""
    previous_status: Status = Status.NO_INFORMATION
    earlier_status: Status = Status.NO_INFORMATION

    def is_step_back(self, status: Status) -> bool:
        """Whether it is behind what was reported: before this cycle, or last in it."""
        return goes_back(self.previous_status, status) or goes_back(
            self.earlier_status, status
        )


# Fields that must be filled in, by status. Source of the needs: the programme's
# status model (reporting scales of comparable treaty mechanisms).
REQUIRED: dict[Status, dict[str, str | Promise]] = {
    Status.PLANNED: {
        "target_date": _("Give the target date."),
        "lead_institution": _("Name the lead institution."),
    },
    Status.FULLY_IMPLEMENTED: {
        "completed_on": _("Give the date of completion."),
    },
    Status.CONSIDERED_NOT_PURSUED: {
        "decided_on": _("Give the date of the decision."),
        "decided_by": _("Name the deciding authority."),
        "reason": _("Say why it is not pursued."),
    },
    Status.OVERTAKEN: {
        "reason": _("Say which circumstances removed the need."),
    },
}


# Fields that a status asks for, and the statuses that do, in the order of the page.
UNDER_STATUS: list[tuple[list[str], tuple[str, ...]]] = [
    ([field.name for field in fields], statuses)
    for (other, statuses), fields in groupby(
        (field for field in ANSWER_FIELDS if field.under), lambda field: field.under
    )
    if other == "status"
]


def is_asked(content: "AssessmentContent", name: str) -> bool:
    """Whether the rest of an answer asks for this field.

    What it does not ask for is kept in the working copy, and told to nobody.
    """
    if name not in ASKED_UNDER:
        return True
    other, values = ASKED_UNDER[name]
    return getattr(content, other) in values


def unasked(content: "AssessmentContent", support: Support) -> list[str]:
    """Fields that are filled in although nothing asks for them, as on the page."""
    names = [name for name in ASKED_UNDER if not is_asked(content, name)]
    if not support.is_step_back(Status(content.status)):
        names.append("change_reason")
    return [name for name in names if getattr(content, name)]


def statuses_for(recommendation: "Recommendation") -> list[Status]:
    """Statuses a State may choose: considering is offered where it is asked for."""
    considers = "consider" in recommendation.modality
    return [
        status
        for status in Status
        if status != Status.NO_INFORMATION
        and (considers or status != Status.CONSIDERED_NOT_PURSUED)
    ]


def missing(
    content: "AssessmentContent", recommendation: "Recommendation", support: Support
) -> list[Missing]:
    """What must still be filled in, in the order of the page; empty when complete.

    `recommendation` has its questions prefetched.
    """
    status = Status(content.status)
    if status == Status.NO_INFORMATION:
        return [Missing("status", _("Choose where your State stands."))]
    questions = list(recommendation.questions.all())
    return [
        *_of_status(content, recommendation, status, support),
        *_of_key_question(content, questions, status),
        *_of_position(content),
        *_of_support(content, recommendation, status, support),
    ]


def _of_status(
    content: "AssessmentContent",
    recommendation: "Recommendation",
    status: Status,
    support: Support,
) -> Iterator[Missing]:
    if status not in statuses_for(recommendation):
        yield Missing(
            "status",
            _("Choose another status: this wording does not ask only to consider."),
        )
    for field, message in REQUIRED.get(status, {}).items():
        if not getattr(content, field):
            yield Missing(field, message)
    if (
        status == Status.NOT_APPLICABLE
        and len(content.reason.strip()) < REASON_MIN_LENGTH
    ):
        yield Missing(
            "reason",
            _("Say in at least 40 characters why it does not concern your State."),
        )
    if status == Status.FULLY_IMPLEMENTED and is_future(
        content.completed_on, timezone.localdate()
    ):
        yield Missing(
            "completed_on", _("Give a date of completion that is not in the future.")
        )
    if goes_back(support.previous_status, status) and not content.change_reason:
        yield Missing(
            "change_reason",
            _("Explain the step back from what was last reported."),
        )


def target_has_passed(content: "AssessmentContent") -> bool:
    """Whether the State's own target date is over: a reminder, never a downgrade."""
    return is_asked(content, "target_date") and is_past(
        content.target_date, timezone.localdate()
    )


def goes_back(before: Status, after: Status) -> bool:
    """Whether `after` is a step backwards on the scale from not started to fully."""
    if before.rank is None or after.rank is None:
        return False
    return after.rank < before.rank


def _of_key_question(
    content: "AssessmentContent", questions: "list[Question]", status: Status
) -> Iterator[Missing]:
    """The key answer is given and agrees with the status."""
    if status not in (Status.PARTIALLY_IMPLEMENTED, Status.FULLY_IMPLEMENTED):
        return
    for question in questions:
        if not question.is_key:
            continue
        answer = content.answers.get(question.code)
        if answer in (None, ""):
            yield Missing(question.code, _("Answer the key question."))
        elif answer in ("no", 0):
            yield Missing(
                question.code,
                _("The answer to the key question and the status do not agree."),
            )
        elif answer == "partly" and status == Status.FULLY_IMPLEMENTED:
            yield Missing(
                question.code,
                _("«Partly» to the key question does not go with fully implemented."),
            )


def _of_position(content: "AssessmentContent") -> Iterator[Missing]:
    if content.position == Position.ACCEPTED_IN_PART and not content.position_note:
        yield Missing("position_note", _("Say which part is accepted."))


def _of_support(
    content: "AssessmentContent",
    recommendation: "Recommendation",
    status: Status,
    support: Support,
) -> Iterator[Missing]:
    if status == Status.PARTIALLY_IMPLEMENTED and not support.measures:
        yield Missing("measures", _("Add at least one measure."))
    if (
        status == Status.IN_PROGRESS
        and not support.measures
        and not (content.law or content.practice)
    ):
        yield Missing("practice", _("Describe the work, or add a measure."))
    if status != Status.FULLY_IMPLEMENTED:
        return
    if not support.evidence:
        yield Missing("evidence", _("Add at least one dated link, reference or file."))
    elif recommendation.continuous and not _is_recent(content, support):
        yield Missing(
            "verified_on",
            _(
                "Say when this was last verified, or add evidence: neither may be "
                "older than 24 months."
            ),
        )


def _is_recent(content: "AssessmentContent", support: Support) -> bool:
    """Whether verification or evidence is younger than 24 months."""
    today = timezone.localdate()
    limit = today - datetime.timedelta(days=round(VERIFICATION_MAX_MONTHS * 30.44))
    verified_on = "" if is_future(content.verified_on, today) else content.verified_on
    latest = max(verified_on, support.latest_evidence)
    return bool(latest) and latest >= limit.isoformat()[: len(latest)]
