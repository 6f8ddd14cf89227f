"""Three States that keep one word in everything that may stay unread.

Each word names whom it may reach; `test_canary` looks for it everywhere else.
"""

from itertools import product
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Max, Min
from django.utils import timezone

from recommendations.models import Question, Recommendation
from tests.factories import (
    analyze,
    make_assignment,
    make_cycle,
    make_emergency_reading,
    make_hiding,
    make_note,
    make_proposal,
    make_token,
    make_user,
    texts_of,
)
from tests.words import Words
from tracking.models import (
    Assessment,
    AssessmentContent,
    EmergencyReading,
    Evidence,
    EvidenceFile,
    EvidenceKind,
    FourEyes,
    Measure,
    MeasureKind,
    Message,
    Outcome,
    Prepared,
    Proposal,
    Role,
    State,
    Status,
    Submission,
    SubmittedAssessment,
    SubmittedEvidence,
    SubmittedMeasure,
    User,
    Visibility,
    followed,
    show_to,
    submit,
)

OWN, RESERVED = "own", "reserved"
# Who a word may reach: the State alone; it and the secretariat; parties; everybody.
AUDIENCES = (OWN, RESERVED, Visibility.PARTIES, Visibility.PUBLIC)
STATES = ("NOR", "ITA", "AND")  # the last one is no party
PROPOSALS = (
    "workspace:proposal",
    "workspace:proposal_file",
    "workspace:withdraw_proposal",
)


