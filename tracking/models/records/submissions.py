import datetime
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models import Recommendation, in_order, sorted_keys
from tracking.models.database.limits import Limit, texts_within
from tracking.models.messages.messages import Message, MessageKind, focal_points_of
from tracking.models.people.states import State
from tracking.models.people.users import User
from tracking.models.records.opened import SentModel
from tracking.models.working_copy.cycles import Cycle

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


Moment = datetime.datetime | None


class StageError(Exception):
    """A submission cannot go where somebody wants it to go; somebody was faster."""


class Stage(models.TextChoices):
    """Where a submission stands between the State and the secretariat."""

    SUBMITTED = "submitted", pgettext_lazy("stage", "Submitted")
    UNDER_REVIEW = "under_review", pgettext_lazy("stage", "Under review")
    RETURNED = "returned", pgettext_lazy("stage", "Returned with questions")
    ACCEPTED = "accepted", pgettext_lazy("stage", "Accepted")
    RECALLED = "recalled", pgettext_lazy("stage", "Recalled by the State")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "Withdrawn by the State")


NEXT_STAGES: dict[Stage, tuple[Stage, ...]] = {
    Stage.SUBMITTED: (Stage.UNDER_REVIEW, Stage.RECALLED),
    Stage.UNDER_REVIEW: (Stage.ACCEPTED, Stage.RETURNED),
    Stage.RETURNED: (),
    Stage.ACCEPTED: (Stage.WITHDRAWN,),
    Stage.RECALLED: (),
    Stage.WITHDRAWN: (),
}
OPEN_STAGES = (Stage.SUBMITTED, Stage.UNDER_REVIEW)


# Refused as a constraint does, for a State that wants a second person.
TAKES_TWO = """
IF NEW.prepared_by_id IS NULL AND EXISTS (
    SELECT FROM tracking_foureyes
    WHERE state_id = NEW.state_id AND ended_at IS NULL
) THEN
    RAISE EXCEPTION 'a second person confirms what this State sends'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Submissions this user may read whole: the own State's, or for review."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_secretariat:
            # What a State recalled before review, it took back unread.
            return self.exclude(stage=Stage.RECALLED)
        if not user.reads_submissions:
            return self.none()
        return self.filter(state=user.state_id)

    def reviewable_by(self, user: User | AnonymousUser) -> Self:
        """Submissions on which this user decides."""
        if not user.is_authenticated or not user.may_review:
            return self.none()
        return self.filter(stage__in=OPEN_STAGES)

    def counted(self) -> Self:
        """The accepted submission that counts, per State and cycle.

        It is the last one accepted; a State that withdraws it does not bring an
        older one back.
        """
        later = Submission.objects.filter(
            state=OuterRef("state"),
            cycle=OuterRef("cycle"),
            number__gt=OuterRef("number"),
            stage__in=(Stage.ACCEPTED, Stage.WITHDRAWN),
        )
        return self.filter(~Exists(later), stage=Stage.ACCEPTED)

    def with_counts(self) -> Self:
        """Each with `counts`: whether it is the one that counts for its cycle."""
        return self.annotate(
            counts=Exists(Submission.objects.counted().filter(pk=OuterRef("pk")))
        )

    def published(self) -> Self:
        """What counts and the secretariat does not hide: others than it and the State
        read of it what each item says. What is hidden brings no older one back.
        """
        return self.counted().filter(hidden=False)

    def last_accepted(self, state: State) -> "Submission | None":
        """What counts of the State's last cycle for which something counts."""
        rows = self.counted().filter(state=state).select_related("state", "cycle")
        return rows.order_by("-cycle__opens_on").first()

    def last_of(self, state: State, cycle: Cycle | None) -> "Submission | None":
        """What the State sent last for this cycle, recalled ones left aside."""
        return (
            self.filter(state=state, cycle=cycle)
            .exclude(stage=Stage.RECALLED)
            .order_by("-number")
            .first()
        )


