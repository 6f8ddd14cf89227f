"""Noticing that one account of the secretariat reads unusually much.

Nobody is stopped: reading is the secretariat's work. Others look at it.
"""

import datetime
import json
import logging
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracking.models.messages.messages import Message, MessageKind
from tracking.models.people.users import AUDITS, User

# A model knows no request: the line is written as `security_log` writes them.
logger = logging.getLogger("suivi.security")

EXPORT = "export"
MANY = (EXPORT, "page")  # kinds that may hold many States in one go


def volume(accesses: QuerySet[Any], user: User) -> dict[str, int]:
    """Readings, States read and exports of this account in the last minutes.

    An export or a list holds many States in one go and is ordinary work: exports are
    counted by themselves, pages among the readings, the States in both not at all.
    """
    since = timezone.now() - datetime.timedelta(minutes=settings.ALARM_MINUTES)
    rows = list(
        accesses.filter(by=user, at__gt=since).order_by().values_list("kind", "states")
    )
    readings = [states for kind, states in rows if kind != EXPORT]
    return {
        "readings": len(readings),
        "states": len(
            {state for kind, states in rows if kind not in MANY for state in states}
        ),
        "exports": len(rows) - len(readings),
    }


def is_unusual(found: dict[str, Any]) -> bool:
    return bool(
        found["readings"] > settings.ALARM_READINGS
        or found["states"] > settings.ALARM_STATES
        or found["exports"] > settings.ALARM_EXPORTS
    )


def watch(accesses: QuerySet[Any], user: User) -> None:
    """Tell administrators, auditors and the account itself, once an hour at most.

    The account is told because its session may be in strange hands.
    """
    found = volume(accesses, user)
    if not is_unusual(found):
        return
    key = f"alarm {user.pk} {timezone.now():%Y-%m-%dT%H}"
    if Message.objects.filter(key=key).exists():
        return
    line = {
        "at": timezone.now().isoformat(),
        "event": "alarm",
        "actor": user.pk,
        "role": user.role,
        **found,
    }
    logger.warning("%s", json.dumps(line))
    Message.objects.tell(
        MessageKind.ALARM,
        User.objects.filter(Q(role__in=AUDITS) | Q(pk=user.pk)),
        key=key,
        facts={"people": [user.pk], "minutes": settings.ALARM_MINUTES, **found},
    )
