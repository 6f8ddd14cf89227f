"""From files to rows: all of it or nothing, and twice is once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db.models import Count, Model

from recommendations.companion import Companion, LoadError
from recommendations.loading import load_report
from recommendations.models import (
    Correction,
    Meeting,
    Modality,
    Paragraph,
    Practice,
    Question,
    Recommendation,
    RecommendationText,
    Theme,
    Topic,
)
from recommendations.report import ReportError, read_report
from tests.factories import make_planned_cycle
from tests.test_report import ENGLISH, SOURCE
from tracking.management.importing import import_report, load_states
from tracking.models import Participation, ProtocolStatus, State, followed

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
STATES = SEEDS / "states.csv"
TILES = SEEDS / "tile_grid.csv"

pytestmark = pytest.mark.django_db


@pytest.fixture
def states(db: None) -> None:
    load_states(STATES, TILES)


@pytest.fixture
def corpus(states: None) -> None:
    import_report(SOURCE, SEEDS)
    make_planned_cycle().meetings.set(Meeting.objects.all())


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the corpus as fixtures write it, in an order of its own."""
    models: list[type[Model]] = list(
        apps.get_app_config("recommendations").get_models()
    )
    models.append(Participation)
    found = {}
    for model in models:
        text = serialize(
            "json",
            model._default_manager.all(),
            use_natural_foreign_keys=True,
            use_natural_primary_keys=True,
        )
        found[model._meta.label] = sorted(
            (row["fields"] for row in json.loads(text)), key=json.dumps
        )
    return found


# The corpus ------------------------------------------------------------------


def test_everything_is_loaded(corpus: None) -> None:
    assert State.objects.count() == 198
    assert Recommendation.objects.count() == 24
    assert Paragraph.objects.count() == 42
    assert Question.objects.count() == 122
    assert Topic.objects.count() == 15
    assert Correction.objects.count() == 53
    assert Participation.objects.count() == 89
    assert Participation.objects.exclude(state=None).count() == 84
    assert Theme.objects.annotate(n=Count("recommendations")).filter(n=0).count() == 0


def test_structure_stands_beside_the_text(corpus: None) -> None:
    third = Recommendation.objects.get(number=3)

    assert third.modality == Modality.SHOULD_CONSIDER
    assert third.wording in third.text.text
    assert [theme.code for theme in third.ordered_themes] == [
        "networks_and_liaison",
        "information_exchange",
    ]
    assert third.safeguards == ["domestic_law"]
    assert [str(paragraph) for paragraph in third.paragraphs.all()] == ["8", "10", "18"]
    assert third.consideration_suffices
    continuous = Recommendation.objects.filter(continuous=True).order_by("number")
    assert [row.number for row in continuous] == [6, 7, 16, 22, 23]


def test_every_code_has_a_word(corpus: None) -> None:
    for recommendation in Recommendation.objects.all():
        labels = [
            *recommendation.safeguard_labels,
            *recommendation.actor_labels,
            *recommendation.reference_labels,
            *recommendation.system_labels,
        ]
        assert all(labels)
        assert recommendation.get_action_type_display()


def test_each_recommendation_has_one_key_question(corpus: None) -> None:
    keys = (
        Question.objects.filter(is_key=True)
        .values("recommendation")
        .annotate(Count("pk"))
    )

    assert keys.count() == 24
    assert {row["pk__count"] for row in keys} == {1}


def test_only_the_first_recommendation_has_a_note_on_its_text(corpus: None) -> None:
    noted = Recommendation.objects.exclude(editorial_note_fr="")

    assert [row.number for row in noted] == [1]


def test_participants_are_matched_to_states(corpus: None) -> None:
    by_name = {row.name: row for row in Participation.objects.select_related("state")}

    for name, iso3 in [
        ("Turquie", "TUR"),
        ("États-Unis", "USA"),
        ("Pays-Bas", "NLD"),
        ("Bosnie-Herzégovine", "BIH"),
        ("Union européenne", "EUE"),
        ("Saint-Siège", "VAT"),
    ]:
        state = by_name[name].state
        assert state is not None
        assert state.iso3 == iso3
    assert by_name["Ordre souverain de Malte"].state is None