class Submission(models.Model):
    """What a focal point cleared and sent for a cycle, once and for all.

    Only its stage moves; the answers, measures and evidence in it are records
    that nothing can change.
    """

    state = models.ForeignKey(State, models.PROTECT, related_name="submissions")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField(_("number"))
    stage = models.CharField(
        _("stage"), max_length=15, choices=Stage, default=Stage.SUBMITTED
    )
    submitted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    prepared_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("prepared by"),
        help_text="Where the State wants two persons: the first one.",
    )
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)
    consent = models.BooleanField(
        _("consent to publication"),
        help_text="Whether items may be shown to States parties or to everyone, as "
        "each of them says; without consent only the secretariat reads them.",
    )
    digest = models.CharField(
        _("digest"), max_length=64, help_text="SHA-256 of the canonical JSON, in hex."
    )
    hidden = models.BooleanField(
        default=False,
        help_text="Whether a hiding is in force; the database keeps it so.",
    )

    if TYPE_CHECKING:
        counts: bool  # from with_counts()
        questions: "RelatedManager[ReviewQuestion]"
        stage_changes: "RelatedManager[StageChange]"

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "cycle", "number"],
                name="submission_number_once_per_state_and_cycle",
            ),
            models.UniqueConstraint(
                fields=["state", "cycle"],
                condition=Q(stage__in=OPEN_STAGES),
                name="submission_one_open_per_state_and_cycle",
            ),
            Limit(
                condition=Q(stage__in=Stage.values), name="submission_stage_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(prepared_by=F("submitted_by")),
                name="submission_sent_by_another_than_prepared_it",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "stage"], name="submission_by_cycle"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="submissions_take_two_where_chosen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=TAKES_TWO,
            ),
            pgtrigger.Protect(name="submissions_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="submissions_do_not_change", exclude=["stage", "digest", "hidden"]
            ),
            pgtrigger.Trigger(
                name="hidden_follows_hidings",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("hidden"),  # type: ignore[no-untyped-call] # theirs
                condition=pgtrigger.Q(old__hidden__df=pgtrigger.F("new__hidden")),
                func="""
                    IF NEW.hidden <> EXISTS (
                        SELECT FROM tracking_hiding AS h
                        WHERE h.submission_id = NEW.id
                            AND h.confirmed_at IS NOT NULL AND h.lifted_at IS NULL
                    ) THEN
                        RAISE EXCEPTION 'submission: hidden by a hiding alone'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="digests_are_given_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                & ~pgtrigger.Q(old__digest=""),
            ),
            pgtrigger.FSM(
                name="stages_follow_each_other",
                field="stage",
                transitions=[
                    (str(before), str(after))
                    for before, nexts in NEXT_STAGES.items()
                    for after in nexts
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} · {self.cycle} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse(
            "workspace:receipt", args=[self.state.key, self.cycle.code, self.number]
        )

    @property
    def may_be_recalled(self) -> bool:
        return Stage.RECALLED in NEXT_STAGES[Stage(self.stage)]

    # What happened earlier is loaded with its moment, `at`; pages never give one.

    def recall(self, *, by: User, at: Moment = None) -> None:
        """Take it back, as long as nobody has begun to review it."""
        self._change_stage(Stage.RECALLED, by=by, at=at)

    def withdraw(self, *, by: User, reason: str, at: Moment = None) -> None:
        """Take what was accepted off every page, count and file."""
        self._change_stage(Stage.WITHDRAWN, by=by, note=reason, at=at)

    def begin_review(self, *, by: User, at: Moment = None) -> None:
        self._change_stage(Stage.UNDER_REVIEW, by=by, at=at)

    @transaction.atomic
    def accept(self, *, by: User, note: str = "", at: Moment = None) -> None:
        self._change_stage(Stage.ACCEPTED, by=by, note=note, at=at)
        self._tell(MessageKind.ACCEPTANCE, {"consent": self.consent}, at=at)

    @transaction.atomic
    def send_back(
        self,
        *,
        by: User,
        questions: dict[Recommendation, str],
        note: str = "",
        due_on: datetime.date | None = None,
        at: Moment = None,
    ) -> None:
        """Return it to the State with one question or more, wanted by a day.

        Raises ValueError without a question: a State must know what to do.
        """
        if not questions or not all(text.strip() for text in questions.values()):
            raise ValueError("A submission is returned with questions, each a text.")
        self._change_stage(Stage.RETURNED, by=by, note=note, at=at)
        ReviewQuestion.objects.bulk_create(
            ReviewQuestion(
                submission=self,
                recommendation=recommendation,
                text=text,
                due_on=due_on,
                asked_by=by,
                asked_at=at or timezone.now(),
            )
            for recommendation, text in questions.items()
        )
        facts = {
            "questions": len(questions),
            "recommendations": sorted_keys(each.key for each in questions),
            "due_on": due_on and due_on.isoformat(),
        }
        self._tell(MessageKind.QUESTIONS, facts, at=at)

    def _tell(self, kind: MessageKind, facts: dict[str, Any], *, at: Moment) -> None:
        """Tell who clears for the State, and who submitted, what was decided."""
        Message.objects.tell(
            kind,
            {*focal_points_of(self.state), self.submitted_by},
            key=f"{kind} {self.pk}",
            state=self.state,
            facts={"cycle": self.cycle.code, "number": self.number, **facts},
            at=at,
        )

    @transaction.atomic
    def _change_stage(
        self, to: Stage, *, by: User, note: str = "", at: Moment = None
    ) -> None:
        """Change stage and record who did it.

        Raises StageError if the submission is not, in the database, at a stage
        from which `to` can be reached.
        """
        reachable_from = [stage for stage in Stage if to in NEXT_STAGES[stage]]
        rows = Submission.objects.filter(pk=self.pk, stage__in=reachable_from)
        # A single UPDATE checks and changes, so that two reviewers cannot both win.
        if not rows.update(stage=to):
            raise StageError(f"{self} cannot become {to.label}")
        self.stage_changes.create(to=to, by=by, note=note, at=at or timezone.now())
        self.stage = to


class StageChange(SentModel):
    """Who moved a submission, when, and why."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="stage_changes"
    )
    to = models.CharField(max_length=15, choices=Stage)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            Limit(
                condition=Q(to__in=Stage.values) & texts_within("note"),
                name="stage_change_is_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="stage_changes_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_to_display()}"


