"""Each address that names a thing, and the doors that keep strangers from the thing.

A door is a method that says no; here it is taken off its hinges. `test_unlocked`
opens the addresses then, as the focal point of another State, and must get in: or
else the tests of access would see nothing when somebody forgets a door.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import EditWebAuthnView, RemoveWebAuthnView
from django.contrib.admin import ModelAdmin
from django.core.files.base import ContentFile
from django.core.signals import request_started
from django.db.models import QuerySet

from tests import readers
from tests.factories import make_user
from tests.test_access import Country
from tracking.models import FactorReset, Nomination, Role, User, Visibility, show_to
from tracking.models.accounts.emergencies import EmergencyReadingQuerySet
from tracking.models.accounts.nominations import NominationQuerySet
from tracking.models.accounts.tokens import TokenQuerySet
from tracking.models.messages.messages import MessageQuerySet
from tracking.models.people.states import StateQuerySet
from tracking.models.records.records import RecordQuerySet
from tracking.models.records.submissions import SubmissionQuerySet
from tracking.models.working_copy.notes import NoteQuerySet
from tracking.models.working_copy.presences import PresenceQuerySet
from tracking.models.working_copy.proposals import ProposalQuerySet
from tracking.models.working_copy.unsaved import UnsavedQuerySet
from tracking.review.site import SuiviAdminSite


class Closed(Country):
    """Norway, when it shows nothing to anybody but the secretariat."""

    def __init__(self) -> None:
        super().__init__()
        by = self.users["focal_point"]
        assert isinstance(by, User)
        accepted = self.accepted
        for records in (accepted.assessments, accepted.measures, accepted.evidence):
            for record in records.all():
                show_to(record, Visibility.SECRETARIAT, by=by)
        self.passkey = Authenticator.objects.create(
            user=by, type="webauthn", data={"name": "Key", "credential": {}}
        )
        FactorReset.objects.create(
            user=by, called_back="Mission", asked_by=make_user(Role.ADMINISTRATOR)
        )
        key = self.key("admin:tracking_nomination_note")
        nomination = Nomination.objects.get(pk=key)
        nomination.note_file.save("note.pdf", ContentFile(b"%PDF-1.7"))

    def key(self, name: str) -> Any:
        return self.passkey.pk if name.startswith("mfa_") else super().key(name)


def _everything(rows: Any, *_: object) -> Any:
    return rows.all()


def _yes(*_: object, **__: object) -> bool:
    return True


def _ignoring(*words: str) -> Callable[..., Any]:
    """Rows filtered as before, but not by these words."""

    def filter_(self: Any, *args: Any, **kwargs: Any) -> Any:
        kept = {name: said for name, said in kwargs.items() if name not in words}
        return QuerySet.filter(self, *args, **kept)

    return filter_


def _passkeys(*_: object) -> Any:
    return Authenticator.objects.all()


# Door → where it hangs, and what hangs there instead.
DOORS: dict[str, list[tuple[Any, str, Any]]] = {
    "read": [(StateQuerySet, "readable_by", _everything)],
    "write": [(StateQuerySet, "editable_by", _everything)],
    "propose": [(StateQuerySet, "proposable_by", _everything)],
    "submit": [(StateQuerySet, "submittable_by", _everything)],
    "records": [(RecordQuerySet, "visible_to", _everything)],
    "submissions": [(SubmissionQuerySet, "visible_to", _everything)],
    "unsaved": [(UnsavedQuerySet, "of", _everything)],
    "inbox": [(MessageQuerySet, "of", _everything)],
    "people": [(NominationQuerySet, "readable_by", _everything)],
    "tokens": [(TokenQuerySet, "visible_to", _everything)],
    "emergencies": [(EmergencyReadingQuerySet, "visible_to", _everything)],
    "own emergency": [(EmergencyReadingQuerySet, "usable_by", _everything)],
    "passkeys": [
        (view, "get_queryset", _passkeys)
        for view in (EditWebAuthnView, RemoveWebAuthnView)
    ],
    # What only who wrote it may take away or bring back.
    "own note": [
        (NoteQuerySet, "filter", _ignoring("by")),
        (NoteQuerySet, "removed_by", _everything),
    ],
    "own proposal": [(ProposalQuerySet, "filter", _ignoring("by"))],
    # A trigger: whoever is present in a State's pages belongs to it.
    "presence": [(PresenceQuerySet, "visit", lambda *_: [])],
    "admin": [(SuiviAdminSite, "has_permission", _yes)],
    "review": [(User, "may_review", True)],
    "permission": [
        (User, "has_perm", _yes),
        (User, "has_module_perms", _yes),
        (ModelAdmin, "has_view_permission", _yes),
    ],
}


@contextmanager
def taken_off(*doors: str) -> Iterator[None]:
    """Without these doors, and without the second lock, which would hide the fault."""
    request_started.disconnect(readers.leave)
    with pytest.MonkeyPatch.context() as patch:
        for module in (
            "tracking.requests.http",
            "tracking.exports.stream",
            "tracking.requests.token_auth",
        ):
            patch.setattr(f"{module}.reading_as", lambda *_, **__: nullcontext())
        for door in doors:
            for place in DOORS[door]:
                patch.setattr(*place)
        try:
            yield
        finally:
            request_started.connect(readers.leave)


# Doors, all of which must be off before a stranger gets in → addresses behind them.
BEHIND: dict[tuple[str, ...], str] = {
    ("read",): """
        workspace:tasks workspace:measures workspace:evidence_library workspace:next
        workspace:changes workspace:handover workspace:seen workspace:seen_answer
        workspace:proposals workspace:proposal workspace:proposal_file
        workspace:team workspace:history workspace:versions workspace:bin
        workspace:notes workspace:evidence_file workspace:questions workspace:check
        workspace:submissions workspace:receipt workspace:receipt_file
        people:people people:invite people:end people:resend
        own:measure own:evidence
    """,
    ("read", "presence"): "workspace:assessment",
    ("write",): """
        workspace:unchanged workspace:take_back workspace:restore_version
        workspace:bring_back workspace:take_over workspace:confirm workspace:add_measure
        workspace:remove_measure workspace:restore_measure workspace:add_evidence
        workspace:remove_evidence workspace:restore_evidence workspace:upload
    """,
    ("write", "presence"): """
        workspace:measure workspace:evidence workspace:present
    """,
    ("write", "own note"): "workspace:remove_note workspace:restore_note",
    ("propose", "own proposal"): "workspace:withdraw_proposal",
    ("submit",): """
        workspace:readers workspace:audit_file workspace:recall workspace:withdraw
        workspace:visibility workspace:tokens workspace:revoke_token workspace:audit
        workspace:second_person workspace:end_readings
        workspace:confirm_prepared workspace:cancel_prepared
    """,
    ("records",): """
        api:answer-detail api:measure-detail api:evidence-detail
        public:answer public:evidence_file
    """,
    ("unsaved",): "workspace:unsaved_file workspace:discard",
    ("inbox",): "inbox:open",
    ("passkeys",): "mfa_edit_webauthn mfa_remove_webauthn",
    ("admin", "records"): "admin:tracking_submission_evidence",
    ("admin", "submissions"): "admin:tracking_submission_change",
    ("admin", "submissions", "review"): "admin:tracking_submission_hiding",
    ("admin",): "admin:tracking_submission_history",
    ("admin", "permission"): """
        admin:app_list
        admin:tracking_factorreset_change admin:tracking_factorreset_history
        admin:tracking_user_change admin:tracking_user_history
    """,
    ("admin", "permission", "people"): """
        admin:tracking_nomination_change admin:tracking_nomination_history
        admin:tracking_nomination_note
    """,
    ("admin", "permission", "emergencies"): """
        admin:tracking_emergencyreading_change admin:tracking_emergencyreading_history
    """,
    ("admin", "own emergency"): "admin:tracking_emergencyreading_read",
    ("admin", "permission", "tokens"): """
        admin:tracking_token_change admin:tracking_token_history
    """,
}
# Reference data, which the secretariat keeps in the admin site.
KEPT_IN_ADMIN = """
    recommendations_article recommendations_correction recommendations_meeting
    recommendations_paragraph recommendations_practice recommendations_question
    recommendations_recommendation recommendations_relation recommendations_section
    recommendations_theme recommendations_topic tracking_cycle tracking_participation
    tracking_state
