"""What was written and is not saved: kept, offered again, shown to nobody else."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recommendations.models import Recommendation
from tests.factories import make_assessment, make_measure, make_unsaved
from tests.test_conflict import colleague_saves, form_of, save_again
from tracking.models import (
    Assessment,
    Cycle,
    Measure,
    State,
    UnsavedKind,
    UnsavedWork,
    User,
    Writing,
)

pytestmark = pytest.mark.usefixtures("cycle")
AJAX = {"accept": "application/json"}


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(state, recommendation, law="Loi de 2019")


@pytest.fixture
def mine(focal_point: User) -> Client:
    client = Client()
    client.force_login(focal_point)
    return client


def form_with_token(client: Client, url: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send back, with what was typed over it."""
    page = client.get(url)
    form, writing = page.context["form"], page.context["writing"]
    return {
        **{
            name: value
            for name in form.fields
            if (value := form[name].value()) not in (None, "", [])
        },
        "writing": writing.token,
        "continues": [str(seen) for seen in writing.continues],
        **typed,
    }


def autosave(client: Client, url: str, sequence: int, data: dict[str, Any]) -> Any:
    return client.post(url, {**data, "sequence": sequence}, headers=AJAX)


def waiting(user: User) -> list[UnsavedWork]:
    return list(UnsavedWork.objects.of(user))


