"""Every figure that leads to a list is the length of that list, on every page."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from django.test import Client
from django.urls import resolve

from recommendations.models import Section, Theme
from tests.factories import (
    make_accepted_submission,
    make_assignment,
    make_cycle,
    make_evidence,
    make_hiding,
    make_measure,
    make_meeting,
    make_proposal,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
    make_user,
)
from tracking.models import (
    AssistanceNeed,
    Cycle,
    Position,
    Role,
    State,
    Status,
    User,
    Visibility,
)

Page = Any  # a page as lxml reads it
# The text of a link that is a number and no word: a figure.
NUMBER = re.compile(r"\(?\d[\d.,\s]*\)?")


@pytest.fixture
def world(reviewer: User) -> Cycle:
    """Two cycles, three recommendations in two sections, ten States of every kind.

    Everything that ever made a figure and its list disagree is here: voluntary
    contributions, the European Union, items that only some may read, no consent, a
    hidden publication, a second submission, answers that name several kinds of need.
    """
    before, cycle = make_cycle("2025", name="First"), make_cycle("2026", name="Second")
    meeting = make_meeting()
    other = Section.objects.create(
        meeting=meeting, letter="B", position=2, title="Autres"
    )
    numbers = [make_recommendation(1), make_recommendation(2)]
    numbers.append(make_recommendation(3, section=other))
    for position, code in enumerate(("data_and_research", "border_management")):
        theme = Theme.objects.create(
            code=code, position=position, label_en=code, label_fr=code
        )
        for recommendation in numbers[position:]:
            recommendation.theme_links.create(theme=theme, position=position)
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("NOR", {}),
        ("ITA", {"regional_group": "African Group"}),
        ("GHA", {"regional_group": "African Group"}),
        ("FRA", {}),
        ("ESP", {}),
        ("PRT", {}),
        ("EUE", {"entity_type": "reio", "regional_group": "none"}),
        ("ZEM", {"protocol_status": "signatory"}),
        ("ZAN", {"protocol_status": "none", "regional_group": "none"}),
    ]
    for place, (iso3, fields) in enumerate(kinds):
        state = make_state(iso3, **fields)
        make_user(Role.FOCAL_POINT, state)
        for each, recommendation in enumerate(numbers[: 1 + place % 3]):
            answer = make_ready_assessment(
                state,
                recommendation,
                cycle,
                status=(Status.NOT_STARTED, Status.PLANNED)[each % 2],
                position=(Position.ACCEPTED, Position.NOTED)[place % 2],
                visibility=list(Visibility)[(place + each) % 3],
                **(
                    {"target_date": "2030", "lead_institution": "A ministry"}
                    if each % 2
                    else {}
                ),
                assistance_need=AssistanceNeed.NEEDED if place % 2 else "",
                assistance_types=[["legal", "training"], ["legal"], []][each],
                assistance_priority=("high", "")[each % 2],
                assistance_offer="Experts" if place == each else "",
            )
            measure = make_measure(state, recommendation, visibility=Visibility.PUBLIC)
            make_evidence(state, measure, answer, visibility=Visibility.PUBLIC)
    of = {state.iso3: state for state in State.objects.all()}
    make_accepted_submission(of["NOR"], cycle, reviewer=reviewer)
    for iso3 in ("ITA", "PRT", "EUE", "ZEM", "ZAN"):
        make_accepted_submission(of[iso3], cycle, reviewer=reviewer)
    make_submission(of["NOR"], cycle)  # a correction that waits
    make_accepted_submission(of["GHA"], cycle, reviewer=reviewer, consent=False)
    make_hiding(make_accepted_submission(of["FRA"], cycle, reviewer=reviewer))
    make_accepted_submission(of["ESP"], before, reviewer=reviewer)
    return cycle


# What one counts ----------------------------------------------------------------


def find(page: Page, path: str) -> list[Page]:
    """Elements by XPath, in which `tag.name` is a tag of this class."""
    of_class = r"\1[contains(concat(' ', @class, ' '), ' \2 ')]"
    return list(page.xpath(re.sub(r"([\w*]+)\.(\w+)", of_class, path)))


def rows(page: Page) -> list[Page]:
    return find(page, "//main//table.tbl/tbody/tr")


def _missing(page: Page) -> int:
    """Each line of it tells how many answers of a State are missing."""
    return sum(int(cell.text) for row in rows(page) for cell in find(row, "td.n"))


def _public(page: Page) -> int:
    """Answers on a State's page that are not marked as read by fewer."""
    answers = find(page, "//article.answer[div//p/a]")
    return sum(not find(answer, ".//span.tag") for answer in answers)


def _items(path: str) -> Callable[[Page], int]:
    return lambda page: len(find(page, path))


