"""Who gets which page: one row per address, codes in the order of READERS."""

READERS = ("visitor", "stranger", "viewer", "contributor", "focal_point", "reviewer")

Codes = tuple[int, int, int, int, int, int]

EVERYBODY: Codes = (200, 200, 200, 200, 200, 200)
NOBODY: Codes = (404, 404, 404, 404, 404, 404)
ELSEWHERE: Codes = (302, 302, 302, 302, 302, 302)
SIGNED_IN: Codes = (302, 200, 200, 200, 200, 200)
VISITORS: Codes = (200, 302, 302, 302, 302, 302)
OWN_STATE: Codes = (302, 404, 200, 200, 200, 404)
OWN_WRITERS: Codes = (302, 404, 404, 200, 200, 404)
OWN_ELSEWHERE: Codes = (302, 404, 302, 302, 302, 404)
OWN_FOCAL_POINT: Codes = (302, 404, 404, 404, 200, 404)
OWN_MESSAGE: Codes = (302, 404, 404, 404, 302, 404)
NOBODYS: Codes = (302, 404, 404, 404, 404, 404)
FORMS_OF_ALL: Codes = (405, 405, 405, 405, 405, 405)
FORMS_ONLY: Codes = (302, 405, 405, 405, 405, 405)
SECRETARIAT: Codes = (302, 404, 404, 404, 404, 200)
SECRETARIAT_FILE: Codes = (404, 404, 404, 404, 404, 200)
SECRETARIAT_ELSEWHERE: Codes = (302, 404, 404, 404, 404, 302)
ADMINISTRATOR: Codes = (302, 404, 404, 404, 404, 403)
# With a token only, which no person has: `test_tokens` comes with one.
MACHINES: Codes = (401, 401, 401, 401, 401, 401)

SEEN_BY: dict[Codes, str] = {
    EVERYBODY: """
        healthz
        public:home public:recommendation public:states public:state public:answer
        public:evidence_file public:measures public:data public:about public:method
        public:accessibility public:privacy public:help public:preferences
        recommendations:list recommendations:meeting
        exports:answers exports:dictionary exports:dictionary_page exports:evidence
        exports:measures exports:question_answers exports:recommendations
        exports:states
        exports:answers_xlsx exports:dictionary_xlsx exports:evidence_xlsx
        exports:measures_xlsx exports:question_answers_xlsx
        exports:recommendations_xlsx exports:states_xlsx
        api:api-root api:schema api:answer-list api:answer-detail api:cycle-list
        api:cycle-detail api:evidence-list api:evidence-detail api:measure-list
        api:measure-detail api:recommendation-list api:recommendation-detail
        api:state-list api:state-detail
        account_inactive account_reset_password account_reset_password_done
        account_reset_password_from_key account_reset_password_from_key_done
        account_confirm_email
    """,
    NOBODY: """
        api:not_found
        exports:audit exports:readings exports:audit_xlsx exports:readings_xlsx
    """,
    MACHINES: """
        own:answers own:answer own:measures own:measure own:evidence_list
        own:evidence own:submissions own:submission
    """,
    # Steps on the way in, and confirmations, send on whom they do not concern.
    ELSEWHERE: """
        root workspace:home mfa_authenticate mfa_login_webauthn mfa_reauthenticate
        mfa_reauthenticate_webauthn
    """,
    VISITORS: "account_login",
    SIGNED_IN: """
        account_index account_logout account_change_password account_email
        account_data account_reauthenticate mfa_generate_recovery_codes mfa_index
        mfa_activate_totp mfa_add_webauthn mfa_list_webauthn
        workspace:unsaved inbox:inbox inbox:mails
    """,
    NOBODYS: """
        admin:tracking_nomination_note admin:tracking_emergencyreading_read
        auditing:entries auditing:readings auditing:checks
        mfa_deactivate_totp mfa_edit_webauthn mfa_remove_webauthn
        mfa_view_recovery_codes
    """,
    FORMS_OF_ALL: "account_invite_again csp_reports",
    OWN_STATE: """
        workspace:tasks workspace:assessment workspace:check workspace:questions
        workspace:notes workspace:bin workspace:history workspace:versions
        workspace:submissions workspace:receipt workspace:receipt_file
        workspace:evidence_file workspace:changes workspace:measures
        workspace:evidence_library workspace:seen workspace:seen_answer
        workspace:handover workspace:proposals workspace:proposal
        workspace:proposal_file workspace:team
        people:people
    """,
    OWN_ELSEWHERE: "workspace:next",
    OWN_WRITERS: """
        workspace:add_measure workspace:measure workspace:add_evidence
        workspace:evidence
    """,
    OWN_MESSAGE: "inbox:open",
    OWN_FOCAL_POINT: """
        workspace:second_person
        workspace:visibility workspace:unsaved_file workspace:unchanged
        workspace:readers workspace:audit workspace:audit_file workspace:tokens
        people:invite people:end
    """,
    FORMS_ONLY: """
        workspace:take_over
        workspace:confirm workspace:remove_measure workspace:restore_measure
        workspace:remove_evidence workspace:restore_evidence workspace:present
        workspace:remove_note workspace:restore_note
        workspace:take_back workspace:withdraw_proposal
        workspace:bring_back workspace:restore_version workspace:revoke_token
        workspace:confirm_prepared workspace:cancel_prepared
        workspace:recall workspace:withdraw workspace:discard workspace:stay
        workspace:end_readings
        inbox:read_all
        workspace:upload
        people:resend account_end_sessions account_data_file
    """,
    SECRETARIAT: """
        dashboards:dashboard dashboards:answers dashboards:matrix dashboards:needs
        dashboards:states dashboards:submissions dashboards:unreported
        admin:index admin:app_list admin:jsi18n admin:password_change_done
        admin:tracking_submission_evidence
        admin:tracking_emergencyreading_changelist
        admin:tracking_emergencyreading_change
    """,
    SECRETARIAT_FILE: """
        exports:needs exports:reporting exports:submissions exports:unreported
        exports:needs_xlsx exports:reporting_xlsx exports:submissions_xlsx
        exports:unreported_xlsx
    """,
    # Rows that a reviewer does not see are not there: Django leads to the index.
    SECRETARIAT_ELSEWHERE: """
        admin:login admin:logout admin:password_change
        admin:tracking_nomination_history admin:tracking_factorreset_history
        admin:tracking_token_history
    """,
    ADMINISTRATOR: """
        admin:autocomplete
        admin:tracking_user_add admin:tracking_user_change
        admin:tracking_user_changelist admin:tracking_user_delete
        admin:tracking_user_history
        admin:tracking_nomination_add admin:tracking_nomination_changelist
        admin:tracking_nomination_change admin:tracking_nomination_delete
        admin:tracking_factorreset_add admin:tracking_factorreset_changelist
        admin:tracking_factorreset_change admin:tracking_factorreset_delete
        admin:tracking_token_add admin:tracking_token_changelist
        admin:tracking_token_change admin:tracking_token_delete
        admin:tracking_emergencyreading_add admin:tracking_emergencyreading_delete
    """,
}

