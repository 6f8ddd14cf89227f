"""What a focal point takes of a proposal, and what becomes of the rest."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_assessment,
    make_evidence,
    make_measure,
)
from tests.proposing import PDF, answer, chief, choose, form_of, propose, writer
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    Measure,
    Outcome,
    Proposal,
    StaleError,
    State,
    User,
)

__all__ = ["answer", "chief", "writer"]


class TestTaking:
    def test_all_of_it(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", status="planned"
        )

        response = choose(chief, proposal)

        assert response.status_code == 302
        answer.refresh_from_db()
        assert (answer.law, answer.status) == ("Loi de 2026", "planned")
        assert (answer.practice, answer.version) == ("Rien", 2)
        assert answer.updated_by == focal_point
        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.TAKEN
        assert proposal.taken == ["status", "law"]
        assert proposal.closed_by == focal_point

    def test_field_by_field(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = answer.get_absolute_url()
        proposal = propose(writer, url, law="Loi de 2026", practice="Beaucoup")

        choose(chief, proposal, **{"keep-practice": "theirs"})

        answer.refresh_from_db()
        assert (answer.law, answer.practice) == ("Loi de 2026", "Rien")
        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.TAKEN_IN_PART
        assert proposal.taken == ["law"]
        told = writer.get(url).content.decode()
        assert "Taken over in part" in told
        assert "Taken over: What the texts provide" in told

    def test_in_other_words(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = answer.get_absolute_url()
        proposal = propose(writer, url, law="Loi de 2026")

        choose(chief, proposal, **{"keep-law": "hand", "hand-law": "Loi du 2 mai"})

        answer.refresh_from_db()
        assert answer.law == "Loi du 2 mai"
        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.TAKEN_IN_PART
        assert "What the texts provide (reworded)" in writer.get(url).content.decode()

    def test_what_the_contributor_left_alone_is_no_part_of_it(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")
        answer.practice = "Beaucoup"
        answer.save_version(by=focal_point)

        choose(chief, proposal)

        answer.refresh_from_db()
        assert (answer.law, answer.practice) == ("Loi de 2026", "Beaucoup")

    def test_where_both_changed_a_field_the_focal_point_is_asked(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")
        answer.law = "Loi de 2020"
        answer.save_version(by=focal_point)

        page = chief.get(proposal.get_absolute_url())
        [line] = page.context["lines"]
        refused = choose(chief, proposal)

        assert (line.before, line.after, line.base) == (
            "Loi de 2020",
            "Loi de 2026",
            "Loi de 2019",
        )
        assert page.context["row_moved"]
        assert refused.status_code == 422
        answer.refresh_from_db()
        assert answer.law == "Loi de 2020"

    def test_a_lost_race_loses_no_choice(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", practice="Beaucoup"
        )
        page = chief.get(proposal.get_absolute_url())
        data = {
            "version": page.context["row"].version,
            "act": "take",
            "keep-law": "hand",
            "hand-law": "Loi du 2 mai",
            "keep-practice": "theirs",
            "ready": "later",
        }
        answer.law = "Loi de 2020"
        answer.save_version(by=focal_point)

        crossed = chief.post(proposal.get_absolute_url(), data)

        assert crossed.status_code == 409
        law, practice = crossed.context["lines"]
        assert (law.before, law.choice, law.by_hand) == (
            "Loi de 2020",
            "hand",
            "Loi du 2 mai",
        )
        assert practice.choice == "theirs"
        proposal.refresh_from_db()
        assert proposal.is_open
        data["version"] = crossed.context["row"].version
        assert chief.post(proposal.get_absolute_url(), data).status_code == 302
        answer.refresh_from_db()
        assert answer.law == "Loi du 2 mai"

    def test_a_lost_race_is_told_before_choices_that_lack(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")
        answer.law = "Loi de 2020"
        answer.save_version(by=focal_point)

        data = {"version": 1, "act": "take"}
        page = chief.post(proposal.get_absolute_url(), data)

        assert page.status_code == 409

    def test_a_race_lost_while_saving_leaves_the_proposal_open(
        self,
        answer: Assessment,
        writer: Client,
        chief: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        def faster(self: Assessment, *, by: User) -> None:
            raise StaleError

        with monkeypatch.context() as patch:
            patch.setattr(Assessment, "save_version", faster)
            crossed = choose(chief, proposal)

        assert crossed.status_code == 409
        proposal.refresh_from_db()
        assert proposal.is_open

    def test_what_would_not_be_valid_is_told(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", "2019/1"])
        proposal = propose(writer, url, title="Loi", kind="law")

        page = choose(chief, proposal, **{"keep-title": "theirs"})

        assert page.status_code == 422
        assert "Give the measure a title." in page.content.decode()
        proposal.refresh_from_db()
        assert proposal.is_open
        assert not Measure.objects.exists()

    def test_nothing_chosen_takes_nothing(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        page = choose(chief, proposal, **{"keep-law": "theirs"})

        assert page.status_code == 422
        proposal.refresh_from_db()
        assert proposal.is_open

    def test_an_incomplete_answer_is_not_ready(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = answer.get_absolute_url()
        proposal = propose(writer, url, status="fully_implemented", ready="ready")

        response = choose(chief, proposal, ready="ready")

        page = chief.get(response["Location"]).content.decode()
        assert "It is not ready yet" in page

    @pytest.mark.parametrize("ready", [None, "yes"])
    def test_whether_it_is_then_ready_is_asked_and_never_answered_in_advance(
        self,
        answer: Assessment,
        writer: Client,
        chief: Client,
        cycle: Cycle,
        ready: str | None,
    ) -> None:
        Assessment.objects.update(ready_for=cycle, status="not_started")
        proposal = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", ready="ready"
        )
        url = proposal.get_absolute_url()
        page = chief.get(url)
        [form] = re.findall(
            r'<form method="post"\s+class="stack-l".*?</form>',
            page.content.decode(),
            re.S,
        )
        data = {"version": page.context["row"].version, "keep-law": "mine"}

        refused = chief.post(url, data | ({"ready": ready} if ready else {}))

        asked = re.findall(r'name="ready"\s+value="(\w+)"(.*?)>', form)
        assert asked == [("ready", ""), ("later", "")]
        assert refused.status_code == 422
        assert "Say whether the answer is then ready." in refused.content.decode()
        answer.refresh_from_db()
        assert (answer.law, answer.ready_for) == ("Loi de 2019", cycle)
        chief.post(url, data | {"ready": "later"})
        answer.refresh_from_db()
        assert (answer.law, answer.ready_for) == ("Loi de 2026", None)

    @pytest.mark.parametrize("act", ["take-all", "take"])
    def test_what_is_left_is_left_whatever_the_button(
        self, answer: Assessment, writer: Client, chief: Client, act: str
    ) -> None:
        proposal = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", practice="Beaucoup"
        )

        choose(chief, proposal, act=act, **{"keep-practice": "theirs"})

        answer.refresh_from_db()
        assert (answer.law, answer.practice) == ("Loi de 2026", "Rien")

    def test_one_button_takes_over(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        page = chief.get(proposal.get_absolute_url()).content.decode()

        assert re.findall(r'name="act"\s+value="([a-z-]+)"', page) == [
            "take",
            "decline",
        ]

    def test_the_official_text_and_each_word_that_differs_are_shown(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", "2019/1"])
        measure = propose(writer, url, title="Loi", kind="law")
        words = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", reason="Voté"
        )

        for each in (measure, words):
            page = chief.get(each.get_absolute_url()).content.decode()
            assert "Les États parties <mark>devraient</mark> agir (1)." in page
        assert "Loi de <del>2019</del><ins>2026</ins>" in page
        assert page.count("Word by word") == 1  # a new text has no other words

    def test_it_is_decided_once(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")
        choose(chief, proposal)

        again = choose(chief, proposal, act="decline", reason="Trop tard")

        assert again.status_code == 302
        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.TAKEN
        with pytest.raises(StaleError):
            proposal.withdraw()

    def test_the_language_of_the_words_comes_along(
        self,
        state: State,
        recommendation: Recommendation,
        cycle: Cycle,
        writer: Client,
        chief: Client,
    ) -> None:
        answer = make_assessment(state, recommendation)
        url = answer.get_absolute_url()
        proposal = propose(writer, url.replace("/en/", "/fr/"), law="Loi de 2026")

        choose(chief, proposal)

        answer.refresh_from_db()
        assert answer.language == "fr"

    def test_questions_and_choices_of_several_come_along(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(
            writer,
            answer.get_absolute_url(),
            **{
                "R01-Q1": "partly",
                "assistance_need": "needed",
                "assistance_types": ["training", "equipment"],
            },
        )

        choose(chief, proposal)

        answer.refresh_from_db()
        assert answer.answers == {"R01-Q1": "partly"}
        assert sorted(answer.assistance_types) == ["equipment", "training"]


class TestMeasuresAndEvidence:
    def test_a_new_measure_is_made_when_it_is_taken(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", "2019/1"])
        proposal = propose(writer, url, title="Loi", kind="law", starts_on="2.5.2026")

        assert not Measure.objects.exists()
        assert "Loi" in chief.get(answer.get_absolute_url()).content.decode()
        choose(chief, proposal)

        measure = Measure.objects.get()
        assert (measure.title, measure.starts_on) == ("Loi", "2026-05-02")
        assert list(measure.recommendations.all()) == [answer.recommendation]

    def test_two_new_measures_are_two_proposals(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", "2019/1"])
        first = propose(writer, url, title="Loi", kind="law")
        propose(writer, url, title="Plan", kind="policy")
        assert Proposal.objects.open().count() == 2

        propose(writer, f"{url}?proposal={first.pk}", title="Loi de 2026")

        assert sorted(row.title for row in Proposal.objects.open()) == [
            "Loi de 2026",
            "Plan",
        ]

    def test_a_measure_is_changed_when_it_is_taken(
        self, state: State, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        measure = make_measure(state, answer.recommendation, title="Loi")
        url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
        proposal = propose(writer, url, title="Loi de 2026")

        measure.refresh_from_db()
        assert measure.title == "Loi"
        choose(chief, proposal)
        measure.refresh_from_db()
        assert (measure.title, measure.version) == ("Loi de 2026", 2)

    def test_a_measure_removed_meanwhile_comes_back(
        self,
        state: State,
        answer: Assessment,
        writer: Client,
        chief: Client,
        focal_point: User,
    ) -> None:
        measure = make_measure(state, answer.recommendation, title="Loi")
        url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
        proposal = propose(writer, url, title="Loi de 2026")
        measure.remove(by=focal_point)

        page = chief.get(proposal.get_absolute_url()).content.decode()
        choose(chief, proposal)

        assert "brings it back" in page
        measure.refresh_from_db()
        assert (measure.title, measure.removed_at) == ("Loi de 2026", None)

    def test_new_evidence_brings_its_file(
        self, answer: Assessment, writer: Client, chief: Client, contributor: User
    ) -> None:
        url = reverse("workspace:add_evidence", args=["nor", "2019/1"])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        proposal = propose(writer, url, title="Loi", kind="law", upload=upload)

        assert not Evidence.objects.exists()
        assert proposal.file is not None
        address = reverse(
            "workspace:proposal_file", args=["nor", "2019/1", proposal.pk]
        )
        assert b"".join(chief.get(address)) == PDF
        choose(chief, proposal)

        evidence = Evidence.objects.get()
        assert evidence.file == EvidenceFile.objects.get()
        assert evidence.file is not None
        assert evidence.file.uploaded_by == contributor

    def test_a_file_stays_with_the_proposal_that_goes_on(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_evidence", args=["nor", "2019/1"])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        first = propose(writer, url, title="Loi", kind="law", upload=upload)

        second = propose(writer, f"{url}?proposal={first.pk}", title="Loi de 2026")
        assert second.file == first.file

        choose(chief, second)
        assert Evidence.objects.get().file == first.file

    def test_a_file_can_be_left(
        self, state: State, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        evidence = make_evidence(state, answer, title="Loi")
        url = reverse("workspace:evidence", args=["nor", "2019/1", evidence.pk])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        proposal = propose(writer, url, title="Loi de 2026", upload=upload)

        choose(chief, proposal, **{"keep-file": "theirs"})

        evidence.refresh_from_db()
        assert (evidence.title, evidence.file) == ("Loi de 2026", None)

    def test_an_upload_alone_is_a_proposal(
        self, state: State, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        evidence = make_evidence(state, answer, title="Loi", language="fr")
        url = reverse("workspace:evidence", args=["nor", "2019/1", evidence.pk])

        proposal = propose(writer, url, upload=SimpleUploadedFile("loi.pdf", PDF))
        choose(chief, proposal)

        evidence.refresh_from_db()
        assert str(evidence.file) == "loi.pdf"

    def test_a_refused_file_is_not_kept(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = reverse("workspace:add_evidence", args=["nor", "2019/1"])
        upload = SimpleUploadedFile("loi.exe", b"MZ")
        data = form_of(writer, url) | {"title": "Loi", "kind": "law", "upload": upload}

        assert writer.post(url, data).status_code == 422
        assert not EvidenceFile.objects.exists()
