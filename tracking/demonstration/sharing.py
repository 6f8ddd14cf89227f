"""Sharing the work of the open cycle: what is asked of contributors, and proposed."""

import datetime

from django.utils import timezone

from tracking.demonstration.simulation import Teller
from tracking.models import (
    Assignment,
    Cycle,
    Outcome,
    Proposal,
    Status,
    Task,
    TaskStage,
    User,
    tasks_of,
)

DUE_DAYS = (14, -3)  # from today; the second date has passed
GIVEN_DAYS = 20


def share(teller: Teller, contributor: User, cycle: Cycle) -> None:
    """Give two answers to a contributor, who proposes one and was refused another."""
    waiting = [
        task
        for task in tasks_of(teller.state, cycle)
        if task.stage in (TaskStage.DRAFT, TaskStage.TO_CONFIRM, TaskStage.TO_START)
    ]
    for task, days in zip(waiting, DUE_DAYS, strict=False):
        _give(teller, task, contributor, days)
    if waiting:
        _propose(teller, waiting[0], contributor, ready=True)
    if len(waiting) > len(DUE_DAYS):
        task = waiting[-1]
        refused = _propose(teller, task, contributor, ready=False)
        refused.close(
            Outcome.DECLINED,
            by=teller.focal_point,
            reason=_say(teller, "refusal", task),
        )


def _say(teller: Teller, key: str, task: Task) -> str:
    voice = teller.voice
    return voice.phrases.say(voice.rng, key, task.recommendation.number)


def _give(teller: Teller, task: Task, contributor: User, days: int) -> None:
    given = Assignment.objects.assign(
        task.assessment,
        to=contributor,
        by=teller.focal_point,
        due_on=timezone.localdate() + datetime.timedelta(days=days),
        note=_say(teller, "assignment_note", task),
    )
    given.at = timezone.now() - datetime.timedelta(days=GIVEN_DAYS)
    given.save()


def _propose(teller: Teller, task: Task, contributor: User, *, ready: bool) -> Proposal:
    """Propose other words for what is done, and a status where there is none."""
    answer = task.assessment
    payload = {"practice": [_say(teller, "proposal", task)]}
    if not answer.status:
        payload["status"] = [Status.IN_PROGRESS.value]
    if not answer.language:
        payload["language"] = [teller.voice.phrases.language]
    return Proposal.objects.propose(
        state=teller.state,
        recommendation=task.recommendation,
        by=contributor,
        view="workspace:assessment",
        arguments={"iso3": teller.state.key, "number": task.recommendation.number},
        payload=payload,
        version=answer.version,
        ready=ready,
    )