# In the admin a reviewer reads these, and adds or deletes none of them.
READ_IN_ADMIN = """
    recommendations_article recommendations_correction recommendations_meeting
    recommendations_paragraph recommendations_practice recommendations_question
    recommendations_recommendation recommendations_relation recommendations_section
    recommendations_theme recommendations_topic tracking_cycle tracking_participation
    tracking_state tracking_submission
"""

# What a form sends to an address that takes nothing else.
POSTED: dict[str, Codes] = {
    # Begun already: nothing is taken over, and that is said.
    "workspace:take_over": (302, 404, 404, 404, 302, 404),
    "workspace:confirm": (302, 404, 404, 302, 302, 404),
    "workspace:remove_measure": (302, 404, 404, 404, 302, 404),
    "workspace:restore_measure": (302, 404, 404, 404, 302, 404),
    "workspace:remove_evidence": (302, 404, 404, 404, 302, 404),
    "workspace:restore_evidence": (302, 404, 404, 404, 302, 404),
    "workspace:bring_back": (302, 404, 404, 404, 302, 404),
    "workspace:restore_version": (302, 404, 404, 404, 302, 404),
    "workspace:take_back": (302, 404, 404, 404, 302, 404),
    "workspace:revoke_token": (302, 404, 404, 404, 302, 404),
    "workspace:withdraw_proposal": (302, 404, 404, 302, 404, 404),
    # The note is the focal point's own.
    "workspace:remove_note": (302, 404, 404, 404, 302, 404),
    "workspace:restore_note": (302, 404, 404, 404, 302, 404),
    # Without saying which page is open: `test_presence` says it.
    "workspace:present": (302, 404, 404, 404, 404, 404),
    # Prepared by the alternate, for the focal point; without the box ticked.
    "workspace:confirm_prepared": (302, 404, 404, 404, 422, 404),
    "workspace:cancel_prepared": (302, 404, 404, 404, 302, 404),
    "workspace:recall": (302, 404, 404, 404, 302, 404),
    "workspace:withdraw": (302, 404, 404, 404, 422, 404),
    "workspace:end_readings": (302, 404, 404, 404, 302, 404),
    # Without saying what of: `test_unsaved_at_the_desk` says it.
    "admin:draft": (302, 404, 404, 404, 404, 400),
    "workspace:discard": (302, 404, 404, 404, 302, 404),
    "workspace:stay": ELSEWHERE,
    "inbox:read_all": ELSEWHERE,
    "workspace:upload": (302, 404, 404, 422, 422, 404),
    "people:resend": (302, 404, 404, 404, 302, 404),
    "account_data_file": SIGNED_IN,
    "account_invite_again": ELSEWHERE,
    "csp_reports": (204, 204, 204, 204, 204, 204),
    "account_end_sessions": ELSEWHERE,  # last: the session goes on under a new key
}

ACCESS: dict[str, Codes] = {
    **{name: codes for codes, found in SEEN_BY.items() for name in found.split()},
    **{
        f"admin:{model}_{page}": codes
        for model in READ_IN_ADMIN.split()
        for page, codes in {
            "changelist": SECRETARIAT,
            "change": SECRETARIAT,
            "history": SECRETARIAT,
            "add": ADMINISTRATOR,
            "delete": ADMINISTRATOR,
        }.items()
    },
    "admin:tracking_submission_history": SECRETARIAT_ELSEWHERE,
    "admin:tracking_emergencyreading_history": SECRETARIAT,
    "admin:tracking_submission_hiding": SECRETARIAT_ELSEWHERE,
    "admin:draft": (302, 404, 404, 404, 404, 405),
    "admin:view_on_site": (302, 404, 404, 404, 404, 404),
}