class ReviewQuestionQuerySet(models.QuerySet["ReviewQuestion"]):
    def asked_of(self, state: State, cycle: Cycle | None) -> Self:
        """What a State is asked in a cycle, and may still reply to.

        A later submission settles a question by taking the reply along, or the
        answer concerned: one that holds other answers leaves it open.
        """
        later = Submission.objects.filter(
            Q(submitted_at__gte=OuterRef("replied_at"))
            | Q(assessments__recommendation=OuterRef("recommendation")),
            state=state,
            cycle=cycle,
            number__gt=OuterRef("submission__number"),
        ).exclude(stage=Stage.RECALLED)
        return self.filter(
            ~Exists(later),
            submission__state=state,
            submission__cycle=cycle,
            submission__stage=Stage.RETURNED,
        )

    def with_sent_replies(self) -> Self:
        """Say of each reply, as `reply_is_sent`, whether the secretariat has it.

        A reply goes with the State's next submission; until then, and once that
        one is recalled, it is a draft like any other.
        """
        sent = Submission.objects.filter(
            state=OuterRef("submission__state"),
            submitted_at__gte=OuterRef("replied_at"),
        ).exclude(stage=Stage.RECALLED)
        return self.annotate(reply_is_sent=Exists(sent))


class ReviewQuestion(SentModel):
    """What the secretariat asks about one recommendation, and the State's reply."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="questions")
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="review_questions"
    )
    text = models.TextField(_("question"))
    due_on = models.DateField(
        _("reply wanted by"), null=True, blank=True, help_text="A wish, not a lock."
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(_("reply"), blank=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)

    objects = ReviewQuestionQuerySet.as_manager()

    class Meta:
        ordering = [*in_order(), "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_has_a_text"),
            Limit(condition=texts_within("text", "reply"), name="question_has_a_limit"),
        ]
        triggers = [
            pgtrigger.Protect(name="questions_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="questions_do_not_change",
                fields=[
                    "submission",
                    "recommendation",
                    "text",
                    "due_on",
                    "asked_by",
                    "asked_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.recommendation.key}"

    @property
    def due_has_passed(self) -> bool:
        """Whether the day by which a reply was wanted has passed."""
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_overdue(self) -> bool:
        """Whether it has passed without a reply, as the State itself knows."""
        return self.due_has_passed and not self.reply

    def answer(self, reply: str, *, by: User, at: Moment = None) -> None:
        """Keep the State's reply, last one wins; the State may still correct it."""
        self.reply, self.replied_by, self.replied_at = reply, by, at or timezone.now()
        self.save(update_fields=["reply", "replied_by", "replied_at"])