def test_practices_name_their_paragraph_and_speaker(corpus: None) -> None:
    practice = Practice.objects.get(paragraph__number=7)

    assert practice.speaker == "Mme Velazquez (Mexique)"
    assert practice.state_iso3 == "MEX"


# Twice is once ---------------------------------------------------------------


def test_importing_twice_changes_nothing(corpus: None) -> None:
    before = rows()
    keys = set(Recommendation.objects.values_list("pk", flat=True))

    counts = import_report(SOURCE, SEEDS).counts

    assert (counts.new, counts.changed, counts.removed) == (0, 0, 0)
    assert rows() == before
    assert set(Recommendation.objects.values_list("pk", flat=True)) == keys
    assert str(load_states(STATES, TILES)) == "0 new, 0 changed, 0 removed"


def test_what_an_administrator_wrote_stays(corpus: None) -> None:
    Recommendation.objects.filter(number=2).update(short_title_fr="Débats d’experts")
    Question.objects.filter(code="R01-Q1").update(label_fr="Autrement dit ?")

    import_report(SOURCE, SEEDS)

    assert Recommendation.objects.get(number=2).short_title_fr == "Débats d’experts"
    assert Question.objects.get(code="R01-Q1").label_fr == "Autrement dit ?"


def test_an_official_text_that_was_altered_is_restored(corpus: None) -> None:
    RecommendationText.objects.filter(recommendation__number=2).update(text="?")

    counts = import_report(SOURCE, SEEDS).counts

    assert counts.changed == 1
    assert Recommendation.objects.get(number=2).text.text.startswith("Les États")


def test_a_status_established_later_than_the_file_stays(states: None) -> None:
    State.objects.filter(iso3="BOL").update(
        protocol_status=ProtocolStatus.PARTY,
        protocol_status_source="depositary notification",
        protocol_status_as_of="2026-01-31",
    )

    load_states(STATES, TILES)

    assert State.objects.get(iso3="BOL").protocol_status == ProtocolStatus.PARTY


def test_fixtures_and_report_agree_word_for_word(corpus: None) -> None:
    from_report = rows()
    states = State.objects.order_by("iso3")
    fields = [field.name for field in State._meta.fields if field.name != "id"]
    from_csv = list(states.values(*fields))
    Participation.objects.all().delete()
    Recommendation.objects.all().delete()
    Meeting.objects.all().delete()
    for model in (Topic, Theme, State):
        model._default_manager.all().delete()

    call_command("loaddata", "states", "recommendations", "participations", verbosity=0)

    assert rows() == from_report
    assert list(states.all().values(*fields)) == from_csv


# All or nothing --------------------------------------------------------------


def changed_report(folder: Path, before: str, after: str) -> Path:
    text = SOURCE.read_text("utf-8")
    assert before in text
    path = folder / "report.txt"
    path.write_text(text.replace(before, after), "utf-8")
    return path


def test_a_participant_that_is_no_state_saves_nothing(
    states: None, tmp_path: Path
) -> None:
    path = changed_report(tmp_path, "Kenya, Koweït", "Kenya, Atlantide")

    with pytest.raises(ReportError, match=r"line 961: «Atlantide» is no State"):
        import_report(path, SEEDS)

    assert not Meeting.objects.exists()
    assert not Theme.objects.exists()


def test_a_structure_that_contradicts_the_wording_saves_nothing(
    states: None, tmp_path: Path
) -> None:
    path = changed_report(
        tmp_path, "devraient organiser des débats", "sont invités à organiser"
    )

    with pytest.raises(LoadError, match="describes recommendation 2 as should"):
        import_report(path, SEEDS)

    assert not Meeting.objects.exists()


