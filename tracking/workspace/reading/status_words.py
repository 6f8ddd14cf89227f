"""What a status means and needs; how a question is asked of the State."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.models import Classification, Position, Status, Visibility

STATUS_HINTS: dict[str, str | Promise] = {
    Status.FULLY_IMPLEMENTED: _(
        "All of it is in force or operating. Needs the key question, one dated "
        "piece of evidence and the date of completion."
    ),
    Status.PARTIALLY_IMPLEMENTED: _(
        "Part of it is in force or operating. Needs the key question and one measure."
    ),
    Status.IN_PROGRESS: _(
        "Work is under way, nothing is in force yet. Needs a description or a measure."
    ),
    Status.PLANNED: _(
        "Decided or scheduled, no work yet. Needs a target date and a lead institution."
    ),
    Status.NOT_STARTED: _(
        "Nothing is decided. Lack of means belongs here, with the assistance needed."
    ),
    Status.CONSIDERED_NOT_PURSUED: _(
        "Examined and not taken up. Needs the date, the authority and the reason."
    ),
    Status.OVERTAKEN: _("Circumstances removed the need. Needs a reason."),
    Status.NOT_APPLICABLE: _(
        "It does not concern the situation of your State. Needs a reason of at least "
        "40 characters; lack of means is not one."
    ),
    Status.NO_INFORMATION: _("Nothing is said yet; this is never read as «no»."),
}

VISIBILITY_HINTS: dict[str, str | Promise] = {
    Visibility.SECRETARIAT: _(
        "Where everything starts. The public page reads «No information»."
    ),
    Visibility.PARTIES: _("Readable by States parties that have signed in."),
    Visibility.PUBLIC: _(
        "Published on your State's page, after your consent at submission and the "
        "secretariat's acceptance."
    ),
}

POSITION_HINTS: dict[str, str | Promise] = {
    Position.UNDER_CONSIDERATION: _("It is being examined."),
    Position.ACCEPTED: _("The State means to follow it."),
    Position.ACCEPTED_IN_PART: _("Only part of it; say which part below."),
    Position.NOTED: _("The State does not undertake to follow it."),
}

CLASSIFICATION_HINTS: dict[str, str | Promise] = {
    Classification.UNCLASSIFIED: _("No marking restricts it."),
    Classification.CONFIDENTIAL: _(
        "Its unauthorized disclosure could cause damage. It can never be shown to "
        "everyone."
    ),
    "strictly_confidential": _("This site does not take it."),
}

NEVER: list[str | Promise] = [
    _(
        "personal data of smuggled migrants, witnesses, suspects or relatives: names, "
        "photographs, document numbers, case files, stories that let someone be "
        "recognized;"
    ),
    _(
        "operational intelligence: current targets, informants, techniques, "
        "monitoring methods, risk profiles, detection thresholds, equipment gaps at "
        "named posts, liaison officers' names or locations, security features of "
        "documents;"
    ),
    _("information received from another State under restrictions;"),
    _(
        "requests for mutual legal assistance or their content; contact lists of "
        "officials."
    ),
]
