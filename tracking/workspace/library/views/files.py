from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.files.downloads import deliver
from tracking.files.uploads import cleaned
from tracking.models import Evidence, FullError
from tracking.requests.http import UserRequest
from tracking.workspace.access import readable_state, writing_state
from tracking.workspace.forms.evidence import keep, refusal_of_room
from tracking.workspace.forms.items import STATUSES
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


def evidence_file(
    request: UserRequest, iso3: str, pk: int
) -> HttpResponse | FileResponse:
    """Hand a file of the working copy to the State's own people, to be kept."""
    row = get_object_or_404(
        Evidence.objects.filter(state=readable_state(request, iso3)).select_related(
            "file"
        ),
        pk=pk,
    )
    if row.file is None:
        raise Http404
    return deliver(request, row.file, draft=True)
