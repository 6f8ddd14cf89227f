"""What a contributor writes is a proposal until the focal point takes it."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from recommendations.models import Recommendation
from tests.factories import (
    make_accepted_submission,
    make_assessment,
    make_cycle,
    make_evidence,
    make_measure,
    make_proposal,
    make_user,
)
from tests.proposing import (
    answer,
    chief,
    choose,
    form_of,
    propose,
    signed_in,
    writer,
)
from tracking.models import (
    Assessment,
    Cycle,
    Evidence,
    Measure,
    Outcome,
    Proposal,
    Role,
    State,
    UnsavedWork,
    User,
)
from tracking.workspace.urls import urlpatterns

__all__ = ["answer", "chief", "writer"]


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
        choose(chief, proposal, ready="ready")

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
        url = reverse("workspace:confirm", args=["nor", "2019/1"])

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
        url = reverse("workspace:add_measure", args=["nor", "2019/1"])
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

        withdraw = reverse(
            "workspace:withdraw_proposal", args=["nor", "2019/1", proposal.pk]
        )
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
        url = reverse(
            "workspace:withdraw_proposal", args=["nor", "2019/1", proposal.pk]
        )

        for role in (Role.CONTRIBUTOR, Role.FOCAL_POINT, Role.VIEWER):
            client = signed_in(make_user(role, state))
            assert client.post(url).status_code == 404
        proposal.refresh_from_db()
        assert proposal.is_open


class TestRights:
    def test_a_stranger_finds_nothing(
        self, answer: Assessment, contributor: User, stranger: User, reviewer: User
    ) -> None:
        proposal = make_proposal(contributor, answer, law=["Loi"])
        url = proposal.get_absolute_url()

        for person in (stranger, reviewer):
            client = signed_in(person)
            assert client.get(url).status_code == 404
            assert client.post(url, {"act": "take"}).status_code == 404
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
            assert b'name="act"' not in page.content
            for act in ("take", "decline"):
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
    for act in ("save", "take", "unlink", "all")
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
            "place": "2019/1",
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
    url = reverse("workspace:measure", args=["nor", "2019/1", measure.pk])
    assert f"{url}?from=library" in writer.get(library).content.decode()

    data = form_of(writer, url) | {"title": "Loi de 2026", "from": "library"}
    response = writer.post(url, data)

    assert response["Location"] == library
    assert Proposal.objects.get().title == "Loi de 2026"