class Canary:
    """Everything a State can write, at every stage it can have."""

    def __init__(self) -> None:
        call_command("loaddata", "states", "recommendations", "participations", "-v0")
        self.words = Words()
        self.states = [State.objects.get(iso3=iso3) for iso3 in STATES]
        self.reviewer = make_user(Role.REVIEWER)
        self.users: dict[str, User | AnonymousUser] = {
            "visitor": AnonymousUser(),
            "reviewer": self.reviewer,
            "administrator": make_user(Role.ADMINISTRATOR),
            "auditor": make_user(Role.AUDITOR),
        }
        self.cycles = {
            code: make_cycle(code) for code in ("2022", "2023", "2024", "2025", "2026")
        }
        question = Question.objects.filter(confidential=True).first()
        assert question is not None
        self.confidential = question
        # One recommendation per visibility; the first has the confidential question.
        others = followed().exclude(pk=question.recommendation_id)
        self.recommendations = [
            question.recommendation,
            *others.order_by("number")[:3],
        ]
        for state in self.states:
            self.write(state)
        analyze()

    def write(self, state: State) -> None:
        """Report in four cycles, then leave everything begun anew."""
        by = self._people(state)
        self._refuse_consent(state, by)
        self._hide(state, by)
        self._withdraw_and_wait(state, by)
        self._recall_return_accept(state, by)
        self._narrow(state, by)
        self._return_again(state, by)
        self._draft(state, by)
        self._talk(state, by)
        self._share(state, by)
        self._prepare(state, by)

    def _people(self, state: State) -> User:
        for role in (
            Role.FOCAL_POINT,
            Role.ALTERNATE,
            Role.CONTRIBUTOR,
            Role.VIEWER,
        ):
            name = self.words.make(state, RESERVED, f"name of the {role}")
            self.users[f"{role} {state.iso3}"] = make_user(
                role, state, name=name, email=f"{name}@example.org"
            )
        by = self.users[f"{Role.FOCAL_POINT} {state.iso3}"]
        assert isinstance(by, User)
        make_token(by, label=self.words.make(state, RESERVED, "name of a token"))
        return by

    # What is sent ------------------------------------------------------------

    def _refuse_consent(self, state: State, by: User) -> None:
        self._fill(state, by, "without consent", lambda _shown: RESERVED)
        self._accept(self._submit(state, by, "2023", consent=False))

    def _hide(self, state: State, by: User) -> None:
        """Publish what the secretariat then hides, and be read in an emergency."""
        self._fill(state, by, "hidden", lambda _shown: RESERVED)
        hidden = self._accept(self._submit(state, by, "2022"))
        reason = self.words.make(state, RESERVED, "reason of the hiding")
        make_hiding(hidden, reason=reason)
        reason = self.words.make(state, RESERVED, "reason of an emergency")
        make_emergency_reading(state, reason=reason)

    def _withdraw_and_wait(self, state: State, by: User) -> None:
        self._fill(state, by, "superseded", lambda _shown: RESERVED)
        self._accept(self._submit(state, by, "2024"))
        self._fill(state, by, "withdrawn", lambda _shown: RESERVED)
        withdrawn = self._accept(self._submit(state, by, "2024"))
        reason = self.words.make(state, RESERVED, "reason of the withdrawal")
        withdrawn.withdraw(by=by, reason=reason)
        self._fill(state, by, "waiting", lambda _shown: RESERVED)
        self._submit(state, by, "2024")

    def _recall_return_accept(self, state: State, by: User) -> None:
        self._fill(state, by, "recalled", lambda _shown: OWN)
        self._submit(state, by, "2026").recall(by=by)
        self._fill(state, by, "returned", lambda _shown: RESERVED)
        returned = self._submit(state, by, "2026")
        self._send_back(returned)
        reply = self.words.make(state, RESERVED, "reply that was sent")
        returned.questions.get().answer(reply, by=by)
        self._fill(state, by, "accepted", _as_shown)
        note = self.words.make(state, RESERVED, "note of the acceptance")
        self._accept(self._submit(state, by, "2026"), note=note)

    def _narrow(self, state: State, by: User) -> None:
        """Publish, then take back item by item."""
        self._fill(state, by, "narrowed", lambda _shown: RESERVED)
        accepted = self._accept(self._submit(state, by, "2025"))
        for records in (accepted.assessments, accepted.measures, accepted.evidence):
            for record in records.all():
                show_to(record, Visibility.SECRETARIAT, by=by)

    def _return_again(self, state: State, by: User) -> None:
        """Get back what was sent last, and reply without sending again."""
        self._fill(state, by, "returned later", lambda _shown: RESERVED)
        returned = self._submit(state, by, "2026")
        self._send_back(returned)
        reply = self.words.make(state, OWN, "reply that was not sent")
        returned.questions.get().answer(reply, by=by)

    def _draft(self, state: State, by: User) -> None:
        """Write on, and remove some of it."""
        self._fill(state, by, "draft", lambda _shown: OWN)
        measure = self._measure(
            state, "removed", OWN, Visibility.PUBLIC, self.recommendations
        )
        evidence = self._evidence(state, by, "removed", OWN, Visibility.PUBLIC)
        evidence.measures.set([measure])
        evidence.remove(by=by)
        measure.remove(by=by)

    def _talk(self, state: State, by: User) -> None:
        """Leave notes for colleagues, and take one away again."""
        answer = Assessment.objects.get(
            state=state, recommendation=self.recommendations[0]
        )
        for what in ("note between colleagues", "removed note between colleagues"):
            note = make_note(answer, by, text=self.words.make(state, OWN, what))
        note.remove()

    def _prepare(self, state: State, by: User) -> None:
        """Ask a second person to send what is there now, with a note to them."""
        FourEyes.objects.begin(state, by=by)
        Prepared.objects.prepare_sending(
            state,
            self.cycles["2026"],
            {},
            by=by,
            consent=True,
            note=self.words.make(state, OWN, "note to the second person"),
        )

    def _share(self, state: State, by: User) -> None:
        """Give an answer to the contributor, who proposes; refuse one, keep one."""
        writer = self.users[f"{Role.CONTRIBUTOR} {state.iso3}"]
        assert isinstance(writer, User)
        answer = Assessment.objects.get(
            state=state, recommendation=self.recommendations[0]
        )
        note = self.words.make(state, OWN, "note of an assignment")
        make_assignment(answer, writer, by=by, note=note)
        refused = make_proposal(
            writer, answer, law=[self.words.make(state, OWN, "law that was refused")]
        )
        reason = self.words.make(state, OWN, "reason of a refusal")
        refused.close(Outcome.DECLINED, by=by, reason=reason)
        make_proposal(
            writer,
            answer,
            ready=True,
            law=[self.words.make(state, OWN, "law that is proposed")],
        )
        word = self.words.make(state, OWN, "file that is proposed")
        file = EvidenceFile.keep(
            SimpleUploadedFile(f"{word}.txt", word.encode()),
            state=state,
            by=writer,
            name=f"{word}.txt",
            content_type="text/plain",
        )
        Proposal.objects.propose(
            state=state,
            recommendation=answer.recommendation,
            by=writer,
            view="workspace:add_evidence",
            arguments={"iso3": state.key, "place": answer.recommendation.key},
            payload={"title": [self.words.make(state, OWN, "evidence proposed")]},
            file=file,
        )

    def _submit(
        self, state: State, by: User, cycle: str, *, consent: bool = True
    ) -> Submission:
        Assessment.objects.filter(state=state).exclude(status="").update(
            ready_for=self.cycles[cycle]
        )
        return submit(state, self.cycles[cycle], by=by, consent=consent)

    def _accept(self, submission: Submission, note: str = "") -> Submission:
        submission.begin_review(by=self.reviewer)
        submission.accept(by=self.reviewer, note=note)
        return submission

    def _send_back(self, submission: Submission) -> None:
        submission.begin_review(by=self.reviewer)
        words = [
            self.words.make(submission.state, RESERVED, what)
            for what in ("question of the secretariat", "note of the return")
        ]
        submission.send_back(
            by=self.reviewer,
            questions={self.recommendations[0]: words[0]},
            note=words[1],
        )

    # What is written -----------------------------------------------------------

    def _fill(self, state: State, by: User, what: str, audience: Any) -> None:
        """Write every text anew: answers, measures and evidence of each visibility."""
        Measure.objects.filter(state=state).update(removed_at=timezone.now())
        Evidence.objects.filter(state=state).update(removed_at=timezone.now())
        shown_to = [Visibility.PUBLIC, Visibility.PARTIES, Visibility.SECRETARIAT]
        for recommendation, shown in zip(
            self.recommendations, [*shown_to, Visibility.SECRETARIAT], strict=True
        ):
            self._answer(state, what, audience(shown), shown, recommendation)
        measures = [
            self._measure(state, what, audience(shown), shown, self.recommendations)
            for shown in shown_to
        ]
        answers = list(Assessment.objects.filter(state=state))
        for shown in shown_to:
            # Tied to everything: a tie shows nothing that is not shown itself.
            evidence = self._evidence(state, by, what, audience(shown), shown)
            evidence.measures.set(measures)
            evidence.assessments.set(answers)

    def _answer(
        self,
        state: State,
        what: str,
        audience: str,
        shown: Visibility,
        recommendation: Recommendation,
    ) -> None:
        def word(name: str, reader: str = audience) -> str:
            return self.words.make(state, reader, f"{what}: {name} of an answer")

        # Needs and confidential answers are for the secretariat, whatever is shown.
        closed = OWN if audience == OWN else RESERVED
        readers = {
            "assistance_details": closed,
            "assistance_offer": closed,
            # What this status does not ask for is told to nobody else.
            **dict.fromkeys(("reason", "change_reason", "decided_by"), OWN),
        }
        key = next(q for q in recommendation.questions.all() if q.is_key)
        answers: dict[str, object] = {key.code: "yes"}
        if recommendation == self.confidential.recommendation:
            answers[self.confidential.code] = word("confidential answer", closed)
        Assessment.objects.update_or_create(
            state=state,
            recommendation=recommendation,
            defaults={
                "status": Status.IN_PROGRESS,
                "visibility": shown,
                "answers": answers,
                "position": "accepted_in_part",
                "assistance_need": "needed",
                **{
                    name: word(name, readers.get(name, audience))
                    for name in texts_of(AssessmentContent)
                },
            },
        )

    def _measure(
        self,
        state: State,
        what: str,
        audience: str,
        shown: Visibility,
        recommendations: list[Recommendation],
    ) -> Measure:
        def word(name: str) -> str:
            return self.words.make(state, audience, f"{what}: {name} of a measure")

        measure = Measure.objects.create(
            state=state,
            kind=MeasureKind.LAW,
            visibility=shown,
            **{name: word(name) for name in ("title", "authority", "description")},
        )
        measure.recommendations.set(recommendations)
        return measure

    def _evidence(
        self, state: State, by: User, what: str, audience: str, shown: Visibility
    ) -> Evidence:
        def word(name: str) -> str:
            return self.words.make(state, audience, f"{what}: {name} of evidence")

        name = f"{word('file name')}.txt"
        file = EvidenceFile.keep(
            SimpleUploadedFile(name, word("file content").encode()),
            state=state,
            by=by,
            name=name,
            content_type="text/plain",
        )
        return Evidence.objects.create(
            state=state,
            kind=EvidenceKind.LAW,
            visibility=shown,
            file=file,
            dated_on="2020",
            url=f"https://example.org/{word('link')}",
            **{name: word(name) for name in ("title", "authority", "reference")},
        )

    # Where it is looked for ------------------------------------------------------

    def arguments(self, name: str, wanted: list[str]) -> list[dict[str, Any]]:
        """What may stand in the address `name`, of all States and all stages."""
        if name == "admin:tracking_submission_evidence":
            return [
                {"submission": item.submission_id, "evidence": item.pk}
                for item in SubmittedEvidence.objects.all()
            ]
        if name == "public:evidence_file":
            return [
                {"iso3": item.submission.state.key, "pk": item.pk}
                for item in SubmittedEvidence.objects.select_related(
                    "submission__state"
                )
            ]
        if name in ("workspace:versions", "workspace:restore_version"):
            kinds: dict[str, Any] = {
                "answer": Assessment,
                "measure": Measure,
                "evidence": Evidence,
            }
            return [
                {"iso3": row.state.key, "place": "2019/1", "kind": kind, "pk": row.pk}
                | ({"version": 1} if "version" in wanted else {})
                for kind, model in kinds.items()
                for row in model.objects.select_related("state")
            ]
        if name in PROPOSALS:
            return [
                {
                    "iso3": row.state.key,
                    "place": row.recommendation.key,
                    "pk": row.pk,
                }
                for row in Proposal.objects.select_related("state", "recommendation")
            ]
        values: dict[str, list[Any]] = {
            "iso3": [state.key for state in self.states],
            "number": [1, 2, 3, 4],
            "place": [row.key for row in self.recommendations],
            "slug": ["2019"],
            "cycle": list(self.cycles),
            "code": list(self.cycles),
            "pk": self._keys(name),
            "kind": ["measure", "evidence"],
            "audience": list(Visibility),
            "app_label": ["tracking"],
            "content_type_id": [1],
            "uidb36": ["1"],
            "key": ["set-password"],
            "token": ["confirm"],
            "url": ["none"],
            "path": ["none"],
        }
        values["object_id"] = values["pk"]
        if len(wanted) > 2 and "pk" in wanted:  # each thing at one answer only
            values["place"] = values["place"][:1]
        names = [key for key in dict.fromkeys(wanted) if key in values]
        return [
            dict(zip(names, chosen, strict=True))
            for chosen in product(*(values[key] for key in names))
        ]

    def _keys(self, name: str) -> list[int]:
        """Primary keys of what the address `name` shows."""
        for mark, model, each in (
            ("api:evidence", SubmittedEvidence, "submission"),
            ("api:measure", SubmittedMeasure, "submission"),
            ("api:answer", SubmittedAssessment, "submission"),
            ("admin:tracking_submission", Submission, "pk"),
            ("admin:tracking_emergencyreading", EmergencyReading, "pk"),
            ("inbox:open", Message, "user"),
            ("workspace:confirm_prepared", Prepared, "state"),
            ("workspace:cancel_prepared", Prepared, "state"),
        ):
            if name.startswith(mark):
                rows: Any = model._default_manager.order_by().values(each)
                found = rows.annotate(first=Min("pk"), last=Max("pk"))
                return sorted(
                    {key for row in found for key in (row["first"], row["last"])}
                )
        for kind in ("evidence", "measure"):
            if name.startswith("workspace:") and kind in name:
                kept: Any = {"evidence": Evidence, "measure": Measure}[kind]
                drafts = kept.objects.filter(records=None)
                return sorted(drafts.values_list("pk", flat=True))
        return [1]


def _as_shown(shown: Visibility) -> str:
    return RESERVED if shown == Visibility.SECRETARIAT else shown
