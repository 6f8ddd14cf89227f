"""What an invented State says about one recommendation, and how it moves on."""

import datetime
from dataclasses import dataclass, field
from random import Random
from typing import Any

from recommendations.models import AnswerType, Question, Recommendation
from tracking.demonstration.phrases import Phrases
from tracking.models import (
    Assessment,
    AssessmentContent,
    AssistanceNeed,
    AssistanceType,
    Confidence,
    Part,
    Position,
    Priority,
    Status,
    Visibility,
    statuses_for,
)
from tracking.models.working_copy.rules import goes_back

# Where a State may begin, and how often.
FIRST_STATUSES = {
    Status.NOT_STARTED: 15,
    Status.PLANNED: 12,
    Status.IN_PROGRESS: 18,
    Status.PARTIALLY_IMPLEMENTED: 18,
    Status.FULLY_IMPLEMENTED: 9,
    Status.CONSIDERED_NOT_PURSUED: 8,
    Status.OVERTAKEN: 2,
    Status.NOT_APPLICABLE: 2,
}
SCALE = sorted(
    (status for status in Status if status.rank is not None),
    key=lambda status: status.rank or 0,
)
POSITIONS = {
    Position.ACCEPTED: 11,
    Position.UNDER_CONSIDERATION: 4,
    Position.ACCEPTED_IN_PART: 2,
    Position.NOTED: 2,
    Position.NOT_STATED: 3,
}
# Columns that mostly stay as they are from one report to the next.
LASTING = (
    "visibility",
    *AssessmentContent.columns(Part.POSITION, Part.ASSISTANCE, Part.CONFIDENCE),
)
# Visibility an answer tends to have, by how open the State is.
OPENNESS = {
    "open": {Visibility.PUBLIC: 8, Visibility.PARTIES: 1, Visibility.SECRETARIAT: 1},
    "mixed": {Visibility.PUBLIC: 4, Visibility.PARTIES: 3, Visibility.SECRETARIAT: 2},
    "closed": {Visibility.PUBLIC: 1, Visibility.PARTIES: 3, Visibility.SECRETARIAT: 6},
}


