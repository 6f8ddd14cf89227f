"""From what a report says to rows in the database: all of it, or nothing."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db import models, transaction

from .companion import Companion, LoadError, Values
from .counts import Counts, Replacement
from .models import (
    Article,
    Meeting,
    Modality,
    Practice,
    Question,
    Recommendation,
    RecommendationText,
    RecommendationTheme,
    Section,
    Theme,
)
from .report import RecommendationRow, Report, SectionRow

Row = TypeVar("Row", bound=models.Model)

# Shown where the source ends a text without a full stop: nothing is completed.
STOPS_SHORT = {
    "en": "In the source this text ends without a full stop. It is shown as it stands.",
    "fr": (
        "Dans la source, ce texte s’arrête sans point final. Il est reproduit tel quel."
    ),
}


@transaction.atomic
def load_groups(themes: list[Values], articles: list[Values]) -> Counts:
    """Create or update the themes and articles by which the catalogue is grouped."""
    counts = Counts()
    _write(
        Theme.objects.all(),
        [{**row, "position": i} for i, row in enumerate(themes, start=1)],
        ["code"],
        counts,
        keep=("label_en", "label_fr"),
    )
    _write(
        Article.objects.all(), articles, ["code"], counts, keep=("title_en", "title_fr")
    )
    return counts


@transaction.atomic
def load_report(report: Report, source_name: str, companion: Companion) -> Counts:
    """Create or update everything that a report says.

    Loading the same report twice changes nothing. Words of ours are written once:
    what an administrator has changed since stays. Raises LoadError when report and
    companion do not agree, and then saves nothing.
    """
    _refuse_unknown_meeting(report, source_name)
    loader = _Loader(report, source_name, companion)
    if not loader.adds_a_language():
        _refuse_disagreement(report, companion)
    loader.load()
    return loader.counts


def _refuse_unknown_meeting(report: Report, source_name: str) -> None:
    if not report.meeting.code:
        raise LoadError(
            source_name,
            "does not say which meeting it was, and when. Tell it with --ordinal, "
            "--starts-on and --ends-on.",
        )


def _refuse_disagreement(report: Report, companion: Companion) -> None:
    file = companion.folder / "recommendations_structure.json"
    rows = {row.number: row for row in report.recommendations}
    if not companion.structure:
        return
    if missing := sorted(companion.structure.keys() - rows.keys()):
        raise LoadError(
            file, f"describes recommendation {missing[0]}, which the report lacks."
        )
    for number, row in rows.items():
        described = companion.structure.get(number)
        if described is None:
            raise LoadError(file, f"does not describe recommendation {number}.")
        if described["modality"] != row.modality or described["section"] != row.section:
            raise LoadError(
                file,
                f"describes recommendation {number} as {described['modality']}, "
                f"section {described['section']}; the report reads «{row.wording}» "
                f"({row.modality}), section {row.section}, at line {row.line}.",
            )


class _Loader:
    def __init__(self, report: Report, source_name: str, companion: Companion) -> None:
        self.report = report
        self.source_name = source_name
        self.companion = companion
        self.counts = Counts()

    def load(self) -> None:
        if self.adds_a_language():
            self._load_language()
            return
        facts = self.report.meeting
        (self.meeting,) = self._write(
            Meeting.objects.filter(code=facts.code),
            [
                {
                    "code": facts.code,
                    "body_code": facts.body_code,
                    "year": facts.year,
                    "body": facts.body,
                    "ordinal": facts.ordinal,
                    "starts_on": facts.starts_on,
                    "ends_on": facts.ends_on,
                    "place": facts.place,
                    "chair": facts.chair,
                    "chair_state_name": facts.chair_state_name,
                    "sittings": facts.sittings,
                    "symbol": facts.symbol,
                    "language": self.report.language,
                    "source_name": self.source_name,
                    "source_sha256": self.report.sha256,
                }
            ],
            ["code"],
        )
        self._load_body()
        self._load_lists()
        self._load_recommendations()
        self._load_groupings()
        self._load_ours()

    def adds_a_language(self) -> bool:
        loaded = Meeting.objects.filter(code=self.report.meeting.code).first()
        return loaded is not None and loaded.language != self.report.language

    def _load_language(self) -> None:
        """The texts in this language, and nothing else of what was loaded."""
        meeting = Meeting.objects.get(code=self.report.meeting.code)
        numbers = {row.number: row.pk for row in meeting.recommendations.all()}
        told = {row.number for row in self.report.recommendations}
        if told != set(numbers):
            raise LoadError(
                self.source_name,
                f"has recommendations {sorted(told)}, and the report that was loaded "
                f"in another language has {sorted(numbers)}.",
            )
        self._write(
            RecommendationText.objects.filter(recommendation__meeting=meeting),
            [
                {
                    "recommendation_id": numbers[row.number],
                    "language": self.report.language,
                    "title": row.title,
                    "text": row.text,
                    "is_official": True,
                    "source": self.source_name,
                }
                for row in self.report.recommendations
            ],
            ["recommendation_id", "language"],
        )

    def _write(
        self,
        existing: models.QuerySet[Row],
        rows: Iterable[Values],
        key: list[str],
        keep: Collection[str] = (),
    ) -> list[Row]:
        return _write(existing, rows, key, self.counts, keep)

    def _of_meeting(
        self, existing: models.QuerySet[Row], rows: Iterable[Values], key: str
    ) -> list[Row]:
        """Rows that stand and fall with the report: those it lacks are removed."""
        rows = [{"meeting": self.meeting, **row} for row in rows]
        known = [row[key] for row in rows]
        self.counts.remove(existing.exclude(**{f"{key}__in": known}))
        return self._write(existing, rows, [key])

    def _load_body(self) -> None:
        headings = self._of_meeting(
            self.meeting.headings.all(),
            [
                {
                    "position": row.position,
                    "level": row.level,
                    "mark": row.mark,
                    "title": row.title,
                }
                for row in self.report.headings
            ],
            "position",
        )
        by_position = {heading.position: heading for heading in headings}
        self.paragraphs = {
            paragraph.number: paragraph
            for paragraph in self._of_meeting(
                self.meeting.paragraphs.all(),
                [
                    {
                        "number": row.number,
                        "heading": by_position[row.heading],
                        "text": row.text,
                    }
                    for row in self.report.paragraphs
                ],
                "number",
            )
        }

    def _load_lists(self) -> None:
        self._of_meeting(
            self.meeting.agenda_items.all(),
            [
                {"number": row.number, "title": row.title, "parts": row.parts}
                for row in self.report.agenda
            ],
            "number",
        )
        self._of_meeting(
            self.meeting.documents.all(),
            [
                {"letter": row.letter, "title": row.title, "symbols": row.symbols}
                for row in self.report.documents
            ],
            "letter",
        )
        themes = {theme.code: theme for theme in Theme.objects.all()}
        self._of_meeting(
            self.meeting.topics.all(),
            [
                {
                    "letter": row.letter,
                    "text": row.text,
                    "theme": themes.get(self.companion.topics.get(row.letter, "")),
                }
                for row in self.report.topics
            ],
            "letter",
        )
        self._of_meeting(
            self.meeting.corrections.all(),
            [
                {
                    "position": position,
                    "line": row.line,
                    "paragraph_number": row.paragraph_number,
                    "recommendation_number": row.recommendation_number,
                    "heading_mark": row.heading_mark,
                    "before": row.before,
                    "after": row.after,
                    "kind": row.kind,
                }
                for position, row in enumerate(self.report.corrections, start=1)
            ],
            "position",
        )

    def _load_recommendations(self) -> None:
        # Without sections there is one, which has no letter and no title.
        bare = any(not row.section for row in self.report.recommendations)
        rows = [*([SectionRow("", "", 0)] if bare else []), *self.report.sections]
        sections = self._write(
            self.meeting.sections.all(),
            [
                {
                    "meeting": self.meeting,
                    "letter": row.letter,
                    "position": position,
                    "title": row.title,
                    **self.companion.sections.get(row.letter, {}),
                }
                for position, row in enumerate(rows, start=1)
            ],
            ["letter"],
            keep=("short_title_en", "short_title_fr"),
        )
        by_letter = {section.letter: section for section in sections}
        self._refuse_loss()
        self.recommendations = {
            recommendation.number: recommendation
            for recommendation in self._write(
                self.meeting.recommendations.all(),
                [
                    self._recommendation(row, by_letter[row.section])
                    for row in self.report.recommendations
                ],
                ["number"],
                keep=EDITORIAL,
            )
        }
        self._write(
            RecommendationText.objects.filter(recommendation__meeting=self.meeting),
            [
                {
                    "recommendation_id": self.recommendations[row.number].pk,
                    "language": self.report.language,
                    "title": row.title,
                    "text": row.text,
                    "is_official": True,
                    "source": self.source_name,
                }
                for row in self.report.recommendations
            ],
            ["recommendation_id", "language"],
        )

    def _refuse_loss(self) -> None:
        """What States may have answered already cannot disappear by an import."""
        known = {row.number for row in self.report.recommendations}
        lost = self.meeting.recommendations.exclude(number__in=known).first()
        if lost:
            raise LoadError(
                self.source_name,
                f"lacks recommendation {lost.number}, which was loaded before.",
            )

    def _recommendation(self, row: RecommendationRow, section: Section) -> Values:
        described = self.companion.structure.get(row.number, {})
        values: dict[str, Any] = {
            "meeting": self.meeting,
            "number": row.number,
            "section": section,
            "modality": row.modality,
            "wording": row.wording,
            "action_type": described.get("action_type", ""),
            "actors": described.get("actors", []),
            "safeguards": described.get("safeguards", []),
            "references_named": described.get("references", []),
            "systems_named": described.get("systems_named", []),
            "consideration_suffices": described.get(
                "consideration_suffices",
                row.modality
                in (Modality.SHOULD_CONSIDER, Modality.ENCOURAGED_TO_CONSIDER),
            ),
            "continuous": row.number in self.companion.continuous,
        }
        values.update(self.companion.editorial.get(row.number, {}))
        if row.stops_short:
            values["editorial_note_en"] = STOPS_SHORT["en"]
            values["editorial_note_fr"] = STOPS_SHORT["fr"]
        return values

    def _load_groupings(self) -> None:
        """Themes in their order, articles and paragraphs of each recommendation."""
        themes = {theme.code: theme.pk for theme in Theme.objects.all()}
        articles = {article.code: article.pk for article in Article.objects.all()}
        existing = self.meeting.recommendations.prefetch_related(
            "theme_links", "articles", "paragraphs"
        )
        file = self.companion.folder / "recommendations_structure.json"
        for recommendation in existing:
            described = self.companion.structure.get(recommendation.number, {})
            try:
                wanted_themes = [themes[code] for code in described.get("themes", [])]
                wanted_articles = {
                    articles[code] for code in described.get("related_articles", [])
                }
                wanted_paragraphs = {
                    self.paragraphs[number].pk
                    for number in described.get("related_paragraphs", [])
                }
            except KeyError as error:
                raise LoadError(
                    file,
                    f"recommendation {recommendation.number} names {error}, which is "
                    "no theme, article or paragraph that we know.",
                ) from error
            links = [link.theme_id for link in recommendation.theme_links.all()]
            if links != wanted_themes:
                self._regrouped(recommendation, "themes", links, wanted_themes)
                recommendation.theme_links.all().delete()
                RecommendationTheme.objects.bulk_create(
                    RecommendationTheme(
                        recommendation=recommendation, theme_id=theme, position=position
                    )
                    for position, theme in enumerate(wanted_themes, start=1)
                )
            old_articles = {a.pk for a in recommendation.articles.all()}
            if old_articles != wanted_articles:
                self._regrouped(
                    recommendation, "articles", old_articles, wanted_articles
                )
                recommendation.articles.set(wanted_articles)
            old_paragraphs = {p.pk for p in recommendation.paragraphs.all()}
            if old_paragraphs != wanted_paragraphs:
                self._regrouped(
                    recommendation, "paragraphs", old_paragraphs, wanted_paragraphs
                )
                recommendation.paragraphs.set(wanted_paragraphs)

    def _regrouped(
        self,
        recommendation: Recommendation,
        name: str,
        before: Collection[int],
        after: Collection[int],
    ) -> None:
        """Note a tie that stood before; ties that are new replace nothing."""
        if before:
            self.counts.replaced.append(
                Replacement(recommendation, name, len(before), len(after))
            )

    def _load_ours(self) -> None:
        """Questions, and the practices that speakers told."""
        self._write(
            Question.objects.filter(recommendation__meeting=self.meeting),
            [
                {
                    "code": row["code"],
                    "recommendation": self.recommendations[row["recommendation"]],
                    "position": row["order"],
                    "answer_type": row["answer_type"],
                    "is_key": row["key"],
                    "confidential": row["default_classification"] == "confidential",
                    "label_en": row["label_en"],
                    "label_fr": row["label_fr"],
                }
                for row in self.companion.questions
            ],
            ["code"],
            keep=("label_en", "label_fr"),
        )
        practices = self._write(
            Practice.objects.filter(paragraph__meeting=self.meeting),
            [
                {
                    "paragraph_id": self.paragraphs[row["paragraph"]].pk,
                    "position": 1,
                    "speaker": row["speaker"],
                    "state_iso3": row["state"],
                    "summary_en": row["summary_en"],
                    "summary_fr": row["summary_fr"],
                }
                for row in self.companion.practices
            ],
            ["paragraph_id", "position"],
            keep=("summary_en", "summary_fr"),
        )
        for practice, row in zip(practices, self.companion.practices, strict=True):
            practice.recommendations.set(
                self.recommendations[number] for number in row["recommendations"]
            )


# Words of ours in a recommendation.
EDITORIAL = tuple(
    f"{name}_{language}"
    for name in (
        "short_title",
        "summary",
        "evidence_ideas",
        "guidance",
        "editorial_note",
    )
    for language in ("en", "fr")
)


def _write(
    existing: models.QuerySet[Row],
    rows: Iterable[Values],
    key: list[str],
    counts: Counts,
    keep: Collection[str] = (),
) -> list[Row]:
    """Create or update one row per mapping, found again by `key`; in their order.

    Fields of `keep` are written only where they are still empty.
    """
    found = {tuple(getattr(row, name) for name in key): row for row in existing}
    written = []
    for values in rows:
        row = found.get(tuple(values[name] for name in key))
        if row is None:
            row = existing.model(**values)
            row.save(force_insert=True)
            counts.new += 1
        else:
            counts.change(
                row,
                {
                    name: value
                    for name, value in values.items()
                    if not (name in keep and getattr(row, name))
                },
            )
        written.append(row)
    return written
