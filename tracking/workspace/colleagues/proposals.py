"""Proposals of contributors: kept from a form, shown again, compared with the row."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    Measure,
    Outcome,
    Proposal,
    task_of,
)
from tracking.models.working_copy.proposals import ProposalQuerySet
from tracking.requests.drafts import settle
from tracking.requests.http import UserRequest, current_cycle, words_sent
from tracking.workspace.access import number_in
from tracking.workspace.colleagues.decisions import (
    ADDING,
    ProposedLine,
    compare,
    labels_of,
)
from tracking.workspace.drafts.versions import Row
from tracking.workspace.forms.assessments import (
    READY,
    AssessmentForm,
    answer_form,
)
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.measures import MeasureForm
from tracking.workspace.forms.merging import pack, values_of
from tracking.workspace.forms.versions import VersionedForm
from tracking.workspace.reading.lines import said_unasked


def row_of(proposal: Proposal, answer: Assessment) -> Row:
    """The row that a proposal is about, as it is now; a new one if it makes one."""
    row: Row = answer
    if proposal.view == "workspace:add_measure":
        row = Measure(state=answer.state)
    elif proposal.view == "workspace:add_evidence":
        row = Evidence(state=answer.state)
    elif proposal.view == "workspace:measure":
        measures = Measure.objects.select_related("updated_by")
        row = get_object_or_404(
            measures, state=answer.state, pk=proposal.arguments["pk"]
        )
    elif proposal.view == "workspace:evidence":
        evidence = Evidence.objects.select_related("updated_by", "file")
        row = get_object_or_404(
            evidence, state=answer.state, pk=proposal.arguments["pk"]
        )
    return row


def form_over(
    row: Row, answer: Assessment, cycle: Cycle | None, data: Any = None
) -> VersionedForm[Any]:
    """The form of a row, whatever its kind."""
    if isinstance(row, Measure):
        return MeasureForm.at(answer, row, data)
    if isinstance(row, Evidence):
        return EvidenceForm.at(answer, row, data)
    return answer_form(data, row, cycle)


# What a contributor sends ------------------------------------------------------


def propose(
    request: UserRequest, answer: Assessment, form: VersionedForm[Any]
) -> Proposal | None:
    """Keep a valid form as a proposal; None if it says what the row says."""
    sent = words_sent(request)
    proposal = Proposal(
        state=answer.state,
        recommendation=answer.recommendation,
        by=request.user,
        view=sent.view,
        arguments=sent.arguments,
        payload={**values_of(form), "shown": [form.cleaned_data["shown"]]},
        version=form.cleaned_data["version"],
        ready=isinstance(form, AssessmentForm) and form.wants_ready,
    )
    if isinstance(form, EvidenceForm):
        proposal.file = form.kept_file(request.user)
    answer = Assessment.objects.select_related("state", "recommendation").get(
        pk=answer.pk
    )
    theirs = form_over(row_of(proposal, answer), answer, current_cycle(request))
    if proposal.file_id == getattr(theirs.instance, "file_id", None):
        proposal.file = None
    differing = {line.name for line in compare(proposal, theirs)} - {"language"}
    if differing or proposal.ready:
        return _keep(proposal, number_in(request.POST.get("proposal", "")))
    for row in _open_here(proposal):
        row.withdraw()
    return None


def propose_and_say(
    request: UserRequest, answer: Assessment, form: VersionedForm[Any], address: str
) -> HttpResponse:
    """Keep a valid form as a proposal, tell its writer, and go on."""
    proposal = propose(request, answer, form)
    settle(request)
    if proposal is not None and isinstance(form, AssessmentForm):
        here = replace(task_of(answer, form.cycle), assessment=form.instance)
        if unasked := said_unasked(here):
            messages.info(request, unasked)
    if proposal is None:
        messages.info(
            request,
            _("It says what the working copy says already: nothing is proposed."),
        )
    elif proposal.title:
        messages.success(
            request,
            _("Proposed to your focal point: %(title)s") % {"title": proposal.title},
        )
    elif proposal.ready:
        messages.success(
            request, _("Proposed to your focal point, as ready for clearance.")
        )
    else:
        messages.success(
            request,
            _(
                "Proposed to your focal point, who can read it. Say that it is ready "
                "for clearance when it is."
            ),
        )
    return redirect(address)


def say_unchanged(request: UserRequest, answer: Assessment) -> HttpResponse:
    """Propose an answer as it stands, as ready: a proposal without a difference."""
    values = values_of(answer_form(None, answer, current_cycle(request)))
    proposal = Proposal(
        state=answer.state,
        recommendation=answer.recommendation,
        by=request.user,
        view="workspace:assessment",
        arguments={"iso3": answer.state.key, "place": answer.recommendation.key},
        payload={**values, "ready": [READY], "shown": [pack(values)]},
        version=answer.version,
        ready=True,
    )
    _keep(proposal)
    messages.success(
        request, _("Proposed to your focal point: nothing has changed, ready to clear.")
    )
    return redirect(answer)


def _keep(words: Proposal, shown: int = 0) -> Proposal:
    """Keep `words`; they replace what the same person has open about the same row.

    A new row has nothing of the kind, but may continue the proposal `shown`.
    """
    return Proposal.objects.propose(
        state=words.state,
        recommendation=words.recommendation,
        by=words.by,
        view=words.view,
        arguments=words.arguments,
        payload=words.payload,
        version=words.version,
        file=words.file,
        ready=words.ready,
        replaces=[row.pk for row in _open_here(words)]
        if words.view not in ADDING
        else [shown],
    )


def _own(words: Proposal) -> ProposalQuerySet:
    """What the same person has proposed from the same page."""
    rows = Proposal.objects.of(words.state).filter(by=words.by)
    return rows.at(words.view, words.arguments)


def _open_here(words: Proposal) -> list[Proposal]:
    return [] if words.view in ADDING else list(_own(words).open())


# What the page of a contributor shows ------------------------------------------


@dataclass(frozen=True)
class Held:
    """A contributor's own proposal, on the page of the form it came from."""

    proposal: Proposal
    in_form: bool  # whether the form shows its words
    row_moved: bool
    lines: list[ProposedLine] | None  # not told beside mistakes
    taken: list[str]

    @property
    def says_the_same(self) -> bool:
        return self.lines == []


