"""Who of the secretariat reviews what a State sent: who began, or took it over last."""

from typing import Self

import pgtrigger
from django.db import models, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.models.messages.messages import Message, MessageKind
from tracking.models.people.users import REVIEWS, User
from tracking.models.records.submissions import (
    OPEN_STAGES,
    Stage,
    StageChange,
    StageError,
    Submission,
)


class ReviewTurnQuerySet(models.QuerySet["ReviewTurn"]):
    """Each time a review went from one person to another."""

    def of(self, submission: Submission) -> Self:
        return self.filter(submission=submission).select_related("reviewer", "by")

    @transaction.atomic
    def give(self, submission: Submission, *, to: User, by: User) -> bool:
        """Let `to` review it from now on; whether that changes anything.

        Raises StageError when nothing is left to decide, ValueError for somebody who
        may not review.
        """
        if not to.may_review:
            raise ValueError("Whoever reviews is a reviewer or an administrator.")
        # Locked: of two who take it at once, the later one knows of the first.
        row = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        if row.stage not in OPEN_STAGES:
            raise StageError(f"{submission} is not waiting for a decision")
        reviewed = with_reviewer(Submission.objects.filter(pk=row.pk)).get()
        if reviewed.reviewer_key == to.pk:  # type: ignore[attr-defined] # annotated
            return False
        turn = self.create(submission=row, reviewer=to, by=by)
        if to != by:
            Message.objects.tell(
                MessageKind.REVIEW,
                [to],
                key=f"review {turn.pk}",
                state=submission.state,
                facts={
                    "row": submission.pk,
                    "cycle": submission.cycle.code,
                    "number": submission.number,
                },
            )
        return True


class ReviewTurn(models.Model):
    """A review was taken over, or handed over by a colleague."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="turns")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ReviewTurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer")
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="review_turns_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.reviewer}"


def with_reviewer(submissions: "QuerySet[Submission]") -> "QuerySet[Submission]":
    """Each with `reviewer_key` and `reviewer_name` of who reviews it, or None."""
    turns = ReviewTurn.objects.filter(submission=OuterRef("pk"))
    begun = StageChange.objects.filter(submission=OuterRef("pk"), to=Stage.UNDER_REVIEW)
    rows = submissions.annotate(
        reviewer_key=Coalesce(
            Subquery(turns.order_by("-at", "-pk").values("reviewer")[:1]),
            Subquery(begun.order_by("-at", "-pk").values("by")[:1]),
        )
    )
    people = User.objects.filter(pk=OuterRef("reviewer_key"))
    return rows.annotate(reviewer_name=Subquery(people.values("name")[:1]))


def reviewers() -> "QuerySet[User]":
    """Who may review, by name."""
    return User.objects.filter(role__in=REVIEWS, is_active=True).order_by("name", "pk")
