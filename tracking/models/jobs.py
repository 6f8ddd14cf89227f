"""What the worker does from time to time, and when it is next due."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

# A job that takes longer has died, and may be taken up by another worker.
LEASE = datetime.timedelta(hours=6)


class JobQuerySet(models.QuerySet["Job"]):
    def lease(self, name: str, every: datetime.timedelta) -> bool:
        """Take up a job that is due, for this process alone; whether it was due.

        A daily job is first due a day after the first worker has started.
        """
        now = timezone.now()
        first = now if every < datetime.timedelta(days=1) else now + every
        self.get_or_create(name=name, defaults={"due_at": first})
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        # A single UPDATE checks and takes, so that two workers cannot both win.
        return bool(
            self.filter(free, name=name, due_at__lte=now).update(
                leased_until=now + LEASE
            )
        )

    def lease_once(self, name: str) -> bool:
        """Whether nobody has done this yet; it is then never done again."""
        now = timezone.now()
        _job, is_new = self.get_or_create(
            name=name, defaults={"due_at": now, "ran_at": now}
        )
        return is_new

    def finish(self, name: str, every: datetime.timedelta) -> None:
        """Say that a job is done, or has failed: it is tried again when next due."""
        now = timezone.now()
        self.filter(name=name).update(leased_until=None, ran_at=now, due_at=now + every)


class Job(models.Model):
    """When a job of the worker ran last and is next due."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "job"
        verbose_name_plural = "jobs"

    def __str__(self) -> str:
        return self.name
