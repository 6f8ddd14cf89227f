"""Measures and evidence are libraries: typed once, found again, changed once."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import (
    Heading,
    Paragraph,
    Practice,
    Recommendation,
    RecommendationTheme,
    Theme,
)
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_evidence,
    make_measure,
    make_meeting,
    make_ready_assessment,
    make_recommendation,
)
from tracking.models import Cycle, Measure, State, User, digest_of, document, followed
from tracking.models.working_copy.dates import ends_by
from tracking.workspace.library.suggestions import fitting


@pytest.fixture
def page(client: Client, cycle: Cycle, focal_point: User) -> Any:
    """Fetch a library, as the State's focal point."""
    client.force_login(focal_point)

    def get(name: str, **asked: Any) -> Any:
        return client.get(reverse(f"workspace:{name}", args=["nor"]), asked)

    return get


def titles(response: Any) -> list[str]:
    return [row.item.title for row in response.context["rows"]]


def test_measures_are_found_by_words_kind_and_recommendation(
    state: State, page: Any
) -> None:
    first, second = make_recommendation(1), make_recommendation(2)
    make_measure(state, first, title="Réseau national", kind="body")
    make_measure(state, first, second, title="Act 12")

    assert titles(page("measures")) == ["Act 12", "Réseau national"]
    assert titles(page("measures", q="reseaux")) == ["Réseau national"]
    assert titles(page("measures", kind="law")) == ["Act 12"]
    assert titles(page("measures", recommendation=2)) == ["Act 12"]
    assert page("measures", kind="song").status_code == 422


def test_each_measure_says_where_it_is_used(state: State, page: Any) -> None:
    make_measure(state, make_recommendation(1), make_recommendation(2))
    unused = make_measure(state)

    response = page("measures")

    rows = {row.item.pk: row for row in response.context["rows"]}
    assert [each.number for each in rows.pop(unused.pk).serves] == []
    assert [each.number for each in next(iter(rows.values())).serves] == [1, 2]
    assert response.content.decode().count("Not used anywhere") == 1


def test_removed_ones_and_those_of_others_are_left_out(
    state: State, other_state: State, page: Any, focal_point: User
) -> None:
    recommendation = make_recommendation(1)
    make_measure(other_state, recommendation)
    make_measure(state, recommendation).remove(by=focal_point)
    make_evidence(other_state, make_measure(other_state, recommendation))
    make_evidence(state).remove(by=focal_point)

    assert titles(page("measures")) == titles(page("evidence_library")) == []


def test_evidence_is_listed_once_with_everything_it_backs(
    state: State, cycle: Cycle, page: Any
) -> None:
    first, second = make_recommendation(1), make_recommendation(2)
    answer = make_ready_assessment(state, first, cycle)
    make_evidence(state, answer, make_measure(state, first, second))

    row = page("evidence_library", recommendation=1).context["rows"][0]

    assert len(page("evidence_library", recommendation=1).context["rows"]) == 1
    assert [each.number for each in row.serves] == [1, 2]


def test_adding_leads_to_the_form_of_a_recommendation(state: State, page: Any) -> None:
    make_recommendation(3)

    form = reverse("workspace:add_measure", args=["nor", "2019/3"])
    assert page("measures", recommendation=3, add=1).url == f"{form}?from=library"
    form = reverse("workspace:add_evidence", args=["nor", "2019/3"])
    assert page("evidence_library", recommendation=3, add=1).url == (
        f"{form}?from=library"
    )


def test_what_expires_within_the_cycle_is_listed(
    state: State, cycle: Cycle, page: Any
) -> None:
    answer = make_ready_assessment(state, make_recommendation(1), cycle)
    after = (cycle.closes_on + datetime.timedelta(days=1)).isoformat()
    make_evidence(state, answer, title="Ends", valid_until="2020")
    make_evidence(state, answer, title="Lasts", valid_until=after)
    make_evidence(state, answer, title="For ever")

    expiring = page("evidence_library").context["expiring"]

    assert [row.item.title for row in expiring] == ["Ends"]
    lines = [line.text for line in page("tasks").context["to_do"]]
    assert lines[-1] == "Renew 1 piece of evidence"


@pytest.mark.parametrize(
    ("value", "ended"),
    [
        ("", False),
        ("2025", True),
        ("2026", False),
        ("2026-05", True),
        ("2026-06", False),
        ("2026-06-15", True),
        ("2026-06-16", False),
    ],
)
def test_a_validity_ends_with_its_last_day(value: str, ended: bool) -> None:
    assert ends_by(value, datetime.date(2026, 6, 15)) is ended


def test_validity_is_typed_and_goes_into_the_record(
    client: Client, state: State, cycle: Cycle, focal_point: User
) -> None:
    answer = make_ready_assessment(state, make_recommendation(1), cycle)
    client.force_login(focal_point)
    client.post(
        reverse("workspace:add_evidence", args=["nor", "2019/1"]),
        {
            "title": "Plan",
            "kind": "policy",
            "reference": "p. 1",
            "valid_until": "6/2030",
            "recommendations": [answer.recommendation_id],
        },
    )
    submission = make_accepted_submission(state, cycle, by=focal_point)

    assert submission.evidence.get().valid_until == "2030-06"
    assert document(submission)["evidence"][0]["valid_until"] == "2030-06"


def test_a_digest_given_before_validity_existed_still_holds(
    state: State, cycle: Cycle
) -> None:
    answer = make_ready_assessment(state, make_recommendation(1), cycle)
    make_evidence(state, answer)
    submission = make_accepted_submission(state, cycle)

    held = document(submission)

    assert "valid_until" not in held["evidence"][0]
    assert digest_of(held) == submission.digest


