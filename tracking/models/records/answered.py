"""How many States have answered a recommendation, in whatever form."""

from recommendations.models import Recommendation
from tracking.models.accounts.reader import reading_all
from tracking.models.records.records import SubmittedAssessment
from tracking.models.working_copy.assessments import Assessment
from tracking.models.working_copy.proposals import Proposal


def count_answering(recommendation: Recommendation) -> int:
    """Number of States that have answered it, in a draft, a proposal or a record."""
    with reading_all():
        states = {
            answer.state_id
            for answer in Assessment.objects.filter(recommendation=recommendation)
            if not answer.says_nothing
        }
        sent = SubmittedAssessment.objects.filter(recommendation=recommendation)
        states.update(sent.values_list("submission__state", flat=True))
        proposed = Proposal.objects.filter(recommendation=recommendation)
        states.update(proposed.values_list("state", flat=True))
    return len(states)
