"""The permission matrix: object × role, and the requests that prove each cell.

R read, M metadata and counters, C create, U edit, S submit, P publish or withdraw,
T return or clear, H hide, X export, I invite or deactivate; further verbs in words.
A cell names the verbs its role has; it has none of the others of its row. Where
nothing stands, nothing is there: the answer is that of something that does not exist.
"""

from dataclasses import dataclass

# Role of the matrix → who walks for it (`everybody.py`).
COLUMNS = {
    "AN": "visitor",
    "SV": "viewer",
    "SC": "contributor",
    "SF": "focal point",
    "RV": "reviewer",
    "AD": "administrator",
    "AU": "auditor",
    "TR": "token that reads",
    "TW": "token that writes",
    "other": "focal_point of ITA",
}
ROLES = ("AN", "SV", "SC", "SF", "RV", "AD", "AU", "TR", "TW", "other")


@dataclass(frozen=True)
class Row:
    """Verb → requests, at least one of which opens; role → verbs that it has."""

    proofs: dict[str, str]
    cells: dict[str, str]

    def requests(self, verb: str) -> list[tuple[str, str]]:
        """Method and address; one that is only read is named alone."""
        found = []
        for each in self.proofs[verb].split():
            address, _, method = each.partition("!")
            found.append((method or "GET", address))
        return found


# A request is an address that is opened, or, with !POST, one to which a form is sent.
MATRIX: dict[str, Row] = {
    "catalogue, public pages, published records and evidence": Row(
        {
            "R": "recommendations:list recommendations:meeting public:state "
            "public:answer public:evidence_file public:measures api:answer-detail",
            "X": "exports:answers exports:measures exports:evidence",
        },
        dict.fromkeys(ROLES, "R X"),
    ),
    "catalogue editing": Row(
        {
            "C": "admin:tracking_cycle_add!POST admin:recommendations_theme_add!POST",
            "U": "admin:tracking_state_change!POST "
            "admin:recommendations_recommendation_change!POST",
        },
        {"AD": "C U"},
    ),
    "own draft, returned draft": Row(
        {
            "R": "workspace:tasks workspace:assessment workspace:measures "
            "workspace:evidence_library workspace:history workspace:versions "
            "own:answers own:answer own:measure",
            "C": "workspace:add_measure!POST workspace:add_evidence!POST "
            "own:measures!POST",
            "U": "workspace:assessment!POST workspace:measure!POST own:answer!PATCH",
            "S": "workspace:check!POST",
            "M": "dashboards:states dashboards:unreported",
        },
        # Contributors write proposals, which a focal point takes over.
        {
            "SV": "R",
            "SC": "R C U",
            "SF": "R C U S",
            "RV": "M",
            "AD": "M",
            # Counters, such as the dashboard has them; no draft.
            "AU": "M",
            "TR": "R",
            # Whoever changes by version reads first.
            "TW": "R C U",
        },
    ),
    "own submitted or cleared": Row(
        {
            "R": "workspace:receipt workspace:receipt_file own:submission "
            "admin:tracking_submission_change admin:tracking_submission_evidence",
            "recall": "workspace:recall!POST",
            "P": "workspace:withdraw!POST workspace:visibility!POST",
            "T": "admin:tracking_submission_change!POST",
        },
        # Administrators stand in for reviewers: somebody has to be there.
        {
            "SV": "R",
            "SC": "R",
            "SF": "R recall P",
            "RV": "R T",
            "AD": "R T",
            "AU": "R",
            "TR": "R",
        },
    ),
    "superseded and withdrawn versions": Row(
        {
            "R": "workspace:submissions own:submissions "
            "admin:tracking_submission_changelist"
        },
        dict.fromkeys(("SV", "SC", "SF", "RV", "AD", "AU", "TR"), "R"),
    ),
    "draft evidence": Row(
        {
            "R": "workspace:evidence_file workspace:evidence_library "
            "own:evidence_list own:evidence",
            "C": "workspace:upload!POST workspace:add_evidence!POST "
            "own:evidence_list!POST",
            "remove": "workspace:remove_evidence!POST",
        },
        {"SV": "R", "SC": "R C", "SF": "R C remove", "TR": "R", "TW": "R C"},
    ),
    "notes between colleagues": Row(
        {"R": "workspace:notes", "C": "workspace:notes!POST"},
        {"SV": "R", "SC": "R C", "SF": "R C"},
    ),
    "proposals and assignments": Row(
        {
            "R": "workspace:proposals workspace:proposal workspace:proposal_file",
            "decide": "workspace:proposal!POST",
            "withdraw": "workspace:withdraw_proposal!POST",
            "assign": "workspace:take_back!POST",
        },
        {"SV": "R", "SC": "R withdraw", "SF": "R decide assign"},
    ),
    "questions of the secretariat, and replies": Row(
        {
            "R": "workspace:questions admin:tracking_submission_change",
            "C": "workspace:questions!POST admin:tracking_submission_change!POST",
        },
        {"SV": "R", "SC": "R", "SF": "R C", "RV": "R C", "AD": "R C", "AU": "R"},
    ),
    "people of the own State": Row(
        {
            "R": "people:people admin:tracking_nomination_changelist",
            "I": "people:invite!POST people:end!POST people:resend!POST "
            "admin:tracking_nomination_add!POST",
        },
        {"SV": "R", "SC": "R", "SF": "R I", "AD": "R I", "AU": "R"},
    ),
    "people of the secretariat": Row(
        {
            "R": "admin:tracking_user_changelist admin:tracking_user_change",
            "I": "admin:tracking_nomination_add!POST",
        },
        {"AD": "R I", "AU": "R"},
    ),
    "audit trail of the own State": Row(
        # Of all States at once for administrators and auditors: the next row.
        {"R": "workspace:readers workspace:audit", "X": "workspace:audit_file"},
        {"SF": "R X"},
    ),
    "audit trail of all States": Row(
        {
            "R": "auditing:entries auditing:readings auditing:checks",
            "X": "exports:audit exports:readings exports:audit_xlsx "
            "exports:readings_xlsx",
        },
        # Who acts on rows does not take along what was written down of it.
        {"AD": "R", "AU": "R X"},
    ),
    "hiding of what is published": Row(
        {"H": "admin:tracking_submission_hiding!POST"},
        {"RV": "H", "AD": "H"},
    ),
    "emergency reading of a working copy": Row(
        {
            "ask": "admin:tracking_emergencyreading_add!POST",
            "end": "workspace:end_readings!POST",
        },
        {"SF": "end", "AD": "ask"},
    ),
    "tokens of the own State": Row(
        {
            "M": "workspace:tokens admin:tracking_token_changelist",
            "C": "workspace:tokens!POST",
            "revoke": "workspace:revoke_token!POST admin:tracking_token_change!POST",
        },
        {"SF": "M C revoke", "AD": "M revoke", "AU": "M"},
    ),
    "export of submissions of all States": Row(
        {"X": "exports:submissions exports:needs exports:reporting exports:unreported"},
        {"RV": "X", "AD": "X", "AU": "X"},
    ),
    "dashboard": Row(
        {"R": "dashboards:dashboard dashboards:answers dashboards:matrix"},
        {"RV": "R", "AD": "R", "AU": "R"},
    ),
}

# Rows of the matrix without an address of their own.
NOWHERE = {
    "quarantined or rejected evidence": "told on the form that sent it, kept nowhere",
    "notes between reviewers": "there are none",
    "export of own drafts": "drafts are printed; there is no file of them",
    "settings, throttles, banners": "the environment of the process",
    "database, backups, keys": "the operator of the machine",
}
