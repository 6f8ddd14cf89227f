"""What a contributor writes is a proposal until the focal point takes it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.documents import pdf
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_proposal,
    make_user,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    EvidenceFile,
    Measure,
    Outcome,
    Proposal,
    Role,
    StaleError,
    State,
    UnsavedWork,
    User,
)
from tracking.workspace.urls import urlpatterns

PDF = pdf()


@pytest.fixture
def answer(state: State, cycle: Cycle, recommendation: Recommendation) -> Assessment:
    return make_assessment(
        state, recommendation, law="Loi de 2019", practice="Rien", language="fr"
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer(contributor: User) -> Client:
    return signed_in(contributor)


@pytest.fixture
def chief(focal_point: User) -> Client:
    return signed_in(focal_point)


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back unchanged from the page at `url`."""
    form = client.get(url).context["form"]
    return {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", [])
    }


def propose(client: Client, url: str, **fields: Any) -> Proposal:
    """Change what the page at `url` shows, and send it."""
    response = client.post(url, form_of(client, url) | fields)
    assert response.status_code == 302
    return Proposal.objects.latest("pk")


def choose(client: Client, proposal: Proposal, **fields: Any) -> Any:
    """Decide on a proposal with the choices that its page shows."""
    page = client.get(proposal.get_absolute_url())
    data = {line.input_name: line.choice for line in page.context["lines"]}
    data |= {line.hand_name: line.by_hand for line in page.context["lines"]}
    data |= {"version": page.context["row"].version, "act": "take"}
    return client.post(proposal.get_absolute_url(), data | fields)


