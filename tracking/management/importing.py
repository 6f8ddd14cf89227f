"""A report with its participants, and the list of States: from files to rows."""

import csv
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from recommendations.companion import Companion, LoadError, read_json
from recommendations.counts import Counts, Replacement
from recommendations.loading import load_groups, load_report
from recommendations.models import (
    Meeting,
    Question,
    Recommendation,
    RecommendationText,
)
from recommendations.report import Report, ReportError, read_report
from tracking.models.people.participations import STATE_KINDS, Participation, StateNames
from tracking.models.people.states import State
from tracking.models.records.answered import count_answering

# What the State's standing towards the Protocol rests on: these change together.
STATUS_FIELDS = (
    "protocol_status",
    "protocol_status_source",
    "protocol_status_as_of",
    "protocol_action",
    "protocol_date",
    "signature_date",
)


# What a State answers to; "" is the row itself.
ASKED: dict[type[Model], tuple[str, ...]] = {
    Recommendation: ("modality", "wording", "consideration_suffices", "continuous"),
    RecommendationText: ("", "title", "text"),
    Question: ("", "recommendation", "answer_type", "is_key", "confidential"),
}


class AnsweredError(LoadError):
    """A report would change a recommendation that States have answered."""

    def __init__(
        self,
        source: Path,
        recommendation: Recommendation,
        states: int,
        touched: Mapping[int, Replacement],
    ) -> None:
        who = "1 State has" if states == 1 else f"{states} States have"
        super().__init__(
            source,
            f"would change recommendation {recommendation.number} of "
            f"{recommendation.meeting}, which {who} answered:\n"
            f"{touched[recommendation.pk]}\n"
            "What is loaded stays as it is. A report in another language, or a later "
            "wording, can be loaded where nobody has answered yet.",
        )


@dataclass(frozen=True)
class Imported:
    report: Report
    counts: Counts
    has_companion: bool