"""
BEHIND["admin", "permission"] += "".join(
    f" admin:{model}_change admin:{model}_history" for model in KEPT_IN_ADMIN.split()
)

# Addresses whose things everybody may see, or that open for nobody.
WITHOUT: dict[str, str] = {
    "what they name is public": """
        api:recommendation-detail api:state-detail api:cycle-detail
        public:recommendation public:state recommendations:meeting
    """,
    "they name no State: what they name is of the token's own, whose rows there are "
    "(`test_machines`)": "own:answer own:submission",
    "they name a secret, which is the key itself (`test_links`, `test_accounts`)": """
        account_reset_password_from_key account_invite_again account_confirm_email
    """,
    "nobody deletes in the admin site, and no row has a page of its own": """
        admin:view_on_site admin:tracking_submission_delete
        admin:tracking_nomination_delete admin:tracking_factorreset_delete
        admin:tracking_user_delete
        admin:tracking_token_delete admin:tracking_emergencyreading_delete
    """
    + " ".join(f"admin:{model}_delete" for model in KEPT_IN_ADMIN.split()),
}

# What a form needs in order to arrive at the door.
SENT = {"workspace:present": {"page": "/en/my/nor/2019/1/"}}

DOORS_OF = {
    address: doors for doors, found in BEHIND.items() for address in found.split()
}
REASONS = {
    address: reason for reason, found in WITHOUT.items() for address in found.split()
}
