"""How a file leaves: to be saved, never shown, by those whom a view has let in."""

from dataclasses import dataclass

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from tracking.files.kinds import TYPES
from tracking.files.names import extension_of
from tracking.models import EvidenceFile, Scan

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
RETRY_SECONDS = "600"


@dataclass(frozen=True)
class StoredFile:
    """A file that is no evidence: the scan of a note verbale."""

    name: str
    content: File[bytes]
    scan: str
    is_available: bool


def deliver(
    request: HttpRequest, file: EvidenceFile | StoredFile, *, draft: bool = False
) -> HttpResponse | FileResponse:
    """Send a file as an attachment. Whoever calls has checked the rights.

    Always through here, whatever the storage: no address of a storage is ever told.
    """
    if not file.is_available:
        return _say_why(request, file)
    try:
        content = file.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        # From our table, whatever is written elsewhere.
        content_type=TYPES.get(extension_of(file.name), "application/octet-stream"),
        headers=HEADERS,
    )
    if draft:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _say_why(request: HttpRequest, file: EvidenceFile | StoredFile) -> HttpResponse:
    infected = file.scan == Scan.INFECTED
    response = render(
        request,
        "file_unavailable.html",
        {"file": file, "infected": infected},
        status=410 if infected else 503,
    )
    if not infected:
        response["Retry-After"] = RETRY_SECONDS
    return response
