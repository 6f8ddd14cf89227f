"""What everybody reads of the recommendations, and who changes which words."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from recommendations.companion import Companion, read_json
from recommendations.loading import load_groups, load_report
from recommendations.models import Meeting, Question, Recommendation, Relation, Section
from recommendations.report import read_report
from tests.test_loading import SEEDS
from tests.test_report import SOURCE
from tracking.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(db: None) -> None:
    report = read_report(SOURCE.read_bytes())
    load_groups(read_json(SEEDS / "themes.json"), read_json(SEEDS / "articles.json"))
    load_report(report, SOURCE.name, Companion.read(SEEDS / report.meeting.code))


def shown(client: Client, query: str = "", language: str = "fr") -> list[int]:
    """Numbers of the recommendations in the list, in their order."""
    page = client.get(f"/{language}/recommendations/{query}").content.decode()
    links = re.findall(rf'href="/{language}/recommendations/2019/(\d+)/"', page)
    return [int(number) for number in links]


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# The list --------------------------------------------------------------------


def test_all_are_listed_by_section(client: Client, corpus: None) -> None:
    page = text_of(client, "/fr/recommendations/")

    assert shown(client) == list(range(1, 25))
    for letter in "ABC":
        assert f'id="section-{letter}"' in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?theme=judicial_cooperation", [1, 5, 6, 11]),
        ("?modality=encouraged_to_consider", [18, 19]),
        ("?action=cooperate", [13, 20, 22, 23]),
        ("?article=protocol.art11", [13, 20, 23]),
        ("?modality=should&theme=networks_and_liaison", [6, 7]),
        ("?theme=judicial_cooperation&modality=invited", []),
    ],
)
def test_filters_narrow_the_list(
    client: Client, corpus: None, query: str, numbers: list[int]
) -> None:
    assert shown(client, query) == numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("réseau", [3, 24]),
        ("reseaux", [3, 24]),
        ("RESEAU", [3, 24]),
        ("interprete", [4]),
        ("biométr", [18]),
        ("en oeuvre", [21]),
        ("l'echange d'informations utiles", [5]),
        ("airlines", [20]),
        ("airline", [20]),
        ("zzz", []),
        ("'; drop table", []),
    ],
)
def test_search_forgives_accents_and_endings(
    corpus: None, words: str, numbers: list[int]
) -> None:
    found = Recommendation.objects.search(words).order_by("number")

    assert [row.number for row in found] == numbers


def test_the_page_searches(client: Client, corpus: None) -> None:
    assert shown(client, "?q=reseaux") == [3, 24]


def test_a_list_without_answer_says_so_and_leads_back(
    client: Client, corpus: None
) -> None:
    page = text_of(client, "/en/recommendations/?q=zzz")

    assert "No recommendation answers these filters." in page
    assert 'href="/en/recommendations/"' in page


def test_an_unknown_value_of_a_filter_is_no_error(client: Client, corpus: None) -> None:
    assert shown(client, "?theme=nonsense&modality=%00") == list(range(1, 25))


def test_nothing_imported_yet_is_said(client: Client) -> None:
    assert "No report has been imported yet" in text_of(client, "/en/recommendations/")
    assert client.get("/en/recommendations/2019/").status_code == 404


def test_official_texts_carry_their_language(client: Client, corpus: None) -> None:
    page = text_of(client, "/ar/recommendations/")

    assert len(re.findall(r'<blockquote[^>]*lang="fr"\s+dir="ltr"', page)) == 24
    assert "not yet available in this language" in text_of(
        client, "/en/recommendations/"
    )
    with translation.override("fr"):
        sentence = translation.gettext(
            "The official texts are not yet available in this language; they are shown "
            "in French, as adopted. Short titles are ours."
        )
    assert sentence not in text_of(client, "/fr/recommendations/")


def test_short_titles_come_in_the_readers_language(
    client: Client, corpus: None
) -> None:
    assert "12. Détection des documents frauduleux" in text_of(
        client, "/fr/recommendations/"
    )
    assert "12. Detecting fraudulent documents" in text_of(
        client, "/ru/recommendations/"
    )


@pytest.mark.parametrize(
    ("path", "queries"), [("recommendations/", 9), ("recommendations/2019/", 9)]
)
def test_the_number_of_queries_is_stated(
    client: Client,
    corpus: None,
    path: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(queries):
        client.get(f"/en/{path}")


# The meeting -----------------------------------------------------------------


def test_the_meeting_is_shown_whole(client: Client, corpus: None) -> None:
    page = text_of(client, "/fr/recommendations/2019/")

    assert "Francesco Testa (Italie)" in page
    assert "CTOC/COP/WG.7/2019/1/Corr.1" in page
    assert "quatre premières réunions" in page
    assert "stratégies mondiales pour s’attaquer aux causes" in page
    for number in range(1, 43):
        assert f'id="paragraph-{number}"' in page


# One recommendation, without what States say ---------------------------------


def presentation(number: int, language: str = "en") -> str:
    recommendation = Recommendation.objects.with_presentation().get(number=number)
    with translation.override(language):
        return render_to_string(
            "recommendations/_presentation.html", {"recommendation": recommendation}
        )


def test_a_recommendation_is_presented_with_what_it_rests_on(corpus: None) -> None:
    page = presentation(18)

    assert "<mark>sont encouragés à envisager</mark>" in page
    assert "a documented decision is already a full answer" in page
    assert "within international law" in page
    assert "Protocol, article 10" in page
    assert "M. Vella (Italie)" in page
    assert "never enter biometric data" in page
    for question in Question.objects.filter(recommendation__number=18):
        assert question.label_en in page


def test_what_speakers_told_is_labelled_as_such(corpus: None) -> None:
    page = presentation(9)

    assert "Reported by the speakers; these are not findings" in page
    assert "Paragraph 14 of the report" in page
    assert "What was told at the meeting" not in presentation(8)


def test_the_note_on_the_text_of_the_first_is_visible(corpus: None) -> None:
    assert "ends without a full stop" in presentation(1)
    assert "sans point final" in presentation(1, "fr")
    assert "ends without a full stop" not in presentation(2)


# The admin -------------------------------------------------------------------


def admin_page(name: str, *args: object) -> str:
    return reverse(f"admin:recommendations_{name}", args=args)


def test_a_reviewer_reads_and_changes_nothing(
    client: Client, corpus: None, reviewer: User
) -> None:
    client.force_login(reviewer)
    first = Recommendation.objects.get(number=1)
    path = admin_page("recommendation_change", first.pk)

    assert "Dispositions législatives" in text_of(client, path)
    assert client.post(path, {"short_title_fr": "?"}).status_code == 403
    assert client.get(admin_page("recommendation_add")).status_code == 403


def test_an_administrator_changes_our_words_only(
    client: Client, corpus: None, administrator: User
) -> None:
    client.force_login(administrator)
    first = Recommendation.objects.get(number=1)
    text = first.text.text
    section = Section.objects.get(letter="C")

    response = client.post(
        admin_page("recommendation_change", first.pk),
        {
            "short_title_en": "Model law",
            "short_title_fr": "Loi type",
            "number": 99,
            "modality": "should",
            "section": section.pk,
            "texts-TOTAL_FORMS": 0,
            "texts-INITIAL_FORMS": 0,
            "questions-TOTAL_FORMS": 0,
            "questions-INITIAL_FORMS": 0,
        },
    )

    assert response.status_code == 302
    first = Recommendation.objects.get(pk=first.pk)
    assert first.short_title_fr == "Loi type"
    assert (first.number, first.modality) == (1, "should_consider")
    assert first.section.letter == "A"
    assert first.text.text == text


def test_corrections_are_shown_with_the_meeting(
    client: Client, corpus: None, reviewer: User
) -> None:
    client.force_login(reviewer)
    meeting = Meeting.objects.get()

    page = text_of(client, admin_page("meeting_change", meeting.pk))

    assert "illici te" in page
    assert "illicite" in page
    assert "Bosnie Herzégovine" in text_of(client, admin_page("correction_changelist"))


def test_every_list_and_row_of_the_admin_opens(
    client: Client, corpus: None, administrator: User
) -> None:
    client.force_login(administrator)
    models = [
        model
        for model in apps.get_app_config("recommendations").get_models()
        if admin.site.is_registered(model)
    ]

    assert len(models) == 11
    first, second = Recommendation.objects.all()[:2]
    Relation.objects.create(
        recommendation=second,
        kind="updates",
        earlier=first,
        source="-",
        dated="2020-01-01",
    )
    for model in models:
        name = str(model._meta.model_name)
        row = model._default_manager.first()
        assert row is not None
        text_of(client, admin_page(f"{name}_changelist"))
        text_of(client, admin_page(f"{name}_change", row.pk))
