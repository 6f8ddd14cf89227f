"""What saving one task costs, against a bare Django view that writes one row.

`make bench`. Both answer the same process, over the same database and the same
middleware, in turn; the limit is a ratio, so that the machine does not decide.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.test.utils import (
    get_runner,
    override_settings,
    setup_test_environment,
    teardown_test_environment,
)

LIMIT = 8
ROUNDS = 200
WORDS = "Les autorités échangent des informations, dans le respect du droit interne. "


def bare(request: Any) -> Any:
    """Write one row, as the tutorial would."""
    from django.http import HttpResponse

    from tracking.models import Assessment

    rows = Assessment.objects.filter(pk=request.POST["pk"])
    rows.update(law=request.POST["law"], practice=request.POST["practice"])
    return HttpResponse("saved")


def addresses() -> list[Any]:
    from django.urls import path

    from config.urls import urlpatterns

    return [path("bare/", bare), *urlpatterns]


def savers() -> tuple[Callable[[], int], Callable[[], int]]:
    """Two acts that save the same text: ours and the bare one; each gives its code."""
    from django.test import Client

    from tests.factories import (
        make_assessment,
        make_cycle,
        make_recommendation,
        make_state,
        make_user,
    )
    from tracking.models import Role

    make_cycle()
    state = make_state()
    user = make_user(Role.FOCAL_POINT, state)
    answers = [
        make_assessment(state, make_recommendation(n), law=WORDS) for n in range(1, 25)
    ]
    answer = answers[0]
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    page = client.get(answer.get_absolute_url())
    form = {
        name: value
        for name in page.context["form"].fields
        if (value := page.context["form"][name].value()) not in (None, "", [])
    }
    versions = iter(range(answer.version, answer.version + 2 * ROUNDS))

    def ours() -> int:
        version = next(versions)
        data = {**form, "version": version, "law": WORDS * 10, "practice": f"{version}"}
        return client.post(answer.get_absolute_url(), data).status_code

    def theirs() -> int:
        data = {"pk": answers[1].pk, "law": WORDS * 10, "practice": "1"}
        return client.post("/bare/", data).status_code

    return ours, theirs


def seconds(act: Callable[[], int], code: int) -> float:
    began = time.perf_counter()
    found = act()
    took = time.perf_counter() - began
    if found != code:
        raise AssertionError(f"answered {found}, not {code}")
    return took


def main() -> int:
    from tracking.models.accounts.reader import reading_all

    with reading_all():
        ours, theirs = savers()
    for _warm in range(10):
        ours(), theirs()
    times = [(seconds(ours, 302), seconds(theirs, 200)) for _ in range(ROUNDS)]
    measured, reference = (
        statistics.median(column) for column in zip(*times, strict=True)
    )
    ratio = measured / reference
    print(  # noqa: T201
        f"saving one task, median of {ROUNDS}\n"
        f"bare view   {reference * 1000:6.2f} ms\n"
        f"task        {measured * 1000:6.2f} ms\n"
        f"ratio {ratio:.2f}, limit {LIMIT}"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        with override_settings(
            ROOT_URLCONF=type("Urls", (), {"urlpatterns": addresses()})
        ):
            code = main()
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()
    sys.exit(code)
