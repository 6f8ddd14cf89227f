"""Figures of the secretariat, counted by hand on a few States."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_accepted_submission,
    make_cycle,
    make_evidence,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
    make_user,
)
from tracking.dashboards.figures import (
    count_answers,
    count_by_stage,
    count_needs,
    read_statuses,
)
from tracking.dashboards.tables import STATUSES
from tracking.filters import Reporter
from tracking.models import (
    AssistanceNeed,
    Cycle,
    Position,
    Role,
    Stage,
    State,
    Status,
    SubmittedAssessment,
    User,
    followed,
)
from tracking.requests.template_tags import parts

PAGES = ["", "matrix/", "answers/", "needs/", "states/", "submissions/", "unreported/"]


def records() -> Any:
    return SubmittedAssessment.objects.counted()


@pytest.fixture
def world(reviewer: User) -> Cycle:
    """Four States parties, the Union and one other; two recommendations.

    Norway: 1 fully (accepted), 2 not applicable. Italy: 1 not started, asks for help.
    Ghana: under review. France: nothing. Union: 1 not started. Zembla, no party: 1.
    """
    cycle = make_cycle("2026")
    first, second = make_recommendation(1), make_recommendation(2)
    norway, italy = make_state("NOR"), make_state("ITA")
    ghana = make_state("GHA", regional_group="African Group")
    make_state("FRA")
    union = make_state("EUE", entity_type="reio", regional_group="none")
    other = make_state("ZEM", protocol_status="signatory")
    law = make_ready_assessment(
        norway,
        first,
        cycle,
        status=Status.FULLY_IMPLEMENTED,
        completed_on="2020",
        position=Position.ACCEPTED,
        answers={"R01-Q1": "yes"},
    )
    make_evidence(norway, law)
    make_ready_assessment(
        norway,
        second,
        cycle,
        status=Status.NOT_APPLICABLE,
        reason="Norway has no such thing, and there will be none either.",
    )
    make_ready_assessment(
        italy,
        first,
        cycle,
        assistance_need=AssistanceNeed.NEEDED,
        assistance_types=["legal", "training"],
        assistance_priority="high",
    )
    for state in (ghana, union, other):
        make_ready_assessment(state, first, cycle)
    for state in (norway, italy, union, other):
        make_accepted_submission(state, cycle, reviewer=reviewer)
    make_submission(ghana, cycle).begin_review(by=reviewer)
    return cycle


# Figures ---------------------------------------------------------------------


def test_each_party_stands_at_one_stage(world: Cycle) -> None:
    standing = count_by_stage(State.objects.all(), world)

    assert standing.by_stage(Reporter.STATES_PARTIES) == {
        Stage.SUBMITTED: 0,
        Stage.UNDER_REVIEW: 1,
        Stage.RETURNED: 0,
        Stage.ACCEPTED: 2,
        Stage.WITHDRAWN: 0,
        "": 1,
    }
    assert standing.number(Reporter.STATES_PARTIES) == 4
    assert standing.sent(Reporter.STATES_PARTIES) == 3


def test_the_union_is_counted_apart(world: Cycle) -> None:
    standing = count_by_stage(State.objects.all(), world)
    tally = count_answers(records())
    keys = set(followed().values_list("pk", flat=True))

    assert standing.number(Reporter.ORGANIZATIONS) == 1
    parties = tally.distribution(keys, states=4)
    union = tally.distribution(keys, states=1, reporter=Reporter.ORGANIZATIONS)
    assert (parties.asked, parties.reported) == (8, 3)
    assert (union.asked, union.reported) == (2, 1)
    assert parties.statuses[Status.NOT_STARTED] == 1  # Italy alone


def test_a_distribution_has_its_denominator(world: Cycle) -> None:
    keys = set(followed().values_list("pk", flat=True))

    figure = count_answers(records()).distribution(keys, states=4)

    assert set(figure.statuses) == set(Status.values)
    assert set(figure.positions) == {*Position.values, ""}
    assert sum(figure.statuses.values()) == figure.asked == 8
    assert sum(figure.positions.values()) == 8
    assert figure.unreported == 5
    assert figure.denominator == 7  # what is not applicable leaves it
    assert figure.implemented == pytest.approx(1 / 7)
    assert figure.positions[Position.ACCEPTED] == 1


def test_nothing_has_no_share(db: None) -> None:
    figure = count_answers(records()).distribution([], states=0)

    assert figure.implemented is None


def test_needs_are_counted_by_kind_and_by_state(world: Cycle) -> None:
    assistance = count_needs(records())

    assert (assistance.states, assistance.requests) == (1, 1)
    needs = {need.kind: need for need in assistance.needs}
    assert needs["legal"].requests == needs["training"].states == 1
    assert needs["legal"].priorities["high"] == 1
    assert needs["data"].requests == 0


def test_only_what_counts_is_in_a_figure(world: Cycle) -> None:
    italy = State.objects.get(iso3="ITA")
    accepted = italy.submissions.get()
    make_submission(italy, world)  # a correction, not yet accepted

    assert records().filter(submission__state=italy).count() == 1
    accepted.withdraw(by=accepted.submitted_by, reason="Mistake")
    assert italy.pk not in read_statuses(records())


def test_columns_are_those_of_the_bar() -> None:
    assert [heading.css for heading in STATUSES] == [part.css for part in parts({})]


# Pages -----------------------------------------------------------------------


def rows_of(page: str, region: str) -> dict[str, list[str]]:
    """Cells of a table, by the text of the first one."""
    table = re.search(rf'aria-labelledby="{region}".*?</table>', page, re.S)
    assert table
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table[0], re.S):
        cells = [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        found[cells[0]] = cells[1:]
    return found


def test_the_dashboard_shows_what_was_counted(
    client: Client, world: Cycle, reviewer: User
) -> None:
    client.force_login(reviewer)

    page = client.get("/en/desk/").content.decode()

    stages = rows_of(page, "stages")
    assert stages["Accepted"] == ["", "2", "1", "1"]
    assert stages["Under review"] == ["", "1", "0", "0"]
    assert stages["Nothing received"] == ["", "1", "0", "0"]
    sections = rows_of(page, "sections")
    #         bar  full part prog plan not  cons n/a  none
    counts = ["", "1", "0", "0", "0", "1", "0", "1", "5"]
    assert sections["All recommendations"] == [*counts, "3 of 8", "7", "14%", "14%"]
    groups = rows_of(page, "groups")
    assert groups["African States"][-4] == "0 of 2"
    assert groups["Regional organizations, not counted among the States"][-4] == (
        "1 of 2"
    )
    assert rows_of(page, "recommendations")["1. Title 1"][-4] == "2 of 4"
    assert rows_of(page, "assistance")["Training"] == ["1", "1", "1", "0", "0", "0"]


def test_the_dashboard_shows_positions(
    client: Client, world: Cycle, reviewer: User
) -> None:
    client.force_login(reviewer)

    page = client.get("/en/desk/?show=position").content.decode()

    total = rows_of(page, "sections")["All recommendations"]
    assert total == ["", "1", "0", "0", "0", "2", "5", "3 of 8"]


def test_a_list_leads_to_its_file(client: Client, world: Cycle, reviewer: User) -> None:
    client.force_login(reviewer)
    tables = {
        "answers": "answers",
        "needs": "needs",
        "states": "reporting",
        "submissions": "submissions",
        "unreported": "unreported",
    }

    for name, table in tables.items():
        page = client.get(f"/en/desk/{name}/?cycle=2026").content.decode()
        link = f"/en/data/{table}.csv?cycle=2026"
        assert f'href="{link}"' in page
        content = b"".join(client.get(link).streaming_content)  # type: ignore[attr-defined]
        count = re.search(r'class="count">(\d+)<', page)
        lines = content.count(b"\r\n") - 1
        if name == "unreported":  # one line per State, several answers each
            assert lines == 5
        else:
            assert count and lines == int(count[1])


def test_the_matrix_holds_one_table_per_group_in_words(
    client: Client, world: Cycle, reviewer: User
) -> None:
    client.force_login(reviewer)

    page = client.get("/en/desk/matrix/").content.decode()

    assert re.findall(r"<h3>(.*?)</h3>", page) == [
        "African States",
        "Western European and other States",
        "Regional organizations, not counted among the States",
        "Others (voluntary contributions)",
    ]
    norway = re.search(r"NOR en</a>(.*?)</tr>", page)
    assert norway
    assert norway[1] == (
        '<td class="s5">Fully implemented<td class="sn">Not applicable<td class="tot">2'
    )
    names = re.findall(r'<th scope="row"><a href="[^"]*">(\w+) en', page)
    assert names == ["GHA", "FRA", "ITA", "NOR", "EUE", "ZEM"]


def test_names_are_escaped_in_the_matrix(
    client: Client, world: Cycle, reviewer: User
) -> None:
    State.objects.filter(iso3="NOR").update(name_en="<b>Norway</b>")
    client.force_login(reviewer)

    page = client.get("/en/desk/matrix/").content.decode()

    assert "<b>Norway" not in page
    assert "&lt;b&gt;Norway" in page


def test_another_cycle_has_its_own_figures(
    client: Client, world: Cycle, reviewer: User
) -> None:
    make_cycle("2025")
    client.force_login(reviewer)

    page = client.get("/en/desk/?cycle=2025").content.decode()

    assert rows_of(page, "sections")["All recommendations"][-4] == "0 of 8"


def test_the_pages_open_without_cycle_state_or_recommendation(
    client: Client, reviewer: User
) -> None:
    client.force_login(reviewer)

    for name in PAGES:
        assert client.get(f"/en/desk/{name}").status_code == 200, name


@pytest.mark.parametrize("name", PAGES)
def test_a_question_that_means_nothing_is_told_on_the_page(
    client: Client, world: Cycle, reviewer: User, name: str
) -> None:
    client.force_login(reviewer)

    response = client.get(f"/en/desk/{name}", {"section": "Z", "odd": "1"})

    assert response.status_code == 422


@pytest.mark.parametrize("name", PAGES)
def test_the_desk_is_for_the_secretariat(
    client: Client, world: Cycle, reviewer: User, name: str
) -> None:
    viewer = make_user(Role.VIEWER, State.objects.get(iso3="NOR"))
    codes = [client.get(f"/en/desk/{name}").status_code]
    for user in (viewer, reviewer):
        client.force_login(user)
        codes.append(client.get(f"/en/desk/{name}").status_code)

    assert codes == [302, 404, 200]


# Queries, session and user included.
QUERIES = {
    "": 16,
    # These show States' words: what is not public is found, noted, and counted.
    "matrix/": 15,
    "answers/": 15,
    "needs/": 14,
    "states/": 9,
    "submissions/": 8,
    "unreported/": 13,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_number_of_queries_however_much_is_reported(
    client: Client, world: Cycle, reviewer: User, name: str
) -> None:
    client.force_login(reviewer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/desk/{name}")
        return len(queries)

    cost()
    few = cost()
    for iso3 in ("AUT", "BEL", "CHE"):
        make_accepted_submission(make_state(iso3), world, reviewer=reviewer)

    assert few == cost() <= QUERIES[name]
