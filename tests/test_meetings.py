"""Several meetings: their addresses, their cycles, and figures that never mix."""

import datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import (
    Meeting,
    Recommendation,
    RecommendationKey,
    RecommendationText,
    Relation,
    Section,
)
from tests.factories import (
    UNFOLLOWED,
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_ready_assessment,
    make_recommendation,
    make_state,
    make_submission,
)
from tracking.filters import RecordFilter
from tracking.models import (
    Assessment,
    Cycle,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    User,
    Visibility,
    document,
    followed,
    tasks_of,
)


@pytest.fixture
def second(recommendation: Recommendation, cycle: Cycle) -> Recommendation:
    """Number 1 of another meeting, on which States report as well."""
    meeting = Meeting.objects.get(code=UNFOLLOWED)
    cycle.meetings.add(meeting)
    return meeting.recommendations.get(number=1)


def signed_in(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def another_meeting(**fields: Any) -> Meeting:
    meeting = Meeting.objects.get(code=UNFOLLOWED)
    meeting.pk, meeting.slug = None, ""
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save(force_insert=True)
    return meeting


# Names and addresses -----------------------------------------------------------------


def test_a_meeting_is_named_by_its_year_and_where_need_be_by_its_body(
    recommendation: Recommendation,
) -> None:
    other_body = another_meeting(code="tip", body_code="tip")
    again = another_meeting(code="som-again", ordinal=9)

    assert [other_body.slug, again.slug] == ["2021-tip", "2021-som"]
    assert recommendation.key == "2019/1"
    assert RecommendationKey.read("12") == RecommendationKey("2019", 12)
    assert RecommendationKey.read("2021-tip/3").meeting == "2021-tip"
    for wrong in ("", "2021/", "x/1", "2021-TIP/1", "-1", "2019/1/2"):
        with pytest.raises(ValueError, match=wrong or "^$"):
            RecommendationKey.read(wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/fr/recommendations/1/", "/fr/recommendations/2019/1/"),
        ("/fr/states/nor/1/?cycle=2026", "/fr/states/nor/2019/1/?cycle=2026"),
        ("/en/my/nor/1/", "/en/my/nor/2019/1/"),
        ("/en/my/nor/1/notes/", "/en/my/nor/2019/1/notes/"),
        ("/en/my/NOR/14/measures/add/?a=1", "/en/my/NOR/2019/14/measures/add/?a=1"),
        ("/api/v1/recommendations/1/", "/api/v1/recommendations/2019/1/"),
        ("/api/v1/own/answers/1/", "/api/v1/own/answers/2019/1/"),
        ("/ar/recommendations/meeting/", "/ar/recommendations/2019/"),
    ],
)
def test_an_address_without_a_meeting_leads_to_the_first(
    db: None, client: Client, old: str, new: str
) -> None:
    shown = client.get(old)

    assert shown.status_code == 301
    assert urljoin(old, shown["Location"]) == new


def test_a_form_on_its_way_to_an_old_address_is_not_lost(
    focal_point: User, recommendation: Recommendation
) -> None:
    client = signed_in(focal_point)

    sent = client.post(
        "/en/my/nor/1/", {"version": 1, "law": "Act 7", "language": "en"}
    )

    assert sent.status_code == 308
    assert sent["Location"] == "/en/my/nor/2019/1/"
    client.post(
        sent["Location"],
        {
            "version": 1,
            "law": "Act 7",
            "language": "en",
            "status": "",
            "position": "not_stated",
            "visibility": "secretariat",
            "assistance_need": "none",
            "ready": "later",
        },
    )
    assert Assessment.objects.get().law == "Act 7"


