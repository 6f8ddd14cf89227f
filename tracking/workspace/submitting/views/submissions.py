from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from tracking.models import (
    OPEN_STAGES,
    ChangedError,
    Cycle,
    Hiding,
    NothingReadyError,
    Prepared,
    SecondPersonError,
    StageError,
    State,
    Submission,
    Visibility,
    in_charge_of,
    is_wider,
    narrow_what_follows,
    show_to,
    submit,
)
from tracking.models.audit.signing import sign_heads
from tracking.requests.http import UserRequest, current_cycle
from tracking.workspace.access import (
    prepare,
    readable_state,
    submission_of,
    submittable_state,
    takes_two,
)
from tracking.workspace.forms.submissions import (
    ConfirmationForm,
    SubmissionForm,
    VisibilityForm,
    WithdrawalForm,
)
from tracking.workspace.reading.lines import lines_of
from tracking.workspace.reading.status_words import NEVER
from tracking.workspace.submitting.clearance import (
    Clearing,
    changed_meanwhile,
    clearing_of,
)
from tracking.workspace.submitting.receipts import receipt_text

ALONE = _lazy(
    "In your State a second person confirms, and nobody else is in office now. Sending "
    "waits until a second person is named by a note verbale to the secretariat."
)


def check(request: UserRequest, iso3: str) -> HttpResponse:
    """Let the focal point read everything once more, and submit it."""
    sends = request.method == "POST"
    state = (submittable_state if sends else readable_state)(request, iso3)
    cycle = current_cycle(request)
    prepare(state)
    clearing = clearing_of(state, cycle)
    if not sends or cycle is None:
        return check_page(request, state, cycle, clearing, None)
    by_two = takes_two(state)
    form = SubmissionForm(
        request.POST,
        wider=clearing.wider,
        widened=len(clearing.widened),
        by_two=by_two,
    )
    if not form.is_valid():
        return check_page(request, state, cycle, clearing, form, status=422)
    try:
        if by_two:
            return _prepare(request, state, cycle, form)
        submission = submit(
            state,
            cycle,
            by=request.user,
            consent=form.consents,
            read=form.cleaned_data["shown"],
        )
    except ChangedError:
        return check_page(
            request,
            state,
            cycle,
            clearing_of(state, cycle),
            None,
            problem=_(
                "Something was changed after you opened this page. Nothing was sent: "
                "read it again, then submit."
            ),
            status=409,
        )
    except SecondPersonError as error:
        return check_page(
            request, state, cycle, clearing, None, problem=str(error), status=409
        )
    except NothingReadyError:
        return check_page(
            request,
            state,
            cycle,
            clearing,
            form,
            problem=_("No answer is ready. Nothing was sent."),
            status=409,
        )
    except (StageError, IntegrityError):
        return check_page(
            request,
            state,
            cycle,
            clearing,
            form,
            problem=_(
                "A submission of this cycle is already with the secretariat. Nothing "
                "more was sent; your working copy is as it was."
            ),
            status=409,
        )
    # The receipt carries the signed head of the chain, which this submission is in
    # once all is written.
    transaction.on_commit(partial(sign_heads, [state.pk]), robust=True)
    messages.success(request, _("Submitted. Keep this receipt."))
    return redirect(submission)


@transaction.atomic
def _prepare(
    request: UserRequest, state: State, cycle: Cycle, form: SubmissionForm
) -> HttpResponse:
    """Ask the second person to send what was shown. Raises ChangedError,
    SecondPersonError, NothingReadyError and StageError as sending itself would."""
    others = in_charge_of(state).exclude(pk=request.user.pk)
    if not others.exists():
        raise SecondPersonError(ALONE)
    clearing = clearing_of(state, cycle)
    if not clearing.ready:
        raise NothingReadyError
    sent = Submission.objects.filter(state=state, cycle=cycle)
    if sent.filter(stage__in=OPEN_STAGES).exists():
        raise StageError
    if clearing.mark != form.cleaned_data["shown"]:
        raise ChangedError
    Prepared.objects.prepare_sending(
        state,
        cycle,
        clearing.versions,
        by=request.user,
        consent=form.consents,
        note=form.cleaned_data["note"],
    )
    messages.success(
        request,
        _("Prepared. Nothing was sent yet: the other person was told, and confirms."),
    )
    return redirect("workspace:check", state.key)