def drawn(rng: Random, weights: dict[Any, int]) -> Any:
    """One of the keys, each as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


@dataclass
class Voice:
    """How one State speaks: its language, its chance, its openness."""

    phrases: Phrases
    rng: Random
    openness: dict[Visibility, int]
    highest: dict[int, Status] = field(default_factory=dict)

    def say(self, key: str, number: int = 0, **words: object) -> str:
        return self.phrases.say(self.rng, key, number, **words)

    def visibility(self) -> Visibility:
        return Visibility(drawn(self.rng, self.openness))

    def reached(self, assessment: Assessment) -> None:
        """Remember how far the State said it was; less takes an explanation."""
        number, status = assessment.recommendation.number, Status(assessment.status)
        if not goes_back(self.highest.get(number, Status.NO_INFORMATION), status):
            self.highest[number] = status

    def day_before(self, day: datetime.date, days: int) -> datetime.date:
        """A day in the `days` before `day`."""
        return day - datetime.timedelta(days=self.rng.randint(1, days))


def next_status(
    voice: Voice, recommendation: Recommendation, before: Status, *, old: bool
) -> Status:
    """Where the State stands now; mostly where it stood, or a step further.

    `old` says that the cycle is too old for a continuous recommendation to have
    been verified lately enough.
    """
    rng = voice.rng
    after = before
    if before == Status.NO_INFORMATION:
        offered = set(statuses_for(recommendation))
        after = drawn(rng, {s: w for s, w in FIRST_STATUSES.items() if s in offered})
    elif before.rank is not None:
        step = rng.choices((0, 1, -1), (52, 42, 6))[0]
        after = SCALE[min(max(before.rank + step, 0), len(SCALE) - 1)]
    if old and recommendation.continuous and after == Status.FULLY_IMPLEMENTED:
        return Status.PARTIALLY_IMPLEMENTED
    return after


def write(
    voice: Voice, assessment: Assessment, status: Status, today: datetime.date
) -> None:
    """Fill in the answer so that it can be submitted, but for what backs it."""
    rng, number = voice.rng, assessment.recommendation.number
    lasting = LASTING if assessment.status and rng.random() < 0.85 else ()
    blank = Assessment()
    for name in AssessmentContent.columns():
        if name not in lasting:
            setattr(assessment, name, getattr(blank, name))
    assessment.status = status
    assessment.language = voice.phrases.language
    if not lasting:
        _write_lasting(voice, assessment)
    _write_status(voice, assessment, status, today)
    if goes_back(voice.highest.get(number, Status.NO_INFORMATION), status):
        assessment.change_reason = voice.say("change_reason", number)
    if status not in (Status.NOT_STARTED, Status.NOT_APPLICABLE, Status.OVERTAKEN):
        assessment.law = voice.say("law", number) if rng.random() < 0.75 else ""
        assessment.practice = voice.say("practice", number)
    assessment.answers = _answers(voice, assessment, status, today)


def _write_lasting(voice: Voice, assessment: Assessment) -> None:
    rng, number = voice.rng, assessment.recommendation.number
    assessment.visibility = voice.visibility()
    assessment.position = drawn(rng, POSITIONS)
    if assessment.position == Position.ACCEPTED_IN_PART:
        assessment.position_note = voice.say("position_note", number)
    if rng.random() < 0.6:
        assessment.confidence = rng.choice(Confidence.values)
    _write_assistance(voice, assessment)


def _write_status(
    voice: Voice, assessment: Assessment, status: Status, today: datetime.date
) -> None:
    number = assessment.recommendation.number
    if status == Status.PLANNED:
        # Some target dates are past: pages remind of them.
        days = voice.rng.randint(-60, 700)
        target = today + datetime.timedelta(days=days)
        assessment.target_date = target.isoformat()[: voice.rng.choice((4, 7, 10))]
        assessment.lead_institution = voice.say("institution")
    elif status == Status.PARTIALLY_IMPLEMENTED:
        assessment.lead_institution = voice.say("institution")
    elif status == Status.FULLY_IMPLEMENTED:
        completed = voice.day_before(today, 900)
        assessment.completed_on = completed.isoformat()[: voice.rng.choice((7, 10))]
        if assessment.recommendation.continuous:
            assessment.verified_on = voice.day_before(today, 120).isoformat()
    elif status == Status.CONSIDERED_NOT_PURSUED:
        assessment.decided_on = voice.day_before(today, 600).isoformat()
        assessment.decided_by = voice.say("institution")
    if status in (
        Status.CONSIDERED_NOT_PURSUED,
        Status.OVERTAKEN,
        Status.NOT_APPLICABLE,
    ):
        assessment.reason = voice.say(f"reason.{status}", number)


def _answers(
    voice: Voice, assessment: Assessment, status: Status, today: datetime.date
) -> dict[str, Any]:
    """Answers to the questions: the key one agrees with the status."""
    if status in (Status.NOT_APPLICABLE, Status.OVERTAKEN):
        return {}
    done = status in (Status.PARTIALLY_IMPLEMENTED, Status.FULLY_IMPLEMENTED)
    started = done or status == Status.IN_PROGRESS
    return {
        question.code: _answer(voice, question, status, today)
        for question in assessment.recommendation.questions.all()
        if (question.is_key and (done or voice.rng.random() < 0.6))
        or (started and voice.rng.random() < 0.7)
    }


def _answer(
    voice: Voice, question: Question, status: Status, today: datetime.date
) -> Any:
    rng = voice.rng
    rank = status.rank or 0
    if question.answer_type == AnswerType.YES_PARTLY_NO:
        if question.is_key:
            return ("no", "no", "partly", "partly", "yes")[rank]
        return rng.choice(("yes", "partly", "no"))
    if question.answer_type == AnswerType.YES_NO:
        if question.is_key:
            return "yes" if rank > 2 else "no"
        return rng.choice(("yes", "no"))
    if question.answer_type == AnswerType.NUMBER:
        return rng.randint(5, 60) if rank > 2 or not question.is_key else 0
    if question.answer_type == AnswerType.DATE:
        return voice.day_before(today, 700).isoformat()
    return "\n".join(voice.say("items") for _ in range(rng.randint(1, 3)))


def _write_assistance(voice: Voice, assessment: Assessment) -> None:
    rng, number = voice.rng, assessment.recommendation.number
    chance = rng.random()
    if chance < 0.2:
        need = AssistanceNeed.NEEDED if chance < 0.14 else AssistanceNeed.RECEIVED
        assessment.assistance_need = need
        chosen = rng.sample(AssistanceType.values, rng.randint(1, 2))
        assessment.assistance_types = [
            kind for kind in AssistanceType.values if kind in chosen
        ]
        assessment.assistance_priority = rng.choice(Priority.values)
        assessment.assistance_details = voice.say("assistance_details", number)
    elif chance < 0.5:
        assessment.assistance_need = AssistanceNeed.NONE
    if rng.random() < 0.07:
        assessment.assistance_offer = voice.say("assistance_offer", number)
