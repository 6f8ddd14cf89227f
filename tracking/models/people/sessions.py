import datetime
import hashlib
import re
from typing import Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string

from tracking.models.people.users import User

# A session ends this long after signing in, whatever its person does.
LASTS = datetime.timedelta(hours=12)
# Sessions of one account at the same time; a further sign-in ends the oldest.
AT_MOST = 5

BROWSERS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/",
    "Firefox": r"(Firefox|FxiOS)/",
    "Chrome": r"(Chrome|CriOS)/",
    "Safari": r"Safari/",
}
SYSTEMS = {
    "Android": r"Android",
    "iOS": r"iPhone|iPad",
    "Windows": r"Windows",
    "macOS": r"Macintosh",
    "Linux": r"Linux|X11",
}


def stored_key(key: str) -> str:
    """What the database knows of a session's key: 160 bits of a digest, in hex.

    A key has 165 random bits, so the digest needs no salt; it opens nothing.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> Self:
        now = timezone.now()
        return self.filter(
            expire_date__gt=now, seen_at__gt=now - models.F("idle")
        ).order_by("-seen_at")

    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def end(self) -> int:
        """End these sessions: the next request of each arrives as a visitor's."""
        return self.delete()[0]

    def but(self, key: str | None) -> Self:
        """All but the one that a cookie opens."""
        return self.exclude(pk=stored_key(key or ""))

    def end_the_oldest(self, user: int) -> None:
        """End all sessions of an account but the last few.

        The new one is there before: of several at the same moment, whichever comes
        here last sees all of them.
        """
        rows = self.filter(user=user)
        # Looked up first: what comes meanwhile is not among those that end.
        known = set(rows.values_list("pk", flat=True))
        kept = rows.alive().order_by("-began_at", "pk").values_list("pk", flat=True)
        self.filter(pk__in=known.difference(kept[:AT_MOST])).delete()


class Session(AbstractBaseSession):
    """A browser in which somebody has signed in, or a visitor who opened a form.

    Its `session_key` is a digest: the key itself is in the browser's cookie alone.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="sessions", null=True, blank=True
    )
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    idle = models.DurationField(help_text="How long it may rest before it ends.")
    browser = models.CharField(max_length=40, blank=True)

    objects = BaseSessionManager.from_queryset(SessionQuerySet)()  # type: ignore[misc] # made by a function

    class Meta:
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_string(
            f"{settings.SESSION_ENGINE}.SessionStore"
        )
        return store

    @property
    def name(self) -> str:
        """What a page calls it."""
        return self.session_key[:20]

    @property
    def ends_at(self) -> datetime.datetime:
        """When it ends if nothing more is asked for."""
        return min(self.expire_date, self.seen_at + self.idle)


def browser_named(user_agent: str) -> str:
    """A few words a person recognizes, such as Firefox, Windows; never the whole."""

    def first(names: dict[str, str]) -> str:
        found = (name for name, sign in names.items() if re.search(sign, user_agent))
        return next(found, "")

    words = [first(BROWSERS), first(SYSTEMS)]
    return ", ".join(word for word in words if word)
