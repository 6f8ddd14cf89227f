from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import F, Max, Q
from django.utils import timezone

from tracking.models import Evidence, LinkCheck, LinkStatus
from tracking.models.accounts.reader import reading_all
from tracking.worker.link_checker import RUN_SECONDS, Checker, Deadline


class Command(BaseCommand):
    help = (
        "Ask whether the links of evidence still answer: politely, public addresses "
        "only. What is dead is shown to its State."
    )

    def handle(self, verbosity: int = 1, **options: Any) -> None:
        counts = check_all(Checker())
        if verbosity:
            for status in LinkStatus:
                self.stdout.write(f"{status.label}: {counts[status]}")


def check_all(checker: Checker, seconds: float = RUN_SECONDS) -> dict[LinkStatus, int]:
    """Check every link once, whatever evidence names it; keep what came of it.

    Those that were not asked for longest come first: what this run has no time for,
    the next one begins with.
    """
    rows = Evidence.objects.present().exclude(url="")
    counts = dict.fromkeys(LinkStatus, 0)
    deadline = Deadline(seconds)
    with reading_all():
        last = Max("link_check__checked_at", filter=Q(link_check__url=F("url")))
        urls = list(
            rows.order_by()
            .values("url")
            .annotate(last=last)
            .order_by(F("last").asc(nulls_first=True), "url")
            .values_list("url", flat=True)
        )
    for url in urls:
        if deadline.is_over:
            break
        # No transaction while others are waited for.
        status = checker.check(url)
        counts[status] += 1
        with reading_all():
            for evidence in rows.filter(url=url):
                LinkCheck.objects.update_or_create(
                    evidence=evidence,
                    defaults={
                        "url": url,
                        "status": status,
                        "checked_at": timezone.now(),
                    },
                )
    return counts
