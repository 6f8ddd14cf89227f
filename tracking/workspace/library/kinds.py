"""What distinguishes measures from evidence, on pages and in acts that serve both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.models import Evidence, Measure, State
from tracking.models.working_copy.measures import LibraryQuerySet
from tracking.workspace.forms.evidence import EvidenceForm
from tracking.workspace.forms.measures import MeasureForm


@dataclass(frozen=True)
class Kind:
    """A noun of the library; `words` are what pages and messages say of it."""

    name: str  # of its views, anchors, and templates
    at_answer: str  # anchor of its list at an answer
    library: str  # view of all that a State has
    model: type[Measure] | type[Evidence]
    form: type[MeasureForm] | type[EvidenceForm]
    rows: Callable[[State], LibraryQuerySet[Any]]
    words: dict[str, str | Promise]

    def row(self, state: State, pk: int) -> Any:
        """One of the State, removed or not, with who changed it last."""
        return get_object_or_404(self.rows(state).select_related("updated_by"), pk=pk)


MEASURE = Kind(
    "measure",
    "measures",
    "workspace:measures",
    Measure,
    MeasureForm,
    lambda state: Measure.objects.filter(state=state),
    {
        "one": _("Measure"),
        "all": _("Measures"),
        "all_of_state": _("Measures of your State"),
        "kept_once": _("Each is typed once and changed once, wherever it is used."),
        "none_found": _("No measure answers to this search."),
        "add": _("Add a measure"),
        "what_it_is": _(
            "A step your State took or plans: a law, a guideline, a body, training, an "
            "agreement, equipment."
        ),
        "was_removed": _("This measure was removed. Saving it brings it back."),
        "propose": _("Propose the measure"),
        "save": _("Save the measure"),
        "remove": _("Remove this measure"),
        "use_again": _("Use a measure again"),
        "why_again": _(
            "Already typed for another recommendation? It can serve this one too."
        ),
        "to_use": _("Measure to use"),
        "saved": _("Measure saved: %(title)s"),
        "used_again": _("Measure used here too: %(title)s"),
        "removed": _("Measure removed: %(title)s. You may bring it back."),
        "restored": _("Measure brought back: %(title)s"),
    },
)
EVIDENCE = Kind(
    "evidence",
    "evidence",
    "workspace:evidence_library",
    Evidence,
    EvidenceForm,
    lambda state: Evidence.objects.filter(state=state).select_related("file"),
    {
        "one": _("Evidence"),
        "all": _("Evidence"),
        "all_of_state": _("Evidence of your State"),
        "kept_once": _("Each is recorded once and changed once, wherever it is used."),
        "none_found": _("No evidence answers to this search."),
        "add": _("Add evidence"),
        "what_it_is": _(
            "A link is best, a written reference is enough, a file is the exception."
        ),
        "was_removed": _("This evidence was removed. Saving it brings it back."),
        "propose": _("Propose the evidence"),
        "save": _("Save the evidence"),
        "remove": _("Remove this evidence"),
        "use_again": _("Use evidence again"),
        "why_again": _(
            "Already recorded for something else? It can back this answer too."
        ),
        "to_use": _("Evidence to use"),
        "saved": _("Evidence saved: %(title)s"),
        "used_again": _("Evidence used here too: %(title)s"),
        "removed": _("Evidence removed: %(title)s. You may bring it back."),
        "restored": _("Evidence brought back: %(title)s"),
    },
)
