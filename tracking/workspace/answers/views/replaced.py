"""Beginning with what a State says of a recommendation that another replaces."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import Assessment, StaleError
from tracking.requests.http import UserRequest
from tracking.workspace.access import assessment_of, editable_state, version_sent


def replaced_answer(answer: Assessment) -> Assessment | None:
    """What the State says of what this recommendation replaces; None once begun."""
    if not answer.says_nothing:
        return None
    return (
        Assessment.objects.filter(state=answer.state)
        .replaced_by(answer.recommendation)
        .select_related("recommendation")
        .order_by("-updated_at")
        .first()
    )


@require_POST
def take_over(request: UserRequest, iso3: str, place: str) -> HttpResponse:
    """Begin the answer with that to the recommendation it replaces, in one press."""
    state = editable_state(request, iso3)
    answer = assessment_of(state, place)
    earlier = replaced_answer(answer)
    if earlier is None and answer.says_nothing:
        raise Http404
    answer.version = version_sent(request)
    try:
        if earlier is None:
            raise StaleError
        answer.take_over(earlier, by=request.user)
    except StaleError:
        messages.warning(
            request,
            _("Somebody has begun this answer meanwhile. Nothing was taken over."),
        )
        return redirect(answer)
    messages.success(
        request,
        _(
            "Taken over on %(date)s from your answer on recommendation %(earlier)s. "
            "Read it against the new text, then say whether it is ready."
        )
        % {
            "date": formats.date_format(timezone.localdate(), "DATE_FORMAT"),
            "earlier": earlier.recommendation.key,
        },
    )
    return redirect(answer)