# Page behind a figure → how its items are counted, on one page of it.
COUNTED: dict[str, Callable[[Page], int]] = {
    "dashboards:answers": lambda page: len(rows(page)),
    "dashboards:needs": lambda page: len(rows(page)),
    "dashboards:states": lambda page: len(rows(page)),
    "dashboards:submissions": lambda page: len(rows(page)),
    "dashboards:unreported": _missing,
    "public:measures": _items("//main//ul.grid/li"),
    "public:state": _public,
    "inbox:inbox": _items("//section[@aria-labelledby='new']/*[not(self::h2)]"),
    "workspace:tasks": _items("//main//section[h2 or div/h2]/ul.tasks/li"),
}


def states_in(page: Page) -> set[str]:
    return {row[0].text_content().strip() for row in rows(page)}


def view_of(url: str) -> str:
    return resolve(urlsplit(url).path).view_name


def read(client: Client, url: str) -> list[Page]:
    """A list from its first page to its last."""
    pages: list[Page] = []
    while url:
        response = client.get(url)
        assert response.status_code == 200, url
        pages.append(lxml.html.fromstring(response.content.decode()))
        after = find(pages[-1], "//main//nav.pager//a[@rel='next']/@href")
        url = urljoin(url, after[0]) if after and view_of(url) in COUNTED else ""
    return pages


def figures_on(client: Client, url: str) -> list[tuple[str, int]]:
    """Where each figure of a page leads, and the figure."""
    found = []
    links = "//main//a[@href] | //nav//a[@href][.//b.count]"
    for link in find(read(client, url)[0], links):
        values = find(link, ".//data/@value | .//span.count/text() | .//b.count/text()")
        if values:
            found.append((urljoin(url, link.get("href")), int(values[0])))
            continue
        text = link.text_content().strip()
        # A recommendation's number is its name; every other number is a figure.
        if not link.get("href").endswith((f"/{text}/", f"={text}", "?")):
            assert not NUMBER.fullmatch(text), link.get("href")
    return found


def check(client: Client, start: str) -> int:
    """Follow the figures of a page; how many there were."""
    seen: dict[str, list[Page]] = {}
    figures = figures_on(client, start)
    for address, figure in figures:
        url, fragment = urldefrag(address)
        if url not in seen:
            seen[url] = read(client, url)
        pages = seen[url]
        if fragment == "states":
            names: set[str] = set().union(*map(states_in, pages))
            assert len(names) == figure, (start, address)
            said = pages[0].get_element_by_id("states").text_content()
            assert str(figure) in re.findall(r"\d+", said), (start, address)
            continue
        assert sum(map(COUNTED[view_of(url)], pages)) == figure, (start, address)
        for heading in find(pages[0], "//h1/span.count"):
            assert heading.text.replace(",", "") == str(figure), (start, address)
    return len(figures)


# Where one looks ----------------------------------------------------------------

EVERYWHERE = [
    "/en/",
    "/en/?cycle=2025",
    "/en/recommendations/",
    "/en/recommendations/2019/1/",
    "/en/recommendations/2019/3/?cycle=2025",
    "/en/states/",
    "/en/states/nor/",
    "/en/measures/",
    "/en/data/",
]
DESK = [
    "/en/desk/",
    "/en/desk/?show=position",
    "/en/desk/?cycle=2025",
    "/en/desk/?group=WEOG&section=A",
    "/en/desk/?theme=border_management",
    "/en/desk/matrix/",
    "/en/desk/answers/",
    "/en/desk/needs/",
    "/en/desk/states/",
    "/en/desk/states/?cycle=2025",
    "/en/desk/submissions/",
    "/en/desk/unreported/",
]
WORKSPACE = [
    "/en/my/nor/",
    "/en/my/nor/?show=ready",
    "/en/my/nor/measures/",
    "/en/my/nor/evidence/",
    "/en/my/nor/questions/",
    "/en/my/nor/proposals/",
    "/en/my/nor/team/",
    "/en/my/nor/check/",
]


@pytest.mark.parametrize("role", [None, Role.FOCAL_POINT, Role.REVIEWER])
def test_every_figure_is_the_length_of_its_list(
    client: Client, world: Cycle, reviewer: User, role: Role | None
) -> None:
    pages = EVERYWHERE
    if role == Role.REVIEWER:
        client.force_login(reviewer)
        pages = [*EVERYWHERE, *DESK]
    elif role:
        focal_point = User.objects.get(role=role, state__iso3="NOR")
        answer = focal_point.state.assessments.first()  # type: ignore[union-attr]
        colleague = make_user(Role.CONTRIBUTOR, focal_point.state)
        make_assignment(answer, colleague, by=focal_point)  # type: ignore[arg-type]
        make_proposal(colleague, answer, ready=True)  # type: ignore[arg-type]
        client.force_login(focal_point)
        pages = [*EVERYWHERE, *WORKSPACE]

    found = {page: check(client, page) for page in pages}

    assert found["/en/"] >= 1
    assert found["/en/recommendations/2019/1/"] >= 1
    assert found["/en/states/"] >= 3
    if role == Role.REVIEWER:
        assert found["/en/desk/"] > 60
        assert found["/en/desk/states/"] > 4
    elif role:
        assert found["/en/my/nor/"] >= 6  # five tabs, and what waits in the inbox
