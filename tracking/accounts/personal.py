"""What this site keeps about a person, in the person's own hands."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from tracking.models import FactorReset, Nomination, Prepared, Session, Submission, User


def document_of(user: User) -> dict[str, Any]:
    """Everything stored about this person; no secret, no word of the State."""
    return {
        "account": {
            "name": user.name,
            "function": user.function,
            "email": user.email,
            "language": user.language,
            "role": user.role,
            "state": user.state.iso3 if user.state else None,
            "created": user.date_joined.isoformat(),
            "last_sign_in": user.last_login.isoformat() if user.last_login else None,
            "password": "kept as a fingerprint from which it cannot be read"
            if user.has_usable_password()
            else None,
        },
        "nominations": [
            {
                "role": each.role,
                "state": each.state.iso3 if each.state else None,
                "name": each.name,
                "function": each.function,
                "email": each.email,
                "note_verbale": each.note_reference,
                "note_verbale_date": _day(each.note_date),
                "valid_from": _day(each.valid_from),
                "valid_until": _day(each.valid_until),
                "ended": each.ended_at.isoformat() if each.ended_at else None,
            }
            for each in Nomination.objects.filter(user=user).select_related("state")
        ],
        "second_factors": [
            {"kind": each.type, "added": each.created_at.isoformat()}
            for each in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "sessions": [
            {
                "browser": each.browser,
                "began": each.began_at.isoformat(),
                "last_seen": each.seen_at.isoformat(),
            }
            for each in Session.objects.alive().of(user)
        ],
        "sign_ins": [each.at.isoformat() for each in user.sign_ins.all()],
        "unsaved_texts": user.unsaved_work.count(),
        "written": {
            "submissions": Submission.objects.filter(submitted_by=user).count(),
            "prepared": Prepared.objects.filter(prepared_by=user).count(),
            "proposals": user.proposals.count(),
            "assignments": user.assignments.count(),
            "nominations_proposed": Nomination.objects.filter(proposed_by=user).count(),
        },
    }


@transaction.atomic
def erase(user: User) -> None:
    """Forget a person who has left, also where the admin site tells of them.

    Raises ValueError while a nomination has not ended.
    """
    user.forget()
    Authenticator.objects.filter(user=user).delete()
    user.factor_resets.update(called_back="")
    rows = {
        User: [user.pk],
        Nomination: list(user.nominations.values_list("pk", flat=True)),
        FactorReset: list(user.factor_resets.values_list("pk", flat=True)),
    }
    for model, keys in rows.items():
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model),
            object_id__in=[str(key) for key in keys],
        ).update(object_repr=user.name)


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