def read_file(
    source: Path,
    language: str = "",
    answers: Mapping[str, bool] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Report:
    """What the file of a report says; `facts` are those that it does not tell.

    Raises LoadError where the file cannot be opened, ReportError where not read.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise LoadError(source, error.strerror or "cannot be read") from error
    report = read_report(content, source.name, language, answers=answers)
    told = {name: value for name, value in (facts or {}).items() if value is not None}
    if not told:
        return report
    return replace(report, meeting=replace(report.meeting, **told))


def import_report(
    source: Path,
    seeds: Path,
    language: str = "",
    answers: Mapping[str, bool] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Imported:
    """Load the report of a file, as `load_file` does."""
    return load_file(source, read_file(source, language, answers, facts), seeds)


@transaction.atomic
def load_file(source: Path, report: Report, seeds: Path) -> Imported:
    """Load a report, with what `seeds` holds for its meeting, and its participants.

    All or nothing; twice is once. Raises ReportError for a line of the report,
    LoadError for another file, and AnsweredError where the report would change what
    States have answered.
    """
    code = report.meeting.code
    companion = Companion.read(seeds / code) if code else Companion(seeds)
    counts = load_groups(
        read_json(seeds / "themes.json"), read_json(seeds / "articles.json")
    )
    counts += load_report(report, source.name, companion)
    # A report in another language names the same participants in other words.
    if Meeting.objects.get(code=code).language == report.language:
        counts += load_participations(report)
    _refuse_what_is_answered(source, counts)
    return Imported(report, counts, has_companion=companion.folder.is_dir())


def preview_report(source: Path, report: Report, seeds: Path) -> Imported:
    """What `load_file` would do; nothing of it is done. Raises the same."""
    with transaction.atomic():
        imported = load_file(source, report, seeds)
        transaction.set_rollback(True)
    return imported


def _refuse_what_is_answered(source: Path, counts: Counts) -> None:
    """A State answered the words that it read: they do not change under its answer."""
    touched = {
        pk: replacement
        for replacement in reversed(counts.replaced)
        for pk in _answerable(replacement)
    }
    if not touched:
        return
    for recommendation in Recommendation.objects.filter(pk__in=touched):
        if states := count_answering(recommendation):
            raise AnsweredError(source, recommendation, states, touched)


def _answerable(replacement: Replacement) -> list[int]:
    """Keys of the recommendations whose question to States this replacement alters."""
    row = replacement.row
    if isinstance(row, Meeting) and replacement.field == "language":
        return list(row.recommendations.values_list("pk", flat=True))
    if replacement.field not in ASKED.get(type(row), ()):
        return []
    if isinstance(row, Recommendation):
        return [row.pk]
    return [row.recommendation_id]  # type: ignore[attr-defined]


@transaction.atomic
def load_participations(report: Report) -> Counts:
    """Tie those whom a report says were represented to our States."""
    meeting = Meeting.objects.get(code=report.meeting.code)
    names = StateNames()
    counts = Counts()
    found = {row.name: row for row in meeting.participations.all()}
    for position, row in enumerate(report.participants, start=1):
        state = names.find(row.name) if row.kind in STATE_KINDS else None
        if state is None and row.kind in STATE_KINDS:
            raise ReportError(
                row.line,
                f"«{row.name}» is no State that we know. Correct the name, or load "
                "the States first (load_states).",
            )
        values = {
            "state": state,
            "position": position,
            "kind": row.kind,
            "represented_in": row.represented_in,
            "statements_in": row.statements_in,
        }
        known = found.pop(row.name, None)
        if known is None:
            Participation.objects.create(meeting=meeting, name=row.name, **values)
            counts.new += 1
        else:
            counts.change(known, values)
    counts.remove(found.values())
    return counts


@transaction.atomic
def load_states(source: Path, tiles: Path) -> Counts:
    """Create or update one State per row.

    A status that the administrator established later than the file stays. Raises
    LoadError at the first row that does not fit, and then saves none.
    """
    places = {row["iso3"]: row for _line, row in _rows(tiles)}
    states = {state.iso3: state for state in State.objects.all()}
    counts = Counts()
    for line, row in _rows(source):
        try:
            values = _state(row, places.get(row["iso3"], {}))
        except (KeyError, ValueError) as error:
            raise LoadError(f"{source}, line {line}", str(error)) from error
        state = states.get(values["iso3"])
        if state is None:
            state = State(**values)
            changed = list(values)
        else:
            if not _is_later(
                values["protocol_status_as_of"], state.protocol_status_as_of
            ):
                values = {k: v for k, v in values.items() if k not in STATUS_FIELDS}
            changed = [k for k, v in values.items() if getattr(state, k) != v]
            for name in changed:
                setattr(state, name, values[name])
        if not changed:
            continue
        try:
            state.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            raise LoadError(
                f"{source}, line {line}", "; ".join(error.messages)
            ) from error
        if state.pk:
            counts.changed += 1
        else:
            counts.new += 1
        state.save()
    return counts


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return [(reader.line_num, row) for row in reader]
    except (OSError, ValueError) as error:
        raise LoadError(path, f"cannot be read: {error}") from error


def _state(row: dict[str, str], place: dict[str, str]) -> dict[str, Any]:
    return {
        "iso2": row["iso2"],
        "iso3": row["iso3"],
        "m49": row["m49"],
        "name_en": row["name_en"],
        "name_fr": row["name_fr_current"],
        "name_es": row["name_es"],
        "name_ar": row["name_ar"],
        "name_zh": row["name_zh"],
        "name_ru": row["name_ru"],
        "name_fr_printed": row["name_fr"] if row["seed_role"] else "",
        "entity_type": row["entity_type"],
        "region": row["un_region"],
        "regional_group": row["un_regional_group"],
        "protocol_status": row["protocol_status"],
        "protocol_status_source": row["protocol_status_source"],
        "protocol_status_as_of": _date(row["protocol_status_as_of"]),
        "protocol_action": row["protocol_action"],
        "protocol_date": _date(row["protocol_date"]),
        "signature_date": _date(row["signature_date"]),
        "tile_row": int(place["row"]) if place else None,
        "tile_col": int(place["col"]) if place else None,
    }


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _is_later(new: datetime.date | None, old: datetime.date | None) -> bool:
    return new is not None and (old is None or new > old)
