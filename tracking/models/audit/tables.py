"""Which tables the audit chains cover, and what each is called."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Tracked:
    """A table whose every change is an entry of a chain.

    `column` leads to the State, by way of `parent` if there is one; without a
    column, the chain is the global one. `only` names the columns that are digested,
    where others change with every sign-in or with the work of a job.
    """

    table: str
    column: str = "state_id"
    parent: str = ""
    only: tuple[str, ...] = ()


# Tables of what was adopted, as the report says it and we explain it.
CATALOGUE = (
    "agendaitem",
    "article",
    "correction",
    "document",
    "heading",
    "meeting",
    "paragraph",
    "practice",
    "practice_recommendations",
    "question",
    "recommendation",
    "recommendation_articles",
    "recommendation_paragraphs",
    "recommendationtext",
    "recommendationtheme",
    "relation",
    "section",
    "theme",
    "topic",
)

TRACKED = (
    Tracked("tracking_assessment"),
    Tracked("tracking_measure"),
    Tracked("tracking_measure_recommendations", "measure_id", "tracking_measure"),
    Tracked("tracking_evidence"),
    Tracked("tracking_evidence_measures", "evidence_id", "tracking_evidence"),
    Tracked("tracking_evidence_assessments", "evidence_id", "tracking_evidence"),
    Tracked("tracking_evidencefile"),
    Tracked("tracking_proposal"),
    Tracked("tracking_assignment"),
    Tracked("tracking_submission"),
    Tracked("tracking_stagechange", "submission_id", "tracking_submission"),
    Tracked("tracking_reviewquestion", "submission_id", "tracking_submission"),
    Tracked("tracking_reviewturn", "submission_id", "tracking_submission"),
    Tracked("tracking_visibilitychange"),
    Tracked("tracking_hiding", "submission_id", "tracking_submission"),
    Tracked("tracking_emergencyreading"),
    Tracked(
        "tracking_nomination",
        only=(
            "id",
            "state_id",
            "user_id",
            "role",
            "valid_from",
            "valid_until",
            "proposed_by_id",
            "confirmed_by_id",
            "confirmed_at",
            "ended_at",
            "ended_by_id",
            "replaced_by_id",
            "name",
            "function",
            "email",
            "note_reference",
            "note_date",
            "note_file",
        ),
    ),
    Tracked(
        "tracking_user",
        only=(
            "id",
            "state_id",
            "role",
            "is_active",
            "name",
            "function",
            "email",
            "password",
        ),
    ),
    # Not when it was last used.
    Tracked(
        "mfa_authenticator",
        "user_id",
        "tracking_user",
        only=("id", "user_id", "type", "data"),
    ),
    Tracked("tracking_factorreset", "user_id", "tracking_user"),
    # Not when it was last used, which no person does.
    Tracked(
        "tracking_token",
        only=(
            "id",
            "state_id",
            "scopes",
            "prefix",
            "digest",
            "made_at",
            "made_by_id",
            "expires_at",
            "revoked_at",
            "revoked_by_id",
        ),
    ),
    Tracked("tracking_foureyes"),
    Tracked("tracking_prepared"),
    Tracked("tracking_cycle", ""),
    Tracked("tracking_cycle_meetings", ""),
    Tracked("tracking_access", ""),
    # What was adopted, who is party to it, and which answers are confidential.
    Tracked("tracking_state", ""),
    Tracked("tracking_participation", ""),
    *(Tracked(f"recommendations_{name}", "") for name in CATALOGUE),
)

# Tables of versions, and the table whose entries each version must be in: their
# salts are kept, so that each version can be compared.
VERSIONS = {
    "tracking_assessmentversion": "tracking_assessment",
    "tracking_measureversion": "tracking_measure",
    "tracking_evidenceversion": "tracking_evidence",
}

# What the rows of each table are, for readers of the chain.
SUBJECTS = {
    "tracking_assessment": _("Answer"),
    "tracking_measure": _("Measure"),
    "tracking_measure_recommendations": _("Recommendation served by a measure"),
    "tracking_evidence": _("Evidence item"),
    "tracking_evidence_measures": _("Measure backed by evidence"),
    "tracking_evidence_assessments": _("Answer backed by evidence"),
    "tracking_evidencefile": _("Evidence file"),
    "tracking_proposal": _("Proposal"),
    "tracking_assignment": _("Task given to a colleague"),
    "tracking_submission": _("Submission"),
    "tracking_stagechange": _("Stage of a submission"),
    "tracking_reviewquestion": _("Question of the secretariat"),
    "tracking_reviewturn": _("Who reviews a submission"),
    "tracking_visibilitychange": _("Whom a record is shown to"),
    "tracking_hiding": capfirst(_("hiding of a publication")),
    "tracking_emergencyreading": _("Emergency reading"),
    "tracking_nomination": _("Nomination"),
    "tracking_user": _("Account"),
    "mfa_authenticator": _("Second factor"),
    "tracking_factorreset": capfirst(_("reset of second factors")),
    "tracking_token": _("API token"),
    "tracking_foureyes": _("Whether a second person confirms before anything is sent"),
    "tracking_prepared": _("Prepared, waits for the second person"),
    "tracking_cycle": _("Cycle"),
    "tracking_cycle_meetings": _("Meeting of a cycle"),
    "tracking_access": _("Reading by the secretariat"),
    "tracking_state": pgettext_lazy("country", "State"),
    "tracking_participation": capfirst(_("participation")),
    "recommendations_agendaitem": capfirst(_("agenda item")),
    "recommendations_article": _("Article"),
    "recommendations_correction": capfirst(_("correction")),
    "recommendations_document": _("Document"),
    "recommendations_heading": capfirst(_("heading")),
    "recommendations_meeting": _("Meeting"),
    "recommendations_paragraph": capfirst(_("paragraph of the report")),
    "recommendations_practice": capfirst(_("practice reported by a speaker")),
    "recommendations_practice_recommendations": _("Recommendation of a practice"),
    "recommendations_question": _("Question"),
    "recommendations_recommendation": _("Recommendation"),
    "recommendations_recommendation_articles": _("Article of a recommendation"),
    "recommendations_recommendation_paragraphs": _("Paragraph of a recommendation"),
    "recommendations_recommendationtext": capfirst(_("text of a recommendation")),
    "recommendations_recommendationtheme": capfirst(_("theme of a recommendation")),
    "recommendations_relation": capfirst(_("line through the years")),
    "recommendations_section": _("Section"),
    "recommendations_theme": _("Theme"),
    "recommendations_topic": capfirst(_("topic proposed for later meetings")),
}
