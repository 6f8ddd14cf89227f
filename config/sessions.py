"""Django's sessions in the database, which also tell when they end."""

import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone


class SessionStore(DatabaseStore):
    ends_at: datetime.datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc] # the stubs leave it out
        if row is not None:
            self.ends_at = row.expire_date
        return row

    def seconds_left(self) -> int:
        """Seconds until the session ends, if nothing prolongs it."""
        if self.ends_at is None:
            return int(self.get_session_cookie_age())
        return max(0, int((self.ends_at - timezone.now()).total_seconds()))
