"""A State's invented measures and evidence, typed once for many answers."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from recommendations.models import Practice, Recommendation
from tracking.demonstration.answers import Voice, drawn
from tracking.demonstration.pdf import pdf
from tracking.demonstration.phrases import phrases
from tracking.models import (
    Assessment,
    Classification,
    Evidence,
    EvidenceFile,
    EvidenceKind,
    Measure,
    MeasureKind,
    MeasureStage,
    State,
    Status,
    User,
    Visibility,
)

SERVES_AT_MOST = 4
STAGES = {
    MeasureStage.IN_FORCE: 7,
    MeasureStage.IN_PREPARATION: 3,
    MeasureStage.PLANNED: 1,
}

# Kind of measure that goes with a type of action; any kind with all others.
KINDS = {
    "develop_instruments": MeasureKind.LAW,
    "convene_exchange": MeasureKind.OTHER,
    "establish_network": MeasureKind.BODY,
    "deploy_personnel": MeasureKind.AGREEMENT,
    "maintain_directory": MeasureKind.EQUIPMENT,
    "collect_data": MeasureKind.DATA,
    "sensitize_officials": MeasureKind.TRAINING,
    "process_requests": MeasureKind.PROCEDURE,
    "build_capacity": MeasureKind.TRAINING,
    "cooperate": MeasureKind.AGREEMENT,
    "adopt_approach": MeasureKind.POLICY,
    "raise_awareness": MeasureKind.AWARENESS,
}
EVIDENCE_KINDS = {
    MeasureKind.LAW: EvidenceKind.LAW,
    MeasureKind.POLICY: EvidenceKind.POLICY,
    MeasureKind.BODY: EvidenceKind.ACT,
    MeasureKind.PROCEDURE: EvidenceKind.PROCEDURE,
    MeasureKind.AGREEMENT: EvidenceKind.AGREEMENT,
    MeasureKind.TRAINING: EvidenceKind.TRAINING,
    MeasureKind.DATA: EvidenceKind.STATISTICS,
    MeasureKind.EQUIPMENT: EvidenceKind.PROJECT,
    MeasureKind.AWARENESS: EvidenceKind.REPORT,
    MeasureKind.OTHER: EvidenceKind.STATEMENT,
}


@dataclass
class Kept:
    """A measure, what it serves, and the themes it is about."""

    measure: Measure
    served: set[int]
    themes: set[int]
    proven: bool = False


@dataclass
class Library:
    """What stands behind the answers of one State, and writing it down.

    `files` is how many of its evidence items are files; the others are links and
    references.
    """

    state: State
    voice: Voice
    files: int = 0
    measures: list[Kept] = field(default_factory=list)
    backed: set[int] = field(default_factory=set)
    count: int = 0

    def back(self, assessment: Assessment, at: datetime.datetime, by: User) -> None:
        """Give the answer the measures and evidence that its status needs."""
        rng = self.voice.rng
        status = Status(assessment.status)
        rank = status.rank or 0
        if rank >= 3 or (rank == 2 and rng.random() < 0.5):
            kept = self._serve(assessment.recommendation, at, by)
            if not kept.proven and rng.random() < 0.6:
                kept.proven = True
                kind = EVIDENCE_KINDS[MeasureKind(kept.measure.kind)]
                evidence = self._add_evidence(assessment, kind, at, by)
                evidence.measures.add(kept.measure)
        if status == Status.FULLY_IMPLEMENTED and assessment.pk not in self.backed:
            self.backed.add(assessment.pk)
            kind = rng.choice(list(EvidenceKind))
            evidence = self._add_evidence(assessment, kind, at, by)
            evidence.assessments.add(assessment)

    def move_on(self, at: datetime.datetime, by: User) -> None:
        """Bring into force some of the measures that were in preparation."""
        for kept in self.measures:
            measure = kept.measure
            if (
                measure.stage == MeasureStage.IN_PREPARATION
                and self.voice.rng.random() < 0.6
            ):
                measure.stage = MeasureStage.IN_FORCE
                measure.version += 1
                measure.updated_at, measure.updated_by = at, by
                measure.save()

    def tell_practice(
        self, practice: Practice, at: datetime.datetime, by: User
    ) -> None:
        """Write down, as such, what a speaker told the meeting about the State.

        No invented answer leans on it.
        """
        meeting = practice.paragraph.meeting
        words: dict[str, Any] = {
            "paragraph": practice.paragraph.number,
            "speaker": practice.speaker,
            "summary": practice.summary_fr,
        }

        def say(key: str) -> str:
            return phrases("fr").say(self.voice.rng, f"told.{key}", **words)

        measure = Measure.objects.create(
            state=self.state,
            title=say("title"),
            kind=MeasureKind.OTHER,
            authority=say("authority"),
            description=say("description"),
            language="fr",
            visibility=Visibility.PUBLIC,
            updated_at=at,
            updated_by=by,
        )
        measure.recommendations.set(practice.recommendations.all())
        evidence = Evidence.objects.create(
            state=self.state,
            title=say("source"),
            kind=EvidenceKind.STATEMENT,
            authority=phrases("fr").say(self.voice.rng, "told.body"),
            reference=say("reference"),
            dated_on=str(meeting.ends_on or ""),
            language="fr",
            visibility=Visibility.PUBLIC,
            updated_at=at,
            updated_by=by,
        )
        evidence.measures.add(measure)

    def _serve(
        self, recommendation: Recommendation, at: datetime.datetime, by: User
    ) -> Kept:
        """The measure that serves it, one of the same theme, or a new one."""
        themes = {theme.pk for theme in recommendation.themes.all()}
        for kept in self.measures:
            if recommendation.pk in kept.served:
                return kept
        for kept in self.measures:
            if len(kept.served) < SERVES_AT_MOST and themes & kept.themes:
                kept.measure.recommendations.add(recommendation)
                kept.served.add(recommendation.pk)
                return kept
        measure = self._add_measure(recommendation, at, by)
        kept = Kept(measure, {recommendation.pk}, themes)
        self.measures.append(kept)
        return kept

    def _add_measure(
        self, recommendation: Recommendation, at: datetime.datetime, by: User
    ) -> Measure:
        rng, number = self.voice.rng, recommendation.number
        kind = KINDS.get(recommendation.action_type) or rng.choice(list(MeasureKind))
        starts_on = self.voice.day_before(at.date(), 1200).isoformat()
        measure = Measure.objects.create(
            state=self.state,
            title=self.voice.say(f"measures.{kind}", number),
            kind=kind,
            stage=drawn(rng, STAGES),
            starts_on=starts_on[: rng.choice((4, 7, 10))],
            authority=self.voice.say("institution"),
            description=self.voice.say("description"),
            language=self.voice.phrases.language,
            visibility=self.voice.visibility(),
            updated_at=at,
            updated_by=by,
        )
        measure.recommendations.add(recommendation)
        return measure

    def _add_evidence(
        self, assessment: Assessment, kind: str, at: datetime.datetime, by: User
    ) -> Evidence:
        rng, number = self.voice.rng, assessment.recommendation.number
        self.count += 1
        evidence = Evidence(
            state=self.state,
            title=self.voice.say(f"evidence.{kind}", number),
            kind=kind,
            authority=self.voice.say("institution"),
            dated_on=self.voice.day_before(at.date(), 300).isoformat(),
            language=self.voice.phrases.language,
            visibility=self.voice.visibility(),
            updated_at=at,
            updated_by=by,
        )
        if self.files:
            self.files -= 1
            evidence.file = self._keep_file(number, at, by)
        elif rng.random() < 0.85:
            evidence.url = (
                f"https://example.org/demonstration/{self.state.key}/{self.count}"
            )
        else:
            evidence.reference = self.voice.say("reference")
        if evidence.visibility != Visibility.PUBLIC and rng.random() < 0.2:
            evidence.classification = Classification.CONFIDENTIAL
        evidence.save()
        return evidence

    def _keep_file(self, number: int, at: datetime.datetime, by: User) -> EvidenceFile:
        """A small file of text, or, every second time, a PDF."""
        if self.files % 2:
            name, kind, content = (
                "demonstration.pdf",
                "application/pdf",
                pdf(
                    [
                        f"[Demonstration] {self.state.iso3}, {number}",
                        "This file is invented and says nothing about any State.",
                        "Ce fichier est invente et ne dit rien d'aucun Etat.",
                    ]
                ),
            )
        else:
            name, kind = "demonstration.txt", "text/plain"
            content = (self.voice.say("file", number) + "\n").encode()
        file = EvidenceFile.keep(
            SimpleUploadedFile(name, content, kind),
            state=self.state,
            by=by,
            name=name,
            content_type=kind,
        )
        # Only so that it is not younger than what it backs.
        EvidenceFile.objects.filter(pk=file.pk).update(uploaded_at=at)
        return file