def test_a_text_that_no_cycle_names_is_read_and_asks_nothing(
    focal_point: User, cycle: Cycle, recommendation: Recommendation, client: Client
) -> None:
    page = client.get("/en/recommendations/2021/1/")
    listed = client.get("/en/recommendations/?meeting=2021")
    mine = signed_in(focal_point)

    assert page.status_code == 200
    assert "Les États ne suivent pas ce texte." in page.content.decode()
    assert "No reporting cycle asks States" in page.content.decode()
    assert "What the parties declare" not in page.content.decode()
    assert "Unfollowed 1" in listed.content.decode()
    assert mine.get("/en/my/nor/2021/1/").status_code == 404
    assert [each.key for each in followed()] == ["2019/1"]


# One State's work --------------------------------------------------------------------


def test_tasks_are_of_both_meetings_under_a_heading_each(
    focal_point: User, second: Recommendation, state: State
) -> None:
    client = signed_in(focal_point)

    page = client.get(reverse("workspace:tasks", args=["nor"])).content.decode()
    first = client.get("/en/my/nor/2019/1/")
    other = client.get("/en/my/nor/2021/1/")

    assert page.index("Meeting of 2019") < page.rindex("Title 1")
    assert page.rindex("Title 1") < page.index("Meeting of 2021")
    assert page.index("Meeting of 2021") < page.rindex("Unfollowed 1")
    assert "Title 1" in first.content.decode()
    assert "Les États ne suivent pas ce texte." in other.content.decode()
    assert Assessment.objects.of(state).count() == 4


def test_a_receipt_names_the_meeting_and_those_of_one_meeting_stay_as_they_were(
    state: State, cycle: Cycle, recommendation: Recommendation
) -> None:
    make_ready_assessment(state, recommendation, cycle, law="Act 7")
    measure = make_measure(state, recommendation)
    alone = document(make_submission(state, cycle))

    assert alone["answers"][0]["recommendation"] == 1
    assert "meeting" not in alone["answers"][0]
    assert alone["measures"][0]["recommendations"] == [1]

    meeting = Meeting.objects.get(code=UNFOLLOWED)
    cycle.meetings.add(meeting)
    other = meeting.recommendations.get(number=1)
    make_ready_assessment(state, other, cycle, law="Act 8")
    measure.recommendations.add(other)
    Submission.objects.update(stage="recalled")
    both = document(make_submission(state, cycle))

    assert [each.get("meeting") for each in both["answers"]] == [None, "2021"]
    assert both["measures"][0]["recommendations"] == [1, "2021/1"]


def test_the_answer_to_what_is_replaced_is_offered_and_taken_over_once(
    focal_point: User, state: State, second: Recommendation, cycle: Cycle
) -> None:
    first = Recommendation.objects.get(key="2019/1")
    earlier = make_assessment(
        state, first, status=Status.PLANNED, law="Act 7", answers={"R01-Q1": "yes"}
    )
    measure = make_measure(state, first)
    evidence = make_evidence(state, earlier)
    Relation.objects.create(
        recommendation=second,
        kind=Relation.Kind.REPLACES,
        earlier=first,
        source="CTOC/COP/WG.7/2021/5, paragraph 4",
        dated=datetime.date(2021, 10, 20),
    )
    client = signed_in(focal_point)

    offered = client.get("/en/my/nor/2021/1/")
    assert "This recommendation replaces 2019/1" in offered.content.decode()
    version = offered.context["answer"].version
    client.post("/en/my/nor/2021/1/take-over/", {"version": version})

    taken = Assessment.objects.get(recommendation=second)
    assert (taken.status, taken.law, taken.answers) == (Status.PLANNED, "Act 7", {})
    assert taken.ready_for is None
    assert second in measure.recommendations.all()
    assert taken in evidence.assessments.all()
    assert taken.updated_by == focal_point
    again = client.post(
        "/en/my/nor/2021/1/take-over/", {"version": taken.version}, follow=True
    )
    assert "Nothing was taken over" in again.content.decode()
    assert "replaces 2019/1" not in again.content.decode()
    earlier.refresh_from_db()
    assert earlier.law == "Act 7"


