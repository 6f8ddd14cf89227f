"""Questions of the secretariat and replies to them, put in order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField

from recommendations.models import Recommendation, in_order
from tracking.models import ReviewQuestion, State, Task, User
from tracking.requests.drafts import Page
from tracking.workspace.forms.words import RepliesForm


@dataclass
class Asked:
    """A question that can be replied to; `field` for whom may."""

    question: ReviewQuestion
    field: BoundField | None = None


@dataclass
class Thread:
    """What was asked and replied on one recommendation, the oldest first."""

    recommendation: Recommendation
    earlier: list[ReviewQuestion] = field(default_factory=list)
    open: list[Asked] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        return any(not each.question.reply for each in self.open)


@dataclass(frozen=True)
class QuestionsHere:
    """What is asked at one answer; `form` and `writing` for whom may reply."""

    thread: Thread
    form: RepliesForm | None = None
    writing: Page | None = None

    @property
    def is_one(self) -> bool:
        return len(self.thread.open) == 1


def threads_of(
    state: State, open_to_reply: Iterable[int], **about: Any
) -> list[Thread]:
    """One thread per recommendation, those that wait first: one query.

    `open_to_reply` are keys of the questions that can be replied to.
    """
    rows = (
        ReviewQuestion.objects.filter(submission__state=state, **about)
        .select_related(
            "recommendation", "submission__cycle", "submission__state", "replied_by"
        )
        .order_by(*in_order(), "asked_at", "pk")
    )
    keys = set(open_to_reply)
    threads: dict[int, Thread] = {}
    for row in rows:
        thread = threads.setdefault(row.recommendation_id, Thread(row.recommendation))
        if row.pk in keys:
            thread.open.append(Asked(row))
        else:
            thread.earlier.append(row)
    return sorted(threads.values(), key=lambda each: (not each.waits, not each.open))


def open_questions(threads: Iterable[Thread]) -> list[ReviewQuestion]:
    return [each.question for thread in threads for each in thread.open]


def put_fields(threads: Iterable[Thread], form: RepliesForm) -> None:
    """Put the fields of a form beside the questions."""
    for thread in threads:
        for each in thread.open:
            each.field = form.field_for(each.question)


def questions_here(task: Task, user: User) -> QuestionsHere | None:
    """What waits for a reply at one answer, with what was asked before."""
    if not task.questions:
        return None
    [thread] = threads_of(
        task.assessment.state,
        [question.pk for question in task.questions],
        recommendation=task.recommendation,
    )
    if not user.may_submit:
        return QuestionsHere(thread)
    form = RepliesForm(questions=open_questions([thread]))
    put_fields([thread], form)
    return QuestionsHere(thread, form, Page.new(user))
