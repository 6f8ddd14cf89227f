"""Two people change the same row: one save wins, and no word is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_evidence, make_measure
from tracking.models import (
    Assessment,
    Cycle,
    Measure,
    StaleError,
    State,
    User,
)


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019", reason="")


@pytest.fixture
def mine(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back unchanged from the page at `url`."""
    form = client.get(url).context["form"]
    return {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", [])
    }


def colleague_saves(answer: Assessment, by: User, **fields: Any) -> None:
    theirs = Assessment.objects.get(pk=answer.pk)
    for name, value in fields.items():
        setattr(theirs, name, value)
    theirs.save_version(by=by)


def test_of_two_saves_of_one_version_one_wins(
    answer: Assessment, focal_point: User, alternate: User
) -> None:
    first, second = (Assessment.objects.get(pk=answer.pk) for _ in range(2))
    first.save_version(by=focal_point)

    with pytest.raises(StaleError):
        second.save_version(by=alternate)

    assert Assessment.objects.get().updated_by == focal_point


def test_the_loser_sees_both_texts_and_who_wrote_the_other(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi de 2020")

    response = mine.post(answer.get_absolute_url(), {**data, "law": "Loi de 2021"})

    assert response.status_code == 409
    page = response.content.decode()
    assert "Loi de 2021" in page
    assert "Loi de 2020" in page
    assert str(alternate) in page
    [clash] = response.context["merged"].clashes
    assert clash.name == "law"
    assert Assessment.objects.get().law == "Loi de 2020"


def test_two_texts_are_compared_word_by_word(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi <b> de 2020", status="planned")

    response = mine.post(
        answer.get_absolute_url(),
        {**data, "law": "Loi <b> de 2021", "status": "in_progress"},
    )

    page = response.content.decode()
    assert "Loi &lt;b&gt; de <del>2020</del><ins>2021</ins>" in page
    assert page.count("Word by word") == 1  # a status has no words


def test_changes_of_different_fields_are_put_together(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, practice="Leur pratique")
    response = mine.post(answer.get_absolute_url(), {**data, "law": "Ma loi"})

    assert response.status_code == 409
    assert response.context["merged"].clashes == []
    save_again(mine, answer, response)

    saved = Assessment.objects.get()
    assert (saved.law, saved.practice) == ("Ma loi", "Leur pratique")


def save_again(client: Client, answer: Any, response: Any, **choices: str) -> Any:
    """Send the conflict page's own form back."""
    data: dict[str, Any] = {
        "version": response.context["theirs"].version,
        "shown": response.context["shown"],
        "clash": [clash.name for clash in response.context["merged"].clashes],
        "act": "save",
        **choices,
    }
    for each in response.context["hidden"]:
        data.setdefault(each.name, []).append(each.value)
    return (
        client.post(answer, data)
        if isinstance(answer, str)
        else client.post(answer.get_absolute_url(), data)
    )


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("mine", "Loi de 2021"),
        ("theirs", "Loi de 2020"),
        ("both", "Loi de 2021\n\nLoi de 2020"),
    ],
)
def test_each_choice_is_kept(
    answer: Assessment, mine: Client, alternate: User, choice: str, kept: str
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi de 2020", status="planned")
    response = mine.post(answer.get_absolute_url(), {**data, "law": "Loi de 2021"})

    again = save_again(mine, answer, response, **{"keep-law": choice})

    assert again.status_code == 302
    saved = Assessment.objects.get()
    assert (saved.law, saved.status) == (kept, "planned")


def test_without_a_choice_nothing_is_saved_and_the_page_asks_again(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi de 2020")
    response = mine.post(answer.get_absolute_url(), {**data, "law": "Loi de 2021"})

    again = save_again(mine, answer, response)

    assert again.status_code == 409
    assert [clash.name for clash in again.context["merged"].clashes] == ["law"]
    assert "Loi de 2021" in again.content.decode()
    assert Assessment.objects.get().law == "Loi de 2020"


def test_a_third_save_meanwhile_asks_once_more(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi de 2020")
    response = mine.post(answer.get_absolute_url(), {**data, "law": "Loi de 2021"})
    colleague_saves(answer, alternate, law="Loi de 2022")

    again = save_again(mine, answer, response, **{"keep-law": "mine"})

    assert again.status_code == 409
    [clash] = again.context["merged"].clashes
    assert (clash.mine, clash.theirs) == ("Loi de 2021", "Loi de 2022")


def test_without_what_was_shown_every_difference_is_asked(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    colleague_saves(answer, alternate, practice="Leur pratique")

    response = mine.post(
        answer.get_absolute_url(), {"version": 1, "law": "Loi de 2021"}
    )

    names = {clash.name for clash in response.context["merged"].clashes}
    assert {"law", "practice"} <= names


def test_the_text_can_be_downloaded_from_the_conflict(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, law="Loi de 2020")

    response = mine.post(
        answer.get_absolute_url(), {**data, "law": "Loi de 2021", "act": "download"}
    )

    assert response.status_code == 200
    assert "Loi de 2021" in response.content.decode()


def test_measures_cross_in_the_same_way(
    state: State, answer: Assessment, mine: Client, alternate: User
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi")
    url = reverse("workspace:measure", args=["nor", 1, measure.pk])
    data = form_of(mine, url)
    theirs = Measure.objects.get()
    theirs.description = "Leur texte"
    theirs.save_version(by=alternate)

    response = mine.post(url, {**data, "description": "Mon texte"})
    assert response.status_code == 409
    again = save_again(mine, url, response, **{"keep-description": "both"})

    assert again.status_code == 302
    assert Measure.objects.get().description == "Mon texte\n\nLeur texte"


def test_saving_brings_back_what_was_removed_meanwhile(
    state: State, answer: Assessment, mine: Client, alternate: User
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi")
    url = reverse("workspace:measure", args=["nor", 1, measure.pk])
    data = form_of(mine, url)
    Measure.objects.get().remove(by=alternate)

    response = mine.post(url, {**data, "title": "Loi nouvelle"})
    assert response.status_code == 409
    assert "Loi nouvelle" in response.content.decode()
    save_again(mine, url, response)

    saved = Measure.objects.present().get()
    assert saved.title == "Loi nouvelle"


def test_evidence_crosses_in_the_same_way(
    state: State, answer: Assessment, mine: Client, alternate: User
) -> None:
    evidence = make_evidence(state, answer, title="Décret")
    url = reverse("workspace:evidence", args=["nor", 1, evidence.pk])
    data = form_of(mine, url)
    evidence.title = "Décret-loi"
    evidence.save_version(by=alternate)

    response = mine.post(url, {**data, "authority": "Ministère"})
    assert response.status_code == 409
    again = save_again(mine, url, response)

    assert again.status_code == 302
    evidence.refresh_from_db()
    assert (evidence.title, evidence.authority) == ("Décret-loi", "Ministère")