class TestProposing:
    def test_it_stands_beside_the_row(
        self, answer: Assessment, writer: Client, contributor: User
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        answer.refresh_from_db()
        assert (answer.law, answer.version) == ("Loi de 2019", 1)
        assert proposal.payload["law"] == ["Loi de 2026"]
        assert (proposal.by, proposal.ready) == (contributor, False)

    def test_it_is_on_the_form_again(self, answer: Assessment, writer: Client) -> None:
        propose(writer, answer.get_absolute_url(), law="Loi de 2026", status="planned")

        page = writer.get(answer.get_absolute_url())

        assert page.context["form"]["law"].value() == "Loi de 2026"
        assert page.context["form"]["status"].value() == "planned"
        assert "not yet taken over" in page.content.decode()
        assert [line.name for line in page.context["held"].lines] == ["status", "law"]

    def test_the_focal_point_sees_the_row_and_the_proposal(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        page = chief.get(answer.get_absolute_url())

        assert page.context["form"]["law"].value() == "Loi de 2019"
        assert proposal.get_absolute_url() in page.content.decode()

    def test_a_later_one_replaces_it_and_both_stay(
        self, answer: Assessment, writer: Client
    ) -> None:
        first = propose(writer, answer.get_absolute_url(), law="Loi de 2025")
        second = propose(writer, answer.get_absolute_url(), practice="Depuis 2026")

        first.refresh_from_db()
        assert first.outcome == Outcome.REPLACED
        assert first.payload["law"] == ["Loi de 2025"]
        assert second.payload["law"] == ["Loi de 2025"]
        assert list(Proposal.objects.open()) == [second]

    def test_two_people_propose_each_on_their_own(
        self, state: State, answer: Assessment, writer: Client
    ) -> None:
        propose(writer, answer.get_absolute_url(), law="Loi de 2025")
        colleague = signed_in(make_user(Role.CONTRIBUTOR, state))

        page = colleague.get(answer.get_absolute_url())
        propose(colleague, answer.get_absolute_url(), law="Loi de 2026")

        assert page.context["form"]["law"].value() == "Loi de 2019"
        assert Proposal.objects.open().count() == 2

    def test_the_same_press_of_the_button_counts_once(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = answer.get_absolute_url()
        data = form_of(writer, url) | {"law": "Loi de 2026"}

        writer.post(url, data)
        writer.post(url, data)

        assert Proposal.objects.count() == 1

    def test_nothing_new_proposes_nothing(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = answer.get_absolute_url()

        page = writer.post(url, form_of(writer, url), follow=True)

        assert not Proposal.objects.exists()
        assert "nothing is proposed" in page.content.decode()

    def test_going_back_to_what_the_row_says_withdraws_it(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = answer.get_absolute_url()
        first = propose(writer, url, law="Loi de 2026")

        writer.post(url, form_of(writer, url) | {"law": "Loi de 2019"})

        first.refresh_from_db()
        assert first.outcome == Outcome.WITHDRAWN

    def test_what_has_not_changed_is_proposed_as_ready(
        self, answer: Assessment, writer: Client, chief: Client, cycle: Cycle
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), ready="ready")

        page = chief.get(proposal.get_absolute_url())
        choose(chief, proposal, act="take-all", ready="1")

        assert page.context["lines"] == []
        answer.refresh_from_db()
        assert answer.ready_for == cycle
        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.TAKEN

    def test_an_answer_of_an_earlier_cycle_is_confirmed_by_a_proposal(
        self, state: State, recommendation: Recommendation, writer: Client
    ) -> None:
        answer = make_assessment(
            state,
            recommendation,
            status="not_started",
            ready_for=(earlier := make_cycle("2025")),
        )
        make_accepted_submission(state, earlier)
        make_cycle("2026")
        answer.refresh_from_db()
        url = reverse("workspace:confirm", args=["nor", 1])

        writer.post(url, {"version": answer.version + 1})
        assert not Proposal.objects.exists()
        writer.post(url, {"version": answer.version})

        assert Proposal.objects.get().ready
        answer.refresh_from_db()
        assert answer.ready_for == earlier

    def test_what_is_not_valid_is_told_and_not_proposed(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = answer.get_absolute_url()
        data = form_of(writer, url) | {"target_date": "soon", "law": "Loi de 2026"}

        page = writer.post(url, data)

        assert page.status_code == 422
        assert page.context["form"]["law"].value() == "Loi de 2026"
        assert not Proposal.objects.exists()

    def test_a_draft_is_kept_and_settled_as_before(
        self, answer: Assessment, writer: Client, contributor: User
    ) -> None:
        url = answer.get_absolute_url()
        data = form_of(writer, url) | {
            "writing": writer.get(url).context["writing"].token,
            "sequence": 1,
            "law": "Loi de 2",
        }
        kept = writer.post(url, data, headers={"accept": "application/json"})

        assert kept.status_code == 200
        assert UnsavedWork.objects.of(contributor).count() == 1
        writer.post(url, data | {"sequence": 2})
        assert UnsavedWork.objects.of(contributor).count() == 0
        assert Proposal.objects.get().payload["law"] == ["Loi de 2"]

    def test_a_draft_continues_a_new_measure_proposed_before(
        self, answer: Assessment, writer: Client, contributor: User
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", 1])
        first = propose(writer, url, title="Loi", kind="law")
        address = f"{url}?proposal={first.pk}"
        data = form_of(writer, address) | {
            "writing": writer.get(address).context["writing"].token,
            "sequence": 1,
            "title": "Loi sur",
        }
        writer.post(url, data, headers={"accept": "application/json"})
        draft = UnsavedWork.objects.of(contributor).get()

        propose(writer, draft.get_absolute_url(), title="Loi sur les étrangers")

        assert [row.title for row in Proposal.objects.open()] == [
            "Loi sur les étrangers"
        ]


class TestTaking:
    def test_all_of_it(
        self, answer: Assessment, writer: Client, chief: Client, focal_point: User
    ) -> None:
        proposal = propose(
            writer, answer.get_absolute_url(), law="Loi de 2026", status="planned"
        )

        response = choose(chief, proposal, act="take-all")

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

        choose(chief, proposal, act="take-all")

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
        url = reverse("workspace:add_measure", args=["nor", 1])
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

        response = choose(chief, proposal, act="take-all", ready="1")

        page = chief.get(response["Location"]).content.decode()
        assert "It is not ready yet" in page

    def test_ready_stays_as_it_is_unless_the_focal_point_says_so(
        self, answer: Assessment, writer: Client, chief: Client, cycle: Cycle
    ) -> None:
        proposal = propose(
            writer, answer.get_absolute_url(), status="not_started", ready="ready"
        )

        page = chief.get(proposal.get_absolute_url())
        choose(chief, proposal, act="take-all")

        assert page.context["ready"] is False
        answer.refresh_from_db()
        assert answer.ready_for is None

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

        choose(chief, proposal, act="take-all")

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

        choose(chief, proposal, act="take-all")

        answer.refresh_from_db()
        assert answer.answers == {"R01-Q1": "partly"}
        assert sorted(answer.assistance_types) == ["equipment", "training"]


class TestRefusing:
    def test_it_takes_a_reason(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        proposal = propose(writer, answer.get_absolute_url(), law="Loi de 2026")

        page = choose(chief, proposal, act="decline", reason="  ")

        assert page.status_code == 422
        assert "Say why" in page.content.decode()
        proposal.refresh_from_db()
        assert proposal.is_open

    def test_the_contributor_reads_it_until_they_propose_again(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = answer.get_absolute_url()
        proposal = propose(writer, url, law="Loi de 2026")
        choose(chief, proposal, act="decline", reason="Elle n'est pas votée.")

        page = writer.get(url)
        assert "pas votée" in page.content.decode()
        assert page.context["form"]["law"].value() == "Loi de 2019"
        again = writer.get(f"{url}?proposal={proposal.pk}")
        assert again.context["form"]["law"].value() == "Loi de 2026"

        propose(writer, url, law="Loi de 2027")
        assert writer.get(url).context["held"].proposal.is_open

    def test_a_contributor_withdraws_and_sends_again(
        self, answer: Assessment, writer: Client, contributor: User
    ) -> None:
        url = answer.get_absolute_url()
        proposal = propose(writer, url, law="Loi de 2026")

        withdraw = reverse("workspace:withdraw_proposal", args=["nor", 1, proposal.pk])
        assert writer.post(withdraw).status_code == 302

        proposal.refresh_from_db()
        assert proposal.outcome == Outcome.WITHDRAWN
        assert proposal.closed_by == contributor
        propose(writer, f"{url}?proposal={proposal.pk}")
        assert Proposal.objects.open().get().payload["law"] == ["Loi de 2026"]

    def test_nobody_withdraws_for_another(
        self, state: State, answer: Assessment, contributor: User
    ) -> None:
        proposal = make_proposal(contributor, answer, law=["Loi"])
        url = reverse("workspace:withdraw_proposal", args=["nor", 1, proposal.pk])

        for role in (Role.CONTRIBUTOR, Role.FOCAL_POINT, Role.VIEWER):
            client = signed_in(make_user(role, state))
            assert client.post(url).status_code == 404
        proposal.refresh_from_db()
        assert proposal.is_open


class TestMeasuresAndEvidence:
    def test_a_new_measure_is_made_when_it_is_taken(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", 1])
        proposal = propose(writer, url, title="Loi", kind="law", starts_on="2.5.2026")

        assert not Measure.objects.exists()
        assert "Loi" in chief.get(answer.get_absolute_url()).content.decode()
        choose(chief, proposal, act="take-all")

        measure = Measure.objects.get()
        assert (measure.title, measure.starts_on) == ("Loi", "2026-05-02")
        assert list(measure.recommendations.all()) == [answer.recommendation]

    def test_two_new_measures_are_two_proposals(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = reverse("workspace:add_measure", args=["nor", 1])
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
        url = reverse("workspace:measure", args=["nor", 1, measure.pk])
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
        url = reverse("workspace:measure", args=["nor", 1, measure.pk])
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
        url = reverse("workspace:add_evidence", args=["nor", 1])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        proposal = propose(writer, url, title="Loi", kind="law", upload=upload)

        assert not Evidence.objects.exists()
        assert proposal.file is not None
        address = reverse("workspace:proposal_file", args=["nor", 1, proposal.pk])
        assert b"".join(chief.get(address)) == PDF
        choose(chief, proposal, act="take-all")

        evidence = Evidence.objects.get()
        assert evidence.file == EvidenceFile.objects.get()
        assert evidence.file is not None
        assert evidence.file.uploaded_by == contributor

    def test_a_file_stays_with_the_proposal_that_goes_on(
        self, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        url = reverse("workspace:add_evidence", args=["nor", 1])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        first = propose(writer, url, title="Loi", kind="law", upload=upload)

        second = propose(writer, f"{url}?proposal={first.pk}", title="Loi de 2026")
        assert second.file == first.file

        choose(chief, second, act="take-all")
        assert Evidence.objects.get().file == first.file

    def test_a_file_can_be_left(
        self, state: State, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        evidence = make_evidence(state, answer, title="Loi")
        url = reverse("workspace:evidence", args=["nor", 1, evidence.pk])
        upload = SimpleUploadedFile("loi.pdf", PDF)
        proposal = propose(writer, url, title="Loi de 2026", upload=upload)

        choose(chief, proposal, **{"keep-file": "theirs"})

        evidence.refresh_from_db()
        assert (evidence.title, evidence.file) == ("Loi de 2026", None)

    def test_an_upload_alone_is_a_proposal(
        self, state: State, answer: Assessment, writer: Client, chief: Client
    ) -> None:
        evidence = make_evidence(state, answer, title="Loi", language="fr")
        url = reverse("workspace:evidence", args=["nor", 1, evidence.pk])

        proposal = propose(writer, url, upload=SimpleUploadedFile("loi.pdf", PDF))
        choose(chief, proposal)

        evidence.refresh_from_db()
        assert str(evidence.file) == "loi.pdf"

    def test_a_refused_file_is_not_kept(
        self, answer: Assessment, writer: Client
    ) -> None:
        url = reverse("workspace:add_evidence", args=["nor", 1])
        upload = SimpleUploadedFile("loi.exe", b"MZ")
        data = form_of(writer, url) | {"title": "Loi", "kind": "law", "upload": upload}

        assert writer.post(url, data).status_code == 422
        assert not EvidenceFile.objects.exists()


class TestRights:
    def test_a_stranger_finds_nothing(
        self, answer: Assessment, contributor: User, stranger: User, reviewer: User
    ) -> None:
        proposal = make_proposal(contributor, answer, law=["Loi"])
        url = proposal.get_absolute_url()

        for person in (stranger, reviewer):
            client = signed_in(person)
            assert client.get(url).status_code == 404
            assert client.post(url, {"act": "take-all"}).status_code == 404
            listed = reverse("workspace:proposals", args=["nor"])
            assert client.get(listed).status_code == 404
        # Nor through an address of their own State.
        other = url.replace("/nor/", f"/{stranger.state.key}/")  # type: ignore[union-attr]
        assert signed_in(stranger).get(other).status_code == 404

    def test_colleagues_read_and_do_not_decide(
        self, state: State, answer: Assessment, contributor: User, viewer: User
    ) -> None:
        proposal = make_proposal(contributor, answer, law=["Loi"])

        for person in (contributor, viewer, make_user(Role.CONTRIBUTOR, state)):
            client = signed_in(person)
            page = client.get(proposal.get_absolute_url())
            assert page.status_code == 200
            assert b"take-all" not in page.content
            for act in ("take-all", "take", "decline"):
                data = {"act": act, "reason": "Non", "version": answer.version}
                assert client.post(proposal.get_absolute_url(), data).status_code == 404
        proposal.refresh_from_db()
        assert proposal.is_open

    def test_a_viewer_proposes_nothing(self, answer: Assessment, viewer: User) -> None:
        data = {"version": answer.version, "law": "Loi de 2026"}

        response = signed_in(viewer).post(answer.get_absolute_url(), data)

        assert response.status_code == 404
        assert not Proposal.objects.exists()

    def test_a_contributor_changes_no_row_by_any_address(
        self, state: State, answer: Assessment, contributor: User
    ) -> None:
        measure = make_measure(state, answer.recommendation)
        evidence = make_evidence(state, answer)
        make_proposal(contributor, answer, law=["Loi"])
        client = signed_in(contributor)

        def rows() -> list[Any]:
            return [
                list(model.objects.order_by("pk").values())
                for model in (Assessment, Measure, Evidence)
            ]

        before = rows()
        for url in addresses(answer, measure, evidence):
            for data in ACTS:
                with transaction.atomic():
                    client.post(url, {"version": 1, "recommendations": 1, **data})

        assert rows() == before


ACTS: list[dict[str, Any]] = [
    {"act": act, "title": "Autre", "kind": "law", "law": "Autre", **more}
    for act in ("save", "take-all", "unlink", "all")
    for more in ({}, {"reuse": 1, "answer": 1, "ready": "ready"})
]


def addresses(
    answer: Assessment, measure: Measure, evidence: Evidence
) -> Iterator[str]:
    """Every address of the State's own pages, with what it can name."""
    keys = {"measure": measure.pk, "evidence": evidence.pk}
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        values = {
            "iso3": "nor",
            "number": 1,
            "version": 1,
            "cycle": "2026",
            "audience": "public",
            "kind": "measure",
            "pk": keys.get(
                "evidence" if "evidence" in str(pattern.name) else "measure"
            ),
        }
        yield reverse(
            f"workspace:{pattern.name}", kwargs={name: values[name] for name in wanted}
        )


class TestLists:
    def test_the_focal_point_finds_what_to_decide(
        self, answer: Assessment, contributor: User, chief: Client
    ) -> None:
        proposal = make_proposal(contributor, answer, ready=True, law=["Loi"])

        tasks = chief.get(reverse("workspace:tasks", args=["nor"]))
        listed = chief.get(reverse("workspace:proposals", args=["nor"]))

        first = tasks.context["to_do"][0]
        assert first.text == "Decide on 1 proposal of your colleagues"
        assert first.note == "1 is ready for clearance"
        assert proposal.get_absolute_url() in listed.content.decode()

    def test_a_contributor_reads_what_became_of_the_own_ones(
        self, state: State, answer: Assessment, contributor: User, focal_point: User
    ) -> None:
        colleague = make_user(Role.CONTRIBUTOR, state)
        for person, reason in ((contributor, "Mon motif"), (colleague, "Leur motif")):
            proposal = make_proposal(person, answer, law=["Loi"])
            proposal.close(Outcome.DECLINED, by=focal_point, reason=reason)

        page = signed_in(contributor).get(reverse("workspace:proposals", args=["nor"]))

        assert "Mon motif" in page.content.decode()
        assert "Leur motif" not in page.content.decode()

    def test_an_empty_list_says_so(self, chief: Client, answer: Assessment) -> None:
        page = chief.get(reverse("workspace:proposals", args=["nor"]))

        assert "No proposal waits." in page.content.decode()


def test_a_measure_opened_from_the_library_leads_back_there(
    state: State, answer: Assessment, writer: Client
) -> None:
    measure = make_measure(state, answer.recommendation, title="Loi")
    library = reverse("workspace:measures", args=["nor"])
    url = reverse("workspace:measure", args=["nor", 1, measure.pk])
    assert f"{url}?from=library" in writer.get(library).content.decode()

    data = form_of(writer, url) | {"title": "Loi de 2026", "from": "library"}
    response = writer.post(url, data)

    assert response["Location"] == library
    assert Proposal.objects.get().title == "Loi de 2026"