@pytest.mark.parametrize("kind", [Relation.Kind.UPDATES, Relation.Kind.RESTATES])
def test_what_is_only_updated_or_restated_is_not_offered(
    focal_point: User, state: State, second: Recommendation, kind: str
) -> None:
    first = Recommendation.objects.get(key="2019/1")
    make_assessment(state, first, status=Status.PLANNED)
    Relation.objects.create(
        recommendation=second, kind=kind, earlier=first, source="-", dated="2021-10-20"
    )
    client = signed_in(focal_point)

    assert "replaces 2019/1" not in client.get("/en/my/nor/2021/1/").content.decode()
    assert client.post("/en/my/nor/2021/1/take-over/").status_code == 404


def test_the_line_through_the_years_is_read_from_both_ends(
    second: Recommendation, client: Client
) -> None:
    first = Recommendation.objects.get(key="2019/1")
    Relation.objects.create(
        recommendation=second,
        kind=Relation.Kind.UPDATES,
        earlier=first,
        source="CTOC/COP/WG.7/2021/5",
        dated=datetime.date(2021, 10, 20),
    )

    new = client.get(second.get_absolute_url()).content.decode()
    old = client.get(first.get_absolute_url()).content.decode()

    assert "It updates:" in new
    assert "2019/1" in new
    assert "It is updated by:" in old
    assert "CTOC/COP/WG.7/2021/5" in old


# Figures -----------------------------------------------------------------------------


@pytest.fixture
def published(second: Recommendation, cycle: Cycle) -> None:
    """Norway publishes on both meetings, Italy on the first alone."""
    first = Recommendation.objects.get(key="2019/1")
    public = {"visibility": Visibility.PUBLIC}
    for iso3, answered in (("NOR", (first, second)), ("ITA", (first,))):
        state = State.objects.filter(iso3=iso3).first() or make_state(iso3)
        for each in answered:
            make_ready_assessment(state, each, cycle, **public)
            make_measure(state, each, title=f"{iso3} {each.key}", **public)
        make_accepted_submission(state, cycle)


def test_public_figures_are_of_one_meeting_each(
    published: None, client: Client
) -> None:
    later = client.get("/en/").context
    earlier = client.get("/en/?meeting=2019").context
    states = client.get("/en/states/?meeting=2019").context

    assert [each.slug for each in later["meetings"]] == ["2021", "2019"]
    assert later["figures"].answers == 1
    assert later["figures"].possible == 2 * 3
    assert later["figures"].measures == 1
    assert earlier["figures"].answers == 2
    assert earlier["figures"].possible == 2
    assert earlier["figures"].measures == 2
    assert states["recommendations"] == 1
    assert client.get("/en/?meeting=1999").status_code == 404


def test_the_list_behind_a_figure_is_of_the_same_meeting(
    published: None, client: Client
) -> None:
    for slug, titles in (("2021", ["NOR 2021/1"]), ("2019", None)):
        context = client.get(f"/en/?meeting={slug}").context
        page = client.get(context["measures_url"]).context["page"]
        assert page.paginator.count == context["figures"].measures
        if titles:
            assert [row.title for row in page] == titles


def test_the_desk_counts_one_meeting_at_a_time(published: None, reviewer: User) -> None:
    client = signed_in(reviewer)

    later = client.get("/en/desk/").context["total"].figure
    earlier = client.get("/en/desk/?meeting=2019").context["total"].figure
    unreported = client.get("/en/desk/unreported/?cycle=2026&meeting=2021")

    assert (later.asked, later.reported) == (6, 1)
    assert (earlier.asked, earlier.reported) == (2, 2)
    missing = {each.iso3: each.unreported for each in unreported.context["page"]}
    assert missing == {
        "ITA": ["2021/1", "2021/2", "2021/3"],
        "NOR": ["2021/2", "2021/3"],
    }


