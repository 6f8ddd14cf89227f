import datetime

from django.db import models
from django.utils import timezone

from tracking.models.people.users import User

# Source: security.md D-20, sign-in records.
KEPT_FOR = datetime.timedelta(days=730)


class SignInQuerySet(models.QuerySet["SignIn"]):
    def purge(self) -> int:
        """Forget those of more than two years ago."""
        return self.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


class SignIn(models.Model):
    """That somebody signed in: neither from where nor with what."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = "sign-in"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