class TestAutosave:
    def test_it_keeps_a_draft_and_does_not_move_the_row(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url, law="Loi de 2")

        response = autosave(mine, url, 1, data)

        [draft] = waiting(focal_point)
        assert response.status_code == 200
        kept_at = timezone.localtime(draft.kept_at)
        told = response.json()
        assert (told["saved"], told["sequence"]) == (f"{kept_at:%H:%M}", 1)
        assert draft.payload["law"] == ["Loi de 2"]
        assert draft.version == 1
        assert "csrfmiddlewaretoken" not in draft.payload
        saved = Assessment.objects.get()
        assert (saved.law, saved.version) == ("Loi de 2019", 1)

    def test_what_comes_twice_changes_nothing_the_second_time(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url, law="A")
        with time_machine.travel(timezone.now() - datetime.timedelta(minutes=9)):
            first = autosave(mine, url, 1, data)

        again = autosave(mine, url, 1, data)

        assert again.json() == first.json()
        assert len(waiting(focal_point)) == 1

    def test_what_was_overtaken_is_ignored(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url)
        autosave(mine, url, 2, {**data, "law": "La loi entière"})

        late = autosave(mine, url, 1, {**data, "law": "La loi"})

        assert late.json()["sequence"] == 2
        [draft] = waiting(focal_point)
        assert draft.payload["law"] == ["La loi entière"]

    def test_two_pages_keep_two_drafts(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        for text in ("Un", "Deux"):
            autosave(mine, url, 1, form_with_token(mine, url, law=text))

        texts = {work.payload["law"][0] for work in waiting(focal_point)}
        assert texts == {"Un", "Deux"}

    def test_saving_settles_the_draft_even_one_still_on_its_way(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url, law="La loi")
        autosave(mine, url, 1, data)

        assert mine.post(url, {**data, "sequence": 3}).status_code == 302
        autosave(mine, url, 2, data)

        assert waiting(focal_point) == []

    def test_a_draft_that_comes_first_after_the_save_is_ignored_too(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url, law="La loi")
        mine.post(url, {**data, "sequence": 2})

        autosave(mine, url, 1, data)

        assert waiting(focal_point) == []

    def test_words_typed_after_a_save_are_a_draft_again(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_with_token(mine, url)
        mine.post(url, {**data, "law": "Une", "sequence": 2})

        autosave(mine, url, 3, {**data, "law": "Une autre"})

        assert len(waiting(focal_point)) == 1

    @pytest.mark.parametrize("view", ["add_measure", "add_evidence"])
    def test_what_is_not_in_the_library_yet_has_drafts(
        self, answer: Assessment, mine: Client, focal_point: User, view: str
    ) -> None:
        url = reverse(f"workspace:{view}", args=["nor", "2019/1"])
        autosave(mine, url, 1, form_with_token(mine, url, title="Un décret"))

        [draft] = waiting(focal_point)
        page = mine.get(draft.get_absolute_url())

        assert page.context["form"]["title"].value() == "Un décret"

    def test_it_takes_no_token_of_somebody_else(
        self, answer: Assessment, mine: Client, alternate: User
    ) -> None:
        url = answer.get_absolute_url()
        theirs = Writing.new(alternate).token

        for token, status in ((theirs, 409), ("1:forged", 400)):
            response = autosave(mine, url, 1, {"writing": token, "law": "A"})
            assert response.status_code == status
        assert not UnsavedWork.objects.exists()

    def test_a_stranger_and_a_viewer_keep_none(
        self, answer: Assessment, stranger: User, viewer: User
    ) -> None:
        for user in (stranger, viewer):
            client = Client()
            client.force_login(user)
            data = {"writing": Writing.new(user).token, "law": "A"}
            url = answer.get_absolute_url()
            assert autosave(client, url, 1, data).status_code == 404


class TestOffer:
    def test_the_page_offers_it_and_shows_it_when_asked(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        work = make_unsaved(
            focal_point, answer, law=["Le brouillon"], status=["planned"]
        )

        page = mine.get(answer.get_absolute_url())
        assert page.context["writing"].offers == [work]
        assert work.get_absolute_url() in page.content.decode()
        assert page.context["form"]["law"].value() == "Loi de 2019"

        page = mine.get(work.get_absolute_url())
        assert page.context["writing"].offers == []
        assert page.context["form"]["law"].value() == "Le brouillon"
        assert page.context["form"]["status"].value() == "planned"

    def test_saving_what_was_continued_settles_it(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        autosave(mine, url, 1, form_with_token(mine, url, law="Le brouillon"))
        [work] = waiting(focal_point)
        data = form_with_token(mine, work.get_absolute_url())

        assert mine.post(url, data).status_code == 302

        assert Assessment.objects.get().law == "Le brouillon"
        assert waiting(focal_point) == []

    def test_a_draft_of_what_was_continued_takes_its_place(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        url = answer.get_absolute_url()
        autosave(mine, url, 1, form_with_token(mine, url, law="Le brouillon"))
        [work] = waiting(focal_point)

        data = form_with_token(mine, work.get_absolute_url())
        autosave(mine, url, 1, {**data, "law": "Le brouillon, suite"})

        [later] = waiting(focal_point)
        assert later != work
        assert later.payload["law"] == ["Le brouillon, suite"]

    def test_a_draft_over_an_older_version_ends_in_the_comparison(
        self, answer: Assessment, mine: Client, focal_point: User, alternate: User
    ) -> None:
        url = answer.get_absolute_url()
        autosave(mine, url, 1, form_with_token(mine, url, law="Le brouillon"))
        colleague_saves(answer, alternate, law="Loi de 2020")
        [work] = waiting(focal_point)

        response = mine.post(url, form_with_token(mine, work.get_absolute_url()))

        assert response.status_code == 409
        [clash] = response.context["merged"].clashes
        assert (clash.mine, clash.theirs, clash.base) == (
            "Le brouillon",
            "Loi de 2020",
            "Loi de 2019",
        )

    def test_nobody_else_sees_or_touches_it(
        self, answer: Assessment, focal_point: User, alternate: User
    ) -> None:
        work = make_unsaved(focal_point, answer, law=["Le brouillon"])
        colleague = Client()
        colleague.force_login(alternate)

        page = colleague.get(answer.get_absolute_url())
        assert page.context["writing"].offers == []
        assert (
            "Le brouillon"
            not in colleague.get(reverse("workspace:unsaved")).content.decode()
        )
        assert colleague.get(work.get_absolute_url()).status_code == 404
        for view in ("discard", "unsaved_file"):
            url = reverse(f"workspace:{view}", args=[work.pk])
            assert colleague.post(url).status_code == 404
        assert waiting(focal_point) == [work]

    def test_the_list_tells_downloads_and_discards(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        work = make_unsaved(
            focal_point,
            answer,
            law=["Le brouillon"],
            status=["planned"],
            **{"R01-Q1": ["yes"]},
        )
        tasks = mine.get(reverse("workspace:tasks", args=["nor"])).content.decode()
        assert reverse("workspace:unsaved") in tasks
        assert "Le brouillon" in mine.get(reverse("workspace:unsaved")).content.decode()

        file = mine.get(reverse("workspace:unsaved_file", args=[work.pk]))
        text = file.content.decode()
        assert "Le brouillon" in text
        assert "Planned" in text
        assert "Key question 1?" in text

        mine.post(reverse("workspace:discard", args=[work.pk]), {"list": "1"})
        assert not UnsavedWork.objects.exists()

    def test_whoever_may_write_no_more_keeps_the_own_words(
        self, answer: Assessment, mine: Client, focal_point: User
    ) -> None:
        work = make_unsaved(focal_point, answer, law=["Le brouillon"])
        User.objects.filter(pk=focal_point.pk).update(role="viewer")

        file = mine.get(reverse("workspace:unsaved_file", args=[work.pk]))

        assert "Le brouillon" in file.content.decode()


class TestConflict:
    def lose(self, mine: Client, answer: Assessment, by: User) -> Any:
        data = form_with_token(mine, answer.get_absolute_url(), law="Loi de 2021")
        colleague_saves(answer, by, law="Loi de 2020")
        return mine.post(answer.get_absolute_url(), data)

    def test_the_losers_text_is_kept_even_if_the_page_is_never_seen(
        self, answer: Assessment, mine: Client, focal_point: User, alternate: User
    ) -> None:
        self.lose(mine, answer, alternate)

        [copy] = waiting(focal_point)
        assert copy.kind == UnsavedKind.CONFLICT
        assert copy.payload["law"] == ["Loi de 2021"]
        assert copy.version == 1

    def test_a_form_without_a_token_is_kept_all_the_same(
        self, answer: Assessment, mine: Client, focal_point: User, alternate: User
    ) -> None:
        data = form_of(mine, answer.get_absolute_url())
        for number in range(3):
            colleague_saves(answer, alternate, law=f"Loi {number}")
            mine.post(answer.get_absolute_url(), {**data, "law": f"Mienne {number}"})

        kept = {copy.payload["law"][0] for copy in waiting(focal_point)}
        assert kept == {"Mienne 0", "Mienne 1", "Mienne 2"}

    def test_the_same_text_sent_twice_is_kept_once(
        self, answer: Assessment, mine: Client, focal_point: User, alternate: User
    ) -> None:
        data = form_with_token(mine, answer.get_absolute_url(), law="Loi de 2021")
        colleague_saves(answer, alternate, law="Loi de 2020")
        for _time in range(2):
            mine.post(answer.get_absolute_url(), data)

        assert len(waiting(focal_point)) == 1

    def test_the_page_shows_mine_theirs_and_the_base(
        self, answer: Assessment, mine: Client, alternate: User
    ) -> None:
        response = self.lose(mine, answer, alternate)

        page = response.content.decode()
        for text in ("Loi de 2019", "Loi de 2020", "Loi de 2021"):
            assert text in page

    def test_a_text_put_together_by_hand_is_saved_and_settles_the_copy(
        self, answer: Assessment, mine: Client, focal_point: User, alternate: User
    ) -> None:
        response = self.lose(mine, answer, alternate)

        again = save_again(
            mine,
            answer,
            response,
            **{
                "keep-law": "hand",
                "hand-law": "Lois de 2020 et de 2021",
                "writing": response.context["writing"].token,
                "continues": str(response.context["copy"].pk),
            },
        )

        assert again.status_code == 302
        assert Assessment.objects.get().law == "Lois de 2020 et de 2021"
        assert waiting(focal_point) == []

    def test_without_a_choice_hand_written_words_and_base_are_shown_again(
        self, answer: Assessment, mine: Client, alternate: User
    ) -> None:
        response = self.lose(mine, answer, alternate)

        again = save_again(
            mine,
            answer,
            response,
            **{"hand-law": "À la main", "base": response.context["base"]},
        )

        [clash] = again.context["merged"].clashes
        assert (clash.by_hand, clash.base) == ("À la main", "Loi de 2019")

    def test_a_measure_that_lost_is_kept(
        self,
        state: State,
        answer: Assessment,
        mine: Client,
        focal_point: User,
        alternate: User,
    ) -> None:
        measure = make_measure(state, answer.recommendation, title="Loi")
        url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
        data = form_of(mine, url)
        theirs = Measure.objects.get()
        theirs.description = "Leur texte"
        theirs.save_version(by=alternate)

        mine.post(url, {**data, "description": "Mon texte"})

        [copy] = waiting(focal_point)
        assert copy.payload["description"] == ["Mon texte"]
        assert "Mon texte" in mine.get(copy.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("days", "kept"), [(89, 1), (91, 0)])
def test_what_nobody_came_back_to_goes_after_90_days(
    answer: Assessment, focal_point: User, days: int, kept: int
) -> None:
    make_unsaved(focal_point, answer, law=["Le brouillon"])

    with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
        call_command("purge_unsaved", verbosity=0)

    assert UnsavedWork.objects.count() == kept


def test_answers_to_questions_are_kept_in_words(
    answer: Assessment, focal_point: User, mine: Client
) -> None:
    code = answer.recommendation.questions.get().code
    make_unsaved(focal_point, answer, **{code: ["partly"]})
    html = mine.get(reverse("workspace:unsaved")).content.decode()

    assert "Partly" in html
    assert "partly" not in html
