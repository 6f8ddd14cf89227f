"""Two people change the same row: one save wins, and no word is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.documents import pdf
from tests.factories import make_assessment, make_evidence, make_measure
from tracking.models import (
    Assessment,
    Cycle,
    Measure,
    StaleError,
    State,
    UnsavedWork,
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


def messages_after(client: Client, response: Any) -> str:
    """What the page says to which an answer leads."""
    assert response.status_code == 302
    page = client.get(response["Location"])
    return " ".join(str(message) for message in page.context["messages"])


def test_changes_of_different_fields_are_put_together(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    """There is nothing to choose: it is saved, and said whose words came along."""
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, practice="Leur pratique")

    response = mine.post(answer.get_absolute_url(), {**data, "law": "Ma loi"})

    said = messages_after(mine, response)
    assert f"what {alternate} saved meanwhile: What is done in practice." in said
    saved = Assessment.objects.get()
    assert (saved.law, saved.practice) == ("Ma loi", "Leur pratique")
    assert saved.version == 3
    assert not UnsavedWork.objects.filter(settled_at=None).exists()


def test_two_windows_of_one_person_are_put_together(
    answer: Assessment, mine: Client, focal_point: User
) -> None:
    first, second = (form_of(mine, answer.get_absolute_url()) for _ in range(2))
    mine.post(answer.get_absolute_url(), {**first, "practice": "Ma pratique"})

    response = mine.post(
        answer.get_absolute_url(),
        {**second, "law": "Ma loi", "status": "not_started", "ready": "ready"},
    )

    said = messages_after(mine, response)
    assert "you saved in another window: What is done in practice." in said
    saved = Assessment.objects.get()
    assert (saved.law, saved.practice) == ("Ma loi", "Ma pratique")
    assert saved.ready_for is not None  # all of it is by who says so


def test_the_same_words_from_two_windows_are_told_once(
    answer: Assessment, mine: Client
) -> None:
    first, second = (form_of(mine, answer.get_absolute_url()) for _ in range(2))
    mine.post(answer.get_absolute_url(), {**first, "law": "Ma loi"})

    response = mine.post(answer.get_absolute_url(), {**second, "law": "Ma loi"})

    assert "another window" not in messages_after(mine, response)
    assert Assessment.objects.get().law == "Ma loi"


def test_one_field_in_two_windows_is_asked_without_another_person(
    answer: Assessment, mine: Client, focal_point: User
) -> None:
    url = answer.get_absolute_url()
    first, second = (form_of(mine, url) for _ in range(2))
    mine.post(url, {**first, "law": "Loi de 2020", "practice": "Ma pratique"})

    response = mine.post(url, {**second, "law": "Loi de 2021"})

    assert response.status_code == 409
    page = response.content.decode()
    assert [clash.name for clash in response.context["merged"].clashes] == ["law"]
    assert "Changed in another window: What is done in practice" in page
    assert "Saved in another window" in page
    for word in ("other person", f"Saved by {focal_point}", f"{focal_point} saved"):
        assert word not in page


def test_a_colleague_between_two_windows_is_a_colleague(
    answer: Assessment, mine: Client, alternate: User, focal_point: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, practice="Leur pratique")
    colleague_saves(answer, focal_point, reason="Mon motif")

    response = mine.post(answer.get_absolute_url(), {**data, "law": "Ma loi"})

    said = messages_after(mine, response)
    assert f"what {alternate} saved meanwhile" in said
    assert "another window" not in said


def test_words_of_a_colleague_become_ready_when_somebody_has_read_them(
    answer: Assessment, mine: Client, alternate: User
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, practice="Leur pratique")

    response = mine.post(
        answer.get_absolute_url(), {**data, "status": "not_started", "ready": "ready"}
    )

    assert "It is a draft again" in messages_after(mine, response)
    saved = Assessment.objects.get()
    assert (saved.status, saved.practice) == ("not_started", "Leur pratique")
    assert saved.ready_for is None


def test_what_does_not_go_together_is_shown_as_a_mistake(
    state: State, answer: Assessment, mine: Client, alternate: User
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi")
    url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
    data = form_of(mine, url)
    measure.ends_on = "2019"
    measure.save_version(by=alternate)

    response = mine.post(url, {**data, "starts_on": "2020"})

    assert response.status_code == 422
    form = response.context["form"]
    assert (form["starts_on"].value(), form["ends_on"].value()) == ("2020", "2019")
    assert "cannot end before" in response.content.decode()
    again = {n: form[n].value() for n in form.fields if form[n].value()}
    assert mine.post(url, {**again, "ends_on": "2021"}).status_code == 302


def test_a_race_lost_twice_is_put_together_again(
    answer: Assessment, mine: Client, alternate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = form_of(mine, answer.get_absolute_url())
    colleague_saves(answer, alternate, practice="Leur pratique")
    save = Assessment.save_version
    calls = []

    def slow(self: Assessment, *, by: User) -> None:
        calls.append(self.version)
        if len(calls) == 2:
            theirs = Assessment.objects.get(pk=answer.pk)
            theirs.reason = "Leur motif"
            save(theirs, by=alternate)
        save(self, by=by)

    monkeypatch.setattr(Assessment, "save_version", slow)
    response = mine.post(answer.get_absolute_url(), {**data, "law": "Ma loi"})

    said = messages_after(mine, response)
    for field in ("What is done in practice", "Why?"):
        assert field in said
    saved = Assessment.objects.get()
    assert (saved.law, saved.practice, saved.reason) == (
        "Ma loi",
        "Leur pratique",
        "Leur motif",
    )
    assert calls == [1, 2, 3]


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
    url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
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
    url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
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
    url = reverse("workspace:evidence", args=["nor", "2019/1", evidence.pk])
    data = form_of(mine, url)
    evidence.title = "Décret-loi"
    evidence.save_version(by=alternate)

    upload = SimpleUploadedFile("loi.pdf", pdf())
    fields = {"authority": "Ministère", "upload": upload}
    response = mine.post(url, {**data, **fields})

    assert response.status_code == 302
    evidence.refresh_from_db()
    assert (evidence.title, evidence.authority) == ("Décret-loi", "Ministère")
    assert str(evidence.file) == "loi.pdf"