def test_queries_do_not_depend_on_the_number_of_items(
    state: State, cycle: Cycle, page: Any, django_assert_max_num_queries: Any
) -> None:
    answer = make_ready_assessment(state, make_recommendation(1), cycle)
    for name in ("measures", "evidence_library"):
        counts = []
        for _each in range(2):
            for _item in range(3):
                make_evidence(state, answer, make_measure(state, answer.recommendation))
            page(name)
            with django_assert_max_num_queries(11) as queries:
                page(name)
            counts.append(len(queries))
        assert counts[0] == counts[1]


def make_practice(iso3: str, *recommendations: Recommendation) -> Practice:
    heading = Heading.objects.create(
        meeting=make_meeting(), position=1, level=1, mark="A.", title="Debate"
    )
    paragraph = Paragraph.objects.create(
        meeting=make_meeting(), heading=heading, number=7, text="Text"
    )
    practice = Practice.objects.create(
        paragraph=paragraph,
        position=1,
        state_iso3=iso3,
        summary_en="National training programme: 300 officials",
        summary_fr="Programme national de formation : 300 agents",
    )
    practice.recommendations.set(recommendations)
    return practice


def test_what_ones_speaker_told_is_a_first_draft(
    state: State, cycle: Cycle, client: Client, focal_point: User
) -> None:
    first, second = make_recommendation(1), make_recommendation(2)
    practice = make_practice("NOR", first, second)
    client.force_login(focal_point)
    address = reverse("workspace:add_measure", args=["nor", "2019/1"])
    link = f'href="{address}?practice={practice.pk}"'

    for name, args in (("assessment", ["nor", "2019/1"]), ("measures", ["nor"])):
        page = client.get(reverse(f"workspace:{name}", args=args)).content.decode()
        assert link in page
    form = client.get(address, {"practice": practice.pk}).context["form"]

    assert form["title"].value() == "National training programme"
    assert "300 officials" in form["description"].value()
    assert "paragraph 7" in form["description"].value()
    assert form["recommendations"].value() == [first.pk, second.pk]


def test_what_the_speaker_of_another_state_told_is_not_offered(
    state: State, cycle: Cycle, client: Client, focal_point: User
) -> None:
    practice = make_practice("ITA", make_recommendation(1))
    client.force_login(focal_point)
    address = reverse("workspace:add_measure", args=["nor", "2019/1"])

    assert client.get(address, {"practice": practice.pk}).status_code == 404
    page = client.get(reverse("workspace:measures", args=["nor"]))
    assert "?practice=" not in page.content.decode()


@pytest.fixture
def themed(state: State) -> list[Recommendation]:
    """Five recommendations: 1 and 2 share a theme, 3 speaks of telescopes."""
    rows = [make_recommendation(number) for number in (1, 2, 4, 5)]
    rows.insert(2, make_recommendation(3, short_title_fr="Des télescopes"))
    theme = Theme.objects.create(code="law", position=1, label_en="Law")
    for row in rows[:2]:
        RecommendationTheme.objects.create(recommendation=row, theme=theme, position=1)
    return rows


def test_recommendations_of_the_same_theme_are_proposed_unticked(
    themed: list[Recommendation], cycle: Cycle, client: Client, focal_point: User
) -> None:
    client.force_login(focal_point)

    page = client.get(reverse("workspace:add_measure", args=["nor", "2019/1"]))

    assert page.context["suggested"] == [themed[1].pk]
    assert page.context["form"]["recommendations"].value() == [themed[0].pk]


def test_words_propose_without_saving(
    themed: list[Recommendation], cycle: Cycle, client: Client, focal_point: User
) -> None:
    client.force_login(focal_point)

    page = client.post(
        reverse("workspace:add_measure", args=["nor", "2019/4"]),
        {
            "title": "Achat de telescope",
            "recommendations": [themed[3].pk],
            "act": "suggest",
        },
    )

    assert page.status_code == 200
    assert page.context["suggested"] == [themed[2].pk]
    assert not page.context["form"].errors
    assert 'value="Achat de telescope"' in page.content.decode()
    assert not Measure.objects.exists()


def test_a_word_that_most_of_them_hold_proposes_nothing(
    themed: list[Recommendation],
) -> None:
    every = followed()

    assert fitting(every, [themed[4].pk], "Les États parties devraient agir") == []


def save_from(origin: str, client: Client, url: str) -> Any:
    """Open a form at `url` from somewhere, and save it unchanged."""
    form = client.get(f"{url}?from={origin}")
    data = {
        name: value
        for name in form.context["form"].fields
        if (value := form.context["form"][name].value()) not in (None, "")
    }
    if form.context["origin"]:
        data["from"] = form.context["origin"]
    return client.post(url, data)


@pytest.mark.parametrize("kind", ["measure", "evidence"])
@pytest.mark.parametrize("origin", ["library", "https://example.org/", "/en/my/ita/"])
def test_who_came_from_the_library_comes_back_to_it(
    state: State, cycle: Cycle, focal_point: User, kind: str, origin: str
) -> None:
    answer = make_assessment(state, make_recommendation(3))
    row: Any = make_measure(state, answer.recommendation)
    if kind == "evidence":
        row = make_evidence(state, answer)
    client = Client()
    client.force_login(focal_point)
    form = reverse(f"workspace:{kind}", args=["nor", "2019/3", row.pk])

    saved = save_from(origin, client, form)

    library = "measures" if kind == "measure" else "evidence_library"
    address = reverse(f"workspace:{library}", args=["nor"])
    at_answer = {"measure": "measures", "evidence": "evidence"}[kind]
    assert saved.url == (
        f"{address}#{kind}-{row.pk}"
        if origin == "library"
        else f"{answer.get_absolute_url()}#{at_answer}"
    )
