from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.files.uploads import cleaned
from tracking.models import FullError
from tracking.requests.http import UserRequest
from tracking.workspace.access import writing_state
from tracking.workspace.forms.evidence import STATUSES, keep, refusal_of_room
from tracking.workspace.forms.pending_files import token_for


@require_POST
def upload(request: UserRequest, iso3: str) -> JsonResponse:
    """Examine a file as soon as it is chosen; it waits until its form is saved."""
    state = writing_state(request, iso3)
    sent = request.FILES.get("upload")
    try:
        if sent is None:
            raise ValidationError(_("Choose a file."), code="required")
        file = keep(cleaned(sent), state, request.user)
    except FullError as error:
        return _refused(refusal_of_room(error))
    except ValidationError as error:
        return _refused(error)
    return JsonResponse(
        {
            "waiting": token_for(file, request.user),
            "name": file.name,
            "size": filesizeformat(file.size),
        }
    )


def _refused(error: ValidationError) -> JsonResponse:
    return JsonResponse(
        {"error": error.messages[0]}, status=STATUSES.get(error.code or "", 422)
    )