def test_the_last_recommendation_cannot_go_missing(
    states: None, tmp_path: Path
) -> None:
    text = SOURCE.read_text("utf-8")
    start = text.index("  Recommandation 24")
    end = text.index("  III. Résumé")
    path = tmp_path / "report.txt"
    path.write_text(text[:start] + text[end:], "utf-8")

    with pytest.raises(LoadError, match="describes recommendation 24"):
        import_report(path, SEEDS)


def test_a_recommendation_once_loaded_cannot_disappear(
    corpus: None, tmp_path: Path
) -> None:
    text = SOURCE.read_text("utf-8")
    start = text.index("  Recommandation 24")
    end = text.index("  III. Résumé")
    shorter = read_report((text[:start] + text[end:]).encode())

    with pytest.raises(LoadError, match="lacks recommendation 24"):
        load_report(shorter, "shorter.txt", Companion(tmp_path))

    assert Recommendation.objects.count() == 24


def test_a_structure_naming_an_unknown_theme_saves_nothing(
    states: None, tmp_path: Path
) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    path = tmp_path / "seeds" / "2019-meeting-6" / "recommendations_structure.json"
    path.write_text(path.read_text("utf-8").replace("data_and_research", "weather"))

    with pytest.raises(LoadError, match="'weather'"):
        import_report(SOURCE, tmp_path / "seeds")

    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (",party,", ",member,", "line 2: Value 'member' is not a valid choice"),
        (",2017-02-02,", ",02/02/2017,", "line 2: Invalid isoformat string"),
        ("iso2,iso3,m49", "iso2,iso3,un", "line 2: 'm49'"),
    ],
)
def test_a_wrong_row_of_states_saves_none(
    db: None, tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    path = tmp_path / "states.csv"
    path.write_text(STATES.read_text("utf-8").replace(before, after, 1), "utf-8")

    with pytest.raises(LoadError, match=sentence):
        load_states(path, TILES)

    assert not State.objects.exists()


# Another report --------------------------------------------------------------


def test_a_report_without_companion_loads_with_what_it_says(
    corpus: None, tmp_path: Path
) -> None:
    path = tmp_path / "english.txt"
    path.write_text(ENGLISH, "utf-8")

    imported = import_report(path, SEEDS)

    assert not imported.has_companion
    meeting = Meeting.objects.get(code="2020-meeting-7")
    assert [row.modality for row in meeting.recommendations.all()] == [
        Modality.SHOULD_CONSIDER,
        Modality.ENCOURAGED,
        Modality.INVITED,
    ]
    bosnia = meeting.participations.get(name="Bosnia and Herzegovina")
    assert bosnia.state == State.objects.get(iso3="BIH")


def test_another_report_does_not_change_what_is_followed_up(
    corpus: None, tmp_path: Path
) -> None:
    path = tmp_path / "english.txt"
    path.write_text(ENGLISH, "utf-8")

    import_report(path, SEEDS)

    assert Recommendation.objects.count() == 27
    assert followed().count() == 24
    first = Meeting.objects.first()
    assert first is not None
    assert first.code == "2019-meeting-6"


# The commands ----------------------------------------------------------------


def test_the_commands_print_one_line(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_states", str(STATES))
    call_command("import_report", str(SOURCE))

    assert capsys.readouterr().out.splitlines() == [
        "States: 198 new, 0 changed, 0 removed.",
        "2019-meeting-6: 24 recommendations, 42 paragraphs, 89 participants; "
        "rows: 433 new, 0 changed, 0 removed.",
    ]


def test_the_commands_fail_with_file_and_line(states: None, tmp_path: Path) -> None:
    path = changed_report(tmp_path, "  Recommandation 12 \n", "")

    with pytest.raises(CommandError, match=rf"{path}, line \d+: .*Nothing was saved"):
        call_command("import_report", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_report", str(tmp_path / "none.txt"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_states", str(tmp_path / "none.csv"))