def file_proposed(request: UserRequest, answer: Assessment) -> EvidenceFile | None:
    """The file that goes with the proposal whose words a form shows."""
    if not request.user.may_propose:
        return None
    found = _shown(request, _here(request, answer))
    return found.file if found is not None else None


def resume(
    request: UserRequest, answer: Assessment, form: VersionedForm[Any]
) -> Held | None:
    """Put the contributor's own words into the form, and tell what became of them."""
    if not request.user.may_propose:
        return None
    if isinstance(form, AssessmentForm):
        form.ask_for_clearance()
    found = _shown(request, _here(request, answer))
    if found is None:
        return None
    asked = bool(number_in(request.GET.get("proposal", "")))
    in_form = asked or found.is_open
    lines = compare(found, form) if not form.is_bound else None
    if in_form and not form.is_bound:
        words = {"shown": [pack(values_of(form))], **values_of(form)}
        words |= {**found.payload, "proposal": [str(found.pk)]}
        form.resume(words, found.version)
    return Held(
        found,
        in_form,
        found.version not in (None, form.instance.version),
        lines,
        labels_of(found.taken, form),
    )


def _here(request: UserRequest, answer: Assessment) -> ProposalQuerySet:
    sent = words_sent(request)
    rows = Proposal.objects.of(answer.state).filter(by=request.user)
    return rows.at(sent.view, sent.arguments).select_related(
        "state", "recommendation", "by", "closed_by", "file"
    )


def _shown(request: UserRequest, own: ProposalQuerySet) -> Proposal | None:
    """The own proposal that this page is about, if any."""
    sent = request.POST if request.method == "POST" else request.GET
    wanted = number_in(sent.get("proposal", ""))
    if wanted and request.method == "POST":
        return own.filter(pk=wanted).first()
    if wanted:
        return get_object_or_404(own, pk=wanted)
    if words_sent(request).view in ADDING:
        return None
    return own.exclude(outcome__in=(Outcome.REPLACED, Outcome.WITHDRAWN)).first()


def form_address(proposal: Proposal) -> str:
    """The form a proposal came from, with its words in it."""
    address = reverse(proposal.view, kwargs=proposal.arguments)
    return f"{address}?{urlencode({'proposal': proposal.pk})}"


def about(
    request: UserRequest, answer: Assessment, *, besides: Held | None = None
) -> list[Proposal]:
    """What waits at one recommendation, and what became of the reader's own.

    `besides` stands on the page already.
    """
    mine = Q(by=request.user) & ~Q(outcome__in=(Outcome.REPLACED, Outcome.WITHDRAWN))
    return list(
        Proposal.objects.of(answer.state)
        .filter(Q(outcome="") | mine, recommendation=answer.recommendation_id)
        .exclude(pk=besides.proposal.pk if besides else 0)
        .select_related("state", "recommendation", "by", "closed_by")
        .order_by("outcome", "-at")[:20]
    )
