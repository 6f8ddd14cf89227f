"""What is printed: every row, the filters by name, and when."""

import re

from django.test import Client

from tests.factories import make_state, make_submission
from tracking.models import Cycle, State, User


def rows(page: str) -> int:
    return len(re.findall(r'<th scope="row">', page))


def test_a_long_list_is_whole_for_the_printer(
    client: Client, reviewer: User, cycle: Cycle
) -> None:
    for number in range(51):
        make_state(f"A{number // 10}{chr(65 + number % 10)}")
    make_submission(State.objects.first(), cycle)  # type: ignore[arg-type] # one is there
    client.force_login(reviewer)

    page = client.get("/en/desk/states/?group=WEOG").text
    link = re.search(r'href="([^"]+)"\s+data-whole', page)
    assert link
    assert rows(page) == 50
    assert "Rows 1 to 50 of 51." in page
    whole = client.get(f"/en/desk/states/{link[1].replace('&amp;', '&')}").text

    assert rows(whole) == 51
    assert "pager" not in whole
    # The list goes on as it was asked, its file too.
    assert "states.csv?print" not in whole and "reporting.csv?group=WEOG" in whole
    for words in ("Printed on", "Regional group: Western European and other States"):
        assert re.search(rf"only-print.*?{words}", whole, re.S), words


def test_a_list_without_a_filter_says_so_and_figures_name_their_cycle(
    client: Client, reviewer: User, cycle: Cycle
) -> None:
    client.force_login(reviewer)

    assert "Everything, without a filter." in client.get("/en/desk/states/").text
    printed = client.get("/en/desk/").text.split("only-print", 1)[1]
    assert f"Cycle: {cycle}" in re.sub(r"\s+", " ", printed)
