from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracking.links import Checker
from tracking.models import Evidence, LinkCheck, LinkStatus
from tracking.models.readers import reading_all


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


def check_all(checker: Checker) -> dict[LinkStatus, int]:
    """Check every link once, whatever evidence names it; keep what came of it."""
    rows = Evidence.objects.present().exclude(url="")
    counts = dict.fromkeys(LinkStatus, 0)
    with reading_all():
        urls = list(rows.order_by("url").values_list("url", flat=True).distinct())
    for url in urls:
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
