"""Sessions in the database: whose each is, when it began, and when it ends.

They end after some rest, 12 hours after signing in at the latest, and at once when
their row goes: that is how a nomination that ends closes every open browser.
"""

import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from tracking.models.people.sessions import LASTS, Session, stored_key

# Names in a session's data, set when somebody signs in.
IDLE, BROWSER = "idle_seconds", "browser"
# That somebody is active is noted at most this often.
NOTED_EVERY = datetime.timedelta(minutes=1)


class SessionStore(DatabaseStore):
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = timezone.now()
        row = Session.objects.filter(
            pk=stored_key(self.session_key or ""), expire_date__gt=now
        ).first()
        if row is not None and row.seen_at + row.idle <= now:
            row.delete()
            row = None
        if row is None:
            self._session_key = None
            return None
        self.row = row
        if now - row.seen_at >= NOTED_EVERY:
            self.prolong()
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        user = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        same = self.row is not None and self.row.user_id == user
        began_at = self.row.began_at if self.row is not None and same else now
        idle = datetime.timedelta(seconds=data.get(IDLE, 0))
        self.row = Session(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined] # the stubs leave it out
            session_data=self.encode(data),
            expire_date=began_at + LASTS,
            user_id=user,
            began_at=began_at,
            seen_at=now,
            idle=idle or LASTS,
            browser=data.get(BROWSER, ""),
        )
        return self.row

    def save(self, must_create: bool = False) -> None:
        before = self.row.user_id if self.row is not None else None
        super().save(must_create)
        row = self.row
        if row is not None and row.user_id is not None and row.user_id != before:
            Session.objects.end_the_oldest(row.user_id)

    def exists(self, session_key: str | None = None) -> bool:
        return Session.objects.filter(pk=stored_key(session_key or "")).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=stored_key(key)).delete()

    def prolong(self) -> None:
        """Begin the time of rest anew."""
        if self.row is not None:
            self.row.seen_at = timezone.now()
            Session.objects.filter(pk=self.row.pk).update(seen_at=self.row.seen_at)

    def seconds_left(self) -> int:
        """Seconds until the session ends, if nothing prolongs it."""
        if self.row is None:
            return int(self.get_session_cookie_age())
        left = self.row.ends_at - timezone.now()
        return max(0, int(left.total_seconds()))