def test_lists_files_and_the_api_tell_and_ask_the_meeting(
    published: None, client: Client
) -> None:
    rows = client.get("/api/v1/answers/?meeting=2021").json()["results"]
    both = client.get("/api/v1/answers/?recommendation=1").json()["results"]
    file = b"".join(
        client.get("/en/data/answers.csv?headers=machine&meeting=2021")
    ).decode()
    measures = client.get("/api/v1/measures/?meeting=2021").json()["results"]

    assert [(row["meeting"], row["recommendation"]) for row in rows] == [("2021", 1)]
    assert {row["meeting"] for row in both} == {"2019"}
    header, *lines = file.lstrip("\ufeff").splitlines()
    place = header.split(",").index('"meeting"')
    assert [line.split(",")[place] for line in lines] == ['"2021"']
    assert [row["recommendations"] for row in measures] == [["2021/1"]]


def test_sections_of_two_meetings_are_told_apart(published: None) -> None:
    rows = SubmittedAssessment.objects.counted()

    def count(query: dict[str, str]) -> int:
        asked = QueryDict(mutable=True)
        asked.update(query)
        return RecordFilter(asked, rows).qs.count()

    assert count({"section": "2021/A"}) == 1
    assert count({"section": "2019/A"}) == 2
    assert count({"section": "A"}) == 2
    assert count({"recommendation": "2021/1"}) == 1


def test_a_reader_of_a_state_sees_both_meetings_under_a_heading_each(
    published: None, client: Client
) -> None:
    page = client.get("/en/states/nor/").content.decode()

    assert "Meeting of 2019" in page
    assert "Meeting of 2021" in page
    assert client.get("/en/states/nor/2021/1/").status_code == 200
    assert client.get("/en/states/ita/2021/1/").status_code == 404


# The secretariat's choice ------------------------------------------------------------


def cycle_form(cycle: Cycle, *meetings: Meeting, **fields: str) -> dict[str, Any]:
    return {
        "code": cycle.code,
        "name": cycle.name,
        "opens_on": cycle.opens_on.isoformat(),
        "closes_on": cycle.closes_on.isoformat(),
        "reference_meeting": "",
        "meetings": [each.pk for each in meetings],
        **fields,
    }


def test_another_choice_of_meetings_is_explained_before_it_is_saved(
    administrator: User, recommendation: Recommendation, cycle: Cycle, state: State
) -> None:
    other = Meeting.objects.get(code=UNFOLLOWED)
    url = reverse("admin:tracking_cycle_change", args=[cycle.pk])
    client = signed_in(administrator)
    wanted = cycle_form(cycle, recommendation.meeting, other)

    asked = client.post(url, wanted)

    said = asked.content.decode()
    assert "Every State is asked about 4 recommendations instead of 1." in said
    assert "1 parties × 3 recommendations" in said
    assert cycle.meetings.count() == 1
    saved = client.post(url, {**wanted, "effect_is_read": "on"})
    assert saved.status_code == 302
    assert {each.slug for each in cycle.meetings.all()} == {"2019", "2021"}
    assert len(tasks_of(state, cycle)) in (0, 4)


def test_what_was_begun_is_kept_when_its_meeting_leaves_the_cycle(
    administrator: User, second: Recommendation, cycle: Cycle, state: State
) -> None:
    make_assessment(state, second, status=Status.PLANNED, law="Act 8")
    first = Meeting.objects.get(slug="2019")
    client = signed_in(administrator)
    url = reverse("admin:tracking_cycle_change", args=[cycle.pk])

    asked = client.post(url, cycle_form(cycle, first))
    assert "What they have written on it is kept" in asked.content.decode()
    client.post(url, cycle_form(cycle, first, effect_is_read="on"))

    assert Assessment.objects.get(recommendation=second).law == "Act 8"
    assert [each.key for each in followed()] == ["2019/1"]


def test_what_an_earlier_cycle_asked_for_is_read_and_is_no_task(
    focal_point: User, second: Recommendation, cycle: Cycle, state: State
) -> None:
    answer = make_ready_assessment(state, second, cycle, law="Act 8")
    later = make_cycle("2027", opens_on=timezone.localdate())
    later.meetings.set(Meeting.objects.filter(slug="2019"))
    client = signed_in(focal_point)

    page = client.get(answer.get_absolute_url())
    history = client.get(f"{answer.get_absolute_url()}history/")

    assert "Act 8" in page.text
    assert "This cycle does not ask about this recommendation." in page.text
    assert history.status_code == 200
    tasks = client.get("/en/my/nor/").text
    assert "2021/" not in tasks
    assert client.get("/en/my/nor/2019/1/").context["is_followed"]


