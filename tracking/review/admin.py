"""Moderation: a queue, and one page per submission on which to decide."""

import datetime
import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, DateTimeField, F, Min, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin import ListAdmin
from tracking.files.downloads import deliver
from tracking.models import (
    OPEN_STAGES,
    Access,
    AccessKind,
    ReviewTurn,
    Stage,
    StageError,
    State,
    Submission,
    SubmittedEvidence,
    User,
    reviewers,
    with_reviewer,
)
from tracking.requests.drafts import Place, page_of
from tracking.requests.http import UserRequest
from tracking.review.forms import ACCEPT, DecisionForm
from tracking.review.hiding import HidingForm, change_hiding, hiding_of, number_in
from tracking.review.presentation import Reading, bases_of, read
from tracking.review.reviewers import (
    NOBODY,
    ReviewerFilter,
    TurnActionForm,
    TurnForm,
    change_reviewer,
    give_several,
)


class StageFilter(admin.SimpleListFilter):
    """Stages that the secretariat sees: what was recalled, it never does."""

    title = gettext_lazy("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(s.value, s.label) for s in Stage if s != Stage.RECALLED]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Submission]
    ) -> QuerySet[Submission]:
        return queryset.filter(stage=self.value()) if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(ListAdmin):
    """The queue, those who wait longest first; a submission is read, not edited."""

    list_display = (
        "by_state",
        "cycle",
        "number",
        "stage",
        "submitted_on",
        "waiting",
        "reviewer",
        "reply_wanted",
    )
    list_filter = (StageFilter, ReviewerFilter, "cycle")
    list_per_page = 1000  # all States and some cycles: what is printed is whole
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("state__iso3",)
    search_help_text = gettext_lazy("Name of a State in any language, or its code")
    # Who reviews is no decision: several at once are safe. What decides is read first.
    actions = ("take", "hand_over")
    action_form = TurnActionForm
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        submissions = Submission.objects.visible_to(request.user)
        rows = submissions.select_related("state", "cycle", "submitted_by")
        return with_reviewer(rows).annotate(
            wanted_by=Min(
                "questions__due_on",
                filter=Q(stage=Stage.RETURNED) & Q(questions__reply=""),
            ),
            waits_since=Case(
                When(stage__in=OPEN_STAGES, then="submitted_at"),
                output_field=DateTimeField(),
            ),
        )

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        waiting_first: Any = F("waits_since").asc(nulls_last=True)
        return [waiting_first, "-submitted_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Submission], search_term: str
    ) -> tuple[QuerySet[Submission], bool]:
        if not search_term.strip():
            return queryset, False
        called = [s.pk for s in State.objects.all() if s.is_called(search_term)]
        return queryset.filter(state__in=called), False

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def by_state(self, submission: Submission) -> State:
        return submission.state

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted_on(self, submission: Submission) -> datetime.date:
        return timezone.localdate(submission.submitted_at)

    @admin.display(description=gettext_lazy("waiting"), ordering="waits_since")
    def waiting(self, submission: Submission) -> str:
        if submission.stage not in OPEN_STAGES:
            return "–"
        days = (timezone.localdate() - self.submitted_on(submission)).days
        if not days:
            return _("since today")
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}

    @admin.display(description=gettext_lazy("reviewer"), ordering="reviewer_name")
    def reviewer(self, submission: Submission) -> str:
        return submission.reviewer_name or NOBODY  # type: ignore[attr-defined] # annotated

    @admin.display(description=gettext_lazy("reply wanted by"), ordering="wanted_by")
    def reply_wanted(self, submission: Submission) -> datetime.date | str:
        return submission.wanted_by or NOBODY  # type: ignore[attr-defined] # annotated

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if _may_review(request) else {}

    @admin.action(description=gettext_lazy("Take the review"))
    def take(self, request: UserRequest, chosen: QuerySet[Submission]) -> None:
        give_several(request, chosen, request.user)

    @admin.action(description=gettext_lazy("Hand the review over to the colleague"))
    def hand_over(self, request: UserRequest, chosen: QuerySet[Submission]) -> None:
        to = reviewers().filter(pk=number_in(request.POST.get("reviewer", ""))).first()
        if to is None:
            messages.error(request, _("Choose a colleague."))
        else:
            give_several(request, chosen, to)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Submission | None = None
    ) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<ref:submission>/evidence/<ref:evidence>/",
                self.admin_site.admin_view(self.evidence_view),
                name="tracking_submission_evidence",
            ),
            path(
                "<ref:pk>/hiding/",
                self.admin_site.admin_view(self.hiding_view),
                name="tracking_submission_hiding",
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": _("Review queue"), "is_queue": True}
        )

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Stages have their own history, on the page of the submission."""
        url = reverse("admin:tracking_submission_change", args=[object_id])
        return redirect(f"{url}#history")

    def change_view(  # type: ignore[override]
        self,
        request: UserRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show everything that was sent; a POST begins the review or decides."""
        submission: Submission | None = self.get_object(request, unquote(object_id))
        if submission is None:
            if request.method == "POST" and _was_recalled(object_id):
                return self._tell_recalled(request)
            raise Http404
        page = _Page(request, submission)
        if request.method == "POST" and not request.user.may_review:
            raise PermissionDenied
        if request.method != "POST":
            Access.objects.read(submission, by=request.user)
            return page.show()
        if "take" in request.POST or "hand" in request.POST:
            change_reviewer(request, submission)
            return redirect(page.url)
        if "begin" in request.POST:
            return self._begin(page)
        return self._decide(page)

    def _begin(self, page: "_Page") -> HttpResponse:
        try:
            page.submission.begin_review(by=page.request.user)
        except StageError:
            return self._too_late(page)
        messages.success(
            page.request, _("The review has begun; the State can no longer recall it.")
        )
        return redirect(page.url)

    def _decide(self, page: "_Page") -> HttpResponse:
        form, submission, user = page.form, page.submission, page.request.user
        if submission.stage != Stage.UNDER_REVIEW:
            return self._too_late(page)
        if not form.is_valid():
            return page.show(status=422)
        note = form.cleaned_data["note"]
        try:
            if form.cleaned_data["decision"] == ACCEPT:
                submission.accept(by=user, note=note)
                done = _("Accepted: %(submission)s.")
            else:
                submission.send_back(
                    by=user,
                    questions=form.questions,
                    note=note,
                    due_on=form.cleaned_data["due_on"],
                )
                done = _("Returned with questions: %(submission)s.")
        except StageError:
            return self._too_late(page)
        messages.success(page.request, done % {"submission": submission})
        return redirect("admin:tracking_submission_changelist")

    def _too_late(self, page: "_Page") -> HttpResponse:
        """Say who was faster, and give back what was typed."""
        if _was_recalled(page.submission.pk):
            return self._tell_recalled(page.request)
        page.submission.refresh_from_db(fields=["stage"])
        return page.show(status=409, outdated=True)

    def _tell_recalled(self, request: HttpRequest) -> HttpResponse:
        messages.warning(
            request, _("The State recalled this submission before its review began.")
        )
        return redirect("admin:tracking_submission_changelist")

    def hiding_view(self, request: UserRequest, pk: int) -> HttpResponse:
        """Propose to hide a publication, confirm it, or show it again."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.may_review:
            raise PermissionDenied
        if request.method != "POST":
            # Where a reason that is not sent yet was begun.
            url = reverse("admin:tracking_submission_change", args=[pk])
            return redirect(f"{url}?{request.GET.urlencode()}#hiding")
        form = change_hiding(request, row)
        page = _Page(request, row)
        if form.errors:
            page.hiding_form = form
            return page.show(status=422)
        return redirect(f"{page.url}#hiding")

    def evidence_view(
        self, request: HttpRequest, submission: int, evidence: int
    ) -> HttpResponse | FileResponse:
        """Hand out a file that was sent, to be kept and never run by the browser."""
        record = get_object_or_404(
            SubmittedEvidence.objects.visible_to(request.user)
            .filter(file__isnull=False)
            .select_related("file", "submission"),
            pk=evidence,
            submission=submission,
        )
        assert record.file is not None  # noqa: S101 - for the type checker
        assert isinstance(request.user, User)  # noqa: S101 - for the type checker
        Access.objects.read(record.submission, by=request.user, kind=AccessKind.FILE)
        return deliver(request, record.file)


def _may_review(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.may_review


def _was_recalled(pk: str | int) -> bool:
    return bool(
        re.fullmatch(r"[0-9]{1,18}", str(pk))
        and Submission.objects.filter(pk=pk, stage=Stage.RECALLED).exists()
    )


class _Page:
    """The page of one submission, for one request."""

    def __init__(self, request: UserRequest, submission: Submission) -> None:
        self.request = request
        self.submission = submission
        self.bases = bases_of(submission)
        self.since = request.GET.get("since", "accepted")
        if self.since not in self.bases:
            self.since = next(iter(self.bases), "")
        self.reading: Reading = read(submission, self.bases.get(self.since))
        self.hiding_form = HidingForm()
        decides = request.method == "POST" and "verb" not in request.POST
        self.form = DecisionForm(
            request.POST if decides else None,
            recommendations=self.reading.recommendations,
        )

    @property
    def url(self) -> str:
        return reverse("admin:tracking_submission_change", args=[self.submission.pk])

    def _place(self, page: str) -> Place:
        """Where words for one of the two forms of this page are kept."""
        key = str(self.submission.pk)
        arguments = {"object_id": key} if page == "change" else {"pk": int(key)}
        return f"admin:tracking_submission_{page}", arguments

    def show(self, status: int = 200, *, outdated: bool = False) -> HttpResponse:
        stage_changes = list(self.submission.stage_changes.select_related("by"))
        may = self.request.user.may_review
        decides = may and self.submission.stage == Stage.UNDER_REVIEW and not outdated
        other_fields, writing = [], None
        if decides:
            writing = page_of(self.request, self.form, self._place("change"))
            for answer in self.reading.answers:
                answer.field = self.form.field_for(answer.recommendation)
            other_fields = [(r, self.form.field_for(r)) for r in self.reading.others]
        hiding = hiding_of(self.submission, self.request.user)
        hiding_writing = None
        if hiding["may_hide"]:
            place = self._place("hiding")
            hiding_writing = page_of(self.request, self.hiding_form, place)
        return render(
            self.request,
            "admin/tracking/submission/change_form.html",
            {
                "writing": writing,
                "hiding_writing": hiding_writing,
                "submission": self.submission,
                "reading": self.reading,
                "bases": self.bases,
                "since": self.since,
                "stage_changes": stage_changes,
                "last_change": stage_changes[-1] if stage_changes else None,
                "turns": list(ReviewTurn.objects.of(self.submission)),
                "may_turn": may and self.submission.stage in OPEN_STAGES,
                "turn_form": TurnForm(
                    initial={"was": self.submission.reviewer_key or ""}  # type: ignore[attr-defined] # annotated
                ),
                "may_begin": may and self.submission.stage == Stage.SUBMITTED,
                "decides": decides,
                **hiding,
                "hiding_form": self.hiding_form,
                "form": self.form if decides else None,
                "other_fields": other_fields,
                "outdated": outdated,
                "typed": self.form.typed if outdated else [],
            },
            status=status,
        )