def check_page(
    request: UserRequest,
    state: State,
    cycle: Cycle | None,
    clearing: Clearing,
    form: SubmissionForm | None,
    *,
    confirmation: ConfirmationForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Everything that would be sent; without a form, an empty one for it."""
    by_two = takes_two(state)
    prepared = Prepared.objects.sending(state, cycle) if by_two else None
    shown = {"shown": clearing.mark}
    changed = (
        changed_meanwhile(state, prepared.content, clearing.versions)
        if prepared
        else []
    )
    people = list(in_charge_of(state)) if by_two else []
    open_submission = (
        Submission.objects.filter(state=state, cycle=cycle, stage__in=OPEN_STAGES)
        .select_related("state", "cycle")
        .first()
    )
    return render(
        request,
        "workspace/submitting/check.html",
        {
            "state": state,
            "here": reverse("workspace:check", args=[state.key]),
            "clearing": clearing,
            "form": form
            or SubmissionForm(
                wider=clearing.wider,
                widened=len(clearing.widened),
                by_two=by_two,
                initial=shown,
            ),
            "by_two": by_two,
            "alone": by_two and len(people) < 2,
            "prepared": prepared,
            "changed": changed,
            "void": prepared is not None and prepared.is_void,
            "confirmation": confirmation
            or ConfirmationForm(
                widened=len(clearing.widened) if prepared and prepared.consent else 0,
                initial=shown,
            ),
            "problem": problem,
            "open_submission": open_submission,
            "never": NEVER,
            "submitters": []
            if request.user.may_submit
            else [person for person in state.users.all() if person.may_submit],
        },
        status=status,
    )


def submissions(request: UserRequest, iso3: str) -> HttpResponse:
    """Everything the State has sent, last first."""
    state = readable_state(request, iso3)
    rows = (
        Submission.objects.filter(state=state)
        .select_related("state", "cycle", "submitted_by", "prepared_by")
        .order_by("-submitted_at")
    )
    counted = set(Submission.objects.counted().filter(state=state).values_list("pk"))
    return render(
        request,
        "workspace/submitting/submissions.html",
        {
            "state": state,
            "submissions": [(row, (row.pk,) in counted) for row in rows],
        },
    )


def receipt(request: UserRequest, iso3: str, cycle: str, number: int) -> HttpResponse:
    """What was sent, when, by whom, and where it stands."""
    state = readable_state(request, iso3)
    return _receipt_page(request, submission_of(state, cycle, number), WithdrawalForm())


def _receipt_page(
    request: UserRequest,
    submission: Submission,
    form: WithdrawalForm,
    *,
    status: int = 200,
) -> HttpResponse:
    answers = submission.assessments.select_related(
        "recommendation__section"
    ).prefetch_related("recommendation__questions")
    return render(
        request,
        "workspace/submitting/receipt.html",
        {
            "state": submission.state,
            "submission": submission,
            "answers": [
                (answer, lines_of(answer, answer.recommendation.questions.all()))
                for answer in answers.order_by("recommendation__number")
            ],
            "measures": submission.measures.all(),
            "evidence": submission.evidence.select_related("file"),
            "changes": submission.stage_changes.select_related("by"),
            "questions": submission.questions.select_related(
                "recommendation", "replied_by"
            ),
            "hidings": Hiding.objects.known_to(request.user, submission),
            "form": form,
            "here": submission.get_absolute_url(),
        },
        status=status,
    )


def receipt_file(
    request: UserRequest, iso3: str, cycle: str, number: int
) -> HttpResponse:
    """The receipt as a file that can be verified later."""
    submission = submission_of(readable_state(request, iso3), cycle, number)
    name = f"receipt-{submission.state.key}-{cycle}-{number}.txt"
    return HttpResponse(
        receipt_text(submission),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def recall(request: UserRequest, iso3: str, cycle: str, number: int) -> HttpResponse:
    """Take back what nobody has begun to review."""
    submission = submission_of(submittable_state(request, iso3), cycle, number)
    try:
        submission.recall(by=request.user)
    except StageError:
        messages.warning(
            request,
            _("It could not be recalled: the secretariat has begun to review it."),
        )
    else:
        messages.success(
            request, _("Recalled. The working copy is as it was; submit when ready.")
        )
    return redirect(submission)


@require_POST
def withdraw(request: UserRequest, iso3: str, cycle: str, number: int) -> HttpResponse:
    """Take what was accepted off every page, count and file."""
    submission = submission_of(submittable_state(request, iso3), cycle, number)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _receipt_page(request, submission, form, status=422)
    try:
        submission.withdraw(by=request.user, reason=form.cleaned_data["reason"])
    except StageError:
        messages.warning(request, _("Only an accepted submission can be withdrawn."))
    else:
        messages.success(
            request, _("Withdrawn. It is on no page, in no count and in no file now.")
        )
    return redirect(submission)


def visibility(
    request: UserRequest, iso3: str, cycle: str, number: int
) -> HttpResponse:
    """Let the focal point say who reads what was accepted, from now on."""
    state = submittable_state(request, iso3)
    submission = submission_of(state, cycle, number)
    if not submission.counts:
        raise Http404
    records = _records(submission)
    data: Any = request.POST if request.method == "POST" else None
    form = VisibilityForm(data, records=records)
    by_two = takes_two(state)
    if form.is_valid() and by_two and form.wider and _is_alone(request, state):
        form.add_error(None, ALONE)
    if form.is_valid():
        with transaction.atomic():
            wider = form.wider if by_two else []
            follows = _show(request, form, wider)
            if wider:
                Prepared.objects.prepare_widening(submission, wider, by=request.user)
        if wider:
            said = _(
                "Prepared. Nothing is shown to more readers yet: the other person "
                "was told, and confirms. What you narrowed holds already."
            )
        else:
            said = _(
                "Saved. It holds from now on, everywhere. What was published with "
                "another submission stays as it is: it is changed on that one's page."
            )
        messages.success(request, f"{said} {follows}".strip())
        return redirect("workspace:visibility", state.key, cycle, number)
    prepared = Prepared.objects.widening(submission) if by_two else None
    return render(
        request,
        "workspace/submitting/visibility.html",
        {
            "state": state,
            "submission": submission,
            "form": form,
            "by_two": by_two,
            "prepared": prepared,
            "wider": [
                (records[name], Visibility(wanted).label)
                for name, wanted in _wanted(prepared)
                if name in records
            ],
            "kinds": [
                (heading, [(row, form[name]) for name, row in rows.items()])
                for heading, rows in (
                    (_("Answers"), _starting("answer", records)),
                    (_("Measures"), _starting("measure", records)),
                    (_("Evidence"), _starting("evidence", records)),
                )
                if rows
            ],
        },
        status=422 if form.errors else 200,
    )


def _show(
    request: UserRequest, form: VisibilityForm, waiting: list[tuple[Any, Visibility]]
) -> str:
    """Show each record to whom was chosen, but what waits for a second person; the
    sentence on what comes next, where something was narrowed."""
    narrowed = followed = 0
    for record, wanted in form.changes():
        # To take something back, one person is enough.
        if (record, wanted) in waiting:
            continue
        narrows = is_wider(record.shown_to, wanted)
        show_to(record, wanted, by=request.user)
        narrowed += narrows
        if narrows and form.what_comes_next_follows:
            followed += narrow_what_follows(record, by=request.user)
    if followed:
        return _("Your working copy follows: no submission will show it to more.")
    if narrowed and not form.what_comes_next_follows:
        return _(
            "Your working copy keeps its own setting: before more readers see it "
            "again, you are asked."
        )
    return ""


def _is_alone(request: UserRequest, state: State) -> bool:
    return not in_charge_of(state).exclude(pk=request.user.pk).exists()


def _wanted(prepared: Prepared | None) -> Iterator[tuple[str, str]]:
    """Names of fields of the page, and whom the first person wants to let read."""
    fields = {"assessments": "answer", "measures": "measure", "evidence": "evidence"}
    for name, (_before, wanted) in (prepared.content if prepared else {}).items():
        kind, _dash, pk = name.partition("-")
        yield f"{fields[kind]}-{pk}", wanted


def _records(submission: Submission) -> dict[str, Any]:
    """Records of a submission by the name of their field on the page."""
    found: dict[str, Any] = {}
    for kind, rows in (
        ("answer", submission.assessments.select_related("recommendation")),
        ("measure", submission.measures.all()),
        ("evidence", submission.evidence.all()),
    ):
        for row in rows:
            row.submission = submission
            found[f"{kind}-{row.pk}"] = row
    return found


def _starting(kind: str, records: dict[str, Any]) -> dict[str, Any]:
    return {name: row for name, row in records.items() if name.startswith(f"{kind}-")}