def test_what_was_submitted_holds_its_meeting_in_the_cycle(
    administrator: User, published: None, cycle: Cycle
) -> None:
    url = reverse("admin:tracking_cycle_change", args=[cycle.pk])
    first = Meeting.objects.get(slug="2019")

    refused = signed_in(administrator).post(
        url, cycle_form(cycle, first, effect_is_read="on")
    )

    assert "States have submitted answers on what this takes out" in (
        refused.content.decode()
    )
    assert cycle.meetings.count() == 2


def test_a_closed_cycle_keeps_its_meetings_and_so_its_figures(
    administrator: User, recommendation: Recommendation
) -> None:
    today = timezone.localdate()
    closed = make_cycle(
        "2025",
        opens_on=today - datetime.timedelta(days=90),
        closes_on=today - datetime.timedelta(days=1),
    )
    other = Meeting.objects.get(code=UNFOLLOWED)

    refused = signed_in(administrator).post(
        reverse("admin:tracking_cycle_change", args=[closed.pk]),
        cycle_form(closed, recommendation.meeting, other, effect_is_read="on"),
    )

    assert "its figures do not change any more" in refused.content.decode()
    assert [each.slug for each in closed.meetings.all()] == ["2019"]


def test_a_new_cycle_goes_on_with_the_meetings_of_the_last(
    administrator: User, second: Recommendation, cycle: Cycle
) -> None:
    page = signed_in(administrator).get(reverse("admin:tracking_cycle_add"))

    chosen = page.context["adminform"].form["meetings"].value()
    assert {
        Meeting.objects.get(pk=getattr(each, "pk", each)).slug for each in chosen
    } == {
        "2019",
        "2021",
    }


def test_a_line_leads_to_an_earlier_meeting_only(
    administrator: User, second: Recommendation
) -> None:
    first = Recommendation.objects.get(key="2019/1")
    client = signed_in(administrator)
    url = reverse("admin:recommendations_relation_add")
    words = {
        "kind": "replaces",
        "source": "CTOC/COP/WG.7/2021/5",
        "dated": "2021-10-20",
    }

    wrong = client.post(
        url, {**words, "recommendation": first.pk, "earlier": second.pk}
    )
    right = client.post(
        url, {**words, "recommendation": second.pk, "earlier": first.pk}
    )

    assert "Choose a recommendation of an earlier meeting." in wrong.content.decode()
    assert right.status_code == 302
    assert str(Relation.objects.get()) == "2021/1 → 2019/1"


def test_a_meeting_without_sections_or_facts_has_its_pages(
    cycle: Cycle, focal_point: User, client: Client
) -> None:
    make_recommendation()
    meeting = another_meeting(
        code="bare",
        year=2023,
        ordinal=10,
        starts_on=None,
        ends_on=None,
        place="",
        chair="",
        chair_state_name="",
        sittings=None,
    )
    cycle.meetings.add(meeting)
    section = Section.objects.create(
        meeting=meeting, letter="", position=1, title="Recommandations"
    )
    row = Recommendation.objects.create(
        meeting=meeting,
        section=section,
        number=1,
        modality="should",
        wording="devraient",
    )
    RecommendationText.objects.create(
        recommendation=row, language="fr", text="Les États devraient agir.", source="-"
    )
    mine = signed_in(focal_point)

    for path in ("/en/recommendations/2023/", "/en/recommendations/2023/1/", "/ar/"):
        assert client.get(path).status_code == 200
    for path in ("/en/my/nor/", "/en/my/nor/2023/1/", "/en/my/nor/check/"):
        assert mine.get(path).status_code == 200
