"""A second report: it can be read, asks nothing of States, and replaces nothing."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from recommendations.models import Meeting, Recommendation, RecommendationText
from recommendations.report import read_report
from tests.factories import (
    make_assessment,
    make_planned_cycle,
    make_proposal,
    make_ready_assessment,
    make_submission,
    make_user,
)
from tests.test_loading import SEEDS, STATES, TILES, changed_report, rows
from tests.test_report import ENGLISH, SOURCE
from tracking.management.importing import import_report, load_states
from tracking.models import (
    Assessment,
    Cycle,
    NothingReadyError,
    Role,
    State,
    SubmittedAssessment,
    User,
    followed,
    submit,
    tasks_of,
)


@pytest.fixture
def corpus(db: None) -> None:
    load_states(STATES, TILES)
    import_report(SOURCE, SEEDS)
    make_planned_cycle().meetings.set(Meeting.objects.all())


@pytest.fixture
def norway(corpus: None) -> State:
    return State.objects.get(iso3="NOR")


@pytest.fixture
def reworded(tmp_path: Path) -> Path:
    """The same report, with another word in recommendation 14."""
    return changed_report(
        tmp_path,
        "d’adopter une approche multidisciplinaire",
        "d’adopter une approche vraiment multidisciplinaire",
    )


def text_of(number: int) -> str:
    return RecommendationText.objects.get(recommendation__key=f"2019/{number}").text


# Reading a report again --------------------------------------------------------------


def test_other_words_are_shown_and_asked_for(
    corpus: None, reworded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = text_of(14)

    with pytest.raises(CommandError, match=r"Nothing was saved\. With --yes"):
        call_command("import_report", str(reworded))

    said = capsys.readouterr().out
    assert f"  - {before}\n" in said
    assert "approche vraiment multidisciplinaire" in said
    assert text_of(14) == before


def test_with_a_yes_they_are_replaced(corpus: None, reworded: Path) -> None:
    call_command("import_report", str(reworded), "--yes")

    assert "approche vraiment multidisciplinaire" in text_of(14)


@pytest.mark.parametrize(("answer", "replaced"), [("y", True), ("", False)])
def test_at_a_terminal_somebody_answers(
    corpus: None,
    reworded: Path,
    answer: str,
    replaced: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: answer)

    if replaced:
        call_command("import_report", str(reworded))
    else:
        with pytest.raises(CommandError, match=r"Nothing was saved\.$"):
            call_command("import_report", str(reworded))

    assert ("vraiment multidisciplinaire" in text_of(14)) is replaced


def test_what_is_new_or_the_same_asks_nobody(corpus: None, tmp_path: Path) -> None:
    other = tmp_path / "english.txt"
    other.write_text(ENGLISH, "utf-8")

    call_command("import_report", str(SOURCE))
    call_command("import_report", str(other))

    assert Meeting.objects.count() == 2


@pytest.mark.parametrize("kind", ["draft", "record", "proposal"])
def test_words_that_a_state_answered_stay(
    norway: State, cycle: Cycle, reworded: Path, kind: str
) -> None:
    recommendation = followed().get(number=14)
    if kind == "draft":
        make_assessment(norway, recommendation, law="Loi n° 5")
    elif kind == "record":
        make_ready_assessment(norway, recommendation, cycle)
        make_submission(norway, cycle)
        Assessment.objects.update(status="")
    else:
        contributor = make_user(Role.CONTRIBUTOR, norway)
        make_proposal(contributor, make_assessment(norway, recommendation))
    before = text_of(14)

    with pytest.raises(CommandError, match=r"recommendation 14 of .* 1 State has"):
        call_command("import_report", str(reworded), "--yes")

    assert text_of(14) == before


def test_an_answer_to_another_recommendation_holds_nothing_up(
    norway: State, reworded: Path
) -> None:
    Assessment.objects.prepare(norway)  # empty ones are no answers
    Assessment.objects.filter(recommendation__number=13).update(law="Loi n° 5")

    call_command("import_report", str(reworded), "--yes")

    assert "vraiment multidisciplinaire" in text_of(14)


def english_2019(folder: Path, count: int = 24) -> Path:
    """The report that was loaded in French, as if in English."""
    texts = "".join(
        f"Recommendation {number}\n\nStates parties should act on point {number}.\n\n"
        for number in range(1, count + 1)
    )
    path = folder / "english-2019.txt"
    path.write_text(
        "I. Introduction\n\n1. The sixth meeting of the Working Group on the Smuggling "
        "of Migrants was held in Vienna from 11 to 13 September 2019.\n\n"
        f"II. Recommendations\n\n{texts}"
        "III. Adoption of the report\n\n2. The Working Group adopted its report.\n",
        "utf-8",
    )
    return path


def test_a_report_in_another_language_adds_its_texts_and_touches_nothing_else(
    norway: State, tmp_path: Path
) -> None:
    make_assessment(norway, Recommendation.objects.get(key="2019/14"), law="Loi n° 5")
    before = rows()

    call_command("import_report", str(english_2019(tmp_path)))

    after = rows()
    texts = "recommendations.RecommendationText"
    english = [row for row in after[texts] if row["language"] == "en"]
    assert len(english) == 24
    assert [row for row in after[texts] if row not in english] == before[texts]
    assert {k: v for k, v in after.items() if k != texts} == {
        k: v for k, v in before.items() if k != texts
    }


def test_another_language_with_other_numbers_is_not_the_same_report(
    corpus: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="the report that was loaded in another"):
        call_command("import_report", str(english_2019(tmp_path, count=23)))

    assert not RecommendationText.objects.filter(language="en").exists()


def test_a_preview_shows_what_was_read_and_saves_nothing(
    corpus: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = english_2019(tmp_path)
    path.write_text(path.read_text().replace("act on point 3", "act\n7\non point 3"))

    call_command("import_report", str(path), "--preview")

    said = capsys.readouterr().out
    assert "24 (Should: «should»)" in said
    assert "is the line «7» a page number" in said
    assert "who chaired the meeting is not said" in said
    assert "24 new" in said
    assert not RecommendationText.objects.filter(language="en").exists()


def test_a_doubt_is_answered_before_anything_is_saved(
    corpus: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = english_2019(tmp_path)
    path.write_text(path.read_text().replace("act on point 3", "act\n7\non point 3"))

    with pytest.raises(CommandError, match="leaves 1 doubts"):
        call_command("import_report", str(path))
    key = capsys.readouterr().out.split()[2]
    call_command("import_report", str(path), "--decline", key)

    third = RecommendationText.objects.get(language="en", recommendation__number=3)
    assert third.text == "States parties should act 7 on point 3."


# What is not followed asks nothing ---------------------------------------------------


@pytest.fixture
def two_reports(norway: State, tmp_path: Path) -> State:
    path = tmp_path / "english.txt"
    path.write_text(ENGLISH, "utf-8")
    import_report(path, SEEDS)
    return norway


@pytest.fixture
def followed_cycle(two_reports: State, cycle: Cycle) -> Cycle:
    """A cycle that names one of the two meetings."""
    cycle.meetings.set(Meeting.objects.filter(slug="2019"))
    return cycle


def test_a_state_has_the_tasks_of_the_followed_meeting(
    two_reports: State, followed_cycle: Cycle
) -> None:
    client = Client()
    client.force_login(make_user(Role.FOCAL_POINT, two_reports))

    page = client.get(reverse("workspace:tasks", args=["nor"]))
    first = client.get(reverse("workspace:assessment", args=["nor", "2019/1"]))

    assert page.context["total"] == 24
    assert first.status_code == 200
    assert text_of(1)[-60:] in first.content.decode()


def test_what_was_begun_for_another_meeting_is_no_task_and_is_not_sent(
    two_reports: State, followed_cycle: Cycle
) -> None:
    cycle = followed_cycle
    other = Recommendation.objects.get(meeting__code="2020-meeting-7", number=1)
    make_ready_assessment(two_reports, other, cycle)
    by: User = make_user(Role.FOCAL_POINT, two_reports)

    Assessment.objects.prepare(two_reports)

    tasks = tasks_of(two_reports, cycle)
    assert len(tasks) == 24
    assert other not in {task.recommendation for task in tasks}
    with pytest.raises(NothingReadyError):
        submit(two_reports, cycle, by=by, consent=True)
    assert not SubmittedAssessment.objects.exists()


def test_a_title_as_adopted_is_kept_beside_its_text(
    corpus: None, tmp_path: Path, client: Client
) -> None:
    path = tmp_path / "titled.txt"
    titled = ENGLISH.replace("Recommendation 3\n", "Recommendation 3: Cooperation\n\n")
    path.write_text(titled, "utf-8")
    report = read_report(path.read_bytes(), path.name)
    accepted = [f"--accept={doubt.key}" for doubt in report.open_doubts]

    call_command("import_report", str(path), *accepted)

    text = RecommendationText.objects.get(recommendation__key="2020/3")
    assert (text.title, text.text) == (
        "Cooperation",
        "States parties are invited to cooperate.",
    )
    assert "<b>Cooperation</b>" in client.get("/en/recommendations/2020/3/").text
