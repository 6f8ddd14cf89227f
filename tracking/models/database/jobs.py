"""What the worker does from time to time, and when it is next due."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

HOUR = datetime.timedelta(hours=1)
# A job that takes longer has died, and may be taken up by another worker.
LEASE = datetime.timedelta(hours=6)
# Longer than any job takes: what is not done by then is told.
LATE = datetime.timedelta(hours=3)


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
        """Say that a job is done."""
        now = timezone.now()
        self.filter(name=name).update(
            leased_until=None, ran_at=now, failing_since=None, due_at=now + every
        )

    def put_off(self, name: str, every: datetime.timedelta) -> None:
        """Say that a job has failed: it is tried again, within an hour."""
        now = timezone.now()
        self.filter(name=name).update(
            leased_until=None,
            failing_since=Coalesce("failing_since", now),
            due_at=now + min(every, HOUR),
        )

    def overdue(self) -> Self:
        """What nobody has done, or what fails again and again, for three hours.

        What is done once is never due again; it was due when it was done.
        """
        late = timezone.now() - LATE
        just_begun = Q(leased_until__gte=late + LEASE)
        return self.exclude(ran_at__isnull=False, ran_at=F("due_at")).filter(
            Q(due_at__lt=late) & ~just_begun | Q(failing_since__lt=late)
        )

    def forget_others(self, names: Iterable[str]) -> None:
        """Forget jobs that no longer exist; what was done once stays done."""
        self.exclude(ran_at__isnull=False, ran_at=F("due_at")).exclude(
            name__in=[*names]
        ).delete()


class Job(models.Model):
    """When a job of the worker ran last and is next due."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(
        null=True, help_text="When it first failed since it was last done."
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "job"
        verbose_name_plural = "jobs"

    def __str__(self) -> str:
        return self.name


def facts_of_overdue(jobs: Sequence[Job]) -> dict[str, Any]:
    """What is told of overdue jobs: their names, and since when (UTC)."""
    moments = [min(job.due_at, job.failing_since or job.due_at) for job in jobs]
    return {"jobs": [job.name for job in jobs], "since": min(moments).isoformat()}
