"""What a person was told, and which of it comes by mail too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracking.inbox.forms import MailsForm
from tracking.models import TOLD, Message, name_people
from tracking.requests.http import UserRequest, page_of

PER_PAGE = 50


@require_safe
def inbox(request: UserRequest) -> HttpResponse:
    """Everything this person was told: what is new first, then the last first."""
    told = Message.objects.of(request.user).select_related("state").new_first()
    page = page_of(request, told, PER_PAGE)
    rows = list(page)
    name_people(rows)
    return render(
        request,
        "inbox/inbox.html",
        {
            "page": page,
            "new": [message for message in rows if message.read_at is None],
            "old": [message for message in rows if message.read_at is not None],
            "is_told": request.user.role in TOLD,
        },
    )


@require_safe
def open_message(request: UserRequest, pk: int) -> HttpResponse:
    """Lead to where one acts on a message, which has then been read."""
    message = get_object_or_404(
        Message.objects.of(request.user).select_related("state"), pk=pk
    )
    Message.objects.filter(pk=message.pk).read()
    return redirect(message)


@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    """Say that everything was read."""
    if Message.objects.of(request.user).read():
        messages.success(request, _("All messages are marked as read."))
    return redirect("inbox:inbox")


def mails(request: UserRequest) -> HttpResponse:
    """Let a person choose what comes by mail; the inbox holds everything."""
    # Without a tick nothing is sent, which is an answer too.
    sent = request.POST if request.method == "POST" else None
    form = MailsForm(sent, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your choice of mails is saved."))
        return redirect("inbox:inbox")
    code = 422 if form.errors else 200
    return render(request, "inbox/mails.html", {"form": form}, status=code)
